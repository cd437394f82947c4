#include "proxy/scratch.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "pool/packet_io.h"
#include "proxy/prelude.h"
#include "proxy/query.h"
#include "wire/frame.h"
#include "wire/query_attributes.h"

namespace leasehold::proxy {
namespace {

// What is set while tables are filled, and what it is set to. The values before are kept in user variables of
// the connection, which nobody else sees: it is reset afterwards.
constexpr std::pair<std::string_view, std::string_view> loading[] = {
    {"sql_mode", "'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'"},
    {"time_zone", "'+00:00'"},
    {"character_set_client", "utf8mb4"},
    {"character_set_results", "utf8mb4"},
    {"collation_connection", "utf8mb4_general_ci"},
    {"foreign_key_checks", "0"},
    {"sql_quote_show_create", "1"},
};

// One holds the tables while another one reads rows of the same tablet.
constexpr std::uint32_t connections_needed = 2;

std::string begin_loading() {
    std::string kept;
    std::string set;
    for (const auto& [name, value] : loading) {
        kept += "@leasehold_" + std::string(name) + " = @@SESSION." + std::string(name) + ", ";
        set += (set.empty() ? "" : ", ") + ("SESSION " + std::string(name) + " = ") + std::string(value);
    }
    // A CHECK that a row has always broken is no matter here; MariaDB alone writes them into columns.
    return "SET " + kept + set + " /*M! , SESSION check_constraint_checks = 0 */";
}

// What follows SET NAMES to have these again; empty: no SET NAMES does. A variable alone would not bring back
// the collation that columns of answers are described with.
std::string names_of(const SmallAnswer& variables) {
    const std::string charset = variables.text(0, 0);
    const std::string collation = variables.text(0, 2);
    const bool one = !charset.empty() && charset == variables.text(0, 1) &&
                     (collation == charset || collation.starts_with(charset + "_"));
    return one ? charset + " COLLATE " + collation : std::string();
}

// What the session chose itself is said again in its own words.
std::string end_loading(const pool::SettingsRef& settings, const std::string& names) {
    std::string set;
    if (!names.empty()) set = "NAMES " + names;
    for (const auto& [name, value] : loading) {
        const bool named =
            !names.empty() && (name.starts_with("character_set_") || name.starts_with("collation_"));
        if (named) continue;
        set += (set.empty() ? "" : ", ") +
               ("SESSION " + std::string(name) + " = @leasehold_" + std::string(name));
    }
    const std::string own = pool::replay_sql({}, settings).value_or("");
    constexpr std::string_view verb = "SET ";
    if (!own.empty()) set += ", " + own.substr(verb.size());
    return std::string(verb) + set;
}

}  // namespace

Scratch::Scratch(Session& session, pool::Pool& pool, pool::Lease lease)
    : session_(&session), pool_(&pool), lease_(std::move(lease), {pool::Reason::gather}) {
    session.state().running.push_back(&*lease_);
}

Scratch::Scratch(Scratch&& other) noexcept
    : session_(other.session_),
      pool_(other.pool_),
      lease_(std::move(other.lease_)),
      names_(std::move(other.names_)) {}

Scratch::~Scratch() {
    if (lease_) std::erase(session_->state().running, &*lease_);
}

pool::Lease Scratch::release() && {
    std::erase(session_->state().running, &*lease_);
    lease_.set_reasons({});
    return std::move(lease_).demote();
}

net::Task<Result<Scratch>> Scratch::open(Session& session, pool::Pool& pool) {
    pool::Want want;
    want.profile = wire::byte_shaping(session.capabilities());
    want.settings = session.state().settings;
    want.reserved = true;
    want.client_id = session.id();
    Result<pool::Lease> lease = co_await pool.acquire(want, session.interrupt());
    if (!lease) co_return lease.error();
    Scratch scratch(session, pool, std::move(*lease));
    Result<Prelude> prelude = co_await settings_for(session, pool, scratch.connection());
    if (!prelude) co_return scratch.named(prelude.error());
    if (prelude->answers > 0) {
        const Result<void> confirmed = co_await confirm(session, pool, scratch.connection(), *prelude);
        if (!confirmed) co_return confirmed.error();
    }
    // Temporary tables belong in no binary log. Where the tablet's user may not say so they may come into it;
    // replicas drop them with the connection's end.
    const Result<void> unlogged = co_await scratch.run("SET SESSION sql_log_bin = 0");
    if (!unlogged && scratch.connection().condition.stream_lost) co_return unlogged.error();
    const Result<SmallAnswer> charsets = co_await scratch.ask(
        "SELECT @@SESSION.character_set_client, @@SESSION.character_set_results, "
        "@@SESSION.collation_connection LIMIT 1");
    if (!charsets) co_return charsets.error();
    scratch.names_ = names_of(*charsets);
    const Result<void> set = co_await scratch.run(begin_loading());
    if (!set) co_return set.error();
    co_return std::move(scratch);
}

Result<void> Scratch::go_on() const {
    if (!connection().condition.kill_sent) return {};
    return make_error(mysql_error::query_interrupted, "Query execution was interrupted");
}

net::Task<Result<void>> Scratch::run(std::string_view sql) {
    const Result<void> goes_on = go_on();
    if (!goes_on) co_return goes_on.error();
    const Result<void> done = co_await run_quietly(*session_, connection(), sql);
    if (!done) co_return named(done.error());
    co_return Result<void>();
}

net::Task<Result<SmallAnswer>> Scratch::ask(std::string sql) {
    Result<SmallAnswer> answer = co_await proxy::ask(*session_, connection(), std::move(sql));
    if (!answer) co_return named(answer.error());
    co_return std::move(answer);
}

net::Task<Result<void>> Scratch::send(std::string_view sql) {
    wire::Bytes request;
    std::uint8_t sequence = 0;
    const std::size_t start = wire::begin_packet(request);
    wire::append_query(request, sql, connection().capabilities);
    wire::end_packet(request, start, sequence);
    connection().condition.answer_pending = true;
    const net::IoStatus status = co_await connection().channel->write_all(request, session_->interrupt());
    if (status != net::IoStatus::done) {
        connection().condition.stream_lost = true;
        co_return named(pool::io_error(status));
    }
    co_return Result<void>();
}

net::Task<Result<void>> Scratch::use_session_settings() {
    co_return co_await run(end_loading(session_->state().settings, names_));
}

Error Scratch::named(const Error& error) const {
    return Error(error.code, "gather on " + pool_->tablet().label() + ": " + error.message, error.sqlstate);
}

Result<pool::Pool*> scratch_pool(Session& session, std::size_t keyspace) {
    Site& site = session.site();
    const router::Topology& topology = *site.world()->topology;
    std::optional<std::size_t> only;
    if (const auto& chosen = site.config().gather.scratch) {
        const Result<router::Target> target = router::parse_target(*chosen, {}, topology);
        if (!target) return target.error();
        keyspace = *topology.find_keyspace(target->keyspace);
        if (target->shard) only = topology.keyspaces[keyspace].find_shard(*target->shard);
    }
    pool::Pool* best = nullptr;
    std::optional<Error> problem;
    const std::size_t shards = topology.keyspaces[keyspace].shards.size();
    for (std::size_t i = 0; i < shards; ++i) {
        // Begins somewhere else for every session: equals take turns.
        const std::size_t shard = (i + session.id()) % shards;
        if (only && *only != shard) continue;
        const Result<std::shared_ptr<pool::Tablet>> tablet =
            site.choose_tablet(keyspace, shard, session.state().target.type);
        if (!tablet) {
            problem = tablet.error();
            continue;
        }
        pool::Pool& pool = site.pool_of(*tablet);
        const std::uint32_t size = pool.tablet().budget().connection_cap();
        if (size < connections_needed) {
            problem = make_error(mysql_error::too_many_user_connections,
                                 "the statement gathers rows of several shards and needs " +
                                     std::to_string(connections_needed) + " connections to tablet " +
                                     pool.tablet().label() + ", but pool.size is " + std::to_string(size));
            continue;
        }
        const auto leases = [](const pool::Pool& of) {
            return of.count(pool::ConnectionState::leased) + of.count(pool::ConnectionState::reserved);
        };
        const bool better = best == nullptr || std::pair(!pool.tablet().up(), leases(pool)) <
                                                   std::pair(!best->tablet().up(), leases(*best));
        if (better) best = &pool;
    }
    if (best != nullptr) return best;
    if (problem) return *std::move(problem);
    return make_error(mysql_error::unknown_error, "the keyspace has no shard to gather on");
}

}  // namespace leasehold::proxy
