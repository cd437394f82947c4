#include "router/plan_upkeep.h"

#include <algorithm>
#include <set>

#include "router/sql/fold.h"

namespace leasehold::router {
namespace {

// The one table, where its rows can be read by the same WHERE.
std::optional<UpkeepRouting::Parts> parts_of(const ShardedStatement& statement, const Analysis& analysis,
                                             std::span<TableRef* const> tables, const With* with,
                                             const Expr* where) {
    if (tables.size() != 1 || with != nullptr || analysis.instances.size() != 1) return std::nullopt;
    const TokenList& tokens = statement.tree.tokens;
    const TableInstance& instance = analysis.instances.front();
    const TableFactor* const factor = instance.factor;
    if (factor == nullptr || tables.front() != factor || !factor->for_clause.empty()) return std::nullopt;
    if (tokens.executable_comments) return std::nullopt;
    if (where != nullptr && !columns_of_plain_condition(*where)) return std::nullopt;
    UpkeepRouting::Parts parts;
    parts.owned = owned_lookups(statement.base.schema, *instance.keyspace, *instance.table);
    if (parts.owned == nullptr) return std::nullopt;
    parts.table = tokens_of(tokens, factor->range);
    if (where != nullptr) parts.where = tokens_of(tokens, where->range);
    parts.assigned.resize(parts.owned->lookups.size());
    return parts;
}

// A new value that a SELECT of the same row gives too: of columns that keep theirs, or of its own.
bool can_be_read(const ColumnAssignment& assignment, std::span<const ColumnAssignment> all,
                 const ShardedStatement& statement) {
    Constants constants;
    if (constants.ref_to(*assignment.value, statement.tree, statement.prepared)) return true;
    const auto columns = columns_of_plain_condition(*assignment.value);
    if (!columns) return false;
    const std::string own = to_lower(assignment.column->column.text);
    return std::ranges::all_of(*columns, [&](const ColumnExpr* column) {
        const std::string name = to_lower(column->column.text);
        return name == own || std::ranges::none_of(all, [&](const ColumnAssignment& other) {
                   return to_lower(other.column->column.text) == name;
               });
    });
}

}  // namespace

std::optional<UpkeepRouting::Parts> upkeep_of(const ShardedStatement& statement, const Analysis& analysis,
                                              const UpdateStatement& update) {
    std::optional<UpkeepRouting::Parts> parts =
        parts_of(statement, analysis, update.tables_updated, update.with, update.where);
    if (!parts || update.ignore || update.limit != nullptr || !update.returning.empty()) return std::nullopt;
    for (std::size_t i = 0; i < parts->assigned.size(); ++i) {
        for (const ColumnAssignment& assignment : update.set) {
            if (to_lower(assignment.column->column.text) != parts->owned->lookups[i].column) continue;
            if (parts->assigned[i] || !can_be_read(assignment, update.set, statement)) return std::nullopt;
            parts->assigned[i] = tokens_of(statement.tree.tokens, assignment.value->range);
        }
    }
    return parts;
}

std::optional<UpkeepRouting::Parts> upkeep_of(const ShardedStatement& statement, const Analysis& analysis,
                                              const DeleteStatement& deletion) {
    std::optional<UpkeepRouting::Parts> parts =
        parts_of(statement, analysis, deletion.from, deletion.with, deletion.where);
    if (!parts || deletion.ignore || deletion.limit != nullptr || !deletion.targets.empty())
        return std::nullopt;
    parts->deletes = true;
    return parts;
}

}  // namespace leasehold::router
