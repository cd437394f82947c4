// The words of MySQL's and MariaDB's grammar.
#pragma once

#include <cstdint>
#include <string_view>

#include "router/sql/keyword_list.h"

namespace leasehold::router {

enum class Keyword : std::uint16_t {
    none,
#define LEASEHOLD_X(name, text) name,
    LEASEHOLD_RESERVED_WORDS(LEASEHOLD_X) first_not_reserved,
    LEASEHOLD_OTHER_WORDS(LEASEHOLD_X)
#undef LEASEHOLD_X
        count_of_keywords,
};

// In any case of letters; Keyword::none for other words. Constant time.
Keyword find_keyword(std::string_view word);

// Whether both servers refuse the word as a name without quotes.
constexpr bool is_reserved(Keyword keyword) {
    return keyword != Keyword::none && keyword < Keyword::first_not_reserved;
}

}  // namespace leasehold::router
