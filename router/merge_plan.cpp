#include "router/merge_plan.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <type_traits>
#include <variant>

#include "base/mysql_errors.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

std::optional<std::uint64_t> row_number(const SqlValue& value) {
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
    if (const auto* number = std::get_if<std::int64_t>(&value); number != nullptr && *number >= 0)
        return static_cast<std::uint64_t>(*number);
    const auto* text = std::get_if<std::string_view>(&value);  // clients may bind everything as text
    if (text == nullptr) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (problem != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return number;
}

std::uint64_t sum_capped(std::uint64_t a, std::uint64_t b) {
    return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max()
                                                             : a + b;
}

std::string name_of(const RowColumn& column) {
    switch (column.from) {
        case RowColumn::From::front:
            return "column " + std::to_string(column.index + 1);
        case RowColumn::From::back:
            return "column " + std::to_string(column.index) + " from the last";
        case RowColumn::From::hidden:
            return "hidden column " + std::to_string(column.index + 1);
    }
    return {};
}

std::string names_of(const std::vector<MergeKey>& keys) {
    std::string words;
    for (const MergeKey& key : keys) {
        words += (words.empty() ? "" : ", ") + name_of(key.value) + (key.descending ? " desc" : "");
    }
    return words;
}

bool are_equal(const SqlValue& a, const SqlValue& b) {
    return std::visit(
        [](const auto& left, const auto& right) {
            using L = std::decay_t<decltype(left)>;
            if constexpr (!std::is_same_v<L, std::decay_t<decltype(right)>>) {
                return false;
            } else if constexpr (std::is_same_v<L, Null>) {
                return true;
            } else if constexpr (std::is_same_v<L, Decimal>) {
                return left.digits == right.digits;
            } else if constexpr (std::is_same_v<L, HexBytes>) {
                return left.bytes == right.bytes;
            } else {
                return left == right;
            }
        },
        a, b);
}

// The text of a weight in its form, around the key's own.
std::pair<std::string_view, std::string_view> wrapping(KeyForm form) {
    switch (form) {
        case KeyForm::weight:
            return {"WEIGHT_STRING(", ")"};
        case KeyForm::ordinal:
            return {"CAST(", " AS UNSIGNED)"};
        case KeyForm::real:
            return {"((", ")+0e0)"};
        case KeyForm::none:
            break;
    }
    return {};
}

}  // namespace

std::string_view to_string(Combine combine) {
    switch (combine) {
        case Combine::sum:
            return "sum";
        case Combine::count:
            return "count";
        case Combine::minimum:
            return "min";
        case Combine::maximum:
            return "max";
        case Combine::average:
            return "avg";
        case Combine::bit_and:
            return "bit_and";
        case Combine::bit_or:
            return "bit_or";
        case Combine::bit_xor:
            return "bit_xor";
    }
    return "sum";
}

bool MergePlan::holds_for(std::span<const SqlValue> literals) const {
    return std::ranges::all_of(same_literals, [&](const auto& pair) {
        return pair.first < literals.size() && pair.second < literals.size() &&
               are_equal(literals[pair.first], literals[pair.second]);
    });
}

Result<RowWindow> MergePlan::window(std::span<const SqlValue> values) const {
    RowWindow window;
    const auto read = [&](ValueRef ref) -> std::optional<std::uint64_t> {
        const std::optional<ReadValue> value = read_value(ref, constants, values);
        return value ? row_number(value->value) : std::nullopt;
    };
    if (offset) {
        const std::optional<std::uint64_t> number = read(*offset);
        if (!number) return make_error(mysql_error::wrong_arguments, "Incorrect arguments to LIMIT");
        window.offset = *number;
    }
    if (count) {
        window.count = read(*count);
        if (!window.count) return make_error(mysql_error::wrong_arguments, "Incorrect arguments to LIMIT");
    }
    return window;
}

Result<void> MergePlan::write(Route& route, std::string_view sql, std::span<const SqlValue> values) const {
    const Result<RowWindow> rows = window(values);
    if (!rows) return rows.error();
    std::vector<KeyForm> forms = forms_;
    forms.resize(weights.size(), KeyForm::weight);
    const StatementText statement(sql, rules);
    TextBuilder builder(statement);
    for (const MergeText& part : text) {
        if (part.form && forms[*part.form] == KeyForm::none) continue;
        if (!statement.has(part.span)) return unsupported("a text that is not the plan's");
        switch (part.kind) {
            case MergeText::Kind::head:
                builder.before(part.span.first);
                break;
            case MergeText::Kind::tokens:
                builder.tokens(part.span);
                break;
            case MergeText::Kind::words:
                builder.add(part.words);
                break;
            case MergeText::Kind::key: {
                const auto [before, after] = wrapping(forms[*part.form]);
                builder.add(before);
                builder.add(part.words);
                builder.tokens(part.span);
                if (!part.words.empty()) builder.add(")");
                builder.add(after);
                break;
            }
            case MergeText::Kind::limit:
                if (!rows->count) break;
                builder.add("LIMIT " + std::to_string(sum_capped(rows->offset, *rows->count)));
                break;
        }
    }
    const ShardQuery written = builder.finish(0);
    for (ShardQuery& query : route.shards) {
        const std::uint16_t shard = query.shard;
        query = written;
        query.shard = shard;
    }
    route.merged = std::move(forms);
    return {};
}

RowLayout MergePlan::layout(std::size_t columns, std::span<const KeyForm> forms) const {
    std::vector<std::uint16_t> left_out;
    for (std::size_t i = 0; i < weights.size() && i < forms.size(); ++i) {
        if (forms[i] != KeyForm::none) continue;
        left_out.push_back(weights[i]);
        left_out.push_back(weights[i] + 1);
    }
    return {columns, hidden, std::move(left_out)};
}

std::string MergePlan::describe() const {
    std::string words;
    const auto add = [&](std::string step) { words += (words.empty() ? "" : "; ") + std::move(step); };
    if (!keys.empty()) add("sort by " + names_of(keys));
    if (groups && aggregates.empty() && having.empty()) {
        add("equal rows once");
    } else if (groups) {
        std::string made;
        for (const MergeAggregate& aggregate : aggregates) {
            made += (made.empty() ? "" : ", ") + std::string(to_string(aggregate.combine)) + " of " +
                    name_of(aggregate.column);
        }
        add(std::string(keys.empty() ? "one row of all" : "one row a group") + (made.empty() ? "" : ": ") +
            made);
    }
    if (!having.empty()) add("having");
    if (!order.empty()) add("then sort by " + names_of(order));
    if (offset && count) {
        add("offset and limit");
    } else if (count) {
        add("limit");
    }
    return words.empty() ? "one after another" : words;
}

std::size_t MergePlan::bytes() const {
    std::size_t sum = sizeof(*this) + (keys.size() + order.size()) * sizeof(MergeKey) +
                      weights.size() * (sizeof(weights[0]) + sizeof(KeyForm)) +
                      aggregates.size() * sizeof(MergeAggregate) + having.size() * sizeof(MergeCondition) +
                      constants.bytes() + rules.edits.size() * sizeof(TokenEdit);
    sum += same_literals.size() * sizeof(same_literals[0]);
    for (const MergeText& part : text) sum += sizeof(part) + part.words.size();
    return sum;
}

}  // namespace leasehold::router
