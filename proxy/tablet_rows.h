// The rows of one answer of a tablet, one after another, for answers that the proxy reads itself. Holds one
// buffer and, of a row that does not fit into it, the row, up to limits.merge_memory. Thread: the worker's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/memory_account.h"
#include "proxy/frame_reader.h"
#include "proxy/prelude.h"
#include "wire/column_type.h"

namespace leasehold::proxy {

class TabletRows {
  public:
    // The request has been sent; `preceding` answers of its prelude come first.
    TabletRows(Session& session, pool::Connection& connection, unsigned preceding = 0);

    // False: the rows have ended. Errors: the tablet's own, 2013, 1317, 1041 for a row that is too large.
    // After one of the tablet's own answered() is true: the connection is fit for use.
    net::Task<Result<bool>> next();
    // A text row: length-encoded values. Valid until the next call.
    wire::BytesView row() const { return row_; }
    // Of the columns, once next() has answered.
    const std::vector<wire::ColumnType>& types() const { return types_; }
    bool answered() const { return state_ == State::ended; }
    wire::StatusFlags status() const { return status_; }

  private:
    enum class State : std::uint8_t { header, rows, ended };

    net::Task<Result<void>> read_packet();
    net::Task<Result<void>> read_header();
    Error take_error();
    Result<void> take_end();

    Session& session_;
    pool::Connection& connection_;
    FrameReader in_;
    unsigned preceding_;
    State state_ = State::header;
    bool deprecate_eof_;
    wire::BytesView row_;
    std::size_t length_ = 0;  // of the packet's first frame
    std::vector<wire::ColumnType> types_;
    wire::Bytes joined_;
    MemoryCharge charge_{MemoryPart::gathers};
    wire::StatusFlags status_ = 0;
};

// A small answer: every value as text; NULL is none.
struct SmallAnswer {
    std::vector<wire::ColumnType> types;
    std::vector<std::vector<std::optional<std::string>>> rows;

    // The value of a row and column; empty where there is none.
    std::string text(std::size_t row, std::size_t column) const;
};

// Sends one statement of the proxy's own and reads its rows, which are few. Errors: as TabletRows::next().
net::Task<Result<SmallAnswer>> ask(Session& session, pool::Connection& connection, std::string sql);

}  // namespace leasehold::proxy
