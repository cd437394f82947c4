#include "router/vindex.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/mysql_errors.h"
#include "router/vindex_lookup.h"
#include "router/vindex_types.h"

namespace leasehold::router {

namespace {

struct VindexType {
    std::string_view name;
    std::shared_ptr<const Vindex> (*make)();
};

constexpr std::array types{
    VindexType{"binary", make_binary},
    VindexType{"binary_md5", make_binary_md5},
    VindexType{"hash", make_hash},
    VindexType{"numeric", make_numeric},
    VindexType{"reverse_bits", make_reverse_bits},
    VindexType{"xxhash", make_xxhash},
};

}  // namespace

std::optional<KeyspaceId> Vindex::place(std::span<const SqlValue> key) const {
    Destination destination = map(key);
    if (KeyspaceId* id = std::get_if<KeyspaceId>(&destination)) return std::move(*id);
    return std::nullopt;
}

std::optional<SqlValue> Vindex::reverse(std::string_view) const {
    return std::nullopt;
}

// Parameters that a type does not know are passed over, as Vitess does (it warns).
Result<std::shared_ptr<const Vindex>> make_vindex(std::string_view type, const VindexParams& params) {
    if (is_lookup(type)) return make_lookup(type, params);
    const auto known =
        std::find_if(types.begin(), types.end(), [&](const VindexType& t) { return t.name == type; });
    if (known != types.end()) return known->make();
    std::string message = "unknown vindex type \"" + std::string(type) + "\" (known:";
    for (const std::string_view name : vindex_types()) message += " " + std::string(name);
    return make_error(mysql_error::unknown_error, message + ")");
}

std::vector<std::string_view> vindex_types() {
    std::vector<std::string_view> names;
    for (const VindexType& t : types) names.push_back(t.name);
    names.insert(names.end(), lookup_types.begin(), lookup_types.end());
    return names;
}

}  // namespace leasehold::router
