#include "proxy/answer_sum.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

TEST(AnswerSum, numbers_are_added_and_words_stay) {
    EXPECT_EQ(
        add_info("Rows matched: 3  Changed: 2  Warnings: 0", "Rows matched: 40  Changed: 0  Warnings: 1"),
        "Rows matched: 43  Changed: 2  Warnings: 1");
    EXPECT_EQ(add_info("Records: 1  Deleted: 0  Skipped: 9  Warnings: 9",
                       "Records: 2  Deleted: 0  Skipped: 1  Warnings: 1"),
              "Records: 3  Deleted: 0  Skipped: 10  Warnings: 10");
}

TEST(AnswerSum, the_first_one_is_taken_as_it_is) {
    EXPECT_EQ(add_info("", "Rows matched: 1"), "Rows matched: 1");
    EXPECT_EQ(add_info("", ""), "");
}

TEST(AnswerSum, other_words_change_nothing) {
    EXPECT_EQ(add_info("Rows matched: 1", ""), "Rows matched: 1");
    EXPECT_EQ(add_info("Rows matched: 1", "Records: 1"), "Rows matched: 1");
    EXPECT_EQ(add_info("Rows matched: 1", "Rows matched: 1  Changed: 1"), "Rows matched: 1");
    EXPECT_EQ(add_info("Rows matched: 1", "Rows matched: 99999999999999999999999"), "Rows matched: 1");
}

wire::OkPacket ok(std::uint64_t rows, std::uint16_t warnings, std::string_view info, std::uint64_t id = 0) {
    wire::OkPacket packet;
    packet.affected_rows = rows;
    packet.warnings = warnings;
    packet.info = info;
    packet.last_insert_id = id;
    return packet;
}

TEST(AnswerSum, parts_are_added_up) {
    AnswerSum sum(AnswerSum::Of::parts, router::StatementKind::update);
    sum.add(ok(1, 0, "Rows matched: 2  Changed: 1  Warnings: 0"));
    sum.add(ok(3, 2, "Rows matched: 3  Changed: 3  Warnings: 2", 7));
    sum.add(ok(0, 0, "Rows matched: 0  Changed: 0  Warnings: 0", 9));
    EXPECT_EQ(sum.total().affected_rows, 4U);
    EXPECT_EQ(sum.total().warnings, 2U);
    EXPECT_EQ(sum.total().last_insert_id, 7U);
    EXPECT_EQ(sum.total().info, "Rows matched: 5  Changed: 4  Warnings: 2");
}

TEST(AnswerSum, copies_are_one) {
    AnswerSum sum(AnswerSum::Of::copies, router::StatementKind::insert);
    for (int i = 0; i < 3; ++i) sum.add(ok(2, 1, "Records: 2  Duplicates: 0  Warnings: 1"));
    EXPECT_EQ(sum.total().affected_rows, 2U);
    EXPECT_EQ(sum.total().warnings, 1U);
    EXPECT_EQ(sum.total().info, "Records: 2  Duplicates: 0  Warnings: 1");
}

TEST(AnswerSum, a_row_alone_on_its_shard_counts_as_a_record) {
    AnswerSum plain(AnswerSum::Of::parts, router::StatementKind::insert);
    plain.add(ok(1, 0, ""));
    plain.add(ok(2, 0, "Records: 2  Duplicates: 0  Warnings: 0"));
    EXPECT_EQ(plain.total().info, "Records: 3  Duplicates: 0  Warnings: 0");

    AnswerSum ignored(AnswerSum::Of::parts, router::StatementKind::insert);
    ignored.add(ok(0, 1, ""));
    ignored.add(ok(1, 0, ""));
    EXPECT_EQ(ignored.total().info, "Records: 2  Duplicates: 1  Warnings: 1");

    AnswerSum replaced(AnswerSum::Of::parts, router::StatementKind::replace);
    replaced.add(ok(2, 0, ""));
    replaced.add(ok(1, 0, ""));
    EXPECT_EQ(replaced.total().info, "Records: 2  Duplicates: 1  Warnings: 0");
}

TEST(AnswerSum, an_id_that_is_known_otherwise_counts) {
    AnswerSum sum(AnswerSum::Of::parts, router::StatementKind::insert);
    sum.add(ok(1, 0, "", 3));
    sum.set_insert_id(1000);
    EXPECT_EQ(sum.total().last_insert_id, 1000U);
}

}  // namespace
}  // namespace leasehold::proxy
