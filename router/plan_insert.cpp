// INSERT and REPLACE: every row has to name the shard it belongs to.
#include <algorithm>

#include "base/mysql_errors.h"
#include "router/concatenation.h"
#include "router/plan_gather.h"
#include "router/sharded_plan.h"
#include "router/sql/fold.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

constexpr std::uint16_t wrong_value_count_on_row = 1136;  // ER_WRONG_VALUE_COUNT_ON_ROW

class InsertPlanner {
  public:
    InsertPlanner(const ShardedStatement& statement, const InsertStatement& insert)
        : statement_(statement), insert_(insert) {}

    Result<ShardedPlan> plan() {
        if (std::optional<Error> error = find_table()) return *std::move(error);
        if (table_->type == TableType::reference) return into_reference();
        if (table_->pinned) return into_pinned();
        if (table_->vindexes.empty() || table_->vindexes.front().vindex == nullptr) {
            return refuse("INSERT into " + table_->name + ", whose primary vindex has an unknown type");
        }
        if (std::optional<Error> error = check_on_duplicate()) return *std::move(error);
        if (insert_.source == InsertSource::query) return from_query();
        if (insert_.source == InsertSource::set) {
            for (const ColumnAssignment& assignment : insert_.set) add_column(*assignment.column);
        } else if (std::optional<Error> error = find_columns()) {
            return *std::move(error);
        }
        return by_rows();
    }

  private:
    const TableVindex& primary() const { return table_->vindexes.front(); }
    Error refuse(std::string_view what) const {
        return unsupported_when_sharded(what, statement_.keyspace());
    }

    Result<Analysis> analyze_source() {
        Result<Analysis> analysis = Analyzer(statement_.tree, statement_.lookup()).analyze_source(insert_);
        if (analysis) constants_ = std::move(analysis->constants);
        return analysis;
    }
    std::optional<ValueRef> value_of(const Expr& expr) {
        return constants_.ref_to(expr, statement_.tree, statement_.prepared);
    }

    std::optional<Error> find_table() {
        const std::string& keyspace = statement_.keyspace().keyspace().name;
        table_ = statement_.keyspace().find_table(insert_.table.table.text);
        if (is_system_schema(insert_.table.schema.text)) return refuse("INSERT into a system table");
        if (table_ == nullptr) {
            return make_error(mysql_error::no_such_table,
                              "Table '" + keyspace + "." + std::string(insert_.table.table.text) +
                                  "' doesn't exist in the vschema of keyspace " + keyspace);
        }
        return std::nullopt;
    }

    Result<ShardedPlan> into_reference() {
        if (!table_->source.empty()) {
            return refuse("changing reference table " + table_->name + ", whose source is " + table_->source);
        }
        if (insert_.source == InsertSource::query) {
            Result<Analysis> analysis = analyze_source();
            if (!analysis) return analysis.error();
            if (place(*analysis, statement_.tree.tokens).sharded || !analysis->system_table.empty()) {
                return refuse("INSERT into reference table " + table_->name +
                              " from rows that not every shard has");
            }
        } else if (statement_.tree.statement->tables.size() > 1) {
            return refuse("a subquery in an INSERT");
        }
        return to_all_shards(statement_, Opcode::all_shards, "every shard: each has the whole table");
    }

    Result<ShardedPlan> into_pinned() {
        Placement placement;
        if (insert_.source == InsertSource::query) {
            Result<Analysis> analysis = analyze_source();
            if (!analysis) return analysis.error();
            placement = place(*analysis, statement_.tree.tokens);
            if (placement.sharded && placement.constraints.empty())
                return refuse("INSERT ... SELECT from several shards");
        } else if (statement_.tree.statement->tables.size() > 1) {
            return refuse("a subquery in an INSERT");
        }
        KeyConstraint pinned;
        pinned.what = table_->name;
        pinned.shard = *table_->pinned;
        placement.constraints.push_back(std::move(pinned));
        placement.split.reset();
        return by_placement(statement_, std::move(placement), std::move(constants_), "INSERT ... SELECT");
    }

    void add_column(const ColumnExpr& column) { columns_.push_back(to_lower(column.column.text)); }

    std::optional<Error> find_columns() {
        if (insert_.has_columns) {
            for (const ColumnExpr* column : insert_.columns) add_column(*column);
        } else if (table_->columns_complete) {
            columns_ = table_->columns;
        } else {
            return refuse("INSERT into " + table_->name +
                          " without a list of columns; its vschema has none either");
        }
        return std::nullopt;
    }

    std::optional<std::size_t> position_of(std::string_view column) const {
        const auto found = std::ranges::find(columns_, column);
        if (found == columns_.end()) return std::nullopt;
        return static_cast<std::size_t>(found - columns_.begin());
    }

    std::string sequence_words() const {
        return table_->name + "." + table_->auto_increment->column + " from sequence " +
               table_->auto_increment->sequence;
    }

    // The columns' values that decide, row by row.
    Result<ShardedPlan> by_rows() {
        std::vector<std::size_t> key_positions;
        for (const std::string& column : primary().columns) {
            const std::optional<std::size_t> position = position_of(column);
            if (position) {
                key_positions.push_back(*position);
            } else if (table_->auto_increment && table_->auto_increment->column == column) {
                return unsupported("a value of " + sequence_words() + " (give the column a value)");
            } else {
                return refuse("INSERT without a value for vindex column " + table_->name + "." + column);
            }
        }
        if (statement_.tree.statement->tables.size() > 1) return refuse("a subquery in an INSERT");
        InsertRouting::Rows rows;
        rows.what = table_->name + "." + primary().columns.front();
        rows.vindex_name = primary().name;
        rows.vindex = primary().vindex;
        rows.columns = key_positions.size();
        std::optional<std::size_t> generated;
        if (table_->auto_increment) {
            generated = position_of(table_->auto_increment->column);
            if (!generated)
                return unsupported("a value of " + sequence_words() + " (give the column a value)");
            rows.sequence = sequence_words();
        }
        const std::size_t count = insert_.source == InsertSource::set ? 1 : insert_.rows.size();
        for (std::size_t row = 0; row < count; ++row) {
            const auto value = [&](std::size_t position) -> const Expr& {
                return insert_.source == InsertSource::set ? *insert_.set[position].value
                                                           : *insert_.rows[row]->elements[position];
            };
            const std::string which = " (row " + std::to_string(row + 1) + ")";
            if (insert_.source != InsertSource::set &&
                insert_.rows[row]->elements.size() != columns_.size()) {
                return make_error(wrong_value_count_on_row,
                                  "Column count doesn't match value count at row " + std::to_string(row + 1));
            }
            for (const std::size_t position : key_positions) {
                const std::optional<ValueRef> ref = value_of(value(position));
                if (!ref) return refuse("an expression as the value of " + rows.what + which);
                rows.keys.push_back(*ref);
            }
            if (!generated) continue;
            const std::optional<ValueRef> ref = value_of(value(*generated));
            if (!ref) return unsupported("an expression as the value of " + sequence_words() + which);
            rows.generated.push_back(*ref);
        }
        rows.obstacle = effects_obstacle(statement_.effects.set);
        if (insert_.source == InsertSource::values) {
            rows.split.emplace();
            for (const RowExpr* row : insert_.rows) {
                rows.split->elements.push_back(tokens_of(statement_.tree.tokens, row->range));
            }
        }
        return ShardedPlan{Opcode::insert, std::make_unique<InsertRouting>(
                                               statement_.base, std::move(constants_), std::move(rows))};
    }

    // On one shard where the rows that are read and those that are written stand there; else the rows are
    // brought together and inserted like any others.
    Result<ShardedPlan> from_query() {
        if (std::optional<Error> error = find_columns()) return *std::move(error);
        Result<ShardedPlan> within = within_one_shard();
        if (!within && within.error().code != mysql_error::unknown_error) return within;
        if (statement_.keyspace().shard_count() == 1) return within;
        if (table_->auto_increment && !position_of(table_->auto_increment->column)) return within;
        for (const std::string& column : primary().columns) {
            if (!position_of(column)) return within;
        }
        Result<std::unique_ptr<const Routing>> gather = plan_gather_insert(statement_, insert_, columns_);
        if (!gather) return within ? std::move(within) : Result<ShardedPlan>(gather.error());
        if (!within) return ShardedPlan{Opcode::gather, *std::move(gather)};
        return within_one_shard(*std::move(gather));
    }

    Result<ShardedPlan> within_one_shard(std::unique_ptr<const Routing> gather = nullptr) {
        Result<Analysis> analysis = analyze_source();
        if (!analysis) return analysis.error();
        if (table_->auto_increment && !position_of(table_->auto_increment->column)) {
            return unsupported("a value of " + sequence_words() + " (give the column a value)");
        }
        Placement placement = place(*analysis, statement_.tree.tokens);
        if (placement.sharded && placement.constraints.empty())
            return refuse("INSERT ... SELECT from several shards");
        const auto* select = insert_.query->body->as<SelectCore>();
        KeyConstraint target;
        target.what = table_->name + "." + primary().columns.front();
        target.vindex_name = primary().name;
        target.vindex = primary().vindex;
        for (const std::string& column : primary().columns) {
            const std::optional<std::size_t> position = position_of(column);
            const bool plain = select != nullptr && position && select->items.size() == columns_.size();
            const std::optional<ValueRef> ref =
                plain ? selected_value(*select->items[*position].expr, *analysis) : std::nullopt;
            if (!ref)
                return refuse("INSERT ... SELECT whose value of " + table_->name + "." + column +
                              " is not in the text");
            target.values.push_back(*ref);
        }
        placement.constraints.push_back(std::move(target));
        placement.split.reset();
        return by_placement(statement_, std::move(placement), std::move(constants_), "INSERT ... SELECT",
                            std::move(gather));
    }

    // A literal of the select list, or a column that the query's WHERE holds equal to one.
    std::optional<ValueRef> selected_value(const Expr& expr, const Analysis& analysis) {
        if (const auto* column = expr.as<ColumnExpr>()) {
            const std::optional<InstanceColumn> resolved =
                analysis.top ? analysis.resolve(*analysis.top, *column) : std::nullopt;
            if (!resolved) return std::nullopt;
            const TableInstance& instance = analysis.instances[resolved->instance];
            if (analysis.scopes[instance.scope].sources[instance.source].nullable) return std::nullopt;
            for (const Restriction& restriction : analysis.restrictions) {
                const InstanceColumn& restricted = analysis.columns[restriction.column];
                if (!restriction.list && !restriction.null_safe &&
                    restricted.instance == resolved->instance && restricted.name == resolved->name) {
                    return restriction.values.front();
                }
            }
            return std::nullopt;
        }
        return value_of(expr);
    }

    // The row that is there already may not move: only `id = VALUES(id)` and `id = id` leave it.
    std::optional<Error> check_on_duplicate() const {
        for (const ColumnAssignment& assignment : insert_.on_duplicate) {
            const std::string column = to_lower(assignment.column->column.text);
            const bool places = std::ranges::any_of(table_->vindexes, [&](const TableVindex& use) {
                return std::ranges::find(use.columns, column) != use.columns.end();
            });
            if (!places) continue;
            const Expr* value = assignment.value;
            if (const auto* values = value->as<DefaultExpr>();
                values != nullptr && values->form == DefaultForm::values_of) {
                value = values->column;
            }
            const auto* same = value->as<ColumnExpr>();
            if (same == nullptr || to_lower(same->column.text) != column) {
                return refuse("ON DUPLICATE KEY UPDATE of vindex column " + table_->name + "." + column);
            }
        }
        return std::nullopt;
    }

    const ShardedStatement& statement_;
    const InsertStatement& insert_;
    Constants constants_;
    const SchemaTable* table_ = nullptr;
    std::vector<std::string> columns_;  // lower case, in the order of the values
};

}  // namespace

Result<ShardedPlan> plan_insert(const ShardedStatement& statement, const InsertStatement& insert) {
    return InsertPlanner(statement, insert).plan();
}

}  // namespace leasehold::router
