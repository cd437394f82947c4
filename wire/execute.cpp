#include <algorithm>

#include "wire/command_byte.h"
#include "wire/malformed.h"
#include "wire/parameter_block.h"
#include "wire/prepared.h"

namespace leasehold::wire {

Result<ExecuteRequest> decode_execute(BytesView payload, const ExecuteContext& context) {
    Reader reader(payload);
    reader.skip(1);
    ExecuteRequest request;
    request.statement_id = reader.u32();
    request.flags = reader.u8();
    request.iterations = reader.u32();
    if (!reader.ok()) return malformed("COM_STMT_EXECUTE");
    request.parameters = context.parameters;

    // MySQL 9.7 reads the count whenever the statement has parameters, and by the flag alone when it has
    // none.
    const bool named = has(context.capabilities, capability::query_attributes);
    std::uint64_t count = context.parameters;
    if (named && (count > 0 || (request.flags & cursor_flag::parameter_count_available) != 0))
        count = reader.lenenc();
    if (!reader.ok() || count < context.parameters || count > max_bound_values)
        return malformed("COM_STMT_EXECUTE");
    if (count == 0) return request;

    auto block = read_parameter_block(reader, static_cast<std::size_t>(count), named,
                                      context.remembered_types, context.long_data);
    if (!block) return block.error();
    request.types_bound = block->types_bound;
    request.values = std::move(block->values);
    return request;
}

Result<ExecuteHead> decode_execute_head(BytesView beginning, const ExecuteContext& context) {
    Reader reader(beginning);
    reader.skip(1);
    ExecuteHead head;
    head.request.statement_id = reader.u32();
    head.request.flags = reader.u8();
    head.request.iterations = reader.u32();
    head.request.parameters = context.parameters;
    const bool named = has(context.capabilities, capability::query_attributes);
    const std::uint64_t count = named && context.parameters > 0 ? reader.lenenc() : context.parameters;
    if (count == 0 || count != context.parameters || !context.long_data.empty()) {
        return malformed("COM_STMT_EXECUTE");
    }
    head.nulls = reader.bytes((count + 7) / 8);
    head.request.types_bound = reader.u8() != 0;
    if (head.request.types_bound) {
        for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
            head.types.push_back(reader.u16());
            if (named && !reader.lenenc_text().empty()) return malformed("parameter names");
            if (!is_bindable(column_type_of(head.types.back()))) return malformed("parameter types");
        }
    } else {
        head.types.assign(context.remembered_types.begin(), context.remembered_types.end());
    }
    if (!reader.ok() || head.types.size() != count) return malformed("parameter types");
    head.values_offset = beginning.size() - reader.remaining();
    return head;
}

void append_execute_head(Bytes& out, const ExecuteHead& head, std::uint32_t statement_id) {
    append_u8(out, static_cast<std::uint8_t>(Command::stmt_execute));
    append_u32(out, statement_id);
    append_u8(out, head.request.flags);
    append_u32(out, head.request.iterations);
    append_bytes(out, head.nulls);
    append_u8(out, 1);
    for (const BoundType type : head.types) append_u16(out, type);
}

std::vector<BoundType> bound_types(const ExecuteRequest& request) {
    std::vector<BoundType> types;
    types.reserve(request.parameters);
    for (const BoundValue& value :
         std::span(request.values).first(std::min<std::size_t>(request.parameters, request.values.size()))) {
        types.push_back(value.type);
    }
    return types;
}

namespace {

void append_execute_values(Bytes& out, const ExecuteRequest& request, std::uint32_t statement_id,
                           std::span<const BoundValue> values, bool named) {
    constexpr auto counted = cursor_flag::parameter_count_available;
    append_u8(out, static_cast<std::uint8_t>(Command::stmt_execute));
    append_u32(out, statement_id);
    const bool with_count = named && !values.empty();
    append_u8(out, static_cast<std::uint8_t>((request.flags & ~counted) | (with_count ? counted : 0)));
    append_u32(out, request.iterations);
    if (values.empty()) return;
    if (with_count) append_lenenc(out, values.size());
    append_parameter_block(out, values, named);
}

}  // namespace

void append_execute(Bytes& out, const ExecuteRequest& request, std::uint32_t statement_id,
                    std::span<const std::uint16_t> chosen, Capabilities capabilities) {
    const bool named = has(capabilities, capability::query_attributes);
    std::vector<BoundValue> values;
    values.reserve(chosen.size());
    for (const std::uint16_t index : chosen) {
        BoundValue null_value;
        null_value.type = static_cast<BoundType>(ColumnType::null);
        null_value.is_null = true;
        values.push_back(index < request.values.size() ? request.values[index] : null_value);
    }
    if (named && request.values.size() > request.parameters) {
        values.insert(values.end(), request.values.begin() + request.parameters, request.values.end());
    }
    append_execute_values(out, request, statement_id, values, named);
}

void append_execute(Bytes& out, const ExecuteRequest& request, std::uint32_t statement_id,
                    Capabilities capabilities) {
    const bool named = has(capabilities, capability::query_attributes);
    std::span<const BoundValue> values = request.values;
    if (!named && values.size() > request.parameters) values = values.first(request.parameters);
    append_execute_values(out, request, statement_id, values, named);
}

}  // namespace leasehold::wire
