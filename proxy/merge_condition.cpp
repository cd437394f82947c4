#include "proxy/merge_condition.h"

#include <charconv>
#include <optional>
#include <variant>

#include "base/mysql_errors.h"
#include "proxy/merge_time.h"

namespace leasehold::proxy {
namespace {

struct Number {
    bool null = false;
    bool real = false;
    double value = 0;
    std::string digits;
};

std::optional<double> double_of(std::string_view text) {
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Number> number_of(const SqlValue& value) {
    Number number;
    if (std::holds_alternative<Null>(value)) {
        number.null = true;
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        number.digits = std::to_string(*integer);
    } else if (const auto* natural = std::get_if<std::uint64_t>(&value)) {
        number.digits = std::to_string(*natural);
    } else if (const auto* real = std::get_if<double>(&value)) {
        number.real = true;
        number.value = *real;
        return number;
    } else if (const auto* decimal = std::get_if<Decimal>(&value)) {
        number.digits = decimal->digits;
        number.real = decimal->digits.find_first_of("eE") != std::string_view::npos;
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
        number.digits = *text;  // compares as a DOUBLE; with warnings where it is none
        number.real = true;
    } else {
        return std::nullopt;
    }
    if (number.null) return number;
    const std::optional<double> read = double_of(number.digits);
    if (!read) return std::nullopt;
    number.value = *read;
    return number;
}

Error only_a_server() {
    return make_error(mysql_error::unknown_error,
                      "unsupported: HAVING over several shards with a value that is no number");
}

bool fulfils(router::BinaryOp op, int order) {
    switch (op) {
        case router::BinaryOp::equal:
            return order == 0;
        case router::BinaryOp::not_equal:
            return order != 0;
        case router::BinaryOp::less:
            return order < 0;
        case router::BinaryOp::less_equal:
            return order <= 0;
        case router::BinaryOp::greater:
            return order > 0;
        default:
            return order >= 0;
    }
}

std::string digits_of(const KeyColumn& column, const KeyValue& key) {
    if (column.kind == KeyKind::signed_integer) return std::to_string(key.integer);
    if (column.kind == KeyKind::unsigned_integer) return std::to_string(key.natural);
    return std::string(key.bytes);
}

}  // namespace

Result<GroupCondition> GroupCondition::make(const router::MergePlan& plan,
                                            const router::MergeCondition& condition,
                                            std::span<const SqlValue> values,
                                            std::span<const RowColumnType> types,
                                            const router::RowLayout& layout, RowProtocol protocol) {
    const router::MergeKey key{condition.column, std::nullopt, std::nullopt, false};
    Result<KeyColumns> columns = key_columns(std::span(&key, 1), types, layout, {}, protocol);
    if (!columns) return columns.error();
    GroupCondition made;
    made.column_ = columns->columns.front();
    made.op_ = condition.op;
    const bool number = made.column_.kind == KeyKind::signed_integer ||
                        made.column_.kind == KeyKind::unsigned_integer ||
                        made.column_.kind == KeyKind::decimal || made.column_.kind == KeyKind::real;
    const bool single = made.column_.type == wire::ColumnType::float32;
    const std::optional<router::ReadValue> value = read_value(condition.value, plan.constants, values);
    const std::optional<Number> constant = value ? number_of(value->value) : std::nullopt;
    if (!number || single || is_temporal(made.column_.type) || !constant) return only_a_server();
    made.null_ = constant->null;
    made.decimal_ = constant->digits;
    made.real_ = constant->value;
    made.as_real_ = constant->real || made.column_.kind == KeyKind::real;
    return made;
}

bool GroupCondition::holds(std::span<const RowCell> cells) const {
    KeyValue key;
    if (null_ || !read_key(column_, cells, key) || key.null) return false;
    if (!as_real_) return fulfils(op_, compare_decimals(digits_of(column_, key), decimal_));
    const double value =
        column_.kind == KeyKind::real ? key.real : double_of(digits_of(column_, key)).value_or(0);
    return fulfils(op_, value < real_ ? -1 : value > real_ ? 1 : 0);
}

}  // namespace leasehold::proxy
