// Vindexes of a value's bytes. Source: vitessio/vitess go/vt/vtgate/vindexes/{binary,binarymd5,xxhash}.go.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <xxhash.h>

#include "router/vindex_types.h"
#include "router/vindex_values.h"

namespace leasehold::router {

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
    Destination map(std::span<const SqlValue> key) const override {
        const TextValue text(key[0]);
        KeyspaceId id(MD5_DIGEST_LENGTH, '\0');
        MD5(reinterpret_cast<const unsigned char*>(text.view().data()), text.view().size(),
            reinterpret_cast<unsigned char*>(id.data()));
        return id;
    }
};

class XxHash final : public Vindex {
  public:
    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override {
        const TextValue text(key[0]);
        std::uint64_t hash = XXH64(text.view().data(), text.view().size(), 0);
        KeyspaceId id(8, '\0');
        for (char& byte : id) {
            byte = static_cast<char>(hash & 0xff);
            hash >>= 8;
        }
        return id;
    }
};

}  // namespace

std::shared_ptr<const Vindex> make_binary() {
    return std::make_shared<Binary>();
}
std::shared_ptr<const Vindex> make_binary_md5() {
    return std::make_shared<BinaryMd5>();
}
std::shared_ptr<const Vindex> make_xxhash() {
    return std::make_shared<XxHash>();
}

}  // namespace leasehold::router
