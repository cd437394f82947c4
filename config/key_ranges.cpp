#include "config/key_ranges.h"

#include <fmt/format.h>

#include <cctype>

#include "config/quote.h"

namespace leasehold::config {
namespace {

constexpr std::size_t max_digits = 64;  // 32 bytes; the longest keyspace id of a vindex has 16 (binary_md5)

std::optional<std::string> parse_bound(std::string_view digits) {
    if (digits.size() % 2 != 0 || digits.size() > max_digits) return std::nullopt;
    std::string out;
    for (char c : digits) {
        if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    while (out.ends_with("00")) out.resize(out.size() - 2);
    return out;
}

}  // namespace

std::optional<ShardRange> parse_shard_range(std::string_view name) {
    if (name == "0") return ShardRange{"0", "", ""};
    std::size_t dash = name.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    std::optional<std::string> start = parse_bound(name.substr(0, dash));
    std::optional<std::string> end = parse_bound(name.substr(dash + 1));
    if (!start || !end) return std::nullopt;
    bool bounded = dash + 1 < name.size();
    // "-00" ends before it begins.
    if (bounded && *start >= *end) return std::nullopt;
    return ShardRange{std::string(name), std::move(*start), std::move(*end)};
}

std::vector<std::string> cover_problems(std::span<const ShardRange> ranges) {
    std::vector<std::string> found;
    if (ranges.empty()) return found;
    if (!ranges.front().start.empty())
        found.push_back(fmt::format("no shard covers -{}", ranges.front().start));
    const ShardRange* widest = &ranges.front();  // of those so far, the one that ends last
    for (const ShardRange& range : ranges.subspan(1)) {
        bool unbounded = widest->end.empty();
        if (unbounded || range.start < widest->end) {
            found.push_back(fmt::format("shards {} and {} overlap", quote(widest->name), quote(range.name)));
        } else if (widest->end < range.start) {
            found.push_back(fmt::format("no shard covers {}-{}", widest->end, range.start));
        }
        if (!unbounded && (range.end.empty() || range.end > widest->end)) widest = &range;
    }
    if (!widest->end.empty()) found.push_back(fmt::format("no shard covers {}-", widest->end));
    return found;
}

}  // namespace leasehold::config
