#include "wire/proxy_header.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/mysql_errors.h"

namespace leasehold::wire {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view text_start = "PROXY ";
constexpr std::size_t max_text = 107;      // with CR LF
constexpr std::size_t shortest_text = 15;  // "PROXY UNKNOWN" and CR LF
constexpr std::string_view binary_start = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t binary_fixed = 16;  // with version, command, family and length

Error bad(std::string_view what) {
    return make_error(mysql_error::bad_handshake, "Bad handshake: PROXY header: " + std::string(what));
}

// As far as both go.
bool agrees(std::string_view text, std::string_view start) {
    const std::size_t common = std::min(text.size(), start.size());
    return text.substr(0, common) == start.substr(0, common);
}

// The address as this system writes it, with the port. Empty: it is none.
std::string shown(int family, const void* address, unsigned port) {
    char text[INET6_ADDRSTRLEN];
    if (::inet_ntop(family, address, text, sizeof text) == nullptr) return {};
    const std::string host = family == AF_INET6 ? '[' + std::string(text) + ']' : std::string(text);
    return host + ':' + std::to_string(port);
}

std::optional<std::uint16_t> port_of(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return port;
}

std::string_view take_word(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

Result<std::string> text_client(std::string_view line) {
    const std::string_view protocol = take_word(line);
    if (protocol == "UNKNOWN") return std::string();
    if (protocol != "TCP4" && protocol != "TCP6") return bad("no protocol that is known");
    const int family = protocol == "TCP4" ? AF_INET : AF_INET6;
    std::array<std::uint8_t, 16> source{};
    std::array<std::uint8_t, 16> destination{};
    const std::string from(take_word(line));
    const std::string to(take_word(line));
    const auto source_port = port_of(take_word(line));
    const auto destination_port = port_of(take_word(line));
    if (::inet_pton(family, from.c_str(), source.data()) != 1 ||
        ::inet_pton(family, to.c_str(), destination.data()) != 1) {
        return bad("no address of its protocol");
    }
    if (!source_port || !destination_port || !line.empty()) return bad("no port");
    return shown(family, source.data(), *source_port);
}

Result<ProxyHeader> decode_text(std::string_view text) {
    if (!agrees(text, text_start)) return bad("no such version");
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
        if (text.size() >= max_text) return bad("longer than 107 bytes");
        if (text.size() < shortest_text) return ProxyHeader{shortest_text - text.size(), {}};
        return ProxyHeader{text.back() == '\r' || text.size() + 1 == max_text ? 1U : 2U, {}};
    }
    if (end + 1 != text.size() || end < text_start.size() || text[end - 1] != '\r')
        return bad("no end of line");
    const Result<std::string> client =
        text_client(text.substr(text_start.size(), end - 1 - text_start.size()));
    if (!client) return client.error();
    return ProxyHeader{0, *client};
}

// `addresses`: what follows the fixed part, TLVs included.
Result<std::string> binary_client(std::uint8_t family_and_transport, BytesView addresses) {
    std::size_t wanted = 0;
    switch (family_and_transport) {
        case 0x00:
            break;
        case 0x11:
        case 0x12:
            wanted = 12;
            break;
        case 0x21:
        case 0x22:
            wanted = 36;
            break;
        case 0x31:
        case 0x32:
            wanted = 216;
            break;
        default:
            return bad("no address family that is known");
    }
    if (addresses.size() < wanted) return bad("shorter than its addresses");
    const auto port_at = [&](std::size_t at) {
        return static_cast<unsigned>(addresses[at] << 8 | addresses[at + 1]);
    };
    if (family_and_transport == 0x11) return shown(AF_INET, addresses.data(), port_at(8));
    if (family_and_transport == 0x21) return shown(AF_INET6, addresses.data(), port_at(32));
    return std::string();
}

Result<ProxyHeader> decode_binary(BytesView bytes) {
    constexpr std::uint8_t local = 0x20;
    constexpr std::uint8_t proxied = 0x21;
    if (!agrees(to_text(bytes), binary_start)) return bad("no such version");
    if (bytes.size() > binary_start.size() && bytes[12] != local && bytes[12] != proxied)
        return bad("no version and command that are known");
    if (bytes.size() < binary_fixed) return ProxyHeader{binary_fixed - bytes.size(), {}};
    const std::size_t length = static_cast<std::size_t>(bytes[14] << 8 | bytes[15]);
    const std::size_t size = binary_fixed + length;
    if (size > max_proxy_header) return bad("longer than 4096 bytes");
    if (bytes.size() < size) return ProxyHeader{size - bytes.size(), {}};
    if (bytes.size() > size) return bad("no end");
    // A LOCAL connection is the load balancer's own, whatever stands in the rest.
    if (bytes[12] == local) return ProxyHeader{};
    const Result<std::string> client = binary_client(bytes[13], bytes.subspan(binary_fixed));
    if (!client) return client.error();
    return ProxyHeader{0, *client};
}

}  // namespace

bool begins_proxy_header(BytesView first_bytes) {
    const std::string_view text = to_text(first_bytes).substr(0, proxy_header_prefix);
    return text.size() == proxy_header_prefix && (agrees(text, text_start) || agrees(text, binary_start));
}

Result<ProxyHeader> decode_proxy_header(BytesView bytes) {
    if (bytes.size() < proxy_header_prefix) return ProxyHeader{proxy_header_prefix - bytes.size(), {}};
    return bytes[0] == 'P' ? decode_text(to_text(bytes)) : decode_binary(bytes);
}

}  // namespace leasehold::wire
