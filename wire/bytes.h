// Bytes of the protocol: owned, viewed, read with bounds checks and appended. Pure values, any thread, no
// I/O. Integers are little-endian; "lenenc" is the protocol's length-encoded integer (1, 3, 4 or 9 bytes).
// Source: dev.mysql.com, "MySQL Internals: Protocol Data Types".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace leasehold::wire {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

inline std::string_view to_text(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline BytesView to_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Unchecked loads for code that has already compared sizes.
inline std::uint16_t load_u16(const std::uint8_t* p) {
    return static_cast<std::uint16_t>(p[0] | p[1] << 8);
}
inline std::uint32_t load_u24(const std::uint8_t* p) {
    return static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8 |
           static_cast<std::uint32_t>(p[2]) << 16;
}
inline std::uint32_t load_u32(const std::uint8_t* p) {
    return load_u24(p) | static_cast<std::uint32_t>(p[3]) << 24;
}
inline std::uint64_t load_u64(const std::uint8_t* p) {
    return static_cast<std::uint64_t>(load_u32(p)) | static_cast<std::uint64_t>(load_u32(p + 4)) << 32;
}

// Reads values one after another. A read past the end gives 0 or an empty view and clears ok(), which stays
// clear, so a decoder reads everything first and asks once. Views point into the bytes given.
class Reader {
  public:
    explicit Reader(BytesView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] bool at_end() const { return at_ == end_; }

    std::uint8_t u8() { return take(1) ? at_[-1] : std::uint8_t{0}; }
    std::uint16_t u16() { return take(2) ? load_u16(at_ - 2) : std::uint16_t{0}; }
    std::uint32_t u24() { return take(3) ? load_u24(at_ - 3) : 0U; }
    std::uint32_t u32() { return take(4) ? load_u32(at_ - 4) : 0U; }
    std::uint64_t u64() { return take(8) ? load_u64(at_ - 8) : 0U; }
    // The markers 0xFB (NULL) and 0xFF (ERR) are no integers: they clear ok().
    std::uint64_t lenenc();
    // Empty optional for the NULL marker 0xFB; on a malformed value empty too, with ok() cleared.
    std::optional<BytesView> lenenc_or_null();
    BytesView lenenc_bytes();
    std::string_view lenenc_text() { return to_text(lenenc_bytes()); }
    // Up to the next NUL, which is consumed; no NUL clears ok().
    std::string_view nul_text();
    // Up to the next NUL or, without one, to the end.
    std::string_view nul_or_rest_text();
    BytesView bytes(std::size_t count) { return take(count) ? BytesView(at_ - count, count) : BytesView(); }
    BytesView rest() { return bytes(remaining()); }
    void skip(std::size_t count) { take(count); }
    // The next byte without consuming it; 0 at the end.
    [[nodiscard]] std::uint8_t peek() const { return at_ == end_ ? std::uint8_t{0} : *at_; }

  private:
    bool take(std::size_t count) {
        if (!ok_ || remaining() < count) {
            ok_ = false;
            return false;
        }
        at_ += count;
        return true;
    }
    const std::uint8_t* at_;
    const std::uint8_t* end_;
    bool ok_ = true;
};

inline void append_u8(Bytes& out, std::uint8_t value) {
    out.push_back(value);
}
void append_u16(Bytes& out, std::uint16_t value);
void append_u24(Bytes& out, std::uint32_t value);
void append_u32(Bytes& out, std::uint32_t value);
void append_u64(Bytes& out, std::uint64_t value);
void append_lenenc(Bytes& out, std::uint64_t value);
void append_bytes(Bytes& out, BytesView bytes);
void append_text(Bytes& out, std::string_view text);
void append_lenenc_text(Bytes& out, std::string_view text);
// The text and a NUL.
void append_nul_text(Bytes& out, std::string_view text);
void append_zeros(Bytes& out, std::size_t count);

// How many bytes append_lenenc writes for `value`: 1, 3, 4 or 9.
[[nodiscard]] std::size_t lenenc_size(std::uint64_t value);

// Overwrites bytes with zeros in a way that the compiler does not remove, then clears: for passwords.
void wipe(Bytes& secret);

}  // namespace leasehold::wire
