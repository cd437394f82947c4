// What names and positions in ORDER BY and GROUP BY mean, and what an expression is without knowing the
// types of columns. Pure; internal to the planner. Source: dev.mysql.com, "SELECT Statement": ORDER BY looks
// into the select list first, GROUP BY into the tables first.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "router/analysis.h"
#include "router/sql/ast.h"

namespace leasehold::router {

// Finds expressions that are written alike. A cached plan serves texts with other literals, so those that had
// to be alike are kept: the plan holds only where they are again.
class TextMatcher {
  public:
    explicit TextMatcher(bool prepared) : prepared_(prepared) {}

    // Parameters are not known to be alike.
    bool same(const Expr& a, const Expr& b);
    std::optional<std::uint32_t> find(const Expr& expr, const SelectCore& select);
    // Indexes as normalize() counts literals.
    const std::vector<std::pair<std::uint32_t, std::uint32_t>>& literals() const { return literals_; }

  private:
    bool prepared_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> literals_;
};

// What an item of ORDER BY or GROUP BY sorts by.
struct Meant {
    const Expr* expr = nullptr;         // null: a constant, which sorts nothing
    std::optional<std::uint32_t> item;  // of the select list, when it is one
};

// Nothing: it cannot be told (a name may be an alias or a column), or only the server can evaluate it.
std::optional<Meant> meant_by_order(const OrderItem& item, const SelectCore& select, TextMatcher& matcher);
// `scope`: of the SELECT's own FROM.
std::optional<Meant> meant_by_group(const OrderItem& item, const SelectCore& select, const Analysis& analysis,
                                    std::uint32_t scope, TextMatcher& matcher);

// A literal or a parameter, with or without a sign.
bool is_constant(const Expr& expr);
// Surely a number, and no FLOAT.
bool is_number(const Expr& expr);
// Evaluated twice for one row it has the same value, and it may stand in a select list.
bool is_repeatable(const Expr& expr);

}  // namespace leasehold::router
