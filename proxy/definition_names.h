// The databases' names in the column definitions of an answer that is relayed, written over in the buffer
// before anything else looks at it. Only where a keyspace's database has another name; rows are not looked
// at. Thread: the worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "router/topology.h"
#include "wire/bytes.h"
#include "wire/capabilities.h"
#include "wire/response_walker.h"

namespace leasehold::proxy {

// A definition's packet with the keyspace's name; nothing: it stays as it is.
std::optional<wire::Bytes> shown_definition(const router::Topology& topology, std::string_view keyspace,
                                            wire::BytesView payload);

class DefinitionNames {
  public:
    // Whether any keyspace needs it.
    static bool needed(const router::Topology& topology);

    // `keyspace`: the session's, which comes first where databases of several have one name. `preceding`:
    // answers of one packet that come before. All must outlive it.
    DefinitionNames(const router::Topology& topology, std::string_view keyspace, wire::ResponseKind kind,
                    wire::Capabilities capabilities, unsigned preceding);

    // Bytes [at, filled) of the buffer are new. Returns up to where they are as they shall be; what stands
    // behind waits for the rest of its packet. A name that there is no room for stays. Changes `filled`.
    struct Progress {
        std::size_t ready = 0;
        std::size_t filled = 0;
    };
    Progress advance(std::span<std::uint8_t> buffer, std::size_t at, std::size_t filled);
    // Nothing is left to be written over.
    bool done() const { return state_ == State::passed; }

  private:
    enum class State : std::uint8_t { header, definitions, eof, passed };

    // Of a packet in the states before `definitions`.
    void take_header(wire::BytesView payload);
    void begin(std::uint64_t first, std::uint64_t second);
    void after_definitions();
    std::size_t rename(std::span<std::uint8_t> buffer, std::size_t at, std::size_t size, std::size_t& filled);

    const router::Topology& topology_;
    std::string_view keyspace_;
    wire::ResponseKind kind_;
    wire::Capabilities capabilities_;
    unsigned preceding_;
    State state_ = State::header;
    std::uint64_t left_ = 0;
    std::uint64_t second_ = 0;  // a prepared statement's columns, which follow its parameters
};

}  // namespace leasehold::proxy
