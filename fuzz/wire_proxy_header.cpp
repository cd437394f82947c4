// The PROXY header's decoder, fed as its reader does it: by what it asks for, and whole.
#include <cstdint>

#include "fuzz/require.h"
#include "wire/proxy_header.h"

namespace {

using namespace leasehold::wire;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView stream(data, size);
    (void)begins_proxy_header(stream);
    (void)decode_proxy_header(stream);
    std::size_t taken = 0;
    for (int rounds = 0;; ++rounds) {
        require(rounds <= 120);  // a version 1 header comes two bytes at a time
        // In memory of its own, so that the sanitizer sees a byte too many being read.
        const Bytes so_far(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(taken));
        const auto header = decode_proxy_header(so_far);
        if (!header || header->missing == 0) {
            if (header) require(header->client.size() <= 53);
            return 0;
        }
        require(taken + header->missing <= max_proxy_header);
        if (header->missing > stream.size() - taken) return 0;
        taken += header->missing;
    }
}
