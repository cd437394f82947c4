#include "wire/bytes.h"

#include <openssl/crypto.h>

#include <cstring>

namespace leasehold::wire {
namespace {

constexpr std::uint8_t null_marker = 0xFB;
constexpr std::uint8_t two_bytes = 0xFC;
constexpr std::uint8_t three_bytes = 0xFD;
constexpr std::uint8_t eight_bytes = 0xFE;

void append_little_endian(Bytes& out, std::uint64_t value, int count) {
    std::uint8_t raw[8];
    for (int i = 0; i < count; ++i) raw[i] = static_cast<std::uint8_t>(value >> (8 * i));
    out.insert(out.end(), raw, raw + count);
}

}  // namespace

std::uint64_t Reader::lenenc() {
    const std::uint8_t first = u8();
    if (first < null_marker) return first;
    switch (first) {
        case two_bytes:
            return u16();
        case three_bytes:
            return u24();
        case eight_bytes:
            return u64();
        default:
            ok_ = false;
            return 0;
    }
}

std::optional<BytesView> Reader::lenenc_or_null() {
    if (ok_ && remaining() > 0 && peek() == null_marker) {
        skip(1);
        return std::nullopt;
    }
    const BytesView bytes = lenenc_bytes();
    if (!ok_) return std::nullopt;
    return bytes;
}

BytesView Reader::lenenc_bytes() {
    const std::uint64_t length = lenenc();
    if (!ok_ || length > remaining()) {
        ok_ = false;
        return {};
    }
    return bytes(static_cast<std::size_t>(length));
}

std::string_view Reader::nul_text() {
    const void* nul = ok_ && remaining() > 0 ? std::memchr(at_, 0, remaining()) : nullptr;
    if (nul == nullptr) {
        ok_ = false;
        return {};
    }
    const auto length = static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - at_);
    const std::string_view text = to_text(bytes(length));
    skip(1);
    return text;
}

std::string_view Reader::nul_or_rest_text() {
    if (ok_ && remaining() > 0 && std::memchr(at_, 0, remaining()) != nullptr) return nul_text();
    return to_text(rest());
}

void append_u16(Bytes& out, std::uint16_t value) {
    append_little_endian(out, value, 2);
}
void append_u24(Bytes& out, std::uint32_t value) {
    append_little_endian(out, value, 3);
}
void append_u32(Bytes& out, std::uint32_t value) {
    append_little_endian(out, value, 4);
}
void append_u64(Bytes& out, std::uint64_t value) {
    append_little_endian(out, value, 8);
}

void append_lenenc(Bytes& out, std::uint64_t value) {
    if (value < null_marker) {
        append_u8(out, static_cast<std::uint8_t>(value));
    } else if (value <= 0xFFFF) {
        append_u8(out, two_bytes);
        append_u16(out, static_cast<std::uint16_t>(value));
    } else if (value <= 0xFFFFFF) {
        append_u8(out, three_bytes);
        append_u24(out, static_cast<std::uint32_t>(value));
    } else {
        append_u8(out, eight_bytes);
        append_u64(out, value);
    }
}

std::size_t lenenc_size(std::uint64_t value) {
    if (value < null_marker) return 1;
    if (value <= 0xFFFF) return 3;
    return value <= 0xFFFFFF ? 4 : 9;
}

void append_bytes(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}
void append_text(Bytes& out, std::string_view text) {
    append_bytes(out, to_bytes(text));
}

void append_lenenc_text(Bytes& out, std::string_view text) {
    append_lenenc(out, text.size());
    append_text(out, text);
}

void append_nul_text(Bytes& out, std::string_view text) {
    append_text(out, text);
    append_u8(out, 0);
}

void append_zeros(Bytes& out, std::size_t count) {
    out.insert(out.end(), count, 0);
}

void wipe(Bytes& secret) {
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

}  // namespace leasehold::wire
