// One client: its channel, what it changed, what it holds. The loop in session.cpp reads a command and hands
// it to its family's file (query.cpp, prepared_commands.cpp, simple_commands.cpp). Owner: the coroutine that
// serves the client. Thread: its site's worker, from accept to the end.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "net/channel.h"
#include "net/sleeper.h"
#include "proxy/client_state.h"
#include "proxy/command_reader.h"
#include "proxy/held_leases.h"
#include "proxy/prepared_statements.h"
#include "proxy/site.h"
#include "wire/renumberer.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {

class CommandRest;

// What the session's loop does after a command.
enum class Flow : std::uint8_t { next, leave };

class Session final : public pool::LeaseHolder, private net::ChannelObserver {
  public:
    Session(Site& site, net::Channel channel, bool tls_offered);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    net::Task<void> run();

    // From other sessions' KILL, from drain. On this worker.
    void kill() noexcept;
    void kill_query() noexcept;
    void ask_to_leave(bool at_once) noexcept;

    Site& site() { return site_; }
    const Site& site() const { return site_; }
    net::Channel& channel() { return channel_; }
    const net::Channel& channel() const { return channel_; }
    net::Interrupt& interrupt() { return interrupt_; }
    ClientState& state() { return state_; }
    const ClientState& state() const { return state_; }
    HeldLeases& held() { return held_; }
    const HeldLeases& held() const { return held_; }
    PreparedStatements& prepared() { return prepared_; }
    const PreparedStatements& prepared() const { return prepared_; }
    std::uint32_t id() const { return id_; }
    const std::string& address() const { return address_; }
    // The load balancer in front told another address than its own.
    void came_from(std::string address);
    bool came_through_proxy() const { return came_through_proxy_; }
    wire::Capabilities capabilities() const { return state_.login.capabilities; }

    // What SHOW PROCESSLIST tells. `statement` is a view of the command that runs.
    enum class Phase : std::uint8_t { login, idle, waiting, active };
    struct Activity {
        Phase phase = Phase::login;
        wire::Command command = wire::Command::connect;
        std::string_view statement;
        net::TimePoint since{};
    };
    Activity activity;
    net::TimePoint connected_at{};

    // The keyspace that counts what is done now: that of the last plan, or the target's.
    Site::Counted& counted();
    KeyspaceCounters& counters() { return counted().second; }
    void count_for(const std::string& keyspace);

    // Several answers to one command: what is sent is numbered through, and all but the last say that more
    // follows.
    struct AnswerSeries {
        wire::Renumberer renumberer;
        bool more = true;
        wire::Bytes numbered;
    };
    std::unique_ptr<AnswerSeries> series;
    // The large command that is being served: what is still to come of it is read before anything is
    // answered.
    CommandRest* large = nullptr;
    void begin_work(wire::Command command);
    // Carries out a command that was read whole.
    net::Task<Flow> dispatch(Command& command);
    // The last word to a client whose command could not be read, for its own or the session's reasons.
    net::Task<void> part_from(Error error);
    bool has_lost() const { return lost_ != nullptr; }

    // Answers; `sequence` is that of the answer's first packet. False: the client is gone.
    net::Task<Flow> send(wire::BytesView bytes);
    net::Task<Flow> send_ok(const wire::OkPacket& ok = {}, std::uint8_t sequence = 1);
    net::Task<Flow> send_error(Error error, std::uint8_t sequence = 1);
    // Status flags of an answer that the proxy makes itself.
    wire::StatusFlags status() const;

    // Forgets everything a client can change; what was reserved goes back (COM_RESET_CONNECTION,
    // COM_CHANGE_USER).
    void reset_state();
    // What a client means by the name of a database, if it may use it.
    Result<router::Target> target_named(std::string_view text) const;
    void set_target(router::Target target);
    wire::Scramble greeting_scramble{};
    // Counts the session for its user's own cap; false when that is reached.
    bool admit_user(const std::string& user, std::uint32_t cap);

  private:
    net::Task<bool> log_in();
    net::Task<Flow> serve_next();
    void begin_rest();
    // An answer to a packet of several frames goes on with their numbers.
    void number_answers_after(std::uint8_t sequence);
    bool is_interactive() const;
    bool speaks_libmariadb() const;
    net::Task<bool> wait_for_question();
    net::Task<void> say_goodbye(Error error);
    void on_peer_gone() noexcept override;
    void on_lease_lost(pool::Connection& connection) noexcept override;
    void drop_leases_of_removed_tablets();
    void lose(HeldLease& held, std::string_view why);

    Site& site_;
    net::Channel channel_;
    net::Interrupt interrupt_;
    net::InterruptDeadline patience_{interrupt_, net::InterruptReason::idle_timeout};
    const std::uint32_t id_;
    std::string address_;
    ClientState state_;
    HeldLeases held_;
    PreparedStatements prepared_;
    Site::Counted* counted_ = nullptr;
    std::unique_ptr<const Error> lost_;  // what was lost between two statements: the next one is told
    std::string admitted_user_;          // counted by Process::admit_user
    enum class Leaving : std::uint8_t { no, when_free, now } leaving_ = Leaving::no;
    bool tls_offered_;
    bool came_through_proxy_ = false;
};

// The armed read's buffer: most statements fit; what is longer goes straight into a borrowed buffer.
inline constexpr std::size_t client_head_bytes = 512;

// Serves one accepted client to its end.
net::Task<void> serve_client(Site& site, net::Channel channel);

}  // namespace leasehold::proxy
