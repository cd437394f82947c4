// INSERT and REPLACE: every row has to name the shard it belongs to.
#include <algorithm>

#include "base/mysql_errors.h"
#include "router/concatenation.h"
#include "router/insert_target.h"
#include "router/lookup_owner.h"
#include "router/sql/fold.h"
#include "router/table_definition.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

constexpr std::uint16_t wrong_value_count_on_row = 1136;  // ER_WRONG_VALUE_COUNT_ON_ROW

class InsertPlanner {
  public:
    InsertPlanner(const ShardedStatement& statement, const InsertStatement& insert, const SchemaTable& table)
        : statement_(statement), insert_(insert), table_(table), target_{statement, insert, table} {}

    Result<ShardedPlan> plan() {
        if (table_.type == TableType::reference) return into_reference();
        if (table_.pinned && !table_.auto_increment) return into_pinned();
        if (!table_.pinned && (table_.vindexes.empty() || table_.vindexes.front().vindex == nullptr)) {
            return target_.refuse("INSERT into " + table_.name +
                                  ", whose primary vindex has an unknown type");
        }
        find_lookups();
        if (std::optional<Error> error = check_lookups()) return *std::move(error);
        if (std::optional<Error> error = check_on_duplicate()) return *std::move(error);
        if (!target_.find_columns()) return target_.want_columns();
        Result<ShardedPlan> plan =
            insert_.source == InsertSource::query
                ? plan_insert_query(target_, table_.auto_increment.has_value() || cells_.has_value())
                : by_rows();
        if (plan) plan->uses_learned_columns = target_.learned;
        return plan;
    }

  private:
    Result<Analysis> analyze_source() {
        Result<Analysis> analysis = Analyzer(statement_.tree, statement_.lookup()).analyze_source(insert_);
        if (analysis) constants_ = std::move(analysis->constants);
        return analysis;
    }
    std::optional<ValueRef> value_of(const Expr& expr) {
        return constants_.ref_to(expr, statement_.tree, statement_.prepared);
    }

    Result<ShardedPlan> into_reference() {
        if (!table_.source.empty()) {
            return target_.refuse("changing reference table " + table_.name + ", whose source is " +
                                  table_.source);
        }
        if (table_.auto_increment)
            return target_.refuse("INSERT into reference table " + table_.name + " with a sequence");
        if (insert_.source == InsertSource::query) {
            Result<Analysis> analysis = analyze_source();
            if (!analysis) return analysis.error();
            if (place(*analysis, statement_.tree.tokens).sharded || !analysis->system_table.empty()) {
                return target_.refuse("INSERT into reference table " + table_.name +
                                      " from rows that not every shard has");
            }
        } else if (statement_.tree.statement->tables.size() > 1) {
            return target_.refuse("a subquery in an INSERT");
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
                return target_.refuse("INSERT ... SELECT from several shards");
        } else if (statement_.tree.statement->tables.size() > 1) {
            return target_.refuse("a subquery in an INSERT");
        }
        KeyConstraint pinned;
        pinned.what = table_.name;
        pinned.shard = *table_.pinned;
        placement.constraints.push_back(std::move(pinned));
        placement.split.reset();
        return by_placement(statement_, std::move(placement), std::move(constants_), "INSERT ... SELECT");
    }

    // The lookups whose entries are kept or checked.
    void find_lookups() {
        InsertCells cells;
        cells.owned = owned_lookups(statement_.base.schema, statement_.keyspace(), table_);
        cells.verified = verified_lookups(statement_.keyspace(), table_);
        if (!cells.empty()) cells_ = std::move(cells);
    }

    std::optional<Error> check_lookups() {
        if (!cells_ || cells_->owned == nullptr) return std::nullopt;
        using Form = InsertedRows::Form;
        InsertedRows& shape = cells_->shape;
        shape.table = table_.name;
        const bool updates = !insert_.on_duplicate.empty();
        const std::string lookup = ", which owns lookup vindex " + cells_->owned->lookups.front().vindex;
        const bool replaces = statement_.tree.statement->kind == StatementKind::replace;
        // Of a row that is left out because of an entry, no server gives the columns; of one that is there
        // already, none tells whether it was inserted or updated.
        if (!insert_.returning.empty() && (insert_.ignore || updates))
            return target_.refuse(std::string(insert_.ignore ? "INSERT IGNORE" : "INSERT") +
                                  (updates ? " ... ON DUPLICATE KEY UPDATE" : "") + " ... RETURNING into " +
                                  table_.name + lookup);
        if (insert_.ignore && updates)
            return target_.refuse("INSERT IGNORE ... ON DUPLICATE KEY UPDATE into " + table_.name + lookup);
        if (updates) shape.form = Form::update;
        if (insert_.ignore) shape.form = Form::ignore;
        if (replaces) shape.form = Form::replace;
        for (const ColumnAssignment& assignment : insert_.on_duplicate) {
            const auto* same = assignment.value->as<ColumnExpr>();
            const std::string column = to_lower(assignment.column->column.text);
            if (same == nullptr || to_lower(same->column.text) != column) shape.assigned.insert(column);
        }
        return std::nullopt;
    }

    // What the rows give for the columns of lookups; of all columns, where rows are looked at one by one.
    void find_cells() {
        const auto is_seen = [&](const LookupUse& use) {
            const std::optional<std::size_t> position = target_.position_of(use.column);
            if (!position) return target_.is_generated(use.column);
            for (std::size_t row = 0; row < row_count(); ++row) {
                const Expr& value = value_at(row, *position);
                if (is_default(value) ? !target_.is_generated(use.column) : !value_of(value)) return false;
            }
            return true;
        };
        InsertedRows& shape = cells_->shape;
        if (cells_->owned != nullptr && shape.form == InsertedRows::Form::at_once &&
            !std::ranges::all_of(cells_->owned->lookups, is_seen)) {
            shape.form = InsertedRows::Form::row_by_row;
        }
        const auto add = [&](const std::string& column) {
            if (std::ranges::find(shape.columns, column) == shape.columns.end())
                shape.columns.push_back(column);
        };
        const auto add_lookup = [&](const LookupUse& use) {
            if (target_.position_of(use.column) || target_.is_generated(use.column)) add(use.column);
        };
        if (cells_->owned != nullptr) std::ranges::for_each(cells_->owned->lookups, add_lookup);
        std::ranges::for_each(cells_->verified, add_lookup);
        if (cells_->one_by_one()) {
            std::ranges::for_each(target_.columns, add);
            if (table_.auto_increment) add(table_.auto_increment->column);
        }
        for (std::size_t row = 0; row < row_count(); ++row) {
            for (const std::string& column : shape.columns) cells_->cells.push_back(cell_of(row, column));
        }
    }

    InsertCell cell_of(std::size_t row, const std::string& column) {
        InsertCell cell;
        cell.generated = target_.is_generated(column);
        const std::optional<std::size_t> position = target_.position_of(column);
        if (!position) return cell;
        const Expr& value = value_at(row, *position);
        cell.place = tokens_of(statement_.tree.tokens, value.range);
        if (!is_default(value)) cell.value = value_of(value);
        return cell;
    }

    // The column's rows, one value each; a sequence fills in what they leave out.
    Result<std::optional<GeneratedIds>> generated_ids() {
        if (!table_.auto_increment) return std::optional<GeneratedIds>();
        GeneratedIds ids;
        ids.words = table_.auto_increment->column + " from sequence " + table_.auto_increment->sequence;
        if (!table_.sequence) {
            return target_.refuse("a value of " + ids.words + ", which is no sequence of the vschema,");
        }
        ids.sequence = *table_.sequence;
        ids.column = quote_name(table_.auto_increment->column);
        ids.rows = row_count();
        ids.set = insert_.source == InsertSource::set;
        ids.zero_is_a_value = statement_.base.text.mode.no_auto_value_on_zero;
        ids.prepared = statement_.prepared;
        const TokenList& tokens = statement_.tree.tokens;
        if (const std::optional<std::size_t> position = target_.position_of(table_.auto_increment->column)) {
            ids.form = GeneratedIds::Form::in_text;
            for (std::size_t row = 0; row < ids.rows; ++row) {
                const Expr& value = value_at(row, *position);
                GeneratedIds::Given given{std::nullopt, tokens_of(tokens, value.range)};
                if (!is_default(value)) {
                    given.value = value_of(value);
                    if (!given.value)
                        return target_.refuse("an expression as the value of " + ids.words + which(row));
                }
                ids.given.push_back(given);
            }
        } else if (!ids.set) {
            const std::uint32_t rows = tokens_of(tokens, insert_.rows.front()->range).first;
            ids.empty_rows = target_.columns.empty();
            ids.makes_list = !insert_.has_columns;
            if (ids.makes_list && !ids.empty_rows)
                return target_.refuse("INSERT without a value for " + ids.words);
            // VALUES, or the parenthesis that ends the list: what stands before it.
            ids.columns_end = ids.makes_list ? rows - 1 : rows - 2;
        }
        for (std::size_t i = 0; i < target_.primary_columns().size(); ++i) {
            if (target_.is_generated(target_.primary_columns()[i])) ids.key = i;
        }
        if (ids.rows > 1 && statement_.effects.set.has(Effect::sets_last_insert_id)) {
            return target_.refuse("LAST_INSERT_ID(expression) in an INSERT of several rows with " +
                                  ids.words);
        }
        return std::optional(std::move(ids));
    }

    std::size_t row_count() const { return insert_.source == InsertSource::set ? 1 : insert_.rows.size(); }
    const Expr& value_at(std::size_t row, std::size_t position) const {
        return insert_.source == InsertSource::set ? *insert_.set[position].value
                                                   : *insert_.rows[row]->elements[position];
    }
    static std::string which(std::size_t row) { return " (row " + std::to_string(row + 1) + ")"; }
    SplitList split_of_rows() const {
        const TokenList& tokens = statement_.tree.tokens;
        SplitList split;
        if (insert_.source == InsertSource::set) {
            split.elements.push_back({tokens_of(tokens, insert_.set.front().range).first,
                                      tokens_of(tokens, insert_.set.back().range).last});
        } else {
            for (const RowExpr* row : insert_.rows) split.elements.push_back(tokens_of(tokens, row->range));
        }
        return split;
    }

    // The columns' values that decide, row by row.
    Result<ShardedPlan> by_rows() {
        std::vector<std::optional<std::size_t>> key_positions;
        for (const std::string& column : target_.primary_columns()) {
            key_positions.push_back(target_.position_of(column));
            if (!key_positions.back() && !target_.is_generated(column))
                return target_.refuse("INSERT without a value for vindex column " + table_.name + "." +
                                      column);
        }
        if (statement_.tree.statement->tables.size() > 1) return target_.refuse("a subquery in an INSERT");
        InsertRouting::Rows rows;
        rows.count = row_count();
        if (insert_.source != InsertSource::set) {
            for (std::size_t row = 0; row < rows.count; ++row) {
                if (insert_.rows[row]->elements.size() == target_.columns.size()) continue;
                return make_error(wrong_value_count_on_row,
                                  "Column count doesn't match value count at row " + std::to_string(row + 1));
            }
        }
        if (table_.pinned) {
            rows.what = table_.name;
            rows.shard = *table_.pinned;
        } else {
            rows.what = table_.name + "." + target_.primary().columns.front();
            rows.vindex_name = target_.primary().name;
            rows.vindex = target_.primary().vindex;
        }
        rows.columns = key_positions.size();
        for (std::size_t row = 0; row < rows.count; ++row) {
            for (std::size_t key = 0; key < key_positions.size(); ++key) {
                const std::optional<std::size_t> position = key_positions[key];
                if (!position || (target_.is_generated(target_.primary_columns()[key]) &&
                                  is_default(value_at(row, *position)))) {
                    rows.keys.emplace_back();
                    continue;
                }
                const std::optional<ValueRef> ref = value_of(value_at(row, *position));
                if (!ref) return target_.refuse("an expression as the value of " + rows.what + which(row));
                rows.keys.push_back(*ref);
            }
        }
        Result<std::optional<GeneratedIds>> ids = generated_ids();
        if (!ids) return ids.error();
        rows.ids = *std::move(ids);
        if (cells_) find_cells();
        rows.obstacle = effects_obstacle(statement_.effects.set);
        rows.split = split_of_rows();
        rows.cells = std::move(cells_);
        return ShardedPlan{Opcode::insert,
                           std::make_unique<InsertRouting>(target_.base_with_columns(), std::move(constants_),
                                                           std::move(rows))};
    }

    static bool is_default(const Expr& value) {
        const auto* word = value.as<DefaultExpr>();
        return word != nullptr && word->form == DefaultForm::default_;
    }

    // The row that is there already may not move: only `id = VALUES(id)` and `id = id` leave it.
    std::optional<Error> check_on_duplicate() const {
        for (const ColumnAssignment& assignment : insert_.on_duplicate) {
            const std::string column = to_lower(assignment.column->column.text);
            const bool places = std::ranges::any_of(table_.vindexes, [&](const TableVindex& use) {
                return std::ranges::find(use.columns, column) != use.columns.end();
            });
            if (!places) continue;
            // Entries follow.
            if (cells_ && cells_->owned != nullptr && can_change(statement_.keyspace(), table_, column) &&
                std::ranges::find(table_.vindexes.front().columns, column) ==
                    table_.vindexes.front().columns.end())
                continue;
            const Expr* value = assignment.value;
            if (const auto* values = value->as<DefaultExpr>();
                values != nullptr && values->form == DefaultForm::values_of) {
                value = values->column;
            }
            const auto* same = value->as<ColumnExpr>();
            if (same == nullptr || to_lower(same->column.text) != column) {
                return target_.refuse("ON DUPLICATE KEY UPDATE of vindex column " + table_.name + "." +
                                      column);
            }
        }
        return std::nullopt;
    }

    const ShardedStatement& statement_;
    const InsertStatement& insert_;
    const SchemaTable& table_;
    InsertTarget target_;
    Constants constants_;
    std::optional<InsertCells> cells_;
};

}  // namespace

Result<ShardedPlan> plan_insert(const ShardedStatement& statement, const InsertStatement& insert) {
    const std::string& keyspace = statement.keyspace().keyspace().name;
    if (is_system_schema(insert.table.schema.text))
        return unsupported_when_sharded("INSERT into a system table", statement.keyspace());
    const SchemaTable* table = statement.keyspace().find_table(insert.table.table.text);
    if (table == nullptr) {
        return make_error(mysql_error::no_such_table,
                          "Table '" + keyspace + "." + std::string(insert.table.table.text) +
                              "' doesn't exist in the vschema of keyspace " + keyspace);
    }
    return InsertPlanner(statement, insert, *table).plan();
}

}  // namespace leasehold::router
