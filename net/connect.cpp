#include "net/connect.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "base/mysql_errors.h"
#include "net/worker.h"

namespace leasehold::net {
namespace {

using Resolver =
    boost::asio::ip::basic_resolver<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

// What the resolver's completion and the waiting coroutine share: either may be done first.
struct Resolving {
    explicit Resolving(boost::asio::io_context& context) : resolver(context) {}
    Resolver resolver;
    Sleeper* sleeper = nullptr;
    boost::system::error_code failed = boost::asio::error::operation_aborted;
    std::vector<boost::asio::ip::tcp::endpoint> found;
};

class Resolved {
  public:
    Resolved(Worker& worker, const Endpoint& endpoint, Interrupt& interrupt)
        : worker_(worker), interrupt_(interrupt), shared_(std::make_shared<Resolving>(worker.context())) {
        shared_->resolver.async_resolve(
            endpoint.host, std::to_string(endpoint.port),
            [shared = shared_](const boost::system::error_code& failed, const Resolver::results_type& found) {
                shared->failed = failed;
                for (const auto& entry : found) shared->found.push_back(entry.endpoint());
                if (shared->sleeper != nullptr) shared->sleeper->wake_here(Wake::ready);
            });
    }
    Resolved(const Resolved&) = delete;
    Resolved& operator=(const Resolved&) = delete;

    bool await_ready() const { return interrupt_.raised(); }
    void await_suspend(std::coroutine_handle<> coroutine) {
        sleeper_.sleep(worker_, coroutine);
        shared_->sleeper = &sleeper_;
        interrupt_.attach(sleeper_);
    }
    std::shared_ptr<Resolving> await_resume() {
        shared_->sleeper = nullptr;
        interrupt_.detach();
        return shared_;
    }

  private:
    Worker& worker_;
    Interrupt& interrupt_;
    std::shared_ptr<Resolving> shared_;
    Sleeper sleeper_;
};

Error connect_error(const Endpoint& endpoint, const std::string& why) {
    return make_error(mysql_error::cannot_connect, "cannot connect to " + to_string(endpoint) + ": " + why);
}

Task<Result<Channel>> connect_socket(Worker& worker, const Endpoint& endpoint, const sockaddr* address,
                                     socklen_t length, std::size_t head_bytes, Interrupt& interrupt) {
    const int fd = ::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) co_return connect_error(endpoint, std::strerror(errno));
    if (address->sa_family != AF_UNIX) set_stream_options(fd);
    const int connected = ::connect(fd, address, length);
    const int why = connected == 0 ? 0 : errno;
    if (why != 0 && why != EINPROGRESS) {
        ::close(fd);
        co_return connect_error(endpoint, std::strerror(why));
    }
    Channel channel(worker, fd, address->sa_family == AF_UNIX, head_bytes);
    if (why == EINPROGRESS) {
        const IoStatus waited = co_await channel.writable(interrupt);
        if (waited != IoStatus::done) co_return connect_error(endpoint, "timed out or cancelled");
        int failed = 0;
        socklen_t size = sizeof failed;
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size);
        if (failed != 0) co_return connect_error(endpoint, std::strerror(failed));
    }
    co_return std::move(channel);
}

}  // namespace

std::string to_string(const Endpoint& endpoint) {
    if (endpoint.is_unix()) return "unix:" + endpoint.path;
    const bool v6 = endpoint.host.find(':') != std::string::npos;
    return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

void set_stream_options(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

Task<Result<Channel>> connect(Worker& worker, const Endpoint& endpoint, std::size_t head_bytes,
                              Interrupt& interrupt) {
    if (endpoint.is_unix()) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (endpoint.path.size() >= sizeof address.sun_path)
            co_return connect_error(endpoint, "path too long");
        std::memcpy(address.sun_path, endpoint.path.c_str(), endpoint.path.size() + 1);
        co_return co_await connect_socket(worker, endpoint, reinterpret_cast<const sockaddr*>(&address),
                                          sizeof address, head_bytes, interrupt);
    }
    std::vector<boost::asio::ip::tcp::endpoint> candidates;
    boost::system::error_code not_numeric;
    const auto address = boost::asio::ip::make_address(endpoint.host, not_numeric);
    if (!not_numeric) {
        candidates.emplace_back(address, endpoint.port);
    } else {
        const auto resolving = co_await Resolved(worker, endpoint, interrupt);
        if (resolving->failed) co_return connect_error(endpoint, resolving->failed.message());
        candidates = resolving->found;
    }
    Result<Channel> last = connect_error(endpoint, "the name has no address");
    for (const auto& candidate : candidates) {
        last = co_await connect_socket(worker, endpoint, candidate.data(),
                                       static_cast<socklen_t>(candidate.size()), head_bytes, interrupt);
        if (last || interrupt.raised()) break;
    }
    co_return std::move(last);
}

}  // namespace leasehold::net
