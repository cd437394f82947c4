// OpenSSL's memory, of clients, tablets and the control plane alike: counted under MemoryPart::tls, and what
// each connection keeps is packed closely.
#pragma once

namespace leasehold::net {

// Once, before anything else of OpenSSL is called. False: too late, nothing is counted or packed.
bool take_over_tls_memory();

}  // namespace leasehold::net
