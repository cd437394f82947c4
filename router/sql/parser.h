// SQL text to a syntax tree, in linear time. What the grammar does not know is a soft outcome: a server may
// still take the statement, so an unsharded keyspace relays it whatever the outcome is. Pure; the tree owns
// all its nodes.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string_view>

#include "base/error.h"
#include "router/sql/ast.h"
#include "router/sql/lexer.h"
#include "router/sql/sql_mode.h"

namespace leasehold::router {

enum class ParseOutcome : std::uint8_t {
    parsed,
    empty,     // nothing but comments and white space; error is MySQL's 1065
    opaque,    // not in our grammar: kind and tables are as good as tokens tell
    invalid,   // cannot be SQL: unclosed quote or comment, stray byte
    too_deep,  // nested deeper than ParseOptions::max_depth; kind and tables as for opaque
};

struct ParseOptions {
    SqlMode mode;
    std::size_t max_depth = 200;  // nesting of expressions and queries (PlanLimits::max_depth)
};

class ParseTree {
  public:
    ParseOutcome outcome = ParseOutcome::parsed;
    const Statement* statement = nullptr;  // never null; kind `other` and opaque when the text tells nothing
    Error error;                           // 1064 with MySQL's text, for every outcome but parsed
    TokenList tokens;
    std::unique_ptr<std::pmr::monotonic_buffer_resource> arena;

    std::string_view sql() const { return tokens.sql; }
    bool parsed() const { return outcome == ParseOutcome::parsed; }
    // Typed view of the statement; null when it is of another type or not parsed.
    template <typename T>
    const T* as() const {
        return statement->as<T>();
    }
};

// `sql` must outlive the tree: nodes hold views into it.
ParseTree parse(std::string_view sql, const ParseOptions& options);

// MySQL's 1064: "You have an error in your SQL syntax; check the manual ... near '<rest>' at line N".
Error syntax_error(std::string_view sql, std::size_t offset);

}  // namespace leasehold::router
