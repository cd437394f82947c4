// The unique keys of a table, as one of its servers tells them, and the rows that stand against one that is
// inserted. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/lookup_upkeep.h"
#include "router/needs.h"

namespace leasehold::router {

struct UniqueKey {
    struct Column {
        std::string name;        // lower case
        bool counts = false;     // AUTO_INCREMENT
        bool whole = true;       // false: the key has its first characters alone
        bool generated = false;  // the server works it out
    };
    std::string name;
    std::vector<Column> columns;
};

// What to ask a server for the keys, the primary one first; and what its answer says. Errors: 1105 for a key
// of an expression or of a part of a column.
std::string question_for_keys(std::string_view database, std::string_view table);
Result<std::vector<UniqueKey>> read_unique_keys(std::span<const TextRow> answer);

// A condition that the rows fulfil which have a unique key in common with a row that an INSERT gives. Unset:
// there can be none. Errors: 1105 for a key's value that the text does not have.
Result<std::optional<std::string>> rows_in_the_way(std::span<const UniqueKey> keys,
                                                   std::span<const std::string> columns,
                                                   const InsertedRow& row);

// A condition that only the row fulfils: by the first key of which the text has every value. Unset: none.
std::optional<std::string> row_itself(std::span<const UniqueKey> keys, std::span<const std::string> columns,
                                      const InsertedRow& row);

}  // namespace leasehold::router
