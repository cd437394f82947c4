#include "net/channel.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "net/channel_core.h"
#include "net/tls.h"
#include "net/worker.h"

namespace leasehold::net {

Channel::Channel(Worker& worker, int socket, bool unix_socket, std::size_t head_bytes)
    : core_(new Core(worker, socket, unix_socket, head_bytes)) {}

Channel::~Channel() {
    if (core_) core_->close();
}

void Channel::unread(std::span<const std::uint8_t> bytes) {
    core_->given_back.insert(core_->given_back.begin(), bytes.begin(), bytes.end());
}

IoResult Channel::read(std::span<std::uint8_t> out) {
    Core& core = *core_;
    if (!core.given_back.empty()) {
        const std::size_t n = std::min(out.size(), core.given_back.size());
        std::copy_n(core.given_back.begin(), n, out.begin());
        core.given_back.erase(core.given_back.begin(),
                              core.given_back.begin() + static_cast<std::ptrdiff_t>(n));
        if (core.given_back.empty()) core.given_back = {};
        return {IoResult::Kind::some, n};
    }
    return core.filter ? core.filtered_read(out) : core.plain_read(out);
}

IoResult Channel::write(std::span<const std::uint8_t> bytes) {
    return core_->filter ? core_->filtered_write(bytes) : core_->plain_write(bytes);
}

IoResult Channel::Core::plain_read(std::span<std::uint8_t> out) {
    if (ssl == nullptr) return raw_read(out);
    std::size_t got = 0;
    while (got < out.size()) {
        take_tls_error();
        std::size_t n = 0;
        if (SSL_read_ex(ssl, out.data() + got, out.size() - got, &n) != 1) {
            tls_may_have_more = false;
            const int why = SSL_get_error(ssl, 0);
            if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE && stream == Stream::open) {
                stream = Stream::ended;
            }
            break;
        }
        got += n;
    }
    tls_may_have_more = SSL_pending(ssl) > 0;
    if (got > 0) return {IoResult::Kind::some, got};
    return {stream == Stream::open ? IoResult::Kind::would_block : IoResult::Kind::end, 0};
}

IoResult Channel::Core::plain_write(std::span<const std::uint8_t> bytes) {
    if (ssl == nullptr || bytes.empty()) return raw_write(bytes);
    if (stream == Stream::closed) return {IoResult::Kind::failed, 0};
    take_tls_error();
    std::size_t n = 0;
    if (SSL_write_ex(ssl, bytes.data(), bytes.size(), &n) == 1) return {IoResult::Kind::some, n};
    const int why = SSL_get_error(ssl, 0);
    if (why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ) return {IoResult::Kind::would_block, 0};
    return {IoResult::Kind::failed, 0};
}

Channel::Readable Channel::readable(Interrupt& interrupt) {
    return Readable(*core_, interrupt);
}
Channel::Writable Channel::writable(Interrupt& interrupt) {
    return Writable(*core_, interrupt);
}

bool Channel::Readable::await_ready() const {
    return interrupt_.raised() || core_.unread() > 0 || !core_.given_back.empty() ||
           core_.tls_may_have_more || (core_.filter && core_.filter->may_have_more) ||
           (core_.socket_may_have_more && !core_.read_armed) || core_.stream != Core::Stream::open;
}

void Channel::Readable::await_suspend(std::coroutine_handle<> coroutine) {
    sleeper_.sleep(core_.worker, coroutine);
    core_.reader = &sleeper_;
    interrupt_.attach(sleeper_);
    core_.arm_read();
}

IoStatus Channel::Readable::await_resume() noexcept {
    if (core_.reader == &sleeper_) core_.reader = nullptr;
    interrupt_.detach();
    if (interrupt_.raised()) return IoStatus::interrupted;
    return core_.stream == Core::Stream::closed ? IoStatus::closed : IoStatus::done;
}

bool Channel::Writable::await_ready() const {
    return interrupt_.raised() || core_.stream == Core::Stream::closed;
}

void Channel::Writable::await_suspend(std::coroutine_handle<> coroutine) {
    sleeper_.sleep(core_.worker, coroutine);
    core_.writer = &sleeper_;
    interrupt_.attach(sleeper_);
    core_.arm_write();
}

IoStatus Channel::Writable::await_resume() noexcept {
    if (core_.writer == &sleeper_) core_.writer = nullptr;
    interrupt_.detach();
    if (interrupt_.raised()) return IoStatus::interrupted;
    return core_.stream == Core::Stream::closed ? IoStatus::closed : IoStatus::done;
}

Task<IoStatus> Channel::write_all(std::span<const std::uint8_t> bytes, Interrupt& interrupt) {
    while (!bytes.empty() || core_->has_unsent()) {
        const IoResult put = write(bytes);
        if (put.kind == IoResult::Kind::some) {
            bytes = bytes.subspan(put.bytes);
        } else if (put.kind == IoResult::Kind::would_block) {
            const IoStatus waited = co_await writable(interrupt);
            if (waited != IoStatus::done) co_return waited;
        } else {
            co_return IoStatus::closed;
        }
    }
    co_return IoStatus::done;
}

Task<IoStatus> Channel::read_exactly(std::span<std::uint8_t> out, Interrupt& interrupt) {
    while (!out.empty()) {
        const IoResult got = read(out);
        if (got.kind == IoResult::Kind::some) {
            out = out.subspan(got.bytes);
        } else if (got.kind == IoResult::Kind::would_block) {
            const IoStatus waited = co_await readable(interrupt);
            if (waited != IoStatus::done) co_return waited;
        } else {
            co_return IoStatus::closed;
        }
    }
    co_return IoStatus::done;
}

void Channel::watch(ChannelObserver* observer) {
    core_->observer = observer;
    if (observer != nullptr) core_->arm_read();
}

bool Channel::has_pending() {
    if (core_->stream != Core::Stream::open || !core_->given_back.empty()) return true;
    if (core_->ssl == nullptr) return core_->unread() > 0;
    if (core_->unread() == 0) return core_->tls_may_have_more;
    // TLS has words of its own (session tickets): only what is left after it has heard them is the peer's.
    take_tls_error();
    std::uint8_t byte = 0;
    return SSL_peek(core_->ssl, &byte, 1) > 0 || SSL_get_error(core_->ssl, 0) != SSL_ERROR_WANT_READ;
}
bool Channel::seems_closed() {
    if (has_pending()) return true;
    std::uint8_t byte = 0;
    const ssize_t n = ::recv(core_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}
bool Channel::open() const {
    return core_ && core_->stream != Core::Stream::closed;
}
bool Channel::tls() const {
    return core_->ssl != nullptr;
}
bool Channel::is_unix() const {
    return core_->unix_socket;
}
const char* Channel::tls_version() const {
    return core_->ssl == nullptr ? "" : SSL_get_version(core_->ssl);
}
const char* Channel::tls_cipher() const {
    return core_->ssl == nullptr ? "" : SSL_CIPHER_get_name(SSL_get_current_cipher(core_->ssl));
}
std::uint64_t Channel::bytes_read() const {
    return core_->bytes_read;
}
std::size_t Channel::memory() const {
    return core_ ? static_cast<std::size_t>(core_->memory()) : 0;
}
std::uint64_t Channel::bytes_written() const {
    return core_->bytes_written;
}
void Channel::shut_down() noexcept {
    if (core_->socket.is_open()) ::shutdown(core_->socket.native_handle(), SHUT_RDWR);
}

void Channel::close() noexcept {
    core_->close();
}

std::string Channel::peer_address() const {
    if (core_->unix_socket) return "unix";
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getpeername(core_->socket.native_handle(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
        return "?";
    char text[INET6_ADDRSTRLEN] = "?";
    if (address.ss_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
        ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        return "[" + std::string(text) + "]:" + std::to_string(ntohs(v6->sin6_port));
    }
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
    ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(v4->sin_port));
}

}  // namespace leasehold::net
