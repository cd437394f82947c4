// LOAD DATA LOCAL INFILE: the client's file, packet by packet, from the client to the tablet. Never a file of
// this host. Thread: the worker's.
#pragma once

#include "pool/connection.h"
#include "proxy/session.h"

namespace leasehold::proxy {

struct LocalInfile {
    net::IoStatus status = net::IoStatus::done;
    std::uint8_t next_sequence = 0;  // of the packet that answers the client
};

// After the tablet's request has been sent on to the client; `sequence` is what the tablet expects the first
// packet to have. Ends with the empty packet that ends the file.
net::Task<LocalInfile> relay_local_infile(Session& session, pool::Connection& connection,
                                          std::uint8_t sequence);

}  // namespace leasehold::proxy
