// A real MariaDB server for tests of the control plane: a data folder of its own below the system's temporary
// one, a Unix socket, a free loopback port. Stopped and removed when it goes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace leasehold::pool {

class MariadbServer {
  public:
    // Makes the data folder and a certificate; starts nothing.
    MariadbServer();
    ~MariadbServer();
    MariadbServer(const MariadbServer&) = delete;
    MariadbServer& operator=(const MariadbServer&) = delete;

    // Empty: what is needed is there. Else what is not.
    static std::string missing();

    // False when it does not answer within some seconds.
    bool start(bool with_tls = true);
    void kill_hard();

    std::string socket() const { return folder_ / "sock"; }
    std::string ca() const { return folder_ / "ca.pem"; }
    std::string other_ca() const { return folder_ / "other.pem"; }
    std::uint16_t port() const { return port_; }

  private:
    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
};

}  // namespace leasehold::pool
