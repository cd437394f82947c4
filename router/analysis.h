// What a statement on a sharded keyspace says about its tables: which it uses, in which scopes, which of
// their columns equal values or each other. Facts only; placement.h draws the conclusions.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "router/schema.h"
#include "router/sql/ast.h"
#include "router/sql/parser.h"
#include "router/value_ref.h"

namespace leasehold::router {

enum class ScopeKind : std::uint8_t { top, subquery, derived, common_table, set_operand };

// A table, or something like one, that a FROM clause names.
struct Source {
    std::string_view alias;
    std::optional<std::uint32_t>
        instance;                // unset: derived table, common table, table function, system table
    bool nullable = false;       // on the side of an outer join that is filled up with NULLs
    bool columns_known = false;  // every column's name is known
};

// One FROM clause.
struct Scope {
    ScopeKind kind = ScopeKind::top;
    std::optional<std::uint32_t> parent;
    std::vector<Source> sources;
    std::vector<std::string> using_columns;  // lower case; of joins that keep the left side's column
};

// One use of a table of the keyspace, or of another one where the lookup knows others.
struct TableInstance {
    const SchemaTable* table = nullptr;
    std::uint32_t scope = 0;
    std::uint32_t source = 0;
    const KeyspaceSchema* keyspace = nullptr;
    const TableName* name = nullptr;      // where it stands in the text
    const TableFactor* factor = nullptr;  // null: TABLE t
};

// A column of an instance; the number of a pair in Analysis::columns.
using ColumnId = std::uint32_t;
struct InstanceColumn {
    std::uint32_t instance = 0;
    std::string name;  // lower case
};

// "column = value" or "column IN (values)" that every row which matters fulfils.
struct Restriction {
    ColumnId column = 0;
    bool list = false;
    bool null_safe = false;
    std::vector<ValueRef> values;
    const InExpr* in = nullptr;  // its list can be split
};

// "a = b": rows of `to` matter only where they equal a row of `from`.
struct Link {
    ColumnId from = 0;
    ColumnId to = 0;
};

// A condition on the columns of one instance alone: rows of it that do not fulfil it do not matter.
struct Filter {
    std::uint32_t instance = 0;
    const Expr* condition = nullptr;
};

struct Analysis {
    std::vector<Scope> scopes;
    std::optional<std::uint32_t> top;  // the scope of the statement's own FROM; unset for a UNION
    std::vector<TableInstance> instances;
    std::vector<InstanceColumn> columns;
    std::vector<Restriction> restrictions;
    std::vector<Link> links;
    std::vector<Filter> filters;  // only where the lookup asks for them
    Constants constants;
    std::string system_table;  // one of information_schema and its like that the statement reads; empty: none
    std::string join_obstacle;  // an outer join that concatenation would answer wrongly; empty: none
    std::vector<std::unique_ptr<SchemaTable>> unlisted;  // tables that no vschema has to list

    // The instance and column that a name means in a scope; unset where it cannot be told.
    std::optional<InstanceColumn> resolve(std::uint32_t scope, const ColumnExpr& column) const;
};

// Where names of tables are looked up.
struct TableLookup {
    const KeyspaceSchema* keyspace = nullptr;
    bool prepared = false;  // `?` are parameters
    // For a gather: tables of every keyspace, told apart by their qualifiers; and Analysis::filters.
    const Schema* all_keyspaces = nullptr;
};

class Analyzer {
  public:
    Analyzer(const ParseTree& tree, TableLookup lookup) : tree_(tree), lookup_(lookup) {}

    // Errors: 1146 for a table that the vschema does not have, 1105 for a table where the grammar does not
    // see one.
    Result<Analysis> analyze(const Query& query);
    Result<Analysis> analyze(const UpdateStatement& update);
    Result<Analysis> analyze(const DeleteStatement& statement);
    // INSERT ... SELECT: the query, and the target as no instance.
    Result<Analysis> analyze_source(const InsertStatement& insert);

  private:
    // What one part of a FROM clause contributed: sources [first, last) of the scope.
    struct Part {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        bool sharded = false;
    };

    Result<Analysis> finish();
    void see(const TableName& name) { seen_.insert(name.range.begin); }
    std::optional<std::uint32_t> query(const Query& query, ScopeKind kind,
                                       std::optional<std::uint32_t> parent);
    std::optional<std::uint32_t> body(const QueryBody& body, ScopeKind kind,
                                      std::optional<std::uint32_t> parent);
    std::uint32_t select(const SelectCore& select, ScopeKind kind, std::optional<std::uint32_t> parent);
    std::uint32_t add_scope(ScopeKind kind, std::optional<std::uint32_t> parent);
    void common_tables(const With& with, std::optional<std::uint32_t> parent);
    void forget(const With& with);

    Part from_list(std::span<TableRef* const> list, std::uint32_t scope);
    Part from(const TableRef& table, std::uint32_t scope);
    Part join(const JoinTable& join, std::uint32_t scope);
    void join_using(const JoinTable& join, std::uint32_t scope, Part left, Part right, Part targets);
    std::optional<std::uint32_t> using_owner(const TableRef& table, Part part, std::string_view column,
                                             std::uint32_t scope) const;
    void add_table(const TableName& name, const TableFactor* factor, std::uint32_t scope);
    const SchemaTable* find_table(const KeyspaceSchema& keyspace, std::string_view name);

    void subqueries(const Expr& expr, std::uint32_t scope);
    void condition(const Expr& expr, std::uint32_t scope, Part targets);
    void filter(const Expr& expr, std::uint32_t scope, Part targets);
    void equality(const Expr& left, const Expr& right, bool null_safe, std::uint32_t scope, Part targets);
    void in_list(const InExpr& in, std::uint32_t scope, Part targets);
    void in_rows(const InExpr& in, const RowExpr& columns, std::uint32_t scope, Part targets);
    void any_of(const LogicalExpr& either, std::uint32_t scope, Part targets);
    void restrict(const InstanceColumn& column, Restriction restriction, std::uint32_t scope, Part targets);
    bool targeted(const InstanceColumn& column, std::uint32_t scope, Part targets) const;
    ColumnId id_of(const InstanceColumn& column);
    std::optional<ValueRef> value_of(const Expr& expr);
    void fail(Error error);

    const ParseTree& tree_;
    TableLookup lookup_;
    Analysis analysis_;
    std::map<std::pair<std::uint32_t, std::string>, ColumnId> column_ids_;
    std::set<std::uint32_t> seen_;  // where the tables that were looked at begin
    std::optional<Error> error_;
    std::unordered_map<std::string_view, int> common_tables_;  // those that can be seen, with how often
};

// The columns of a condition that any server can check on one row alone, with the same outcome: no subquery,
// no variable, no clock. Unset: it is none. analysis_filters.cpp
std::optional<std::vector<const ColumnExpr*>> columns_of_plain_condition(const Expr& expr);

// mysql, information_schema, performance_schema and sys.
bool is_system_schema(std::string_view name);

}  // namespace leasehold::router
