#include "wire/response_walker.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"
#include "wire/frame.h"

namespace leasehold::wire {
namespace {

using testing::exact;
using testing::hex;

struct Captured {
    std::string name;
    Capabilities capabilities = 0;
    ResponseKind kind = ResponseKind::none;
    std::uint64_t rows = 0;
    std::string controls;
    Bytes bytes;
};

ResponseKind kind_from(const std::string& text) {
    if (text == "result") return ResponseKind::result;
    if (text == "fetch") return ResponseKind::fetch;
    if (text == "prepare") return ResponseKind::prepare;
    if (text == "field_list") return ResponseKind::field_list;
    if (text == "statistics") return ResponseKind::statistics;
    EXPECT_EQ(text, "ok_only");
    return ResponseKind::ok_only;
}

std::vector<Captured> captured_responses() {
    std::ifstream file(LEASEHOLD_SOURCE_DIR "/tests/wire/captures/responses.txt");
    std::vector<Captured> all;
    std::string line;
    while (std::getline(file, line)) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream fields(line);
        std::string server, flags, kind, rows, controls, request, answer;
        std::getline(fields, server, '|');
        std::getline(fields, flags, '|');
        std::getline(fields, kind, '|');
        std::getline(fields, rows, '|');
        std::getline(fields, controls, '|');
        std::getline(fields, request, '|');
        std::getline(fields, answer, '|');
        Captured one;
        one.name = server + " (" + flags + ") " + request;
        one.capabilities = capability::protocol_41;
        if (flags.find("track") != std::string::npos) one.capabilities |= capability::session_track;
        if (flags.find("depeof") != std::string::npos) one.capabilities |= capability::deprecate_eof;
        if (flags.find("optmeta") != std::string::npos) {
            one.capabilities |= capability::optional_resultset_metadata;
        }
        one.kind = kind_from(kind);
        one.rows = std::stoull(rows);
        one.controls = controls == "-" ? "" : controls;
        one.bytes = hex(answer);
        all.push_back(one);
    }
    return all;
}

char letter(Control::Kind kind) {
    switch (kind) {
        case Control::Kind::ok:
            return 'o';
        case Control::Kind::eof:
            return 'e';
        case Control::Kind::err:
            return 'r';
        case Control::Kind::local_infile:
            return 'i';
        case Control::Kind::prepare_ok:
            return 'p';
    }
    return '?';
}

struct Walk {
    std::string controls;
    std::uint64_t rows = 0;
    std::size_t consumed = 0;
    bool done = false;
    std::uint16_t error = 0;  // of the walker itself
    std::vector<Control> found;
    StatusFlags status = 0;
};

// Gives `walker` the stream as a socket would: what was not consumed stays in the buffer, and `more` says how
// many further bytes come each time.
template <typename More>
Walk walk_with(ResponseWalker walker, BytesView stream, More more) {
    Walk walk;
    std::size_t received = 0;
    while (!walk.done) {
        const Bytes buffered = exact(stream.subspan(walk.consumed, received - walk.consumed));
        const auto step = walker.next(buffered);
        if (!step) {
            walk.error = step.error().code;
            break;
        }
        EXPECT_LE(step->consumed(), buffered.size());
        walk.consumed += step->consumed();
        walk.done = step->done;
        EXPECT_EQ(walker.done(), step->done);
        if (step->control) {
            walk.controls += letter(step->control->kind);
            walk.found.push_back(*step->control);
            if (step->control->kind == Control::Kind::local_infile) break;
            continue;
        }
        if (walk.done) break;
        // Only what is left may be needed together, and it is never enough already.
        if (step->consumed() < buffered.size()) {
            EXPECT_GT(step->need, buffered.size() - step->consumed());
        } else {
            EXPECT_EQ(step->need, 0U);
        }
        if (received == stream.size()) break;
        received = std::min(stream.size(), received + more());
    }
    walk.rows = walker.rows();
    walk.status = walker.status();
    return walk;
}

Walk walk(ResponseKind kind, Capabilities capabilities, BytesView stream, std::size_t piece = 1U << 30) {
    return walk_with(ResponseWalker(kind, capabilities), stream, [piece] { return piece; });
}

TEST(ResponseWalker, FollowsWhatRealServersSend) {
    const auto all = captured_responses();
    ASSERT_GT(all.size(), 300U);
    for (const Captured& one : all) {
        const Walk found = walk(one.kind, one.capabilities, one.bytes);
        EXPECT_EQ(found.error, 0) << one.name;
        EXPECT_EQ(found.controls, one.controls) << one.name;
        EXPECT_EQ(found.rows, one.rows) << one.name;
        EXPECT_EQ(found.consumed, one.bytes.size()) << one.name;
        EXPECT_EQ(found.done, one.controls != "i") << one.name;
    }
}

TEST(ResponseWalker, EndsWithTheResponseAndNoByteLater) {
    for (const Captured& one : captured_responses()) {
        Bytes stream = one.bytes;
        append_bytes(stream, one.bytes);  // the next response on the connection
        const Walk found = walk(one.kind, one.capabilities, stream);
        EXPECT_EQ(found.consumed, one.bytes.size()) << one.name;
        EXPECT_EQ(found.controls, one.controls) << one.name;
    }
}

TEST(ResponseWalker, ByteByByteGivesTheSame) {
    for (const Captured& one : captured_responses()) {
        const Walk found = walk(one.kind, one.capabilities, one.bytes, 1);
        EXPECT_EQ(found.error, 0) << one.name;
        EXPECT_EQ(found.controls, one.controls) << one.name;
        EXPECT_EQ(found.rows, one.rows) << one.name;
        EXPECT_EQ(found.consumed, one.bytes.size()) << one.name;
        EXPECT_EQ(found.done, one.controls != "i") << one.name;
    }
}

TEST(ResponseWalker, RandomPiecesGiveTheSame) {
    std::mt19937 random(20261121);
    for (const Captured& one : captured_responses()) {
        for (int round = 0; round < 10; ++round) {
            const Walk found = walk_with(ResponseWalker(one.kind, one.capabilities), one.bytes, [&] {
                return std::uniform_int_distribution<std::size_t>(1, 40)(random);
            });
            ASSERT_EQ(found.controls, one.controls) << one.name;
            ASSERT_EQ(found.rows, one.rows) << one.name;
            ASSERT_EQ(found.consumed, one.bytes.size()) << one.name;
        }
    }
}

TEST(ResponseWalker, IsNeverDoneBeforeTheEnd) {
    for (const Captured& one : captured_responses()) {
        testing::for_each_truncation(one.bytes, [&](BytesView prefix, std::size_t size) {
            const Walk found = walk(one.kind, one.capabilities, prefix);
            EXPECT_EQ(found.error, 0) << one.name << " at " << size;
            EXPECT_FALSE(found.done) << one.name << " at " << size;
        });
    }
}

TEST(ResponseWalker, ReadsTheFieldsOfControlPackets) {
    const auto ok = walk(ResponseKind::result, capability::protocol_41, hex("07000001 00 05 2a 0300 0700"));
    ASSERT_EQ(ok.found.size(), 1U);
    EXPECT_EQ(ok.found[0].affected_rows, 5U);
    EXPECT_EQ(ok.found[0].last_insert_id, 42U);
    EXPECT_EQ(ok.found[0].status, server_status::in_trans | server_status::autocommit);
    EXPECT_EQ(ok.found[0].warnings, 7U);
    EXPECT_EQ(ok.found[0].sequence, 1);
    EXPECT_EQ(ok.found[0].size, 11U);
    EXPECT_FALSE(ok.found[0].is_end_of_rows);

    const auto err = walk(ResponseKind::result, 0, hex("09000001 ff 7a04 23 3432533032"));
    ASSERT_EQ(err.found.size(), 1U);
    EXPECT_EQ(err.found[0].error_code, 1146);
    EXPECT_TRUE(err.done);

    const auto prepared = walk(ResponseKind::prepare, 0, hex("0c000001 00 05000000 0000 0000 00 0900"));
    ASSERT_EQ(prepared.found.size(), 1U);
    EXPECT_EQ(prepared.found[0].statement_id, 5U);
    EXPECT_EQ(prepared.found[0].warnings, 9U);
    EXPECT_TRUE(prepared.done);
}

// MySQL 9.7: BEGIN under DEPRECATE_EOF, then a row, then the end with IN_TRANS set.
TEST(ResponseWalker, KnowsTheStatusOfTheEndOfRows) {
    const auto rows =
        walk(ResponseKind::result, capability::deprecate_eof,
             hex("01000001 01 17000002 03646566000000013100 0c3f000200000008810000000002000003 0131"
                 "07000004 fe 0000 0300 0000"));
    ASSERT_EQ(rows.found.size(), 1U);
    EXPECT_TRUE(rows.found[0].is_end_of_rows);
    EXPECT_EQ(rows.status, server_status::in_trans | server_status::autocommit);
    EXPECT_EQ(rows.rows, 1U);
}

// After the request for the file, the file's packets go the other way and the answer's sequence id goes on.
TEST(W3_ResponseWalker, LocalInfileIsFollowedByTheAnswer) {
    ResponseWalker walker(ResponseKind::result, 0);
    const Bytes request = hex("06000001 fb 782e637376");
    const auto first = walker.next(request);
    ASSERT_TRUE(first.has_value());
    ASSERT_TRUE(first->control.has_value());
    EXPECT_EQ(first->control->kind, Control::Kind::local_infile);
    EXPECT_FALSE(first->done);
    const Bytes answer = hex("07000004 00 02 00 0200 0000");
    const auto second = walker.next(answer);
    ASSERT_TRUE(second.has_value());
    ASSERT_TRUE(second->control.has_value());
    EXPECT_EQ(second->control->affected_rows, 2U);
    EXPECT_TRUE(second->done);
    EXPECT_EQ(walker.next_sequence(), 5);
}

// MySQL 9.7 opened a cursor: the EOF after the definitions is the end, no rows follow.
TEST(W4_ResponseWalker, ACursorEndsTheResponseAfterItsDefinitions) {
    const auto opened = walk(ResponseKind::result, 0,
                             hex("01000001 01 17000002 03646566000000013100 0c3f0002000000088100000000"
                                 "05000003 fe 0000 4200"));
    EXPECT_TRUE(opened.done);
    EXPECT_EQ(opened.controls, "e");
    EXPECT_FALSE(opened.found[0].is_end_of_rows);
    EXPECT_EQ(opened.status & server_status::cursor_exists, server_status::cursor_exists);
}

// MariaDB 10.11: a SELECT in the body of a FOR loop over a cursor. The loop's cursor shows in the flags of
// the EOF, with "more results".
TEST(W4_ResponseWalker, ACursorOfAStoredProgramEndsNothing) {
    const auto found = walk(ResponseKind::result, 0,
                            hex("01000001 01 17000002 03646566000000013100 0c3f0002000000088100000000"
                                "05000003 fe 0000 6840 02000004 0131 05000005 fe 0000 6840"
                                "07000006 00 0000 0020 0000"));
    EXPECT_EQ(found.error, 0);
    EXPECT_TRUE(found.done);
    EXPECT_EQ(found.rows, 1U);
    EXPECT_EQ(found.controls, "eo");
}

Bytes large_row(std::size_t size, std::uint8_t& sequence) {
    Bytes payload(size, 'x');
    // A first value of 16 MiB and more begins with 0xFE, which is an EOF's header too.
    payload[0] = 0xFE;
    Bytes out;
    append_packet(out, payload, sequence);
    return out;
}

TEST(W1_ResponseWalker, RowsOf16MiBAndMorePassWhole) {
    for (const bool deprecate_eof : {false, true}) {
        for (const std::size_t size : {max_frame_payload - 1, max_frame_payload, max_frame_payload + 1,
                                       2 * max_frame_payload, 2 * max_frame_payload + 5}) {
            if (deprecate_eof && size < max_frame_payload)
                continue;  // then 0xFE is an OK: such a row cannot be
            Bytes stream = hex("01000001 01 17000002 03646566000000013100 0c3f0002000000088100000000");
            std::uint8_t sequence = 3;
            if (!deprecate_eof) append_packet(stream, hex("fe00000200"), sequence);
            append_bytes(stream, large_row(size, sequence));
            append_packet(stream, hex("0131"), sequence);
            append_packet(stream, deprecate_eof ? hex("fe000002000000") : hex("fe00000200"), sequence);
            const auto found =
                walk(ResponseKind::result, deprecate_eof ? capability::deprecate_eof : 0, stream, 65'536);
            EXPECT_EQ(found.error, 0);
            EXPECT_EQ(found.rows, 2U) << size;
            EXPECT_TRUE(found.done) << size;
            EXPECT_EQ(found.consumed, stream.size()) << size;
        }
    }
}

TEST(ResponseWalker, AnErrorEndsRowsAndDefinitions) {
    const Bytes err = hex("09000004 ff 7a04 23 3432533032");
    for (const std::string_view before :
         {"01000001 02 17000002 03646566000000013100 0c3f0002000000088100000000",
          "01000001 01 17000002 03646566000000013100 0c3f0002000000088100000000",
          "01000001 01 17000002 03646566000000013100 0c3f0002000000088100000000 05000003 fe00000200 "
          "0200000401 31"}) {
        Bytes stream = hex(before);
        append_bytes(stream, err);
        const auto found = walk(ResponseKind::result, 0, stream);
        EXPECT_EQ(found.controls, "r") << before;
        EXPECT_TRUE(found.done) << before;
    }
}

TEST(ResponseWalker, RefusesWhatNoServerSends) {
    struct Case {
        ResponseKind kind;
        Capabilities capabilities;
        std::string_view bytes;
    };
    const Case cases[] = {
        {ResponseKind::result, 0, "00000001"},       // an empty packet
        {ResponseKind::result, 0, "01000001 fe"},    // a column count of eight bytes
        {ResponseKind::result, 0, "02000001 0101"},  // bytes after the column count
        {ResponseKind::result, capability::optional_resultset_metadata, "01000001 01"},
        {ResponseKind::result, 0, "03000001 000000"},                      // OK cut short
        {ResponseKind::result, 0, "01000001 ff"},                          // ERR cut short
        {ResponseKind::prepare, 0, "05000001 0001000000"},                 // PREPARE_OK cut short
        {ResponseKind::prepare, 0, "02000001 0101"},                       // a column count
        {ResponseKind::ok_only, 0, "01000001 05"},                         // a column count
        {ResponseKind::ok_only, 0, "03000001 fe0000"},                     // EOF cut short
        {ResponseKind::result, 0, "01000001 01 01000002 03 01000003 31"},  // a row where an EOF belongs
        {ResponseKind::result, 0, "01000001 01 01000002 03 01000003 fe"},  // an EOF cut short
        {ResponseKind::fetch, 0, "00000001"},                              // an empty row
        {ResponseKind::fetch, capability::deprecate_eof, "08000001 fefcfcfcfcfcfcfc"},
    };
    for (const Case& one : cases) {
        const auto found = walk(one.kind, one.capabilities, hex(one.bytes));
        EXPECT_EQ(found.error, mysql_error::malformed_packet) << one.bytes;
        EXPECT_FALSE(found.done) << one.bytes;
    }
}

TEST(ResponseWalker, BoundsControlPackets) {
    Bytes err = hex("fcff0f01 ff 7a04");  // a frame of exactly max_control_size
    err.resize(max_control_size);
    EXPECT_EQ(walk(ResponseKind::result, 0, err).controls, "r");
    const auto found = walk(ResponseKind::result, 0, hex("fdff0f01 ff 7a04"));
    EXPECT_EQ(found.error, mysql_error::net_packet_too_large);
}

TEST(ResponseWalker, NothingAnswersWhatHasNoAnswer) {
    ResponseWalker walker(ResponseKind::none, 0);
    EXPECT_TRUE(walker.done());
    EXPECT_EQ(response_kind(Command::stmt_close), ResponseKind::none);
    EXPECT_EQ(response_kind(Command::stmt_send_long_data), ResponseKind::none);
    EXPECT_EQ(response_kind(Command::quit), ResponseKind::none);
    EXPECT_EQ(response_kind(Command::query), ResponseKind::result);
    EXPECT_EQ(response_kind(Command::stmt_fetch), ResponseKind::fetch);
}

TEST(ResponseWalker, TellsWhereAFrameEnds) {
    ResponseWalker walker(ResponseKind::fetch, 0);
    const Bytes part = hex("05000001 00616263");
    ASSERT_TRUE(walker.next(part).has_value());
    EXPECT_FALSE(walker.at_frame_boundary());
    const Bytes rest = hex("64");
    ASSERT_TRUE(walker.next(rest).has_value());
    EXPECT_TRUE(walker.at_frame_boundary());
    EXPECT_EQ(walker.rows(), 1U);
}

TEST(ResponseWalker, CountsTheLastResultSetAlone) {
    // Two result sets of one column, of two rows and one; the EOF packets are of a client without
    // DEPRECATE_EOF.
    const std::string column = "02000002 0161 05000003 fe00000a00 ";
    const Bytes stream = hex("01000001 01" + column + "02000004 0161 02000005 0162 05000006 fe00000a00" +
                             "01000007 01" + column + "02000008 0163 05000009 fe00000200");
    ResponseWalker walker(ResponseKind::result, 0);
    for (std::size_t at = 0; !walker.done();) {
        const auto step = walker.next(BytesView(stream).subspan(at));
        ASSERT_TRUE(step.has_value());
        ASSERT_GT(step->consumed(), 0U);
        at += step->consumed();
    }
    EXPECT_EQ(walker.rows(), 3U);
    EXPECT_EQ(walker.last_rows(), 1U);
}

}  // namespace
}  // namespace leasehold::wire
