#include "router/sequence_block.h"

#include <limits>
#include <string>

#include "base/mysql_errors.h"

namespace leasehold::router {

std::optional<std::uint64_t> SequenceBlock::take(std::uint64_t count) {
    if (count == 0 || count > left()) return std::nullopt;
    const std::uint64_t first = next_;
    next_ += count;
    return first;
}

Result<std::int64_t> SequenceBlock::plan_growth(std::int64_t next_id, std::int64_t cache,
                                                std::uint64_t count) const {
    if (next_id < 1) {
        return make_error(mysql_error::unknown_error,
                          "next_id is " + std::to_string(next_id) + "; expected 1 or more");
    }
    if (cache < 1) {
        return make_error(mysql_error::unknown_error,
                          "cache is " + std::to_string(cache) + "; expected 1 or more");
    }
    const auto from = static_cast<std::uint64_t>(next_id);
    const auto block = static_cast<std::uint64_t>(cache);
    const std::uint64_t in_hand = from == end_ ? left() : 0;
    const std::uint64_t missing = count > in_hand ? count - in_hand : 1;
    constexpr auto greatest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    // Whole blocks, without overflow: missing / block blocks and one for the rest.
    const std::uint64_t blocks = missing / block + (missing % block == 0 ? 0 : 1);
    if (blocks > (greatest - from) / block) {
        return make_error(mysql_error::autoinc_read_failed,
                          "Failed to read auto-increment value from storage engine: no " +
                              std::to_string(count) + " ids are left");
    }
    return static_cast<std::int64_t>(from + blocks * block);
}

void SequenceBlock::add(std::int64_t from, std::int64_t to) {
    const auto begin = static_cast<std::uint64_t>(from);
    if (begin != end_) next_ = begin;
    end_ = static_cast<std::uint64_t>(to);
}

}  // namespace leasehold::router
