// CompressedReader on one stream, whole and in pieces: the same bytes, or a failure in both. The first byte
// chooses the algorithm, the second the pieces, the third the room.
#include <algorithm>
#include <cstdint>

#include "fuzz/require.h"
#include "wire/compressed_reader.h"

namespace {

using namespace leasehold;
using namespace leasehold::wire;

constexpr std::size_t enough = 1 << 20;  // of what a small input can inflate to

struct Outcome {
    Bytes bytes;
    bool failed = false;
    bool rests = false;
};

Outcome run(CompressionAlgorithm algorithm, BytesView stream, std::size_t piece, std::size_t room) {
    CompressedReader reader(algorithm);
    Outcome outcome;
    while (!stream.empty() && outcome.bytes.size() < enough) {
        // In memory of its own, so that the sanitizer sees a byte too many being read.
        const Bytes in(stream.begin(),
                       stream.begin() + static_cast<std::ptrdiff_t>(std::min(piece, stream.size())));
        std::size_t taken = 0;
        for (;;) {
            Bytes out(room);
            const auto moved = reader.feed(BytesView(in).subspan(taken), out);
            if (!moved) {
                outcome.failed = true;
                return outcome;
            }
            require(moved->taken <= in.size() - taken && moved->given <= room);
            taken += moved->taken;
            outcome.bytes.insert(outcome.bytes.end(), out.begin(),
                                 out.begin() + static_cast<std::ptrdiff_t>(moved->given));
            if (moved->given < room || outcome.bytes.size() >= enough) break;
        }
        if (outcome.bytes.size() >= enough) break;
        require(taken == in.size());
        stream = stream.subspan(taken);
    }
    outcome.rests = reader.between_packets();
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const auto algorithm = (data[0] & 1) == 0 ? CompressionAlgorithm::zlib : CompressionAlgorithm::zstd;
    const BytesView stream(data + 3, size - 3);
    const Outcome whole = run(algorithm, stream, std::max<std::size_t>(stream.size(), 1), 1 << 16);
    const Outcome pieces = run(algorithm, stream, data[1] % 64 + 1U, data[2] * 16 + 1U);
    require(whole.failed == pieces.failed || whole.bytes.size() >= enough || pieces.bytes.size() >= enough);
    const std::size_t common = std::min(whole.bytes.size(), pieces.bytes.size());
    require(std::equal(whole.bytes.begin(), whole.bytes.begin() + static_cast<std::ptrdiff_t>(common),
                       pieces.bytes.begin()));
    if (!whole.failed && whole.bytes.size() < enough && pieces.bytes.size() < enough) {
        require(whole.bytes.size() == pieces.bytes.size() && whole.rests == pieces.rests);
    }
    return 0;
}
