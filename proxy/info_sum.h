// The info text of one statement that ran on several shards: numbers added up. Pure.
#pragma once

#include <string>
#include <string_view>

namespace leasehold::proxy {

// "Rows matched: 1  Changed: 0  Warnings: 0" and another of the same words: the words with the sums. What has
// other words leaves `sum` as it is.
std::string add_info(std::string sum, std::string_view more);

}  // namespace leasehold::proxy
