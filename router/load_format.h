// LOAD DATA's clauses behind the table: how its file is taken apart, and into which columns. Pure. Source:
// dev.mysql.com "LOAD DATA Statement".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "router/sql/lexer.h"
#include "router/statement_text.h"

namespace leasehold::router {

struct LoadFormat {
    std::string field_end = "\t";
    std::optional<char> enclosed;
    std::optional<char> escaped = '\\';
    std::string line_start;
    std::string line_end = "\n";
    std::uint64_t ignored_lines = 0;
};

struct LoadClauses {
    LoadFormat format;
    std::string charset;  // lower case; empty: not given
    // Lower case; a user variable has its `@`. Unset: no list was given.
    std::optional<std::vector<std::string>> columns;
    std::vector<std::string> set;  // lower case; what SET assigns to
    TokenSpan ignored;             // IGNORE n LINES; empty: not there
};

// `first`: the token behind the table's name. Errors: 1105 for a clause that is not known, or lines that
// cannot be told apart without the table (fields of fixed width, lines without an end).
Result<LoadClauses> parse_load_clauses(const TokenList& tokens, std::uint32_t first);

}  // namespace leasehold::router
