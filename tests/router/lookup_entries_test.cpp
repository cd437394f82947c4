// The pure parts of keeping entries of lookups: statements for their tables, rows as images, what changes.
#include <gtest/gtest.h>

#include "router/entry_changes.h"
#include "tests/router/test_topology.h"

namespace leasehold::router {
namespace {

class LookupEntries : public ::testing::Test {
  protected:
    LookupEntries() : schema_(std::make_shared<const Schema>(test_topology())) {
        const KeyspaceSchema& customer = *schema_->find_keyspace("customer");
        owned_ = owned_lookups(schema_, customer, *customer.find_table("guest"));
    }

    const LookupUse& badge() const { return owned_->lookups[0]; }
    const LookupUse& room() const { return owned_->lookups[1]; }

    static RowImage row(KeyspaceId id, std::optional<std::string> badge, std::optional<std::string> room) {
        return {std::move(id), {"1"}, {std::move(badge), std::move(room)}};
    }

    std::shared_ptr<const Schema> schema_;
    std::shared_ptr<const OwnedLookups> owned_;
};

using Entries = std::vector<LookupEntry>;

TEST_F(LookupEntries, who_owns_what) {
    ASSERT_EQ(owned_->lookups.size(), 2u);
    EXPECT_EQ(badge().table, "`commerce`.`badge_lookup`");
    EXPECT_TRUE(badge().unique);
    EXPECT_TRUE(badge().ignore_nulls);
    EXPECT_EQ(room().table, "`customer`.`room_lookup`");
    EXPECT_FALSE(room().unique);
    EXPECT_FALSE(room().ignore_nulls);
    const KeyspaceSchema& customer = *schema_->find_keyspace("customer");
    EXPECT_EQ(owned_lookups(schema_, customer, *customer.find_table("member")), nullptr);
    const SchemaTable& guest = *customer.find_table("guest");
    EXPECT_TRUE(can_change(customer, guest, "id"));
    EXPECT_TRUE(can_change(customer, guest, "badge"));
    EXPECT_FALSE(can_change(customer, *customer.find_table("member"), "id"));
    EXPECT_FALSE(can_change(customer, *customer.find_table("member"), "email"));
}

TEST_F(LookupEntries, statements) {
    const Entries two{{"'a'", "\x01"}, {"'b'", "\xff"}};
    EXPECT_EQ(
        insert_entries(badge(), two),
        "INSERT INTO `commerce`.`badge_lookup` (`badge`, `keyspace_id`) VALUES ('a', X'01'), ('b', X'ff')");
    EXPECT_EQ(insert_entries(room(), Entries{{"7", "\x01"}}),
              "INSERT INTO `customer`.`room_lookup` (`room`, `keyspace_id`) VALUES (7, X'01') "
              "ON DUPLICATE KEY UPDATE `keyspace_id` = `keyspace_id`");
    EXPECT_EQ(delete_entries(badge(), Entries{{"'a'", "\x01"}}),
              "DELETE FROM `commerce`.`badge_lookup` WHERE `badge` = 'a' AND `keyspace_id` = X'01'");
    EXPECT_EQ(
        delete_entries(badge(), two),
        "DELETE FROM `commerce`.`badge_lookup` WHERE `badge` IN ('a', 'b') AND (`badge`, `keyspace_id`) "
        "IN (('a', X'01'), ('b', X'ff'))");
}

TEST_F(LookupEntries, literals) {
    const SqlMode plain;
    SqlMode no_backslash;
    no_backslash.no_backslash_escapes = true;
    EXPECT_EQ(entry_literal(Null{}, plain), "NULL");
    EXPECT_EQ(entry_literal(std::int64_t{-5}, plain), "-5");
    EXPECT_EQ(entry_literal(Decimal{"1.50"}, plain), "1.50");
    EXPECT_EQ(entry_literal(HexBytes{"A\xff"}, plain), "X'41ff'");
    EXPECT_EQ(entry_literal(std::string_view("o'n\\e"), plain), "'o''n\\\\e'");
    EXPECT_EQ(entry_literal(std::string_view("o'n\\e"), no_backslash), "'o''n\\e'");
    EXPECT_EQ(entry_literal(std::string_view("\0x", 2), plain), "'\\0x'");
}

TEST_F(LookupEntries, images_read_what_the_select_gives) {
    const RowImages images(*owned_);
    // Numbers as they are, text as utf8mb4, binary strings as bytes.
    const TextRow answer{"1", "t31", "it's", "t69742773", std::nullopt, std::nullopt, "\xff", "bFF"};
    const std::vector<bool> numeric{true, false, false, false, true, false, false, false};
    const Result<RowImages::Read> read = images.read(answer, numeric);
    ASSERT_TRUE(read);
    EXPECT_EQ(to_hex(read->image.id), "166b40b44aba4bd6");
    EXPECT_EQ(read->image.key, std::vector<std::string>{"1"});
    EXPECT_EQ(read->image.values[0], "_utf8mb4 X'69742773'");
    EXPECT_EQ(read->image.values[1], std::nullopt);
    ASSERT_EQ(read->expressions.size(), 1u);
    EXPECT_EQ(read->expressions[0], "X'FF'");
    // A row that is too short, and one without a place.
    EXPECT_FALSE(images.read({}, {}));
    const TextRow without{std::nullopt, std::nullopt, "a", "t61", "1", "t31"};
    EXPECT_FALSE(images.read(without, numeric));
}

TEST_F(LookupEntries, rows_that_may_share_an_entry) {
    const RowImages images(*owned_);
    const std::vector<RowImage> rows{row("\x01", "'a'", "7"), row("\x01", "'b'", "8"),
                                     row("\x01", "'c'", "7")};
    const std::string sql = images.rows_of(rows, 1);
    EXPECT_TRUE(sql.ends_with(
        " WHERE `id` IN (1) AND `room` IN (7, 8) LIMIT 18446744073709551615 LOCK IN SHARE MODE"))
        << sql;
}

TEST_F(LookupEntries, only_what_differs_changes) {
    EntryChanges changes(*owned_);
    EXPECT_TRUE(changes.change_row(row("\x01", "'a'", "7"), row("\x01", "'b'", "7")));
    ASSERT_EQ(changes.of_lookups().size(), 2u);
    EXPECT_EQ(changes.of_lookups()[0].removed, (Entries{{"'a'", "\x01"}}));
    EXPECT_EQ(changes.of_lookups()[0].added, (Entries{{"'b'", "\x01"}}));
    EXPECT_TRUE(changes.of_lookups()[0].sharing.empty());
    EXPECT_TRUE(changes.of_lookups()[1].removed.empty());
    // Of a row that moves all entries change.
    EXPECT_TRUE(changes.change_row(row("\x01", std::nullopt, "7"), row("\x02", std::nullopt, "7")));
    EXPECT_EQ(changes.of_lookups()[0].removed.size(), 1u);
    EXPECT_EQ(changes.of_lookups()[1].removed, (Entries{{"7", "\x01"}}));
    EXPECT_EQ(changes.of_lookups()[1].added, (Entries{{"7", "\x02"}}));
    EXPECT_EQ(changes.of_lookups()[1].sharing.size(), 1u);
    EXPECT_GT(changes.bytes(), 0u);
}

TEST_F(LookupEntries, null_has_no_entry) {
    EntryChanges changes(*owned_);
    changes.remove_row(row("\x01", std::nullopt, std::nullopt));
    EXPECT_TRUE(changes.of_lookups()[1].removed.empty());
    EXPECT_TRUE(changes.add_row(row("\x01", std::nullopt, "7")));
    EXPECT_TRUE(changes.of_lookups()[0].added.empty());
    const Result<void> refused = changes.add_row(row("\x01", "'a'", std::nullopt));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, 1048);
}

}  // namespace
}  // namespace leasehold::router
