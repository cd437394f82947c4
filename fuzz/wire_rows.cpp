// Column definitions, column counts and text rows. The first byte is the number of columns.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "wire/response_packets.h"

using namespace leasehold;
using namespace leasehold::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::vector<std::uint8_t> payload(data + 1, data + size);
    if (const auto column = decode_column_definition(payload)) {
        Bytes again;
        append_column_definition(again, *column);
        const auto second = decode_column_definition(again);
        if (!second || second->name != column->name || second->length != column->length ||
            second->default_value != column->default_value) {
            std::abort();
        }
    }
    if (const auto row = decode_text_row(payload, data[0])) {
        Bytes again;
        append_text_row(again, *row);
        const auto second = decode_text_row(again, data[0]);
        if (!second || *second != *row) std::abort();
    }
    (void)decode_column_count(payload, 0);
    (void)decode_column_count(payload, capability::optional_resultset_metadata);
    (void)decode_local_infile(payload);
    return 0;
}
