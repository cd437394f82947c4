#include "proxy/client_login.h"

#include "base/log.h"
#include "base/mysql_errors.h"
#include "net/tls.h"
#include "pool/packet_io.h"
#include "proxy/chosen_database.h"
#include "proxy/compressed_stream.h"
#include "proxy/proxy_header_reader.h"
#include "proxy/session_reset.h"

namespace leasehold::proxy {
namespace {

constexpr std::size_t login_packet_limit = 128 * 1024;  // the attributes alone may take 64 KiB

// Connector/J takes MariaDB's 5.5.5- for a MySQL 5.5, and reads caching_sha2_password's packets wrongly then.
bool offers_native_password(const World& world) {
    switch (world.config->listen.default_auth_plugin) {
        case config::AuthPlugin::mysql_native_password:
            return true;
        case config::AuthPlugin::caching_sha2_password:
            return false;
        case config::AuthPlugin::automatic:
            break;
    }
    return world.identity.presents_mariadb();
}

// As errors and logs show it; a bare name has no port.
std::string host_of(const std::string& address) {
    return address.substr(0, address.rfind(':'));
}

// SQL cannot be written in the character sets of two and four bytes: servers refuse a login with one.
std::optional<Error> refused_character_set(std::string_view names) {
    const std::string_view set = names.substr(0, names.find_first_of(" \n"));
    for (const std::string_view wide : {"ucs2", "utf16", "utf16le", "utf32"}) {
        if (set != wide) continue;
        return make_error(
            mysql_error::wrong_value_for_variable,
            "Variable 'character_set_client' can't be set to the value of '" + std::string(wide) + "'");
    }
    return std::nullopt;
}

}  // namespace

wire::ServerHandshakeOptions ClientLogin::options(bool tls_offered) {
    Site& site = session_.site();
    const World& world = *site.world();
    wire::ServerHandshakeOptions options;
    options.server_version = world.identity.server_version;
    if (world.identity.mariadb) {
        // What MariaDB does not know a tablet connection cannot have.
        options.capabilities &=
            ~(wire::capability::query_attributes | wire::capability::optional_resultset_metadata);
    }
    const config::Algorithms& compression = world.config->listen.compression;
    if (compression.zlib) options.capabilities |= wire::capability::compress;
    if (compression.zstd) options.capabilities |= wire::capability::zstd;
    options.connection_id = session_.id();
    options.collation = world.identity.collation;
    if (offers_native_password(world)) {
        options.default_auth_plugin = wire::native_password_plugin;
    }
    if (tls_offered) {
        options.tls =
            world.config->listen.tls->required ? wire::TlsOffer::required : wire::TlsOffer::available;
    }
    options.secure_transport = session_.channel().is_unix() && !session_.came_through_proxy();
    options.scramble = session_.greeting_scramble;
    options.client_host = host_of(session_.address());
    options.accounts = [this, &site](std::string_view user) -> std::optional<wire::Account> {
        const UserAccount* account = site.world()->find_user(user);
        if (account == nullptr) return std::nullopt;
        wire::Account found{account->credential, std::nullopt, false};
        if (const auto* stored = std::get_if<wire::Sha2Hash>(&account->credential)) {
            stored_ = *stored;
            found.sha2_fast_hash = site.process().sha2_fast_hash(*stored);
        }
        return found;
    };
    options.rsa = &site.process().rsa();
    options.decoy_seed = site.process().decoy_seed();
    options.decoy_kinds.clear();
    for (const auto& [name, account] : world.users)
        options.decoy_kinds.push_back(wire::kind_of(account.credential));
    if (options.decoy_kinds.empty()) options.decoy_kinds.push_back(wire::CredentialKind::plain);
    return options;
}

net::Task<bool> ClientLogin::run(bool tls_offered) {
    Site& site = session_.site();
    net::InterruptDeadline deadline(session_.interrupt(), net::InterruptReason::idle_timeout);
    site.worker().deadlines().add(deadline, site.worker().now() + site.config().listen.handshake_timeout);
    session_.greeting_scramble = wire::make_scramble();
    wire::ServerHandshake handshake(options(tls_offered));
    wire::ServerHandshake::Action greeting = handshake.start();
    const Result<void> sent =
        co_await pool::send(session_.channel(), std::get<wire::Send>(greeting).bytes, session_.interrupt());
    if (!sent || !co_await take_proxy_header(handshake)) co_return false;
    std::optional<wire::ServerHandshake::Action> first = co_await hear(handshake);
    if (!first) co_return false;
    co_return co_await exchange(handshake, std::move(*first));
}

// The greeting goes out before anything is read, as MariaDB does it: who sends no header need not be asked
// to.
net::Task<bool> ClientLogin::take_proxy_header(wire::ServerHandshake& handshake) {
    net::Channel& channel = session_.channel();
    const Result<bool> begins = co_await begins_with_proxy_header(channel, session_.interrupt());
    if (!begins) co_return false;
    if (!*begins) co_return true;
    const std::string& address = session_.address();
    if (!config::is_listed(session_.site().config().listen.proxy_protocol_networks, ip_of_client(address))) {
        Error refusal = make_error(mysql_error::host_not_privileged,
                                   "PROXY header is not accepted from " + host_of(address));
        co_return co_await refuse(std::move(refusal));
    }
    Result<wire::ProxyHeader> header =
        co_await read_proxy_header(session_.site().worker(), channel, session_.interrupt());
    if (!header) {
        if (header.error().code != mysql_error::bad_handshake) co_return false;
        Error malformed = header.error();
        co_return co_await refuse(std::move(malformed));
    }
    if (header->client.empty()) co_return true;
    log(LogLevel::debug, "client came through a proxy", {{"client", header->client}, {"proxy", address}});
    session_.came_from(std::move(header->client));
    handshake.came_from(host_of(session_.address()));
    co_return true;
}

net::Task<Flow> ClientLogin::change_user(const Command& command) {
    // The greeting's scramble again, as the servers do: libmariadb answers to that one, whatever the auth
    // switch says.
    const wire::Scramble& scramble = session_.greeting_scramble;
    wire::ServerHandshake handshake(options(false));
    const wire::Login before = session_.state().login;
    auto action = handshake.change_user(command.payload, command.sequence, before, scramble);
    co_return co_await exchange(handshake, std::move(action)) ? Flow::next : Flow::leave;
}

net::Task<bool> ClientLogin::exchange(wire::ServerHandshake& handshake,
                                      wire::ServerHandshake::Action action) {
    net::Channel& channel = session_.channel();
    net::Interrupt& interrupt = session_.interrupt();
    for (;;) {
        if (auto* failure = std::get_if<wire::Fail>(&action)) co_return co_await refuse(std::move(*failure));
        if (auto* done = std::get_if<wire::LoggedIn>(&action)) co_return co_await finish(std::move(*done));
        if (auto* upgrade = std::get_if<wire::UpgradeTls>(&action)) {
            const std::shared_ptr<const net::TlsContext> tls = session_.site().world()->tls;
            if (!tls) co_return false;
            const Result<void> secured = co_await channel.start_tls(*tls, std::string(), interrupt);
            if (!secured) {
                log(LogLevel::info, "client login failed",
                    {{"client", session_.address()}, {"error", secured.error().message}});
                co_return false;
            }
            handshake.tls_ready();
            (void)upgrade;
        } else {
            const Result<void> sent =
                co_await pool::send(channel, std::get<wire::Send>(action).bytes, interrupt);
            if (!sent) co_return false;
        }
        std::optional<wire::ServerHandshake::Action> next = co_await hear(handshake);
        if (!next) co_return false;
        action = std::move(*next);
    }
}

net::Task<std::optional<wire::ServerHandshake::Action>> ClientLogin::hear(wire::ServerHandshake& handshake) {
    net::Channel& channel = session_.channel();
    Result<pool::Packet> packet =
        co_await pool::read_packet(channel, login_packet_limit, session_.interrupt());
    if (!packet) {
        if (packet.error().code == mysql_error::net_packet_too_large) {
            channel.write(wire::err_packet(make_error(mysql_error::bad_handshake, "Bad handshake"), 2));
        }
        co_return std::nullopt;
    }
    wire::ServerHandshake::Action action = handshake.resume(packet->payload, packet->sequence);
    wire::wipe(packet->payload);
    co_return action;
}

// Before the first packet was read: the answer is numbered as the answer to that.
net::Task<bool> ClientLogin::refuse(Error error) {
    constexpr std::uint8_t sequence = 2;
    wire::Fail failure;
    failure.err_packet = wire::err_packet(error, sequence);
    failure.error = std::move(error);
    co_return co_await refuse(std::move(failure));
}

net::Task<bool> ClientLogin::refuse(wire::Fail failure) {
    log(LogLevel::info, "client login failed",
        {{"client", session_.address()}, {"code", failure.error.code}, {"error", failure.error.message}});
    session_.counters().count_error(failure.error.code);
    (void)co_await pool::send(session_.channel(), failure.err_packet, session_.interrupt());
    co_return false;
}

// The client is who it says: now its database, its collation and its place among its user's sessions.
net::Task<bool> ClientLogin::finish(wire::LoggedIn logged_in) {
    Site& site = session_.site();
    ClientState& state = session_.state();
    const wire::Login& login = logged_in.login;
    const wire::LoginDetails& details = logged_in.details;
    if (details.sha2_fast_hash && stored_) {
        site.process().remember_sha2_fast_hash(*stored_, *details.sha2_fast_hash);
    }
    co_await end_reservations(session_);
    session_.reset_state();
    state.login = login;
    state.target = {};
    state.login_settings = nullptr;
    const std::string names = site.process().names_of_collation(login.collation);
    if (!names.empty()) {
        state.login_settings = site.settings().intern({{std::string(pool::Settings::names), names}});
    }
    state.settings = state.login_settings;

    const UserAccount* account = site.world()->find_user(login.user);
    std::optional<Error> refused = refused_character_set(names);
    if (refused) {
        // As servers do it, before anything else is looked at.
    } else if (account == nullptr || !session_.admit_user(login.user, account->max_connections)) {
        refused = make_error(mysql_error::user_limit_reached,
                             "User '" + login.user + "' has exceeded the 'max_user_connections' resource");
    } else if (!details.database.empty()) {
        const Result<void> chosen = co_await choose_database(session_, details.database);
        if (!chosen) refused = chosen.error();
    } else if (account->keyspaces.size() == 1) {
        // Nothing else could be meant, and a statement without a table has somewhere to go.
        session_.count_for(account->keyspaces.front());
    }
    if (refused) {
        wire::Bytes answer = std::move(logged_in.bytes);
        wire::append_bytes(answer, wire::err_packet(*refused, logged_in.next_sequence));
        session_.counters().count_error(refused->code);
        (void)co_await pool::send(session_.channel(), answer, session_.interrupt());
        co_return false;
    }
    wire::OkPacket ok;
    ok.status = session_.status();
    wire::Bytes told;
    if (!state.target.keyspace.empty()) told = database_chosen(session_);
    ok.session_state = told;
    wire::Bytes answer = std::move(logged_in.bytes);
    wire::append_bytes(answer, wire::ok_packet(ok, login.capabilities, logged_in.next_sequence));
    net::Channel& channel = session_.channel();
    const Result<void> sent = co_await pool::send(channel, answer, session_.interrupt());
    if (!sent) co_return false;
    // Behind the OK packet of the first login everything is compressed, a change of user too.
    const std::optional<wire::Compression> compression =
        wire::compression_of(login.capabilities, details.zstd_level);
    if (compression && !channel.filtered()) {
        channel.filter_through(std::make_unique<CompressedStream>(site.compressor(), *compression));
    }
    co_return true;
}

}  // namespace leasehold::proxy
