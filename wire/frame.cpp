#include "wire/frame.h"

#include <algorithm>
#include <cstring>

namespace leasehold::wire {
namespace {

void store_header(std::uint8_t* at, std::size_t length, std::uint8_t sequence) {
    at[0] = static_cast<std::uint8_t>(length);
    at[1] = static_cast<std::uint8_t>(length >> 8);
    at[2] = static_cast<std::uint8_t>(length >> 16);
    at[3] = sequence;
}

}  // namespace

void append_packet(Bytes& out, BytesView payload, std::uint8_t& sequence) {
    const std::size_t frames = payload.size() / max_frame_payload + 1;
    // Growing by half at least keeps many small packets in one buffer linear.
    const std::size_t wanted = out.size() + payload.size() + frames * frame_header_size;
    if (wanted > out.capacity()) out.reserve(std::max(wanted, out.capacity() + out.capacity() / 2));
    std::size_t length = 0;
    do {
        length = std::min(payload.size(), max_frame_payload);
        std::uint8_t header[frame_header_size];
        store_header(header, length, sequence++);
        out.insert(out.end(), header, header + frame_header_size);
        append_bytes(out, payload.first(length));
        payload = payload.subspan(length);
    } while (length == max_frame_payload);
}

std::size_t begin_packet(Bytes& out) {
    const std::size_t start = out.size();
    append_zeros(out, frame_header_size);
    return start;
}

void end_packet(Bytes& out, std::size_t start, std::uint8_t& sequence) {
    const std::size_t length = out.size() - start - frame_header_size;
    if (length < max_frame_payload) {
        store_header(out.data() + start, length, sequence++);
        return;
    }
    // Open a gap for each further header, the last first, so that every byte moves once.
    const std::size_t further = length / max_frame_payload;
    out.resize(out.size() + further * frame_header_size);
    std::uint8_t* const payload = out.data() + start + frame_header_size;
    for (std::size_t i = further; i > 0; --i) {
        const std::size_t from = i * max_frame_payload;
        const std::size_t size = std::min(length - from, max_frame_payload);
        std::memmove(payload + from + i * frame_header_size, payload + from, size);
        store_header(payload + from + (i - 1) * frame_header_size, size,
                     static_cast<std::uint8_t>(sequence + i));
    }
    store_header(out.data() + start, max_frame_payload, sequence);
    sequence = static_cast<std::uint8_t>(sequence + further + 1);
}

std::optional<PacketView> peek_packet(BytesView buffered) {
    if (buffered.size() < frame_header_size) return std::nullopt;
    const FrameHeader header = load_frame_header(buffered.data());
    if (header.length == max_frame_payload || buffered.size() - frame_header_size < header.length) {
        return std::nullopt;
    }
    return PacketView{buffered.subspan(frame_header_size, header.length), header.sequence,
                      frame_header_size + header.length};
}

}  // namespace leasehold::wire
