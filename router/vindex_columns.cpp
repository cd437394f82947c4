// Vindexes of several columns. Source: vitessio/vitess
// go/vt/vtgate/vindexes/{multicol,region_experimental,region_json}.go.
#include <algorithm>
#include <charconv>

#include "router/vindex_integer.h"
#include "router/vindex_json.h"
#include "router/vindex_params.h"
#include "router/vindex_types.h"

namespace leasehold::router {

namespace {

// Where rows are whose ids begin with these bytes.
Destination with_prefix(KeyspaceId prefix) {
    if (prefix.empty()) return AllShards{};
    return range_of_prefix(std::move(prefix));
}

Destination map_one(const Vindex& vindex, const SqlValue& value) {
    return vindex.map(std::span(&value, 1));
}

struct Part {
    std::shared_ptr<const Vindex> vindex;
    std::size_t bytes = 0;  // of its id
};

class MultiCol final : public Vindex {
  public:
    explicit MultiCol(std::vector<Part> parts) : parts_(std::move(parts)) {}
    int cost() const override {
        int sum = 0;
        for (const Part& part : parts_) sum += part.vindex->cost();
        return sum;
    }
    std::size_t columns() const override { return parts_.size(); }
    bool partial() const override { return true; }
    Destination map(std::span<const SqlValue> key) const override {
        KeyspaceId id;
        std::size_t filled = 0;  // by the parts before
        for (std::size_t i = 0; i < key.size(); ++i) {
            const Destination destination = map_one(*parts_[i].vindex, key[i]);
            if (std::holds_alternative<NoShard>(destination)) return NoShard{};
            const auto* part = std::get_if<KeyspaceId>(&destination);
            if (part == nullptr) return with_prefix(std::move(id));
            id.resize(std::max(id.size(), filled), '\0');
            id.append(*part, 0, parts_[i].bytes);
            filled += parts_[i].bytes;
        }
        if (key.size() < parts_.size()) return with_prefix(std::move(id));
        return id;
    }

  private:
    std::vector<Part> parts_;
};

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// "a, b": the elements; none of an empty text.
std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> elements;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        elements.push_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
        if (text.empty()) elements.emplace_back();
    }
    return elements;
}

constexpr std::size_t id_bytes = 8;

// What is not said shares the bytes that are left, the first ones rounded up.
Result<std::vector<std::size_t>> bytes_of_columns(std::string_view text, std::size_t columns) {
    const std::vector<std::string_view> said = split(text);
    const auto wrong = [](const std::string& what) { return wrong_param("column_bytes", what); };
    if (said.size() > columns) return wrong("has more numbers than there are columns");
    std::vector<std::size_t> bytes(columns, 0);
    std::size_t used = 0;
    std::size_t open = columns;
    for (std::size_t i = 0; i < said.size(); ++i) {
        if (said[i].empty()) continue;
        const auto [end, error] = std::from_chars(said[i].data(), said[i].data() + said[i].size(), bytes[i]);
        if (error != std::errc{} || end != said[i].data() + said[i].size() || bytes[i] < 1 ||
            bytes[i] > id_bytes)
            return wrong("has \"" + std::string(said[i]) + "\"; expected numbers from 1 to 8");
        used += bytes[i];
        --open;
    }
    if (used + open > id_bytes) return wrong("needs more than the 8 bytes of a keyspace id");
    std::size_t left = id_bytes - used;
    for (std::size_t& count : bytes) {
        if (count != 0) continue;
        count = (left + open - 1) / open;
        left -= count;
        --open;
    }
    return bytes;
}

// As Vitess: what hashes one value and nothing else.
bool hashes_one_value(std::string_view type, const Vindex& vindex) {
    return vindex.columns() == 1 && vindex.unique() && type != "null" && type != "cfc";
}

class Region : public Vindex {
  public:
    explicit Region(std::size_t bytes) : bytes_(bytes) {}
    int cost() const override { return 1; }
    std::size_t columns() const override { return 2; }

  protected:
    // The region's number as the first bytes of an id; what is too large loses its upper bits, as in Vitess.
    KeyspaceId prefix(std::uint64_t region) const {
        KeyspaceId id;
        if (bytes_ == 2) id.push_back(static_cast<char>(region >> 8 & 0xff));
        id.push_back(static_cast<char>(region & 0xff));
        return id;
    }
    static std::shared_ptr<const Vindex> hash() { return *make_hash({}); }

  private:
    std::size_t bytes_;
};

// (region, id)
class RegionExperimental final : public Region {
  public:
    explicit RegionExperimental(std::size_t bytes) : Region(bytes) {}
    bool partial() const override { return true; }
    Destination map(std::span<const SqlValue> key) const override {
        return map_integer(key[0], Negative::has_no_id, [&](std::uint64_t region) -> Destination {
            KeyspaceId id = prefix(region);
            if (key.size() == 1) return with_prefix(std::move(id));
            const Destination rest = map_one(*hash_, key[1]);
            if (std::holds_alternative<NoShard>(rest)) return NoShard{};
            const auto* bytes = std::get_if<KeyspaceId>(&rest);
            if (bytes == nullptr) return with_prefix(std::move(id));
            return id + *bytes;
        });
    }

  private:
    std::shared_ptr<const Vindex> hash_ = hash();
};

// (id, country)
class RegionJson final : public Region {
  public:
    RegionJson(std::size_t bytes, NumberMap regions) : Region(bytes), regions_(std::move(regions)) {}
    Destination map(std::span<const SqlValue> key) const override {
        const Destination rest = map_one(*hash_, key[0]);
        if (std::holds_alternative<NoShard>(rest)) return NoShard{};
        const TextValue country(key[1]);
        const auto region = regions_.find(country.view());
        // A collation may find 'US' equal to 'us'.
        if (region == regions_.end()) return AllShards{};
        KeyspaceId id = prefix(region->second);
        const auto* bytes = std::get_if<KeyspaceId>(&rest);
        if (bytes == nullptr) return with_prefix(std::move(id));
        return id + *bytes;
    }

  private:
    NumberMap regions_;
    std::shared_ptr<const Vindex> hash_ = hash();
};

}  // namespace

MadeVindex make_multicol(const VindexParams& params) {
    const Result<std::uint64_t> count = param_number(params, "column_count", 1, id_bytes);
    if (!count) return count.error();
    const Result<std::vector<std::size_t>> bytes =
        bytes_of_columns(param_text(params, "column_bytes"), *count);
    if (!bytes) return bytes.error();
    const std::vector<std::string_view> types = split(param_text(params, "column_vindex"));
    if (types.size() > *count)
        return wrong_param("column_vindex", "has more vindexes than there are columns");
    VindexParams unused = params;
    for (const char* own : {"column_count", "column_bytes", "column_vindex"}) unused.erase(own);
    const VindexParams others = unused;
    std::vector<Part> parts;
    for (std::size_t i = 0; i < *count; ++i) {
        const std::string_view type = i < types.size() && !types[i].empty() ? types[i] : "hash";
        VindexParams its;
        for (const auto& param : others) {
            if (takes_param(type, param.first)) its.insert(param);
        }
        for (const auto& param : its) unused.erase(param.first);
        MadeVindex made = make_vindex(type, its);
        if (!made) {
            const std::string& message = made.error().message;
            if (message.starts_with("params.")) return made.error();
            return wrong_param("column_vindex", message);
        }
        if (!hashes_one_value(type, **made))
            return wrong_param("column_vindex", "\"" + std::string(type) + "\" hashes no single value");
        parts.push_back({*std::move(made), (*bytes)[i]});
    }
    if (!unused.empty())
        return wrong_param(unused.begin()->first, "neither \"multicol\" nor its columns' vindexes take it");
    return std::make_shared<MultiCol>(std::move(parts));
}

MadeVindex make_region_experimental(const VindexParams& params) {
    const Result<std::uint64_t> bytes = param_number(params, "region_bytes", 1, 2);
    if (!bytes) return bytes.error();
    return std::make_shared<RegionExperimental>(*bytes);
}

MadeVindex make_region_json(const VindexParams& params) {
    const Result<std::uint64_t> bytes = param_number(params, "region_bytes", 1, 2);
    if (!bytes) return bytes.error();
    if (param_text(params, "region_map").empty())
        return wrong_param("region_map", "is missing; expected the name of a file, or JSON");
    Result<NumberMap> regions = parse_number_map(param_text(params, "region_map"));
    if (!regions) return wrong_param("region_map", regions.error().message);
    return std::make_shared<RegionJson>(*bytes, *std::move(regions));
}

}  // namespace leasehold::router
