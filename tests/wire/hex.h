// Literal bytes for tests.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/bytes.h"

namespace leasehold::wire::testing {

// Spaces are ignored; anything else that is no hexadecimal digit ends the test program.
inline Bytes hex(std::string_view digits) {
    Bytes bytes;
    int high = -1;
    for (const char c : digits) {
        if (c == ' ') continue;
        int value = 0;
        if (c >= '0' && c <= '9') {
            value = c - '0';
        } else if (c >= 'a' && c <= 'f') {
            value = c - 'a' + 10;
        } else if (c >= 'A' && c <= 'F') {
            value = c - 'A' + 10;
        } else {
            std::abort();
        }
        if (high < 0) {
            high = value;
        } else {
            bytes.push_back(static_cast<std::uint8_t>(high << 4 | value));
            high = -1;
        }
    }
    if (high >= 0) std::abort();
    return bytes;
}

inline std::string to_hex(BytesView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

// The bytes in memory of exactly their size, so that a sanitizer sees one byte too many being read.
inline Bytes exact(BytesView bytes) {
    Bytes copy(bytes.begin(), bytes.end());
    copy.shrink_to_fit();
    return copy;
}

inline Bytes text_bytes(std::string_view text) {
    return exact(to_bytes(text));
}

// Calls `decode` with each proper prefix of `whole`.
template <typename Decode>
void for_each_truncation(BytesView whole, Decode decode) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes prefix = exact(whole.first(size));
        decode(BytesView(prefix), size);
    }
}

}  // namespace leasehold::wire::testing
