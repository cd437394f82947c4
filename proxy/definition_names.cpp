#include "proxy/definition_names.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "router/shown_names.h"
#include "wire/frame.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

std::uint16_t u16_at(wire::BytesView payload, std::size_t at) {
    return static_cast<std::uint16_t>(payload[at] | payload[at + 1] << 8);
}

}  // namespace

std::optional<wire::Bytes> shown_definition(const router::Topology& topology, std::string_view keyspace,
                                            wire::BytesView payload) {
    Result<wire::ColumnDefinition> column = wire::decode_column_definition(payload);
    if (!column) return std::nullopt;
    const auto shown = router::shown_database(topology, keyspace, column->schema);
    if (!shown) return std::nullopt;
    column->schema = *shown;
    wire::Bytes packet;
    wire::append_column_definition(packet, *column);
    return packet;
}

bool DefinitionNames::needed(const router::Topology& topology) {
    return std::ranges::any_of(topology.keyspaces, [](const router::Keyspace& keyspace) {
        return keyspace.database != keyspace.name;
    });
}

DefinitionNames::DefinitionNames(const router::Topology& topology, std::string_view keyspace,
                                 wire::ResponseKind kind, wire::Capabilities capabilities, unsigned preceding)
    : topology_(topology),
      keyspace_(keyspace),
      kind_(kind),
      capabilities_(capabilities),
      preceding_(preceding) {
    if (kind == wire::ResponseKind::field_list) {
        left_ = std::numeric_limits<std::uint64_t>::max();
        if (preceding == 0) state_ = State::definitions;
    } else if (kind != wire::ResponseKind::result && kind != wire::ResponseKind::prepare) {
        state_ = State::passed;
    }
}

DefinitionNames::Progress DefinitionNames::advance(std::span<std::uint8_t> buffer, std::size_t at,
                                                   std::size_t filled) {
    while (state_ != State::passed && filled - at >= wire::frame_header_size) {
        const wire::FrameHeader header = wire::load_frame_header(buffer.data() + at);
        const std::size_t size = wire::frame_header_size + header.length;
        if (size > buffer.size()) {  // larger than what is looked at as a whole
            state_ = State::passed;
            break;
        }
        if (size > filled - at) return {at, filled};
        const wire::BytesView payload(buffer.data() + at + wire::frame_header_size, header.length);
        if (state_ == State::header) {
            take_header(payload);
            at += size;
        } else if (!payload.empty() && payload[0] >= wire::eof_header && state_ == State::definitions) {
            state_ = State::passed;  // the end of COM_FIELD_LIST's answer, or an error
        } else if (state_ == State::eof) {
            begin(second_, 0);
            at += size;
        } else {
            at += rename(buffer, at, size, filled);
            if (--left_ == 0) after_definitions();
        }
    }
    if (state_ == State::passed) at = filled;
    return {at, filled};
}

void DefinitionNames::take_header(wire::BytesView payload) {
    constexpr std::size_t prepare_ok_size = 12;
    const std::uint8_t first = payload.empty() ? wire::err_header : payload[0];
    if (preceding_ > 0 && first == wire::ok_header) {
        --preceding_;
        if (preceding_ == 0 && kind_ == wire::ResponseKind::field_list) state_ = State::definitions;
        return;
    }
    state_ = State::passed;
    if (preceding_ > 0 || first == wire::err_header) return;
    if (kind_ == wire::ResponseKind::prepare) {
        // Status, id (4), columns (2), parameters (2), a filler, warnings (2).
        if (first == wire::ok_header && payload.size() >= prepare_ok_size)
            begin(u16_at(payload, 7), u16_at(payload, 5));
        return;
    }
    if (first == wire::ok_header || first == wire::local_infile_header || first == wire::eof_header) return;
    const Result<wire::ColumnCount> count = wire::decode_column_count(payload, capabilities_);
    if (count && count->metadata_follows) begin(count->columns, 0);
}

void DefinitionNames::begin(std::uint64_t first, std::uint64_t second) {
    left_ = first == 0 ? second : first;
    second_ = first == 0 ? 0 : second;
    state_ = left_ == 0 ? State::passed : State::definitions;
}

void DefinitionNames::after_definitions() {
    if (second_ == 0) {
        state_ = State::passed;
    } else if (wire::has(capabilities_, wire::capability::deprecate_eof)) {
        begin(second_, 0);
    } else {
        state_ = State::eof;
    }
}

// The size that the packet has now.
std::size_t DefinitionNames::rename(std::span<std::uint8_t> buffer, std::size_t at, std::size_t size,
                                    std::size_t& filled) {
    std::uint8_t* const frame = buffer.data() + at;
    const wire::BytesView payload(frame + wire::frame_header_size, size - wire::frame_header_size);
    const std::optional<wire::Bytes> shown = shown_definition(topology_, keyspace_, payload);
    if (!shown) return size;
    wire::Bytes packet;
    std::uint8_t sequence = wire::load_frame_header(frame).sequence;
    wire::append_packet(packet, *shown, sequence);
    if (filled - size + packet.size() > buffer.size()) return size;
    std::memmove(frame + packet.size(), frame + size, filled - at - size);
    std::memcpy(frame, packet.data(), packet.size());
    filled = filled - size + packet.size();
    return packet.size();
}

}  // namespace leasehold::proxy
