#include "wire/result_set.h"

#include <gtest/gtest.h>

#include "tests/wire/hex.h"
#include "wire/frame.h"
#include "wire/response_walker.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::to_hex;

const ResultColumn columns[] = {integer_column("id"), text_column("name")};

// Frame by frame as dev.mysql.com, "Text Resultset", has them.
TEST(ResultSet, HasEofsWithoutDeprecateEof) {
    ResultSetBuilder builder(columns, 0, 1);
    builder.add_row({"1", std::nullopt});
    EXPECT_EQ(to_hex(builder.finish(3)),
              to_hex(hex("01000001 02"
                         "18000002 03646566 00 00 00 026964 00 0c 3f00 15000000 08 8080 00 0000"
                         "1a000003 03646566 00 00 00 046e616d65 00 0c 2d00 00040000 fd 0000 00 0000"
                         "05000004 fe 0000 0200"
                         "03000005 0131 fb"
                         "05000006 fe 0300 0200")));
}

TEST(ResultSet, EndsWithAnOkUnderDeprecateEof) {
    ResultSetBuilder builder(columns, capability::deprecate_eof | capability::session_track, 1);
    EXPECT_EQ(to_hex(builder.finish()),
              to_hex(hex("01000001 02"
                         "18000002 03646566 00 00 00 026964 00 0c 3f00 15000000 08 8080 00 0000"
                         "1a000003 03646566 00 00 00 046e616d65 00 0c 2d00 00040000 fd 0000 00 0000"
                         "07000004 fe 00 00 0200 0000")));
}

TEST(ResultSet, SaysThatMetadataFollows) {
    ResultSetBuilder builder(columns, capability::optional_resultset_metadata, 1);
    EXPECT_EQ(to_hex(builder.finish()).substr(0, 12), "020000010201");
}

TEST(ResultSet, FillsAndCutsRows) {
    ResultSetBuilder builder(columns, capability::deprecate_eof, 1);
    const std::size_t before = builder.size();
    builder.add_row({"1"});
    EXPECT_EQ(builder.size() - before, 4U + 3);
    builder.add_row({"1", "a", "more"});
    EXPECT_EQ(builder.size() - before, 2 * 4U + 3 + 4);
    EXPECT_EQ(builder.rows(), 2U);
}

TEST(ResultSet, IsAResponseForEveryClient) {
    for (Capabilities bits = 0; bits < 8; ++bits) {
        const Capabilities client = ((bits & 1) != 0 ? capability::deprecate_eof : 0) |
                                    ((bits & 2) != 0 ? capability::optional_resultset_metadata : 0) |
                                    ((bits & 4) != 0 ? capability::session_track : 0);
        ResultSetBuilder builder(columns, client, 1);
        for (int i = 0; i < 300; ++i)
            builder.add_row({std::to_string(i), std::string(static_cast<std::size_t>(i), 'x')});
        const Bytes out = builder.finish();
        ResponseWalker walker(ResponseKind::result, client);
        const auto step = walker.next(out);
        ASSERT_TRUE(step.has_value());
        EXPECT_TRUE(step->done);
        EXPECT_EQ(step->consumed(), out.size());
        EXPECT_EQ(walker.rows(), 300U);
        EXPECT_EQ(walker.columns(), 2U);
    }
}

}  // namespace
}  // namespace leasehold::wire
