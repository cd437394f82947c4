// OK, EOF and ERR packets and the session state of an OK. The first byte chooses the capabilities.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "wire/response_packets.h"

using namespace leasehold;
using namespace leasehold::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::vector<std::uint8_t> payload(data + 1, data + size);
    const Capabilities capabilities = (data[0] & 1) != 0 ? capability::session_track : 0;
    if (const auto ok = decode_ok(payload, capabilities)) {
        SessionStateReader reader(ok->session_state);
        Bytes items;
        for (auto item = reader.next(); item && *item; item = reader.next())
            append_session_state(items, **item);
        Bytes again;
        append_ok(again, *ok, capabilities);
        const auto second = decode_ok(again, capabilities);
        if (!second || second->affected_rows != ok->affected_rows || second->info != ok->info ||
            to_text(second->session_state) != to_text(ok->session_state)) {
            std::abort();
        }
    }
    SessionStateReader raw(payload);
    for (auto item = raw.next(); item && *item; item = raw.next()) {}
    (void)decode_eof(payload);
    (void)decode_err(payload);
    return 0;
}
