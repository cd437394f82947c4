#include "config/quote.h"

#include <cstddef>

namespace leasehold::config {
namespace {

constexpr std::size_t max_shown = 80;
constexpr std::string_view hex_digits = "0123456789abcdef";

void append_escaped(std::string& out, unsigned char byte) {
    out += "\\x";
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 15];
}

bool is_control(unsigned char byte) {
    return byte < 0x20 || byte == 0x7f;
}

}  // namespace

std::string escape_control(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (is_control(byte)) {
            append_escaped(out, byte);
        } else {
            out += c;
        }
    }
    return out;
}

std::string quote(std::string_view text) {
    std::string out = "\"";
    std::size_t end = text.size();
    if (end > max_shown) {
        end = max_shown;
        // Not in the middle of a UTF-8 character.
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    }
    out += escape_control(text.substr(0, end));
    out += end < text.size() ? "...\"" : "\"";
    return out;
}

}  // namespace leasehold::config
