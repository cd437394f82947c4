// The walk over a statement: queries, scopes, FROM clauses. Conditions are in analysis_conditions.cpp.
#include "router/analysis.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "router/ast_walk.h"
#include "router/sql/fold.h"
#include "router/unsupported.h"

namespace leasehold::router {

bool is_system_schema(std::string_view name) {
    return equal_folded(name, "information_schema") || equal_folded(name, "mysql") ||
           equal_folded(name, "performance_schema") || equal_folded(name, "sys");
}

void Analyzer::fail(Error error) {
    if (!error_) error_ = std::move(error);
}

Result<Analysis> Analyzer::analyze(const Query& select) {
    analysis_.top = query(select, ScopeKind::top, std::nullopt);
    return finish();
}

Result<Analysis> Analyzer::analyze(const UpdateStatement& update) {
    if (update.with != nullptr) common_tables(*update.with, std::nullopt);
    const std::uint32_t scope = add_scope(ScopeKind::top, std::nullopt);
    analysis_.top = scope;
    const Part all = from_list(update.tables_updated, scope);
    if (update.where != nullptr) {
        condition(*update.where, scope, all);
        subqueries(*update.where, scope);
    }
    for (const ColumnAssignment& assignment : update.set) subqueries(*assignment.value, scope);
    for (const OrderItem& item : update.order_by) subqueries(*item.expr, scope);
    for (const SelectItem& item : update.returning) subqueries(*item.expr, scope);
    return finish();
}

Result<Analysis> Analyzer::analyze(const DeleteStatement& statement) {
    if (statement.with != nullptr) common_tables(*statement.with, std::nullopt);
    const std::uint32_t scope = add_scope(ScopeKind::top, std::nullopt);
    analysis_.top = scope;
    const Part all = from_list(statement.from, scope);
    for (const TableName& target : statement.targets) see(target);
    if (statement.where != nullptr) {
        condition(*statement.where, scope, all);
        subqueries(*statement.where, scope);
    }
    for (const OrderItem& item : statement.order_by) subqueries(*item.expr, scope);
    for (const SelectItem& item : statement.returning) subqueries(*item.expr, scope);
    return finish();
}

Result<Analysis> Analyzer::analyze_source(const InsertStatement& insert) {
    see(insert.table);
    analysis_.top = query(*insert.query, ScopeKind::top, std::nullopt);
    for (const ColumnAssignment& assignment : insert.on_duplicate) {
        subqueries(*assignment.value, add_scope(ScopeKind::subquery, std::nullopt));
    }
    return finish();
}

Result<Analysis> Analyzer::finish() {
    for (const TableName& name : tree_.statement->tables) {
        if (!seen_.contains(name.range.begin)) {
            fail(unsupported_when_sharded(
                "table " + std::string(name.range.of(tree_.sql())) + " in this place", *lookup_.keyspace));
        }
    }
    if (error_) return *std::move(error_);
    return std::move(analysis_);
}

std::uint32_t Analyzer::add_scope(ScopeKind kind, std::optional<std::uint32_t> parent) {
    analysis_.scopes.push_back({kind, parent, {}, {}});
    return static_cast<std::uint32_t>(analysis_.scopes.size() - 1);
}

// A table is seen by those behind it, and by itself when the list is recursive.
void Analyzer::common_tables(const With& with, std::optional<std::uint32_t> parent) {
    for (const CommonTable& table : with.tables) {
        if (with.recursive) ++common_tables_[table.name.text];
        query(*table.query, ScopeKind::common_table, parent);
        if (!with.recursive) ++common_tables_[table.name.text];
    }
}

void Analyzer::forget(const With& with) {
    for (const CommonTable& table : with.tables) --common_tables_[table.name.text];
}

// The scope of its SELECT, when it has exactly one.
std::optional<std::uint32_t> Analyzer::query(const Query& query, ScopeKind kind,
                                             std::optional<std::uint32_t> parent) {
    if (query.with != nullptr) common_tables(*query.with, parent);
    const std::optional<std::uint32_t> scope = body(*query.body, kind, parent);
    const auto outside = [&](const Expr* expr) {
        if (expr == nullptr || expr->kind == ExprKind::column) return;
        subqueries(*expr, scope ? *scope : add_scope(ScopeKind::subquery, parent));
    };
    for (const OrderItem& item : query.order_by) outside(item.expr);
    for (const Locking& locking : query.locking) {
        for (const TableName& name : locking.of) see(name);
    }
    if (query.with != nullptr) forget(*query.with);
    return scope;
}

std::optional<std::uint32_t> Analyzer::body(const QueryBody& body, ScopeKind kind,
                                            std::optional<std::uint32_t> parent) {
    switch (body.kind) {
        case QueryBodyKind::select:
            return select(*body.as<SelectCore>(), kind, parent);
        case QueryBodyKind::nested:
            return query(*body.as<NestedQuery>()->query, kind, parent);
        case QueryBodyKind::set_operation:
            for (const SetOperand& operand : body.as<SetOperation>()->operands) {
                this->body(*operand.body, ScopeKind::set_operand, parent);
            }
            return std::nullopt;
        case QueryBodyKind::values: {
            const std::uint32_t scope = add_scope(kind, parent);
            for (const RowExpr* row : body.as<ValuesCore>()->rows) subqueries(*row, scope);
            return scope;
        }
        case QueryBodyKind::table: {
            const std::uint32_t scope = add_scope(kind, parent);
            add_table(body.as<TableCore>()->name, nullptr, scope);
            return scope;
        }
    }
    return std::nullopt;
}

std::uint32_t Analyzer::select(const SelectCore& select, ScopeKind kind,
                               std::optional<std::uint32_t> parent) {
    const std::uint32_t scope = add_scope(kind, parent);
    const Part all = from_list(select.from, scope);
    if (select.where != nullptr) condition(*select.where, scope, all);
    visit_select_exprs(select, [&](const Expr& expr) { subqueries(expr, scope); });
    return scope;
}

void Analyzer::subqueries(const Expr& expr, std::uint32_t scope) {
    if (expr.kind == ExprKind::literal || expr.kind == ExprKind::column) return;
    visit_children(
        expr, [&](const Expr& child) { subqueries(child, scope); },
        [&](const Query& child) { query(child, ScopeKind::subquery, scope); });
}

Analyzer::Part Analyzer::from_list(std::span<TableRef* const> list, std::uint32_t scope) {
    const auto size = [&] { return static_cast<std::uint32_t>(analysis_.scopes[scope].sources.size()); };
    Part part{size(), size(), false};
    for (const TableRef* table : list) part.sharded |= from(*table, scope).sharded;
    part.last = size();
    return part;
}

Analyzer::Part Analyzer::from(const TableRef& table, std::uint32_t scope) {
    const auto first = static_cast<std::uint32_t>(analysis_.scopes[scope].sources.size());
    const std::size_t instances = analysis_.instances.size();
    const auto add_source = [&](std::string_view alias) {
        analysis_.scopes[scope].sources.push_back({alias, std::nullopt, false, false});
    };
    switch (table.kind) {
        case TableRefKind::table: {
            const auto& factor = *table.as<TableFactor>();
            add_table(factor.name, &factor, scope);
            break;
        }
        case TableRefKind::derived: {
            const auto& derived = *table.as<DerivedTable>();
            std::optional<std::uint32_t> parent = analysis_.scopes[scope].parent;
            if (derived.lateral) parent = scope;
            query(*derived.query, ScopeKind::derived, parent);
            add_source(derived.alias.text);
            break;
        }
        case TableRefKind::join:
            return join(*table.as<JoinTable>(), scope);
        case TableRefKind::list:
            return from_list(table.as<TableList>()->tables, scope);
        case TableRefKind::opaque:
            add_source(table.as<OpaqueTable>()->alias.text);
            break;
    }
    const bool sharded = std::any_of(
        analysis_.instances.begin() + static_cast<std::ptrdiff_t>(instances), analysis_.instances.end(),
        [](const TableInstance& instance) { return instance.table->type != TableType::reference; });
    return {first, first + 1, sharded};
}

Analyzer::Part Analyzer::join(const JoinTable& join, std::uint32_t scope) {
    const Part left = from(*join.left, scope);
    const Part right = from(*join.right, scope);
    const Part both{left.first, right.last, left.sharded || right.sharded};
    const auto fill_with_nulls = [&](Part part) {
        // Looked up here: subqueries of the condition have added scopes.
        std::vector<Source>& sources = analysis_.scopes[scope].sources;
        for (std::uint32_t i = part.first; i < part.last; ++i) sources[i].nullable = true;
    };
    Part targets = both;
    Part filled{};
    switch (join.join) {
        case JoinKind::inner:
        case JoinKind::cross:
        case JoinKind::straight:
            break;
        case JoinKind::left:
            targets = filled = right;
            break;
        case JoinKind::right:
            targets = filled = left;
            break;
    }
    if (join.on != nullptr) {
        condition(*join.on, scope, targets);
        subqueries(*join.on, scope);
    }
    if (!join.using_columns.empty()) join_using(join, scope, left, right, targets);
    // The kept side would give its unmatched rows once a shard.
    if (filled.sharded && !(filled.first == left.first ? right.sharded : left.sharded)) {
        analysis_.join_obstacle = "an outer join that keeps the rows of a table which every shard has";
    }
    fill_with_nulls(filled);
    return both;
}

const SchemaTable* Analyzer::find_table(const KeyspaceSchema& keyspace, std::string_view name) {
    if (const SchemaTable* table = keyspace.find_table(name)) return table;
    if (keyspace.sharded()) return nullptr;
    // Of an unsharded keyspace the vschema need not say anything: its rows stand on its one shard.
    auto& table = analysis_.unlisted.emplace_back(std::make_unique<SchemaTable>());
    table->name = name;
    table->pinned = 0;
    return table.get();
}

void Analyzer::add_table(const TableName& name, const TableFactor* factor, std::uint32_t scope) {
    see(name);
    const std::string_view alias = factor == nullptr ? std::string_view() : factor->alias.text;
    const std::string_view table_name = name.table.text;
    Source source{alias.empty() ? table_name : alias, std::nullopt, false, false};
    const auto add = [&] { analysis_.scopes[scope].sources.push_back(source); };
    if (name.schema.empty()) {
        const auto common = common_tables_.find(table_name);
        if (common != common_tables_.end() && common->second > 0) return add();
        if (equal_folded(table_name, "dual") && !name.table.quoted) return add();
    } else if (is_system_schema(name.schema.text) && name.schema.text != lookup_.keyspace->keyspace().name) {
        analysis_.system_table = name.range.of(tree_.sql());
        return add();
    }
    const KeyspaceSchema* of = lookup_.keyspace;
    const SchemaTable* table = nullptr;
    if (lookup_.all_keyspaces != nullptr) {
        if (!name.schema.empty()) {
            const KeyspaceSchema* named = lookup_.all_keyspaces->find_keyspace(name.schema.text);
            if (named != nullptr) of = named;
        }
        table = find_table(*of, table_name);
    } else {
        table = of->find_table(table_name);
    }
    const std::string& keyspace = of->keyspace().name;
    if (table == nullptr) {
        fail(make_error(mysql_error::no_such_table, "Table '" + keyspace + "." + std::string(table_name) +
                                                        "' doesn't exist in the vschema of keyspace " +
                                                        keyspace));
        return add();
    }
    if (table->type == TableType::sequence && !table->pinned && of->sharded()) {
        fail(unsupported_when_sharded("sequence " + table->name + " without a pinned shard", *of));
    }
    source.instance = static_cast<std::uint32_t>(analysis_.instances.size());
    source.columns_known = table->columns_complete;
    const auto index = static_cast<std::uint32_t>(analysis_.scopes[scope].sources.size());
    analysis_.instances.push_back({table, scope, index, of, &name, factor});
    add();
}

}  // namespace leasehold::router
