// What names and positions in ORDER BY and GROUP BY mean, and what an expression is without knowing the
// types of columns. Pure; internal to the planner. Source: dev.mysql.com, "SELECT Statement": ORDER BY looks
// into the select list first, GROUP BY into the tables first.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "router/analysis.h"
#include "router/sql/ast.h"

namespace leasehold::router {

// What an item of ORDER BY or GROUP BY sorts by.
struct Meant {
    const Expr* expr = nullptr;         // null: a constant, which sorts nothing
    std::optional<std::uint32_t> item;  // of the select list, when it is one
};

// Nothing: it cannot be told (a name may be an alias or a column), or only the server can evaluate it.
std::optional<Meant> meant_by_order(const OrderItem& item, const SelectCore& select);
// `scope`: of the SELECT's own FROM.
std::optional<Meant> meant_by_group(const OrderItem& item, const SelectCore& select, const Analysis& analysis,
                                    std::uint32_t scope);

// A literal or a parameter, with or without a sign.
bool is_constant(const Expr& expr);
// Surely a number, and no FLOAT.
bool is_number(const Expr& expr);
// Evaluated twice for one row it has the same value, and it may stand in a select list.
bool is_repeatable(const Expr& expr);
// Whether two expressions are written alike.
bool same_text(const Expr& a, const Expr& b);

}  // namespace leasehold::router
