// Networks that something is granted to: "10.0.0.0/8", "::1", "*" (everybody) or "localhost" (Unix sockets,
// as MariaDB's proxy_protocol_networks has it). Pure values.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace leasehold::config {

struct Network {
    enum class Kind : std::uint8_t { everybody, unix_sockets, ip };
    Kind kind = Kind::ip;
    std::array<std::uint8_t, 16> prefix{};  // ip: the network's address, an IPv4 one as ::ffff:a.b.c.d
    std::uint8_t bits = 128;                // ip: of the prefix, those that count

    bool operator==(const Network&) const = default;
};

// Bits behind the prefix may be set; they do not count. Error{0, ...} says what is wrong and what was meant.
Result<Network> parse_network(std::string_view text);

// The text that parse_network reads back to the same network.
std::string to_string(const Network& network);

// `ip`: an address without port and brackets, or empty for a Unix socket. ::ffff:10.0.0.7 is 10.0.0.7.
bool is_listed(std::span<const Network> networks, std::string_view ip);

}  // namespace leasehold::config
