#include "wire/parameter_block.h"

#include <algorithm>

#include "wire/malformed.h"

namespace leasehold::wire {

Result<ParameterBlock> read_parameter_block(Reader& reader, std::size_t count, bool named,
                                            std::span<const BoundType> remembered,
                                            std::span<const std::uint16_t> long_data) {
    ParameterBlock block;
    // The bitmap's length is checked first, so that memory is in proportion to what came.
    const BytesView nulls = reader.bytes((count + 7) / 8);
    block.types_bound = reader.u8() != 0;
    if (!reader.ok()) return malformed("parameters");
    block.values.resize(count);
    std::size_t index = 0;
    for (BoundValue& value : block.values) {
        value.is_null = (nulls[index / 8] >> (index % 8) & 1) != 0;
        if (block.types_bound) {
            value.type = reader.u16();
        } else if (index < remembered.size()) {
            value.type = remembered[index];
        } else if (value.is_null || std::binary_search(long_data.begin(), long_data.end(), index)) {
            // Connector/J binds no types before the first value that is not NULL.
            value.type = static_cast<BoundType>(value.is_null ? ColumnType::null : ColumnType::blob);
        } else {
            return make_error(mysql_error::wrong_arguments, "Incorrect arguments to COM_STMT_EXECUTE");
        }
        if (block.types_bound && named) value.name = reader.lenenc_text();
        if (!reader.ok()) return malformed("parameter types");
        if (!is_bindable(column_type_of(value.type))) {
            return make_error(mysql_error::wrong_arguments, "Incorrect arguments to COM_STMT_EXECUTE");
        }
        ++index;
    }
    index = 0;
    auto long_next = long_data.begin();
    for (BoundValue& value : block.values) {
        while (long_next != long_data.end() && *long_next < index) ++long_next;
        if (long_next != long_data.end() && *long_next == index) {
            value.is_long_data = true;  // its bit in the bitmap means nothing then
            value.is_null = false;
        } else if (column_type_of(value.type) == ColumnType::null) {
            value.is_null = true;
        } else if (!value.is_null) {
            value.encoded = read_encoded(reader, value.type);
        }
        if (!reader.ok()) return malformed("parameter values");
        ++index;
    }
    return block;
}

void append_parameter_block(Bytes& out, std::span<const BoundValue> values, bool named) {
    const std::size_t bitmap = out.size();
    append_zeros(out, (values.size() + 7) / 8);
    append_u8(out, 1);
    std::size_t index = 0;
    for (const BoundValue& value : values) {
        if (value.is_null) out[bitmap + index / 8] |= static_cast<std::uint8_t>(1U << (index % 8));
        append_u16(out, value.type);
        if (named) append_lenenc_text(out, value.name);
        ++index;
    }
    for (const BoundValue& value : values) {
        if (!value.is_null && !value.is_long_data) append_bytes(out, value.encoded);
    }
}

}  // namespace leasehold::wire
