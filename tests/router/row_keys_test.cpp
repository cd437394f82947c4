// Which rows stand against one that is inserted, by the keys that a server tells.
#include <gtest/gtest.h>

#include "router/row_keys.h"

namespace leasehold::router {
namespace {

using Given = std::vector<GivenValue>;

GivenValue is(std::string sql) {
    return {GivenValue::Kind::literal, std::move(sql)};
}
const GivenValue null{GivenValue::Kind::null, {}};
const GivenValue unseen;

std::vector<UniqueKey> keys(std::vector<TextRow> answer) {
    Result<std::vector<UniqueKey>> read = read_unique_keys(answer);
    EXPECT_TRUE(read);
    return read ? *std::move(read) : std::vector<UniqueKey>();
}

const std::vector<TextRow> two_keys = {
    {"PRIMARY", "Id", "1", "1", "0"}, {"by_pair", "a", "1", "0", "0"}, {"by_pair", "b", "1", "0", "0"}};

std::string in_the_way(const std::vector<TextRow>& answer, const std::vector<std::string>& columns,
                       Given values) {
    const InsertedRow row{"", std::move(values)};
    const Result<std::optional<std::string>> condition = rows_in_the_way(keys(answer), columns, row);
    if (!condition) return condition.error().message;
    return condition->value_or("none");
}

TEST(RowKeys, rows_in_the_way) {
    EXPECT_EQ(in_the_way(two_keys, {"id", "a", "b"}, {is("5"), is("'x'"), is("2")}),
              "(`id` = 5) OR (`a` = 'x' AND `b` = 2)");
    EXPECT_EQ(in_the_way(two_keys, {"id", "a", "b"}, {is("5"), null, is("2")}), "(`id` = 5)");
    // A number that the server gives is new; another column has its default.
    EXPECT_EQ(in_the_way(two_keys, {"a"}, {is("1")}), "(`a` = 1 AND `b` = DEFAULT(`b`))");
    EXPECT_EQ(in_the_way(two_keys, {"id", "a", "b"}, {null, null, null}), "none");
    EXPECT_EQ(in_the_way({}, {"a"}, {is("1")}), "none");
}

TEST(RowKeys, what_the_text_does_not_have) {
    EXPECT_EQ(in_the_way(two_keys, {"id", "a", "b"}, {is("5"), unseen, is("2")}),
              "unsupported: a row with lookup entries whose value of a in key by_pair is not in the text");
    const std::vector<TextRow> prefix = {{"k", "a", "0", "0", "0"}};
    EXPECT_NE(in_the_way(prefix, {"a"}, {is("5")}).find("key k"), std::string::npos);
    const std::vector<TextRow> generated = {{"k", "a", "1", "0", "1"}};
    EXPECT_NE(in_the_way(generated, {}, {}).find("key k"), std::string::npos);
    const std::vector<TextRow> expression = {{"k", std::nullopt, "1", "0", "0"}};
    EXPECT_FALSE(read_unique_keys(expression));
    const std::vector<TextRow> broken = {{"k"}};
    EXPECT_FALSE(read_unique_keys(broken));
}

TEST(RowKeys, the_row_itself) {
    const std::vector<UniqueKey> both = keys(two_keys);
    const std::vector<std::string> columns{"id", "a", "b"};
    EXPECT_EQ(row_itself(both, columns, {"", {is("5"), is("1"), is("2")}}), "`id` = 5");
    EXPECT_EQ(row_itself(both, columns, {"", {null, is("1"), is("2")}}), "`a` = 1 AND `b` = 2");
    EXPECT_EQ(row_itself(both, columns, {"", {unseen, is("1"), null}}), std::nullopt);
    EXPECT_EQ(row_itself({}, columns, {"", {is("5"), is("1"), is("2")}}), std::nullopt);
}

TEST(RowKeys, the_question_quotes_names) {
    EXPECT_NE(question_for_keys("d'b", "t").find("TABLE_SCHEMA = 'd''b' AND s.TABLE_NAME = 't'"),
              std::string::npos);
}

}  // namespace
}  // namespace leasehold::router
