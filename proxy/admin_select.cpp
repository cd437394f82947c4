#include "proxy/admin_select.h"

#include <algorithm>
#include <array>

#include "proxy/admin_syntax.h"

namespace leasehold::proxy::admin {
namespace {

// Connector/J asks for about 25 variables at once.
constexpr std::size_t max_items = 256;

constexpr std::array<std::string_view, 8> functions{
    "database", "schema", "user", "current_user", "session_user", "system_user", "version", "connection_id"};

constexpr std::string_view what_select_can =
    "the admin port has no tables: SELECT answers constants, @@variables, VERSION(), USER(), DATABASE() and "
    "CONNECTION_ID() only";

Result<SelectItem> parse_variable(Lexer& lexer) {
    SelectItem item{SelectItem::Kind::variable, {}, {}};
    if (!lexer.take_sign('@')) return syntax_error(lexer, what_select_can);
    if (lexer.take("SESSION") || lexer.take("GLOBAL") || lexer.take("LOCAL")) {
        if (!lexer.take_sign('.')) return syntax_error(lexer, "@@scope.name was expected");
    }
    const Token name = lexer.peek();
    if (name.kind != Token::Kind::word && name.kind != Token::Kind::name) {
        return syntax_error(lexer, "@@ needs a variable's name");
    }
    lexer.take();
    item.value = lower(unquote(name));
    return item;
}

Result<SelectItem> parse_number(Lexer& lexer) {
    SelectItem item{SelectItem::Kind::number, {}, {}};
    if (lexer.take_sign('-')) item.value = "-";
    if (lexer.peek().kind != Token::Kind::number) return syntax_error(lexer, what_select_can);
    item.value += lexer.take().raw;
    if (lexer.take_sign('.')) {
        if (lexer.peek().kind != Token::Kind::number) return syntax_error(lexer, what_select_can);
        item.value += '.';
        item.value += lexer.take().raw;
    }
    return item;
}

Result<SelectItem> parse_word(Lexer& lexer) {
    if (lexer.take("NULL")) return SelectItem{SelectItem::Kind::null, {}, {}};
    if (lexer.take("TRUE")) return SelectItem{SelectItem::Kind::number, "1", {}};
    if (lexer.take("FALSE")) return SelectItem{SelectItem::Kind::number, "0", {}};
    const std::string name = lower(lexer.peek().raw);
    if (std::find(functions.begin(), functions.end(), name) == functions.end()) {
        return syntax_error(lexer, what_select_can);
    }
    lexer.take();
    const bool called = lexer.take_sign('(');
    if (called ? !lexer.take_sign(')') : name != "current_user") return syntax_error(lexer, what_select_can);
    return SelectItem{SelectItem::Kind::function, name, {}};
}

Result<SelectItem> parse_value(Lexer& lexer) {
    const Token& token = lexer.peek();
    if (token.kind == Token::Kind::text) return SelectItem{SelectItem::Kind::text, unquote(lexer.take()), {}};
    if (token.kind == Token::Kind::word) return parse_word(lexer);
    if (lexer.take_sign('@')) return parse_variable(lexer);
    if (token.kind == Token::Kind::number || token.is_sign('-')) return parse_number(lexer);
    return syntax_error(lexer, what_select_can);
}

bool begins_alias(const Token& token) {
    if (token.kind == Token::Kind::name || token.kind == Token::Kind::text) return true;
    return token.kind == Token::Kind::word && !token.is("FROM") && !token.is("LIMIT");
}

Result<SelectItem> parse_item(Lexer& lexer) {
    const std::size_t begin = lexer.peek().begin;
    auto item = parse_value(lexer);
    if (!item) return item;
    // MySQL names the column of a text by the text itself, of everything else by what was written.
    item->column = item->kind == SelectItem::Kind::text ? item->value : lexer.slice(begin, lexer.taken_end());
    const bool as = lexer.take("AS");
    if (begins_alias(lexer.peek())) {
        item->column = unquote(lexer.take());
    } else if (as) {
        return syntax_error(lexer, "AS needs a name");
    }
    return item;
}

// FROM DUAL, LIMIT n: there is one row in any case, unless nobody wants it.
Result<void> parse_tail(Lexer& lexer) {
    if (lexer.take("FROM") && !lexer.take("DUAL")) return syntax_error(lexer, what_select_can);
    if (lexer.take("LIMIT")) {
        do {
            if (lexer.peek().kind != Token::Kind::number) return syntax_error(lexer, "LIMIT needs a number");
            lexer.take();
        } while (lexer.take_sign(',') || lexer.take("OFFSET"));
    }
    if (!lexer.at_end()) return syntax_error(lexer, what_select_can);
    return {};
}

}  // namespace

Result<Statement> parse_select(Lexer& lexer) {
    Select select;
    do {
        if (select.items.size() == max_items) return syntax_error(lexer, "too many columns");
        auto item = parse_item(lexer);
        if (!item) return item.error();
        select.items.push_back(std::move(*item));
    } while (lexer.take_sign(','));
    if (auto tail = parse_tail(lexer); !tail) return tail.error();
    return Statement(std::move(select));
}

}  // namespace leasehold::proxy::admin
