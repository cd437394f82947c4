// Literal bytes of files, fed in pieces of every size: the lines as they stand, and what their fields say.
#include "router/load_lines.h"

#include <gtest/gtest.h>

#include "router/load_format.h"

namespace leasehold::router {
namespace {

using State = LoadLines::Field::State;

struct Line {
    std::string bytes;
    std::vector<std::string> fields;  // "-" missing, "NULL" null, else the text in brackets

    bool operator==(const Line&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Line& line) {
    out << "'" << line.bytes << "'";
    for (const std::string& field : line.fields) out << " " << field;
    return out;
}

std::vector<Line> lines_of(const LoadFormat& format, std::size_t columns, std::string_view file,
                           std::size_t piece) {
    std::vector<std::size_t> keys;
    for (std::size_t i = 0; i < columns; ++i) keys.push_back(i);
    LoadLines lines(format, columns, keys, 1000);
    std::vector<Line> found;
    const auto take = [&] {
        for (;;) {
            const Result<std::optional<std::string_view>> line = lines.next();
            ASSERT_TRUE(line) << line.error().message;
            if (!*line) return;
            Line& one = found.emplace_back();
            one.bytes = **line;
            for (const LoadLines::Field& field : lines.fields()) {
                one.fields.push_back(field.state == State::missing ? "-"
                                     : field.state == State::null  ? "NULL"
                                                                   : "[" + field.text + "]");
            }
        }
    };
    for (std::size_t at = 0; at < file.size(); at += piece) {
        lines.feed(file.substr(at, piece));
        take();
    }
    lines.end();
    take();
    return found;
}

void expect(const LoadFormat& format, std::size_t columns, std::string_view file,
            const std::vector<Line>& right) {
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, file.size()}) {
        EXPECT_EQ(lines_of(format, columns, file, std::max<std::size_t>(piece, 1)), right)
            << "pieces of " << piece;
    }
}

TEST(LoadLines, tabs_and_line_feeds) {
    expect({}, 2, "1\tone\n2\ttwo\n", {{"1\tone\n", {"[1]", "[one]"}}, {"2\ttwo\n", {"[2]", "[two]"}}});
}

TEST(LoadLines, the_last_line_needs_no_end) {
    expect({}, 2, "1\tone\n2\ttwo", {{"1\tone\n", {"[1]", "[one]"}}, {"2\ttwo", {"[2]", "[two]"}}});
    expect({}, 2, "", {});
    expect({}, 2, "\n", {{"\n", {"[]", "-"}}});
}

TEST(LoadLines, too_few_and_too_many_fields) {
    expect({}, 2, "1\n2\t3\t4\\\n5\n6\t7\n",
           {{"1\n", {"[1]", "-"}}, {"2\t3\t4\\\n5\n", {"[2]", "[3]"}}, {"6\t7\n", {"[6]", "[7]"}}});
}

TEST(LoadLines, escapes) {
    expect({}, 2, "a\\tb\\\n\\\\\t\\N\nN\t\\Nx\nx\\",
           {{"a\\tb\\\n\\\\\t\\N\n", {"[a\tb\n\\]", "NULL"}},
            {"N\t\\Nx\n", {"[N]", "[Nx]"}},
            {"x\\", {"[x\\]", "-"}}});
}

LoadFormat csv() {
    LoadFormat format;
    format.field_end = ",";
    format.enclosed = '"';
    format.line_end = "\r\n";
    return format;
}

TEST(LoadLines, enclosed_fields) {
    expect(csv(), 2, "\"a,\r\nb\",\"c\"\"d\"\r\n\"e\" f,g\r\n",
           {{"\"a,\r\nb\",\"c\"\"d\"\r\n", {"[a,\r\nb]", "[c\"d]"}},
            {"\"e\" f,g\r\n", {"[\"e\" f,g\r\n]", "-"}}});
    expect(csv(), 2, "NULL,\"NULL\"\r\n", {{"NULL,\"NULL\"\r\n", {"NULL", "[NULL]"}}});
    expect(csv(), 1, "\"a\"", {{"\"a\"", {"[a]"}}});
    expect(csv(), 1, "\"a", {{"\"a", {"[\"a]"}}});
    expect(csv(), 2, "1,a\rb\r\n\r2,c\r\n",
           {{"1,a\rb\r\n", {"[1]", "[a\rb]"}}, {"\r2,c\r\n", {"[\r2]", "[c]"}}});
}

TEST(LoadLines, the_byte_that_encloses_escapes_too) {
    LoadFormat format = csv();
    format.escaped = '"';
    expect(format, 2, "\"a\"\"b\",\"c\"\r\n", {{"\"a\"\"b\",\"c\"\r\n", {"[a\"b]", "[c]"}}});
}

TEST(LoadLines, no_escapes) {
    LoadFormat format;
    format.escaped.reset();
    expect(format, 2, "a\\\tb\\\n", {{"a\\\tb\\\n", {"[a\\]", "[b\\]"}}});
}

TEST(LoadLines, starting_by) {
    LoadFormat format;
    format.line_start = "xx";
    expect(format, 1, "no\nabcxxone\nx\nxxtwo\nxx", {{"xxone\n", {"[one]"}}, {"xxtwo\n", {"[two]"}}});
}

TEST(LoadLines, ignored_lines_know_escapes_but_no_enclosed_fields) {
    LoadFormat format = csv();
    format.line_end = "\n";
    format.ignored_lines = 2;
    expect(format, 1, "\"head\ning\"\n1\n2\n", {{"1\n", {"[1]"}}, {"2\n", {"[2]"}}});
    expect(format, 1, "a\\\nb\nc\n1\n", {{"1\n", {"[1]"}}});
    expect(format, 1, "a\n", {});
}

TEST(LoadLines, only_the_wanted_fields) {
    LoadLines lines({}, 3, {2, 0}, 100);
    lines.feed("1\t2\t3\n");
    lines.end();
    ASSERT_TRUE(lines.next());
    ASSERT_EQ(lines.fields().size(), 2u);
    EXPECT_EQ(lines.fields()[0].text, "3");
    EXPECT_EQ(lines.fields()[1].text, "1");
    EXPECT_EQ(lines.line_number(), 1u);
}

TEST(LoadLines, a_line_that_is_too_long) {
    LoadLines lines({}, 1, {0}, 100);
    lines.feed(std::string(101, 'x'));
    const Result<std::optional<std::string_view>> line = lines.next();
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().code, 1041);
    EXPECT_NE(line.error().message.find("limits.merge_memory"), std::string::npos);
}

Result<LoadClauses> clauses_of(std::string_view tail, SqlMode mode = {}) {
    return parse_load_clauses(tokenize(tail, mode), 0);
}

TEST(LoadClauses, every_clause) {
    const Result<LoadClauses> read = clauses_of(
        "PARTITION (p0, p1) CHARACTER SET Latin1 COLUMNS TERMINATED BY 0x7c OPTIONALLY ENCLOSED BY '\\'' "
        "ESCAPED "
        "BY '' LINES STARTING BY '->' TERMINATED BY '\\n\\n' IGNORE 3 ROWS (a, `B c`, @x, t.d) SET e = "
        "(SELECT 1, 2 "
        "= 3), t.f = @x, g = 'h = 1'");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->charset, "latin1");
    EXPECT_EQ(read->format.field_end, "|");
    EXPECT_EQ(read->format.enclosed, '\'');
    EXPECT_FALSE(read->format.escaped);
    EXPECT_EQ(read->format.line_start, "->");
    EXPECT_EQ(read->format.line_end, "\n\n");
    EXPECT_EQ(read->format.ignored_lines, 3u);
    EXPECT_EQ(read->ignored.last - read->ignored.first, 3u);
    EXPECT_EQ(read->columns, (std::vector<std::string>{"a", "b c", "@x", "d"}));
    EXPECT_EQ(read->set, (std::vector<std::string>{"e", "f", "g"}));
}

TEST(LoadClauses, what_is_not_given) {
    const Result<LoadClauses> read = clauses_of("");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->format.field_end, "\t");
    EXPECT_EQ(read->format.line_end, "\n");
    EXPECT_EQ(read->format.escaped, '\\');
    EXPECT_FALSE(read->format.enclosed);
    EXPECT_FALSE(read->columns);
    SqlMode mode;
    mode.no_backslash_escapes = true;
    EXPECT_FALSE(clauses_of("", mode)->format.escaped);
}

TEST(LoadClauses, refused) {
    for (const std::string_view tail :
         {"FIELDS TERMINATED BY ''", "LINES TERMINATED BY ''", "FIELDS TERMINATED BY '\\n'",
          "FIELDS ENCLOSED BY 'ab'", "CHARACTER SET sjis", "IGNORE x LINES", "IGNORE 1", "(a", "(a,", "(1)",
          "FIELDS TERMINATED 'x'", "SET", "LINES STARTING BY 5", "IGNORE `", "IGNORE 'x", "WHAT",
          "PARTITION (", "IGNORE", "FIELDS TERMINATED BY"}) {
        EXPECT_FALSE(clauses_of(tail)) << tail;
    }
}

}  // namespace
}  // namespace leasehold::router
