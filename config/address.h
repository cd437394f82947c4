// Where to listen or to connect: a TCP address or a Unix socket. Pure values; names are resolved elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace leasehold::config {

struct Address {
    enum class Kind : std::uint8_t { tcp, unix_socket };
    Kind kind = Kind::tcp;
    std::string host;        // tcp: a name or an IP address, IPv6 without its brackets
    std::uint16_t port = 0;  // tcp; 0 only when listening: the system chooses
    std::string path;        // unix_socket: absolute

    bool operator==(const Address&) const = default;

    static Address tcp(std::string host, std::uint16_t port) {
        return {Kind::tcp, std::move(host), port, {}};
    }
    static Address unix_socket(std::string path) { return {Kind::unix_socket, {}, 0, std::move(path)}; }

    // 127.0.0.0/8, ::1, the name localhost, and every Unix socket.
    bool is_loopback() const;
};

// Accepts `host:port`, `[ipv6]:port` and `unix:/absolute/path`. Error{0, ...} says what is wrong and what was
// meant.
Result<Address> parse_address(std::string_view text);

// The text that parse_address reads back to the same address.
std::string to_string(const Address& address);

}  // namespace leasehold::config
