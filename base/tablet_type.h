// Vitess's word for the role a tablet plays in its shard.
#pragma once

#include <cstdint>
#include <string_view>

namespace leasehold {

enum class TabletType : std::uint8_t { primary, replica };

constexpr std::string_view to_string(TabletType type) {
    return type == TabletType::primary ? "primary" : "replica";
}

}  // namespace leasehold
