#include "proxy/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "net/connect.h"

namespace leasehold::proxy {

struct Listener::Acceptor : std::enable_shared_from_this<Acceptor> {
    // Out of descriptors a wait for readiness would end at once, again and again.
    static constexpr std::chrono::milliseconds pause_when_full{100};
    struct Later final : net::Deadline {
        explicit Later(Acceptor& acceptor) : acceptor_(acceptor) {}
        void on_deadline() noexcept override {
            if (acceptor_.descriptor.is_open()) acceptor_.wait();
        }
        Acceptor& acceptor_;
    };

    Acceptor(net::Worker& worker_, int fd, bool unix_socket_, Accepted accepted_)
        : worker(worker_),
          descriptor(worker_.context(), fd),
          unix_socket(unix_socket_),
          accepted(std::move(accepted_)) {}

    void wait() {
        descriptor.async_wait(boost::asio::posix::descriptor_base::wait_read,
                              [self = shared_from_this()](const boost::system::error_code& failed) {
                                  if (failed || !self->descriptor.is_open()) return;
                                  if (self->accept_all()) {
                                      self->wait();
                                  } else {
                                      self->worker.deadlines().add(self->later,
                                                                   self->worker.now() + pause_when_full);
                                  }
                              });
    }

    // False: the process cannot have another socket now.
    bool accept_all() {
        // A bounded number at a time: the worker's sessions have their turn in between.
        for (int i = 0; i < 64; ++i) {
            const int fd =
                ::accept4(descriptor.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd >= 0) {
                if (!unix_socket) net::set_stream_options(fd);
                accepted(fd, unix_socket);
                continue;
            }
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) return true;
            log(LogLevel::error, "cannot accept a client", {{"error", std::strerror(errno)}});
            return false;
        }
        return true;
    }

    net::Worker& worker;
    boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> descriptor;
    bool unix_socket;
    Accepted accepted;
    Later later{*this};
};

namespace {

Error cannot_listen(const config::Address& address, std::string_view why) {
    return Error{0, "cannot listen on " + config::to_string(address) + ": " + std::string(why), "HY000"};
}

Result<int> listen_unix(const config::Address& address, int backlog) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (address.path.size() >= sizeof name.sun_path) return cannot_listen(address, "path too long");
    std::memcpy(name.sun_path, address.path.c_str(), address.path.size() + 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&name);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return cannot_listen(address, std::strerror(errno));
    if (::connect(fd, generic, sizeof name) == 0) {
        ::close(fd);
        return cannot_listen(address, "somebody listens there already");
    }
    struct stat what {};
    if (::lstat(address.path.c_str(), &what) == 0 && S_ISSOCK(what.st_mode)) ::unlink(address.path.c_str());
    if (::bind(fd, generic, sizeof name) != 0 || ::chmod(address.path.c_str(), 0777) != 0 ||
        ::listen(fd, backlog) != 0) {
        const Error failed = cannot_listen(address, std::strerror(errno));
        ::close(fd);
        return failed;
    }
    return fd;
}

Result<int> listen_tcp(config::Address& address, int backlog) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int failed =
        ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
    if (failed != 0) return cannot_listen(address, ::gai_strerror(failed));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
    const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return cannot_listen(address, std::strerror(errno));
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (::bind(fd, found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd, backlog) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
        const Error error = cannot_listen(address, std::strerror(errno));
        ::close(fd);
        return error;
    }
    address.port =
        ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port
                                          : reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
    return fd;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(net::Worker& worker, const config::Address& address,
                                                 unsigned backlog, Accepted accepted) {
    config::Address actual = address;
    const bool is_unix = address.kind == config::Address::Kind::unix_socket;
    const Result<int> fd = is_unix ? listen_unix(address, static_cast<int>(backlog))
                                   : listen_tcp(actual, static_cast<int>(backlog));
    if (!fd) return fd.error();
    auto acceptor = std::make_shared<Acceptor>(worker, *fd, is_unix, std::move(accepted));
    worker.post([acceptor] { acceptor->wait(); });
    return std::unique_ptr<Listener>(new Listener(worker, std::move(actual), std::move(acceptor)));
}

Listener::Listener(net::Worker& worker, config::Address address, std::shared_ptr<Acceptor> acceptor)
    : worker_(worker), address_(std::move(address)), acceptor_(std::move(acceptor)) {}

Listener::~Listener() {
    close();
}

void Listener::close() {
    if (!acceptor_) return;
    if (address_.kind == config::Address::Kind::unix_socket) ::unlink(address_.path.c_str());
    worker_.post([acceptor = std::move(acceptor_)] {
        boost::system::error_code ignored;
        acceptor->later.cancel();
        acceptor->descriptor.close(ignored);
    });
    acceptor_.reset();
}

}  // namespace leasehold::proxy
