#include "wire/proxy_header.h"

#include <gtest/gtest.h>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"

namespace leasehold::wire {
namespace {

using testing::exact;
using testing::for_each_truncation;
using testing::hex;
using testing::text_bytes;

const std::string start = "0d0a0d0a000d0a515549540a";  // of version 2

// As a reader takes it: never more than is surely the header's. Gives how many bytes it took.
std::size_t read_from(BytesView stream, Result<ProxyHeader>& header) {
    std::size_t taken = 0;
    for (;;) {
        const Bytes so_far = exact(stream.first(taken));
        header = decode_proxy_header(so_far);
        if (!header || header->missing == 0 || header->missing > stream.size() - taken) return taken;
        taken += header->missing;
    }
}

std::string client_of(BytesView header) {
    const auto decoded = decode_proxy_header(header);
    if (!decoded) return "refused: " + decoded.error().message;
    return decoded->missing > 0 ? "more" : decoded->client;
}

TEST(ProxyHeader, FirstBytesTellItFromAPacket) {
    EXPECT_TRUE(begins_proxy_header(text_bytes("PROXY TCP4")));
    EXPECT_TRUE(begins_proxy_header(hex("0d0a0d0a")));
    EXPECT_FALSE(begins_proxy_header(hex("0d0a0d")));
    EXPECT_FALSE(begins_proxy_header(hex("20000001")));  // an SSLRequest
    EXPECT_FALSE(begins_proxy_header(hex("50524f01")));  // a login of 5,198,416 bytes
    EXPECT_FALSE(begins_proxy_header({}));
}

struct Row {
    Bytes header;
    const char* client;
};
const Row good[] = {
    {text_bytes("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"), "192.168.0.1:56324"},
    {text_bytes("PROXY TCP4 1.2.3.4 5.6.7.8 0 65535\r\n"), "1.2.3.4:0"},
    {text_bytes("PROXY TCP6 2001:db8::7 2001:db8::1 65535 1\r\n"), "[2001:db8::7]:65535"},
    {text_bytes("PROXY TCP6 2001:0DB8:0000:0000:0000:0000:0000:0007 ::1 1 1\r\n"), "[2001:db8::7]:1"},
    {text_bytes("PROXY UNKNOWN\r\n"), ""},
    {text_bytes("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
     ""},
    {hex(start + "21 11 000c 0a000007 0a000001 c822 0cea"), "10.0.0.7:51234"},
    {hex(start + "21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000001 c822 0cea"),
     "[2001:db8::7]:51234"},
    // TLVs: CRC32C, and one that lies about its length. Nobody looks.
    {hex(start + "21 11 0016 0a000007 0a000001 c822 0cea 030004 01020304 04ffff"), "10.0.0.7:51234"},
    {hex(start + "20 00 0000"), ""},                                       // LOCAL
    {hex(start + "20 11 000c 0a000007 0a000001 c822 0cea"), ""},           // LOCAL, with addresses
    {hex(start + "20 ee 0003 010203"), ""},                                // LOCAL, whatever follows
    {hex(start + "21 00 0000"), ""},                                       // UNSPEC
    {hex(start + "21 00 0002 0000"), ""},                                  // UNSPEC, with something
    {hex(start + "21 12 000c 0a000007 0a000001 c822 0cea"), ""},           // datagrams
    {hex(start + "21 31 00d8" + std::string(std::size_t{432}, '0')), ""},  // a Unix socket
};

TEST(ProxyHeader, TellsTheClient) {
    for (const Row& row : good) EXPECT_EQ(client_of(row.header), row.client) << to_text(row.header);
}

TEST(ProxyHeader, EveryTruncationAsksForMoreAndNeverTooMuch) {
    for (const Row& row : good) {
        for_each_truncation(row.header, [&](BytesView prefix, std::size_t size) {
            const auto decoded = decode_proxy_header(prefix);
            ASSERT_TRUE(decoded) << size << ": " << decoded.error().message;
            EXPECT_GT(decoded->missing, 0U);
            EXPECT_LE(size + decoded->missing, row.header.size());
        });
    }
}

TEST(ProxyHeader, NothingOfTheClientsIsRead) {
    for (const Row& row : good) {
        Bytes stream = row.header;
        append_text(stream, "\n\r\nclient");
        Result<ProxyHeader> header = ProxyHeader{};
        EXPECT_EQ(read_from(stream, header), row.header.size());
        ASSERT_TRUE(header);
        EXPECT_EQ(header->client, row.client);
    }
}

TEST(ProxyHeader, RefusesWhatIsNone) {
    const Bytes bad[] = {
        text_bytes("PROXX"),
        text_bytes("PROXY\r\n"),
        text_bytes("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n"),
        text_bytes("PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n"),
        text_bytes("PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n"),
        text_bytes("PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n"),
        text_bytes("PROXY TCP4 1.2.3.4 5.6.7.8 +1 2\r\n"),
        text_bytes("PROXY TCP4 1.2.3.4  5.6.7.8 1 2\r\n"),
        text_bytes("PROXY TCP4 ::1 ::1 1 2\r\n"),
        text_bytes("PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n"),
        text_bytes("PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n"),
        text_bytes("PROXY TCP5 1.2.3.4 5.6.7.8 1 2\r\n"),
        text_bytes("PROXY tcp4 1.2.3.4 5.6.7.8 1 2\r\n"),
        text_bytes("PROXY UNKNOWN" + std::string(94, ' ')),
        hex("0d0a0d0a000d0a515549540b"),
        hex(start + "11"),                                 // version 1 in binary
        hex(start + "22"),                                 // a command that is none
        hex(start + "21 11 000b 0a0000070a000001c8220c"),  // shorter than its addresses
        hex(start + "21 21 000c 0a0000070a000001c8220cea"),
        hex(start + "21 31 0003 010203"),
        hex(start + "21 41 0000"),
        hex(start + "21 13 0000"),
        hex(start + "21 11 0ff1"),  // 4,097 bytes, refused before they come
        hex(start + "20 00 ffff"),
    };
    for (const Bytes& header : bad) {
        const auto decoded = decode_proxy_header(header);
        ASSERT_FALSE(decoded) << to_text(header);
        EXPECT_EQ(decoded.error().code, mysql_error::bad_handshake);
    }
}

TEST(ProxyHeader, TheLargestStillPasses) {
    Bytes header = hex(start + "21 11 0ff0 0a000007 0a000001 c822 0cea");
    header.resize(max_proxy_header);
    EXPECT_EQ(client_of(header), "10.0.0.7:51234");
    const Bytes line = text_bytes("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n");
    EXPECT_EQ(client_of(line), "");
}

}  // namespace
}  // namespace leasehold::wire
