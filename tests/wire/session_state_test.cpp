#include "wire/session_state.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using Type = SessionStateItem::Type;

struct Item {
    Type type;
    std::string name, value;
    bool operator==(const Item&) const = default;
};

struct Read {
    std::vector<Item> items;
    bool failed = false;
};

Read read_all(BytesView state) {
    Read read;
    SessionStateReader reader(state);
    for (;;) {
        const auto item = reader.next();
        if (!item) {
            EXPECT_EQ(item.error().code, mysql_error::malformed_packet);
            read.failed = true;
            return read;
        }
        if (!*item) return read;
        read.items.push_back({(*item)->type, std::string((*item)->name), std::string((*item)->value)});
    }
}

struct Case {
    std::string_view bytes;
    std::vector<Item> items;
};
// Read off the socket.
const Case cases[] = {
    // MySQL 9.7.4: SET NAMES latin1
    {"001c146368617261637465725f7365745f636c69656e74066c6174696e31"
     "0020186368617261637465725f7365745f636f6e6e656374696f6e066c6174696e31"
     "001d156368617261637465725f7365745f726573756c7473066c6174696e31",
     {{Type::system_variable, "character_set_client", "latin1"},
      {Type::system_variable, "character_set_connection", "latin1"},
      {Type::system_variable, "character_set_results", "latin1"}}},
    // MySQL 9.7.4: USE d
    {"01 02 01 64", {{Type::schema, "", "d"}}},
    // MariaDB 10.11.19: SET sql_mode='ANSI',time_zone='+00:00' with session_track_system_variables='*'
    {"00110974696d655f7a6f6e65062b30303a303000450873716c5f6d6f64653b5245414c5f41535f464c4f41542c50495045535f4"
     "1535f434f4e4341"
     "542c414e53495f51554f5445532c49474e4f52455f53504143452c414e5349020131",
     {{Type::system_variable, "time_zone", "+00:00"},
      {Type::system_variable, "sql_mode", "REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ANSI"},
      {Type::state_change, "", "1"}}},
    // MySQL 9.7.4: BEGIN with session_track_transaction_info='CHARACTERISTICS'
    {"00100c73746174656d656e745f6964023835050908545f5f5f5f5f5f5f0413125354415254205452414e53414354494f4e3b",
     {{Type::system_variable, "statement_id", "85"},
      {Type::transaction_state, "", "T_______"},
      {Type::transaction_characteristics, "", "START TRANSACTION;"}}},
    // MariaDB 10.11.19: COMMIT
    {"0509085f5f5f5f5f5f5f5f040100",
     {{Type::transaction_state, "", "________"}, {Type::transaction_characteristics, "", ""}}},
    // MySQL 9.7.4: UPDATE with session_track_gtids='OWN_GTID'
    {"0329002765373665663663652d653561332d313166312d393665632d3032666330303030303030313a3231",
     {{Type::gtids, "", "e76ef6ce-e5a3-11f1-96ec-02fc00000001:21"}}},
    // dev.mysql.com has a length within the state change, which no server sends
    {"02 02 01 31", {{Type::state_change, "", "1"}}},
    // Several variables in one item, which MariaDB's documentation allows
    {"00 08 0161 0131 0162 0132", {{Type::system_variable, "a", "1"}, {Type::system_variable, "b", "2"}}},
    // A type of a later version
    {"09 02 6162 02 01 31", {{Type::unknown, "", "ab"}, {Type::state_change, "", "1"}}},
    {"", {}},
    {"00 00", {}},
};

TEST(SessionState, ReadsWhatServersSend) {
    for (const Case& one : cases) {
        const Read read = read_all(hex(one.bytes));
        EXPECT_FALSE(read.failed) << one.bytes;
        EXPECT_EQ(read.items, one.items) << one.bytes;
    }
}

TEST(SessionState, WritesWhatItReads) {
    const Bytes bytes = hex(cases[3].bytes);
    Bytes out;
    SessionStateReader reader(bytes);
    for (auto item = reader.next(); item && *item; item = reader.next()) append_session_state(out, **item);
    EXPECT_EQ(testing::to_hex(out), testing::to_hex(bytes));
    out.clear();
    append_session_state(out, SessionStateItem{Type::gtids, "", "a:1"});
    append_session_state(out, SessionStateItem{Type::state_change, "", "1"});
    EXPECT_EQ(testing::to_hex(out), "03050003613a31020131");
}

TEST(SessionState, EveryTruncationFailsOrEndsBetweenItems) {
    for (const Case& one : cases) {
        testing::for_each_truncation(hex(one.bytes), [&](BytesView prefix, std::size_t) {
            const Read read = read_all(prefix);
            EXPECT_TRUE(read.failed || read.items.size() < one.items.size() + 1);
        });
    }
    for (const std::string_view bad :
         {"00", "0005", "00020561", "000403616263", "0100", "0102056162", "050102"}) {
        EXPECT_TRUE(read_all(hex(bad)).failed) << bad;
    }
}

}  // namespace
}  // namespace leasehold::wire
