#include "router/explain.h"

#include <type_traits>

#include "router/explain_lookups.h"
#include "router/load_routing.h"
#include "router/merge_plan.h"
#include "router/plan_cache.h"
#include "router/row_place.h"

namespace leasehold::router {

namespace {

std::string line(std::string_view name, std::string_view text) {
    return std::string(name) + ": " + std::string(text) + "\n";
}

std::string quoted_list(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string_view to_string(ShowProxy::What what) {
    switch (what) {
        case ShowProxy::What::processlist:
            return "processlist";
        case ShowProxy::What::full_processlist:
            return "full processlist";
        case ShowProxy::What::keyspaces:
            return "keyspaces";
        case ShowProxy::What::vitess_shards:
            return "vitess_shards";
        case ShowProxy::What::vitess_tablets:
            return "vitess_tablets";
        case ShowProxy::What::vschema_tables:
            return "vschema tables";
        case ShowProxy::What::databases:
            return "databases";
    }
    return "databases";
}

std::string with_options(std::string text, bool chain, bool release) {
    if (chain) text += " and chain";
    if (release) text += " release";
    return text;
}

std::string describe(const TextArgument& argument) {
    return argument.variable ? "@" + argument.text : argument.text;
}

std::string describe(const SessionStatement& statement) {
    return std::visit(
        [](const auto& s) -> std::string {
            using T = std::decay_t<decltype(s)>;
            if constexpr (std::is_same_v<T, Begin>) {
                return s.options.empty() ? "begin" : "begin " + s.options;
            } else if constexpr (std::is_same_v<T, Commit>) {
                return with_options("commit", s.chain.value_or(false), s.release.value_or(false));
            } else if constexpr (std::is_same_v<T, Rollback>) {
                return with_options("rollback", s.chain.value_or(false), s.release.value_or(false));
            } else if constexpr (std::is_same_v<T, Savepoint>) {
                if (s.verb == Savepoint::Verb::set) return "savepoint " + s.name;
                return (s.verb == Savepoint::Verb::release ? "release savepoint "
                                                           : "rollback to savepoint ") +
                       s.name;
            } else if constexpr (std::is_same_v<T, Use>) {
                return "use " + s.target;
            } else if constexpr (std::is_same_v<T, SetVariables>) {
                return "set variables";
            } else if constexpr (std::is_same_v<T, Kill>) {
                return (s.query_only ? "kill query " : "kill ") +
                       (s.expression.empty() ? std::to_string(s.id) : s.expression);
            } else if constexpr (std::is_same_v<T, ShowProxy>) {
                std::string text = "show " + std::string(to_string(s.what));
                if (!s.where.empty()) text += " where " + s.where;
                return s.like.empty() ? text : text + " like " + s.like;
            } else if constexpr (std::is_same_v<T, ExplainRoute>) {
                return "explain route " + s.sql;
            } else if constexpr (std::is_same_v<T, PrepareText>) {
                return "prepare " + s.name + " from " + describe(s.text);
            } else if constexpr (std::is_same_v<T, ExecuteText>) {
                std::string text = "execute " + (s.immediate ? describe(*s.immediate) : s.name);
                for (const TextArgument& argument : s.arguments)
                    text += (&argument == s.arguments.data() ? " using " : ", ") + describe(argument);
                return text;
            } else if constexpr (std::is_same_v<T, DeallocateText>) {
                return "deallocate prepare " + s.name;
            } else if constexpr (std::is_same_v<T, Nothing>) {
                return "nothing";
            } else {
                return "";
            }
        },
        statement);
}

std::string describe(const ShardQuery& query) {
    std::string text = query.sql ? *query.sql : std::string("unchanged");
    if (!query.params.empty()) {
        text += " [parameters";
        for (const std::uint16_t parameter : query.params) text += " " + std::to_string(parameter);
        text += "]";
    }
    return text;
}

std::string describe(const GatherRead& read) {
    std::string text;
    for (const std::vector<GatherCondition>& use : read.uses) {
        if (use.empty()) return "every row";
        std::string all;
        for (const GatherCondition& condition : use) {
            all += (all.empty() ? "(" : " AND (") + condition.sql + ")";
        }
        text += (text.empty() ? "where " : " OR ") + all;
    }
    return text;
}

// One line a table and what runs on the scratch tablet.
std::string describe(const GatherRoute& gather, const Topology& topology) {
    std::string text;
    for (const GatherRead& read : gather.reads) {
        const Keyspace& keyspace = topology.keyspaces[read.keyspace];
        std::string shards;
        for (const std::uint16_t shard : read.shards) shards += " " + keyspace.shards[shard].name;
        std::string words = describe(read) + ", from" + (shards.empty() ? " no shard" : shards);
        if (read.top && !read.top->order_by.empty()) words += ", " + read.top->order_by;
        if (read.top && read.top->limit) words += ", LIMIT " + std::to_string(*read.top->limit);
        if (!read.locking.empty()) words += ", " + read.locking;
        if (read.temporary != read.table) words += ", as " + read.temporary;
        text += line("gather " + keyspace.name + "." + read.table, words);
    }
    text += line("columns", gather.all_columns ? "all" : "those that the statement names or a key has");
    text += line("scratch", *gather.statement.sql);
    if (!gather.change) return text;
    for (const GatherRead& read : gather.reads) {
        if (!read.changes) continue;
        std::string words = gather.change->deletes ? "deleted rows, by key, on their shards"
                                                   : "changed rows, by key, on their shards";
        if (read.place != nullptr) words += "; moved where " + read.place->what() + " says so";
        text += line("then " + topology.keyspaces[read.keyspace].name + "." + read.table, words);
        if (read.lookups != nullptr) text += lookups_of(*read.lookups);
    }
    return text;
}

// What the text that the tablet gets is written for.
std::string_view to_string(CatalogUse use) {
    switch (use) {
        case CatalogUse::none:
        case CatalogUse::names:
            break;
        case CatalogUse::tables:
            return "keyspaces for databases; rows and bytes of tables over all shards";
        case CatalogUse::partitions:
            return "keyspaces for databases; rows and bytes of partitions over all shards";
        case CatalogUse::tables_and_partitions:
            return "keyspaces for databases; rows and bytes of tables and partitions over all shards";
    }
    return "keyspaces for databases";
}

std::string describe(const Need& need, const Topology& topology) {
    if (const auto* ids = std::get_if<IdsNeed>(&need)) {
        return std::to_string(ids->count) + " ids of " + topology.keyspaces[ids->sequence.keyspace].name +
               "." + ids->sequence.table;
    }
    return std::get<RowsNeed>(need).sql;
}

std::string_view to_string(VariableScope scope) {
    switch (scope) {
        case VariableScope::session:
            return "session";
        case VariableScope::global:
            return "global";
        case VariableScope::persist:
            return "persist";
        case VariableScope::next_transaction:
            return "next_transaction";
        case VariableScope::user:
            return "user";
        case VariableScope::names:
            return "names";
        case VariableScope::character_set:
            return "character_set";
    }
    return "session";
}

std::string describe(const Effects& effects) {
    std::string words;
    for (unsigned i = 0; i <= static_cast<unsigned>(Effect::unknown); ++i) {
        const Effect effect = static_cast<Effect>(i);
        if (!effects.set.has(effect)) continue;
        words += (words.empty() ? "" : " ") + std::string(to_string(effect));
    }
    std::string text = words.empty() ? "" : line("effects", words);
    if (!effects.advisory_locks.empty()) text += line("locks", quoted_list(effects.advisory_locks));
    if (!effects.tables.empty()) text += line("tables", quoted_list(effects.tables));
    for (const Assignment& assignment : effects.assignments) {
        std::string value(to_string(assignment.scope));
        if (!assignment.name.empty()) value += " " + assignment.name;
        text +=
            line("assigns", value + " = " + assignment.value_sql + (assignment.literal ? "" : " (computed)"));
    }
    return text;
}

}  // namespace

std::string_view to_string(Effect effect) {
    switch (effect) {
        case Effect::begins_transaction:
            return "begins_transaction";
        case Effect::ends_transaction:
            return "ends_transaction";
        case Effect::implicit_commit:
            return "implicit_commit";
        case Effect::takes_advisory_lock:
            return "takes_advisory_lock";
        case Effect::frees_advisory_lock:
            return "frees_advisory_lock";
        case Effect::frees_all_advisory_locks:
            return "frees_all_advisory_locks";
        case Effect::makes_temporary_table:
            return "makes_temporary_table";
        case Effect::drops_table:
            return "drops_table";
        case Effect::locks_tables:
            return "locks_tables";
        case Effect::unlocks_tables:
            return "unlocks_tables";
        case Effect::global_read_lock:
            return "global_read_lock";
        case Effect::text_prepare:
            return "text_prepare";
        case Effect::text_execute:
            return "text_execute";
        case Effect::text_deallocate:
            return "text_deallocate";
        case Effect::sets_user_variable:
            return "sets_user_variable";
        case Effect::reads_user_variable:
            return "reads_user_variable";
        case Effect::calculates_found_rows:
            return "calculates_found_rows";
        case Effect::reads_previous:
            return "reads_previous";
        case Effect::reads_insert_id:
            return "reads_insert_id";
        case Effect::sets_last_insert_id:
            return "sets_last_insert_id";
        case Effect::reads_connection_id:
            return "reads_connection_id";
        case Effect::reads_session:
            return "reads_session";
        case Effect::opens_handler:
            return "opens_handler";
        case Effect::closes_handler:
            return "closes_handler";
        case Effect::xa:
            return "xa";
        case Effect::calls_procedure:
            return "calls_procedure";
        case Effect::sets_variable:
            return "sets_variable";
        case Effect::unknown:
            return "unknown";
    }
    return "unknown";
}

std::string explain(const Plan& plan, const Topology& topology, const std::optional<Route>& route) {
    const bool gathers = route && route->gather != nullptr;
    std::string text = line("plan", to_string(gathers ? Opcode::gather : plan.opcode)) +
                       line("statement", to_string(plan.kind));
    if (plan.keyspace) text += line("keyspace", topology.keyspaces[*plan.keyspace].name);
    if (plan.opcode == Opcode::session) text += line("session", describe(plan.session));
    if (plan.routing != nullptr) text += line("route", plan.routing->describe());
    if (route && route->merged) text += line("merge", plan.merge->describe());
    if (route) {
        const Keyspace& keyspace = topology.keyspaces[route->keyspace];
        if (route->upkeep != nullptr) text += lookups_before(*route->upkeep);
        for (const ShardQuery& query : route->shards) {
            const bool scratch = route->load != nullptr && !route->load->verb.empty();
            text += line(scratch ? "scratch" : "shard " + keyspace.shards[query.shard].name, describe(query));
        }
        if (route->upkeep != nullptr) text += lookups_after(*route->upkeep);
    }
    if (gathers) text += describe(*route->gather, topology);
    if (plan.catalog != CatalogUse::none) text += line("catalog", to_string(plan.catalog));
    if (plan.read_only || plan.returns_rows) {
        const std::string_view both = plan.returns_rows ? "read_only returns_rows" : "read_only";
        text += line("properties", plan.read_only ? both : "returns_rows");
    }
    return text + describe(plan.effects);
}

Result<std::string> explain_execution(const Plan& plan, const Topology& topology, std::string_view sql,
                                      std::span<const SqlValue> values) {
    if (plan.routing == nullptr) return explain(plan, topology, std::nullopt);
    if (plan.wants_columns) {
        const KeyspaceTable& of = *plan.wants_columns;
        return explain(plan, topology, std::nullopt) +
               line("needs", "the columns of " + topology.keyspaces[of.keyspace].name + "." + of.table);
    }
    if (plan.asks_first) {
        const Result<std::optional<Need>> need = plan.routing->need(values, {});
        if (!need) return need.error();
        if (*need) return explain(plan, topology, std::nullopt) + line("needs", describe(**need, topology));
    }
    const Result<Route> route = PlanCache::route(plan, sql, values);
    if (!route) return route.error();
    return explain(plan, topology, *route);
}

}  // namespace leasehold::router
