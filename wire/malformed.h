// The error for bytes that do not decode; for this folder's own use.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/mysql_errors.h"

namespace leasehold::wire {

inline Error malformed(std::string_view what) {
    return make_error(mysql_error::malformed_packet, "Malformed communication packet: " + std::string(what));
}

}  // namespace leasehold::wire
