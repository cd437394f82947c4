// Rows of one server's table to another's as text, with no loss: what to select, and the literal that puts
// the value back. The literals are right under character_set_client utf8mb4, time_zone +00:00 and a sql_mode
// that allows backslash escapes and invalid dates. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "router/table_definition.h"

namespace leasehold::router {

// What a SELECT asks of the column; the answer's text does not depend on the session's character set, time
// zone or sql_mode.
// `qualifier`: "`t`." or empty.
std::string read_expression(const TableColumn& column, std::string_view qualifier = {});
// The select list for all stored columns.
std::string read_list(const TableDefinition& table);

// `value`: the text that the select gave; unset: NULL.
void append_literal(std::string& sql, Transfer transfer, std::optional<std::string_view> value);

// The same for any sql_mode that allows invalid dates, and any character set: what read_expression() gave, as
// it is stored.
void append_stored_literal(std::string& sql, Transfer transfer, std::optional<std::string_view> value);

// The same for rows that go into a statement of the session's own: right under any sql_mode and character
// set, converted by the server like the value itself. Strings come as utf8mb4.
std::string portable_read_list(const TableDefinition& table);
// Whether the row has an instant whose text is another instant's as well, which the servers would take it
// for: in the hour that the session's time zone has twice. Empty: the table has no TIMESTAMP.
std::string ambiguous_instants(const TableDefinition& table);
std::string ambiguous_instant(const TableColumn& column, std::string_view qualifier = {});
std::string portable_expression(const TableColumn& column, std::string_view qualifier = {});
void append_portable_literal(std::string& sql, const TableColumn& column,
                             std::optional<std::string_view> value);

}  // namespace leasehold::router
