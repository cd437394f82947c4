// Relays one response of a tablet to the client, as it streams: reads from the tablet only while the client
// takes what was read before. Rows pass unseen; OK packets are looked at, and written again for a client
// without SESSION_TRACK. The last piece is not sent but given to the caller, who gives the lease back first.
// Thread: the worker's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/buffers.h"
#include "pool/connection.h"
#include "proxy/aftermath.h"
#include "proxy/session.h"
#include "wire/response_packets.h"
#include "wire/response_walker.h"

namespace leasehold::proxy {

enum class RelayOutcome : std::uint8_t {
    done,
    tablet_lost,     // or it broke the protocol
    prelude_failed,  // the tablet refused what was to come before the statement, whose answer was not read
    interrupted,     // the client went away, KILL, a timeout: see the session's interrupt
    client_lost,
};

struct RelayEnd {
    RelayOutcome outcome = RelayOutcome::done;
    wire::ResponseKind kind = wire::ResponseKind::result;
    bool sent_anything = false;  // to the client: then no other answer can be given in its place
    Answer answer;
    wire::StatusFlags status = 0;
    std::uint16_t error_code = 0;
    std::optional<Error> error;  // the tablet's, when error_code is set
    bool result_set = false;     // the last one of the answer had columns
    std::uint64_t rows = 0;
    std::uint64_t last_rows = 0;  // of the last result set alone
    std::uint64_t affected_rows = 0;
    std::uint64_t last_affected_rows = 0;  // of the last OK packet alone
    std::uint64_t last_insert_id = 0;
    std::string info;                      // "Rows matched: ..."; only of a quiet relay
    std::optional<std::uint64_t> records;  // what the info says of them
    bool insert_id_doubtful = false;
    bool insert_id_read = false;      // it was asked of the tablet: also 0 is right
    bool insert_id_supplied = false;  // it is a sequence's: the connection does not know it
    wire::Control prepare_ok;         // of a PREPARE that succeeded
    std::string problem;              // of tablet_lost: what was wrong

    // Of a statement without rows; its info is a view of this one's.
    wire::OkPacket ok() const {
        wire::OkPacket packet;
        packet.affected_rows = affected_rows;
        packet.last_insert_id = last_insert_id;
        packet.warnings = answer.warnings;
        packet.info = info;
        return packet;
    }

    // What is left to be sent.
    net::Buffer buffer;
    std::size_t from = 0, to = 0;
    wire::BytesView rest() const { return wire::BytesView(buffer.data() + from, to - from); }
};

class KeptRows;  // proxy/kept_rows.h

struct RelayOptions {
    wire::ResponseKind kind = wire::ResponseKind::result;
    std::optional<std::uint32_t> statement_id;  // written into a PREPARE's answer in place of the tablet's
    bool quiet = false;                         // reads the response away, sends nothing
    KeptRows* kept = nullptr;                   // of a quiet one: gets the response
    unsigned preceding = 0;                     // answers to the prelude, which come first and are read away
    // The first id that a sequence gave to the rows of an INSERT: it is the answer's, if rows were inserted.
    std::optional<std::uint64_t> first_id;
    bool first_id_of_one_row = false;  // and only if it is one row: else LAST_INSERT_ID(expression) was set
};

net::Task<RelayEnd> relay(Session& session, pool::Connection& connection, RelayOptions options);

}  // namespace leasehold::proxy
