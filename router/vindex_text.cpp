// Vindexes of a value's bytes. Source: vitessio/vitess go/vt/vtgate/vindexes/{binary,binarymd5,xxhash}.go.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <xxhash.h>

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

}  // namespace

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
