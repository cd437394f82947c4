// Sort keys of merged rows: how columns compare is decided once from their definitions; a row's keys are
// decoded once and compared many times. Pure; used by one thread. Text compares by the weights that the
// shards send, so by the column's own collation, whichever it is.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "proxy/merge_row.h"
#include "router/merge_plan.h"

namespace leasehold::proxy {

enum class KeyKind : std::uint8_t {
    none,              // always NULL
    signed_integer,    // also TIME, in microseconds
    unsigned_integer,  // also dates, packed
    real,
    decimal,  // digits
    bytes,    // byte by byte
    padded,   // likewise; the shorter one goes on with the weight of a blank
};

struct KeyColumn {
    KeyKind kind = KeyKind::bytes;
    std::uint16_t column = 0;
    std::uint16_t padding = 0;  // of padded
    bool descending = false;
    RowProtocol protocol = RowProtocol::text;
    wire::ColumnType type = wire::ColumnType::var_string;
};

struct KeyValue {
    bool null = true;
    union {
        std::int64_t integer = 0;
        std::uint64_t natural;
        double real;
    };
    std::string_view bytes;
    std::string_view blank;  // the weight of one; empty: no padding
};

struct KeyColumns {
    std::vector<KeyColumn> columns;
    std::vector<router::KeyForm> forms;  // what the shards are best asked for
    bool usable = true;                  // false: they must be asked for it, there is no key in this answer
};

// Errors: 1105 a type that only a server can compare, 1835 fewer columns than the plan counts on. `forms`: as
// the shards were asked.
Result<KeyColumns> key_columns(std::span<const router::MergeKey> keys, std::span<const RowColumnType> types,
                               const router::RowLayout& layout, std::span<const router::KeyForm> forms,
                               RowProtocol protocol);

// False: a value that is none of its type.
bool read_key(const KeyColumn& column, std::span<const RowCell> cells, KeyValue& key);

// Below, equal or above zero, as the servers sort: NULL first, all turned round when descending.
int compare(const KeyColumn& column, const KeyValue& a, const KeyValue& b);
int compare(std::span<const KeyColumn> columns, std::span<const KeyValue> a, std::span<const KeyValue> b);

// A number that is less than another key's only if this key comes first; keys with equal ones may be in any
// order.
std::uint64_t beginning_of(const KeyColumn& column, const KeyValue& key);

// Two numbers written out: "-12.50" and "3".
int compare_decimals(std::string_view a, std::string_view b);

}  // namespace leasehold::proxy
