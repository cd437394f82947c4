#include "wire/bytes.h"

#include <gtest/gtest.h>

#include "tests/wire/hex.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::to_hex;

TEST(Reader, ReadsFixedIntegersLittleEndian) {
    const Bytes bytes = hex("01 0302 060504 0a090807 1211100f0e0d0c0b");
    Reader reader(bytes);
    EXPECT_EQ(reader.u8(), 0x01U);
    EXPECT_EQ(reader.u16(), 0x0203U);
    EXPECT_EQ(reader.u24(), 0x040506U);
    EXPECT_EQ(reader.u32(), 0x0708090AU);
    EXPECT_EQ(reader.u64(), 0x0B0C0D0E0F101112U);
    EXPECT_TRUE(reader.ok());
    EXPECT_TRUE(reader.at_end());
}

struct LenencCase {
    std::uint64_t value;
    std::string_view bytes;
};
// dev.mysql.com, "Protocol::LengthEncodedInteger".
constexpr LenencCase lenenc_cases[] = {{0, "00"},
                                       {250, "fa"},
                                       {251, "fcfb00"},
                                       {0xFFFF, "fcffff"},
                                       {0x10000, "fd000001"},
                                       {0xFFFFFF, "fdffffff"},
                                       {0x1000000, "fe0000000100000000"},
                                       {~std::uint64_t{0}, "feffffffffffffffff"}};

TEST(Lenenc, EncodesAndDecodesEachWidth) {
    for (const auto& [value, text] : lenenc_cases) {
        Bytes out;
        append_lenenc(out, value);
        EXPECT_EQ(to_hex(out), text);
        EXPECT_EQ(lenenc_size(value), out.size());
        const Bytes bytes = hex(text);
        Reader reader(bytes);
        EXPECT_EQ(reader.lenenc(), value);
        EXPECT_TRUE(reader.ok() && reader.at_end()) << text;
    }
}

TEST(Lenenc, EveryTruncationFails) {
    for (const auto& [value, text] : lenenc_cases) {
        testing::for_each_truncation(hex(text), [](BytesView prefix, std::size_t) {
            Reader reader(prefix);
            EXPECT_EQ(reader.lenenc(), 0U);
            EXPECT_FALSE(reader.ok());
        });
    }
}

TEST(Lenenc, MarkersAreNoIntegers) {
    for (const std::string_view text : {"fb", "ff", "ff0102030405060708"}) {
        const Bytes bytes = hex(text);
        Reader reader(bytes);
        reader.lenenc();
        EXPECT_FALSE(reader.ok()) << text;
    }
}

TEST(Reader, LenencBytesNeverReachPastTheEnd) {
    for (const std::string_view text : {"0561626364", "fc0500616263", "feffffffffffffffff61", "fb"}) {
        const Bytes bytes = hex(text);
        Reader reader(bytes);
        EXPECT_TRUE(reader.lenenc_bytes().empty());
        EXPECT_FALSE(reader.ok()) << text;
    }
}

TEST(Reader, TellsNullFromEmptyFromMalformed) {
    const Bytes bytes = hex("fb 00 0161 05");
    Reader reader(bytes);
    EXPECT_FALSE(reader.lenenc_or_null().has_value());
    EXPECT_TRUE(reader.ok());
    const auto empty = reader.lenenc_or_null();
    ASSERT_TRUE(empty.has_value());
    EXPECT_TRUE(empty->empty());
    const auto a = reader.lenenc_or_null();
    ASSERT_TRUE(a.has_value());
    EXPECT_EQ(to_text(*a), "a");
    EXPECT_FALSE(reader.lenenc_or_null().has_value());
    EXPECT_FALSE(reader.ok());
}

TEST(Reader, NulTextNeedsItsNul) {
    const Bytes bytes = hex("616200 6364");
    Reader reader(bytes);
    EXPECT_EQ(reader.nul_text(), "ab");
    Reader lenient = reader;
    EXPECT_EQ(lenient.nul_or_rest_text(), "cd");
    EXPECT_TRUE(lenient.ok());
    EXPECT_EQ(reader.nul_text(), "");
    EXPECT_FALSE(reader.ok());
}

TEST(Reader, FailureSticksAndGivesZeros) {
    const Bytes bytes = hex("0102");
    Reader reader(bytes);
    EXPECT_EQ(reader.u32(), 0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.u8(), 0U);
    EXPECT_TRUE(reader.rest().empty());
    EXPECT_EQ(reader.nul_text(), "");
    EXPECT_EQ(reader.lenenc(), 0U);
    EXPECT_FALSE(reader.lenenc_or_null().has_value());
    EXPECT_FALSE(reader.ok());
}

TEST(Reader, EmptyInputHasNoData) {
    Reader reader{BytesView()};
    EXPECT_TRUE(reader.at_end());
    EXPECT_EQ(reader.peek(), 0U);
    EXPECT_EQ(reader.nul_or_rest_text(), "");
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.nul_text(), "");
    EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace leasehold::wire
