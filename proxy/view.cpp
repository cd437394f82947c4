#include "proxy/view.h"

#include <algorithm>
#include <chrono>

#include "base/memory_account.h"
#include "config/describe.h"
#include "proxy/session.h"
#include "proxy/version.h"

namespace leasehold::proxy {
namespace {

std::uint64_t milliseconds_since(net::TimePoint then, net::TimePoint now) {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - then).count();
    return passed > 0 ? static_cast<std::uint64_t>(passed) : 0;
}

void add_count(std::vector<metrics::NamedCount>& counts, std::string_view name, std::uint64_t n) {
    for (metrics::NamedCount& known : counts) {
        if (known.name == name) {
            known.count += n;
            return;
        }
    }
    counts.push_back({std::string(name), n});
}

void add_pool(metrics::TabletFigures& figures, const pool::Pool& pool) {
    const pool::PoolCounters& counters = pool.counters();
    const auto in_state = [&](pool::ConnectionState state) {
        return counters.connections[static_cast<std::size_t>(state)].get();
    };
    figures.idle += in_state(pool::ConnectionState::idle);
    figures.leased += in_state(pool::ConnectionState::leased);
    figures.reserved += in_state(pool::ConnectionState::reserved);
    figures.connecting += in_state(pool::ConnectionState::connecting);
    figures.opened += counters.opened.get();
    for (std::size_t i = 0; i < pool::close_cause_count; ++i) {
        add_count(figures.closed, to_string(static_cast<pool::CloseCause>(i)), counters.closed[i].get());
    }
    add_count(figures.leases, "plain", counters.leases_plain.get());
    add_count(figures.leases, "reserved", counters.leases_reserved.get());
    for (std::size_t i = 0; i < counters.returned.size(); ++i) {
        add_count(figures.returned, to_string(static_cast<pool::Disposition>(i)), counters.returned[i].get());
    }
    for (std::size_t i = 0; i < pool::reason_count; ++i) {
        const auto reason = to_string(static_cast<pool::Reason>(i));
        add_count(figures.reserved_now, reason, counters.reserved[i].get());
        add_count(figures.reserved_total, reason, counters.reserved_total[i].get());
    }
    figures.waiters += counters.waiters.get();
    figures.longest_wait_us = std::max(figures.longest_wait_us, counters.longest_wait_us.get());
    figures.wait.add(counters.wait);
    figures.waits_timed_out += counters.waits_timed_out.get();
    figures.waits_refused += counters.waits_refused.get();
}

metrics::TabletFigures* find_figures(AdminView& view, const pool::Tablet& tablet) {
    for (metrics::TabletFigures& figures : view.snapshot.tablets) {
        if (figures.keyspace == tablet.spec().keyspace && figures.shard == tablet.spec().shard &&
            figures.tablet == tablet.address() && figures.tablet_type == to_string(tablet.spec().type)) {
            return &figures;
        }
    }
    return nullptr;
}

// One that a reload removed: it is shown as long as connections to it are there.
metrics::TabletFigures& add_removed_tablet(AdminView& view, const pool::Tablet& tablet) {
    metrics::TabletFigures& figures = view.snapshot.tablets.emplace_back();
    figures.keyspace = tablet.spec().keyspace;
    figures.shard = tablet.spec().shard;
    figures.tablet_type = to_string(tablet.spec().type);
    figures.tablet = tablet.address();
    figures.up = tablet.up();
    figures.state = "OFFLINE";
    return figures;
}

void add_counters(metrics::Snapshot& snapshot, const std::string& keyspace,
                  const KeyspaceCounters& counters) {
    for (std::size_t opcode = 0; opcode < opcode_count; ++opcode) {
        const std::string plan(to_string(static_cast<router::Opcode>(opcode)));
        bool any = false;
        for (std::size_t kind = 0; kind < statement_kind_count; ++kind) {
            const std::uint64_t count = counters.statements[opcode][kind];
            if (count == 0) continue;
            any = true;
            const std::string statement(to_string(static_cast<router::StatementKind>(kind)));
            const auto known =
                std::find_if(snapshot.queries.begin(), snapshot.queries.end(), [&](const auto& q) {
                    return q.keyspace == keyspace && q.plan == plan && q.statement == statement;
                });
            if (known != snapshot.queries.end()) {
                known->count += count;
            } else {
                snapshot.queries.push_back({keyspace, plan, statement, count});
            }
        }
        if (!any) continue;
        const auto known =
            std::find_if(snapshot.query_times.begin(), snapshot.query_times.end(),
                         [&](const auto& q) { return q.keyspace == keyspace && q.plan == plan; });
        metrics::QueryTime& time =
            known != snapshot.query_times.end()
                ? *known
                : snapshot.query_times.emplace_back(metrics::QueryTime{keyspace, plan, {}});
        time.seconds.add(counters.seconds[opcode]);
    }
    const auto add_error = [&](const std::string& code, std::uint64_t count) {
        for (metrics::ErrorCount& known : snapshot.errors) {
            if (known.keyspace == keyspace && known.code == code) {
                known.count += count;
                return;
            }
        }
        snapshot.errors.push_back({keyspace, code, count});
    };
    for (const auto& [code, count] : counters.errors) add_error(std::to_string(code), count);
    if (counters.other_errors > 0) add_error("other", counters.other_errors);
    const auto add_traffic = [&](std::string_view direction, std::uint64_t rows, std::uint64_t bytes) {
        for (metrics::Traffic& known : snapshot.traffic) {
            if (known.keyspace == keyspace && known.direction == direction) {
                known.rows += rows;
                known.bytes += bytes;
                return;
            }
        }
        snapshot.traffic.push_back({keyspace, std::string(direction), rows, bytes});
    };
    add_traffic("in", counters.rows_in, counters.bytes_in);
    add_traffic("out", counters.rows_out, counters.bytes_out);
    if (counters.gathered_rows > 0) {
        const auto known = std::find_if(snapshot.gathered.begin(), snapshot.gathered.end(),
                                        [&](const auto& gathered) { return gathered.keyspace == keyspace; });
        metrics::Gathered& sum = known != snapshot.gathered.end() ? *known : snapshot.gathered.emplace_back();
        sum.keyspace = keyspace;
        sum.rows += counters.gathered_rows;
        sum.bytes += counters.gathered_bytes;
    }
    constexpr std::string_view kinds[] = {"single", "multi"};
    constexpr std::string_view outcomes[] = {"commit", "rollback", "partial"};
    for (std::size_t kind = 0; kind < 2; ++kind) {
        for (std::size_t outcome = 0; outcome < 3; ++outcome) {
            const std::uint64_t count = counters.transactions[kind][outcome];
            if (count == 0) continue;
            const auto known =
                std::find_if(snapshot.transactions.begin(), snapshot.transactions.end(), [&](const auto& t) {
                    return t.keyspace == keyspace && t.kind == kinds[kind] && t.outcome == outcomes[outcome];
                });
            if (known != snapshot.transactions.end()) {
                known->count += count;
            } else {
                snapshot.transactions.push_back(
                    {keyspace, std::string(kinds[kind]), std::string(outcomes[outcome]), count, 0});
            }
        }
    }
}

void add_keyspace_memory(AdminView& view, const std::string& keyspace, std::uint64_t bytes) {
    for (metrics::KeyspaceMemory& known : view.snapshot.keyspace_memory) {
        if (known.keyspace == keyspace) {
            known.bytes += bytes;
            return;
        }
    }
    view.snapshot.keyspace_memory.push_back({keyspace, bytes});
}

std::uint64_t session_memory(const Session& session) {
    return allocated_size(sizeof(Session)) + session.channel().memory() + session.prepared().memory();
}

std::string_view phase_text(Session::Phase phase) {
    switch (phase) {
        case Session::Phase::login:
            return "login";
        case Session::Phase::idle:
            return "idle";
        case Session::Phase::waiting:
            return "waiting";
        case Session::Phase::active:
            return "active";
    }
    return "idle";
}

void add_session(AdminView& view, Session& session, net::TimePoint now, unsigned worker) {
    const ClientState& state = session.state();
    ClientRow row;
    row.id = session.id();
    row.user = state.login.user;
    row.host = session.address();
    row.database = to_string(state.target);
    row.state = phase_text(session.activity.phase);
    row.command = wire::to_string(session.activity.command);
    row.statement = session.activity.statement.substr(0, 1024);
    row.connected_ms = milliseconds_since(session.connected_at, now);
    row.state_ms = milliseconds_since(session.activity.since, now);
    if (session.activity.phase == Session::Phase::waiting) row.wait_us = row.state_ms * 1000;
    row.tls = session.channel().tls();
    row.prepared_statements = session.prepared().size();
    for (const auto& [name, value] : state.login.attributes) {
        if (name == "program_name") row.program = value;
    }
    pool::ReasonSet reasons;
    for (const HeldLease& held : session.held().all()) {
        reasons.add(held.lease.reasons());
        LeaseRow lease;
        const pool::TabletSpec& spec = held.pool->tablet().spec();
        lease.id = held.lease->tablet_thread_id;
        lease.keyspace = spec.keyspace;
        lease.shard = spec.shard;
        lease.tablet = held.pool->tablet().address();
        lease.tablet_type = to_string(spec.type);
        lease.kind = "reserved";
        lease.reasons = pool::to_string(held.lease.reasons());
        lease.client_id = session.id();
        lease.user = row.user;
        lease.age_ms = milliseconds_since(held.since, now);
        lease.statement = held.statement;
        view.leases.push_back(std::move(lease));
    }
    row.reserved_reasons = pool::to_string(reasons);
    row.leases = session.held().all().size();
    const std::string keyspace = state.target.keyspace;
    add_keyspace_memory(view, keyspace, session_memory(session));
    const auto known =
        std::find_if(view.snapshot.clients.begin(), view.snapshot.clients.end(),
                     [&](const auto& c) { return c.keyspace == keyspace && c.state == row.state; });
    if (known != view.snapshot.clients.end()) {
        ++known->count;
    } else {
        view.snapshot.clients.push_back({keyspace, row.state, 1});
    }
    row.worker = worker;
    view.clients.push_back(std::move(row));
}

void add_servers(AdminView& view, const pool::Pool& pool, Site& site, net::TimePoint now) {
    const pool::TabletSpec& spec = pool.tablet().spec();
    pool.each([&](const pool::Connection& connection) {
        ServerRow row;
        row.id = connection.tablet_thread_id;
        row.keyspace = spec.keyspace;
        row.shard = spec.shard;
        row.tablet_type = to_string(spec.type);
        row.tablet = pool.tablet().address();
        row.state = to_string(connection.state());
        row.tablet_thread_id = connection.tablet_thread_id;
        row.client_id = connection.client_id;
        row.age_ms = milliseconds_since(connection.opened_at, now);
        row.state_ms = milliseconds_since(connection.since, now);
        add_keyspace_memory(view, spec.keyspace,
                            allocated_size(sizeof(connection)) + connection.statements.memory() +
                                (connection.channel ? connection.channel->memory() : 0));
        row.tls = connection.channel && connection.channel->open() && connection.channel->tls();
        row.prepared_statements = connection.statements.size();
        row.reserved_reasons = pool::to_string(connection.condition.reasons);
        row.worker = site.worker().index();
        const bool plain = connection.state() == pool::ConnectionState::leased;
        // Of one statement, so none that the session holds.
        const bool gathers = connection.condition.reasons.has(pool::Reason::gather);
        if (plain || gathers) {
            LeaseRow lease{row.id,
                           row.keyspace,
                           row.shard,
                           row.tablet,
                           row.tablet_type,
                           plain ? "plain" : "reserved",
                           row.reserved_reasons,
                           row.client_id,
                           "",
                           row.state_ms,
                           ""};
            if (const Session* session = site.find_session(static_cast<std::uint32_t>(row.client_id))) {
                lease.user = session->state().login.user;
                lease.statement = session->activity.statement.substr(0, 256);
            }
            view.leases.push_back(std::move(lease));
        }
        view.servers.push_back(std::move(row));
    });
}

}  // namespace

std::shared_ptr<AdminView> begin_view(const World& world, const pool::ControlPlane& control) {
    auto view = std::make_shared<AdminView>();
    metrics::Snapshot& snapshot = view->snapshot;
    snapshot.version = version;
    snapshot.live_connections = pool::Connection::live();
    for (std::size_t i = 0; i < world.topology->keyspaces.size(); ++i) {
        const router::Keyspace& keyspace = world.topology->keyspaces[i];
        metrics::KeyspaceFigures figures;
        figures.name = keyspace.name;
        figures.database = keyspace.database;
        figures.sharded = keyspace.vschema.sharded;
        for (const router::Shard& shard : keyspace.shards) figures.shards.push_back(shard.name);
        figures.tables = keyspace.vschema.tables.size();
        figures.vindexes = keyspace.vschema.vindexes.size();
        snapshot.keyspaces.push_back(std::move(figures));
    }
    for (const auto& tablet : world.all_tablets()) {
        metrics::TabletFigures figures;
        figures.keyspace = tablet->spec().keyspace;
        figures.shard = tablet->spec().shard;
        figures.tablet_type = to_string(tablet->spec().type);
        figures.tablet = tablet->address();
        figures.up = tablet->up();
        figures.capacity = tablet->budget().connection_cap();
        figures.reserved_capacity = tablet->budget().reserved_cap();
        const pool::TabletHealth health = control.health(*tablet);
        if (health.identity) {
            figures.server_version = health.identity->version;
            figures.server_id = health.identity->server_id;
            figures.max_connections = health.identity->max_connections;
            figures.read_only = health.read_only;
        }
        if (health.replication.state == pool::Replication::State::running) {
            figures.replication_lag_seconds = static_cast<double>(health.replication.lag_seconds);
        }
        figures.replication_broken = health.replication.state == pool::Replication::State::broken;
        figures.probes_failed_in_a_row = health.failures;
        figures.last_error = tablet->last_error();
        if (figures.last_error.empty() && health.failures > 0) figures.last_error = health.last_error;
        snapshot.tablets.push_back(std::move(figures));
    }
    const pool::ControlCounters kills = control.counters();
    snapshot.kills_sent = kills.kills_sent;
    snapshot.kills_dropped = kills.kills_dropped;
    snapshot.max_clients = world.config->listen.max_clients;
    view->config = config::describe(*world.config);
    return view;
}

void add_to_view(AdminView& view, Site& site) {
    const net::TimePoint now = site.worker().now();
    metrics::Snapshot& snapshot = view.snapshot;
    ++snapshot.workers;
    site.forget_drained_pools();
    site.each_pool([&](pool::Pool& pool) {
        metrics::TabletFigures* figures = find_figures(view, pool.tablet());
        if (figures == nullptr) figures = &add_removed_tablet(view, pool.tablet());
        add_pool(*figures, pool);
        add_servers(view, pool, site, now);
    });
    for (const auto& [keyspace, counters] : site.all_counters()) add_counters(snapshot, keyspace, counters);
    site.each_session([&](Session& session) { add_session(view, session, now, site.worker().index()); });
    const router::PlanCacheStats plans = site.plans().stats();
    snapshot.plan_cache.hits += plans.hits;
    snapshot.plan_cache.misses += plans.misses;
    snapshot.plan_cache.evictions += plans.evictions;
    snapshot.plan_cache.entries += plans.entries;
    snapshot.plan_cache.bytes += plans.bytes;
}

}  // namespace leasehold::proxy
