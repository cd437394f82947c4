// Cuts a fuzzer's input into packets: a length byte (255: the next two bytes are the length), then that many
// bytes.
#pragma once

#include <algorithm>
#include <optional>

#include "wire/bytes.h"

namespace leasehold::wire {

class Script {
  public:
    explicit Script(BytesView input) : reader_(input) {}
    std::optional<Bytes> next() {
        if (reader_.at_end()) return std::nullopt;
        std::size_t length = reader_.u8();
        if (length == 255) length = reader_.u16();
        const BytesView packet = reader_.bytes(std::min(length, reader_.remaining()));
        Bytes copy(packet.begin(), packet.end());
        copy.shrink_to_fit();
        return copy;
    }

  private:
    Reader reader_;
};

}  // namespace leasehold::wire
