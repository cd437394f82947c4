#include "proxy/admin_session.h"

#include "base/log.h"
#include "base/mysql_errors.h"
#include "net/tls.h"
#include "pool/packet_io.h"
#include "proxy/admin_table.h"
#include "proxy/admin_tables.h"
#include "proxy/command_reader.h"
#include "proxy/server.h"
#include "proxy/session.h"
#include "proxy/version.h"
#include "proxy/waited_answer.h"
#include "router/explain.h"
#include "wire/commands.h"
#include "wire/query_attributes.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

constexpr std::size_t packet_limit = 1u << 20;
constexpr auto login_timeout = std::chrono::seconds(10);

class AdminSession {
  public:
    AdminSession(Server& server, Site& site, net::Channel channel)
        : server_(server), site_(site), channel_(std::move(channel)) {}

    net::Task<void> run() {
        if (!co_await log_in()) co_return;
        for (;;) {
            Result<std::optional<Command>> command =
                co_await read_command(site_.worker(), channel_, packet_limit, interrupt_);
            if (!command) {
                if (command.error().code != mysql_error::server_lost) {
                    channel_.write(wire::err_packet(command.error(), 1));
                }
                co_return;
            }
            if (!*command || !co_await serve(**command)) co_return;
        }
    }

  private:
    net::Task<bool> log_in() {
        net::InterruptDeadline deadline(interrupt_, net::InterruptReason::idle_timeout);
        site_.worker().deadlines().add(deadline, site_.worker().now() + login_timeout);
        const std::shared_ptr<const World> world = server_.world();
        wire::ServerHandshakeOptions options;
        options.server_version = std::string("8.0.0-leasehold-") + version;
        options.capabilities &= ~(wire::capability::query_attributes | wire::capability::multi_statements);
        options.tls = world->tls ? wire::TlsOffer::available : wire::TlsOffer::unavailable;
        options.secure_transport = channel_.is_unix();
        options.scramble = wire::make_scramble();
        options.connection_id = 0;
        const std::string address = channel_.peer_address();
        options.client_host = address.substr(0, address.rfind(':'));
        options.accounts = [world](std::string_view user) -> std::optional<wire::Account> {
            const auto found = world->admins.find(user);
            if (found == world->admins.end()) return std::nullopt;
            return wire::Account{found->second.credential, std::nullopt, false};
        };
        options.rsa = &server_.rsa();
        options.decoy_seed = server_.decoy_seed();
        // No administrator configured: the port listens on loopback only, and whoever reaches it may speak.
        if (world->admins.empty()) options.trust_everybody = true;
        wire::ServerHandshake handshake(std::move(options));
        wire::ServerHandshake::Action action = handshake.start();
        for (;;) {
            if (auto* failure = std::get_if<wire::Fail>(&action)) {
                log(LogLevel::warning, "admin login failed",
                    {{"client", address}, {"error", failure->error.message}});
                (void)co_await pool::send(channel_, failure->err_packet, interrupt_);
                co_return false;
            }
            if (auto* done = std::get_if<wire::LoggedIn>(&action)) {
                capabilities_ = done->login.capabilities;
                user_ = done->login.user + "@" + address;
                wire::Bytes answer = std::move(done->bytes);
                wire::append_bytes(answer, wire::ok_packet({}, capabilities_, done->next_sequence));
                const Result<void> sent = co_await pool::send(channel_, answer, interrupt_);
                co_return sent.has_value();
            }
            if (std::holds_alternative<wire::UpgradeTls>(action)) {
                const Result<void> secured =
                    co_await channel_.start_tls(*world->tls, std::string(), interrupt_);
                if (!secured) co_return false;
                handshake.tls_ready();
            } else {
                const Result<void> sent =
                    co_await pool::send(channel_, std::get<wire::Send>(action).bytes, interrupt_);
                if (!sent) co_return false;
            }
            Result<pool::Packet> packet = co_await pool::read_packet(channel_, packet_limit, interrupt_);
            if (!packet) co_return false;
            action = handshake.resume(packet->payload, packet->sequence);
        }
    }

    // False: the session is over.
    net::Task<bool> serve(const Command& command) {
        const Result<wire::Command> what = wire::decode_command(command.payload);
        if (!what) co_return co_await send_error(what.error());
        switch (*what) {
            case wire::Command::quit:
                co_return false;
            case wire::Command::ping:
            case wire::Command::init_db:
            case wire::Command::reset_connection:
                co_return co_await send_ok();
            case wire::Command::query:
                break;
            case wire::Command::statistics:
            default:
                co_return co_await send_error(make_error(mysql_error::unknown_command, "Unknown command"));
        }
        const Result<wire::QueryRequest> request = wire::decode_query(command.payload, capabilities_);
        if (!request) co_return co_await send_error(request.error());
        Result<admin::Statement> statement = admin::parse(request->text);
        if (!statement) co_return co_await send_error(statement.error());
        co_return co_await execute(*statement, request->text);
    }

    net::Task<bool> execute(const admin::Statement& statement, std::string_view text) {
        if (const auto* show = std::get_if<admin::Show>(&statement)) co_return co_await run_show(*show);
        if (std::holds_alternative<admin::Reload>(statement)) co_return co_await run_reload();
        if (const auto* kill = std::get_if<admin::Kill>(&statement)) co_return co_await run_kill(*kill);
        if (std::holds_alternative<admin::Shutdown>(statement)) {
            log(LogLevel::info, "shutdown asked for on the admin port", {{"by", user_}});
            server_.shut_down();
            co_return co_await send_ok();
        }
        if (const auto* reconnect = std::get_if<admin::Reconnect>(&statement)) {
            if (server_.reconnect(reconnect->keyspace)) co_return co_await send_ok();
            co_return co_await send_error(
                make_error(mysql_error::bad_db, "Unknown keyspace '" + reconnect->keyspace + "'"));
        }
        if (const auto* route = std::get_if<admin::ExplainRoute>(&statement)) {
            co_return co_await run_explain(*route);
        }
        if (const auto* set = std::get_if<admin::SetVariable>(&statement)) co_return co_await run_set(*set);
        if (std::holds_alternative<admin::DumpHeapProfile>(statement)) co_return co_await run_dump();
        if (const auto* select = std::get_if<admin::Select>(&statement)) {
            admin::SelectContext context;
            context.version = version;
            context.user = user_;
            context.variable = [](std::string_view name) { return admin::admin_variable(name, version); };
            co_return co_await send_table(admin::select(*select, context));
        }
        if (std::holds_alternative<admin::Acknowledged>(statement)) co_return co_await send_ok();
        co_return co_await send_error(
            make_error(mysql_error::unknown_error,
                       "unsupported: this version cannot do: " + std::string(text.substr(0, 200))));
    }

    net::Task<bool> run_show(const admin::Show& show) {
        WaitedAnswer<std::shared_ptr<const AdminView>> answer(site_.worker(), interrupt_);
        server_.collect(site_, answer.callback());
        const auto view = co_await answer;
        if (!view) co_return false;
        co_return co_await send_table(admin::show(show, **view));
    }

    net::Task<bool> run_reload() {
        // Reading files and resolving TLS takes milliseconds: an operator's command may hold this worker that
        // long.
        const Result<std::vector<std::string>> lines = server_.reload();
        if (!lines) co_return co_await send_error(lines.error());
        Table table;
        table.columns = {wire::text_column("reload")};
        for (const std::string& line : *lines) table.rows.push_back({line});
        if (table.rows.empty()) table.rows.push_back({"nothing has changed"});
        co_return co_await send_table(table);
    }

    net::Task<bool> run_kill(const admin::Kill& kill) {
        std::optional<KillOutcome> outcome = KillOutcome::no_such_session;
        if (kill.id <= 0xFFFFFFFF) {
            WaitedAnswer<KillOutcome> answer(site_.worker(), interrupt_);
            server_.kill(static_cast<std::uint32_t>(kill.id), kill.query_only, {}, site_, answer.callback());
            outcome = co_await answer;
        }
        if (!outcome) co_return false;
        if (*outcome == KillOutcome::done) co_return co_await send_ok();
        co_return co_await send_error(
            make_error(mysql_error::no_such_thread, "Unknown thread id: " + std::to_string(kill.id)));
    }

    net::Task<bool> run_set(const admin::SetVariable& set) {
        if (set.name != "memory_profiling") {
            co_return co_await send_error(make_error(
                mysql_error::unknown_system_variable,
                "Unknown system variable '" + set.name + "'; what can be set here is memory_profiling"));
        }
        const std::optional<bool> on = admin::to_switch(set.value);
        if (!on) {
            co_return co_await send_error(
                make_error(mysql_error::wrong_value_for_variable,
                           "Variable 'memory_profiling' can't be set to the value of '" + set.value +
                               "'; it is ON or OFF"));
        }
        log(LogLevel::info, "memory_profiling set on the admin port", {{"by", user_}, {"value", set.value}});
        const Result<void> switched = server_.heap_profiler().set_active(*on);
        if (!switched) co_return co_await send_error(switched.error());
        co_return co_await send_ok();
    }

    net::Task<bool> run_dump() {
        WaitedAnswer<Result<std::string>> answer(site_.worker(), interrupt_);
        // The profile is written on the profiler's thread, and the answer has to arrive on this worker's.
        net::Worker& worker = site_.worker();
        server_.heap_profiler().dump([&worker, tell = answer.callback()](Result<std::string> path) mutable {
            worker.post([tell, path = std::move(path)]() mutable { tell(std::move(path)); });
        });
        const std::optional<Result<std::string>> path = co_await answer;
        if (!path) co_return false;
        if (!*path) co_return co_await send_error(path->error());
        Table table;
        table.columns = {wire::text_column("file")};
        table.rows.push_back({**path});
        co_return co_await send_table(table);
    }

    net::Task<bool> run_explain(const admin::ExplainRoute& what) {
        router::Target none;
        router::PlanContext context;
        context.target = &none;
        Result<router::PlannedStatement> planned = site_.plans().plan(what.sql, context);
        if (!planned) co_return co_await send_error(planned.error());
        Result<std::string> text =
            router::explain_execution(*planned->plan, site_.plans().topology(), what.sql, planned->literals);
        if (!text) co_return co_await send_error(text.error());
        Table table;
        table.columns = {wire::text_column("route")};
        table.rows.push_back({std::move(*text)});
        co_return co_await send_table(table);
    }

    net::Task<bool> send_table(const Table& table) {
        const wire::Bytes bytes = encode(table, capabilities_);
        const Result<void> sent = co_await pool::send(channel_, bytes, interrupt_);
        co_return sent.has_value();
    }
    net::Task<bool> send_ok() {
        wire::OkPacket ok;
        ok.status = wire::server_status::autocommit;
        const wire::Bytes bytes = wire::ok_packet(ok, capabilities_, 1);
        const Result<void> sent = co_await pool::send(channel_, bytes, interrupt_);
        co_return sent.has_value();
    }
    net::Task<bool> send_error(const Error& error) {
        const wire::Bytes bytes = wire::err_packet(error, 1);
        const Result<void> sent = co_await pool::send(channel_, bytes, interrupt_);
        co_return sent.has_value();
    }

    Server& server_;
    Site& site_;
    net::Channel channel_;
    net::Interrupt interrupt_;
    wire::Capabilities capabilities_ = 0;
    std::string user_;
};

}  // namespace

net::Task<void> serve_admin(Server& server, Site& site, net::Channel channel) {
    const auto session = std::make_unique<AdminSession>(server, site, std::move(channel));
    co_await session->run();
}

}  // namespace leasehold::proxy
