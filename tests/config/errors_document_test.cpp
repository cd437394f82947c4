// docs/errors.md against the numbers of base/mysql_errors.h and their SQLSTATEs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <string>

#include "base/error.h"
#include "config/load.h"

namespace leasehold::config {
namespace {

std::string text_of(const std::string& path) {
    Result<std::string> text = read_file(std::string(LEASEHOLD_SOURCE_DIR) + path);
    EXPECT_TRUE(text.has_value()) << path;
    return text.has_value() ? text.value() : "";
}

std::uint16_t number_at(std::string_view text) {
    std::uint16_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

TEST(ErrorsDocument, HasEveryNumber) {
    const std::string header = text_of("/base/mysql_errors.h");
    const std::string document = text_of("/docs/errors.md");
    constexpr std::string_view before = "std::uint16_t ";
    int found = 0;
    for (std::size_t at = header.find(before); at != std::string::npos; at = header.find(before, at + 1)) {
        std::size_t equals = header.find("= ", at);
        std::uint16_t number = number_at(std::string_view(header).substr(equals + 2));
        EXPECT_THAT(document, testing::HasSubstr(std::to_string(number))) << header.substr(at, equals - at);
        ++found;
    }
    EXPECT_GT(found, 20);
}

TEST(ErrorsDocument, SqlstatesAreThoseSent) {
    const std::string document = text_of("/docs/errors.md");
    constexpr std::string_view row = "\n| ";
    int found = 0;
    for (std::size_t at = document.find(row); at != std::string::npos; at = document.find(row, at + 1)) {
        std::uint16_t number = number_at(std::string_view(document).substr(at + row.size()));
        if (number == 0 || number == 1065) continue;  // a heading; the parser gives 1065 its own
        std::string state = document.substr(document.find("| ", at + row.size()) + 2, 5);
        EXPECT_EQ(state, sqlstate_of(number)) << number;
        ++found;
    }
    EXPECT_GT(found, 30);
}

}  // namespace
}  // namespace leasehold::config
