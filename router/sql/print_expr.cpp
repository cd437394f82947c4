#include "router/sql/char_class.h"
#include "router/sql/printer_impl.h"

namespace leasehold::router {
namespace {

std::string_view text_of(BinaryOp op) {
    switch (op) {
        case BinaryOp::equal:
            return "=";
        case BinaryOp::null_safe_equal:
            return "<=>";
        case BinaryOp::not_equal:
            return "<>";
        case BinaryOp::less:
            return "<";
        case BinaryOp::less_equal:
            return "<=";
        case BinaryOp::greater:
            return ">";
        case BinaryOp::greater_equal:
            return ">=";
        case BinaryOp::add:
            return "+";
        case BinaryOp::subtract:
            return "-";
        case BinaryOp::multiply:
            return "*";
        case BinaryOp::divide:
            return "/";
        case BinaryOp::int_divide:
            return "DIV";
        case BinaryOp::modulo:
            return "%";
        case BinaryOp::bit_or:
            return "|";
        case BinaryOp::bit_and:
            return "&";
        case BinaryOp::bit_xor:
            return "^";
        case BinaryOp::shift_left:
            return "<<";
        case BinaryOp::shift_right:
            return ">>";
        case BinaryOp::regexp:
            return "REGEXP";
        case BinaryOp::not_regexp:
            return "NOT REGEXP";
        case BinaryOp::sounds_like:
            return "SOUNDS LIKE";
        case BinaryOp::member_of:
            return "MEMBER OF";
        case BinaryOp::concat:
            return "||";
        case BinaryOp::json_extract:
            return "->";
        case BinaryOp::json_unquote:
            return "->>";
    }
    return "";
}

bool is_plain(std::string_view text) {
    for (const char c : text) {
        if (!is_ident(static_cast<unsigned char>(c)) && c != '.') return false;
    }
    return !text.empty();
}

// Not like a number, nor like a dollar-quoted string.
bool begins_as_name(std::string_view text) {
    return !text.empty() && class_of(static_cast<unsigned char>(text.front())) == CharClass::letter;
}

void append_quoted(std::string& out, std::string_view text) {
    out += '`';
    for (const char c : text) {
        if (c == '`') out += '`';
        out += c;
    }
    out += '`';
}

}  // namespace

void Printer::word(std::string_view text) {
    if (text.empty()) return;
    if (!out_.empty() && out_.back() != '(' && out_.back() != ' ') out_ += ' ';
    out_ += text;
}

// Words of the grammar are quoted, reserved or not: where they stand now they could mean something else.
void Printer::name(const Name& n) {
    if (n.quoted || find_keyword(n.text) != Keyword::none || !begins_as_name(n.text)) {
        append_quoted(out_, n.text);
    } else {
        out_ += n.text;
    }
}

// A quoted keyword would be another function: CURRENT_DATE, COUNT(x).
void Printer::function_name(const Name& n) {
    if (n.quoted || !begins_as_name(n.text)) {
        append_quoted(out_, n.text);
    } else {
        out_ += n.text;
    }
}

void Printer::name(const TableName& n) {
    if (!n.schema.empty()) {
        name(n.schema);
        put(".");
    }
    name(n.table);
}

void Printer::names(std::span<const Name> list) {
    put(" (");
    separated(list, [this](const Name& n) { name(n); });
    put(")");
}

void Printer::exprs(std::span<Expr* const> list) {
    separated(list, [this](const Expr* e) { expr(*e); });
}

void Printer::order_items(std::span<const OrderItem> list) {
    separated(list, [this](const OrderItem& item) {
        expr(*item.expr);
        if (item.order == Order::ascending) put(" ASC");
        if (item.order == Order::descending) put(" DESC");
    });
}

void Printer::expr(const Expr& e, Precedence min) {
    if (precedence_of(e) >= min) return bare(e);
    put("(");
    bare(e);
    put(")");
}

void Printer::bare(const Expr& e) {
    switch (e.kind) {
        case ExprKind::literal:
            return literal(*e.as<LiteralExpr>());
        case ExprKind::parameter:
            return put("?");
        case ExprKind::column:
            return column(*e.as<ColumnExpr>());
        case ExprKind::star:
            return star(*e.as<StarExpr>());
        case ExprKind::user_variable:
            return user_variable(*e.as<UserVariableExpr>());
        case ExprKind::system_variable:
            return system_variable(*e.as<SystemVariableExpr>());
        case ExprKind::assign:
            expr(*e.as<AssignExpr>()->target);
            put(" := ");
            return expr(*e.as<AssignExpr>()->value);
        case ExprKind::unary:
            return unary(*e.as<UnaryExpr>());
        case ExprKind::binary:
            return binary(*e.as<BinaryExpr>());
        case ExprKind::logical:
            return logical(*e.as<LogicalExpr>());
        case ExprKind::like:
            return like(*e.as<LikeExpr>());
        case ExprKind::between:
            return between(*e.as<BetweenExpr>());
        case ExprKind::in:
            return in(*e.as<InExpr>());
        case ExprKind::is:
            return is(*e.as<IsExpr>());
        case ExprKind::row:
            return row(*e.as<RowExpr>());
        case ExprKind::function:
            return function(*e.as<FunctionExpr>());
        case ExprKind::case_:
            return case_expr(*e.as<CaseExpr>());
        case ExprKind::cast:
            return cast(*e.as<CastExpr>());
        case ExprKind::interval:
            put("INTERVAL ");
            expr(*e.as<IntervalExpr>()->value);
            return word(e.as<IntervalExpr>()->unit);
        case ExprKind::match:
            return match(*e.as<MatchExpr>());
        case ExprKind::subquery:
            if (e.as<SubqueryExpr>()->exists) put("EXISTS ");
            put("(");
            query(*e.as<SubqueryExpr>()->query);
            return put(")");
        case ExprKind::quantified:
            return quantified(*e.as<QuantifiedExpr>());
        case ExprKind::collate:
            expr(*e.as<CollateExpr>()->value, Precedence::collate);
            put(" COLLATE ");
            return name(e.as<CollateExpr>()->collation);
        case ExprKind::default_:
            return default_expr(*e.as<DefaultExpr>());
        case ExprKind::odbc:
            put("{");
            put(e.as<OdbcExpr>()->escape.text);
            put(" ");
            expr(*e.as<OdbcExpr>()->value);
            return put("}");
    }
}

void Printer::literal(const LiteralExpr& e) {
    if (!e.prefix.empty()) {
        put(e.prefix);
        put(" ");
    }
    put(e.text);
}

void Printer::column(const ColumnExpr& e) {
    for (const Name* qualifier : {&e.schema, &e.table}) {
        if (qualifier->empty()) continue;
        name(*qualifier);
        put(".");
    }
    name(e.column);
}

void Printer::star(const StarExpr& e) {
    for (const Name* qualifier : {&e.schema, &e.table}) {
        if (qualifier->empty()) continue;
        name(*qualifier);
        put(".");
    }
    put("*");
}

void Printer::user_variable(const UserVariableExpr& e) {
    put("@");
    if (is_plain(e.name)) {
        put(e.name);
    } else {
        append_quoted(out_, e.name);
    }
}

void Printer::system_variable(const SystemVariableExpr& e) {
    put("@@");
    switch (e.scope) {
        case SystemVariableScope::unspecified:
            break;
        case SystemVariableScope::session:
            put("SESSION.");
            break;
        case SystemVariableScope::global:
            put("GLOBAL.");
            break;
        case SystemVariableScope::local:
            put("LOCAL.");
            break;
        case SystemVariableScope::persist:
            put("PERSIST.");
            break;
        case SystemVariableScope::persist_only:
            put("PERSIST_ONLY.");
            break;
    }
    put(e.name);
}

void Printer::unary(const UnaryExpr& e) {
    switch (e.op) {
        // The operand of a sign binds tighter than a sign: "--1" could begin a comment.
        case UnaryOp::minus:
            put("-");
            return expr(*e.operand, Precedence::bang);
        case UnaryOp::plus:
            put("+");
            return expr(*e.operand, Precedence::bang);
        case UnaryOp::bit_not:
            put("~");
            return expr(*e.operand, Precedence::bang);
        case UnaryOp::bang:
            put("!");
            return expr(*e.operand, Precedence::bang);
        case UnaryOp::not_:
            put("NOT ");
            return expr(*e.operand, Precedence::not_);
        case UnaryOp::binary:
            put("BINARY ");
            return expr(*e.operand, Precedence::unary);
    }
}

void Printer::binary(const BinaryExpr& e) {
    const Precedence p = precedence_of(e.op);
    // Predicates do not chain in the servers' grammars.
    const bool predicate = p == Precedence::predicate;
    expr(*e.left, predicate ? Precedence::bit_or : p);
    put(" ");
    put(text_of(e.op));
    put(" ");
    if (e.op == BinaryOp::member_of) {
        put("(");
        expr(*e.right);
        put(")");
    } else {
        expr(*e.right, predicate ? Precedence::bit_or : tighter(p));
    }
}

void Printer::logical(const LogicalExpr& e) {
    const Precedence p = tighter(precedence_of(e.op));
    std::string_view between_operands = " AND ";
    if (e.op == LogicalOp::or_) between_operands = " OR ";
    if (e.op == LogicalOp::xor_) between_operands = " XOR ";
    bool first = true;
    for (const Expr* operand : e.operands) {
        if (!first) put(between_operands);
        first = false;
        expr(*operand, p);
    }
}

void Printer::like(const LikeExpr& e) {
    expr(*e.value, Precedence::bit_or);
    put(e.negated ? " NOT LIKE " : " LIKE ");
    expr(*e.pattern, Precedence::unary);
    if (e.escape == nullptr) return;
    put(" ESCAPE ");
    expr(*e.escape, Precedence::unary);
}

void Printer::between(const BetweenExpr& e) {
    expr(*e.value, Precedence::bit_or);
    put(e.negated ? " NOT BETWEEN " : " BETWEEN ");
    expr(*e.low, Precedence::bit_or);
    put(" AND ");
    expr(*e.high, Precedence::between);
}

void Printer::in(const InExpr& e) {
    expr(*e.value, Precedence::bit_or);
    put(e.negated ? " NOT IN (" : " IN (");
    if (e.query != nullptr) {
        query(*e.query);
    } else {
        exprs(e.list);
    }
    put(")");
}

void Printer::is(const IsExpr& e) {
    expr(*e.value, Precedence::comparison);
    put(e.negated ? " IS NOT " : " IS ");
    switch (e.what) {
        case IsWhat::null:
            return put("NULL");
        case IsWhat::true_:
            return put("TRUE");
        case IsWhat::false_:
            return put("FALSE");
        case IsWhat::unknown:
            return put("UNKNOWN");
    }
}

void Printer::row(const RowExpr& e) {
    put(e.keyword ? "ROW(" : "(");
    exprs(e.elements);
    put(")");
}

void Printer::case_expr(const CaseExpr& e) {
    put("CASE");
    if (e.operand != nullptr) {
        put(" ");
        expr(*e.operand);
    }
    for (const WhenClause& clause : e.whens) {
        put(" WHEN ");
        expr(*clause.condition);
        put(" THEN ");
        expr(*clause.result);
    }
    if (e.otherwise != nullptr) {
        put(" ELSE ");
        expr(*e.otherwise);
    }
    put(" END");
}

void Printer::quantified(const QuantifiedExpr& e) {
    expr(*e.left, Precedence::comparison);
    put(" ");
    put(text_of(e.op));
    put(e.all ? " ALL (" : " ANY (");
    query(*e.query);
    put(")");
}

}  // namespace leasehold::router
