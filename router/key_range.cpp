#include "router/key_range.h"

#include <optional>
#include <utility>

#include "base/mysql_errors.h"

namespace leasehold::router {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> bound(std::string_view text) {
    std::optional<std::string> bytes = from_hex(text);
    while (bytes && !bytes->empty() && bytes->back() == 0) bytes->pop_back();
    return bytes;
}

}  // namespace

Result<KeyRange> parse_key_range(std::string_view text) {
    const auto refuse = [&](std::string_view why) {
        return make_error(mysql_error::unknown_error,
                          "key range \"" + std::string(text) + "\": " + std::string(why));
    };
    if (text == "0") return KeyRange{};
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return refuse("no \"-\" between its bounds");
    std::optional<std::string> start = bound(text.substr(0, dash));
    std::optional<std::string> end = bound(text.substr(dash + 1));
    if (!start || !end) return refuse("a bound is not an even number of hex digits");
    if (!end->empty() && *start >= *end) return refuse("its start is not below its end");
    return KeyRange{std::move(*start), std::move(*end)};
}

KeyRange range_of_prefix(std::string prefix) {
    std::string end = prefix;
    while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
    if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
    return {std::move(prefix), std::move(end)};
}

std::vector<std::string> coverage_problems(const std::vector<KeyRange>& sorted) {
    std::vector<std::string> problems;
    if (sorted.empty()) return {"there is no shard"};
    if (!sorted.front().start.empty()) {
        problems.push_back("no shard holds -" + to_hex(sorted.front().start));
    }
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        const KeyRange& before = sorted[i - 1];
        const KeyRange& range = sorted[i];
        if (before.end.empty() || before.end > range.start) {
            problems.push_back("shards " + to_string(before) + " and " + to_string(range) + " overlap");
        } else if (before.end < range.start) {
            problems.push_back("no shard holds " + to_hex(before.end) + "-" + to_hex(range.start));
        }
    }
    if (!sorted.back().end.empty()) problems.push_back("no shard holds " + to_hex(sorted.back().end) + "-");
    return problems;
}

std::string to_string(const KeyRange& range) {
    return to_hex(range.start) + "-" + to_hex(range.end);
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 15]);
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

}  // namespace leasehold::router
