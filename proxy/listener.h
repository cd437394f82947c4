// One listening address. Accepts on a worker's loop and hands each socket on; it reads nothing.
// Owner: the Server. Thread: the worker's, but for close().
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "config/address.h"
#include "net/worker.h"

namespace leasehold::proxy {

class Listener {
  public:
    // Takes a connected, non-blocking socket.
    using Accepted = std::function<void(int socket, bool unix_socket)>;

    // Error{0, ...} with the address and the system's reason. A Unix socket's file that nobody listens on is
    // replaced.
    static Result<std::unique_ptr<Listener>> open(net::Worker& worker, const config::Address& address,
                                                  unsigned backlog, Accepted accepted);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // Any thread: no new connections from here on; a Unix socket's file goes away.
    void close();
    // With the port that the system chose where 0 was asked for.
    const config::Address& address() const { return address_; }

  private:
    struct Acceptor;
    Listener(net::Worker& worker, config::Address address, std::shared_ptr<Acceptor> acceptor);
    net::Worker& worker_;
    config::Address address_;
    std::shared_ptr<Acceptor> acceptor_;
};

}  // namespace leasehold::proxy
