// The writer behind print(). Internal to router/sql: include printer.h instead.
#pragma once

#include <string>
#include <string_view>

#include "router/sql/ast.h"
#include "router/sql/precedence.h"

namespace leasehold::router {

class Printer {
  public:
    std::string take() { return std::move(out_); }

    // expressions (print_expr.cpp, print_function.cpp); in parentheses when it binds looser than `min`
    void expr(const Expr& e, Precedence min = Precedence::lowest);
    // queries (print_query.cpp)
    void query(const Query& q);
    // statements (print_statement.cpp)
    void insert(const InsertStatement& s);
    void update(const UpdateStatement& s);
    void delete_statement(const DeleteStatement& s);
    void call(const CallStatement& s);
    void do_statement(const DoStatement& s);

  private:
    // Writes `text` with a space in front where two words or operators would run together.
    void word(std::string_view text);
    void put(std::string_view text) { out_ += text; }
    void name(const Name& n);
    void function_name(const Name& n);
    void name(const TableName& n);
    void names(std::span<const Name> list);  // (a, b)
    void aliased(const Name& n);

    template <typename List, typename Item>
    void separated(const List& list, Item item) {
        bool first = true;
        for (const auto& element : list) {
            if (!first) put(", ");
            first = false;
            item(element);
        }
    }
    void exprs(std::span<Expr* const> list);
    void order_items(std::span<const OrderItem> list);

    void bare(const Expr& e);
    void literal(const LiteralExpr& e);
    void column(const ColumnExpr& e);
    void star(const StarExpr& e);
    void user_variable(const UserVariableExpr& e);
    void system_variable(const SystemVariableExpr& e);
    void unary(const UnaryExpr& e);
    void binary(const BinaryExpr& e);
    void logical(const LogicalExpr& e);
    void like(const LikeExpr& e);
    void between(const BetweenExpr& e);
    void in(const InExpr& e);
    void is(const IsExpr& e);
    void row(const RowExpr& e);
    void case_expr(const CaseExpr& e);
    void cast(const CastExpr& e);
    void match(const MatchExpr& e);
    void quantified(const QuantifiedExpr& e);
    void default_expr(const DefaultExpr& e);
    void function(const FunctionExpr& e);
    void function_arguments(const FunctionExpr& e);
    void trim(const FunctionExpr& e);
    void over(const Window& w);
    void window(const Window& w);

    void with(const With& w);
    void body(const QueryBody& b);
    void select(const SelectCore& c);
    void select_items(std::span<const SelectItem> items);
    void set_operation(const SetOperation& o);
    void values(const ValuesCore& c);
    void limit(const Limit& l);
    void locking(const Locking& l);
    void into(const Into& i);
    void table(const TableRef& t);
    void tables(std::span<TableRef* const> list);
    void table_factor(const TableFactor& t);
    void join(const JoinTable& j);

    void where(const Expr* condition);
    void order_by(std::span<const OrderItem> list);
    void assignments(std::span<const ColumnAssignment> list);
    void returning(std::span<const SelectItem> items);

    std::string out_;
};

}  // namespace leasehold::router
