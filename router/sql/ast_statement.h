// Statements. Statement::as<T>() is the way down; StatementType names each type. Several kinds share a type.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "router/sql/ast_base.h"
#include "router/sql/ast_expr.h"
#include "router/sql/ast_query.h"
#include "router/sql/effects.h"
#include "router/sql/statement_kind.h"

namespace leasehold::router {

enum class StatementType : std::uint8_t {
    opaque,
    select,
    insert,
    update,
    delete_,
    load_data,
    set,
    show,
    ddl,
    call,
    transaction,
    lock_tables,
    prepare,
    execute,
    deallocate,
    handler,
    xa,
    kill,
    flush,
    use,
    explain,
    do_,
    admin,
    diagnostics,
};

struct Statement {
    Range range;            // from the first token to the last; without a `;` at the end
    std::string_view text;  // as written; where the text had executable comments, the tokens they hold
    StatementType statement_type;
    StatementKind kind = StatementKind::other;
    // Every table named in the statement's text, in that order, subqueries included; a name of a common table
    // expression is among them where it is used as a table.
    std::span<TableName> tables;

    template <typename T>
    T* as() {
        return statement_type == T::type ? static_cast<T*>(this) : nullptr;
    }
    template <typename T>
    const T* as() const {
        return statement_type == T::type ? static_cast<const T*>(this) : nullptr;
    }

  protected:
    explicit constexpr Statement(StatementType t) : statement_type(t) {}
};

template <StatementType T>
struct StatementOf : Statement {
    static constexpr StatementType type = T;
    constexpr StatementOf() : Statement(T) {}
};

// Kind and tables only: not in the grammar, or nothing more is needed of it.
struct OpaqueStatement : StatementOf<StatementType::opaque> {};

struct SelectStatement : StatementOf<StatementType::select> {
    Query* query = nullptr;
};

// column = value
struct ColumnAssignment {
    Range range;
    ColumnExpr* column = nullptr;
    Expr* value = nullptr;
};

enum class InsertSource : std::uint8_t { values, set, query };

// INSERT and REPLACE (kind says which).
struct InsertStatement : StatementOf<StatementType::insert> {
    std::string_view hint;     // /*+ ... */
    std::string_view options;  // LOW_PRIORITY, DELAYED, HIGH_PRIORITY, IGNORE
    bool ignore = false;
    TableName table;
    std::span<Name> partitions;
    bool has_columns = false;  // a list was written, perhaps an empty one
    std::span<ColumnExpr*> columns;
    InsertSource source = InsertSource::values;
    std::span<RowExpr*> rows;    // source values; row ranges include their parentheses
    Range rows_range;            // from the first row to the last
    bool row_keyword = false;    // VALUES ROW(1), ROW(2)
    bool value_keyword = false;  // VALUE instead of VALUES
    std::span<ColumnAssignment> set;
    Query* query = nullptr;
    bool query_parentheses = false;
    Name row_alias;  // AS new(a, b)
    std::span<Name> row_alias_columns;
    std::span<ColumnAssignment> on_duplicate;
    std::span<SelectItem> returning;
};

struct UpdateStatement : StatementOf<StatementType::update> {
    std::string_view hint;
    With* with = nullptr;
    std::string_view options;  // LOW_PRIORITY, IGNORE
    bool ignore = false;
    std::span<TableRef*> tables_updated;  // one table factor: the single-table form
    std::span<ColumnAssignment> set;
    Expr* where = nullptr;
    Range where_range;
    std::span<OrderItem> order_by;
    Limit* limit = nullptr;
    std::span<SelectItem> returning;  // MariaDB 13; kept for the day
};

// Single table: from has one factor and targets is empty. Multi-table: targets FROM tables, or FROM targets
// USING tables.
struct DeleteStatement : StatementOf<StatementType::delete_> {
    std::string_view hint;
    With* with = nullptr;
    std::string_view options;  // LOW_PRIORITY, QUICK, IGNORE
    bool ignore = false;
    bool using_form = false;
    std::span<TableName> targets;  // t or t.*
    std::span<TableRef*> from;
    Expr* where = nullptr;
    Range where_range;
    std::span<OrderItem> order_by;
    Limit* limit = nullptr;
    std::span<SelectItem> returning;
};

struct LoadDataStatement : StatementOf<StatementType::load_data> {
    bool xml = false;
    bool local = false;
    bool ignore = false;
    bool replace = false;
    Expr* file = nullptr;
    TableName table;
    Range table_range;  // the table's name, to be replaced
    Range tail;         // all behind the table: partitions, columns, lines, SET, as written
};

struct SetAssignment {
    Range range;
    VariableScope scope = VariableScope::session;
    Name name;              // without @, @@ and scope, as written; empty for names and character_set
    Expr* value = nullptr;  // null where the value is no expression (names, TRANSACTION): see value_range
    Range value_range;
};

enum class SetForm : std::uint8_t {
    assignments,  // variables, NAMES, CHARACTER SET, in any mix
    transaction,  // SET [SESSION|GLOBAL] TRANSACTION ...
    password,
    role,
    default_role,
    resource_group,
    for_statement,  // SET STATEMENT a = 1 FOR statement (MariaDB): `inner`, whose kind this statement has
};

struct SetStatement : StatementOf<StatementType::set> {
    SetForm form = SetForm::assignments;
    std::span<SetAssignment> assignments;
    Statement* inner = nullptr;
};

enum class ShowWhat : std::uint8_t {
    other,
    databases,
    tables,
    table_status,
    open_tables,
    columns,
    index,
    triggers,
    events,
    create_table,
    create_view,
    create_database,
    create_other,
    variables,
    status,
    warnings,
    errors,
    count_warnings,
    count_errors,
    processlist,
    engines,
    plugins,
    privileges,
    grants,
    charset,
    collation,
    procedure_status,
    function_status,
    profiles,
    engine_status,
    replica_status,
    binary_logs,
    keyspaces,
    vitess_shards,
    vitess_tablets,
    vitess_target,
    vschema_tables,
    vschema_vindexes,
    vschema_keyspaces,
};

struct ShowStatement : StatementOf<StatementType::show> {
    ShowWhat what = ShowWhat::other;
    bool full = false;
    bool extended = false;
    bool global = false;  // SHOW GLOBAL VARIABLES
    Name schema;          // FROM/IN database; for create_database the database
    TableName table;      // columns, index, create_table, create_view
    LiteralExpr* like = nullptr;
    Expr* where = nullptr;
    Limit* limit = nullptr;
    Range name;  // create_other: the object's name
};

enum class DdlVerb : std::uint8_t { create, alter, drop, truncate, rename };
enum class DdlObject : std::uint8_t {
    table,
    view,
    index,
    database,
    procedure,
    function,
    trigger,
    event,
    sequence,
    user,
    role,
    server,
    tablespace,
    package,
    other,
};

struct DdlStatement : StatementOf<StatementType::ddl> {
    DdlVerb verb = DdlVerb::create;
    DdlObject object = DdlObject::other;
    bool temporary = false;
    bool or_replace = false;
    bool if_exists = false;  // IF EXISTS
    bool if_not_exists = false;
    // The objects of the statement itself: tables or views made, altered, dropped, renamed (old and new name
    // in turn), the table of an index or trigger. Other tables (LIKE, SELECT, REFERENCES) are only in
    // Statement::tables.
    std::span<TableName> targets;
    Name name;                   // databases, indexes and other objects: their own name
    bool like_table = false;     // CREATE TABLE ... LIKE
    Query* as_select = nullptr;  // CREATE TABLE ... [AS] SELECT; where it could be parsed
    Range body;                  // all behind the targets, as written
};

struct CallStatement : StatementOf<StatementType::call> {
    Name schema;
    Name name;
    std::span<Expr*> arguments;
};

enum class TransactionVerb : std::uint8_t {
    begin,
    commit,
    rollback,
    savepoint,
    release_savepoint,
    rollback_to_savepoint,
};
enum class Tristate : std::uint8_t { unspecified, yes, no };

struct TransactionStatement : StatementOf<StatementType::transaction> {
    TransactionVerb verb = TransactionVerb::begin;
    bool start_form = false;  // START TRANSACTION, not BEGIN
    Range options;            // behind START TRANSACTION, as written
    bool read_only = false;
    bool consistent_snapshot = false;
    Tristate chain = Tristate::unspecified;
    Tristate release = Tristate::unspecified;
    Name savepoint;
};

enum class TableLock : std::uint8_t { read, read_local, write, low_priority_write, write_concurrent };

struct LockedTable {
    TableName table;
    Name alias;
    TableLock lock = TableLock::read;
};

// LOCK TABLES and UNLOCK TABLES (kind says which).
struct LockTablesStatement : StatementOf<StatementType::lock_tables> {
    std::span<LockedTable> locks;
    Expr* wait_seconds = nullptr;  // WAIT n (MariaDB)
    bool nowait = false;
};

struct PrepareStatement : StatementOf<StatementType::prepare> {
    Name name;
    Expr* text = nullptr;  // a string literal or a user variable; MariaDB: any expression
};

struct ExecuteStatement : StatementOf<StatementType::execute> {
    Name name;                  // empty for EXECUTE IMMEDIATE
    Expr* immediate = nullptr;  // EXECUTE IMMEDIATE text (MariaDB)
    std::span<Expr*> arguments;
};

struct DeallocateStatement : StatementOf<StatementType::deallocate> {
    bool drop_form = false;  // DROP PREPARE
    Name name;
};

enum class HandlerVerb : std::uint8_t { open, read, close };

struct HandlerStatement : StatementOf<StatementType::handler> {
    HandlerVerb verb = HandlerVerb::open;
    TableName table;
    Name alias;
    Range tail;  // READ's index, conditions and limit, as written
};

enum class XaVerb : std::uint8_t { start, end, prepare, commit, rollback, recover };

struct XaStatement : StatementOf<StatementType::xa> {
    XaVerb verb = XaVerb::start;
    Range tail;  // xid and options, as written
};

struct KillStatement : StatementOf<StatementType::kill> {
    bool query_only = false;
    bool query_id = false;  // KILL QUERY ID (MariaDB)
    bool of_user = false;   // KILL USER (MariaDB)
    Expr* id = nullptr;     // null for USER
    Range words;            // between KILL and the id (HARD, SOFT, CONNECTION, QUERY [ID], USER), as written
};

struct FlushStatement : StatementOf<StatementType::flush> {
    bool tables_form = false;     // FLUSH TABLES
    bool with_read_lock = false;  // ... WITH READ LOCK
    bool for_export = false;
    std::span<TableName> targets;
    Range tail;  // all behind FLUSH, as written
};

struct UseStatement : StatementOf<StatementType::use> {
    Range target_range;
    std::string_view target;  // without quotes: USE ks@replica and USE `ks:-80` alike
};

// EXPLAIN statement, EXPLAIN FOR CONNECTION n, EXPLAIN ROUTE statement, and ANALYZE statement (MariaDB).
// DESCRIBE table [column] has kind describe and a table.
struct ExplainStatement : StatementOf<StatementType::explain> {
    Range options;               // ANALYZE, FORMAT = x, EXTENDED, PARTITIONS, FOR SCHEMA x, as written
    bool route = false;          // EXPLAIN ROUTE: answered by the proxy
    bool analyze = false;        // runs the statement
    Statement* inner = nullptr;  // null: FOR CONNECTION, a table, or not in the grammar
    Range inner_range;           // the statement explained, also when it is not in the grammar
    TableName table;
    Range column;  // DESCRIBE table column
};

struct DoStatement : StatementOf<StatementType::do_> {
    std::span<Expr*> expressions;
};

// ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR TABLE and what else has a list of tables and no result but a
// report.
struct AdminStatement : StatementOf<StatementType::admin> {
    std::span<TableName> targets;
    Range tail;  // all behind the tables, as written
};

// GET [CURRENT|STACKED] DIAGNOSTICS ...
struct DiagnosticsStatement : StatementOf<StatementType::diagnostics> {
    Range tail;
};

}  // namespace leasehold::router
