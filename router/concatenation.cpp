#include "router/concatenation.h"

#include <algorithm>
#include <array>

#include "router/ast_walk.h"
#include "router/sql/fold.h"

namespace leasehold::router {

namespace {

// dev.mysql.com "Aggregate Function Descriptions", mariadb.com/kb "Aggregate Functions".
constexpr std::array<std::string_view, 24> aggregates{
    "any_value", "avg",          "bit_and",         "bit_or",          "bit_xor",
    "count",     "group_concat", "json_arrayagg",   "json_objectagg",  "max",
    "median",    "min",          "percentile_cont", "percentile_disc", "st_collect",
    "std",       "stddev",       "stddev_pop",      "stddev_samp",     "sum",
    "var_pop",   "var_samp",     "variance",        "grouping",
};

bool is_aggregate(const FunctionExpr& function) {
    if (!function.schema.empty()) return false;
    return std::ranges::any_of(aggregates,
                               [&](std::string_view name) { return equal_folded(name, function.name.text); });
}

// Finds what makes one row of many. An aggregate in a subquery belongs to this query when the columns it
// reads do: assumed of one that stands in a subquery without tables, or whose columns all carry the name of
// another query's table.
class Finder {
  public:
    std::string find(const Expr& expr) {
        look(expr);
        return found_;
    }

  private:
    void look(const Expr& expr) {
        if (!found_.empty()) return;
        if (const auto* function = expr.as<FunctionExpr>()) {
            if (function->over != nullptr && depth_ == 0) {
                found_ = "a window function";
            } else if (function->over == nullptr && is_aggregate(*function) &&
                       (depth_ == 0 || reads_outside(*function))) {
                found_ = to_lower(function->name.text) + "()";
            }
        }
        visit_children(
            expr, [&](const Expr& child) { look(child); }, [&](const Query& query) { look(query); });
    }

    void look(const Query& query) {
        const auto* select = query.body->as<SelectCore>();
        if (select == nullptr) return;
        const std::size_t outer = names_.size();
        for (const TableRef* table : select->from) add_names(*table);
        ++depth_;
        visit_select_exprs(*select, [&](const Expr& expr) { look(expr); });
        --depth_;
        names_.resize(outer);
    }

    void add_names(const TableRef& table) {
        if (const auto* factor = table.as<TableFactor>()) {
            names_.push_back(factor->alias.empty() ? factor->name.table.text : factor->alias.text);
        } else if (const auto* derived = table.as<DerivedTable>()) {
            names_.push_back(derived->alias.text);
        } else if (const auto* opaque = table.as<OpaqueTable>()) {
            names_.push_back(opaque->alias.text);
        } else if (const auto* join = table.as<JoinTable>()) {
            add_names(*join->left);
            add_names(*join->right);
        } else if (const auto* list = table.as<TableList>()) {
            for (const TableRef* member : list->tables) add_names(*member);
        }
    }

    struct ColumnUse {
        bool any = false;
        bool inside = false;  // of a table in a subquery around
    };

    bool reads_outside(const FunctionExpr& function) const {
        if (names_.empty()) return true;
        const ColumnUse use = columns_in(function);
        return use.any && !use.inside;
    }

    ColumnUse columns_in(const Expr& expr) const {
        if (const auto* column = expr.as<ColumnExpr>()) {
            return {true,
                    column->table.empty() || std::ranges::find(names_, column->table.text) != names_.end()};
        }
        ColumnUse use;
        visit_children(
            expr,
            [&](const Expr& child) {
                const ColumnUse below = columns_in(child);
                use = {use.any || below.any, use.inside || below.inside};
            },
            [](const Query&) {});
        return use;
    }

    std::string found_;
    std::vector<std::string_view> names_;  // of the tables of the subqueries around
    int depth_ = 0;
};

std::string select_obstacle(const SelectCore& select) {
    if (select.options.distinct) return "DISTINCT";
    if (select.options.calc_found_rows) return "SQL_CALC_FOUND_ROWS";
    if (!select.group_by.empty()) return "GROUP BY";
    for (const SelectItem& item : select.items) {
        if (std::string found = Finder().find(*item.expr); !found.empty()) return found;
    }
    if (select.having != nullptr) return "HAVING";
    if (!select.windows.empty()) return "a window function";
    if (select.qualify != nullptr) return "QUALIFY";
    return {};
}

}  // namespace

std::string many_rows_function(const Expr& expr) {
    return Finder().find(expr);
}

std::string concatenation_obstacle(const Query& query) {
    std::string of_body;
    if (const auto* select = query.body->as<SelectCore>()) of_body = select_obstacle(*select);
    if (const auto* nested = query.body->as<NestedQuery>()) of_body = concatenation_obstacle(*nested->query);
    if (const auto* set = query.body->as<SetOperation>()) {
        const SetOp op = set->operands[1].op;
        of_body = op == SetOp::union_ ? "UNION" : op == SetOp::except ? "EXCEPT" : "INTERSECT";
    }
    if (!of_body.empty()) return of_body;
    if (!query.order_by.empty()) return "ORDER BY";
    if (query.limit != nullptr) return "LIMIT";
    if (query.into != nullptr) return "INTO";
    return {};
}

std::string effects_obstacle(const EffectSet& effects) {
    if (effects.has(Effect::sets_user_variable)) return "setting a user variable";
    if (effects.has(Effect::sets_last_insert_id)) return "LAST_INSERT_ID(expression)";
    if (effects.has(Effect::calculates_found_rows)) return "SQL_CALC_FOUND_ROWS";
    if (effects.has(Effect::reads_previous)) return "reading the result of the statement before";
    return {};
}

}  // namespace leasehold::router
