#include "router/unicode_weights.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "router/unicode_weights_data.h"

namespace leasehold::router {
namespace {

// A primary weight, and the canonical combining class of what has it: marks are put in its order.
struct Element {
    std::uint32_t primary = 0;
    std::uint8_t combining = 0;
};

using Elements = std::vector<Element>;

std::string from_base64(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::uint8_t, 256> values{};
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        if (c == '=') break;
        bits = (bits << 6) | values[static_cast<std::uint8_t>(c)];
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>((bits >> held) & 0xff);
    }
    return bytes;
}

// The numbers of the table, of seven bits a byte.
class Numbers {
  public:
    explicit Numbers(std::string_view base64) : bytes_(from_base64(base64)) {}

    bool at_end() const { return at_ >= bytes_.size(); }
    std::uint32_t next() {
        std::uint32_t number = 0;
        for (unsigned shift = 0; !at_end() && shift < 32; shift += 7) {
            const auto byte = static_cast<std::uint8_t>(bytes_[at_++]);
            number |= std::uint32_t{byte & 0x7fu} << shift;
            if (byte < 0x80) break;
        }
        return number;
    }
    // What comes after `weight_`: a difference with its sign in the lowest bit.
    std::uint32_t weight(std::uint32_t difference) {
        weight_ += (difference & 1) != 0 ? ~(difference >> 1) : difference >> 1;
        return weight_;
    }
    Elements elements() {
        Elements made(next());
        for (Element& element : made) {
            const std::uint32_t what = next();
            element.combining = static_cast<std::uint8_t>(what >> 1);
            if ((what & 1) != 0) element.primary = weight(next());
        }
        return made;
    }

  private:
    std::string bytes_;
    std::size_t at_ = 0;
    std::uint32_t weight_ = 0;
};

struct Contraction {
    std::u32string rest;  // behind the code point that begins it
    Elements elements;
};

struct Ideographs {
    char32_t first;
    std::uint32_t count;
};

constexpr std::uint32_t complex_entry =
    0x80000000;  // else: the one weight of the code point, which is no mark

class Table {
  public:
    Table() {
        Numbers weights(unicode_weights);
        char32_t code = 0;
        while (!weights.at_end()) {
            code += weights.next();
            for (std::uint32_t left = weights.next(); left > 0; --left, ++code) {
                const std::uint32_t step = weights.next();
                if (step > 0) {
                    entries_.emplace(code, weights.weight(step - 1));
                } else {
                    entries_.emplace(code, complex_entry | static_cast<std::uint32_t>(complex_.size()));
                    complex_.push_back(weights.elements());
                }
            }
        }
        Numbers contractions(unicode_contractions);
        while (!contractions.at_end()) {
            std::vector<Contraction>& of = contractions_[contractions.next()];
            of.resize(contractions.next());
            for (Contraction& one : of) {
                one.rest.resize(contractions.next());
                for (char32_t& c : one.rest) c = contractions.next();
                one.elements = contractions.elements();
            }
        }
        Numbers ideographs(unicode_ideographs);
        while (!ideographs.at_end()) {
            Ideographs& range = ideographs_.emplace_back();
            range.first = ideographs.next();
            range.count = ideographs.next();
        }
    }

    bool has(char32_t code) const { return entries_.contains(code); }

    bool is_ideograph(char32_t code) const {
        return std::ranges::any_of(ideographs_, [&](const Ideographs& range) {
            return code >= range.first && code - range.first < range.count;
        });
    }

    // Of a code point by itself.
    void append(Elements& to, char32_t code) const {
        const auto entry = entries_.find(code);
        if (entry == entries_.end()) {
            append_unlisted(to, code);
        } else if ((entry->second & complex_entry) == 0) {
            to.push_back({entry->second, 0});
        } else {
            const Elements& elements = complex_[entry->second & ~complex_entry];
            to.insert(to.end(), elements.begin(), elements.end());
        }
    }

    std::span<const Contraction> contractions(char32_t code) const {
        const auto found = contractions_.find(code);
        return found == contractions_.end() ? std::span<const Contraction>() : found->second;
    }

  private:
    void append_unlisted(Elements& to, char32_t code) const {
        // Korean syllables are their letters: unicode.org, "Conjoining Jamo Behavior".
        constexpr char32_t first = 0xAC00, last = 0xD7A3;
        if (code >= first && code <= last) {
            const char32_t syllable = code - first;
            append(to, 0x1100 + syllable / 588);
            append(to, 0x1161 + syllable % 588 / 28);
            if (syllable % 28 != 0) append(to, 0x11A7 + syllable % 28);
            return;
        }
        const bool common = (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF);
        const std::uint32_t ideograph = common ? 0x10000 : 0x20000;
        to.push_back({code + (is_ideograph(code) ? ideograph : 0x50000), 0});
    }

    std::unordered_map<char32_t, std::uint32_t> entries_;
    std::vector<Elements> complex_;
    std::unordered_map<char32_t, std::vector<Contraction>> contractions_;
    std::vector<Ideographs> ideographs_;
};

const Table& table() {
    static const Table made;
    return made;
}

// Nothing: no UTF-8, as utf8.Valid() of Go has it.
std::optional<std::u32string> code_points(std::string_view text) {
    std::u32string codes;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[i]);
        const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
        if (size == 0 || lead > 0xF4 || text.size() - i < size) return std::nullopt;
        char32_t code = size == 1 ? lead : lead & (0xFFu >> (size + 1));
        for (std::size_t k = 1; k < size; ++k) {
            const auto byte = static_cast<std::uint8_t>(text[i + k]);
            if ((byte & 0xC0) != 0x80) return std::nullopt;
            code = (code << 6) | (byte & 0x3Fu);
        }
        const bool too_long = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
        if (too_long || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return std::nullopt;
        codes += code;
        i += size;
    }
    return codes;
}

class Weights {
  public:
    std::optional<std::string> of(std::u32string_view codes) {
        while (!codes.empty()) {
            elements_.clear();
            const std::optional<std::size_t> used = next(codes);
            if (!used) return std::nullopt;
            codes.remove_prefix(*used);
            for (const Element& element : elements_) {
                if (!add(element)) return std::nullopt;
            }
        }
        flush_marks();
        return std::move(bytes_);
    }

  private:
    static constexpr std::size_t max_marks = 30;

    // The elements of a code point, or of a contraction; how many code points that is.
    std::optional<std::size_t> next(std::u32string_view codes) {
        const char32_t first = codes.front();
        const std::span<const Contraction> contractions = table().contractions(first);
        const std::u32string_view rest = codes.substr(1);
        const Contraction* longest = nullptr;
        for (const Contraction& one : contractions) {
            const bool longer = longest == nullptr || one.rest.size() > longest->rest.size();
            if (longer && rest.starts_with(one.rest)) longest = &one;
        }
        const std::size_t used = longest == nullptr ? 0 : longest->rest.size();
        if (!contractions.empty() && may_go_on(contractions, rest.substr(used))) return std::nullopt;
        if (longest == nullptr) {
            table().append(elements_, first);
        } else {
            elements_ = longest->elements;
        }
        return used + 1;
    }

    // Whether marks follow among which, after others, is one that a contraction ends with.
    static bool may_go_on(std::span<const Contraction> contractions, std::u32string_view rest) {
        for (const char32_t code : rest) {
            if (!may_be_mark(code)) return false;
            for (const Contraction& one : contractions) {
                if (one.rest.find(code) != std::u32string::npos) return true;
            }
        }
        return false;
    }

    static bool may_be_mark(char32_t code) {
        if (!table().has(code)) return !table().is_ideograph(code) && code >= 0x300;
        Elements elements;
        table().append(elements, code);
        return elements.empty() || elements.front().combining != 0 || elements.front().primary == 0;
    }

    // Marks that follow each other are put in the order of their classes.
    bool add(Element element) {
        if (element.combining == 0) {
            flush_marks();
            write(element.primary);
            return true;
        }
        const auto later = std::ranges::find_if(
            marks_, [&](const Element& mark) { return mark.combining > element.combining; });
        marks_.insert(later, element);
        return marks_.size() <= max_marks;
    }

    void flush_marks() {
        for (const Element& mark : marks_) write(mark.primary);
        marks_.clear();
    }

    void write(std::uint32_t weight) {
        if (weight == 0) return;
        const auto byte = [&](std::uint32_t value) { bytes_ += static_cast<char>(value & 0xff); };
        if (weight > 0x7FFF) byte((weight >> 16) | 0x80);
        byte(weight >> 8);
        byte(weight);
    }

    std::string bytes_;
    Elements elements_;
    Elements marks_;
};

}  // namespace

std::optional<std::string> primary_weights(std::string_view text) {
    const std::optional<std::u32string> codes = code_points(text);
    if (!codes) return std::nullopt;
    return Weights().of(*codes);
}

}  // namespace leasehold::router
