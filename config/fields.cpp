#include "config/fields.h"

#include "config/names.h"

namespace leasehold::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr std::uint64_t kib = 1ULL << 10;
constexpr std::uint64_t mib = 1ULL << 20;
constexpr std::uint64_t gib = 1ULL << 30;
constexpr milliseconds long_time = hours(24 * 365);

void visit(Fields& f, ListenTls& tls) {
    f.file({"cert", "the server's certificate chain, PEM"}, tls.cert, tls.fingerprint);
    f.file({"key", "its private key, PEM"}, tls.key, tls.fingerprint);
    f.file({"ca", "authorities that sign client certificates"}, tls.ca, tls.fingerprint);
    f.flag({"required", "refuse clients in clear"}, tls.required);
}

void visit(Fields& f, Listen& listen) {
    f.addresses({"mysql", "data port; one address or a list"}, listen.mysql);
    f.optional_address({"admin", "admin statements over the MySQL protocol; an address or off"},
                       listen.admin);
    f.optional_address({"http", "/metrics /healthz /readyz; an address or off"}, listen.http);
    if (f.begin_optional({"tls", "TLS on the data and admin ports; without it there is none"},
                         listen.tls.has_value())) {
        ListenTls tls = listen.tls.value_or(ListenTls{});
        visit(f, tls);
        listen.tls = tls;
        f.end();
    }
    f.count({"backlog", "connections the kernel keeps until they are accepted"}, listen.backlog, {1, 65'535});
    f.duration({"handshake_timeout", "from the greeting to logged in"}, listen.handshake_timeout,
               {milliseconds(10), minutes(10)});
    f.count({"max_clients", "over it: error 1040"}, listen.max_clients, {1, 1'000'000});
    f.choice({"default_auth_plugin", "auto, caching_sha2_password or mysql_native_password"},
             listen.default_auth_plugin, auth_plugin_names);
    std::uint32_t algorithms = (listen.compression.zlib ? 1U : 0U) | (listen.compression.zstd ? 2U : 0U);
    f.subset({"compression", "of the protocol; clients may choose from these"}, algorithms,
             compression_names);
    listen.compression = {(algorithms & 1U) != 0, (algorithms & 2U) != 0};
    f.networks({"proxy_protocol_networks", "load balancers whose PROXY header is believed"},
               listen.proxy_protocol_networks);
}

void visit(Fields& f, Memory& memory) {
    f.size({"limit", "auto: 80 % of what the cgroup or the machine has"}, memory.limit,
           {16 * mib, 1024 * 1024 * gib, true});
    f.ratio({"high_watermark", "share of the limit above which caches shrink and large statements wait"},
            memory.high_watermark, {0.1, 1});
    f.duration({"wait_timeout", "statements wait so long for room below it. Over it: error 1041"},
               memory.wait_timeout, {milliseconds(1), hours(1), true});
    f.flag({"profiling", "sample allocations for heap profiles; SET memory_profiling switches it too"},
           memory.profiling);
    f.size({"profiling_interval", "bytes allocated between two samples, rounded to a power of two"},
           memory.profiling_interval, {4 * kib, 1 * gib});
    f.folder({"profile_folder", "where DUMP HEAP PROFILE writes"}, memory.profile_folder);
    f.count({"profile_files", "profiles kept there; the oldest goes"}, memory.profile_files, {1, 10'000});
    f.size({"profile_size", "a larger profile is not written"}, memory.profile_size, {64 * kib, 1 * gib});
    f.duration({"profile_pause", "least time between two profiles"}, memory.profile_pause,
               {milliseconds(10), hours(24), true});
}

void visit(Fields& f, TabletTls& tls) {
    f.choice({"mode", "disabled, preferred, required, verify_ca or verify_identity"}, tls.mode,
             tls_mode_names);
    f.file({"ca", "authorities that sign the tablets' certificates; none: the system's"}, tls.ca,
           tls.fingerprint);
    f.file({"cert", "client certificate, for tablets that ask for one"}, tls.cert, tls.fingerprint);
    f.file({"key", "its private key"}, tls.key, tls.fingerprint);
}

void visit(Fields& f, Pool& pool) {
    f.count({"size", "connections to one tablet, for the whole process"}, pool.size, {1, 100'000});
    f.count({"reserved", "of those, reserved at once; default: 32, or size where that is less"},
            pool.reserved, {0, 100'000});
    f.count({"min_idle", "connections kept open without need"}, pool.min_idle, {0, 100'000});
    f.duration({"wait_timeout", "wait for a lease; 0: none. Over it: error 1203"}, pool.wait_timeout,
               {milliseconds(1), hours(1), true});
    f.count({"max_waiters", "statements that wait at once. Over it: error 1203"}, pool.max_waiters,
            {0, 1'000'000});
    f.duration({"idle_timeout", "an idle connection is closed; 0: never"}, pool.idle_timeout,
               {milliseconds(10), long_time, true});
    f.duration({"max_lifetime", "a connection is closed at its age; 0: never"}, pool.max_lifetime,
               {milliseconds(10), long_time, true});
    f.ratio({"lifetime_jitter", "share of max_lifetime over which the ends are spread"}, pool.lifetime_jitter,
            {0, 1});
    f.duration({"connect_timeout", "name, TCP, TLS and login together"}, pool.connect_timeout,
               {milliseconds(10), minutes(10)});
    f.duration({"reset_timeout", "a connection that does not reset in time is closed"}, pool.reset_timeout,
               {milliseconds(10), minutes(10)});
}

void visit(Fields& f, Limits& limits) {
    f.size({"max_allowed_packet", "one command of a client. Over it: error 1153"}, limits.max_allowed_packet,
           {16 * kib, 1 * gib});
    f.count({"max_prepared_stmt_count", "all sessions together. Over it: error 1461"},
            limits.max_prepared_stmt_count, {0, 4'194'304});
    f.count({"max_prepared_stmt_count_per_session", "one session. Over it: error 1461"},
            limits.max_prepared_stmt_count_per_session, {0, 4'194'304});
    f.size({"prepared_stmt_memory", "what they may take together. Over it: error 1461"},
           limits.prepared_stmt_memory, {1 * mib, 64 * gib});
    f.count({"tablet_prepared_stmt_cache", "statements kept prepared on one tablet connection"},
            limits.tablet_prepared_stmt_cache, {1, 65'535});
    f.count({"max_parse_depth", "nested expressions and queries of a statement"}, limits.max_parse_depth,
            {16, 1'000});
    f.size({"merge_memory", "what one merge of shards' rows may hold. Over it: error 1041"},
           limits.merge_memory, {1 * mib, 64 * gib});
    f.duration({"client_idle_timeout", "a silent client outside a statement is closed; 0: never"},
               limits.client_idle_timeout, {milliseconds(10), long_time, true});
    f.duration({"interactive_idle_timeout", "the same for an interactive client; 0: never"},
               limits.interactive_idle_timeout, {milliseconds(10), long_time, true});
    f.duration(
        {"net_read_timeout", "a client that stops in the middle of a large statement is closed; 0: never"},
        limits.net_read_timeout, {milliseconds(10), long_time, true});
    f.duration({"query_timeout", "a statement is killed; 0: never. Error 3024"}, limits.query_timeout,
               {milliseconds(1), long_time, true});
    f.duration({"idle_transaction_timeout", "a client silent in a transaction is closed; 0: never"},
               limits.idle_transaction_timeout, {milliseconds(10), long_time, true});
}

void visit(Fields& f, PlanCache& cache) {
    f.size({"size", "of one worker's cache"}, cache.size, {64 * kib, 16 * gib});
    f.count({"entries", "of one worker's cache"}, cache.entries, {1, 10'000'000});
    f.size({"max_statement", "longer statements are planned each time"}, cache.max_statement, {0, 16 * mib});
}

void visit(Fields& f, Gather& gather) {
    f.count({"max_rows", "rows brought together for one statement. Over it: error 1104"}, gather.max_rows,
            {1, 1'000'000'000});
    f.size({"max_bytes", "their bytes. Over it: error 1104"}, gather.max_bytes, {16 * kib, 1024 * gib});
    f.auto_text(
        {"scratch", "keyspace, or keyspace:shard, on whose tablet they run; auto: the statement's own"},
        gather.scratch);
}

void visit(Fields& f, Log& log) {
    f.choice({"level", "debug, info, warning or error"}, log.level, log_level_names);
    f.choice({"format", "text (key=value) or json, one line a record"}, log.format, log_format_names);
    f.size({"queue", "records that a slow disk has not taken yet. Over it they are dropped and counted"},
           log.queue, {64 * kib, 1 * gib});
}

void visit(Fields& f, Health& health) {
    f.duration({"interval", "between two probes of a tablet"}, health.interval, {milliseconds(10), hours(1)});
    f.duration({"timeout", "of one probe"}, health.timeout, {milliseconds(10), minutes(10)});
    f.count({"fall", "failures in a row that mark a tablet down"}, health.fall, {1, 1'000});
    f.count({"rise", "successes in a row that mark it up"}, health.rise, {1, 1'000});
}

template <typename T>
void section(Fields& f, Key key, T& value) {
    if (!f.begin(key)) return;
    visit(f, value);
    f.end();
}

}  // namespace

std::string joined_names(std::uint32_t chosen, std::span<const std::string_view> names) {
    std::string joined;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if ((chosen >> i & 1U) == 0) continue;
        if (!joined.empty()) joined += ", ";
        joined += names[i];
    }
    return joined;
}

void visit(Fields& f, Admin& admin) {
    f.text({"name", "what the client logs in as"}, admin.name);
    f.secret(Secrets::any, admin.password);
}

void visit(Fields& f, User& user) {
    f.text({"name", "what the client logs in as"}, user.name);
    f.secret(Secrets::any, user.password);
    f.texts({"keyspaces", "those the user may use; none given: all"}, user.keyspaces);
    f.count({"max_user_connections", "clients logged in as this user at once; 0: as many as max_clients"},
            user.max_user_connections, {0, 1'000'000});
    f.flag({"no_scatter", "refuse statements that ask every shard, unless they say /*vt+ ALLOW_SCATTER */"},
           user.no_scatter);
}

void visit(Fields& f, TabletSettings& settings) {
    f.text({"user", "what Leasehold logs in to the tablets as"}, settings.user);
    f.secret(Secrets::plain, settings.password);
    section(f, {"tls", "TLS towards the tablets; Unix sockets go without"}, settings.tls);
    section(f, {"pool", "connections of one tablet"}, settings.pool);
}

void visit(Fields& f, Config& config) {
    section(f, {"listen", "where clients come in"}, config.listen);
    f.count({"workers", "threads that carry sessions; auto: one per core"}, config.workers, {0, 1'024, true});
    section(f, {"memory", "the budget of the process"}, config.memory);
    f.duration({"shutdown_grace", "statements and transactions may finish for so long after SIGTERM"},
               config.shutdown_grace, {milliseconds(1), hours(24), true});
    f.admins(config);
    f.users(config);
    f.tablet_defaults(config);
    f.keyspaces(config);
    section(f, {"limits", "what can grow with what clients send, and where it stops"}, config.limits);
    section(f, {"plan_cache", "plans by normalised statement"}, config.plan_cache);
    section(f, {"gather", "SELECTs whose rows are brought together on one tablet"}, config.gather);
    section(f, {"log", "to standard error"}, config.log);
    section(f, {"health", "probes of the tablets"}, config.health);
    f.auto_text({"server_version", "what the greeting says; auto: the tablets' own"}, config.server_version);
    f.auto_text({"default_collation", "what the greeting says; auto: the tablets' own"},
                config.default_collation);
}

}  // namespace leasehold::config
