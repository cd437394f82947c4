// Vindexes of a value's bytes, or of its weights. Source: vitessio/vitess
// go/vt/vtgate/vindexes/{binary,binarymd5,xxhash,unicode}.go.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <xxhash.h>

#include "router/unicode_weights.h"
#include "router/vindex_types.h"
#include "router/vindex_values.h"

namespace leasehold::router {

std::string md5_of(std::string_view bytes) {
    std::string digest(MD5_DIGEST_LENGTH, '\0');
    MD5(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
        reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

std::string xxh64_of(std::string_view bytes) {
    std::uint64_t hash = XXH64(bytes.data(), bytes.size(), 0);
    std::string digest(8, '\0');
    for (char& byte : digest) {
        byte = static_cast<char>(hash & 0xff);
        hash >>= 8;
    }
    return digest;
}

namespace {

class Binary final : public Vindex {
  public:
    int cost() const override { return 0; }
    Destination map(std::span<const SqlValue> key) const override {
        return KeyspaceId(TextValue(key[0]).view());
    }
    std::optional<SqlValue> reverse(std::string_view keyspace_id) const override {
        return SqlValue{keyspace_id};
    }
};

class BinaryMd5 final : public Vindex {
  public:
    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override { return md5_of(TextValue(key[0]).view()); }
};

class XxHash final : public Vindex {
  public:
    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override {
        return xxh64_of(TextValue(key[0]).view());
    }
};

// Of what upper and lower case, accents and trailing blanks do not change.
class UnicodeLoose final : public Vindex {
  public:
    using Hash = std::string (*)(std::string_view);
    explicit UnicodeLoose(Hash hash) : hash_(hash) {}

    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override {
        const TextValue value(key[0]);
        std::string_view text = value.view();
        text = text.substr(0, text.find_last_not_of(' ') + 1);
        const std::optional<std::string> weights = primary_weights(text);
        if (!weights) return AllShards{};
        return hash_(*weights);
    }

  private:
    Hash hash_;
};

}  // namespace

MadeVindex make_unicode_loose_md5(const VindexParams&) {
    return std::make_shared<UnicodeLoose>(&md5_of);
}
MadeVindex make_unicode_loose_xxhash(const VindexParams&) {
    return std::make_shared<UnicodeLoose>(&xxh64_of);
}
MadeVindex make_binary(const VindexParams&) {
    return std::make_shared<Binary>();
}
MadeVindex make_binary_md5(const VindexParams&) {
    return std::make_shared<BinaryMd5>();
}
MadeVindex make_xxhash(const VindexParams&) {
    return std::make_shared<XxHash>();
}

}  // namespace leasehold::router
