// Reads the stored forms of passwords.
#include <algorithm>
#include <optional>

#include "base/mysql_errors.h"
#include "wire/auth.h"

namespace leasehold::wire {
namespace {

constexpr std::size_t native_text_size = 41;     // '*' and 40 digits
constexpr std::string_view sha2_prefix = "$A$";  // then three digits and '$'
constexpr std::size_t rounds_digits = 3;
constexpr std::uint32_t rounds_unit = 1000;
constexpr std::uint32_t min_rounds = 5000;

Error bad_hash(std::string_view what) {
    return make_error(mysql_error::unknown_error, "password hash: " + std::string(what));
}

std::optional<std::uint32_t> hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

std::optional<std::string> from_hex(std::string_view digits) {
    if (digits.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const auto high = hex_digit(digits[i]);
        const auto low = hex_digit(digits[i + 1]);
        if (!high || !low) return std::nullopt;
        bytes += static_cast<char>(*high << 4 | *low);
    }
    return bytes;
}

Result<Credential> parse_native(std::string_view text) {
    const auto bytes = from_hex(text.substr(1));
    NativeHash hash;
    if (text.size() != native_text_size || !bytes)
        return bad_hash("'*' is followed by 40 hexadecimal digits");
    std::copy(bytes->begin(), bytes->end(), hash.stage2.begin());
    return Credential(hash);
}

Result<Credential> parse_sha2(std::string_view text) {
    Sha2Hash hash;
    std::uint32_t thousands = 0;
    std::size_t at = sha2_prefix.size();
    if (text.size() != at + rounds_digits + 1 + hash.salt.size() + hash.digest.size()) {
        return bad_hash("'$A$005$' is followed by 20 bytes of salt and 43 characters of digest");
    }
    for (std::size_t i = 0; i < rounds_digits; ++i) {
        const auto digit = hex_digit(text[at++]);
        if (!digit) return bad_hash("'$A$' is followed by three hexadecimal digits");
        thousands = thousands << 4 | *digit;
    }
    hash.rounds = thousands * rounds_unit;
    if (text[at++] != '$' || hash.rounds < min_rounds) return bad_hash("'$A$' is followed by '005$' or more");
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), hash.salt.size(), hash.salt.begin());
    at += hash.salt.size();
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), hash.digest.size(), hash.digest.begin());
    return Credential(hash);
}

}  // namespace

Result<Credential> parse_password_hash(std::string_view text) {
    std::string bytes;
    if (text.starts_with("0x")) {
        auto decoded = from_hex(text.substr(2));
        if (!decoded) return bad_hash("'0x' is followed by pairs of hexadecimal digits");
        bytes = std::move(*decoded);
        text = bytes;
    }
    if (text.starts_with('*')) return parse_native(text);
    if (text.starts_with(sha2_prefix)) return parse_sha2(text);
    return bad_hash(
        "it begins neither with '*' (mysql_native_password) nor with '$A$' (caching_sha2_password)");
}

}  // namespace leasehold::wire
