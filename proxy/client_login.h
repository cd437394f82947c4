// Logs a client in: greeting, TLS, authentication, the first database. And COM_CHANGE_USER, which is the same
// again. Thread: the worker's.
#pragma once

#include <variant>

#include "proxy/session.h"
#include "wire/server_handshake.h"

namespace leasehold::proxy {

class ClientLogin {
  public:
    explicit ClientLogin(Session& session) : session_(session) {}

    // False: the client was told why, where that is possible, and is to be closed.
    net::Task<bool> run(bool tls_offered);
    net::Task<Flow> change_user(const Command& command);

  private:
    net::Task<bool> take_proxy_header(wire::ServerHandshake& handshake);
    net::Task<bool> exchange(wire::ServerHandshake& handshake, wire::ServerHandshake::Action action);
    // What the handshake says to the client's next packet. Nothing: there is none.
    net::Task<std::optional<wire::ServerHandshake::Action>> hear(wire::ServerHandshake& handshake);
    net::Task<bool> finish(wire::LoggedIn logged_in);
    wire::ServerHandshakeOptions options(bool tls_offered);
    net::Task<bool> refuse(wire::Fail failure);
    net::Task<bool> refuse(Error error);
    Session& session_;
    std::optional<wire::Sha2Hash> stored_;  // of the account that logs in
};

}  // namespace leasehold::proxy
