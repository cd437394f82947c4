// The rows of statements with RETURNING that the client gets only when everything that belongs to them is
// done and committed: kept in memory, up to limits.merge_memory. Thread: the worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/memory_account.h"
#include "net/task.h"
#include "proxy/session.h"
#include "wire/bytes.h"

namespace leasehold::proxy {

class FrameWriter;

class KeptRows {
  public:
    explicit KeptRows(Session& session) : session_(session) {}

    // Frames of one answer as they come from a tablet. What is over the limit is dropped, and end_answer()
    // says so.
    void append(wire::BytesView frames);
    // The answer is complete; its columns are those of the answers before. Errors: 1041 over the limit; 1835
    // where it is no answer with rows.
    Result<void> end_answer(wire::Capabilities tablet);
    // Of an answer that ended with an error.
    void drop_answer() { answer_.clear(); }
    // The statement begins anew.
    void clear();

    // The whole result set. At least one answer has ended.
    net::Task<Flow> send(std::uint16_t warnings);

  private:
    net::Task<bool> put(FrameWriter& out, const wire::Bytes& frames);

    Session& session_;
    wire::Bytes answer_;  // that is being read
    wire::Bytes header_;  // frames: how many columns, and what they are
    wire::Bytes rows_;    // frames
    std::uint64_t row_count_ = 0;
    bool over_ = false;
    MemoryCharge charge_{MemoryPart::merges};
};

}  // namespace leasehold::proxy
