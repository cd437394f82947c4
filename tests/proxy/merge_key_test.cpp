// How keys of merged rows compare: numbers, dates, and text by the weights that servers give.
#include "proxy/merge_key.h"

#include <gtest/gtest.h>

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
    const Result<KeyColumns> made = key_columns(std::span(&key, 1), types, 2, {}, RowProtocol::text);
    const KeyColumn& column = std::get<std::vector<KeyColumn>>(made.value()).front();
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
    const Result<KeyColumns> made = key_columns(std::span(&key, 1), types, 2, {}, RowProtocol::text);
    KeyValue value;
    const Sample sample{"a", "12", "1122"};
    EXPECT_FALSE(read_key(std::get<std::vector<KeyColumn>>(made.value()).front(), sample.cells(), value));
}

TEST(MergeKey, enums_and_floats_ask_for_another_form) {
    const router::MergeKey key = weighed();
    const auto form = [&](const std::vector<RowColumnType>& types, RowProtocol protocol) {
        const Result<KeyColumns> made = key_columns(std::span(&key, 1), types, 2, {}, protocol);
        const auto* other = std::get_if<OtherForms>(&made.value());
        return other == nullptr ? router::KeyForm::weight : other->forms.front();
    };
    EXPECT_EQ(form(types_with(ColumnType::string, wire::column_flag::is_enum), RowProtocol::text),
              router::KeyForm::ordinal);
    EXPECT_EQ(form(types_with(ColumnType::float32), RowProtocol::text), router::KeyForm::real);
    EXPECT_EQ(form(types_with(ColumnType::float32), RowProtocol::binary), router::KeyForm::weight);
}

TEST(MergeKey, what_only_a_server_compares_is_an_error) {
    const router::MergeKey key = weighed();
    for (const ColumnType type : {ColumnType::json, ColumnType::geometry, ColumnType::vector}) {
        EXPECT_FALSE(key_columns(std::span(&key, 1), types_with(type), 2, {}, RowProtocol::text).has_value());
    }
    EXPECT_FALSE(key_columns(std::span(&key, 1), {}, 0, {}, RowProtocol::text).has_value());
}

TEST(MergeKey, garbage_is_no_key) {
    const router::MergeKey key = weighed();
    for (const auto& [type, text] :
         {std::pair(ColumnType::long_int, "12x"), std::pair(ColumnType::long_int, ""),
          std::pair(ColumnType::float64, "1e"), std::pair(ColumnType::date, "20")}) {
        const auto types = types_with(type);
        const Result<KeyColumns> made = key_columns(std::span(&key, 1), types, 2, {}, RowProtocol::text);
        KeyValue value;
        const Sample sample{text, "", ""};
        EXPECT_FALSE(read_key(std::get<std::vector<KeyColumn>>(made.value()).front(), sample.cells(), value))
            << text;
    }
}

}  // namespace
}  // namespace leasehold::proxy
