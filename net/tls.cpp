#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/mysql_errors.h"

namespace leasehold::net {
namespace {

Error tls_error(const std::string& doing) {
    return make_error(mysql_error::unknown_error, "TLS: " + doing + ": " + take_tls_error());
}

SSL_CTX* make_context(const SSL_METHOD* method) {
    ERR_clear_error();
    SSL_CTX* context = SSL_CTX_new(method);
    if (context == nullptr) return nullptr;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    // Read and write buffers (34 KiB a connection) are held only while a record is in them. Partial writes
    // let the relay go on with whatever buffer it has by then.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    return context;
}

}  // namespace

std::string take_tls_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return "connection closed";
    char text[256];
    ERR_error_string_n(code, text, sizeof text);
    return text;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::server(const TlsServerOptions& options) {
    SSL_CTX* raw = make_context(TLS_server_method());
    if (raw == nullptr) return tls_error("cannot make a context");
    std::shared_ptr<const TlsContext> context(new TlsContext(raw, true, false));
    if (SSL_CTX_use_certificate_chain_file(raw, options.cert_file.c_str()) != 1) {
        return tls_error("cannot use the certificate " + options.cert_file);
    }
    if (SSL_CTX_use_PrivateKey_file(raw, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        return tls_error("cannot use the key " + options.key_file);
    }
    if (SSL_CTX_check_private_key(raw) != 1) return tls_error("the key does not belong to the certificate");
    if (!options.ca_file.empty()) {
        if (SSL_CTX_load_verify_locations(raw, options.ca_file.c_str(), nullptr) != 1) {
            return tls_error("cannot use the CA " + options.ca_file);
        }
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    }
    // Sessions are resumed by tickets, which cost the server no memory; its own cache would grow with the
    // clients.
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    return context;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::client(const TlsClientOptions& options) {
    SSL_CTX* raw = make_context(TLS_client_method());
    if (raw == nullptr) return tls_error("cannot make a context");
    const bool identity = options.verify == TlsClientOptions::Verify::identity;
    std::shared_ptr<const TlsContext> context(new TlsContext(raw, false, identity));
    if (options.verify != TlsClientOptions::Verify::none) {
        const int loaded = options.ca_file.empty()
                               ? SSL_CTX_set_default_verify_paths(raw)
                               : SSL_CTX_load_verify_locations(raw, options.ca_file.c_str(), nullptr);
        if (loaded != 1) return tls_error("cannot use the CA " + options.ca_file);
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    }
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    return context;
}

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

}  // namespace leasehold::net
