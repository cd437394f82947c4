// Vindexes of 64-bit numbers. Source: vitessio/vitess go/vt/vtgate/vindexes/{hash,numeric,reverse_bits}.go.
// OpenSSL's one-block DES is deprecated as a cipher; as a hash with a fixed key it needs no provider to be
// loaded.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/des.h>

#include <cstring>

#include "router/vindex_integer.h"
#include "router/vindex_types.h"

namespace leasehold::router {

namespace {

std::optional<std::uint64_t> from_id(std::string_view id) {
    if (id.size() != 8) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : id) number = number << 8 | static_cast<unsigned char>(c);
    return number;
}

std::uint64_t reverse(std::uint64_t number) {
    std::uint64_t reversed = 0;
    for (int i = 0; i < 64; ++i, number >>= 1) reversed = reversed << 1 | (number & 1);
    return reversed;
}

class Hash final : public Vindex {
  public:
    Hash() {
        DES_cblock key = {};
        DES_set_key_unchecked(&key, &schedule_);
    }
    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override {
        return map_integer(key[0], Negative::by_its_bits,
                           [&](std::uint64_t bits) { return crypt(big_endian(bits), DES_ENCRYPT); });
    }
    std::optional<SqlValue> reverse(std::string_view keyspace_id) const override {
        if (keyspace_id.size() != sizeof(DES_cblock)) return std::nullopt;
        return SqlValue{*from_id(crypt(keyspace_id, DES_DECRYPT))};
    }

  private:
    KeyspaceId crypt(std::string_view block, int direction) const {
        DES_cblock in, out;
        std::memcpy(in, block.data(), sizeof in);
        // The library's signature lacks a const; it only reads the schedule.
        DES_key_schedule* schedule = const_cast<DES_key_schedule*>(&schedule_);
        DES_ecb_encrypt(&in, &out, schedule, direction);
        return {reinterpret_cast<const char*>(out), sizeof out};
    }

    DES_key_schedule schedule_;
};

class Numeric final : public Vindex {
  public:
    int cost() const override { return 0; }
    Destination map(std::span<const SqlValue> key) const override {
        return map_integer(key[0], Negative::has_no_id, big_endian);
    }
    std::optional<SqlValue> reverse(std::string_view keyspace_id) const override {
        const std::optional<std::uint64_t> number = from_id(keyspace_id);
        return number ? std::optional<SqlValue>(*number) : std::nullopt;
    }
};

class ReverseBits final : public Vindex {
  public:
    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override {
        return map_integer(key[0], Negative::has_no_id,
                           [](std::uint64_t bits) { return big_endian(router::reverse(bits)); });
    }
    std::optional<SqlValue> reverse(std::string_view keyspace_id) const override {
        const std::optional<std::uint64_t> number = from_id(keyspace_id);
        return number ? std::optional<SqlValue>(router::reverse(*number)) : std::nullopt;
    }
};

}  // namespace

MadeVindex make_hash(const VindexParams&) {
    return std::make_shared<Hash>();
}
MadeVindex make_numeric(const VindexParams&) {
    return std::make_shared<Numeric>();
}
MadeVindex make_reverse_bits(const VindexParams&) {
    return std::make_shared<ReverseBits>();
}

}  // namespace leasehold::router
