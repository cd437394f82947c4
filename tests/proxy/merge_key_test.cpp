// How keys of merged rows compare: numbers, dates, and text by the weights that servers give.
#include "proxy/merge_key.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "proxy/merge_time.h"

namespace leasehold::proxy {
namespace {

using wire::ColumnType;

std::string_view operator""_b(const char* text, std::size_t size) {
    return {text, size};
}

// A row of one value, its weight and the weight of two blanks.
struct Sample {
    std::optional<std::string> value;
    std::string weight;
    std::string blanks;

    std::vector<RowCell> cells() const {
        const auto cell = [](const std::string& text) { return RowCell{{}, wire::to_bytes(text), false}; };
        if (!value) return {RowCell{{}, {}, true}, RowCell{{}, {}, true}, RowCell{{}, {}, true}};
        return {cell(*value), cell(weight), cell(blanks)};
    }
};

std::vector<RowColumnType> types_with(ColumnType type, wire::ColumnFlags flags = 0) {
    return {
        {type, flags, 0, 0, 0}, {ColumnType::var_string, 0, 0, 0, 0}, {ColumnType::var_string, 0, 0, 0, 0}};
}

router::MergeKey weighed(bool descending = false) {
    return {{router::RowColumn::From::front, 0},
            router::RowColumn{router::RowColumn::From::hidden, 0},
            0,
            descending};
}

int order(const std::vector<RowColumnType>& types, const Sample& a, const Sample& b,
          bool descending = false) {
    const router::MergeKey key = weighed(descending);
    const Result<KeyColumns> made =
        key_columns(std::span(&key, 1), types, {types.size(), 2}, {}, RowProtocol::text);
    const KeyColumn& column = made.value().columns.front();
    KeyValue left;
    KeyValue right;
    EXPECT_TRUE(read_key(column, a.cells(), left));
    EXPECT_TRUE(read_key(column, b.cells(), right));
    const int found = compare(column, left, right);
    EXPECT_EQ(found == 0, compare(column, right, left) == 0);
    EXPECT_EQ(found<0, compare(column, right, left)> 0);
    return found;
}

int order(ColumnType type, std::string a, std::string b, wire::ColumnFlags flags = 0) {
    return order(types_with(type, flags), {std::move(a), "", ""}, {std::move(b), "", ""});
}

TEST(MergeKey, integers_compare_as_numbers) {
    EXPECT_LT(order(ColumnType::long_int, "9", "10"), 0);
    EXPECT_LT(order(ColumnType::long_int, "-10", "-9"), 0);
    EXPECT_GT(order(ColumnType::long_long, "18446744073709551615", "9", wire::column_flag::is_unsigned), 0);
    EXPECT_EQ(order(ColumnType::tiny, "007", "7"), 0);  // ZEROFILL
}

TEST(MergeKey, null_comes_first_and_last_when_descending) {
    const auto types = types_with(ColumnType::long_int);
    EXPECT_LT(order(types, {std::nullopt, "", ""}, {"-5", "", ""}), 0);
    EXPECT_GT(order(types, {std::nullopt, "", ""}, {"-5", "", ""}, true), 0);
    EXPECT_EQ(order(types, {std::nullopt, "", ""}, {std::nullopt, "", ""}), 0);
    EXPECT_GT(order(types, {"1", "", ""}, {"2", "", ""}, true), 0);
}

TEST(MergeKey, decimals_compare_by_value) {
    EXPECT_LT(compare_decimals("9.999", "10.0"), 0);
    EXPECT_LT(compare_decimals("-100.5", "-100.25"), 0);
    EXPECT_EQ(compare_decimals("-0.00", "0"), 0);
    EXPECT_EQ(compare_decimals("1.50", "1.5"), 0);
    EXPECT_LT(compare_decimals("1.05", "1.5"), 0);
    EXPECT_LT(compare_decimals("-1", "0.001"), 0);
    EXPECT_GT(
        compare_decimals("12345678901234567890123456789012345.6", "12345678901234567890123456789012345.59"),
        0);
}

TEST(MergeKey, times_compare_across_signs_and_hours) {
    EXPECT_LT(order(ColumnType::time, "-100:00:00.50", "-00:00:01"), 0);
    EXPECT_LT(order(ColumnType::time, "9:59:59", "10:00:00"), 0);
    EXPECT_LT(order(ColumnType::time, "99:00:00", "838:59:59"), 0);
    EXPECT_LT(order(ColumnType::datetime, "2024-01-01 00:00:00.09", "2024-01-01 00:00:00.1"), 0);
    EXPECT_LT(order(ColumnType::date, "0000-00-00", "0001-01-01"), 0);
}

TEST(MergeKey, binary_dates_are_those_of_text) {
    const wire::Bytes moment{0xE8, 0x07, 2, 29, 23, 59, 58, 0x40, 0x42, 0x0F, 0x00};
    EXPECT_EQ(date_of_binary(moment), *date_of_text("2024-02-29 23:59:58") + 1'000'000);
    EXPECT_EQ(date_of_binary({}), date_of_text("0000-00-00"));
    const wire::Bytes span{1, 4, 0, 0, 0, 4, 0, 1};
    EXPECT_EQ(time_of_binary(span), time_of_text("-100:00:01"));
    EXPECT_FALSE(date_of_binary(wire::Bytes{1, 2, 3}));
    EXPECT_FALSE(date_of_text("2024-13"));
    EXPECT_FALSE(time_of_text("::"));
}

TEST(MergeKey, text_compares_by_weight_and_pads_with_blanks) {
    const auto types = types_with(ColumnType::var_string);
    const std::string blanks("\0 \0 "_b);
    const Sample a{"a", std::string("\0A"_b), blanks};
    const Sample upper{"A", std::string("\0A"_b), blanks};
    const Sample padded{"a ", std::string("\0A\0 "_b), blanks};
    const Sample tab{"a\t", std::string("\0A\0\t"_b), blanks};
    const Sample longer{"aa", std::string("\0A\0A"_b), blanks};
    EXPECT_EQ(order(types, a, upper), 0);
    EXPECT_EQ(order(types, a, padded), 0);
    EXPECT_GT(order(types, a, tab), 0);  // a blank is above a tab
    EXPECT_GT(order(types, padded, tab), 0);
    EXPECT_LT(order(types, a, longer), 0);
}

TEST(MergeKey, text_without_padding_compares_by_length_last) {
    const auto types = types_with(ColumnType::var_string);
    EXPECT_LT(order(types, {"a", "A", ""}, {"a\t", "A\t", ""}), 0);
    EXPECT_LT(order(types, {"", "", ""}, {"a", "A", ""}), 0);
}

TEST(MergeKey, padding_of_several_levels_is_refused) {
    const router::MergeKey key = weighed();
    const auto types = types_with(ColumnType::var_string);
    const Result<KeyColumns> made =
        key_columns(std::span(&key, 1), types, {types.size(), 2}, {}, RowProtocol::text);
    KeyValue value;
    const Sample sample{"a", "12", "1122"};
    EXPECT_FALSE(read_key(made.value().columns.front(), sample.cells(), value));
}

TEST(MergeKey, enums_and_floats_ask_for_another_form) {
    const router::MergeKey key = weighed();
    const auto form = [&](const std::vector<RowColumnType>& types, RowProtocol protocol) {
        const Result<KeyColumns> made =
            key_columns(std::span(&key, 1), types, {types.size(), 2}, {}, protocol);
        EXPECT_TRUE(made.value().usable || made.value().columns.empty());
        return std::pair(made.value().forms.front(), made.value().usable);
    };
    EXPECT_EQ(form(types_with(ColumnType::string, wire::column_flag::is_enum), RowProtocol::text),
              std::pair(router::KeyForm::ordinal, false));
    EXPECT_EQ(form(types_with(ColumnType::float32), RowProtocol::text),
              std::pair(router::KeyForm::real, false));
    // Where the value tells all, the weight does no harm this time and is left out the next.
    EXPECT_EQ(form(types_with(ColumnType::float32), RowProtocol::binary),
              std::pair(router::KeyForm::none, true));
    EXPECT_EQ(form(types_with(ColumnType::long_long), RowProtocol::text),
              std::pair(router::KeyForm::none, true));
    EXPECT_EQ(form(types_with(ColumnType::datetime), RowProtocol::text),
              std::pair(router::KeyForm::none, true));
    EXPECT_EQ(form(types_with(ColumnType::var_string), RowProtocol::text),
              std::pair(router::KeyForm::weight, true));
}

TEST(MergeKey, a_weight_that_was_left_out_is_asked_for_when_the_type_has_become_text) {
    const router::MergeKey key = weighed();
    const std::vector<router::KeyForm> none{router::KeyForm::none};
    const std::vector<RowColumnType> number{{ColumnType::long_long, 0, 63, 20, 0}};
    const std::vector<RowColumnType> text{{ColumnType::var_string, 0, 45, 20, 0}};
    const router::RowLayout layout(1, 2, {0, 1});
    EXPECT_TRUE(key_columns(std::span(&key, 1), number, layout, none, RowProtocol::text).value().usable);
    const Result<KeyColumns> made = key_columns(std::span(&key, 1), text, layout, none, RowProtocol::text);
    EXPECT_FALSE(made.value().usable);
    EXPECT_EQ(made.value().forms.front(), router::KeyForm::weight);
}

TEST(MergeKey, a_beginning_that_is_less_belongs_to_the_key_that_comes_first) {
    const auto key_of = [](KeyKind kind, const auto& value, std::string_view blank = {}) {
        KeyValue key;
        key.null = false;
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string_view>) {
            key.bytes = value;
            key.blank = blank;
        } else if (kind == KeyKind::signed_integer) {
            key.integer = static_cast<std::int64_t>(value);
        } else if (kind == KeyKind::real) {
            key.real = static_cast<double>(value);
        } else {
            key.natural = static_cast<std::uint64_t>(value);
        }
        return key;
    };
    using S = std::string_view;
    const std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::map<KeyKind, std::vector<KeyValue>> samples;
    for (const std::int64_t n : {least, least + 1, std::int64_t{-1}, std::int64_t{0}, std::int64_t{7}})
        samples[KeyKind::signed_integer].push_back(key_of(KeyKind::signed_integer, n));
    for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}})
        samples[KeyKind::unsigned_integer].push_back(key_of(KeyKind::unsigned_integer, n));
    for (const double n : {-1.5, -0.0, 0.0, 2.0}) samples[KeyKind::real].push_back(key_of(KeyKind::real, n));
    for (const S text : {S(""), S("\0", 1), S("a"), S("a\0", 2), S("abcdefgh"), S("abcdefghi"), S("\xFF")}) {
        samples[KeyKind::bytes].push_back(key_of(KeyKind::bytes, text));
        samples[KeyKind::padded].push_back(key_of(KeyKind::padded, text));
        samples[KeyKind::padded].push_back(key_of(KeyKind::padded, text, " "));
    }
    for (auto& [kind, keys] : samples) {
        keys.emplace_back();  // NULL
        for (const bool descending : {false, true}) {
            const KeyColumn column{kind, 0, 0, descending, RowProtocol::text, ColumnType::var_string};
            for (const KeyValue& a : keys) {
                for (const KeyValue& b : keys) {
                    if (a.blank != b.blank) continue;  // one column has one
                    if (beginning_of(column, a) >= beginning_of(column, b)) continue;
                    EXPECT_LT(compare(column, a, b), 0);
                }
            }
        }
    }
    const KeyColumn number{KeyKind::signed_integer, 0, 0, false, RowProtocol::text, ColumnType::long_long};
    EXPECT_LT(beginning_of(number, key_of(KeyKind::signed_integer, std::int64_t{-5})),
              beginning_of(number, key_of(KeyKind::signed_integer, std::int64_t{3})));
}

TEST(MergeKey, what_only_a_server_compares_is_an_error) {
    const router::MergeKey key = weighed();
    for (const ColumnType type : {ColumnType::json, ColumnType::geometry, ColumnType::vector}) {
        EXPECT_FALSE(
            key_columns(std::span(&key, 1), types_with(type), {3, 2}, {}, RowProtocol::text).has_value());
    }
    EXPECT_FALSE(key_columns(std::span(&key, 1), {}, {0, 0}, {}, RowProtocol::text).has_value());
}

TEST(MergeKey, garbage_is_no_key) {
    const router::MergeKey key = weighed();
    for (const auto& [type, text] :
         {std::pair(ColumnType::long_int, "12x"), std::pair(ColumnType::long_int, ""),
          std::pair(ColumnType::float64, "1e"), std::pair(ColumnType::date, "20")}) {
        const auto types = types_with(type);
        const Result<KeyColumns> made =
            key_columns(std::span(&key, 1), types, {types.size(), 2}, {}, RowProtocol::text);
        KeyValue value;
        const Sample sample{text, "", ""};
        EXPECT_FALSE(read_key(made.value().columns.front(), sample.cells(), value)) << text;
    }
}

}  // namespace
}  // namespace leasehold::proxy
