// Vindexes of numbers by a list or a rule of the vschema. Source, but for modulo: vitessio/vitess
// go/vt/vtgate/vindexes/{numeric_static_map,null}.go.
#include <charconv>
#include <unordered_map>

#include "router/vindex_integer.h"
#include "router/vindex_json.h"
#include "router/vindex_params.h"
#include "router/vindex_types.h"

namespace leasehold::router {

namespace {

class NumericStaticMap final : public Vindex {
  public:
    using Map = std::unordered_map<std::uint64_t, std::uint64_t>;
    NumericStaticMap(Map map, std::shared_ptr<const Vindex> fallback)
        : map_(std::move(map)), fallback_(std::move(fallback)) {}
    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override {
        return map_integer(key[0], Negative::has_no_id, [&](std::uint64_t number) -> Destination {
            if (const auto found = map_.find(number); found != map_.end()) return big_endian(found->second);
            if (fallback_ == nullptr) return big_endian(number);
            // By the number, so that 2, '2' and 2.0 have one place.
            const SqlValue plain = number;
            return fallback_->map(std::span(&plain, 1));
        });
    }

  private:
    Map map_;
    std::shared_ptr<const Vindex> fallback_;
};

// The remainder is the number of one of `count` equal parts of all keyspace ids: as when n % count chose a
// database.
class Modulo final : public Vindex {
  public:
    explicit Modulo(std::uint64_t count) : count_(count) {}
    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override {
        return map_integer(key[0], Negative::has_no_id, [&](std::uint64_t number) {
            // remainder * 2^64 / count, rounded up so that a part's first id stands in the part.
            const std::uint64_t upper = (number % count_) << 32;
            const std::uint64_t lower = (upper % count_) << 32;
            return big_endian((upper / count_ << 32) + lower / count_ + (lower % count_ == 0 ? 0 : 1));
        });
    }

  private:
    std::uint64_t count_;
};

class NullVindex final : public Vindex {
  public:
    int cost() const override { return 100; }
    Destination map(std::span<const SqlValue>) const override { return KeyspaceId(1, '\0'); }
};

}  // namespace

MadeVindex make_numeric_static_map(const VindexParams& params) {
    const std::string_view json = param_text(params, "json");
    if (params.contains("json_path")) {
        return wrong_param("json_path", params.contains("json") ? "stands beside json; expected one of them"
                                                                : "was not read");
    }
    if (!params.contains("json")) return wrong_param("json", "is missing, and json_path with it");
    Result<NumberMap> pairs = parse_number_map(json);
    if (!pairs) return wrong_param("json", pairs.error().message);
    NumericStaticMap::Map map;
    for (const auto& [text, to] : *pairs) {
        std::uint64_t from = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), from);
        if (error != std::errc{} || end != text.data() + text.size())
            return wrong_param("json", "has the key \"" + text + "\"; expected whole numbers");
        map[from] = to;
    }
    std::shared_ptr<const Vindex> fallback;
    if (const std::string_view type = param_text(params, "fallback_type"); !type.empty()) {
        MadeVindex made = make_vindex(type, {});
        if (!made) return wrong_param("fallback_type", made.error().message);
        if ((*made)->columns() != 1 || type == "null")
            return wrong_param("fallback_type", "\"" + std::string(type) + "\" hashes no single value");
        fallback = *std::move(made);
    }
    return std::make_shared<NumericStaticMap>(std::move(map), std::move(fallback));
}

MadeVindex make_modulo(const VindexParams& params) {
    const Result<std::uint64_t> count = param_number(params, "count", 1, 0xffffffff);
    if (!count) return count.error();
    return std::make_shared<Modulo>(*count);
}

MadeVindex make_null(const VindexParams&) {
    return std::make_shared<NullVindex>();
}

}  // namespace leasehold::router
