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
    MadeVindex (*make)(const VindexParams&);
    std::array<std::string_view, 3> params = {};
    bool takes_any = false;  // hands further parameters on to other vindexes
};

constexpr std::array types{
    VindexType{"binary", make_binary},
    VindexType{"binary_md5", make_binary_md5},
    VindexType{"cfc", make_cfc, {"hash", "offsets"}},
    VindexType{"hash", make_hash},
    VindexType{"modulo", make_modulo, {"count"}},
    VindexType{"multicol", make_multicol, {"column_count", "column_bytes", "column_vindex"}, true},
    VindexType{"null", make_null},
    VindexType{"numeric", make_numeric},
    VindexType{"numeric_static_map", make_numeric_static_map, {"json", "json_path", "fallback_type"}},
    VindexType{"region_experimental", make_region_experimental, {"region_bytes"}},
    VindexType{"region_json", make_region_json, {"region_bytes", "region_map"}},
    VindexType{"reverse_bits", make_reverse_bits},
    VindexType{"unicode_loose_md5", make_unicode_loose_md5},
    VindexType{"unicode_loose_xxhash", make_unicode_loose_xxhash},
    VindexType{"xxhash", make_xxhash},
};

std::optional<Error> unknown_param(const VindexType& type, const VindexParams& params) {
    if (type.takes_any) return std::nullopt;
    for (const auto& [name, value] : params) {
        if (takes_param(type.name, name)) continue;
        std::string known;
        for (const std::string_view param : type.params) {
            if (!param.empty()) known += (known.empty() ? "" : ", ") + std::string(param);
        }
        return make_error(mysql_error::unknown_error, "params." + name + ": vindex type \"" +
                                                          std::string(type.name) + "\" takes " +
                                                          (known.empty() ? "no parameters" : known));
    }
    return std::nullopt;
}

}  // namespace

bool takes_param(std::string_view type, std::string_view name) {
    const auto known = std::ranges::find(types, type, &VindexType::name);
    return known != types.end() && !name.empty() &&
           std::ranges::find(known->params, name) != known->params.end();
}

std::optional<KeyspaceId> Vindex::place(std::span<const SqlValue> key) const {
    Destination destination = map(key);
    if (KeyspaceId* id = std::get_if<KeyspaceId>(&destination)) return std::move(*id);
    return std::nullopt;
}

std::optional<SqlValue> Vindex::reverse(std::string_view) const {
    return std::nullopt;
}

Result<std::shared_ptr<const Vindex>> make_vindex(std::string_view type, const VindexParams& params) {
    if (is_lookup(type)) return make_lookup(type, params);
    const auto known =
        std::find_if(types.begin(), types.end(), [&](const VindexType& t) { return t.name == type; });
    if (known != types.end()) {
        if (std::optional<Error> unknown = unknown_param(*known, params)) return *std::move(unknown);
        return known->make(params);
    }
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
