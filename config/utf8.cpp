#include "config/utf8.h"

namespace leasehold::config {
namespace {

// The bytes a character takes by its first one, and the range of its second one, which shuts out overlong
// forms, surrogates and what lies beyond U+10FFFF (RFC 3629, section 4).
struct Form {
    std::size_t length;
    unsigned char low;
    unsigned char high;
};

Form form_of(unsigned char first) {
    if (first >= 0xc2 && first <= 0xdf) return {2, 0x80, 0xbf};
    if (first == 0xe0) return {3, 0xa0, 0xbf};
    if (first == 0xed) return {3, 0x80, 0x9f};
    if (first >= 0xe1 && first <= 0xef) return {3, 0x80, 0xbf};
    if (first == 0xf0) return {4, 0x90, 0xbf};
    if (first >= 0xf1 && first <= 0xf3) return {4, 0x80, 0xbf};
    if (first == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
    auto byte_at = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    std::size_t at = 0;
    while (at < text.size()) {
        unsigned char first = byte_at(at);
        if (first != 0 && first < 0x80) {
            ++at;
            continue;
        }
        Form form = form_of(first);
        if (form.length == 0 || text.size() - at < form.length) return at;
        if (byte_at(at + 1) < form.low || byte_at(at + 1) > form.high) return at;
        for (std::size_t i = 2; i < form.length; ++i) {
            if ((byte_at(at + i) & 0xc0) != 0x80) return at;
        }
        at += form.length;
    }
    return at;
}

}  // namespace leasehold::config
