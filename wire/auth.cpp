#include "wire/auth.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "wire/digest.h"

namespace leasehold::wire {
namespace {

// MySQL's own limit for caching_sha2_password; sha256-crypt takes quadratic time in it.
constexpr std::size_t max_password_size = 256;

template <std::size_t Size>
Bytes xored(const std::array<std::uint8_t, Size>& a, const std::array<std::uint8_t, Size>& b) {
    Bytes out(Size);
    for (std::size_t i = 0; i < Size; ++i) out[i] = a[i] ^ b[i];
    return out;
}

// Undoes xored(): the secret half of a scramble, whose digest has to be what is stored.
template <std::size_t Size>
std::array<std::uint8_t, Size> unmask(BytesView response, const std::array<std::uint8_t, Size>& mask) {
    std::array<std::uint8_t, Size> out;
    for (std::size_t i = 0; i < Size; ++i) out[i] = response[i] ^ mask[i];
    return out;
}

template <typename Container>
bool equal(const Container& a, const Container& b) {
    return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

CredentialKind kind_of(const Credential& credential) {
    return static_cast<CredentialKind>(credential.index());
}

Bytes native_scramble(std::string_view password, const Scramble& scramble) {
    if (password.empty()) return {};
    Sha1Digest stage1 = sha1({to_bytes(password)});
    const Sha1Digest stage2 = sha1({stage1});
    Bytes answer = xored(stage1, sha1({scramble, stage2}));
    OPENSSL_cleanse(stage1.data(), stage1.size());
    return answer;
}

Bytes sha2_scramble(std::string_view password, const Scramble& scramble) {
    if (password.empty()) return {};
    Sha256Digest stage1 = sha256({to_bytes(password)});
    const Sha256Digest stage2 = sha256({stage1});
    Bytes answer = xored(stage1, sha256({stage2, scramble}));
    OPENSSL_cleanse(stage1.data(), stage1.size());
    return answer;
}

Sha256Digest sha2_fast_hash(std::string_view password) {
    Sha256Digest stage1 = sha256({to_bytes(password)});
    const Sha256Digest stage2 = sha256({stage1});
    OPENSSL_cleanse(stage1.data(), stage1.size());
    return stage2;
}

NativeHash native_hash(std::string_view password) {
    Sha1Digest stage1 = sha1({to_bytes(password)});
    const NativeHash hash{sha1({stage1})};
    OPENSSL_cleanse(stage1.data(), stage1.size());
    return hash;
}

bool verify_native(BytesView response, const Scramble& scramble, const NativeHash& stored) {
    if (response.size() != stored.stage2.size()) return false;
    const Sha1Digest stage1 = unmask(response, sha1({scramble, stored.stage2}));
    return equal(sha1({stage1}), stored.stage2);
}

bool verify_sha2_fast(BytesView response, const Scramble& scramble, const Sha256Digest& stored) {
    if (response.size() != stored.size()) return false;
    const Sha256Digest stage1 = unmask(response, sha256({stored, scramble}));
    return equal(sha256({stage1}), stored);
}

bool verify_clear(std::string_view password, const Credential& credential) {
    if (password.size() > max_password_size) return false;
    if (const auto* plain = std::get_if<PlainPassword>(&credential)) {
        // By way of digests, so that time does not tell the length either.
        return equal(sha256({to_bytes(password)}), sha256({to_bytes(plain->text)}));
    }
    if (const auto* native = std::get_if<NativeHash>(&credential)) {
        return equal(native_hash(password).stage2, native->stage2);
    }
    const auto& stored = std::get<Sha2Hash>(credential);
    return equal(sha2_crypt(password, stored.salt, stored.rounds), stored.digest);
}

Bytes xor_with_scramble(BytesView password_and_nul, const Scramble& scramble) {
    Bytes out;
    out.reserve(password_and_nul.size());
    for (std::size_t i = 0; i < password_and_nul.size(); ++i) {
        out.push_back(password_and_nul[i] ^ scramble[i % scramble.size()]);
    }
    return out;
}

}  // namespace leasehold::wire
