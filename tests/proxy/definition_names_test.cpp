#include "proxy/definition_names.h"

#include <gtest/gtest.h>

#include "wire/frame.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

using wire::ResponseKind;

router::Topology topology() {
    router::Topology made;
    made.keyspaces.resize(2);
    made.keyspaces[0].name = made.keyspaces[0].database = "plain";
    made.keyspaces[1].name = "a_longer_name";
    made.keyspaces[1].database = "db";
    return made;
}

class Stream {
  public:
    void packet(const wire::Bytes& payload) { wire::append_packet(bytes, payload, sequence_); }
    void definition(std::string_view schema) {
        wire::Bytes payload;
        wire::ColumnDefinition column;
        column.schema = schema;
        column.table = column.org_table = "t";
        column.name = column.org_name = "db";
        wire::append_column_definition(payload, column);
        packet(payload);
    }
    void eof() { packet({0xFE, 0, 0, 2, 0}); }
    void ok() { packet({0, 0, 0, 2, 0, 0, 0}); }
    void prepare_ok(std::uint8_t columns, std::uint8_t parameters) {
        packet({0, 1, 0, 0, 0, columns, 0, parameters, 0, 0, 0, 0});
    }

    wire::Bytes bytes;

  private:
    std::uint8_t sequence_ = 1;
};

// The stream after it came in pieces of so many bytes.
wire::Bytes passed(const wire::Bytes& in, ResponseKind kind, std::size_t piece,
                   wire::Capabilities capabilities = 0, unsigned preceding = 0, std::size_t room = 4096) {
    const router::Topology made = topology();
    DefinitionNames names(made, "plain", kind, capabilities, preceding);
    std::vector<std::uint8_t> buffer(room);
    wire::Bytes out;
    std::size_t ready = 0, filled = 0;
    for (std::size_t at = 0; at < in.size();) {
        const std::size_t more = std::min({piece, in.size() - at, room - filled});
        if (more == 0) break;
        std::copy_n(in.begin() + static_cast<std::ptrdiff_t>(at), more,
                    buffer.begin() + static_cast<std::ptrdiff_t>(filled));
        at += more;
        filled += more;
        const auto progress = names.advance(buffer, ready, filled);
        EXPECT_LE(progress.ready, progress.filled);
        EXPECT_LE(progress.filled, room);
        filled = progress.filled;
        // What is ready is sent.
        out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(progress.ready));
        std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(progress.ready),
                  buffer.begin() + static_cast<std::ptrdiff_t>(filled), buffer.begin());
        filled -= progress.ready;
        ready = 0;
    }
    out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(filled));
    return out;
}

TEST(DefinitionNames, is_needed) {
    router::Topology made = topology();
    EXPECT_TRUE(DefinitionNames::needed(made));
    made.keyspaces.pop_back();
    EXPECT_FALSE(DefinitionNames::needed(made));
}

TEST(DefinitionNames, a_result_set) {
    const auto stream = [](std::string_view schema) {
        Stream made;
        made.ok();  // of the prelude
        made.packet({2});
        made.definition(schema);
        made.definition("plain");
        made.eof();
        made.packet({2, 'd', 'b', 0xFB});
        made.eof();
        return made.bytes;
    };
    for (const std::size_t piece : {1u, 3u, 50u, 4096u}) {
        EXPECT_EQ(passed(stream("db"), ResponseKind::result, piece, 0, 1), stream("a_longer_name")) << piece;
    }
}

TEST(DefinitionNames, a_prepared_statement) {
    for (const bool deprecate_eof : {false, true}) {
        const auto stream = [&](std::string_view schema) {
            Stream made;
            made.prepare_ok(2, 1);
            made.definition("");
            if (!deprecate_eof) made.eof();
            made.definition(schema);
            made.definition(schema);
            if (!deprecate_eof) made.eof();
            return made.bytes;
        };
        const wire::Capabilities capabilities = deprecate_eof ? wire::capability::deprecate_eof : 0;
        for (const std::size_t piece : {1u, 7u, 4096u}) {
            EXPECT_EQ(passed(stream("db"), ResponseKind::prepare, piece, capabilities),
                      stream("a_longer_name"));
        }
    }
}

TEST(DefinitionNames, a_field_list) {
    const auto stream = [](std::string_view schema) {
        Stream made;
        made.definition(schema);
        made.definition(schema);
        made.eof();
        return made.bytes;
    };
    EXPECT_EQ(passed(stream("db"), ResponseKind::field_list, 11), stream("a_longer_name"));
}

TEST(DefinitionNames, other_answers_pass) {
    Stream ok, error, rows;
    ok.ok();
    error.packet({0xFF, 1, 2, 'd', 'b'});
    rows.definition("db");
    for (const wire::Bytes& bytes :
         {ok.bytes, error.bytes, wire::Bytes{5, 0, 0}, wire::Bytes{0xFF, 0xFF, 0xFF, 1, 9}}) {
        for (const std::size_t piece : {1u, 4096u})
            EXPECT_EQ(passed(bytes, ResponseKind::result, piece), bytes);
    }
    EXPECT_EQ(passed(rows.bytes, ResponseKind::fetch, 4096), rows.bytes);
    EXPECT_EQ(passed(rows.bytes, ResponseKind::ok_only, 4096), rows.bytes);
}

TEST(DefinitionNames, where_there_is_no_room_the_name_stays) {
    Stream stream;
    stream.packet({1});
    stream.definition("db");
    const std::size_t room = stream.bytes.size();
    EXPECT_EQ(passed(stream.bytes, ResponseKind::result, 4096, 0, 0, room), stream.bytes);
}

}  // namespace
}  // namespace leasehold::proxy
