// A row of a result set as cells, text or binary protocol, without copying. Pure; used by one thread.
// Source: dev.mysql.com, "Text Resultset Row" and "Binary Protocol Resultset Row".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "wire/bytes.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {

enum class RowProtocol : std::uint8_t { text, binary };

struct RowCell {
    wire::BytesView encoded;  // as it stands in the row; empty for a NULL of the binary protocol
    wire::BytesView value;    // without its length
    bool null = false;
};

// What a cell's encoding depends on.
struct RowColumnType {
    wire::ColumnType type = wire::ColumnType::var_string;
    wire::ColumnFlags flags = 0;
    std::uint16_t collation = 0;
    std::uint32_t length = 0;
    std::uint8_t decimals = 0;

    bool is_unsigned() const { return (flags & wire::column_flag::is_unsigned) != 0; }
    bool operator==(const RowColumnType&) const = default;
};
// Whether values of the two are encoded and compare alike. A server says one text type or another, and sets
// one flag or another, as it came by the rows.
bool are_alike(const RowColumnType& a, const RowColumnType& b);
RowColumnType type_of(const wire::ColumnDefinition& definition);

class RowReader {
  public:
    RowReader(RowProtocol protocol, std::span<const RowColumnType> types)
        : RowReader(protocol, types, types.size()) {}
    // Only the first `wanted` cells are read: the others are nothing.
    RowReader(RowProtocol protocol, std::span<const RowColumnType> types, std::size_t wanted)
        : protocol_(protocol), types_(types), wanted_(wanted) {
        cells_.resize(types.size());
    }
    // False: not a row of these columns.
    bool read(wire::BytesView row);
    // Views of the row that was read last.
    std::span<const RowCell> cells() const { return cells_; }

  private:
    bool read_text(wire::BytesView row);
    bool read_binary(wire::BytesView row);

    RowProtocol protocol_;
    std::span<const RowColumnType> types_;
    std::size_t wanted_;
    std::vector<RowCell> cells_;
};

// Writes a row of the cells [0, columns): the head goes in front of the tail, which lies together in the row.
class RowWriter {
  public:
    explicit RowWriter(RowProtocol protocol) : protocol_(protocol) {}

    // The first `columns` cells of `row`, whose cells these are; all of them need not have been read.
    struct Parts {
        wire::BytesView head, tail;
    };
    Parts first_cells(wire::BytesView row, std::span<const RowCell> cells, std::size_t columns);
    // A row of any cells.
    void append(wire::Bytes& out, std::span<const RowCell> cells) const;

  private:
    void append_null_bitmap(wire::Bytes& out, std::span<const RowCell> cells) const;

    RowProtocol protocol_;
    wire::Bytes head_;
};

}  // namespace leasehold::proxy
