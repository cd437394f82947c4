// Reads what is still to come of a large command: in pieces that are passed on, to put it together, or away.
// Lives no longer than the command. Thread: the worker's. Errors: 1153, 1156 the packet breaks the rules,
// 1159 the client stopped in the middle, 2013 it went away, 1317 the session was interrupted: the connection
// is then of no more use.
#pragma once

#include <chrono>
#include <span>

#include "net/sleeper.h"
#include "proxy/command_reader.h"

namespace leasehold::proxy {

class MemoryPromise;

class CommandRest {
  public:
    // `patience`: how long the client may send nothing; zero: for ever.
    CommandRest(Command& command, net::Worker& worker, net::Channel& channel, net::Interrupt& interrupt,
                std::chrono::milliseconds patience)
        : command_(command), worker_(worker), channel_(channel), interrupt_(interrupt), patience_(patience) {}
    CommandRest(const CommandRest&) = delete;
    CommandRest& operator=(const CommandRest&) = delete;

    bool done() const { return !command_.rest || rest().done(); }
    // Of the frame that was read last.
    std::uint8_t sequence() const { return command_.rest ? rest().sequence() : command_.sequence; }
    // Bytes of payload that are known to come.
    std::size_t left() const { return rest().left(); }

    // A piece of the packet as it came: payload, or a frame's header alone. In the command's buffer, whose
    // first bytes it overwrites.
    struct Piece {
        std::span<std::uint8_t> bytes;
        bool header = false;
    };
    net::Task<Result<Piece>> next();

    // The command is whole after it. `promise`: for what is still to come.
    net::Task<Result<void>> assemble(MemoryPromise* promise = nullptr);
    net::Task<Result<void>> discard();

  private:
    wire::PacketRest& rest() { return *command_.rest; }
    const wire::PacketRest& rest() const { return *command_.rest; }
    net::Task<Result<Piece>> read_piece();
    net::Task<Result<std::size_t>> read_some(std::span<std::uint8_t> out);

    Command& command_;
    net::Worker& worker_;
    net::Channel& channel_;
    net::Interrupt& interrupt_;
    std::chrono::milliseconds patience_;
    std::optional<Error> problem_;  // nothing can be read after it
};

}  // namespace leasehold::proxy
