// Vitess's "concatenated fixed-width composite": a text of parts at fixed offsets, each hashed for itself.
// Source: vitessio/vitess go/vt/vtgate/vindexes/cfc.go.
#include "router/vindex_json.h"
#include "router/vindex_params.h"
#include "router/vindex_types.h"
#include "router/vindex_values.h"

namespace leasehold::router {

namespace {

class Cfc final : public Vindex {
  public:
    using HashFunction = std::string (*)(std::string_view);
    // Without a hash function the text itself is the id.
    Cfc(HashFunction hash, std::vector<std::uint64_t> offsets) : hash_(hash), offsets_(std::move(offsets)) {}
    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override {
        const TextValue value(key[0]);
        std::string_view rest = value.view();
        if (hash_ == nullptr) return KeyspaceId(rest);
        if (rest.size() < offsets_.back()) return NoShard{};
        KeyspaceId id;
        std::uint64_t from = 0;
        for (const std::uint64_t offset : offsets_) {
            add(id, rest.substr(0, offset - from));
            rest.remove_prefix(offset - from);
            from = offset;
        }
        if (!rest.empty()) add(id, rest);
        return id;
    }

  private:
    // No part's hash is longer than the part.
    void add(KeyspaceId& id, std::string_view part) const {
        id += std::string_view(hash_(part)).substr(0, part.size());
    }

    HashFunction hash_;
    std::vector<std::uint64_t> offsets_;
};

}  // namespace

MadeVindex make_cfc(const VindexParams& params) {
    const std::string_view name = param_text(params, "hash");
    if (name.empty()) return std::make_shared<Cfc>(nullptr, std::vector<std::uint64_t>{});
    if (name != "md5" && name != "xxhash64")
        return wrong_param("hash", "is \"" + std::string(name) + "\"; expected md5 or xxhash64");
    const std::string_view text = param_text(params, "offsets");
    if (text.empty()) return wrong_param("offsets", "is missing; a hash needs them, as in [2, 4]");
    Result<std::vector<std::uint64_t>> offsets = parse_number_list(text);
    if (!offsets) return wrong_param("offsets", offsets.error().message);
    std::uint64_t before = 0;
    for (const std::uint64_t offset : *offsets) {
        if (offset <= before) return wrong_param("offsets", "are not above 0 and ascending");
        before = offset;
    }
    if (offsets->empty()) return wrong_param("offsets", "is an empty list");
    return std::make_shared<Cfc>(name == "md5" ? md5_of : xxh64_of, *std::move(offsets));
}

}  // namespace leasehold::router
