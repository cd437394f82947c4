#include "config/map_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/default_config.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/suggest.h"

namespace leasehold::config {
namespace {

const YamlNode empty_map{YamlNode::Kind::map, 0, 0, {}, {}, {}};

std::string camel_case(std::string_view name) {
    std::string out;
    bool upper = false;
    for (char c : name) {
        if (c == '_') {
            upper = true;
            continue;
        }
        out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
    }
    return out;
}

// FNV-1a, to tell a renewed file from the one before (http://www.isthe.com/chongo/tech/comp/fnv/).
std::uint64_t mix(std::uint64_t hash, std::string_view bytes) {
    if (hash == 0) hash = 0xcbf29ce484222325ULL;
    for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

// A key that is at home in another map: "max_clients" at the top belongs in listen.
std::string home_of(std::string_view name) {
    for (const std::string& key : known_keys()) {
        std::size_t dot = key.rfind('.');
        if (dot != std::string::npos && std::string_view(key).substr(dot + 1) == name)
            return key.substr(0, dot);
    }
    return {};
}

}  // namespace

MapReader::MapReader(const Context& context, const YamlNode& map, std::string path, KeyStyle style)
    : context_(context), style_(style) {
    bool usable = map.kind == YamlNode::Kind::map || map.kind == YamlNode::Kind::null;
    if (!usable) {
        context_.problem(map, fmt::format("{} is {}; expected a map of keys and values",
                                          path.empty() ? "the file" : path, kind_name(map)));
    }
    frames_.push_back({usable ? &map : &empty_map, std::move(path), {}});
}

const YamlEntry* MapReader::take(std::string_view name) {
    Frame& frame = frames_.back();
    if (std::find(frame.known.begin(), frame.known.end(), name) == frame.known.end())
        frame.known.push_back(name);
    const YamlEntry* entry = frame.map->find(name);
    if (entry == nullptr && style_ == KeyStyle::snake_or_camel_case)
        entry = frame.map->find(camel_case(name));
    return entry;
}

std::string MapReader::path_of(std::string_view name) const {
    const std::string& path = frames_.back().path;
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

std::optional<std::string> MapReader::scalar(const YamlEntry& entry, std::string_view expected) {
    if (entry.value.kind == YamlNode::Kind::scalar) return entry.value.text;
    report_value(entry, std::string(kind_name(entry.value)), expected);
    return std::nullopt;
}

void MapReader::report_value(const YamlEntry& entry, const std::string& shown, std::string_view expected) {
    context_.problem(entry, fmt::format("{} is {}; expected {}", path_of(entry.key), shown, expected));
}

void MapReader::finish() {
    const Frame& frame = frames_.back();
    for (const YamlEntry& entry : frame.map->entries) {
        if (context_.full()) return;
        bool known = std::any_of(frame.known.begin(), frame.known.end(), [&](std::string_view name) {
            return entry.key == name ||
                   (style_ == KeyStyle::snake_or_camel_case && entry.key == camel_case(name));
        });
        if (known) continue;
        std::string where = frame.path.empty() ? "at the top" : "in " + frame.path;
        std::string text = fmt::format("unknown key {} {}", quote(entry.key), where);
        std::string_view near = nearest(entry.key, frame.known);
        if (entry.key == "<<") {
            text += "; merge keys are not supported, repeat the keys or use an alias for the whole map";
        } else if (!near.empty()) {
            text += fmt::format("; did you mean \"{}\"?", near);
        } else if (std::string home = style_ == KeyStyle::snake_case ? home_of(entry.key) : "";
                   !home.empty()) {
            text += fmt::format("; it belongs in {}", home);
        } else {
            text += fmt::format("; expected one of {}", fmt::join(frame.known, ", "));
        }
        context_.problem(entry, std::move(text));
    }
}

void MapReader::flag(Key key, bool& value) {
    constexpr std::string_view expected = "true or false";
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    std::optional<std::string> written = scalar(*entry, expected);
    if (!written) return;
    if (std::optional<bool> parsed = parse_flag(*written)) {
        value = *parsed;
    } else {
        report_value(*entry, quote(*written), expected);
    }
}

void MapReader::count(Key key, std::uint32_t& value, CountRange range) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    std::string expected = fmt::format("{}a whole number from {} to {}", range.auto_is_zero ? "auto or " : "",
                                       range.min, range.max);
    std::optional<std::string> written = scalar(*entry, expected);
    if (!written) return;
    std::optional<std::uint64_t> parsed = parse_count(*written);
    if (range.auto_is_zero && *written == "auto") parsed = 0;
    bool fits =
        parsed && ((*parsed >= range.min && *parsed <= range.max) || (range.auto_is_zero && *parsed == 0));
    if (fits) {
        value = static_cast<std::uint32_t>(*parsed);
    } else {
        report_value(*entry, quote(*written), expected);
    }
}

void MapReader::size(Key key, std::uint64_t& value, SizeRange range) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    std::string expected =
        fmt::format("{}a size from {} to {}, with its unit (B, KiB, MiB, GiB)",
                    range.auto_is_zero ? "auto or " : "", format_size(range.min), format_size(range.max));
    std::optional<std::string> written = scalar(*entry, expected);
    if (!written) return;
    std::optional<std::uint64_t> parsed = parse_size(*written);
    if (range.auto_is_zero && *written == "auto") parsed = 0;
    bool fits =
        parsed && ((*parsed >= range.min && *parsed <= range.max) || (range.auto_is_zero && *parsed == 0));
    if (fits) {
        value = *parsed;
    } else {
        report_value(*entry, quote(*written), expected);
    }
}

void MapReader::duration(Key key, std::chrono::milliseconds& value, DurationRange range) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    std::string expected =
        fmt::format("{}a time from {} to {}, with its unit (ms, s, m, h)", range.zero ? "0 or " : "",
                    format_duration(range.min), format_duration(range.max));
    std::optional<std::string> written = scalar(*entry, expected);
    if (!written) return;
    std::optional<std::chrono::milliseconds> parsed = parse_duration(*written);
    bool fits =
        parsed && ((*parsed >= range.min && *parsed <= range.max) || (range.zero && parsed->count() == 0));
    if (fits) {
        value = *parsed;
    } else {
        report_value(*entry, quote(*written), expected);
    }
}

void MapReader::ratio(Key key, double& value, RatioRange range) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    std::string expected =
        fmt::format("a number from {} to {}", format_ratio(range.min), format_ratio(range.max));
    std::optional<std::string> written = scalar(*entry, expected);
    if (!written) return;
    std::optional<double> parsed = parse_ratio(*written);
    if (parsed && *parsed >= range.min && *parsed <= range.max) {
        value = *parsed;
    } else {
        report_value(*entry, quote(*written), expected);
    }
}

std::size_t MapReader::choose(Key key, std::size_t index, std::span<const std::string_view> names) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return index;
    std::string expected = fmt::format("one of {}", fmt::join(names, ", "));
    std::optional<std::string> written = scalar(*entry, expected);
    if (!written) return index;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == *written) return i;
    }
    std::string_view near = nearest(*written, names);
    if (!near.empty()) expected += fmt::format("; did you mean \"{}\"?", near);
    report_value(*entry, quote(*written), expected);
    return index;
}

void MapReader::text(Key key, std::string& value) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    if (std::optional<std::string> written = scalar(*entry, "a text")) value = std::move(*written);
}

void MapReader::auto_text(Key key, std::optional<std::string>& value) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    std::optional<std::string> written = scalar(*entry, "auto or a text");
    if (!written) return;
    if (*written == "auto") {
        value.reset();
    } else {
        value = std::move(written);
    }
}

void MapReader::texts(Key key, std::vector<std::string>& value) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr || entry->value.kind == YamlNode::Kind::null) return;
    value.clear();
    if (entry->value.kind == YamlNode::Kind::scalar) {
        value.push_back(entry->value.text);
        return;
    }
    if (entry->value.kind == YamlNode::Kind::map) report_value(*entry, "a map", "a list");
    for (const YamlNode& item : entry->value.items) {
        if (item.kind == YamlNode::Kind::scalar) {
            value.push_back(item.text);
        } else {
            context_.problem(item, fmt::format("{} has {} in its list; expected names", path_of(key.name),
                                               kind_name(item)));
        }
    }
}

std::optional<Address> MapReader::address(const YamlNode& node, const std::string& path) {
    if (node.kind != YamlNode::Kind::scalar) {
        context_.problem(
            node, fmt::format("{} is {}; expected an address such as 127.0.0.1:3306", path, kind_name(node)));
        return std::nullopt;
    }
    Result<Address> parsed = parse_address(node.text);
    if (parsed.has_value()) return std::move(parsed).value();
    context_.problem(node, fmt::format("{}: {}", path, parsed.error().message));
    return std::nullopt;
}

void MapReader::addresses(Key key, std::vector<Address>& value) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    std::vector<Address> found;
    if (entry->value.kind != YamlNode::Kind::sequence) {
        if (std::optional<Address> one = address(entry->value, path_of(key.name)))
            found.push_back(std::move(*one));
    } else {
        for (const YamlNode& item : entry->value.items) {
            if (std::optional<Address> one = address(item, path_of(key.name)))
                found.push_back(std::move(*one));
        }
        if (entry->value.items.empty()) report_value(*entry, "an empty list", "at least one address");
    }
    if (!found.empty()) value = std::move(found);
}

void MapReader::optional_address(Key key, std::optional<Address>& value) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    if (entry->value.kind == YamlNode::Kind::scalar && entry->value.text == "off") {
        value.reset();
    } else if (std::optional<Address> one = address(entry->value, path_of(key.name))) {
        value = std::move(one);
    }
}

void MapReader::networks(Key key, std::vector<Network>& value) {
    std::vector<std::string> written;
    texts(key, written);
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    value.clear();
    for (const std::string& text : written) {
        const Result<Network> network = parse_network(text);
        if (network) {
            value.push_back(*network);
        } else {
            context_.problem(*entry, fmt::format("{}: {}", path_of(key.name), network.error().message));
        }
    }
}

void MapReader::subset(Key key, std::uint32_t& chosen, std::span<const std::string_view> names) {
    std::vector<std::string> written;
    texts(key, written);
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr || entry->value.kind == YamlNode::Kind::null) return;
    chosen = 0;
    for (const std::string& name : written) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found != names.end()) {
            chosen |= 1U << (found - names.begin());
        } else {
            report_value(*entry, quote(name), fmt::format("some of {}", fmt::join(names, ", ")));
        }
    }
}

void MapReader::file(Key key, std::string& path, std::uint64_t& fingerprint) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    std::optional<std::string> written = scalar(*entry, "the name of a file");
    if (!written) return;
    path = written->empty() ? "" : context_.resolve(*written);
    if (written->empty()) return;
    if (std::optional<std::string> bytes = context_.read(entry->value, *written, path_of(key.name))) {
        fingerprint = mix(mix(fingerprint, key.name), *bytes);
    }
}

void MapReader::folder(Key key, std::string& path) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr) return;
    std::optional<std::string> written = scalar(*entry, "the name of a folder");
    if (!written) return;
    if (written->empty()) {
        report_value(*entry, "empty", "the name of a folder");
        return;
    }
    path = context_.resolve(*written);
}

void MapReader::secret(Secrets secrets, Credential& value) {
    read_secret(*this, secrets, value);
}

bool MapReader::begin(Key key) {
    const YamlEntry* entry = take(key.name);
    if (entry == nullptr || entry->value.kind == YamlNode::Kind::null) return false;
    if (entry->value.kind != YamlNode::Kind::map) {
        report_value(*entry, std::string(kind_name(entry->value)), "a map of keys and values");
        return false;
    }
    std::string path = path_of(key.name);
    frames_.push_back({&entry->value, std::move(path), {}});
    return true;
}

bool MapReader::begin_optional(Key key, bool) {
    return begin(key);
}

void MapReader::end() {
    finish();
    frames_.pop_back();
}

}  // namespace leasehold::config
