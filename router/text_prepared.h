// PREPARE, EXECUTE and DEALLOCATE PREPARE as text on a sharded keyspace: the session keeps the text, and
// EXECUTE runs it with values in the parameters' places. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "router/plan.h"
#include "router/sql/parser.h"

namespace leasehold::router {

// Unset: none of the three. Errors: 1105 for arguments that only a server can work out.
Result<std::optional<SessionStatement>> text_prepared_statement(const ParseTree& tree);

// What a literal spells: the text that PREPARE takes from it. Unset: it is none that is spelled plainly.
std::optional<std::string> text_of_literal(std::string_view literal, SqlMode mode);

// How many parameters the text has.
std::uint32_t count_parameters(std::string_view sql, SqlMode mode);
// The text with SQL literals in their places; columns of the result keep their names.
std::string with_parameters(std::string_view sql, SqlMode mode, std::span<const std::string> literals);

}  // namespace leasehold::router
