#include "pool/dialer.h"

#include <string>

#include "base/log.h"
#include "base/mysql_errors.h"
#include "net/connect.h"
#include "pool/packet_io.h"
#include "wire/client_handshake.h"
#include "wire/commands.h"
#include "wire/frame.h"
#include "wire/query_attributes.h"
#include "wire/response_packets.h"

namespace leasehold::pool {
namespace {

constexpr std::size_t handshake_packet_limit = 64 * 1024;
// Answers of point selects fit; what is longer is read straight into the relay's buffer.
constexpr std::size_t head_bytes = 4096;

// What every pooled connection has when a session gets it. The trackers make the server itself say what a
// statement changed (MySQL 5.7 and MariaDB 10.2 on).
constexpr std::string_view base_settings =
    "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci, SESSION session_track_system_variables = '*', "
    "SESSION session_track_state_change = 1, SESSION session_track_schema = 1";

wire::TlsUse tls_use(config::TlsMode mode) {
    switch (mode) {
        case config::TlsMode::disabled:
            return wire::TlsUse::disabled;
        case config::TlsMode::preferred:
            return wire::TlsUse::preferred;
        default:
            return wire::TlsUse::required;
    }
}

wire::ClientHandshakeOptions login_options(const TabletSpec& spec, wire::Capabilities profile) {
    wire::ClientHandshakeOptions options;
    options.user = spec.user;
    options.password = spec.password;
    options.database = spec.database;
    options.capabilities = wire::tablet_capabilities(profile);
    options.tls = spec.tls ? tls_use(spec.tls_mode) : wire::TlsUse::disabled;
    options.secure_transport = spec.endpoint.is_unix();
    options.attributes = {{"program_name", "leasehold"}};
    return options;
}

void append_simple(wire::Bytes& out, wire::Command command) {
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(out);
    wire::append_command(out, command);
    wire::end_packet(out, start, sequence);
}

void append_base_settings(wire::Bytes& out, wire::Capabilities capabilities) {
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(out);
    wire::append_query(out, base_settings, capabilities);
    wire::end_packet(out, start, sequence);
}

net::Task<Result<void>> expect_ok(net::Channel& channel, net::Interrupt& interrupt) {
    Result<Packet> packet = co_await read_packet(channel, handshake_packet_limit, interrupt);
    if (!packet) co_return packet.error();
    if (packet->payload.empty()) co_return make_error(mysql_error::malformed_packet, "empty packet");
    if (packet->payload[0] == wire::err_header) co_return wire::decode_err(packet->payload);
    if (packet->payload[0] != wire::ok_header) {
        co_return make_error(mysql_error::malformed_packet, "an OK packet was expected");
    }
    co_return Result<void>();
}

}  // namespace

net::Task<Result<void>> Dialer::dial(const Tablet& tablet, Connection& connection) {
    net::Interrupt interrupt;
    net::InterruptDeadline deadline(interrupt, net::InterruptReason::query_timeout);
    worker_.deadlines().add(deadline, worker_.now() + tablet.limits().connect_timeout);
    Result<net::Channel> channel =
        co_await net::connect(worker_, tablet.spec().endpoint, head_bytes, interrupt);
    if (!channel) co_return channel.error();
    connection.channel.emplace(std::move(*channel));
    Result<void> done = co_await log_in(tablet, connection, interrupt);
    if (!done && interrupt.raised()) {
        co_return make_error(mysql_error::cannot_connect, "login to " + tablet.address() + " timed out");
    }
    co_return done;
}

net::Task<Result<void>> Dialer::log_in(const Tablet& tablet, Connection& connection,
                                       net::Interrupt& interrupt) {
    const TabletSpec& spec = tablet.spec();
    net::Channel& channel = *connection.channel;
    wire::ClientHandshake handshake(login_options(spec, connection.profile()));
    wire::ClientHandshake::Action action = handshake.start();
    for (;;) {
        if (auto* failed = std::get_if<wire::Fail>(&action)) {
            co_return make_error(failed->error.code,
                                 "login to " + tablet.address() + ": " + failed->error.message);
        }
        if (auto* connected = std::get_if<wire::Connected>(&action)) {
            connection.capabilities = connected->capabilities;
            connection.tablet_thread_id = connected->connection_id;
            connection.status = connected->status;
            break;
        }
        if (auto* upgrade = std::get_if<wire::UpgradeTls>(&action)) {
            Result<void> sent = co_await send(channel, upgrade->bytes, interrupt);
            if (!sent) co_return sent.error();
            Result<void> secured = co_await channel.start_tls(*spec.tls, spec.endpoint.host, interrupt);
            if (!secured) co_return secured.error();
            action = handshake.tls_ready();
            continue;
        }
        if (auto* out = std::get_if<wire::Send>(&action)) {
            Result<void> sent = co_await send(channel, out->bytes, interrupt);
            if (!sent) co_return sent.error();
        }
        Result<Packet> packet = co_await read_packet(channel, handshake_packet_limit, interrupt);
        if (!packet) co_return packet.error();
        action = handshake.resume(packet->payload, packet->sequence);
    }
    wire::Bytes settings;
    append_base_settings(settings, connection.capabilities);
    Result<void> sent = co_await send(channel, settings, interrupt);
    if (!sent) co_return sent.error();
    co_return co_await expect_ok(channel, interrupt);
}

net::Task<Result<void>> Dialer::restore(const Tablet& tablet, Connection& connection) {
    Result<void> done;
    if (tablet.has_init_connect()) {
        done = co_await dial_again(tablet, connection);
    } else {
        done = co_await reset(tablet, connection);
    }
    if (!done) {
        log(LogLevel::warning, "reset of a tablet connection failed",
            {{"tablet", tablet.address()}, {"error", done.error().message}});
        co_return done.error();
    }
    connection.condition = {};
    connection.settings = nullptr;
    connection.schema.clear();
    connection.insert_id_of = 0;
    connection.insert_id = 0;
    connection.statements.clear();
    connection.stale_statements.clear();
    co_return Result<void>();
}

net::Task<Result<void>> Dialer::reset(const Tablet& tablet, Connection& connection) {
    net::Interrupt interrupt;
    net::InterruptDeadline deadline(interrupt, net::InterruptReason::query_timeout);
    worker_.deadlines().add(deadline, worker_.now() + tablet.limits().reset_timeout);
    net::Channel& channel = *connection.channel;

    // One write, three answers. The schema is chosen anew because MariaDB's reset keeps whatever it was.
    wire::Bytes requests;
    append_simple(requests, wire::Command::reset_connection);
    if (!tablet.spec().database.empty()) {
        std::uint8_t sequence = 0;
        const std::size_t start = wire::begin_packet(requests);
        wire::append_init_db(requests, tablet.spec().database);
        wire::end_packet(requests, start, sequence);
    }
    append_base_settings(requests, connection.capabilities);
    const int answers = tablet.spec().database.empty() ? 2 : 3;
    Result<void> done = co_await send(channel, requests, interrupt);
    for (int i = 0; done && i < answers; ++i) done = co_await expect_ok(channel, interrupt);
    co_return done;
}

// For a tablet that does more at login than at a reset.
net::Task<Result<void>> Dialer::dial_again(const Tablet& tablet, Connection& connection) {
    wire::Bytes farewell;
    append_simple(farewell, wire::Command::quit);
    (void)connection.channel->write(farewell);
    co_return co_await dial(tablet, connection);
}

void Dialer::kill(const Tablet& tablet, std::uint32_t tablet_thread_id) noexcept {
    kill_(tablet, tablet_thread_id);
}

}  // namespace leasehold::pool
