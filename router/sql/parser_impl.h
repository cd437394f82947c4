// The recursive descent behind parse(). Internal to router/sql: include parser.h instead.
// After a failure the cursor stands at the last token and every method goes on returning nodes, so that
// callers need no checks: loops end because nothing matches, and the first failure is the one reported.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "router/sql/arena_list.h"
#include "router/sql/ast.h"
#include "router/sql/lexer.h"
#include "router/sql/precedence.h"
#include "router/sql/set_items.h"

namespace leasehold::router {

class Parser {
  public:
    Parser(const TokenList& list, std::pmr::memory_resource& arena, std::size_t max_depth);

    // The statement from the cursor to the end or a `;`. Never null; after a failure what was parsed so far.
    Statement* statement();
    // As above, where nothing may stand behind the statement.
    Statement* whole_statement();

    bool failed() const { return failed_; }
    bool too_deep() const { return too_deep_; }
    std::size_t failed_token() const { return failed_token_; }

  private:
    // One level of nesting: bounds the C++ stack, and the height of the tree for those who walk it.
    class Nest {
      public:
        explicit Nest(Parser& parser);
        ~Nest();
        Nest(const Nest&) = delete;
        Nest& operator=(const Nest&) = delete;

      private:
        Parser& parser_;
        std::uint16_t outer_height_;
    };

    // What stands between two parentheses: a query, or one or more expressions.
    struct Content {
        Query* query = nullptr;
        std::span<Expr*> list;
    };
    struct TableOrQuery {
        TableRef* table = nullptr;
        Query* query = nullptr;
    };
    struct PendingJoin {
        TableRef* left = nullptr;
        JoinTable* join = nullptr;
    };

    // --- cursor (parser_cursor.cpp)
    const Token& token(std::size_t ahead = 0) const;
    Keyword word(std::size_t ahead = 0) const { return token(ahead).keyword; }
    bool at(TokenKind kind) const { return token().kind == kind; }
    bool at(Keyword keyword) const { return token().keyword == keyword; }
    bool at_end() const;
    bool accept(TokenKind kind);
    bool accept(Keyword keyword);
    void expect(TokenKind kind);
    void expect(Keyword keyword);
    void advance();
    void fail();
    void fail_deep();
    std::uint32_t begin() const { return token().offset; }
    std::uint32_t end() const;  // of the token before the cursor
    Range range_from(std::uint32_t begin_offset) const { return {begin_offset, end()}; }
    std::string_view raw(std::size_t first_token, std::size_t last_token);  // [first, last)
    void open_executable_comments();
    std::string_view statement_text(std::size_t first_token);
    std::string_view raw_from(std::size_t first_token) { return raw(first_token, position_); }
    std::string_view text_of(const Token& t) const { return t.text(list_.sql); }
    void skip_balanced();  // to the `)` that closes the parenthesis the cursor is in, or to the end
    void skip_to_end();

    template <typename T>
    T* make() {
        return new (arena_.allocate(sizeof(T), alignof(T))) T();
    }
    template <typename T>
    T* make_at(std::uint32_t begin_offset) {
        T* node = make<T>();
        node->range.begin = begin_offset;
        return node;
    }
    template <typename T>
    T* done(T* node) {  // a node whose children were parsed within the current Nest
        node->range.end = end();
        node->height = static_cast<std::uint16_t>(height_ + 1);
        return node;
    }
    template <typename T>
    ArenaList<T> list_of() {
        return ArenaList<T>(arena_);
    }
    std::string_view unquoted(const Token& t);
    std::string_view unescaped(const Token& t);  // of a string

    // --- names (parse_name.cpp)
    static bool is_name_token(const Token& t);
    Name name();
    Name name_or_string();
    Name name_of(const Token& t);
    TableName table_name();
    std::span<Name> name_list();  // ( a, b )
    Name alias();                 // [AS] name, or nothing
    bool at_bare_alias() const;
    void note_table(const TableName& table) { tables_.push(table); }

    // --- expressions (parse_expr.cpp, parse_primary.cpp, parse_function.cpp, parse_window.cpp)
    Expr* expr(Precedence min = Precedence::lowest);
    Expr* prefix();
    Expr* unary(UnaryOp op, Precedence operand);
    Expr* climb(Expr* left, std::uint32_t begin_offset, Precedence min);
    Expr* logical(Expr* left, std::uint32_t begin_offset, LogicalOp op, Precedence operand);
    Expr* binary(Expr* left, std::uint32_t begin_offset, BinaryOp op, Precedence operand);
    Expr* comparison(Expr* left, std::uint32_t begin_offset, BinaryOp op);
    Expr* predicate(Expr* left, std::uint32_t begin_offset);
    Expr* pattern();
    Expr* regexp(Expr* left, std::uint32_t begin_offset, BinaryOp op);
    Expr* like(Expr* left, std::uint32_t begin_offset, bool negated);
    Expr* between(Expr* left, std::uint32_t begin_offset, bool negated);
    Expr* in(Expr* left, std::uint32_t begin_offset, bool negated);
    Expr* is(Expr* left, std::uint32_t begin_offset);
    Expr* collate(Expr* left, std::uint32_t begin_offset);
    template <typename T>
    T* grown(T* node, const Expr* left);
    bool accept_logical(LogicalOp op);
    Expr* primary();
    Expr* word_primary();
    Expr* literal();
    Expr* keyword_literal(LiteralKind kind);
    Expr* parameter();
    Expr* user_variable();
    Expr* system_variable();
    Expr* odbc();
    Expr* name_primary();
    Expr* json_path(Expr* column);
    Expr* paren();
    Content paren_content();
    Expr* case_expr();
    Expr* exists();
    Expr* interval();
    Expr* match();
    Expr* default_expr();
    Expr* row();
    std::span<Expr*> expr_list();
    bool at_unit(std::size_t ahead = 0) const;
    std::string_view unit();
    bool starts_query(bool values_is_query) const;
    bool continues_query() const;

    Expr* cast();
    Expr* convert();
    FunctionExpr* call_begin();          // name(
    Expr* call_end(FunctionExpr* call);  // ), and what may stand behind
    Expr* function_call(Name schema, Name name);
    Expr* extract();
    Expr* trim();
    Expr* substring();
    Expr* position();
    Expr* unit_first();
    Expr* next_value();
    void call_arguments(FunctionExpr& call);
    void call_tail(FunctionExpr& call);
    Window* over();
    Window window_spec();
    std::span<OrderItem> order_list();

    // --- queries (parse_query.cpp, parse_select.cpp)
    Query* query();
    Query* query_from(QueryBody* first, std::uint32_t begin_offset);
    Query* finish_query(Query* q, QueryBody* first);
    QueryBody* query_body(QueryBody* first);
    QueryBody* intersection(QueryBody* first);
    QueryBody* query_primary();
    QueryBody* nested(Query* q, std::uint32_t begin_offset);
    With* with();
    QueryBody* select_core();
    void select_options(SelectOptions& options);
    SelectItem select_item();
    std::span<SelectItem> select_items();
    Expr* star_or_expr();
    void from(SelectCore& core);
    void group_by(SelectCore& core);
    Into* into();
    QueryBody* values_core();
    QueryBody* table_core();
    Limit* limit();
    std::span<Locking> locking(Query& q);
    RowExpr* row_constructor(bool row_keyword);

    // --- tables (parse_table.cpp)
    std::span<TableRef*> table_references();
    TableRef* table_reference();
    TableRef* join_chain(TableRef* first);
    JoinTable* join_operator();
    TableRef* joined(const PendingJoin& pending, TableRef* right);
    TableRef* fold_cross(const PendingJoin& pending, TableRef* right);
    TableRef* table_factor();
    TableRef* table_factor(TableName name, std::uint32_t begin_offset);
    TableRef* derived(Query* q, bool lateral, std::uint32_t begin_offset);
    TableOrQuery paren_table();
    TableRef* table_function();
    std::string_view index_hints();

    // --- statements (parse_statement.cpp, parse_dml.cpp, parse_set.cpp, parse_show.cpp, parse_ddl.cpp, ...)
    template <typename T>
    T* start(StatementKind kind) {
        T* s = make_at<T>(begin());
        s->kind = kind;
        return s;
    }
    Statement* statement_of(StatementKind kind);
    Statement* select_statement();
    Statement* with_statement();
    Statement* insert(StatementKind kind);
    void insert_rows(InsertStatement& s);
    void row_alias(InsertStatement& s);
    Statement* update(With* with_clause, std::uint32_t begin_offset);
    Statement* delete_statement(With* with_clause, std::uint32_t begin_offset);
    TableName delete_target();
    std::string_view options(std::initializer_list<Keyword> words, bool& ignore);
    std::string_view hint();
    std::span<ColumnAssignment> column_assignments();
    std::span<SelectItem> returning();
    // WHERE, ORDER BY, LIMIT, RETURNING: the end of an UPDATE or a DELETE.
    template <typename Change>
    void which_rows(Change& s);
    Statement* load_data();
    Statement* set();
    SetAssignment set_assignment(const SetItem& item);
    Expr* set_value(std::size_t last_token);
    std::span<SetAssignment> set_assignments(const SetClause& clause);
    Statement* show();
    void show_what(ShowStatement& s);
    bool show_simple(ShowStatement& s);
    void show_create(ShowStatement& s);
    void show_from(ShowStatement& s);
    void show_filter(ShowStatement& s);
    Statement* ddl();
    void ddl_targets(DdlStatement& s);
    void ddl_query(DdlStatement& s);
    bool at_ddl_query() const;
    void ddl_references();
    std::span<TableName> table_list();
    Statement* call();
    Statement* transaction(StatementKind kind);
    void transaction_characteristics(TransactionStatement& s);
    void transaction_completion(TransactionStatement& s);
    Statement* lock_tables();
    Statement* unlock_tables();
    Statement* prepare();
    Statement* execute();
    Statement* deallocate();
    Statement* handler();
    Statement* xa();
    Statement* kill();
    Statement* flush();
    Statement* use();
    Statement* explain();
    void explain_inner(ExplainStatement& s);
    Statement* do_statement();
    Statement* admin();
    Statement* diagnostics();
    Statement* opaque();

    const TokenList& list_;
    std::pmr::memory_resource& arena_;
    std::size_t max_depth_;
    std::uint16_t max_height_;
    std::size_t position_ = 0;
    std::size_t depth_ = 0;
    std::uint16_t height_ = 0;  // of the tallest node made within the current Nest
    bool failed_ = false;
    bool too_deep_ = false;
    std::size_t failed_token_ = 0;
    std::string_view opened_;                      // with executable comments only
    const std::uint32_t* opened_begin_ = nullptr;  // where each token stands in opened_
    ArenaList<TableName> tables_;
};

}  // namespace leasehold::router
