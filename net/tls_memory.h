// Counts what OpenSSL allocates under MemoryPart::tls, of clients, tablets and the control plane alike.
#pragma once

namespace leasehold::net {

// Once, before anything else of OpenSSL is called. False: too late, nothing is counted.
bool count_tls_memory();

}  // namespace leasehold::net
