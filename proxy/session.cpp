#include "proxy/session.h"

#include "base/log.h"
#include "base/memory_account.h"
#include "base/mysql_errors.h"
#include "proxy/client_login.h"
#include "proxy/command_rest.h"
#include "proxy/long_data.h"
#include "proxy/prelude.h"
#include "proxy/prepared_commands.h"
#include "proxy/query.h"
#include "proxy/simple_commands.h"
#include "proxy/streamed_statement.h"
#include "router/shown_names.h"
#include "wire/commands.h"

namespace leasehold::proxy {
namespace {

std::string client_address(const net::Channel& channel) {
    std::string address = channel.peer_address();
    return address == "unix" ? "localhost" : address;
}

// MySQL's words.
Error idle_too_long() {
    return make_error(mysql_error::client_interaction_timeout,
                      "The client was disconnected by the server because of inactivity. See wait_timeout and "
                      "interactive_timeout for configuring this behavior.");
}

// Commands that could miss what was lost, and whose answer may be an error.
bool uses_what_was_reserved(wire::Command command) {
    return command == wire::Command::query || command == wire::Command::stmt_execute ||
           command == wire::Command::stmt_fetch;
}

// The session, its place among the site's and its address's text.
constexpr std::int64_t session_bytes = static_cast<std::int64_t>(allocated_size(sizeof(Session))) + 48 + 32;

}  // namespace

Session::Session(Site& site, net::Channel channel, bool tls_offered)
    : site_(site),
      channel_(std::move(channel)),
      id_(site.next_session_id()),
      address_(client_address(channel_)),
      tls_offered_(tls_offered) {
    activity.since = connected_at = site.worker().now();
    site_.enter(*this);
    charge(MemoryPart::sessions, session_bytes);
}

void Session::came_from(std::string address) {
    address_ = std::move(address);
    came_through_proxy_ = true;
}

Session::~Session() {
    charge(MemoryPart::sessions, -session_bytes);
    site_.leave(*this);
    site_.process().statements_left(prepared_.clear());
    if (!admitted_user_.empty()) site_.process().user_left(admitted_user_);
}

void Session::on_lease_lost(pool::Connection& connection) noexcept {
    if (activity.phase != Phase::idle)
        return;  // the statement that runs finds out, or the end of the command does
    for (HeldLease& held : held_.all()) {
        if (&*held.lease == &connection)
            return lose(held, held.pool->closing() ? "was removed" : "went away");
    }
}

// The session goes on clean; its next statement is told, unless only a question about the last one was lost.
void Session::lose(HeldLease& held, std::string_view why) {
    const pool::ReasonSet reasons = held.lease.reasons();
    if (!reasons.only(pool::Reason::previous_statement)) {
        lost_ = std::make_unique<const Error>(make_error(
            mysql_error::server_lost, "tablet " + held.pool->tablet().label() + " " + std::string(why) +
                                          "; lost with it: " + pool::to_string(reasons)));
    }
    pool::Pool* const pool = held.pool;
    held_.give_back(*pool);
    if (reasons.has(pool::Reason::transaction)) abort_transaction(*this);
    if (reasons.has(pool::Reason::advisory_lock)) state_.marks.advisory_locks.clear();
    if (reasons.has(pool::Reason::temporary_table)) state_.marks.temporary_tables.clear();
    if (reasons.has(pool::Reason::text_prepare)) state_.marks.prepared.clear();
    if (reasons.has(pool::Reason::cursor)) state_.marks.cursors.clear();
}

void Session::drop_leases_of_removed_tablets() {
    for (auto at = held_.all().begin(); at != held_.all().end();) {
        HeldLease& held = *at++;
        if (!held.pool->closing()) continue;
        lose(held, "was removed");
        at = held_.all().begin();
    }
}

void Session::on_peer_gone() noexcept {
    interrupt_.raise(net::InterruptReason::client_gone);
}

void Session::kill() noexcept {
    leaving_ = Leaving::now;
    interrupt_.raise(net::InterruptReason::killed);
}

void Session::kill_query() noexcept {
    bool running = false;
    for (pool::Connection* connection : state_.running) {
        // The tablet may get to it when this statement is over: the connection is not used for another then.
        connection->condition.kill_sent = true;
        site_.process().kill_query(connection->pool().tablet(), connection->tablet_thread_id);
        running = true;
    }
    if (!running && activity.phase == Phase::waiting) interrupt_.raise(net::InterruptReason::query_killed);
}

void Session::ask_to_leave(bool at_once) noexcept {
    leaving_ = at_once ? Leaving::now : Leaving::when_free;
    const bool resting = activity.phase == Phase::idle && (at_once || !state_.transaction.open) &&
                         (at_once || !held_.in_transaction());
    if (at_once || resting || activity.phase == Phase::login)
        interrupt_.raise(net::InterruptReason::shutdown);
}

// Sessions spend their lives in this frame: what logs in and what serves have frames of their own.
net::Task<void> Session::run() {
    if (!co_await log_in()) co_return;
    Flow flow = Flow::next;
    while (flow == Flow::next) {
        begin_rest();
        if (!held_.has(pool::Reason::previous_statement)) co_await channel_.readable(interrupt_);
        flow = co_await serve_next();
        drop_leases_of_removed_tablets();
        if (leaving_ == Leaving::when_free && !state_.transaction.open && !held_.in_transaction()) {
            leaving_ = Leaving::now;
        }
        if (leaving_ == Leaving::now) interrupt_.raise(net::InterruptReason::shutdown);
    }
}

net::Task<bool> Session::log_in() {
    ClientLogin login(*this);
    if (!co_await login.run(tls_offered_)) co_return false;
    if (is_interactive()) state_.idle_timeouts.unset = IdleDefault::interactive_timeout;
    co_return true;
}

void Session::begin_rest() {
    activity = {Phase::idle, wire::Command::sleep, {}, site_.worker().now()};
    const auto patience = patience_with(state_.idle_timeouts, site_.config().limits, held_.in_transaction());
    if (patience.count() > 0) site_.worker().deadlines().add(patience_, activity.since + patience);
}

net::Task<Flow> Session::serve_next() {
    const net::TimePoint since = activity.since;
    // What is kept only for a question that may follow (SHOW WARNINGS) is not kept for long.
    if (held_.has(pool::Reason::previous_statement)) {
        const bool asked = co_await wait_for_question();
        if (!asked) held_.end_reason(pool::Reason::previous_statement);
    }
    Result<std::optional<Command>> command = co_await begin_command(
        site_.worker(), channel_, site_.config().limits.max_allowed_packet, interrupt_);
    activity.since = since;
    patience_.cancel();
    if (!command) {
        co_await part_from(command.error());
        co_return Flow::leave;
    }
    if (!*command) co_return Flow::leave;
    Command& read = **command;
    if (read.rest) co_return co_await serve_large(*this, read);
    co_return co_await dispatch(read);
}

net::Task<void> Session::part_from(Error error) {
    if (interrupt_.raised()) {
        if (interrupt_.reason() == net::InterruptReason::idle_timeout) {
            // MariaDB 10.11 closes without a word.
            if (!site_.world()->identity.presents_mariadb()) co_await say_goodbye(idle_too_long());
        } else if (interrupt_.reason() == net::InterruptReason::shutdown) {
            co_await say_goodbye(make_error(mysql_error::server_shutdown, "Server shutdown in progress"));
        } else if (interrupt_.reason() == net::InterruptReason::killed) {
            co_await say_goodbye(make_error(mysql_error::connection_killed, "Connection was killed"));
        }
    } else if (error.code != mysql_error::server_lost) {
        co_await say_goodbye(std::move(error));
    }
}

// True when the client speaks again before the patience for questions about the last statement is over.
net::Task<bool> Session::wait_for_question() {
    constexpr std::chrono::milliseconds patience{1000};
    net::InterruptDeadline over(interrupt_, net::InterruptReason::query_timeout);
    site_.worker().deadlines().add(over, site_.worker().now() + patience);
    co_await channel_.readable(interrupt_);
    if (interrupt_.reason() != net::InterruptReason::query_timeout) co_return true;
    interrupt_.clear();
    co_return false;
}

// A last word to a client that is to be closed: sent if the socket takes it, not waited for.
net::Task<void> Session::say_goodbye(Error error) {
    channel_.write(wire::err_packet(error, 1));
    co_return;
}

void Session::begin_work(wire::Command command) {
    activity = {Phase::active, command, {}, site_.worker().now()};
    channel_.watch(this);  // from here on its going away interrupts whatever the session does
}

net::Task<Flow> Session::dispatch(Command& command) {
    const Result<wire::Command> what = wire::decode_command(command.payload);
    if (!what) co_return co_await send_error(what.error());
    begin_work(*what);
    if (lost_ && uses_what_was_reserved(*what)) {
        const Error lost = *std::exchange(lost_, nullptr);
        co_return co_await send_error(lost);
    }
    switch (*what) {
        case wire::Command::query:
            co_return co_await run_query(*this, command);
        case wire::Command::stmt_prepare:
            co_return co_await run_prepare(*this, command);
        case wire::Command::stmt_execute:
            co_return co_await run_execute(*this, command);
        case wire::Command::stmt_send_long_data:
            co_return co_await run_long_data(*this, command);
        case wire::Command::stmt_reset:
            co_return co_await run_statement_reset(*this, command);
        case wire::Command::stmt_close:
            co_return co_await run_statement_close(*this, command);
        case wire::Command::stmt_fetch:
            co_return co_await run_fetch(*this, command);
        default:
            co_return co_await run_simple_command(*this, *what, command);
    }
}

Site::Counted& Session::counted() {
    if (counted_ == nullptr) count_for(state_.target.keyspace);
    return *counted_;
}

void Session::count_for(const std::string& keyspace) {
    if (counted_ == nullptr || counted_->first != keyspace) counted_ = &site_.counted(keyspace);
}

wire::StatusFlags Session::status() const {
    wire::StatusFlags flags = 0;
    if (state_.autocommit) flags |= wire::server_status::autocommit;
    if (state_.transaction.open || held_.in_transaction()) flags |= wire::server_status::in_trans;
    if (series && series->more) flags |= wire::server_status::more_results;
    if (state_.sql_mode.no_backslash_escapes) flags |= wire::server_status::no_backslash_escapes;
    return flags;
}

void Session::number_answers_after(std::uint8_t sequence) {
    if (sequence == 0) return;
    if (!series) series = std::make_unique<AnswerSeries>(AnswerSeries{{}, false, {}});
    series->renumberer.heard(sequence);
}

net::Task<Flow> Session::send(wire::BytesView bytes) {
    if (large != nullptr) {
        const Result<void> read = co_await large->discard();
        if (!read) {
            co_await part_from(read.error());
            co_return Flow::leave;
        }
        number_answers_after(large->sequence());
        large = nullptr;
    }
    if (series) {
        series->numbered.assign(bytes.begin(), bytes.end());
        series->renumberer.apply(series->numbered);
        bytes = series->numbered;
    }
    const net::IoStatus status = co_await channel_.write_all(bytes, interrupt_);
    if (status == net::IoStatus::done) {
        counters().bytes_out += bytes.size();
        co_return Flow::next;
    }
    co_return Flow::leave;
}

net::Task<Flow> Session::send_ok(const wire::OkPacket& ok, std::uint8_t sequence) {
    wire::OkPacket answer = ok;
    state_.row_count = static_cast<std::int64_t>(ok.affected_rows);
    answer.status = static_cast<wire::StatusFlags>(answer.status | status());
    const wire::Bytes bytes = wire::ok_packet(answer, capabilities(), sequence);
    co_return co_await send(bytes);
}

net::Task<Flow> Session::send_error(Error error, std::uint8_t sequence) {
    counters().count_error(error.code);
    state_.row_count = -1;
    state_.failed = true;
    if (auto shown = router::shown_message(*site_.world()->topology, error.code, error.message))
        error.message = *std::move(shown);
    // MariaDB's client library takes an ERR packet with a client library's number (2013) for a malformed
    // packet and hides the text: it gets "error reading communication packets" with the same text.
    if (error.code >= 2000 && error.code < 3000 && speaks_libmariadb()) {
        error = make_error(mysql_error::net_read_error, std::move(error.message));
    }
    const wire::Bytes bytes = wire::err_packet(error, sequence);
    co_return co_await send(bytes);
}

bool Session::is_interactive() const {
    return wire::has(capabilities(), wire::capability::interactive);
}

bool Session::speaks_libmariadb() const {
    for (const auto& [name, value] : state_.login.attributes) {
        if (name == "_client_name") return value == "libmariadb";
    }
    return false;
}

bool Session::admit_user(const std::string& user, std::uint32_t cap) {
    if (!admitted_user_.empty()) site_.process().user_left(admitted_user_);
    admitted_user_.clear();
    if (cap == 0) return true;
    if (!site_.process().admit_user(user, cap)) return false;
    admitted_user_ = user;
    return true;
}

void Session::reset_state() {
    held_.give_back_all();
    site_.process().statements_left(prepared_.clear());
    state_.settings = state_.login_settings;
    state_.server_sql_mode = site_.world()->identity.sql_mode;
    state_.sql_mode = state_.server_sql_mode;
    state_.autocommit = true;
    state_.transaction = {};
    state_.marks = {};
    state_.last_insert_id = 0;
    state_.doubtful_insert_id.reset();
    state_.last_insert_on = nullptr;
    state_.row_count = 0;
    state_.found_rows = 0;
    state_.warnings = 0;
    state_.shard_failures.clear();
    state_.idle_timeouts = idle_timeouts_anew(is_interactive(), site_.world()->identity.mariadb);
}

Result<router::Target> Session::target_named(std::string_view text) const {
    const UserAccount* account = site_.world()->find_user(state_.login.user);
    router::Target current = state_.target;
    if (current.keyspace.empty() && account != nullptr && !account->keyspaces.empty()) {
        current.keyspace = account->keyspaces.front();  // whose tablet shows its own schemas
    }
    Result<router::Target> target = router::parse_target(text, current, *site_.world()->topology);
    if (!target) return target.error();
    if (account == nullptr || !account->may_use(target->keyspace)) {
        return make_error(mysql_error::dbaccess_denied, "Access denied for user '" + state_.login.user +
                                                            "'@'" + address_ + "' to database '" +
                                                            std::string(text) + "'");
    }
    return target;
}

void Session::set_target(router::Target target) {
    state_.target = std::move(target);
    count_for(state_.target.keyspace);
}

net::Task<void> serve_client(Site& site, net::Channel channel) {
    auto session = std::make_unique<Session>(site, std::move(channel), site.world()->tls != nullptr);
    co_await session->run();
    session.reset();
    site.process().client_left();
}

}  // namespace leasehold::proxy
