// TLS of a channel: OpenSSL on a BIO of ours that reads and writes through the channel's core.
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/mysql_errors.h"
#include "net/channel_core.h"
#include "net/tls.h"

namespace leasehold::net {
namespace {

Channel::Core& core_of(BIO* bio) {
    return *static_cast<Channel::Core*>(BIO_get_data(bio));
}

int bio_read(BIO* bio, char* out, int size) {
    BIO_clear_retry_flags(bio);
    const IoResult got =
        core_of(bio).raw_read({reinterpret_cast<std::uint8_t*>(out), static_cast<std::size_t>(size)});
    if (got.kind == IoResult::Kind::some) return static_cast<int>(got.bytes);
    if (got.kind == IoResult::Kind::would_block) {
        BIO_set_retry_read(bio);
        return -1;
    }
    return 0;
}

int bio_write(BIO* bio, const char* in, int size) {
    BIO_clear_retry_flags(bio);
    const IoResult put =
        core_of(bio).raw_write({reinterpret_cast<const std::uint8_t*>(in), static_cast<std::size_t>(size)});
    if (put.kind == IoResult::Kind::some) return static_cast<int>(put.bytes);
    if (put.kind == IoResult::Kind::would_block) BIO_set_retry_write(bio);
    return -1;
}

long bio_ctrl(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* bio_method() {
    static BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "leasehold channel");
        BIO_meth_set_read(made, bio_read);
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_ctrl(made, bio_ctrl);
        return made;
    }();
    return method;
}

}  // namespace

ssl_st* new_tls(Channel::Core& core, const TlsContext& context) {
    SSL* ssl = SSL_new(context.get());
    if (ssl == nullptr) return nullptr;
    BIO* bio = BIO_new(bio_method());
    if (bio == nullptr) {
        SSL_free(ssl);
        return nullptr;
    }
    BIO_set_data(bio, &core);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    return ssl;
}

Task<Result<void>> Channel::start_tls(const TlsContext& context, std::string host, Interrupt& interrupt) {
    Core& core = *core_;
    core.ssl = new_tls(core, context);
    if (core.ssl == nullptr) co_return make_error(mysql_error::unknown_error, "TLS: out of memory");
    if (context.is_server()) {
        SSL_set_accept_state(core.ssl);
    } else {
        SSL_set_connect_state(core.ssl);
        if (!host.empty()) {
            // What SSL_set_tlsext_host_name expands to, without its C cast.
            SSL_ctrl(core.ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
        }
        if (context.checks_identity()) {
            X509_VERIFY_PARAM* checks = SSL_get0_param(core.ssl);
            if (X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str()) != 1)
                SSL_set1_host(core.ssl, host.c_str());
        }
    }
    for (;;) {
        take_tls_error();
        const int done = SSL_do_handshake(core.ssl);
        if (done == 1) co_return Result<void>();
        const int why = SSL_get_error(core.ssl, done);
        IoStatus waited = IoStatus::done;
        if (why == SSL_ERROR_WANT_READ) {
            waited = co_await readable(interrupt);
        } else if (why == SSL_ERROR_WANT_WRITE) {
            waited = co_await writable(interrupt);
        } else {
            co_return make_error(mysql_error::unknown_error, "TLS handshake failed: " + take_tls_error());
        }
        if (waited != IoStatus::done) {
            co_return make_error(mysql_error::unknown_error,
                                 "TLS handshake failed: connection closed or timed out");
        }
    }
}

}  // namespace leasehold::net
