// SHA-1 and SHA-256 of a few pieces, by OpenSSL. For this folder's own use.
#pragma once

#include <openssl/evp.h>

#include <initializer_list>
#include <memory>
#include <new>

#include "wire/auth.h"
#include "wire/bytes.h"

namespace leasehold::wire {

// One digest after another on the same context. OpenSSL fails here only when out of memory.
class Hasher {
  public:
    explicit Hasher(const EVP_MD* algorithm)
        : algorithm_(algorithm), context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        require(context_ != nullptr);
    }
    void start() { require(EVP_DigestInit_ex(context_.get(), algorithm_, nullptr) == 1); }
    void add(BytesView bytes) { require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1); }
    // `out` holds the algorithm's size.
    void finish(std::uint8_t* out) { require(EVP_DigestFinal_ex(context_.get(), out, nullptr) == 1); }

  private:
    static void require(bool done) {
        if (!done) throw std::bad_alloc();
    }
    const EVP_MD* algorithm_;
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

inline Sha1Digest sha1(std::initializer_list<BytesView> pieces) {
    Sha1Digest digest;
    Hasher hasher(EVP_sha1());
    hasher.start();
    for (const BytesView piece : pieces) hasher.add(piece);
    hasher.finish(digest.data());
    return digest;
}

inline Sha256Digest sha256(std::initializer_list<BytesView> pieces) {
    Sha256Digest digest;
    Hasher hasher(EVP_sha256());
    hasher.start();
    for (const BytesView piece : pieces) hasher.add(piece);
    hasher.finish(digest.data());
    return digest;
}

}  // namespace leasehold::wire
