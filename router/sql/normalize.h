// The fast path of a statement: one pass that lexes, builds the plan cache's key and finds the literals.
// Pure; the caller's buffer is reused, so a steady state allocates nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "router/sql/keyword.h"
#include "router/sql/sql_mode.h"
#include "router/sql/token.h"

namespace leasehold::router {

struct LiteralToken {
    TokenKind kind = TokenKind::string;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
};

struct NormalizeBuffer {
    std::string key;
    std::vector<LiteralToken> literals;
};

struct Normalized {
    // Literals as ?, parameters as ??, comments dropped except hints and directives, white space folded,
    // words as written. Positions in ORDER BY and GROUP BY keep their digits, because a plan depends on them.
    std::string_view key;                    // into the buffer
    std::uint64_t hash = 0;                  // of key
    std::span<const LiteralToken> literals;  // in text order: LiteralExpr::index counts them; into the buffer
    std::uint32_t parameters = 0;
    Keyword first_keyword = Keyword::none;  // of the first word, behind opening parentheses
    bool more_statements = false;           // a `;` with something behind it: split before planning
    bool lexical_error = false;             // not to be cached
    // The effects may hold values of the literals (GET_LOCK, and all but SELECT, INSERT, REPLACE, UPDATE,
    // DELETE, WITH, CALL, DO): cache the plan by the statement's own text.
    bool keyed_by_text = false;
};

Normalized normalize(std::string_view sql, SqlMode mode, NormalizeBuffer& buffer);

// A literal's value. Text is a view into `sql`, or into a string added to `storage` where the text had
// escapes or hex digits. Integers beyond uint64, decimals and floats are Decimal. Hex and bit literals are
// HexBytes.
SqlValue literal_value(std::string_view sql, const LiteralToken& literal, SqlMode mode,
                       std::vector<std::unique_ptr<std::string>>& storage);

// Whether a quoted string's text is also its value.
bool needs_unescape(std::string_view quoted, SqlMode mode);
// The value of a string token, quotes included in `quoted`.
std::string unescape_string(std::string_view quoted, SqlMode mode);

}  // namespace leasehold::router
