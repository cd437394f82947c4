// Expression nodes. Expr::as<T>() is the way down; ExprKind names each type. Where a node keeps text "as
// written", it is the tokens' text: executable comments are opened.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "router/sql/ast_base.h"
#include "router/sql/token.h"

namespace leasehold::router {

enum class ExprKind : std::uint8_t {
    literal,
    parameter,
    column,
    star,
    user_variable,
    system_variable,
    assign,
    unary,
    binary,
    logical,
    like,
    between,
    in,
    is,
    row,
    function,
    case_,
    cast,
    interval,
    match,
    subquery,
    quantified,
    collate,
    default_,
    odbc,
};

struct Expr {
    Range range;
    ExprKind kind;
    std::uint16_t height = 1;  // of the tree below; bounded by the parser, so recursion over a tree is safe

    template <typename T>
    T* as() {
        return kind == T::type ? static_cast<T*>(this) : nullptr;
    }
    template <typename T>
    const T* as() const {
        return kind == T::type ? static_cast<const T*>(this) : nullptr;
    }

  protected:
    explicit constexpr Expr(ExprKind k) : kind(k) {}
};

template <ExprKind K>
struct ExprOf : Expr {
    static constexpr ExprKind type = K;
    constexpr ExprOf() : Expr(K) {}
};

enum class LiteralKind : std::uint8_t {
    null,
    true_,
    false_,
    integer,
    decimal,
    floating,
    string,
    national,
    hex,
    bit
};

struct LiteralExpr : ExprOf<ExprKind::literal> {
    static constexpr std::uint32_t no_index = ~std::uint32_t{0};
    LiteralKind literal = LiteralKind::null;
    std::uint32_t index = no_index;  // as normalize() counts literals; NULL, TRUE and FALSE are not counted
    std::uint32_t pieces = 1;        // 'a' 'b' is one value of two literals: index and the ones behind it
    std::string_view prefix;         // _utf8mb4, DATE, TIME, TIMESTAMP; empty for none
    std::string_view text;           // as written, without the prefix
};

struct ParamExpr : ExprOf<ExprKind::parameter> {
    std::uint32_t ordinal = 0;  // from 0
};

struct ColumnExpr : ExprOf<ExprKind::column> {
    Name schema, table, column;
};

// * or t.* or db.t.*: a select item, or COUNT's argument.
struct StarExpr : ExprOf<ExprKind::star> {
    Name schema, table;
};

struct UserVariableExpr : ExprOf<ExprKind::user_variable> {
    std::string_view name;  // without @ and quotes, as written
};

enum class SystemVariableScope : std::uint8_t { unspecified, session, global, local, persist, persist_only };

struct SystemVariableExpr : ExprOf<ExprKind::system_variable> {
    SystemVariableScope scope = SystemVariableScope::unspecified;
    std::string_view name;  // without @@ and scope, as written, with its quotes and dots
};

// @x := value
struct AssignExpr : ExprOf<ExprKind::assign> {
    Expr* target = nullptr;
    Expr* value = nullptr;
};

enum class UnaryOp : std::uint8_t { minus, plus, bit_not, bang, not_, binary };

struct UnaryExpr : ExprOf<ExprKind::unary> {
    UnaryOp op = UnaryOp::minus;
    Expr* operand = nullptr;
};

enum class BinaryOp : std::uint8_t {
    equal,
    null_safe_equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    add,
    subtract,
    multiply,
    divide,
    int_divide,
    modulo,
    bit_or,
    bit_and,
    bit_xor,
    shift_left,
    shift_right,
    regexp,
    not_regexp,
    sounds_like,
    member_of,
    concat,
    json_extract,
    json_unquote,
};
constexpr bool is_comparison(BinaryOp op) {
    return op <= BinaryOp::greater_equal;
}

struct BinaryExpr : ExprOf<ExprKind::binary> {
    BinaryOp op = BinaryOp::equal;
    Expr* left = nullptr;
    Expr* right = nullptr;
};

enum class LogicalOp : std::uint8_t { and_, or_, xor_ };

// a AND b AND c is one node of three operands.
struct LogicalExpr : ExprOf<ExprKind::logical> {
    LogicalOp op = LogicalOp::and_;
    std::span<Expr*> operands;
};

struct LikeExpr : ExprOf<ExprKind::like> {
    bool negated = false;
    Expr* value = nullptr;
    Expr* pattern = nullptr;
    Expr* escape = nullptr;  // null: none
};

struct BetweenExpr : ExprOf<ExprKind::between> {
    bool negated = false;
    Expr* value = nullptr;
    Expr* low = nullptr;
    Expr* high = nullptr;
};

// value [NOT] IN (list) or (query); one of the two is set. list_range spans the parentheses.
struct InExpr : ExprOf<ExprKind::in> {
    bool negated = false;
    Expr* value = nullptr;
    std::span<Expr*> list;
    Query* query = nullptr;
    Range list_range;
};

enum class IsWhat : std::uint8_t { null, true_, false_, unknown };

struct IsExpr : ExprOf<ExprKind::is> {
    IsWhat what = IsWhat::null;
    bool negated = false;
    Expr* value = nullptr;
};

// (a, b) or ROW(a, b)
struct RowExpr : ExprOf<ExprKind::row> {
    bool keyword = false;
    std::span<Expr*> elements;
};

// Where a call is not just name(arguments).
enum class FunctionForm : std::uint8_t {
    plain,
    no_parentheses,  // CURRENT_TIMESTAMP, LOCALTIME, CURRENT_USER, ...
    extract,         // EXTRACT(unit FROM arg0)
    trim,            // TRIM([BOTH|LEADING|TRAILING] [arg1] FROM arg0); one argument: TRIM(arg0)
    substring_from,  // SUBSTRING(arg0 FROM arg1 [FOR arg2])
    position_in,     // POSITION(arg0 IN arg1)
    unit_first,      // TIMESTAMPDIFF(unit, ...), TIMESTAMPADD(unit, ...), GET_FORMAT(type, ...)
    using_charset,   // CHAR(... USING charset); CONVERT(x USING charset) is a CastExpr
    as_type,         // WEIGHT_STRING(x AS CHAR(n))
    next_value,      // NEXT VALUE FOR arg0, PREVIOUS VALUE FOR arg0 (MariaDB)
    opaque,          // arguments as written: `raw` (JSON_VALUE with its clauses, and their like)
};

enum class FrameUnit : std::uint8_t { none, rows, range, groups };

// OVER w, OVER (...), and WINDOW w AS (...).
struct Window {
    Range range;
    Name name;               // OVER w; or the definition's name in WINDOW
    Name base;               // (w PARTITION BY ...)
    bool reference = false;  // OVER w: nothing but the name
    std::span<Expr*> partition_by;
    std::span<OrderItem> order_by;
    FrameUnit unit = FrameUnit::none;
    std::string_view frame;  // the frame with its unit, as written
};

struct FunctionExpr : ExprOf<ExprKind::function> {
    Name schema;
    Name name;
    FunctionForm form = FunctionForm::plain;
    bool distinct = false;            // also GROUP_CONCAT(DISTINCT ...)
    bool space_before_paren = false;  // COUNT (x): another thing than COUNT(x) without IGNORE_SPACE
    std::span<Expr*> arguments;
    std::string_view keyword;       // unit, TRIM's side, charset, type
    std::span<OrderItem> order_by;  // inside the parentheses: GROUP_CONCAT, JSON_ARRAYAGG, WITHIN GROUP
    bool within_group = false;
    Expr* separator = nullptr;  // GROUP_CONCAT
    std::span<Expr*> limit;     // GROUP_CONCAT(... LIMIT [offset,] count) (MariaDB)
    std::string_view nulls;     // FROM FIRST/LAST, RESPECT/IGNORE NULLS, as written
    Window* over = nullptr;
    std::string_view raw;  // form opaque: the text between the parentheses
};

struct WhenClause {
    Expr* condition = nullptr;
    Expr* result = nullptr;
};

struct CaseExpr : ExprOf<ExprKind::case_> {
    Expr* operand = nullptr;  // null: CASE WHEN
    std::span<WhenClause> whens;
    Expr* otherwise = nullptr;
};

enum class CastForm : std::uint8_t { cast, convert, convert_using };

struct CastExpr : ExprOf<ExprKind::cast> {
    CastForm form = CastForm::cast;
    Expr* value = nullptr;
    // The type, or the charset of CONVERT ... USING. Of CAST all behind the value: "AS CHAR(10)", "AT TIME
    // ZONE x AS y".
    std::string_view target;
};

struct IntervalExpr : ExprOf<ExprKind::interval> {
    Expr* value = nullptr;
    std::string_view unit;
};

// MATCH (a, b) AGAINST (x IN BOOLEAN MODE)
struct MatchExpr : ExprOf<ExprKind::match> {
    std::span<Expr*> columns;
    bool parentheses = true;  // MATCH a, b AGAINST (x) is allowed too
    Expr* against = nullptr;
    std::string_view modifier;
};

struct SubqueryExpr : ExprOf<ExprKind::subquery> {
    bool exists = false;
    Query* query = nullptr;
};

// left op ANY (query)
struct QuantifiedExpr : ExprOf<ExprKind::quantified> {
    BinaryOp op = BinaryOp::equal;
    bool all = false;  // ALL; otherwise ANY or SOME
    Expr* left = nullptr;
    Query* query = nullptr;
};

struct CollateExpr : ExprOf<ExprKind::collate> {
    Expr* value = nullptr;
    Name collation;
};

// DEFAULT, DEFAULT(col), VALUES(col) / VALUE(col), and MariaDB's IGNORE as a value.
enum class DefaultForm : std::uint8_t { default_, default_of, values_of, ignore };

struct DefaultExpr : ExprOf<ExprKind::default_> {
    DefaultForm form = DefaultForm::default_;
    Expr* column = nullptr;
};

// {d '2020-01-01'}, {fn f(x)}
struct OdbcExpr : ExprOf<ExprKind::odbc> {
    Name escape;
    Expr* value = nullptr;
};

}  // namespace leasehold::router
