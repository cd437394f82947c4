#include "config/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "config/quote.h"

namespace leasehold::config {
namespace {

using Ip = std::array<std::uint8_t, 16>;

constexpr std::string_view meant =
    "; expected a network such as 10.0.0.0/8 or fd00::/8, an address, * or localhost";
constexpr std::uint8_t mapped_bits = 96;  // in front of the IPv4 address (RFC 4291, 2.5.5.2)
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Error refuse(std::string_view text, std::string_view what) {
    return Error{0, quote(text) + " " + std::string(what) + std::string(meant)};
}

bool is_mapped(const Ip& ip) {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), ip.begin());
}

std::optional<Ip> parse_ip(std::string_view text) {
    const std::string terminated(text);
    Ip ip{};
    if (::inet_pton(AF_INET6, terminated.c_str(), ip.data()) == 1) return ip;
    if (::inet_pton(AF_INET, terminated.c_str(), ip.data() + mapped_prefix.size()) != 1) return std::nullopt;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), ip.begin());
    return ip;
}

void keep_bits(Ip& ip, unsigned bits) {
    for (std::size_t i = 0; i < ip.size(); ++i) {
        const unsigned kept = std::min(8U, bits - std::min(bits, static_cast<unsigned>(8 * i)));
        ip[i] = static_cast<std::uint8_t>(ip[i] & (0xff00U >> kept));
    }
}

bool holds(const Network& network, const Ip& ip) {
    if (network.kind != Network::Kind::ip) return network.kind == Network::Kind::everybody;
    Ip masked = ip;
    keep_bits(masked, network.bits);
    return masked == network.prefix;
}

}  // namespace

Result<Network> parse_network(std::string_view text) {
    Network network;
    if (text == "*" || text == "localhost") {
        network.kind = text == "*" ? Network::Kind::everybody : Network::Kind::unix_sockets;
        network.bits = 0;
        return network;
    }
    const std::size_t slash = text.find('/');
    const std::optional<Ip> ip = parse_ip(text.substr(0, slash));
    if (!ip) return refuse(text, "has no IP address");
    network.prefix = *ip;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const bool ipv4 = text.find(':') == std::string_view::npos;
        unsigned bits = 0;
        const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size() ||
            bits > (ipv4 ? 32U : 128U)) {
            return refuse(text, ipv4 ? "has a length that is not a number from 0 to 32"
                                     : "has a length that is not a number from 0 to 128");
        }
        network.bits = static_cast<std::uint8_t>(ipv4 ? bits + mapped_bits : bits);
    }
    keep_bits(network.prefix, network.bits);
    return network;
}

std::string to_string(const Network& network) {
    if (network.kind == Network::Kind::everybody) return "*";
    if (network.kind == Network::Kind::unix_sockets) return "localhost";
    char text[INET6_ADDRSTRLEN] = "";
    const bool ipv4 = is_mapped(network.prefix) && network.bits >= mapped_bits;
    if (ipv4) {
        ::inet_ntop(AF_INET, network.prefix.data() + mapped_prefix.size(), text, sizeof text);
    } else {
        ::inet_ntop(AF_INET6, network.prefix.data(), text, sizeof text);
    }
    if (network.bits == 128) return text;
    return std::string(text) + '/' + std::to_string(ipv4 ? network.bits - mapped_bits : network.bits);
}

bool is_listed(std::span<const Network> networks, std::string_view ip) {
    if (networks.empty()) return false;
    if (ip.empty()) {
        return std::ranges::any_of(networks,
                                   [](const Network& network) { return network.kind != Network::Kind::ip; });
    }
    const std::optional<Ip> parsed = parse_ip(ip);
    return parsed &&
           std::ranges::any_of(networks, [&](const Network& network) { return holds(network, *parsed); });
}

}  // namespace leasehold::config
