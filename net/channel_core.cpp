#include "net/channel_core.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <cstring>

#include "base/memory_account.h"
#include "net/worker.h"

namespace leasehold::net {
namespace {

// An Asio handler that keeps the core alive and lives in the core's own memory.
template <void (*Then)(Channel::Core&, const boost::system::error_code&, std::size_t)>
struct Completion {
    boost::intrusive_ptr<Channel::Core> core;
    HandlerMemory* memory;

    using allocator_type = HandlerAllocator<void>;
    allocator_type get_allocator() const noexcept { return allocator_type(*memory); }
    void operator()(const boost::system::error_code& failed, std::size_t bytes = 0) {
        Then(*core, failed, bytes);
    }
};

void read_done(Channel::Core& core, const boost::system::error_code& failed, std::size_t bytes) {
    core.on_read(failed, bytes);
}
void write_ready(Channel::Core& core, const boost::system::error_code&, std::size_t) {
    core.on_writable();
}

}  // namespace

void intrusive_ptr_add_ref(Channel::Core* core) noexcept {
    ++core->references;
}
void intrusive_ptr_release(Channel::Core* core) noexcept {
    if (--core->references == 0) delete core;
}

namespace {

constexpr std::uint32_t tls_head_bytes = 96;

}  // namespace

Channel::Core::Core(Worker& worker_, int socket_, bool unix_socket_, std::size_t head_bytes)
    : worker(worker_),
      socket(worker_.context(), boost::asio::generic::stream_protocol(unix_socket_ ? AF_UNIX : AF_INET, 0),
             socket_),
      head(new std::uint8_t[head_bytes]),
      head_size(static_cast<std::uint32_t>(head_bytes)),
      unix_socket(unix_socket_) {
    socket.non_blocking(true);
    charge(MemoryPart::channels, memory());
}

std::int64_t Channel::Core::memory() const {
    constexpr std::size_t reactor_state = 192;  // what Asio keeps of a descriptor
    const std::size_t write = write_memory ? allocated_size(sizeof(HandlerMemory)) : 0;
    return static_cast<std::int64_t>(allocated_size(sizeof(Core)) + allocated_size(head_size) + write +
                                     reactor_state);
}

Channel::Core::~Core() {
    charge(MemoryPart::channels, -memory());
    if (ssl != nullptr) SSL_free(ssl);
}

// Of a connection whose OpenSSL state is many times that: a record's beginning is enough to wake its reader.
void Channel::Core::shrink_head() {
    charge(MemoryPart::channels, -memory());
    head.reset(new std::uint8_t[tls_head_bytes]);
    head_size = tls_head_bytes;
    charge(MemoryPart::channels, memory());
}

void Channel::Core::arm_read() {
    if (read_armed || stream != Stream::open) return;
    if (head_begin == head_end) {
        head_begin = head_end = 0;
        if (ssl != nullptr && head_size > tls_head_bytes) shrink_head();
    } else if (head_end == head_size && head_begin > 0) {
        std::memmove(head.get(), head.get() + head_begin, unread());
        head_end -= head_begin;
        head_begin = 0;
    }
    if (head_end == head_size) return;
    read_armed = true;
    socket.async_read_some(boost::asio::buffer(head.get() + head_end, head_size - head_end),
                           Completion<read_done>{boost::intrusive_ptr<Core>(this), &read_memory});
}

void Channel::Core::on_read(const boost::system::error_code& failed, std::size_t bytes) {
    read_armed = false;
    if (stream == Stream::closed) return;
    if (failed) {
        stream = Stream::ended;
    } else {
        socket_may_have_more = bytes == head_size - head_end;
        head_end += static_cast<std::uint32_t>(bytes);
        bytes_read += bytes;
    }
    if (reader != nullptr) {
        reader->wake_here(Wake::ready);
        return;
    }
    if (stream == Stream::open) {
        arm_read();  // behind what a busy session has not read yet, the end of the stream can still be seen
    } else if (observer != nullptr) {
        ChannelObserver* told = observer;
        observer = nullptr;
        told->on_peer_gone();
    }
}

void Channel::Core::arm_write() {
    if (write_armed || stream == Stream::closed) return;
    write_armed = true;
    if (!write_memory) {
        write_memory = std::make_unique<HandlerMemory>();
        charge(MemoryPart::channels, allocated_size(sizeof(HandlerMemory)));
    }
    socket.async_wait(boost::asio::socket_base::wait_write,
                      Completion<write_ready>{boost::intrusive_ptr<Core>(this), write_memory.get()});
}

void Channel::Core::on_writable() {
    write_armed = false;
    if (writer != nullptr) writer->wake_here(Wake::ready);
}

void Channel::Core::close() noexcept {
    if (stream == Stream::closed) return;
    if (ssl != nullptr && SSL_is_init_finished(ssl) == 1) {
        SSL_shutdown(ssl);  // one close_notify, if the socket takes it now
        take_tls_error();
    }
    stream = Stream::closed;
    head_begin = head_end = 0;
    filter.reset();
    observer = nullptr;
    boost::system::error_code ignored;
    socket.close(ignored);
    if (reader != nullptr) reader->wake(Wake::ready);
    if (writer != nullptr) writer->wake(Wake::ready);
}

IoResult Channel::Core::raw_read(std::span<std::uint8_t> out) {
    std::size_t got = std::min(unread(), out.size());
    if (got > 0) {
        std::memcpy(out.data(), head.get() + head_begin, got);
        head_begin += static_cast<std::uint32_t>(got);
    }
    // While a read is armed the reactor may already hold bytes that come first: then the socket is not to be
    // touched.
    while (got < out.size() && !read_armed && socket_may_have_more && stream == Stream::open) {
        const ssize_t n = ::recv(socket.native_handle(), out.data() + got, out.size() - got, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            socket_may_have_more = false;
        } else if (n <= 0) {
            stream = Stream::ended;
        } else {
            socket_may_have_more = static_cast<std::size_t>(n) == out.size() - got;
            got += static_cast<std::size_t>(n);
            bytes_read += static_cast<std::uint64_t>(n);
        }
        break;
    }
    if (got > 0) return {IoResult::Kind::some, got};
    return {stream == Stream::open ? IoResult::Kind::would_block : IoResult::Kind::end, 0};
}

IoResult Channel::Core::raw_write(std::span<const std::uint8_t> bytes) {
    if (stream == Stream::closed) return {IoResult::Kind::failed, 0};
    for (;;) {
        const ssize_t n =
            ::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            bytes_written += static_cast<std::uint64_t>(n);
            return {IoResult::Kind::some, static_cast<std::size_t>(n)};
        }
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return {IoResult::Kind::would_block, 0};
        return {IoResult::Kind::failed, 0};
    }
}

}  // namespace leasehold::net
