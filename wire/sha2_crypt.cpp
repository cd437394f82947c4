// sha256-crypt, after the description in akkadia.org/drepper/SHA-crypt.txt, whose step numbers are given.
#include <openssl/crypto.h>

#include <memory>

#include "wire/auth.h"
#include "wire/digest.h"

namespace leasehold::wire {
namespace {

constexpr std::string_view crypt_alphabet =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// Step 22: which bytes of the digest make each group of four characters, the most significant first.
constexpr std::uint8_t groups[10][3] = {{0, 10, 20}, {21, 1, 11}, {12, 22, 2}, {3, 13, 23}, {24, 4, 14},
                                        {15, 25, 5}, {6, 16, 26}, {27, 7, 17}, {18, 28, 8}, {9, 19, 29}};

std::array<char, 43> encode(const Sha256Digest& digest) {
    std::array<char, 43> text{};
    std::size_t at = 0;
    const auto put = [&](std::uint32_t bits, int characters) {
        for (int i = 0; i < characters; ++i, bits >>= 6) text[at++] = crypt_alphabet[bits & 0x3F];
    };
    for (const auto& group : groups) {
        put(static_cast<std::uint32_t>(digest[group[0]]) << 16 |
                static_cast<std::uint32_t>(digest[group[1]]) << 8 | digest[group[2]],
            4);
    }
    put(static_cast<std::uint32_t>(digest[31]) << 8 | digest[30], 3);
    return text;
}

// Steps 16 and 20: `size` bytes made of a digest repeated.
Bytes repeat(const Sha256Digest& digest, std::size_t size) {
    Bytes bytes;
    bytes.reserve(size);
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(digest[i % digest.size()]);
    return bytes;
}

}  // namespace

std::array<char, 43> sha2_crypt(std::string_view password, BytesView salt, std::uint32_t rounds) {
    const BytesView key = to_bytes(password);
    // Fetched once: a lookup a digest would cost as much as the digest.
    const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                    &EVP_MD_free);
    Hasher hasher(algorithm != nullptr ? algorithm.get() : EVP_sha256());

    Sha256Digest b = sha256({key, salt, key});  // steps 4 to 8
    hasher.start();                             // steps 1 to 3
    hasher.add(key);
    hasher.add(salt);
    for (std::size_t left = key.size(); left > 0;) {  // steps 9 and 10
        const std::size_t part = left < b.size() ? left : b.size();
        hasher.add(BytesView(b).first(part));
        left -= part;
    }
    for (std::size_t bits = key.size(); bits > 0; bits >>= 1) {  // step 11
        hasher.add((bits & 1) != 0 ? BytesView(b) : key);
    }
    Sha256Digest a;
    hasher.finish(a.data());  // step 12

    hasher.start();  // steps 13 to 16
    for (std::size_t i = 0; i < key.size(); ++i) hasher.add(key);
    Sha256Digest dp;
    hasher.finish(dp.data());
    Bytes p = repeat(dp, key.size());

    hasher.start();  // steps 17 to 20
    for (std::size_t i = 0; i < 16U + a[0]; ++i) hasher.add(salt);
    Sha256Digest ds;
    hasher.finish(ds.data());
    const Bytes s = repeat(ds, salt.size());

    for (std::uint32_t round = 0; round < rounds; ++round) {  // step 21
        const bool odd = (round & 1) != 0;
        hasher.start();
        hasher.add(odd ? BytesView(p) : BytesView(a));
        if (round % 3 != 0) hasher.add(s);
        if (round % 7 != 0) hasher.add(p);
        hasher.add(odd ? BytesView(a) : BytesView(p));
        hasher.finish(a.data());
    }
    const auto text = encode(a);
    OPENSSL_cleanse(a.data(), a.size());
    OPENSSL_cleanse(b.data(), b.size());
    OPENSSL_cleanse(dp.data(), dp.size());
    wipe(p);
    return text;
}

}  // namespace leasehold::wire
