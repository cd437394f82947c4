// ClientHandshake against a server that sends anything. The first byte chooses TLS and the transport.
#include <cstdint>
#include <cstdlib>

#include "fuzz/wire_login_script.h"
#include "wire/client_handshake.h"

using namespace leasehold;
using namespace leasehold::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    ClientHandshakeOptions options;
    options.user = "app";
    options.password = (data[0] & 1) != 0 ? "" : "secret";
    options.database = "d";
    options.capabilities = tablet_capabilities(0xFFFFFFFF);
    options.tls = (data[0] & 2) != 0 ? TlsUse::disabled : TlsUse::preferred;
    options.secure_transport = (data[0] & 4) != 0;
    options.attributes = {{"program_name", "fuzz"}};
    ClientHandshake client(options);
    Script script(BytesView(data + 1, size - 1));
    std::uint8_t sequence = 0;
    ClientHandshake::Action action;
    if ((data[0] & 8) != 0) {
        Connected current;
        current.capabilities = options.capabilities;
        action = client.change_user(current);
        sequence = 1;
    } else {
        action = client.start();
    }
    for (int rounds = 0; rounds < 32; ++rounds) {
        if (std::holds_alternative<Connected>(action) || std::holds_alternative<Fail>(action)) return 0;
        if (std::holds_alternative<UpgradeTls>(action)) action = client.tls_ready();
        if (const auto* send = std::get_if<Send>(&action)) {
            sequence = static_cast<std::uint8_t>(send->bytes[3] + 1);
        }
        const auto packet = script.next();
        if (!packet) return 0;
        action = client.resume(*packet, sequence++);
    }
    std::abort();  // a login is bounded
}
