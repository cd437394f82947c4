// COM_STMT_EXECUTE and COM_QUERY with attributes: decoded, turned into values, written again and decoded to
// the same. The first byte is the number of parameters, the second the flags, the third the first parameter
// of long data.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "fuzz/require.h"
#include "wire/prepared.h"
#include "wire/query_attributes.h"

namespace {

using namespace leasehold;
using namespace leasehold::wire;

void read_values(const std::vector<BoundValue>& values) {
    TemporalText storage;
    for (const BoundValue& value : values) (void)to_sql_value(value, storage);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const std::vector<std::uint8_t> payload(data + 3, data + size);
    ExecuteContext context;
    context.parameters = data[0];
    context.capabilities = (data[1] & 1) != 0 ? capability::query_attributes : 0;
    const std::vector<BoundType> types(data[0], (data[1] & 2) != 0 ? BoundType{0x08} : BoundType{0xFD});
    if ((data[1] & 4) != 0) context.remembered_types = types;
    const std::uint16_t long_data[] = {data[2], static_cast<std::uint16_t>(data[2] + 3)};
    if ((data[1] & 8) != 0) context.long_data = long_data;

    if (const auto request = decode_execute(payload, context)) {
        read_values(request->values);
        Bytes again;
        append_execute(again, *request, request->statement_id, context.capabilities);
        const auto second = decode_execute(again, context);
        require(second.has_value() && second->values.size() == request->values.size());
        for (std::size_t i = 0; i < second->values.size(); ++i) {
            require(std::ranges::equal(second->values[i].encoded, request->values[i].encoded));
            require(second->values[i].is_null == request->values[i].is_null);
        }
        const std::uint16_t chosen[] = {data[2], 0, 1};
        Bytes subset;
        append_execute(subset, *request, 7, chosen, 0);
    }
    if (const auto query = decode_query(payload, context.capabilities)) {
        require(query->text_offset + query->text.size() == payload.size());
        if (const auto attributes = decode_query_attributes(payload, context.capabilities))
            read_values(*attributes);
    }
    (void)decode_fetch(payload);
    (void)decode_long_data(payload);
    (void)decode_prepare_ok(payload, context.capabilities);
    return 0;
}
