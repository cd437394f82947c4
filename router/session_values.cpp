#include "router/session_values.h"

#include <algorithm>
#include <vector>

#include "router/sql/fold.h"
#include "router/sql/parser.h"
#include "router/text_edits.h"

namespace leasehold::router {
namespace {

// A number with the type that MySQL's counting functions have, BIGINT: a small literal alone would be an INT.
std::string bigint(std::int64_t number) {
    return "IFNULL(" + std::to_string(number) + ", 9223372036854775807)";
}

std::optional<std::string> value_of(std::string_view function, const SessionValues& values) {
    const auto is = [&](std::string_view name) { return equal_folded(function, name); };
    if (is("connection_id")) return "CAST(" + std::to_string(values.connection_id) + " AS UNSIGNED)";
    if (is("row_count") && values.row_count) return bigint(*values.row_count);
    if (is("found_rows") && values.found_rows) return bigint(static_cast<std::int64_t>(*values.found_rows));
    if (is("database") || is("schema")) return values.database;
    if (is("user") || is("session_user") || is("system_user")) return values.user;
    if (is("current_user")) return values.current_user;
    return std::nullopt;
}

// Of the session's variable, not of the global one.
std::optional<std::string> value_of_variable(std::string_view token, const SessionValues& values) {
    std::string_view name = token.substr(2);
    if (const std::size_t dot = name.find('.'); dot != std::string_view::npos) {
        const std::string_view scope = name.substr(0, dot);
        if (!equal_folded(scope, "session") && !equal_folded(scope, "local")) return std::nullopt;
        name.remove_prefix(dot + 1);
    }
    if (name.size() > 2 && name.front() == '`') name = name.substr(1, name.size() - 2);
    if (equal_folded(name, "wait_timeout")) return values.wait_timeout;
    if (equal_folded(name, "interactive_timeout")) return values.interactive_timeout;
    return std::nullopt;
}

bool keeps_what_it_reads(StatementKind kind) {
    switch (kind) {
        case StatementKind::select:
        case StatementKind::insert:
        case StatementKind::replace:
        case StatementKind::update:
        case StatementKind::delete_:
        case StatementKind::do_:
        case StatementKind::set:
        case StatementKind::call:
            return false;
        default:
            return true;
    }
}

// INSERT INTO user () VALUES (): a table, not a call.
bool names_table(Keyword before) {
    switch (before) {
        case Keyword::into:
        case Keyword::insert:
        case Keyword::replace:
        case Keyword::ignore:
        case Keyword::delayed:
        case Keyword::low_priority:
        case Keyword::high_priority:
            return true;
        default:
            return false;
    }
}

std::vector<TextEdit> calls(const TokenList& list, StatementKind kind, const SessionValues& values) {
    std::vector<TextEdit> edits;
    const std::vector<Token>& tokens = list.tokens;
    // It gives the tablet's id of the holder, to be compared with the tablet's own CONNECTION_ID().
    const bool asks_holder = std::ranges::any_of(tokens, [&](const Token& token) {
        return token.kind == TokenKind::word && equal_folded(token.text(list.sql), "is_used_lock");
    });
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (tokens[i].kind == TokenKind::system_variable) {
            const TokenKind next = tokens[i + 1].kind;
            const bool assigned =
                kind == StatementKind::set && (next == TokenKind::equal || next == TokenKind::assign);
            std::optional<std::string> value =
                assigned ? std::nullopt : value_of_variable(tokens[i].text(list.sql), values);
            if (value) edits.push_back({{tokens[i].offset, tokens[i].end()}, std::move(*value)});
            continue;
        }
        if (tokens[i].kind != TokenKind::word) continue;
        if (i > 0 && (tokens[i - 1].kind == TokenKind::dot || names_table(tokens[i - 1].keyword))) continue;
        const bool called = i + 2 < tokens.size() && tokens[i + 1].kind == TokenKind::left_paren &&
                            tokens[i + 2].kind == TokenKind::right_paren;
        if (!called && tokens[i].keyword != Keyword::current_user) continue;
        if (asks_holder && equal_folded(tokens[i].text(list.sql), "connection_id")) continue;
        std::optional<std::string> value = value_of(tokens[i].text(list.sql), values);
        if (!value) continue;
        edits.push_back({{tokens[i].offset, tokens[called ? i + 2 : i].end()}, std::move(*value)});
    }
    return edits;
}

}  // namespace

std::optional<std::string> with_session_values(std::string_view sql, SqlMode mode,
                                               const SessionValues& values) {
    const ParseTree tree = parse(sql, {mode});
    if (keeps_what_it_reads(tree.statement->kind) || tree.tokens.executable_comments) return std::nullopt;
    std::vector<TextEdit> edits = calls(tree.tokens, tree.statement->kind, values);
    if (edits.empty()) return std::nullopt;
    return with_edits(tree, std::move(edits));
}

}  // namespace leasehold::router
