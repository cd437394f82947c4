// The part of a Channel that Asio's pending operations keep alive. Internal to net/channel*.cpp.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>

#include "net/channel.h"
#include "net/channel_filter.h"
#include "net/handler_memory.h"
#include "net/tls.h"

struct ssl_st;

namespace leasehold::net {

struct Channel::Core {
    using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                    boost::asio::io_context::executor_type>;

    Core(Worker& worker_, int socket_, bool unix_socket_, std::size_t head_bytes);
    ~Core();

    void shrink_head();
    // Keeps the read armed as long as the head has room and the stream has not ended.
    void arm_read();
    void arm_write();
    void on_read(const boost::system::error_code& failed, std::size_t bytes);
    void on_writable();
    void close() noexcept;

    // Raw bytes of the socket: first what the armed read got, then the socket itself.
    IoResult raw_read(std::span<std::uint8_t> out);
    IoResult raw_write(std::span<const std::uint8_t> bytes);

    // The stream as the peer sends and gets it, out of TLS.
    IoResult plain_read(std::span<std::uint8_t> out);
    IoResult plain_write(std::span<const std::uint8_t> bytes);
    // The same through the filter (net/channel_filter.cpp).
    IoResult filtered_read(std::span<std::uint8_t> out);
    IoResult filtered_write(std::span<const std::uint8_t> bytes);
    IoResult send_unsent();
    bool has_unsent() const;

    std::int64_t memory() const;  // as it is accounted for
    std::size_t unread() const { return head_end - head_begin; }

    enum class Stream : std::uint8_t { open, ended, closed };

    unsigned references = 0;
    Worker& worker;
    Socket socket;
    ssl_st* ssl = nullptr;
    std::unique_ptr<std::uint8_t[]> head;
    std::uint32_t head_size;
    std::uint32_t head_begin = 0;
    std::uint32_t head_end = 0;
    Stream stream = Stream::open;
    bool unix_socket;
    bool read_armed = false;
    bool write_armed = false;
    std::vector<std::uint8_t> given_back;  // by unread(): in front of everything else
    bool socket_may_have_more = false;  // the armed read filled the head, or our own read filled its buffer
    bool tls_may_have_more = false;     // the last TLS read filled its buffer
    std::unique_ptr<ChannelFilter> filter;
    Sleeper* reader = nullptr;
    Sleeper* writer = nullptr;
    ChannelObserver* observer = nullptr;
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_written = 0;
    HandlerMemory read_memory;
    std::unique_ptr<HandlerMemory> write_memory;  // made when the peer is first waited for: most never are
};

// OpenSSL reads and writes through the core, so that what the armed read got is not lost to it.
ssl_st* new_tls(Channel::Core& core, const TlsContext& context);

}  // namespace leasehold::net
