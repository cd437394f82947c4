// INSERT and REPLACE: every row has to name the shard it belongs to.
#include <algorithm>

#include "base/mysql_errors.h"
#include "router/concatenation.h"
#include "router/lookup_owner.h"
#include "router/plan_gather.h"
#include "router/sharded_plan.h"
#include "router/sql/fold.h"
#include "router/table_transfer.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

constexpr std::uint16_t wrong_value_count_on_row = 1136;  // ER_WRONG_VALUE_COUNT_ON_ROW

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

class InsertPlanner {
  public:
    InsertPlanner(const ShardedStatement& statement, const InsertStatement& insert)
        : statement_(statement), insert_(insert) {}

    Result<ShardedPlan> plan() {
        if (std::optional<Error> error = find_table()) return *std::move(error);
        if (table_->type == TableType::reference) return into_reference();
        if (table_->pinned && !table_->auto_increment) return into_pinned();
        if (!table_->pinned && (table_->vindexes.empty() || table_->vindexes.front().vindex == nullptr)) {
            return refuse("INSERT into " + table_->name + ", whose primary vindex has an unknown type");
        }
        find_lookups();
        if (std::optional<Error> error = check_lookups()) return *std::move(error);
        if (std::optional<Error> error = check_on_duplicate()) return *std::move(error);
        if (!find_columns()) return want_columns();
        Result<ShardedPlan> plan = insert_.source == InsertSource::query ? from_query() : by_rows();
        if (plan) plan->uses_learned_columns = learned_;
        return plan;
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
        if (table_->auto_increment)
            return refuse("INSERT into reference table " + table_->name + " with a sequence");
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

    // The lookups whose entries are kept or checked.
    void find_lookups() {
        InsertCells cells;
        cells.owned = owned_lookups(statement_.base.schema, statement_.keyspace(), *table_);
        cells.verified = verified_lookups(statement_.keyspace(), *table_);
        if (!cells.empty()) cells_ = std::move(cells);
    }

    std::optional<Error> check_lookups() {
        if (!cells_ || cells_->owned == nullptr) return std::nullopt;
        using Form = InsertedRows::Form;
        InsertedRows& shape = cells_->shape;
        shape.table = table_->name;
        const bool updates = !insert_.on_duplicate.empty();
        const std::string lookup = ", which owns lookup vindex " + cells_->owned->lookups.front().vindex;
        if (!insert_.returning.empty()) return refuse("INSERT ... RETURNING into " + table_->name + lookup);
        if (insert_.ignore && updates)
            return refuse("INSERT IGNORE ... ON DUPLICATE KEY UPDATE into " + table_->name + lookup);
        if (updates) shape.form = Form::update;
        if (insert_.ignore) shape.form = Form::ignore;
        if (statement_.tree.statement->kind == StatementKind::replace) shape.form = Form::replace;
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
            const std::optional<std::size_t> position = position_of(use.column);
            if (!position) return is_generated(use.column);
            for (std::size_t row = 0; row < row_count(); ++row) {
                const Expr& value = value_at(row, *position);
                if (is_default(value) ? !is_generated(use.column) : !value_of(value)) return false;
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
            if (position_of(use.column) || is_generated(use.column)) add(use.column);
        };
        if (cells_->owned != nullptr) std::ranges::for_each(cells_->owned->lookups, add_lookup);
        std::ranges::for_each(cells_->verified, add_lookup);
        if (cells_->one_by_one()) {
            std::ranges::for_each(columns_, add);
            if (table_->auto_increment) add(table_->auto_increment->column);
        }
        for (std::size_t row = 0; row < row_count(); ++row) {
            for (const std::string& column : shape.columns) cells_->cells.push_back(cell_of(row, column));
        }
    }

    InsertCell cell_of(std::size_t row, const std::string& column) {
        InsertCell cell;
        cell.generated = is_generated(column);
        const std::optional<std::size_t> position = position_of(column);
        if (!position) return cell;
        const Expr& value = value_at(row, *position);
        cell.place = tokens_of(statement_.tree.tokens, value.range);
        if (!is_default(value)) cell.value = value_of(value);
        return cell;
    }

    void add_column(const ColumnExpr& column) { columns_.push_back(to_lower(column.column.text)); }

    // False: they are not known.
    bool find_columns() {
        if (insert_.source == InsertSource::set) {
            for (const ColumnAssignment& assignment : insert_.set) add_column(*assignment.column);
            return true;
        }
        const bool empty_rows =
            insert_.source == InsertSource::values && !insert_.rows.empty() &&
            std::ranges::all_of(insert_.rows, [](const RowExpr* row) { return row->elements.empty(); });
        if (empty_rows && insert_.columns.empty()) return true;
        if (insert_.has_columns) {
            for (const ColumnExpr* column : insert_.columns) add_column(*column);
            return true;
        }
        if (table_->columns_complete) {
            columns_ = table_->columns;
            return true;
        }
        const std::vector<std::string>* columns =
            statement_.learned == nullptr ? nullptr : statement_.learned->find(table());
        if (columns == nullptr) return false;
        columns_ = *columns;
        learned_ = true;
        return true;
    }

    KeyspaceTable table() const { return {statement_.keyspace().index(), table_->name}; }

    ShardedPlan want_columns() const {
        ShardedPlan plan{Opcode::insert, std::make_unique<WantingColumns>(table_->name)};
        plan.wants_columns = table();
        return plan;
    }

    // What was learned is said: the row has its values where the plan thinks, or there is an error.
    RoutingBase base_with_columns() const {
        RoutingBase base = statement_.base;
        if (!learned_ || insert_.source != InsertSource::values) return base;
        TokenEdit list;
        list.token = tokens_of(statement_.tree.tokens, insert_.rows.front()->range).first - 1;  // VALUES
        for (const std::string& column : columns_)
            list.text += (list.text.empty() ? "(" : ", ") + quote_name(column);
        list.text += ") VALUES";
        std::vector<TokenEdit>& edits = base.text.edits;
        edits.insert(std::ranges::upper_bound(edits, list.token, {}, &TokenEdit::token), std::move(list));
        return base;
    }

    std::optional<std::size_t> position_of(std::string_view column) const {
        const auto found = std::ranges::find(columns_, column);
        if (found == columns_.end()) return std::nullopt;
        return static_cast<std::size_t>(found - columns_.begin());
    }

    // The column's rows, one value each; a sequence fills in what they leave out.
    Result<std::optional<GeneratedIds>> generated_ids() {
        if (!table_->auto_increment) return std::optional<GeneratedIds>();
        GeneratedIds ids;
        ids.words = table_->auto_increment->column + " from sequence " + table_->auto_increment->sequence;
        if (!table_->sequence) {
            return refuse("a value of " + ids.words + ", which is no sequence of the vschema,");
        }
        ids.sequence = *table_->sequence;
        ids.column = quote_name(table_->auto_increment->column);
        ids.rows = row_count();
        ids.set = insert_.source == InsertSource::set;
        ids.zero_is_a_value = statement_.base.text.mode.no_auto_value_on_zero;
        ids.prepared = statement_.prepared;
        const TokenList& tokens = statement_.tree.tokens;
        if (const std::optional<std::size_t> position = position_of(table_->auto_increment->column)) {
            ids.form = GeneratedIds::Form::in_text;
            for (std::size_t row = 0; row < ids.rows; ++row) {
                const Expr& value = value_at(row, *position);
                GeneratedIds::Given given{std::nullopt, tokens_of(tokens, value.range)};
                if (!is_default(value)) {
                    given.value = value_of(value);
                    if (!given.value)
                        return refuse("an expression as the value of " + ids.words + which(row));
                }
                ids.given.push_back(given);
            }
        } else if (!ids.set) {
            const std::uint32_t rows = tokens_of(tokens, insert_.rows.front()->range).first;
            ids.empty_rows = columns_.empty();
            ids.makes_list = !insert_.has_columns;
            if (ids.makes_list && !ids.empty_rows) return refuse("INSERT without a value for " + ids.words);
            // VALUES, or the parenthesis that ends the list: what stands before it.
            ids.columns_end = ids.makes_list ? rows - 1 : rows - 2;
        }
        for (std::size_t i = 0; i < primary_columns().size(); ++i) {
            if (is_generated(primary_columns()[i])) ids.key = i;
        }
        if (ids.rows > 1 && statement_.effects.set.has(Effect::sets_last_insert_id)) {
            return refuse("LAST_INSERT_ID(expression) in an INSERT of several rows with " + ids.words);
        }
        return std::optional(std::move(ids));
    }

    bool is_generated(std::string_view column) const {
        return table_->auto_increment && table_->auto_increment->column == column;
    }
    std::size_t row_count() const { return insert_.source == InsertSource::set ? 1 : insert_.rows.size(); }
    const Expr& value_at(std::size_t row, std::size_t position) const {
        return insert_.source == InsertSource::set ? *insert_.set[position].value
                                                   : *insert_.rows[row]->elements[position];
    }
    static std::string which(std::size_t row) { return " (row " + std::to_string(row + 1) + ")"; }
    std::span<const std::string> primary_columns() const {
        if (table_->pinned) return {};
        return primary().columns;
    }

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
        for (const std::string& column : primary_columns()) {
            key_positions.push_back(position_of(column));
            if (!key_positions.back() && !is_generated(column))
                return refuse("INSERT without a value for vindex column " + table_->name + "." + column);
        }
        if (statement_.tree.statement->tables.size() > 1) return refuse("a subquery in an INSERT");
        InsertRouting::Rows rows;
        rows.count = row_count();
        if (insert_.source != InsertSource::set) {
            for (std::size_t row = 0; row < rows.count; ++row) {
                if (insert_.rows[row]->elements.size() == columns_.size()) continue;
                return make_error(wrong_value_count_on_row,
                                  "Column count doesn't match value count at row " + std::to_string(row + 1));
            }
        }
        if (table_->pinned) {
            rows.what = table_->name;
            rows.shard = *table_->pinned;
        } else {
            rows.what = table_->name + "." + primary().columns.front();
            rows.vindex_name = primary().name;
            rows.vindex = primary().vindex;
        }
        rows.columns = key_positions.size();
        for (std::size_t row = 0; row < rows.count; ++row) {
            for (std::size_t key = 0; key < key_positions.size(); ++key) {
                const std::optional<std::size_t> position = key_positions[key];
                if (!position ||
                    (is_generated(primary_columns()[key]) && is_default(value_at(row, *position)))) {
                    rows.keys.emplace_back();
                    continue;
                }
                const std::optional<ValueRef> ref = value_of(value_at(row, *position));
                if (!ref) return refuse("an expression as the value of " + rows.what + which(row));
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
        return ShardedPlan{Opcode::insert, std::make_unique<InsertRouting>(
                                               base_with_columns(), std::move(constants_), std::move(rows))};
    }

    static bool is_default(const Expr& value) {
        const auto* word = value.as<DefaultExpr>();
        return word != nullptr && word->form == DefaultForm::default_;
    }

    // On one shard where the rows that are read and those that are written stand there; else the rows are
    // brought together and inserted like any others.
    Result<ShardedPlan> from_query() {
        if (table_->auto_increment || cells_) return from_query_by_rows();
        Result<ShardedPlan> within = within_one_shard();
        if (!within && within.error().code != mysql_error::unknown_error) return within;
        if (statement_.keyspace().shard_count() == 1) return within;
        for (const std::string& column : primary().columns) {
            if (!position_of(column)) return within;
        }
        Result<std::unique_ptr<const Routing>> gather = plan_gather_insert(statement_, insert_, columns_);
        if (!gather) return within ? std::move(within) : Result<ShardedPlan>(gather.error());
        if (!within) return ShardedPlan{Opcode::gather, *std::move(gather)};
        return within_one_shard(*std::move(gather));
    }

    // Which rows ask for an id and which entries of lookups they have shows only in the rows: they are always
    // brought together, and inserted as any others.
    Result<ShardedPlan> from_query_by_rows() {
        for (const std::string& column : primary_columns()) {
            if (position_of(column) || is_generated(column)) continue;
            return refuse("INSERT ... SELECT without a value for vindex column " + table_->name + "." +
                          column);
        }
        if (table_->auto_increment && !table_->sequence) {
            return refuse("a value of " + table_->auto_increment->column + " from sequence " +
                          table_->auto_increment->sequence + ", which is no sequence of the vschema,");
        }
        if (statement_.effects.set.has(Effect::sets_last_insert_id))
            return refuse("LAST_INSERT_ID(expression) in an INSERT ... SELECT whose rows go one by one");
        Result<std::unique_ptr<const Routing>> gather = plan_gather_insert(statement_, insert_, columns_);
        if (!gather) return gather.error();
        return ShardedPlan{Opcode::gather, *std::move(gather)};
    }

    Result<ShardedPlan> within_one_shard(std::unique_ptr<const Routing> gather = nullptr) {
        Result<Analysis> analysis = analyze_source();
        if (!analysis) return analysis.error();
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
            // Entries follow.
            if (cells_ && cells_->owned != nullptr && can_change(statement_.keyspace(), *table_, column) &&
                std::ranges::find(table_->vindexes.front().columns, column) ==
                    table_->vindexes.front().columns.end())
                continue;
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
    bool learned_ = false;              // from a tablet
    std::optional<InsertCells> cells_;
};

}  // namespace

Result<ShardedPlan> plan_insert(const ShardedStatement& statement, const InsertStatement& insert) {
    return InsertPlanner(statement, insert).plan();
}

}  // namespace leasehold::router
