#include "router/sql/parser.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "router/sql/kind_of.h"
#include "router/sql/parser_impl.h"
#include "router/sql/table_scan.h"

namespace leasehold::router {
namespace {

constexpr std::size_t max_quoted_rest = 80;  // how much of the statement MySQL quotes in its 1064
constexpr std::uint16_t empty_query = 1065;

// What is known of a statement that was not parsed.
Statement* opaque_statement(const TokenList& tokens, std::pmr::memory_resource& arena) {
    auto* statement =
        new (arena.allocate(sizeof(OpaqueStatement), alignof(OpaqueStatement))) OpaqueStatement();
    statement->kind = kind_of(tokens.tokens);
    statement->tables = scan_tables(tokens, arena);
    statement->range = {tokens.tokens.front().offset, static_cast<std::uint32_t>(tokens.sql.size())};
    statement->text = tokens.sql.substr(statement->range.begin);
    return statement;
}

Error empty_error() {
    return Error{empty_query, "Query was empty", "42000"};
}

}  // namespace

Error syntax_error(std::string_view sql, std::size_t offset) {
    offset = std::min(offset, sql.size());
    const auto line = 1 + std::count(sql.begin(), sql.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    std::string message =
        "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server "
        "version for "
        "the right syntax to use near '";
    message += sql.substr(offset, max_quoted_rest);
    message += "' at line ";
    message += std::to_string(line);
    return make_error(mysql_error::parse_error, std::move(message));
}

ParseTree parse(std::string_view sql, const ParseOptions& options) {
    ParseTree tree;
    tree.arena = std::make_unique<std::pmr::monotonic_buffer_resource>(
        std::min<std::size_t>(sql.size() * 16 + 1024, 65536));
    tree.tokens = tokenize(sql, options.mode);
    if (tree.tokens.empty()) {
        tree.outcome = ParseOutcome::empty;
        tree.error = empty_error();
        tree.statement = opaque_statement(tree.tokens, *tree.arena);
        return tree;
    }
    if (tree.tokens.lexical_error()) {
        tree.outcome = ParseOutcome::invalid;
        tree.error = syntax_error(sql, tree.tokens.tokens.back().offset);
        tree.statement = opaque_statement(tree.tokens, *tree.arena);
        return tree;
    }
    Parser parser(tree.tokens, *tree.arena, options.max_depth);
    tree.statement = parser.whole_statement();
    if (!parser.failed()) return tree;
    const std::size_t offset = tree.tokens.tokens[parser.failed_token()].offset;
    if (parser.too_deep()) {
        tree.outcome = ParseOutcome::too_deep;
        tree.error = make_error(mysql_error::parse_error, "statement is nested deeper than max_depth (" +
                                                              std::to_string(options.max_depth) +
                                                              ") at byte " + std::to_string(offset));
    } else {
        tree.outcome = ParseOutcome::opaque;
        tree.error = syntax_error(sql, offset);
    }
    tree.statement = opaque_statement(tree.tokens, *tree.arena);
    return tree;
}

}  // namespace leasehold::router
