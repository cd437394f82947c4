// A small result set in memory: what the admin port and the proxy's own SHOW statements answer. Plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/bytes.h"
#include "wire/capabilities.h"
#include "wire/result_set.h"

namespace leasehold::proxy {

using Cell = std::optional<std::string>;  // empty: NULL

struct Table {
    std::vector<wire::ResultColumn> columns;
    std::vector<std::vector<Cell>> rows;  // as many cells as columns
};

// The frames of the answer to one command. `sequence`: of the first packet.
wire::Bytes encode(const Table& table, wire::Capabilities client, std::uint8_t sequence = 1,
                   wire::StatusFlags status = wire::server_status::autocommit);

// MySQL's LIKE with ASCII letters in any case: % any text, _ one character (of UTF-8), \ takes the next one
// literally.
bool like(std::string_view text, std::string_view pattern);

// Keeps the rows whose cell in `column` matches.
Table filter_like(Table table, std::string_view pattern, std::size_t column = 0);

}  // namespace leasehold::proxy
