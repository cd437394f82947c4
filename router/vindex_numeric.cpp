// Vindexes of 64-bit numbers. Source: vitessio/vitess go/vt/vtgate/vindexes/{hash,numeric,reverse_bits}.go.
// OpenSSL's one-block DES is deprecated as a cipher; as a hash with a fixed key it needs no provider to be
// loaded.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/des.h>

#include <cstring>

#include "router/vindex_types.h"
#include "router/vindex_values.h"

namespace leasehold::router {

namespace {

std::array<unsigned char, 8> big_endian(std::uint64_t number) {
    std::array<unsigned char, 8> bytes{};
    for (std::size_t i = 8; i-- > 0; number >>= 8) bytes[i] = static_cast<unsigned char>(number);
    return bytes;
}

KeyspaceId to_id(const std::array<unsigned char, 8>& bytes) {
    KeyspaceId id(8, '\0');
    std::memcpy(id.data(), bytes.data(), 8);
    return id;
}

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

// Negative numbers have an id only where the vindex takes their bits as they are.
template <typename Function>
Destination map_integer(std::span<const SqlValue> key, bool takes_negative, const Function& function) {
    const AsInteger integer = to_integer(key[0]);
    if (const NoInteger* none = std::get_if<NoInteger>(&integer)) {
        if (*none == NoInteger::unknown) return AllShards{};
        return NoShard{};
    }
    const IntegerValue& number = std::get<IntegerValue>(integer);
    if (number.negative && !takes_negative) return NoShard{};
    return function(number.bits);
}

class Hash final : public Vindex {
  public:
    Hash() {
        DES_cblock key = {};
        DES_set_key_unchecked(&key, &schedule_);
    }
    int cost() const override { return 1; }
    Destination map(std::span<const SqlValue> key) const override {
        return map_integer(key, true,
                           [&](std::uint64_t bits) { return to_id(crypt(big_endian(bits), DES_ENCRYPT)); });
    }
    std::optional<SqlValue> reverse(std::string_view keyspace_id) const override {
        const std::optional<std::uint64_t> block = from_id(keyspace_id);
        if (!block) return std::nullopt;
        const std::array<unsigned char, 8> plain = crypt(big_endian(*block), DES_DECRYPT);
        return SqlValue{*from_id({reinterpret_cast<const char*>(plain.data()), 8})};
    }

  private:
    std::array<unsigned char, 8> crypt(const std::array<unsigned char, 8>& block, int direction) const {
        DES_cblock in, out;
        std::memcpy(in, block.data(), 8);
        // The library's signature lacks a const; it only reads the schedule.
        DES_key_schedule* schedule = const_cast<DES_key_schedule*>(&schedule_);
        DES_ecb_encrypt(&in, &out, schedule, direction);
        std::array<unsigned char, 8> result;
        std::memcpy(result.data(), out, 8);
        return result;
    }

    DES_key_schedule schedule_;
};

class Numeric final : public Vindex {
  public:
    int cost() const override { return 0; }
    Destination map(std::span<const SqlValue> key) const override {
        return map_integer(key, false, [](std::uint64_t bits) { return to_id(big_endian(bits)); });
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
        return map_integer(key, false,
                           [](std::uint64_t bits) { return to_id(big_endian(router::reverse(bits))); });
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
