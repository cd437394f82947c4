#include "router/row_images.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/mysql_errors.h"
#include "router/table_definition.h"
#include "router/unsupported.h"

namespace leasehold::router {
namespace {

// A value once as it is, for its type, and once as hex digits of its text in utf8mb4 or, of a binary string,
// of its bytes, with a letter in front that says which.
std::string both_forms(const std::string& value) {
    const std::string text = "CONCAT(" + value + ")";
    return value + ", IF(CHARSET(" + text + ") = 'binary', CONCAT('b', HEX(" + text +
           ")), CONCAT('t', HEX(CONVERT(" + text + " USING utf8mb4))))";
}

struct Value {
    std::string literal;
    std::string bytes;
    bool numeric = false;

    SqlValue for_vindex() const {
        if (!numeric) return std::string_view(bytes);
        const char* const end = literal.data() + literal.size();
        std::int64_t small = 0;
        if (const auto read = std::from_chars(literal.data(), end, small);
            read.ec == std::errc() && read.ptr == end)
            return small;
        std::uint64_t large = 0;
        if (const auto read = std::from_chars(literal.data(), end, large);
            read.ec == std::errc() && read.ptr == end)
            return large;
        return Decimal{literal};
    }
};

// Unset: NULL.
std::optional<Value> value_of(const std::optional<std::string>& plain, const std::optional<std::string>& hex,
                              bool numeric) {
    if (!plain || !hex || hex->empty()) return std::nullopt;
    constexpr std::string_view of_numbers = "0123456789.-+e";
    if (numeric && !plain->empty() && plain->find_first_not_of(of_numbers) == std::string::npos)
        return Value{*plain, *plain, true};
    const bool binary = hex->front() == 'b';
    const std::string digits = hex->substr(1);
    return Value{(binary ? "X'" : "_utf8mb4 X'") + digits + "'", from_hex(digits).value_or(""), false};
}

}  // namespace

Result<RowImage> image_of(const InsertedRows& inserted, const InsertedRow& row, const OwnedLookups& owned) {
    RowImage image;
    image.id = row.id;
    for (const LookupUse& use : owned.lookups) {
        const GivenValue value = inserted.value_of(row, use.column);
        if (value.kind == GivenValue::Kind::unseen) {
            return unsupported("a row of " + owned.rows + " whose value of " + use.column +
                               ", which lookup vindex " + use.vindex + " needs, is not in the text");
        }
        image.values.push_back(value.kind == GivenValue::Kind::null ? std::nullopt
                                                                    : std::optional<std::string>(value.sql));
    }
    return image;
}

std::string RowImages::select_list(std::string_view qualifier,
                                   std::span<const std::string> expressions) const {
    std::string list;
    const auto add = [&](const std::string& value) {
        list += (list.empty() ? "" : ", ") + both_forms(value);
    };
    for (const std::string& column : owned_.place.columns()) add(std::string(qualifier) + quote_name(column));
    for (const LookupUse& lookup : owned_.lookups) add(std::string(qualifier) + quote_name(lookup.column));
    for (const std::string& expression : expressions) add(expression);
    return list;
}

std::string RowImages::rows_of(std::span<const RowImage> images, std::size_t lookup) const {
    std::string conditions;
    const auto add = [&](const std::string& column, const auto& literal_of) {
        std::set<std::string> literals;
        for (const RowImage& image : images) {
            if (std::optional<std::string> literal = literal_of(image)) literals.insert(*std::move(literal));
        }
        std::string list;
        for (const std::string& literal : literals) list += (list.empty() ? "" : ", ") + literal;
        conditions += (conditions.empty() ? "" : " AND ") + quote_name(column) + " IN (" + list + ")";
    };
    for (std::size_t i = 0; i < owned_.place.columns().size(); ++i) {
        add(owned_.place.columns()[i], [&](const RowImage& image) { return std::optional(image.key[i]); });
    }
    add(owned_.lookups[lookup].column, [&](const RowImage& image) { return image.values[lookup]; });
    return "SELECT " + select_list({}) + " FROM " + owned_.rows + " WHERE " + conditions +
           std::string(every_row) + " LOCK IN SHARE MODE";
}

std::string RowImages::rows_with(std::size_t lookup, std::string_view value) const {
    return "SELECT " + select_list({}) + " FROM " + owned_.rows + " WHERE " +
           quote_name(owned_.lookups[lookup].column) + " = " + std::string(value) + std::string(every_row) +
           " LOCK IN SHARE MODE";
}

Result<RowImages::Read> RowImages::read(std::span<const std::optional<std::string>> row,
                                        const std::vector<bool>& numeric) const {
    const auto at = [&](std::size_t i) -> std::optional<Value> {
        if (2 * i + 1 >= row.size()) return std::nullopt;
        return value_of(row[2 * i], row[2 * i + 1], 2 * i < numeric.size() && numeric[2 * i]);
    };
    Read read;
    std::size_t next = 0;
    std::vector<std::optional<Value>> key;
    std::vector<SqlValue> values;
    for (std::size_t i = 0; i < owned_.place.columns().size(); ++i) key.push_back(at(next++));
    for (const std::optional<Value>& value : key) {
        values.push_back(value ? value->for_vindex() : SqlValue(Null{}));
        read.image.key.push_back(value ? value->literal : "NULL");
    }
    const std::optional<KeyspaceId> id = owned_.place.id_of(values);
    if (!id) {
        return make_error(mysql_error::unknown_error,
                          "a row of " + owned_.rows + " whose " + owned_.place.what() +
                              " has no keyspace id in vindex " + owned_.place.vindex_name());
    }
    read.image.id = *id;
    const auto literal = [&] {
        std::optional<Value> value = at(next++);
        return value ? std::optional(std::move(value->literal)) : std::nullopt;
    };
    for (std::size_t i = 0; i < owned_.lookups.size(); ++i) read.image.values.push_back(literal());
    while (2 * next + 1 < row.size()) read.expressions.push_back(literal());
    return read;
}

}  // namespace leasehold::router
