// The rows of one shard's answer, one at a time: the row it stands on stays until the next is asked for.
// Holds one borrowed buffer, and a copy of the row only when that is larger. Thread: the worker's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/memory_account.h"
#include "proxy/frame_reader.h"
#include "proxy/merge_row.h"
#include "proxy/shard_parts.h"

namespace leasehold::proxy {

class ShardRows {
  public:
    // `max_row`: bytes of the largest row that is taken.
    ShardRows(ShardParts& parts, ShardPart& part, std::size_t max_row);

    // Reads up to the first row. Errors: the tablet's own, 2013, 1835.
    net::Task<std::optional<Error>> open();

    const std::vector<RowColumnType>& types() const { return types_; }
    // The packets of the columns' definitions.
    const std::vector<wire::Bytes>& definitions() const { return definitions_; }

    enum class Step : std::uint8_t { row, end };
    // Errors as open(), 1041 for a row that is too large.
    net::Task<Result<Step>> advance();
    // The same without waiting; nothing: not all there yet.
    std::optional<Result<Step>> try_advance();
    wire::BytesView row() const { return row_; }
    bool ended() const { return ended_; }

    bool opened() const { return opened_; }

    // Reads up to `budget` bytes of rows away. True: the answer has come to its end.
    net::Task<Result<bool>> drain(std::size_t budget);

    ShardPart& part() { return part_; }

  private:
    Result<Step> take(const FramePiece& piece);
    net::Task<std::optional<Error>> read_definition();
    net::Task<Result<Step>> collect(FramePiece piece);

    ShardParts& parts_;
    ShardPart& part_;
    FrameReader in_;
    std::size_t max_row_;
    bool deprecate_eof_;
    bool opened_ = false;
    bool ended_ = false;
    std::vector<RowColumnType> types_;
    std::vector<wire::Bytes> definitions_;
    wire::BytesView row_;
    wire::Bytes large_;
    MemoryCharge memory_{MemoryPart::merges};  // of large_
};

}  // namespace leasehold::proxy
