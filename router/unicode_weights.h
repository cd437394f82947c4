// The weights of a text that make 'Tést' and 'test' one: the primary level of the Unicode Collation
// Algorithm, as Vitess's unicode_loose vindexes hash it (vitessio/vitess, go/mysql/collations/vindex: a copy
// of golang.org/x/text/collate with the root collation of CLDR 23, Unicode 6.2). ICU's and the servers'
// weights are of other versions and other numbers. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leasehold::router {

// The weights as Vitess writes them, byte for byte. Nothing: the text is no UTF-8, or the weights cannot be
// told without Unicode's tables for normalising: a contraction with other marks within it, or more than 30
// marks that follow each other.
std::optional<std::string> primary_weights(std::string_view text);

}  // namespace leasehold::router
