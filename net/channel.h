// A connected stream, in clear or TLS, TCP or Unix: to a client or to a tablet.
// One read is kept armed in a small buffer inside the channel, whoever is or is not waiting: so a peer that
// goes away is noticed while its session waits for something else, and waiting for a statement costs no
// system call of its own. The rest is read and written with plain non-blocking calls
// (docs/adr/0001-threads-and-coroutines.md). Owner: a session or a pool::Connection. Thread: the worker's.
// Closing is immediate; the operations that Asio still holds keep the socket's core alive until they have
// ended.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/sleeper.h"
#include "net/task.h"

namespace leasehold::net {

class Worker;
class TlsContext;
class StreamFilter;

// Outcome of one non-blocking read or write.
struct IoResult {
    enum class Kind : std::uint8_t { some, would_block, end, failed };
    Kind kind = Kind::would_block;
    std::size_t bytes = 0;
};

// Why a wait or a whole write ended.
enum class IoStatus : std::uint8_t { done, interrupted, closed };

// Told when the peer of a channel has gone away or has sent something while nobody was waiting for it.
class ChannelObserver {
  public:
    virtual void on_peer_gone() noexcept = 0;

  protected:
    ~ChannelObserver() = default;
};

class Channel {
  public:
    // Takes ownership of a connected, non-blocking socket. `head_bytes`: size of the armed read's buffer.
    Channel(Worker& worker, int socket, bool unix_socket, std::size_t head_bytes);
    Channel(Channel&& other) noexcept = default;
    Channel& operator=(Channel&& other) noexcept = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    ~Channel();

    // Reads what is there, up to out.size(). `end`: the peer closed in order.
    IoResult read(std::span<std::uint8_t> out);
    // Gives back bytes that were read too far (a client that sends its next command early); the next read()
    // has them.
    void unread(std::span<const std::uint8_t> bytes);
    // Writes what the socket takes at once.
    IoResult write(std::span<const std::uint8_t> bytes);

    // Waits until read() has something to say. Done also at the end of the stream: read() then tells.
    class Readable;
    Readable readable(Interrupt& interrupt);
    // Waits until write() may go on.
    class Writable;
    Writable writable(Interrupt& interrupt);

    // Writes everything, waiting as often as needed.
    Task<IoStatus> write_all(std::span<const std::uint8_t> bytes, Interrupt& interrupt);
    // Fills `out` completely. For handshakes, where nothing may be read beyond the packet.
    Task<IoStatus> read_exactly(std::span<std::uint8_t> out, Interrupt& interrupt);

    // Upgrades to TLS as server or client (`host` for the certificate check and SNI). The error names the
    // cause.
    Task<Result<void>> start_tls(const TlsContext& context, std::string host, Interrupt& interrupt);

    // From here on everything passes through a filter, above TLS. write() may then leave a part of what it
    // took to be sent by the next write; write_all() leaves nothing.
    void filter_through(std::unique_ptr<StreamFilter> filter);
    bool filtered() const;
    // Why read() failed, where the filter could not make anything of what the peer sent.
    std::optional<Error> problem() const;

    // While no one waits: keeps watching. The observer hears of the peer's going at most once; null stops it.
    void watch(ChannelObserver* observer);

    // Bytes that arrived but were not read, or an end not yet read: an idle tablet connection must have
    // neither.
    bool has_pending();
    // Asks the socket itself (one system call): for a connection that rested long before something that may
    // not be sent twice goes out on it.
    bool seems_closed();
    bool open() const;
    bool tls() const;
    bool is_unix() const;
    const char* tls_version() const;  // "" in clear
    const char* tls_cipher() const;   // "" in clear
    // "10.0.0.7:51234", or "unix" for a Unix socket.
    std::string peer_address() const;
    std::uint64_t bytes_read() const;
    std::uint64_t bytes_written() const;
    std::size_t memory() const;  // without what OpenSSL takes for it
    // Ends the stream both ways: whoever reads or writes finds it at its end. Until close() it stays open.
    void shut_down() noexcept;
    void close() noexcept;

    struct Core;  // net/channel_core.h

  private:
    boost::intrusive_ptr<Core> core_;
};

void intrusive_ptr_add_ref(Channel::Core* core) noexcept;
void intrusive_ptr_release(Channel::Core* core) noexcept;

class Channel::Readable {
  public:
    Readable(Core& core, Interrupt& interrupt) : core_(core), interrupt_(interrupt) {}
    bool await_ready() const;
    void await_suspend(std::coroutine_handle<> coroutine);
    IoStatus await_resume() noexcept;

  private:
    Core& core_;
    Interrupt& interrupt_;
    Sleeper sleeper_;
};

class Channel::Writable {
  public:
    Writable(Core& core, Interrupt& interrupt) : core_(core), interrupt_(interrupt) {}
    bool await_ready() const;
    void await_suspend(std::coroutine_handle<> coroutine);
    IoStatus await_resume() noexcept;

  private:
    Core& core_;
    Interrupt& interrupt_;
    Sleeper sleeper_;
};

}  // namespace leasehold::net
