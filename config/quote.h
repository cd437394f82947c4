// Text from a file as it is shown in a problem: quoted, control characters escaped, long text cut.
#pragma once

#include <string>
#include <string_view>

namespace leasehold::config {

std::string quote(std::string_view text);

// Without quotes and cut: for a text that is already a sentence.
std::string escape_control(std::string_view text);

}  // namespace leasehold::config
