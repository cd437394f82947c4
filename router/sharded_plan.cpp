#include "router/sharded_plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "router/concatenation.h"
#include "router/unsupported.h"

namespace leasehold::router {

ShardedPlan to_any_shard(const ShardedStatement& statement, std::string words) {
    return {Opcode::any_shard,
            std::make_unique<FixedRouting>(statement.base, std::vector<std::uint16_t>{0}, std::move(words))};
}

ShardedPlan to_all_shards(const ShardedStatement& statement, Opcode opcode, std::string words) {
    std::vector<std::uint16_t> shards(statement.keyspace().shard_count());
    std::iota(shards.begin(), shards.end(), std::uint16_t{0});
    return {opcode, std::make_unique<FixedRouting>(statement.base, std::move(shards), std::move(words))};
}

namespace {

Opcode opcode_of(const std::vector<KeyConstraint>& constraints) {
    if (std::ranges::any_of(constraints, &KeyConstraint::partial)) return Opcode::subshard;
    if (std::ranges::any_of(constraints, &KeyConstraint::list)) return Opcode::in;
    const bool unique = std::ranges::all_of(constraints, [](const KeyConstraint& constraint) {
        return constraint.vindex == nullptr || constraint.vindex->unique();
    });
    return unique ? Opcode::equal_unique : Opcode::equal;
}

}  // namespace

Result<ShardedPlan> by_placement(const ShardedStatement& statement, Placement placement, Constants constants,
                                 std::string obstacle, std::unique_ptr<const Routing> gather) {
    if (obstacle.empty()) obstacle = effects_obstacle(statement.effects.set);
    if (obstacle.empty()) obstacle = std::move(placement.obstacle);
    if (placement.constraints.empty()) {
        if (!obstacle.empty() && statement.keyspace().shard_count() > 1) {
            if (gather != nullptr) return ShardedPlan{Opcode::gather, std::move(gather)};
            return unsupported_over_shards(obstacle, statement.keyspace());
        }
        return to_all_shards(statement, Opcode::scatter, "every shard");
    }
    return ShardedPlan{
        opcode_of(placement.constraints),
        std::make_unique<KeyedRouting>(statement.base, std::move(constants), std::move(placement.constraints),
                                       std::move(placement.split), std::move(obstacle), std::move(gather))};
}

namespace {

bool uses_advisory_locks(const EffectSet& effects) {
    return effects.has(Effect::takes_advisory_lock) || effects.has(Effect::frees_advisory_lock) ||
           effects.has(Effect::frees_all_advisory_locks);
}

std::string first_word(const ParseTree& tree) {
    std::string word(tree.tokens.tokens.front().text(tree.sql()));
    for (char& c : word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return word;
}

// An error for a statement that the grammar does not know: MySQL's own when it is no statement at all.
Error not_in_grammar(const ShardedStatement& statement) {
    const ParseTree& tree = statement.tree;
    if (tree.outcome == ParseOutcome::invalid || tree.statement->kind == StatementKind::unknown)
        return tree.error;
    if (tree.outcome == ParseOutcome::too_deep) {
        return unsupported_when_sharded("a statement nested as deeply as this", statement.keyspace());
    }
    const std::size_t near = tree.error.message.find("near '");
    // A statement that breaks off is none in any grammar.
    if (near == std::string::npos || tree.error.message.substr(near).starts_with("near '' "))
        return tree.error;
    const std::string where = ", " + tree.error.message.substr(near);
    return unsupported("syntax that the router does not know" + where + " (keyspace " +
                       statement.keyspace().keyspace().name + " is sharded)");
}

Result<ShardedPlan> plan_ddl(const ShardedStatement& statement) {
    const KeyspaceSchema& keyspace = statement.keyspace();
    const auto* ddl = statement.tree.as<DdlStatement>();
    if (statement.effects.set.has(Effect::makes_temporary_table)) {
        return unsupported_when_sharded("a temporary table", keyspace);
    }
    if (ddl != nullptr && ddl->object == DdlObject::database) {
        return unsupported_when_sharded("CREATE, ALTER or DROP DATABASE", keyspace);
    }
    if (ddl != nullptr && ddl->as_select != nullptr && ddl->object == DdlObject::table) {
        return unsupported_when_sharded("CREATE TABLE ... SELECT", keyspace);
    }
    return to_all_shards(statement, Opcode::all_shards, "every shard, one after another");
}

Result<ShardedPlan> plan_explain(const ShardedStatement& statement) {
    const auto* explain = statement.tree.as<ExplainStatement>();
    const bool changes =
        explain != nullptr && explain->inner != nullptr && explain->inner->kind != StatementKind::select;
    if (explain != nullptr && explain->analyze && changes) {
        return unsupported_when_sharded("EXPLAIN ANALYZE of a statement that changes rows",
                                        statement.keyspace());
    }
    return to_any_shard(statement, "the first shard, for all");
}

Result<ShardedPlan> plan_admin(const ShardedStatement& statement) {
    if (reports_on_tables(statement.tree.tokens))
        return to_all_shards(statement, Opcode::scatter, "every shard");
    const Keyword first = statement.tree.tokens.tokens.front().keyword;
    if (first == Keyword::grant || first == Keyword::revoke) {
        return to_all_shards(statement, Opcode::all_shards, "every shard, one after another");
    }
    return unsupported_when_sharded(first_word(statement.tree), statement.keyspace());
}

Result<ShardedPlan> plan_flush(const ShardedStatement& statement) {
    return to_all_shards(statement, Opcode::all_shards, "every shard, one after another");
}

}  // namespace

bool reports_on_tables(const TokenList& tokens) {
    switch (tokens.tokens.front().keyword) {
        case Keyword::analyze:
        case Keyword::check:
        case Keyword::checksum:
        case Keyword::optimize:
        case Keyword::repair:
        case Keyword::cache:
        case Keyword::load:
            return true;
        default:
            return false;
    }
}

Result<ShardedPlan> plan_sharded(const ShardedStatement& statement) {
    const ParseTree& tree = statement.tree;
    const KeyspaceSchema& keyspace = statement.keyspace();
    const auto refuse = [&](std::string_view what) { return unsupported_when_sharded(what, keyspace); };
    const StatementKind kind = tree.statement->kind;
    if (tree.outcome == ParseOutcome::invalid) return tree.error;
    // These need no more than their kind; the grammar may not know all of their forms.
    switch (kind) {
        case StatementKind::ddl:
            return plan_ddl(statement);
        case StatementKind::show:
        case StatementKind::describe:
            return to_any_shard(statement, "the first shard, for all");
        case StatementKind::explain:
            return plan_explain(statement);
        case StatementKind::admin:
            return plan_admin(statement);
        case StatementKind::flush:
            return plan_flush(statement);
        case StatementKind::lock_tables:
        case StatementKind::unlock_tables:
            return to_all_shards(statement, Opcode::all_shards, "every shard, one after another");
        case StatementKind::call:
            return refuse("CALL");
        case StatementKind::handler:
            return refuse("HANDLER");
        case StatementKind::xa:
            return refuse("XA");
        default:
            break;
    }
    if (!tree.parsed()) return not_in_grammar(statement);
    if (const auto* load = tree.as<LoadDataStatement>()) return plan_load(statement, *load);
    if (tree.as<SetStatement>() != nullptr) return refuse("SET STATEMENT ... FOR");
    if (uses_advisory_locks(statement.effects.set) && !tree.statement->tables.empty()) {
        return refuse("an advisory lock in a statement with tables");
    }
    if (const auto* select = tree.as<SelectStatement>()) return plan_select(statement, *select->query);
    if (const auto* insert = tree.as<InsertStatement>()) return plan_insert(statement, *insert);
    if (const auto* update = tree.as<UpdateStatement>()) return plan_update(statement, *update);
    if (const auto* deletion = tree.as<DeleteStatement>()) return plan_delete(statement, *deletion);
    if (tree.as<DiagnosticsStatement>() != nullptr) return to_any_shard(statement, "the first shard");
    if (tree.as<DoStatement>() != nullptr) {
        if (!tree.statement->tables.empty()) return refuse("DO with tables");
        return to_any_shard(statement, "the first shard");
    }
    return refuse(first_word(tree));
}

}  // namespace leasehold::router
