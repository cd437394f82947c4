// A client as libmysqlclient behaves, for tests of ServerHandshake: it answers each action as the
// documentation says and notes what it was sent. It can spoil one of its packets.
#pragma once

#include <functional>
#include <string>

#include "tests/wire/hex.h"
#include "tests/wire/rsa_key.h"
#include "wire/server_handshake.h"

namespace leasehold::wire::testing {

struct ScriptedClient {
    std::string user = "app";
    std::string password = "secret";
    std::string database;
    std::string plugin{caching_sha2_plugin};
    Capabilities capabilities = capability::long_password | capability::protocol_41 |
                                capability::secure_connection | capability::plugin_auth |
                                capability::plugin_auth_lenenc | capability::transactions;
    bool tls = false;
    bool knows_public_key = false;  // sends the encrypted password without asking for the key
    // Changes the n-th packet (from 0) before it is sent.
    std::function<void(int n, Bytes& payload, std::uint8_t& sequence)> spoil = [](int, Bytes&,
                                                                                  std::uint8_t&) {};
};

struct Played {
    // One word for each packet of the server: greeting, tls, switch, fast, full, key, err, and at the end
    // "done" or the error's code.
    std::string transcript;
    int client_packets = 0;
    std::optional<LoggedIn> done;
    std::optional<Fail> failed;
};

inline const RsaKeyPair& test_rsa() {
    static const RsaKeyPair pair = RsaKeyPair::from_pem(rsa_private_key).value();
    return pair;
}

class Player {
  public:
    Player(const ScriptedClient& client, ServerHandshake& server) : client_(client), server_(server) {}

    Played play(ServerHandshake::Action action) {
        while (played_.client_packets < 10) {
            if (auto* done = std::get_if<LoggedIn>(&action)) {
                note("done");
                sequence_ = done->next_sequence;
                played_.done = std::move(*done);
                return played_;
            }
            if (auto* failed = std::get_if<Fail>(&action)) {
                note(std::to_string(failed->error.code));
                played_.failed = std::move(*failed);
                return played_;
            }
            if (std::holds_alternative<UpgradeTls>(action)) {
                note("tls");
                server_.tls_ready();
                action = send(login_request(true));
                continue;
            }
            const Bytes& bytes = std::get<Send>(action).bytes;
            action = send(answer(BytesView(bytes).subspan(4), bytes[3]));
        }
        note("endless");
        return played_;
    }

    // The first packet of a session: a COM_CHANGE_USER has one of its own.
    Scramble scramble{};

  private:
    void note(std::string_view word) {
        if (!played_.transcript.empty()) played_.transcript += ' ';
        played_.transcript += word;
    }

    ServerHandshake::Action send(Bytes payload) {
        std::uint8_t sequence = sequence_++;
        client_.spoil(played_.client_packets++, payload, sequence);
        return server_.resume(exact(payload), sequence);
    }

    Bytes first_answer(std::string_view plugin) const {
        if (plugin == native_password_plugin) return native_scramble(client_.password, scramble);
        return plugin == caching_sha2_plugin ? sha2_scramble(client_.password, scramble)
                                             : text_bytes("unknown");
    }

    Bytes login_request(bool over_tls) const {
        LoginRequest request;
        request.capabilities = client_.capabilities | (over_tls ? capability::ssl : 0);
        if (!client_.database.empty()) request.capabilities |= capability::connect_with_db;
        request.max_packet = 1U << 24;
        request.collation = collation::utf8mb4_general_ci;
        request.user = client_.user;
        request.database = client_.database;
        request.auth_response = first_answer(client_.plugin);
        request.auth_plugin = client_.plugin;
        Bytes out;
        append_login_request(out, request);
        return out;
    }

    Bytes encrypted_password() const {
        Bytes clear;
        append_nul_text(clear, client_.password);
        return rsa_encrypt(test_rsa().public_key_pem(), xor_with_scramble(clear, scramble)).value();
    }

    Bytes answer(BytesView packet, std::uint8_t sequence) {
        sequence_ = static_cast<std::uint8_t>(sequence + 1);
        Bytes out;
        switch (packet[0]) {
            case 0x0A:
                note("greeting");
                scramble = to_scramble(decode_greeting(packet)->auth_data).value();
                if (client_.tls) {
                    append_tls_request(out, TlsRequest{client_.capabilities, 1U << 24, 45});
                    return out;
                }
                return login_request(false);
            case 0xFE: {
                note("switch");
                const auto request = decode_auth_switch(packet);
                scramble = to_scramble(request->data).value();
                out = first_answer(request->plugin);
                if (out.empty() && request->plugin == caching_sha2_plugin) out.push_back(0);
                return out;
            }
            case 0x01:
                if (packet[1] != 0x04) {
                    note("key");
                    return encrypted_password();
                }
                note("full");
                if (client_.tls) {
                    append_nul_text(out, client_.password);
                    return out;
                }
                return client_.knows_public_key ? encrypted_password() : Bytes{0x02};
            default:
                note("unknown");
                return out;
        }
    }

    const ScriptedClient& client_;
    ServerHandshake& server_;
    std::uint8_t sequence_ = 1;
    Played played_;
};

}  // namespace leasehold::wire::testing
