#include "proxy/merge_row.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint8_t null_marker = 0xFB;
constexpr std::size_t bitmap_offset = 2;  // the bitmap's first two bits are not used in rows

std::size_t bitmap_bytes(std::size_t columns) {
    return (columns + bitmap_offset + 7) / 8;
}

// Bytes of a value of the binary protocol; nothing: its length stands in front of it.
std::optional<std::size_t> fixed_size(wire::ColumnType type) {
    switch (type) {
        case wire::ColumnType::tiny:
            return 1;
        case wire::ColumnType::short_int:
        case wire::ColumnType::year:
            return 2;
        case wire::ColumnType::long_int:
        case wire::ColumnType::int24:
        case wire::ColumnType::float32:
            return 4;
        case wire::ColumnType::long_long:
        case wire::ColumnType::float64:
            return 8;
        case wire::ColumnType::null:
            return 0;
        default:
            return std::nullopt;
    }
}

bool is_text(wire::ColumnType type) {
    return type == wire::ColumnType::varchar || type >= wire::ColumnType::tiny_blob;
}

}  // namespace

bool are_alike(const RowColumnType& a, const RowColumnType& b) {
    constexpr wire::ColumnFlags of_type =
        wire::column_flag::is_unsigned | wire::column_flag::is_enum | wire::column_flag::is_set;
    if (((a.flags ^ b.flags) & of_type) != 0) return false;
    const bool geometries = a.type == wire::ColumnType::geometry || b.type == wire::ColumnType::geometry;
    return a.type == b.type || (!geometries && is_text(a.type) && is_text(b.type));
}

RowColumnType type_of(const wire::ColumnDefinition& definition) {
    return {definition.type, definition.flags, definition.collation, definition.length, definition.decimals};
}

bool RowReader::read(wire::BytesView row) {
    return protocol_ == RowProtocol::text ? read_text(row) : read_binary(row);
}

bool RowReader::read_text(wire::BytesView row) {
    const std::uint8_t* at = row.data();
    const std::uint8_t* const end = at + row.size();
    for (RowCell& cell : std::span(cells_).first(wanted_)) {
        if (at == end) return false;
        const std::uint8_t* const begin = at;
        if (*at < null_marker) {
            const std::size_t length = *at++;
            if (static_cast<std::size_t>(end - at) < length) return false;
            cell.value = {at, length};
            at += length;
            cell.null = false;
        } else if (*at == null_marker) {
            ++at;
            cell.value = {};
            cell.null = true;
        } else {
            wire::Reader reader({at, static_cast<std::size_t>(end - at)});
            cell.value = reader.lenenc_bytes();
            if (!reader.ok()) return false;
            at = end - reader.remaining();
            cell.null = false;
        }
        cell.encoded = {begin, at};
    }
    return at == end || wanted_ < cells_.size();
}

bool RowReader::read_binary(wire::BytesView row) {
    const std::size_t head = 1 + bitmap_bytes(cells_.size());
    if (row.size() < head || row[0] != 0) return false;
    wire::Reader reader(row.subspan(head));
    for (std::size_t i = 0; i < wanted_; ++i) {
        RowCell& cell = cells_[i];
        const std::size_t bit = i + bitmap_offset;
        cell.null = (row[1 + bit / 8] >> (bit % 8) & 1) != 0;
        const std::uint8_t* const begin = row.data() + (row.size() - reader.remaining());
        if (cell.null) {
            cell.value = {};
        } else if (const std::optional<std::size_t> size = fixed_size(types_[i].type)) {
            cell.value = reader.bytes(*size);
        } else {
            cell.value = reader.lenenc_bytes();
        }
        if (!reader.ok()) return false;
        cell.encoded = {begin, row.data() + (row.size() - reader.remaining())};
    }
    return reader.at_end() || wanted_ < cells_.size();
}

void RowWriter::append_null_bitmap(wire::Bytes& out, std::span<const RowCell> cells) const {
    const std::size_t start = out.size() + 1;
    wire::append_zeros(out, 1 + bitmap_bytes(cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::size_t bit = i + bitmap_offset;
        if (cells[i].null) out[start + bit / 8] |= static_cast<std::uint8_t>(1U << (bit % 8));
    }
}

RowWriter::Parts RowWriter::first_cells(wire::BytesView row, std::span<const RowCell> cells,
                                        std::size_t columns) {
    if (columns == cells.size()) return {{}, row};
    const std::uint8_t* const end =
        columns == 0 ? cells.front().encoded.data()
                     : cells[columns - 1].encoded.data() + cells[columns - 1].encoded.size();
    if (protocol_ == RowProtocol::text) return {{}, {row.data(), end}};
    head_.clear();
    append_null_bitmap(head_, cells.first(columns));
    return {head_, {row.data() + 1 + bitmap_bytes(cells.size()), end}};
}

void RowWriter::append(wire::Bytes& out, std::span<const RowCell> cells) const {
    if (protocol_ == RowProtocol::binary) append_null_bitmap(out, cells);
    for (const RowCell& cell : cells) {
        if (cell.null && protocol_ == RowProtocol::text) {
            out.push_back(null_marker);
        } else if (!cell.null) {
            wire::append_bytes(out, cell.encoded);
        }
    }
}

}  // namespace leasehold::proxy
