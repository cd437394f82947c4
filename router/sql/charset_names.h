// The character sets that a literal's introducer (_utf8mb4'x') may name.
#pragma once

#include <string_view>

namespace leasehold::router {

// In any case of letters. Source: SHOW CHARACTER SET of MySQL 9 and MariaDB 10.11.
bool is_charset_name(std::string_view name);

}  // namespace leasehold::router
