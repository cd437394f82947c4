// What every node of the syntax tree shares.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace leasehold::router {

// Bytes [begin, end) of the statement's text. Parentheses around an expression belong to its parent.
struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    constexpr std::string_view of(std::string_view sql) const { return sql.substr(begin, end - begin); }
    constexpr bool empty() const { return begin == end; }
    bool operator==(const Range&) const = default;
};

// An identifier. `range` includes its quotes, `text` does not.
struct Name {
    Range range;
    std::string_view text;  // unquoted, as written (case kept); empty: not given
    bool quoted = false;

    constexpr bool empty() const { return text.empty(); }
};

// A table's name with its qualifier. `range` spans both.
struct TableName {
    Range range;
    Name schema;
    Name table;
};

struct Expr;
struct Query;
struct TableRef;
struct Statement;

enum class Order : std::uint8_t { unspecified, ascending, descending };

struct OrderItem {
    Range range;
    Expr* expr = nullptr;
    Order order = Order::unspecified;
};

}  // namespace leasehold::router
