// The status page: one self-contained HTML document without scripts or outside resources, made from a
// snapshot. Pure.
#pragma once

#include <string>
#include <string_view>

#include "metrics/snapshot.h"

namespace leasehold::proxy {

std::string status_page(const metrics::Snapshot& snapshot);

// Text as HTML, safe within elements and quoted attributes.
std::string html_escape(std::string_view text);

}  // namespace leasehold::proxy
