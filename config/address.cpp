#include "config/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <optional>

#include "config/quote.h"

namespace leasehold::config {
namespace {

constexpr std::string_view unix_prefix = "unix:";
// sizeof(sockaddr_un::sun_path) on Linux is 108, with the closing zero (unix(7)).
constexpr std::size_t max_socket_path = 107;
constexpr std::size_t max_host_name = 253;  // RFC 1035, without the closing dot
constexpr std::string_view meant = "; expected host:port, [ipv6]:port or unix:/absolute/path";

Error refuse(std::string_view text, std::string_view what) {
    return Error{0, quote(text) + " " + std::string(what) + std::string(meant)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return port;
}

bool looks_like_ipv4(std::string_view host) {
    return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_ipv4(std::string_view host) {
    in_addr address{};
    return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
}

// With or without a zone ("fe80::1%eth0").
bool is_ipv6(std::string_view host) {
    in6_addr address{};
    return inet_pton(AF_INET6, std::string(host.substr(0, host.find('%'))).c_str(), &address) == 1;
}

Result<Address> parse_unix(std::string_view text) {
    std::string_view path = text.substr(unix_prefix.size());
    if (path.empty() || path.front() != '/') return refuse(text, "is not an absolute path");
    if (path.size() > max_socket_path) return refuse(text, "is longer than the 107 bytes of a socket's path");
    if (path.find('\0') != std::string_view::npos) return refuse(text, "has a zero byte");
    return Address::unix_socket(std::string(path));
}

}  // namespace

bool Address::is_loopback() const {
    return kind == Kind::unix_socket || host == "localhost" || host == "::1" ||
           (host.starts_with("127.") && is_ipv4(host));
}

Result<Address> parse_address(std::string_view text) {
    if (text.starts_with(unix_prefix)) return parse_unix(text);
    if (text.starts_with('/')) return refuse(text, "lacks unix: before the path");
    std::size_t colon = text.rfind(':');
    bool bracketed = text.starts_with('[');
    if (bracketed && text.find(']') == std::string_view::npos)
        return refuse(text, "lacks the closing bracket");
    if (colon == std::string_view::npos || (bracketed && text.back() == ']'))
        return refuse(text, "has no port");
    std::string_view host = text.substr(0, colon);
    if (bracketed) {
        if (host.back() != ']') return refuse(text, "has text between the bracket and the port");
        host = host.substr(1, host.size() - 2);
        if (!is_ipv6(host)) return refuse(text, "has no IPv6 address in its brackets");
    } else if (host.find(':') != std::string_view::npos) {
        return refuse(text, "is an IPv6 address without brackets");
    }
    if (host.empty()) return refuse(text, "has no host");
    if (host.size() > max_host_name) return refuse(text, "has a host name longer than 253 bytes");
    for (char c : host) {
        auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7f || c == '/' || c == '@' || c == '[' || c == ']' || c == '*') {
            return refuse(text, c == '*' ? "has * for a host, where 0.0.0.0 or [::] means every address"
                                         : "has a character that no host name has");
        }
    }
    if (looks_like_ipv4(host) && !is_ipv4(host))
        return refuse(text, "has an IPv4 address that does not exist");
    std::optional<std::uint16_t> port = parse_port(text.substr(colon + 1));
    if (!port) return refuse(text, "has a port that is not a number from 0 to 65535");
    return Address::tcp(std::string(host), *port);
}

std::string to_string(const Address& address) {
    if (address.kind == Address::Kind::unix_socket) return std::string(unix_prefix) + address.path;
    bool ipv6 = address.host.find(':') != std::string::npos;
    return (ipv6 ? '[' + address.host + ']' : address.host) + ':' + std::to_string(address.port);
}

}  // namespace leasehold::config
