#include "wire/rsa.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

#include "base/mysql_errors.h"

namespace leasehold::wire {
namespace {

constexpr unsigned int generated_bits = 2048;
constexpr int min_bits = 1024;
// A larger key of a server would cost time out of proportion.
constexpr int max_bits = 8192;
constexpr std::size_t max_pem_size = 16 * 1024;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

// What a failed call leaves in the thread's error queue would be taken for the next TLS error (trap W8).
struct ErrorQueueGuard {
    ErrorQueueGuard() { ERR_clear_error(); }
    ~ErrorQueueGuard() { ERR_clear_error(); }
};

// Without a callback OpenSSL would ask the terminal for the passphrase of an encrypted key.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

Bio memory_bio(std::string_view text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

std::string to_pem(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
    if (!bio || PEM_write_bio_PUBKEY(bio.get(), key) != 1) return {};
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

bool is_usable(EVP_PKEY* key) {
    return key != nullptr && EVP_PKEY_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_bits(key) >= min_bits &&
           EVP_PKEY_bits(key) <= max_bits;
}

}  // namespace

RsaKeyPair::RsaKeyPair(std::shared_ptr<evp_pkey_st> key)
    : key_(std::move(key)), public_key_pem_(to_pem(key_.get())) {}

RsaKeyPair RsaKeyPair::generate() {
    const ErrorQueueGuard guard;
    std::shared_ptr<EVP_PKEY> key(EVP_RSA_gen(generated_bits), &EVP_PKEY_free);
    if (!key) throw std::runtime_error("OpenSSL cannot make an RSA key");
    RsaKeyPair pair(std::move(key));
    if (pair.public_key_pem_.empty()) throw std::runtime_error("OpenSSL cannot write an RSA key");
    return pair;
}

Result<RsaKeyPair> RsaKeyPair::from_pem(std::string_view private_key) {
    const ErrorQueueGuard guard;
    const Bio bio = memory_bio(private_key.substr(0, max_pem_size));
    std::shared_ptr<EVP_PKEY> key(
        bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr, &EVP_PKEY_free);
    if (!is_usable(key.get())) return make_error(mysql_error::unknown_error, "not a usable RSA private key");
    return RsaKeyPair(std::move(key));
}

std::optional<Bytes> RsaKeyPair::decrypt(BytesView ciphertext) const {
    const ErrorQueueGuard guard;
    const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr), &EVP_PKEY_CTX_free);
    if (!context || EVP_PKEY_decrypt_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1) {
        return std::nullopt;
    }
    Bytes clear(static_cast<std::size_t>(EVP_PKEY_size(key_.get())));
    std::size_t size = clear.size();
    if (EVP_PKEY_decrypt(context.get(), clear.data(), &size, ciphertext.data(), ciphertext.size()) != 1) {
        wipe(clear);
        return std::nullopt;
    }
    clear.resize(size);
    return clear;
}

Result<Bytes> rsa_encrypt(std::string_view public_key_pem, BytesView clear) {
    const ErrorQueueGuard guard;
    const auto refused = [](std::string_view why) {
        return make_error(mysql_error::access_denied, "RSA key of the server: " + std::string(why));
    };
    if (public_key_pem.size() > max_pem_size) return refused("too long");
    const Bio bio = memory_bio(public_key_pem);
    const Key key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr) : nullptr,
                  &EVP_PKEY_free);
    if (!is_usable(key.get())) return refused("not a usable RSA public key");
    const KeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr), &EVP_PKEY_CTX_free);
    if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) != 1) {
        return refused("cannot be used");
    }
    Bytes cipher(static_cast<std::size_t>(EVP_PKEY_size(key.get())));
    std::size_t size = cipher.size();
    if (EVP_PKEY_encrypt(context.get(), cipher.data(), &size, clear.data(), clear.size()) != 1) {
        return refused("too small for the password");
    }
    cipher.resize(size);
    return cipher;
}

}  // namespace leasehold::wire
