// ResponseWalker and PacketAssembler on one stream, whole and in pieces. The first byte chooses the kind of
// response, the second the capabilities, the third the size of the pieces.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "fuzz/require.h"
#include "wire/frame.h"
#include "wire/response_walker.h"

namespace {

using namespace leasehold;
using namespace leasehold::wire;

struct Outcome {
    std::size_t consumed = 0;
    std::uint64_t rows = 0;
    int controls = 0;
    bool done = false;
    bool failed = false;
    bool operator==(const Outcome&) const = default;
};

Outcome walk(ResponseKind kind, Capabilities capabilities, BytesView stream, std::size_t piece) {
    ResponseWalker walker(kind, capabilities);
    Outcome outcome;
    std::size_t received = 0;
    while (!outcome.done) {
        // In memory of its own, so that the sanitizer sees a byte too many being read.
        const Bytes buffered(stream.begin() + static_cast<std::ptrdiff_t>(outcome.consumed),
                             stream.begin() + static_cast<std::ptrdiff_t>(received));
        const auto step = walker.next(buffered);
        if (!step) {
            outcome.failed = true;
            break;
        }
        require(step->consumed() <= buffered.size());
        outcome.consumed += step->consumed();
        outcome.controls += step->control ? 1 : 0;
        outcome.done = step->done;
        if (step->control) continue;
        require(outcome.done || step->need == 0 || step->need > buffered.size() - step->consumed());
        if (outcome.done || received == stream.size()) break;
        received = std::min(stream.size(), received + piece);
    }
    outcome.rows = walker.rows();
    return outcome;
}

void assemble(BytesView stream, std::size_t piece) {
    PacketAssembler assembler(1 << 20);
    assembler.reset(stream.size() > 3 ? stream[3] : 0);
    while (!stream.empty()) {
        const auto used = assembler.feed(stream.first(std::min(piece, stream.size())));
        if (!used) return;
        require(*used > 0 || assembler.complete());
        stream = stream.subspan(*used);
        if (assembler.complete()) assembler.reset(static_cast<std::uint8_t>(assembler.sequence() + 1));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const auto kind = static_cast<ResponseKind>(data[0] % 7);
    const Capabilities capabilities = ((data[1] & 1) != 0 ? capability::deprecate_eof : 0) |
                                      ((data[1] & 2) != 0 ? capability::session_track : 0) |
                                      ((data[1] & 4) != 0 ? capability::optional_resultset_metadata : 0);
    const std::size_t piece = data[2] % 32 + 1;
    const BytesView stream(data + 3, size - 3);
    const Outcome whole = walk(kind, capabilities, stream, std::max<std::size_t>(stream.size(), 1));
    const Outcome pieces = walk(kind, capabilities, stream, piece);
    // A failure is found with the packet that is wrong; how much was passed before it depends on the pieces.
    if (!whole.failed || !pieces.failed) require(whole == pieces);
    require(whole.rows == pieces.rows);
    assemble(stream, piece);
    assemble(stream, std::max<std::size_t>(stream.size(), 1));
    return 0;
}
