#include "wire/malformed.h"
#include "wire/response_packets.h"

namespace leasehold::wire {
namespace {

constexpr std::uint8_t fixed_fields_size = 12;
constexpr std::size_t fixed_fields_used = 10;  // two bytes of filler end them

}  // namespace

Result<ColumnDefinition> decode_column_definition(BytesView payload) {
    Reader reader(payload);
    ColumnDefinition column;
    column.catalog = reader.lenenc_text();
    column.schema = reader.lenenc_text();
    column.table = reader.lenenc_text();
    column.org_table = reader.lenenc_text();
    column.name = reader.lenenc_text();
    column.org_name = reader.lenenc_text();
    const BytesView fixed = reader.lenenc_bytes();
    if (!reader.ok() || fixed.size() < fixed_fields_used) return malformed("column definition");
    Reader fields(fixed);
    column.collation = fields.u16();
    column.length = fields.u32();
    column.type = static_cast<ColumnType>(fields.u8());
    column.flags = fields.u16();
    column.decimals = fields.u8();
    if (!reader.at_end()) {
        column.has_default = true;
        const auto value = reader.lenenc_or_null();
        if (!reader.ok()) return malformed("column default");
        if (value) column.default_value = to_text(*value);
    }
    return column;
}

void append_column_definition(Bytes& out, const ColumnDefinition& column) {
    append_lenenc_text(out, column.catalog);
    append_lenenc_text(out, column.schema);
    append_lenenc_text(out, column.table);
    append_lenenc_text(out, column.org_table);
    append_lenenc_text(out, column.name);
    append_lenenc_text(out, column.org_name);
    append_u8(out, fixed_fields_size);
    append_u16(out, column.collation);
    append_u32(out, column.length);
    append_u8(out, static_cast<std::uint8_t>(column.type));
    append_u16(out, column.flags);
    append_u8(out, column.decimals);
    append_u16(out, 0);
    if (column.has_default) append_text_value(out, column.default_value);
}

}  // namespace leasehold::wire
