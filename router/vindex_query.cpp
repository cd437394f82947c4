#include "router/vindex_query.h"

#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>

#include "router/sql/fold.h"
#include "router/unsupported.h"

namespace leasehold::router {
namespace {

// Each is a SELECT of its own.
constexpr std::size_t max_values = 1000;

std::string bytes_literal(std::string_view bytes) {
    return "X'" + to_hex(bytes) + "'";
}

// The value as a row tells it: its text, as bytes.
std::string text_of(const SqlValue& value) {
    return std::visit(
        [](const auto& v) -> std::string {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, Null>) {
                return {};
            } else if constexpr (std::is_same_v<T, double>) {
                std::array<char, 32> digits;
                const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), v).ptr;
                return {digits.data(), end};
            } else if constexpr (std::is_arithmetic_v<T>) {
                return std::to_string(v);
            } else if constexpr (std::is_same_v<T, Decimal>) {
                return std::string(v.digits);
            } else if constexpr (std::is_same_v<T, HexBytes>) {
                return std::string(v.bytes);
            } else {
                return std::string(v);
            }
        },
        value);
}

class VindexRouting final : public Routing {
  public:
    struct Asked {
        std::string name;
        std::shared_ptr<const Vindex> vindex;
        std::vector<ValueRef> values;
        TokenSpan table;    // its name in FROM
        std::string alias;  // " AS `name`"; empty: the statement has one
    };

    VindexRouting(RoutingBase base, Constants constants, Asked asked)
        : base_(std::move(base)), constants_(std::move(constants)), asked_(std::move(asked)) {}

    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override {
        const StatementText text(sql, base_.text);
        if (!text.can_be_cut() || !text.has(asked_.table))
            return unsupported("a vindex as a table in a statement with comments that servers execute");
        TextBuilder builder(text);
        builder.before(asked_.table.first);
        builder.add(rows(values));
        builder.add(asked_.alias);
        builder.after(asked_.table.last);
        Route route{base_.keyspace->index(), {}, nullptr};
        route.shards.push_back(builder.finish(0));
        return route;
    }

    std::string describe() const override { return "ids of vindex " + asked_.name + ", by the first shard"; }

    std::size_t bytes() const override {
        return sizeof(*this) + constants_.bytes() + asked_.values.size() * sizeof(ValueRef);
    }

  private:
    std::string rows(std::span<const SqlValue> values) const {
        std::string text;
        for (const ValueRef& ref : asked_.values) {
            const std::optional<ReadValue> read = read_value(ref, constants_, values);
            if (!read || std::holds_alternative<Null>(read->value)) continue;
            const Destination destination = asked_.vindex->map(std::span(&read->value, 1));
            const auto* id = std::get_if<KeyspaceId>(&destination);
            if (id == nullptr) continue;
            const Shard& shard = base_.keyspace->keyspace().shards[base_.keyspace->shard_of(*id)];
            text += (text.empty() ? "(" : " UNION ") + row(bytes_literal(text_of(read->value)), *id, shard);
        }
        if (text.empty()) text = "(" + row("X''", {}, {}) + " FROM DUAL WHERE FALSE";
        return text + ")";
    }

    static std::string row(const std::string& id, const KeyspaceId& keyspace_id, const Shard& shard) {
        return "SELECT " + id + " AS id, " + bytes_literal(keyspace_id) + " AS keyspace_id, " +
               bytes_literal(shard.range.start) + " AS range_start, " + bytes_literal(shard.range.end) +
               " AS range_end, '" + to_hex(keyspace_id) + "' AS hex_keyspace_id, '" + shard.name +
               "' AS shard";
    }

    RoutingBase base_;
    Constants constants_;
    Asked asked_;
};

// The values of the first `id = value` or `id IN (values)` that every row has to fulfil.
class Conditions {
  public:
    Conditions(const ShardedStatement& statement, Constants& constants)
        : statement_(statement), constants_(constants) {}

    std::vector<ValueRef> of(const Expr& expr) {
        if (const auto* logical = expr.as<LogicalExpr>();
            logical != nullptr && logical->op == LogicalOp::and_) {
            for (const Expr* operand : logical->operands) {
                std::vector<ValueRef> found = of(*operand);
                if (!found.empty()) return found;
            }
        } else if (const auto* binary = expr.as<BinaryExpr>();
                   binary != nullptr && binary->op == BinaryOp::equal) {
            if (is_id(*binary->left)) return values({&binary->right, 1});
            if (is_id(*binary->right)) return values({&binary->left, 1});
        } else if (const auto* in = expr.as<InExpr>(); in != nullptr && !in->negated && is_id(*in->value)) {
            return values({in->list.data(), in->list.size()});
        }
        return {};
    }

  private:
    static bool is_id(const Expr& expr) {
        const auto* column = expr.as<ColumnExpr>();
        return column != nullptr && equal_folded(column->column.text, "id");
    }

    std::vector<ValueRef> values(std::span<Expr* const> list) {
        std::vector<ValueRef> refs;
        for (const Expr* expr : list) {
            const std::optional<ValueRef> ref =
                constants_.ref_to(*expr, statement_.tree, statement_.prepared);
            if (!ref) return {};
            refs.push_back(*ref);
        }
        return refs;
    }

    const ShardedStatement& statement_;
    Constants& constants_;
};

std::string quoted(std::string_view name) {
    std::string text = "`";
    for (const char c : name) {
        if (c == '`') text += c;
        text += c;
    }
    return text + "`";
}

}  // namespace

std::optional<Result<ShardedPlan>> plan_vindex_query(const ShardedStatement& statement, const Query& query) {
    const auto* select = query.body->as<SelectCore>();
    if (select == nullptr || select->from.size() != 1) return std::nullopt;
    const auto* table = select->from.front()->as<TableFactor>();
    if (table == nullptr) return std::nullopt;
    const KeyspaceSchema& keyspace = statement.keyspace();
    const std::string name(table->name.table.text);
    if (query.with != nullptr || keyspace.find_table(name) != nullptr) return std::nullopt;
    std::shared_ptr<const Vindex> vindex = keyspace.find_vindex(name);
    if (vindex == nullptr) return std::nullopt;
    if (vindex->lookup() != nullptr) return unsupported("lookup vindex " + name + " as a table");
    if (vindex->columns() != 1)
        return unsupported("vindex " + name + ", which has several columns, as a table");
    if (statement.tree.statement->tables.size() > 1) return unsupported("vindex " + name + " beside tables");
    Constants constants;
    std::vector<ValueRef> values;
    if (select->where != nullptr) values = Conditions(statement, constants).of(*select->where);
    if (values.empty())
        return unsupported("vindex " + name + " as a table without id = value or id IN (values)");
    if (values.size() > max_values)
        return unsupported("vindex " + name + " as a table with more than " + std::to_string(max_values) +
                           " values");
    const std::string alias = table->alias.empty() ? " AS " + quoted(name) : "";
    VindexRouting::Asked asked{name, std::move(vindex), std::move(values),
                               tokens_of(statement.tree.tokens, table->name.range), alias};
    return ShardedPlan{
        Opcode::vindex,
        std::make_unique<VindexRouting>(statement.base, std::move(constants), std::move(asked)), nullptr};
}

}  // namespace leasehold::router
