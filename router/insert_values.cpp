#include "router/insert_values.h"

#include <algorithm>
#include <string_view>

#include "router/sql/fold.h"

namespace leasehold::router {
namespace {

// Functions whose value is not taken for an AUTO_INCREMENT column's.
constexpr std::string_view no_numbers[] = {
    "concat",
    "curdate",
    "current_date",
    "current_time",
    "current_timestamp",
    "curtime",
    "from_unixtime",
    "hex",
    "json_array",
    "json_object",
    "localtime",
    "localtimestamp",
    "lower",
    "md5",
    "now",
    "point",
    "sha1",
    "sha2",
    "st_geomfromtext",
    "sysdate",
    "unhex",
    "unix_timestamp",
    "upper",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "uuid",
    "uuid_to_bin",
};

bool is_seen(const Expr& value) {
    if (value.kind == ExprKind::literal || value.kind == ExprKind::parameter ||
        value.kind == ExprKind::default_) {
        return true;
    }
    if (const auto* unary = value.as<UnaryExpr>()) return is_seen(*unary->operand);
    if (const auto* function = value.as<FunctionExpr>()) {
        return std::ranges::any_of(
            no_numbers, [&](std::string_view name) { return equal_folded(name, function->name.text); });
    }
    return false;
}

}  // namespace

bool inserts_unseen_values(const ParseTree& tree) {
    const StatementKind kind = tree.statement->kind;
    if (kind != StatementKind::insert && kind != StatementKind::replace) return false;
    const auto* insert = tree.as<InsertStatement>();
    if (insert == nullptr || insert->query != nullptr || !insert->on_duplicate.empty()) return true;
    const bool rows_seen = std::ranges::all_of(insert->rows, [](const RowExpr* row) {
        return std::ranges::all_of(row->elements, [](const Expr* value) { return is_seen(*value); });
    });
    const bool set_seen = std::ranges::all_of(
        insert->set, [](const ColumnAssignment& assignment) { return is_seen(*assignment.value); });
    return !rows_seen || !set_seen;
}

bool inserts_query(const ParseTree& tree) {
    if (const auto* insert = tree.as<InsertStatement>()) return insert->query != nullptr;
    const auto* ddl = tree.as<DdlStatement>();
    return ddl != nullptr && ddl->object == DdlObject::table && ddl->as_select != nullptr;
}

}  // namespace leasehold::router
