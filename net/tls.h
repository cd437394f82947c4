// TLS settings of a listener or of a tablet: certificates, verification, versions 1.2 and 1.3.
// Immutable once made; shared by all workers and replaced as a whole by a reload. Source: OpenSSL 3.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"

struct ssl_ctx_st;

namespace leasehold::net {

struct TlsServerOptions {
    std::string cert_file;
    std::string key_file;
    std::string ca_file;  // set: a client certificate, where given, must be signed by it
};

struct TlsClientOptions {
    enum class Verify { none, ca, identity };
    std::string ca_file;  // empty: the system's
    Verify verify = Verify::none;
};

class TlsContext {
  public:
    static Result<std::shared_ptr<const TlsContext>> server(const TlsServerOptions& options);
    static Result<std::shared_ptr<const TlsContext>> client(const TlsClientOptions& options);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    ssl_ctx_st* get() const { return context_; }
    bool is_server() const { return is_server_; }
    bool checks_identity() const { return checks_identity_; }

  private:
    TlsContext(ssl_ctx_st* context, bool is_server, bool checks_identity)
        : context_(context), is_server_(is_server), checks_identity_(checks_identity) {}
    ssl_ctx_st* context_;
    bool is_server_;
    bool checks_identity_;
};

// The oldest entry of OpenSSL's per-thread error queue as text; empties the queue. An error left there would
// be taken for the next connection's.
std::string take_tls_error();

}  // namespace leasehold::net
