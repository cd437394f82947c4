// The part that COM_STMT_EXECUTE and COM_QUERY with attributes share: NULL bitmap, types, names and values.
// For this folder's own use.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/error.h"
#include "wire/bound_value.h"
#include "wire/bytes.h"

namespace leasehold::wire {

inline constexpr std::size_t max_bound_values = 65'535;

struct ParameterBlock {
    bool types_bound = false;
    std::vector<BoundValue> values;
};
// `count` values; `named`: each type is followed by a name (QUERY_ATTRIBUTES). `remembered` and `long_data`
// as in ExecuteContext.
[[nodiscard]] Result<ParameterBlock> read_parameter_block(Reader& reader, std::size_t count, bool named,
                                                          std::span<const BoundType> remembered,
                                                          std::span<const std::uint16_t> long_data);
// Always with types.
void append_parameter_block(Bytes& out, std::span<const BoundValue> values, bool named);

}  // namespace leasehold::wire
