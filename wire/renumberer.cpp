#include "wire/renumberer.h"

#include <algorithm>
#include <cstddef>

namespace leasehold::wire {

void Renumberer::apply(std::span<std::uint8_t> bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        if (left_ > 0) {
            const std::size_t skip = std::min<std::size_t>(left_, bytes.size() - at);
            left_ -= static_cast<std::uint32_t>(skip);
            at += skip;
            continue;
        }
        if (header_bytes_ < 3) {
            length_ |= static_cast<std::uint32_t>(bytes[at]) << (8 * header_bytes_);
            ++header_bytes_;
        } else {
            bytes[at] = next_++;
            left_ = length_;
            length_ = 0;
            header_bytes_ = 0;
        }
        ++at;
    }
}

}  // namespace leasehold::wire
