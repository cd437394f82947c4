#include "router/insert_target.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "router/sql/fold.h"
#include "router/table_definition.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

// Stands in for the routing of an INSERT whose columns are not known.
class WantingColumns final : public Routing {
  public:
    explicit WantingColumns(std::string table) : table_(std::move(table)) {}
    Result<Route> route(std::string_view, std::span<const SqlValue>) const override {
        return unsupported("INSERT into " + table_ + " without a list of columns here");
    }
    std::string describe() const override { return "by rows, once a shard has told its columns"; }
    std::size_t bytes() const override { return sizeof(*this) + table_.size(); }

  private:
    std::string table_;
};

}  // namespace

bool InsertTarget::find_columns() {
    const auto add = [this](const ColumnExpr& column) { columns.push_back(to_lower(column.column.text)); };
    if (insert.source == InsertSource::set) {
        for (const ColumnAssignment& assignment : insert.set) add(*assignment.column);
        return true;
    }
    const bool empty_rows =
        insert.source == InsertSource::values && !insert.rows.empty() &&
        std::ranges::all_of(insert.rows, [](const RowExpr* row) { return row->elements.empty(); });
    if (empty_rows && insert.columns.empty()) return true;
    if (insert.has_columns) {
        for (const ColumnExpr* column : insert.columns) add(*column);
        return true;
    }
    if (table.columns_complete) {
        columns = table.columns;
        return true;
    }
    const std::vector<std::string>* told =
        statement.learned == nullptr ? nullptr
                                     : statement.learned->find({statement.keyspace().index(), table.name});
    if (told == nullptr) return false;
    columns = *told;
    learned = true;
    return true;
}

ShardedPlan InsertTarget::want_columns() const {
    ShardedPlan plan{Opcode::insert, std::make_unique<WantingColumns>(table.name)};
    plan.wants_columns = {statement.keyspace().index(), table.name};
    return plan;
}

RoutingBase InsertTarget::base_with_columns() const {
    RoutingBase base = statement.base;
    if (!learned || insert.source != InsertSource::values) return base;
    TokenEdit list;
    list.token = tokens_of(statement.tree.tokens, insert.rows.front()->range).first - 1;  // VALUES
    for (const std::string& column : columns)
        list.text += (list.text.empty() ? "(" : ", ") + quote_name(column);
    list.text += ") VALUES";
    std::vector<TokenEdit>& edits = base.text.edits;
    edits.insert(std::ranges::upper_bound(edits, list.token, {}, &TokenEdit::token), std::move(list));
    return base;
}

std::optional<std::size_t> InsertTarget::position_of(std::string_view column) const {
    const auto found = std::ranges::find(columns, column);
    if (found == columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns.begin());
}

Error InsertTarget::refuse(std::string_view what) const {
    return unsupported_when_sharded(what, statement.keyspace());
}

}  // namespace leasehold::router
