#include "router/text_prepared.h"

#include <algorithm>

#include "router/sql/fold.h"
#include "router/sql/normalize.h"
#include "router/text_edits.h"
#include "router/unsupported.h"

namespace leasehold::router {
namespace {

using Outcome = Result<std::optional<SessionStatement>>;

std::optional<TextArgument> argument_of(const Expr& expr, std::string_view sql) {
    if (const auto* variable = expr.as<UserVariableExpr>())
        return TextArgument{true, to_lower(variable->name)};
    const Expr* inner = &expr;
    if (const auto* sign = expr.as<UnaryExpr>();
        sign != nullptr && (sign->op == UnaryOp::minus || sign->op == UnaryOp::plus)) {
        inner = sign->operand;
    }
    if (inner->as<LiteralExpr>() == nullptr) return std::nullopt;
    return TextArgument{false, std::string(expr.range.of(sql))};
}

Outcome prepare(const PrepareStatement& statement, std::string_view sql) {
    std::optional<TextArgument> text = argument_of(*statement.text, sql);
    if (!text) return unsupported("PREPARE from an expression in a sharded keyspace");
    return std::optional<SessionStatement>(PrepareText{to_lower(statement.name.text), *std::move(text)});
}

Outcome execute(const ExecuteStatement& statement, std::string_view sql) {
    ExecuteText made{to_lower(statement.name.text), std::nullopt, {}};
    if (statement.immediate != nullptr) {
        made.immediate = argument_of(*statement.immediate, sql);
        if (!made.immediate) return unsupported("EXECUTE IMMEDIATE of an expression in a sharded keyspace");
    }
    for (const Expr* expr : statement.arguments) {
        std::optional<TextArgument> argument = argument_of(*expr, sql);
        if (!argument) return unsupported("EXECUTE ... USING an expression in a sharded keyspace");
        made.arguments.push_back(*std::move(argument));
    }
    return std::optional<SessionStatement>(std::move(made));
}

bool spells_string(TokenKind kind) {
    return kind == TokenKind::string;
}

}  // namespace

Outcome text_prepared_statement(const ParseTree& tree) {
    if (!tree.parsed()) return std::optional<SessionStatement>();
    if (const auto* statement = tree.as<PrepareStatement>()) return prepare(*statement, tree.sql());
    if (const auto* statement = tree.as<ExecuteStatement>()) return execute(*statement, tree.sql());
    if (const auto* statement = tree.as<DeallocateStatement>())
        return std::optional<SessionStatement>(DeallocateText{to_lower(statement->name.text)});
    return std::optional<SessionStatement>();
}

std::optional<std::string> text_of_literal(std::string_view literal, SqlMode mode) {
    const TokenList list = tokenize(literal, mode);
    if (list.lexical_error() || list.empty()) return std::nullopt;
    const TokenKind first = list.tokens.front().kind;
    // A number is its digits, NULL the word.
    const bool plain = first == TokenKind::integer || first == TokenKind::decimal || first == TokenKind::word;
    if (plain && list.tokens.size() == 2) return std::string(literal);
    std::string text;
    for (const Token& token : list.tokens) {
        if (token.kind == TokenKind::end) break;
        if (!spells_string(token.kind)) return std::nullopt;
        text += unescape_string(token.text(literal), mode);
    }
    return text;
}

std::uint32_t count_parameters(std::string_view sql, SqlMode mode) {
    return tokenize(sql, mode).parameters;
}

std::string with_parameters(std::string_view sql, SqlMode mode, std::span<const std::string> literals) {
    const ParseTree tree = parse(sql, {mode});
    const std::vector<Token>& tokens = tree.tokens.tokens;
    std::vector<TextEdit> edits;
    std::size_t next = 0;
    for (std::size_t i = 0; i < tokens.size() && next < literals.size(); ++i) {
        if (tokens[i].kind != TokenKind::parameter) continue;
        // Strings beside each other would be one: in SELECT ? 'name' the second is an alias.
        const bool beside = (i + 1 < tokens.size() && spells_string(tokens[i + 1].kind)) ||
                            (i > 0 && spells_string(tokens[i - 1].kind));
        const std::string& literal = literals[next++];
        edits.push_back(
            {{tokens[i].offset, tokens[i].end()}, beside ? " (" + literal + ") " : " " + literal + " "});
    }
    return with_edits(tree, std::move(edits));
}

}  // namespace leasehold::router
