// ServerHandshake against a client that sends anything. The first byte chooses the account and the transport.
#include <cstdint>
#include <cstdlib>

#include "fuzz/wire_login_script.h"
#include "wire/server_handshake.h"

namespace {

using namespace leasehold;
using namespace leasehold::wire;

const RsaKeyPair& rsa() {
    static const RsaKeyPair pair = RsaKeyPair::generate();
    return pair;
}

Credential credential(unsigned choice) {
    if (choice == 0) return PlainPassword{"secret"};
    if (choice == 1) return native_hash("secret");
    Sha2Hash stored;
    stored.rounds = 5;  // the real thousands would only slow the fuzzer
    stored.salt.fill('s');
    stored.digest = sha2_crypt("secret", stored.salt, stored.rounds);
    return stored;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    ServerHandshakeOptions options;
    options.server_version = "9.7.4";
    for (std::size_t i = 0; i < scramble_size; ++i) options.scramble[i] = static_cast<std::uint8_t>('a' + i);
    options.tls = (data[0] & 4) != 0 ? TlsOffer::required : TlsOffer::available;
    options.secure_transport = (data[0] & 8) != 0;
    options.rsa = &rsa();
    options.accounts = [choice = data[0] % 3U](std::string_view user) -> std::optional<Account> {
        if (user == "app") return Account{credential(choice), std::nullopt, false};
        return std::nullopt;
    };
    ServerHandshake server(options);
    Script script(BytesView(data + 1, size - 1));
    const auto first = script.next();
    if (!first) return 0;
    std::uint8_t sequence = 1;
    ServerHandshake::Action action;
    if ((data[0] & 16) != 0) {
        Login current;
        current.capabilities = proxy_capabilities;
        action = server.change_user(*first, 0, current, options.scramble);
    } else {
        server.start();
        action = server.resume(*first, sequence++);
    }
    for (int rounds = 0; rounds < 16; ++rounds) {
        if (std::holds_alternative<LoggedIn>(action) || std::holds_alternative<Fail>(action)) return 0;
        if (std::holds_alternative<UpgradeTls>(action)) server.tls_ready();
        if (const auto* send = std::get_if<Send>(&action)) {
            sequence = static_cast<std::uint8_t>(send->bytes[3] + 1);
        }
        const auto packet = script.next();
        if (!packet) return 0;
        action = server.resume(*packet, sequence++);
    }
    std::abort();  // no login has so many packets
}
