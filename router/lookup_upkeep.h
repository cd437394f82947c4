// What a statement that changes rows means for the entries of the lookups that their table owns, as a value;
// proxy/lookup_upkeep.h carries it out. Plain data.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "router/key_range.h"
#include "router/lookup_owner.h"

namespace leasehold::router {

// A value as an INSERT gives it for a column.
struct GivenValue {
    // unseen: an expression, DEFAULT, or a column that the statement does not name.
    enum class Kind : std::uint8_t { unseen, null, literal };
    Kind kind = Kind::unseen;
    std::string sql;  // the literal
};

struct InsertedRow {
    KeyspaceId id;
    std::vector<GivenValue> values;  // one a column of InsertedRows
};

// Another's entry that has to be there: a SELECT of it, and the error where it gives no row.
struct EntryCheck {
    std::string sql;
    std::string missing;
};

struct InsertedRows {
    // at_once: the text has all values, so all entries go before all rows. Otherwise a route has a query for
    // every row, in order. row_by_row: only the server knows the values.
    enum class Form : std::uint8_t { at_once, row_by_row, ignore, replace, update };
    Form form = Form::at_once;
    std::string table;
    std::vector<std::string> columns;  // lower case; of a form other than at_once all that have a value
    std::vector<InsertedRow> rows;     // empty where the table owns no lookup
    std::set<std::string, std::less<>> assigned;  // lower case; by ON DUPLICATE KEY UPDATE
    std::vector<EntryCheck> checks;

    // Of a column that the statement does not name: unseen.
    GivenValue value_of(const InsertedRow& row, std::string_view column) const {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i] == column) return row.values[i];
        }
        return {};
    }
};

// UPDATE and DELETE of one table.
struct ChangedRows {
    bool deletes = false;
    std::string sql;             // the rows that are meant, locked: a SELECT as RowImages wants it
    std::vector<bool> assigned;  // one a lookup: the statement sets its column
};

struct LookupUpkeep {
    std::shared_ptr<const OwnedLookups> owned;  // null: there are only checks
    std::variant<InsertedRows, ChangedRows> rows;
};

}  // namespace leasehold::router
