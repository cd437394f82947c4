// Rows taken apart and put together, their order over shards, groups and what is sorted behind them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/merge_group.h"
#include "proxy/merge_order.h"
#include "proxy/merge_sort.h"

namespace leasehold::proxy {
namespace {

using router::RowColumn;
using wire::ColumnType;

const RowColumnType integer{ColumnType::long_long, 0, 63, 21, 0};
const RowColumnType decimal{ColumnType::new_decimal, 0, 63, 21, 4};
const RowColumnType text{ColumnType::var_string, 0, 45, 80, 0};

using Values = std::vector<std::optional<std::string>>;

wire::Bytes text_row(const Values& values) {
    wire::Bytes row;
    for (const auto& value : values) {
        wire::append_text_value(row, value ? wire::TextValue(*value) : wire::TextValue());
    }
    return row;
}

Values values_of(std::span<const RowCell> cells) {
    Values values;
    for (const RowCell& cell : cells) {
        values.push_back(cell.null ? std::nullopt : std::optional<std::string>(wire::to_text(cell.value)));
    }
    return values;
}

Values read_back(std::span<const RowColumnType> types, wire::BytesView row) {
    RowReader reader(RowProtocol::text, types);
    EXPECT_TRUE(reader.read(row));
    return values_of(reader.cells());
}

std::vector<KeyColumn> columns_for(std::span<const router::MergeKey> keys,
                                   std::span<const RowColumnType> types, std::size_t hidden = 0) {
    return key_columns(keys, types, {types.size(), hidden}, {}, RowProtocol::text).value().columns;
}

router::MergeKey number_at(std::uint16_t column, bool descending = false) {
    return {{RowColumn::From::front, column}, std::nullopt, std::nullopt, descending};
}

TEST(MergeRow, text_rows_are_cut_behind_the_clients_columns) {
    const std::vector<RowColumnType> types{integer, text, text};
    const wire::Bytes row = text_row({"5", std::nullopt, std::string(300, 'x')});
    RowReader reader(RowProtocol::text, types);
    ASSERT_TRUE(reader.read(row));
    EXPECT_EQ(values_of(reader.cells()), (Values{"5", std::nullopt, std::string(300, 'x')}));
    RowWriter writer(RowProtocol::text);
    const RowWriter::Parts parts = writer.first_cells(row, reader.cells(), 2);
    EXPECT_TRUE(parts.head.empty());
    EXPECT_EQ(wire::Bytes(parts.tail.begin(), parts.tail.end()), text_row({"5", std::nullopt}));
}

TEST(MergeRow, binary_rows_get_a_bitmap_of_their_own) {
    const std::vector<RowColumnType> types(9, RowColumnType{ColumnType::tiny, 0, 63, 4, 0});
    // Columns 0, 7 and 8 are NULL: bits 2, 9 and 10.
    const wire::Bytes row{0, 0x04, 0x06, 1, 2, 3, 4, 5, 6};
    RowReader reader(RowProtocol::binary, types);
    ASSERT_TRUE(reader.read(row));
    RowWriter writer(RowProtocol::binary);
    const RowWriter::Parts parts = writer.first_cells(row, reader.cells(), 5);
    EXPECT_EQ(wire::Bytes(parts.head.begin(), parts.head.end()), (wire::Bytes{0, 0x04}));
    EXPECT_EQ(wire::Bytes(parts.tail.begin(), parts.tail.end()), (wire::Bytes{1, 2, 3, 4}));
}

TEST(MergeRow, only_the_wanted_cells_are_read) {
    const std::vector<RowColumnType> types{integer, text, text};
    const wire::Bytes row = text_row({"5", "x", "y"});
    RowReader reader(RowProtocol::text, types, 1);
    ASSERT_TRUE(reader.read(row));
    EXPECT_EQ(wire::to_text(reader.cells()[0].value), "5");
    RowWriter writer(RowProtocol::text);
    const RowWriter::Parts parts = writer.first_cells(row, reader.cells(), 3);
    EXPECT_EQ(wire::Bytes(parts.tail.begin(), parts.tail.end()), row);
    EXPECT_FALSE(reader.read({}));
    const wire::Bytes binary{0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 'x', 1, 'y'};
    RowReader of_binary(RowProtocol::binary, types, 1);
    ASSERT_TRUE(of_binary.read(binary));
    EXPECT_EQ(of_binary.cells()[0].value.size(), 8u);
}

TEST(MergeRow, rows_that_break_off_are_refused) {
    const std::vector<RowColumnType> types{integer, text};
    const wire::Bytes row = text_row({"5", std::string(300, 'x')});
    RowReader reader(RowProtocol::text, types);
    for (std::size_t size = 0; size < row.size(); ++size) {
        EXPECT_FALSE(reader.read(wire::BytesView(row).first(size))) << size;
    }
    EXPECT_FALSE(reader.read(text_row({"5", "x", "y"})));
    const wire::Bytes binary{0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 'x'};
    RowReader of_binary(RowProtocol::binary, types);
    EXPECT_TRUE(of_binary.read(binary));
    for (std::size_t size = 0; size < binary.size(); ++size) {
        EXPECT_FALSE(of_binary.read(wire::BytesView(binary).first(size))) << size;
    }
}

TEST(MergeOrder, takes_the_least_row_and_the_first_shard_of_equals) {
    const std::vector<RowColumnType> types{integer};
    const std::vector<router::MergeKey> keys{number_at(0)};
    MergeOrder order(columns_for(keys, types), 3);
    std::vector<std::vector<std::string>> shards{{"1", "4", "9"}, {"2", "4", "10"}, {"-5"}};
    std::vector<std::size_t> at(3);
    std::vector<wire::Bytes> rows(3);
    RowReader reader(RowProtocol::text, types);
    for (std::size_t i = 0; i < 3; ++i) {
        rows[i] = text_row({shards[i][0]});
        ASSERT_TRUE(reader.read(rows[i]) && order.push(i, reader.cells()));
    }
    std::string taken;
    while (!order.empty()) {
        const std::size_t shard = order.next();
        taken += shards[shard][at[shard]] + "/" + std::to_string(shard) + " ";
        if (++at[shard] == shards[shard].size()) {
            order.pop();
            continue;
        }
        rows[shard] = text_row({shards[shard][at[shard]]});
        ASSERT_TRUE(reader.read(rows[shard]) && order.replace_next(reader.cells()));
    }
    EXPECT_EQ(taken, "-5/2 1/0 2/1 4/0 4/1 9/0 10/1 ");
}

// name, COUNT, SUM, AVG, MAX and behind them AVG's sum and count.
class MergeGroupTest : public testing::Test {
  protected:
    MergeGroupTest() {
        const std::vector<router::MergeAggregate> wanted{
            {router::Combine::count, {RowColumn::From::front, 1}, std::nullopt},
            {router::Combine::sum, {RowColumn::From::front, 2}, std::nullopt},
            {router::Combine::average, {RowColumn::From::front, 3}, RowColumn{RowColumn::From::hidden, 0}},
            {router::Combine::maximum, {RowColumn::From::front, 4}, std::nullopt}};
        for (const router::MergeAggregate& aggregate : wanted) {
            columns_.push_back(
                AggregateColumn::make(aggregate, types_, {types_.size(), 2}, RowProtocol::text).value());
        }
    }
    Values merged(const std::vector<Values>& rows) {
        MergeGroup group(RowProtocol::text, types_, {}, columns_);
        for (const Values& values : rows) {
            const wire::Bytes row = text_row(values);
            RowReader reader(RowProtocol::text, types_);
            EXPECT_TRUE(reader.read(row));
            EXPECT_TRUE(group.open() ? group.add(reader.cells()) : group.start(row));
        }
        Values all = read_back(types_, group.finish());
        all.resize(5);
        return all;
    }

    std::vector<RowColumnType> types_{text,    integer, {ColumnType::new_decimal, 0, 63, 20, 2},
                                      decimal, integer, {ColumnType::new_decimal, 0, 63, 20, 0},
                                      integer};
    std::vector<AggregateColumn> columns_;
};

TEST_F(MergeGroupTest, parts_are_put_together) {
    EXPECT_EQ(
        merged({{"a", "2", "1.50", "2.5000", "-7", "5", "2"}, {"A", "1", "0.75", "1.0000", "-3", "1", "1"}}),
        (Values{"a", "3", "2.25", "2.0000", "-3"}));
}

TEST_F(MergeGroupTest, nulls_are_left_out) {
    const Values none{"a", "0", std::nullopt, std::nullopt, std::nullopt, std::nullopt, "0"};
    EXPECT_EQ(merged({none, none}), (Values{"a", "0", std::nullopt, std::nullopt, std::nullopt}));
    EXPECT_EQ(merged({none, {"a", "3", "1.00", "0.3333", "5", "1", "3"}}),
              (Values{"a", "3", "1.00", "0.3333", "5"}));
}

TEST_F(MergeGroupTest, types_without_exact_sums_are_refused) {
    const router::MergeAggregate sum{router::Combine::sum, {RowColumn::From::front, 0}, std::nullopt};
    EXPECT_FALSE(AggregateColumn::make(sum, types_, {types_.size(), 2}, RowProtocol::text).has_value());
    const router::MergeAggregate bits{router::Combine::bit_or, {RowColumn::From::front, 0}, std::nullopt};
    EXPECT_FALSE(AggregateColumn::make(bits, types_, {types_.size(), 2}, RowProtocol::text).has_value());
    const router::MergeAggregate beyond{router::Combine::sum, {RowColumn::From::front, 9}, std::nullopt};
    EXPECT_FALSE(AggregateColumn::make(beyond, types_, {types_.size(), 2}, RowProtocol::text).has_value());
}

TEST_F(MergeGroupTest, parts_that_are_no_numbers_are_refused) {
    MergeGroup group(RowProtocol::text, types_, {}, columns_);
    EXPECT_FALSE(group.start(text_row({"a", "x", "1.00", "1", "1", "1", "1"})));
}

std::vector<std::string> sorted(std::optional<std::uint64_t> keep, std::size_t count) {
    const std::vector<RowColumnType> types{integer, integer};
    const std::vector<router::MergeKey> keys{number_at(0, true)};
    MergeSort sort(RowProtocol::text, types, columns_for(keys, types), keep, 1u << 20);
    for (std::size_t i = 0; i < count; ++i) {
        const wire::Bytes row = text_row({std::to_string(i * 7 % 10), std::to_string(i)});
        EXPECT_EQ(sort.add(row), MergeSort::Added::kept);
    }
    std::vector<std::string> found;
    for (const wire::Bytes& row : sort.finish()) {
        const Values values = read_back(types, row);
        found.push_back(*values[0] + ":" + *values[1]);
    }
    return found;
}

TEST(MergeSort, equal_rows_stay_in_their_order) {
    EXPECT_EQ(sorted(std::nullopt, 12),
              (std::vector<std::string>{"9:7", "8:4", "7:1", "7:11", "6:8", "5:5", "4:2", "3:9", "2:6", "1:3",
                                        "0:0", "0:10"}));
}

TEST(MergeSort, only_what_is_wanted_is_kept) {
    const std::vector<std::string> all = sorted(std::nullopt, 1000);
    std::vector<std::string> few = sorted(5, 1000);
    few.resize(5);
    EXPECT_EQ(few, std::vector<std::string>(all.begin(), all.begin() + 5));
}

TEST(MergeSort, its_memory_has_a_bound) {
    const std::vector<RowColumnType> types{integer};
    const std::vector<router::MergeKey> keys{number_at(0)};
    MergeSort sort(RowProtocol::text, types, columns_for(keys, types), std::nullopt, 1000);
    MergeSort::Added added = MergeSort::Added::kept;
    int rows = 0;
    for (; added == MergeSort::Added::kept && rows < 100; ++rows) added = sort.add(text_row({"1"}));
    EXPECT_EQ(added, MergeSort::Added::too_much);
    EXPECT_LT(rows, 20);
}

}  // namespace
}  // namespace leasehold::proxy
