// Opens the listening socket of the HTTP server: TCP or Unix. Blocking (names are resolved); start-up only.
#pragma once

#include "base/error.h"
#include "config/address.h"

namespace leasehold::proxy {

// Owns the socket; closes it, and removes a Unix socket's file, when it goes.
class HttpListener {
  public:
    // Error{0, ...}: the address and the system's reason. A Unix socket's file that nobody listens on is
    // replaced.
    static Result<HttpListener> open(const config::Address& where);

    HttpListener(HttpListener&& other) noexcept;
    HttpListener& operator=(HttpListener&& other) = delete;
    ~HttpListener();

    int native() const { return socket_; }
    int family() const { return family_; }
    const config::Address& address() const { return address_; }  // with the port that the system chose

  private:
    HttpListener(int socket, int family, config::Address address)
        : socket_(socket), family_(family), address_(std::move(address)) {}
    int socket_;
    int family_;
    config::Address address_;
};

}  // namespace leasehold::proxy
