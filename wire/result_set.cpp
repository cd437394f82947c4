#include "wire/result_set.h"

#include <utility>

#include "wire/frame.h"

namespace leasehold::wire {

ResultColumn text_column(std::string_view name) {
    ResultColumn column;
    column.name = name;
    return column;
}

ResultColumn integer_column(std::string_view name) {
    ResultColumn column;
    column.name = name;
    column.type = ColumnType::long_long;
    column.flags = column_flag::binary | column_flag::numeric;
    column.collation = collation::binary;
    column.length = 21;
    return column;
}

ResultColumn double_column(std::string_view name) {
    ResultColumn column = integer_column(name);
    column.type = ColumnType::float64;
    column.length = 22;
    column.decimals = 31;  // "not fixed"
    return column;
}

ResultSetBuilder::ResultSetBuilder(std::span<const ResultColumn> columns, Capabilities client,
                                   std::uint8_t sequence, StatusFlags status)
    : columns_(columns.size()), client_(client), sequence_(sequence), status_(status) {
    std::size_t start = begin_packet(out_);
    append_column_count(out_, ColumnCount{columns_, true}, client_);
    end_packet(out_, start, sequence_);
    for (const ResultColumn& column : columns) {
        ColumnDefinition definition;
        definition.name = column.name;
        definition.collation = column.collation;
        definition.length = column.length;
        definition.type = column.type;
        definition.flags = column.flags;
        definition.decimals = column.decimals;
        start = begin_packet(out_);
        append_column_definition(out_, definition);
        end_packet(out_, start, sequence_);
    }
    if (has(client_, capability::deprecate_eof)) return;
    start = begin_packet(out_);
    append_eof(out_, EofPacket{0, status_});
    end_packet(out_, start, sequence_);
}

void ResultSetBuilder::add_row(std::span<const TextValue> values) {
    const std::size_t start = begin_packet(out_);
    for (std::size_t i = 0; i < columns_; ++i)
        append_text_value(out_, i < values.size() ? values[i] : TextValue());
    end_packet(out_, start, sequence_);
    ++rows_;
}

Bytes ResultSetBuilder::finish(std::uint16_t warnings) {
    const std::size_t start = begin_packet(out_);
    append_end_of_rows(out_, EofPacket{warnings, status_}, client_);
    end_packet(out_, start, sequence_);
    rows_ = 0;
    return std::exchange(out_, Bytes());
}

}  // namespace leasehold::wire
