// Passwords: what is stored, what the peers send, and whether they agree. mysql_native_password and
// caching_sha2_password. Pure functions; comparisons of secrets take constant time; clear passwords are
// wiped. Source: dev.mysql.com, "Native Authentication", "Caching_sha2_password information"; sha256-crypt as
// in akkadia.org/drepper/SHA-crypt.txt, with MySQL's 20-byte salt and its iteration count in thousands, in
// hexadecimal.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/handshake_packets.h"

namespace leasehold::wire {

using Sha1Digest = std::array<std::uint8_t, 20>;
using Sha256Digest = std::array<std::uint8_t, 32>;

struct PlainPassword {
    std::string text;
};
// SHA1(SHA1(password)), written '*' and 40 hexadecimal digits.
struct NativeHash {
    Sha1Digest stage2{};
};
// '$A$' rounds '$' salt digest, as mysql.user.authentication_string keeps it.
struct Sha2Hash {
    std::uint32_t rounds = 5000;
    std::array<std::uint8_t, 20> salt{};
    std::array<char, 43> digest{};

    auto operator<=>(const Sha2Hash&) const = default;
};
using Credential = std::variant<PlainPassword, NativeHash, Sha2Hash>;
enum class CredentialKind : std::uint8_t { plain, native, sha2 };  // in the variant's order
[[nodiscard]] CredentialKind kind_of(const Credential& credential);

// '*HEX', '$A$005$...', or either as '0x' and hexadecimal digits (how SHOW CREATE USER prints bytes that are
// no text). Error 1105 says what is wrong with it.
[[nodiscard]] Result<Credential> parse_password_hash(std::string_view text);

// What a client sends. Both give an empty answer for an empty password.
[[nodiscard]] Bytes native_scramble(std::string_view password, const Scramble& scramble);
[[nodiscard]] Bytes sha2_scramble(std::string_view password, const Scramble& scramble);

// SHA256(SHA256(password)): what the fast path of caching_sha2_password compares with.
[[nodiscard]] Sha256Digest sha2_fast_hash(std::string_view password);
[[nodiscard]] NativeHash native_hash(std::string_view password);
// sha256-crypt's 43 characters; `rounds` and `salt` as stored.
[[nodiscard]] std::array<char, 43> sha2_crypt(std::string_view password, BytesView salt,
                                              std::uint32_t rounds);

[[nodiscard]] bool verify_native(BytesView response, const Scramble& scramble, const NativeHash& stored);
[[nodiscard]] bool verify_sha2_fast(BytesView response, const Scramble& scramble, const Sha256Digest& stored);
// The clear password of a full authentication (without its NUL) against any kind of credential.
[[nodiscard]] bool verify_clear(std::string_view password, const Credential& credential);

// `password` and a NUL, XORed with the scramble: what is encrypted, and back again.
[[nodiscard]] Bytes xor_with_scramble(BytesView password_and_nul, const Scramble& scramble);

}  // namespace leasehold::wire
