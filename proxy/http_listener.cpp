#include "proxy/http_listener.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

namespace leasehold::proxy {
namespace {

constexpr int backlog = 128;

Error cannot_listen(const config::Address& where, std::string_view why) {
    return {0, fmt::format("cannot listen on {}: {}", config::to_string(where), why)};
}

std::uint16_t local_port(int socket) {
    sockaddr_storage name{};
    socklen_t length = sizeof name;
    if (getsockname(socket, reinterpret_cast<sockaddr*>(&name), &length) != 0) return 0;
    if (name.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(name).sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in&>(name).sin_port);
}

// A socket's file outlives a process that was killed. Whether anybody listens on it shows in a connect.
bool is_stale(const sockaddr_un& name) {
    struct stat info {};
    if (stat(name.sun_path, &info) != 0 || !S_ISSOCK(info.st_mode)) return false;
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return false;
    const bool refused =
        connect(probe, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 && errno == ECONNREFUSED;
    close(probe);
    return refused;
}

// The socket, or errno of the step that failed.
struct Attempt {
    int socket = -1;
    int error = 0;
};

Attempt bind_and_listen(int family, const sockaddr* name, socklen_t length) {
    const int made = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0) return {-1, errno};
    const int on = 1;
    if (family != AF_UNIX) setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(made, name, length) == 0 && listen(made, backlog) == 0) return {made, 0};
    const int error = errno;
    close(made);
    return {-1, error};
}

}  // namespace

Result<HttpListener> HttpListener::open(const config::Address& where) {
    if (where.kind == config::Address::Kind::unix_socket) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        if (where.path.size() >= sizeof name.sun_path) return cannot_listen(where, "the path is too long");
        std::memcpy(name.sun_path, where.path.c_str(), where.path.size() + 1);
        if (is_stale(name)) unlink(name.sun_path);
        const Attempt attempt =
            bind_and_listen(AF_UNIX, reinterpret_cast<const sockaddr*>(&name), sizeof name);
        if (attempt.socket < 0) return cannot_listen(where, std::strerror(attempt.error));
        return HttpListener(attempt.socket, AF_UNIX, where);
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int failed = getaddrinfo(where.host.empty() ? nullptr : where.host.c_str(),
                                   std::to_string(where.port).c_str(), &hints, &found);
    if (failed != 0) return cannot_listen(where, gai_strerror(failed));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    Attempt attempt;
    for (const addrinfo* candidate = found; candidate != nullptr; candidate = candidate->ai_next) {
        attempt = bind_and_listen(candidate->ai_family, candidate->ai_addr, candidate->ai_addrlen);
        if (attempt.socket >= 0) {
            config::Address address = where;
            address.port = local_port(attempt.socket);
            return HttpListener(attempt.socket, candidate->ai_family, std::move(address));
        }
    }
    return cannot_listen(where, std::strerror(attempt.error));
}

HttpListener::HttpListener(HttpListener&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      family_(other.family_),
      address_(std::move(other.address_)) {}

HttpListener::~HttpListener() {
    if (socket_ < 0) return;
    close(socket_);
    if (address_.kind == config::Address::Kind::unix_socket) unlink(address_.path.c_str());
}

}  // namespace leasehold::proxy
