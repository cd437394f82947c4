// The RSA keys of a full caching_sha2_password authentication in clear: the server's pair, and the client's
// use of a server's public key. 2048 bits, OAEP with SHA-1 (what MySQL's clients and servers use). OpenSSL 3
// EVP. RsaKeyPair is immutable once made; any number of threads may decrypt with it at once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "wire/bytes.h"

struct evp_pkey_st;

namespace leasehold::wire {

class RsaKeyPair {
  public:
    // Takes some 100 ms. Throws std::runtime_error when OpenSSL cannot (start-up only).
    static RsaKeyPair generate();
    // From a PEM private key.
    static Result<RsaKeyPair> from_pem(std::string_view private_key);

    // "-----BEGIN PUBLIC KEY-----": the text that clients are given.
    [[nodiscard]] const std::string& public_key_pem() const { return public_key_pem_; }
    // Empty for anything that was not encrypted with the public key. The caller wipes the result.
    [[nodiscard]] std::optional<Bytes> decrypt(BytesView ciphertext) const;

  private:
    explicit RsaKeyPair(std::shared_ptr<evp_pkey_st> key);
    std::shared_ptr<evp_pkey_st> key_;
    std::string public_key_pem_;
};

// Encrypts with a server's public key (PEM). Error 1045 when the key is none or too small.
[[nodiscard]] Result<Bytes> rsa_encrypt(std::string_view public_key_pem, BytesView clear);

}  // namespace leasehold::wire
