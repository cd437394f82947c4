// Queries: SELECT, set operations, common table expressions and what stands in FROM.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "router/sql/ast_base.h"
#include "router/sql/ast_expr.h"

namespace leasehold::router {

struct CommonTable {
    Range range;
    Name name;
    std::span<Name> columns;
    Query* query = nullptr;
    std::string_view cycle;  // CYCLE ... RESTRICT (MariaDB), as written
};

struct With {
    Range range;
    bool recursive = false;
    std::span<CommonTable> tables;
};

// LIMIT count, LIMIT offset, count, LIMIT count OFFSET offset, OFFSET ... FETCH ...
struct Limit {
    Range range;
    Expr* count = nullptr;   // null: OFFSET alone
    Expr* offset = nullptr;  // null: none
    bool with_ties = false;
    bool fetch = false;             // written as OFFSET ... FETCH ...
    bool fetches = false;           // with its FETCH part
    Expr* rows_examined = nullptr;  // LIMIT ... ROWS EXAMINED n (MariaDB)
};

enum class LockStrength : std::uint8_t { update, share, share_mode };  // share_mode: LOCK IN SHARE MODE
enum class LockWait : std::uint8_t { wait, nowait, skip_locked, wait_seconds };

struct Locking {
    Range range;
    LockStrength strength = LockStrength::update;
    std::span<TableName> of;
    LockWait wait = LockWait::wait;
    Expr* seconds = nullptr;  // WAIT n (MariaDB)
};

enum class IntoKind : std::uint8_t { none, variables, outfile, dumpfile };

struct Into {
    Range range;
    IntoKind kind = IntoKind::none;
    std::span<Expr*> variables;  // user variables
    std::string_view file;       // OUTFILE's and DUMPFILE's name and options, as written
    bool before_from = false;    // SELECT a INTO @x FROM t
};

struct SelectItem {
    Range range;  // with its alias and parentheses: what MySQL names an unaliased column by, alias apart
    Expr* expr = nullptr;
    Name alias;  // also AS 'text'
};

// Words between SELECT and the select list.
struct SelectOptions {
    std::string_view text;  // all of them as written, DISTINCT included
    bool distinct = false;
    bool calc_found_rows = false;
    bool straight_join = false;
};

enum class GroupModifier : std::uint8_t { none, with_rollup, rollup_function, cube_function };

enum class QueryBodyKind : std::uint8_t { select, set_operation, nested, values, table };

struct QueryBody {
    Range range;
    QueryBodyKind kind;

    template <typename T>
    T* as() {
        return kind == T::type ? static_cast<T*>(this) : nullptr;
    }
    template <typename T>
    const T* as() const {
        return kind == T::type ? static_cast<const T*>(this) : nullptr;
    }

  protected:
    explicit constexpr QueryBody(QueryBodyKind k) : kind(k) {}
};

template <QueryBodyKind K>
struct QueryBodyOf : QueryBody {
    static constexpr QueryBodyKind type = K;
    constexpr QueryBodyOf() : QueryBody(K) {}
};

struct SelectCore : QueryBodyOf<QueryBodyKind::select> {
    std::string_view hint;  // /*+ ... */
    SelectOptions options;
    std::span<SelectItem> items;
    Range items_range;
    Into* into = nullptr;       // INTO before FROM; the query's own `into` points to it too
    std::span<TableRef*> from;  // comma separated
    bool from_dual = false;     // FROM DUAL: no tables
    Range from_range;           // without the word FROM
    Expr* where = nullptr;
    Range where_range;  // of the condition, parentheses included, without the word WHERE
    std::span<OrderItem> group_by;
    GroupModifier group_modifier = GroupModifier::none;
    Expr* having = nullptr;
    std::span<Window> windows;
    Expr* qualify = nullptr;
};

// first UNION second EXCEPT third ...: evaluated from left to right; INTERSECT, which binds tighter, is a
// node of its own.
enum class SetOp : std::uint8_t { union_, except, intersect };
enum class SetQuantifier : std::uint8_t { unspecified, distinct, all };

struct SetOperand {
    SetOp op = SetOp::union_;  // how it combines with what stands left of it; of the first: no meaning
    SetQuantifier quantifier = SetQuantifier::unspecified;
    QueryBody* body = nullptr;
};

struct SetOperation : QueryBodyOf<QueryBodyKind::set_operation> {
    std::span<SetOperand> operands;  // at least two
};

// (query): a query in parentheses, with its own ORDER BY and LIMIT.
struct NestedQuery : QueryBodyOf<QueryBodyKind::nested> {
    Query* query = nullptr;
};

// VALUES ROW(1, 2), ROW(3, 4); MariaDB: VALUES (1, 2), (3, 4)
struct ValuesCore : QueryBodyOf<QueryBodyKind::values> {
    bool row_keyword = false;
    std::span<RowExpr*> rows;
};

// TABLE t
struct TableCore : QueryBodyOf<QueryBodyKind::table> {
    TableName name;
};

struct Query {
    Range range;  // without surrounding parentheses
    std::uint16_t height = 1;
    With* with = nullptr;
    QueryBody* body = nullptr;
    std::span<OrderItem> order_by;
    Range order_by_range;  // of the list, without ORDER BY
    Limit* limit = nullptr;
    std::span<Locking> locking;
    Into* into = nullptr;
};

enum class TableRefKind : std::uint8_t { table, derived, join, list, opaque };

struct TableRef {
    Range range;
    TableRefKind kind;
    std::uint16_t height = 1;

    template <typename T>
    T* as() {
        return kind == T::type ? static_cast<T*>(this) : nullptr;
    }
    template <typename T>
    const T* as() const {
        return kind == T::type ? static_cast<const T*>(this) : nullptr;
    }

  protected:
    explicit constexpr TableRef(TableRefKind k) : kind(k) {}
};

template <TableRefKind K>
struct TableRefOf : TableRef {
    static constexpr TableRefKind type = K;
    constexpr TableRefOf() : TableRef(K) {}
};

struct TableFactor : TableRefOf<TableRefKind::table> {
    TableName name;
    std::span<Name> partitions;
    std::string_view for_clause;  // FOR SYSTEM_TIME ..., FOR PORTION OF ... (MariaDB), as written
    Name alias;
    std::string_view index_hints;  // USE/FORCE/IGNORE INDEX ..., as written
};

struct DerivedTable : TableRefOf<TableRefKind::derived> {
    bool lateral = false;
    Query* query = nullptr;
    Name alias;
    std::span<Name> columns;
};

enum class JoinKind : std::uint8_t { inner, cross, straight, left, right };

struct JoinTable : TableRefOf<TableRefKind::join> {
    JoinKind join = JoinKind::inner;
    bool natural = false;
    TableRef* left = nullptr;
    TableRef* right = nullptr;
    Expr* on = nullptr;
    std::span<Name> using_columns;
};

// (t1, t2): tables in parentheses. (t1 JOIN t2) is a list of one.
struct TableList : TableRefOf<TableRefKind::list> {
    std::span<TableRef*> tables;
};

// JSON_TABLE(...), and other table functions: as written.
struct OpaqueTable : TableRefOf<TableRefKind::opaque> {
    Name function;
    std::string_view raw;  // from the function's name to its closing parenthesis
    Name alias;
};

}  // namespace leasehold::router
