// The parts of the server's sql_mode that change how a statement is lexed.
#pragma once

#include <string_view>

namespace leasehold::router {

struct SqlMode {
    bool ansi_quotes = false;
    bool no_backslash_escapes = false;
    bool pipes_as_concat = false;
    bool ignore_space = false;

    bool operator==(const SqlMode&) const = default;
};

// From a value of @@sql_mode ("ANSI_QUOTES,STRICT_TRANS_TABLES", also the combined modes such as ANSI). Names that do
// not change the lexer are passed over.
SqlMode parse_sql_mode(std::string_view value);

}  // namespace leasehold::router
