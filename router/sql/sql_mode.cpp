#include "router/sql/sql_mode.h"

#include <charconv>

#include "router/sql/fold.h"

namespace leasehold::router {
namespace {

// Which lexer modes a name stands for (dev.mysql.com "Server SQL Modes", mariadb.com/kb "SQL_MODE").
struct ModeName {
    std::string_view name;
    bool ansi_quotes, no_backslash_escapes, pipes_as_concat, ignore_space;
};
constexpr ModeName mode_names[] = {
    {"ANSI_QUOTES", true, false, false, false},
    {"NO_BACKSLASH_ESCAPES", false, true, false, false},
    {"PIPES_AS_CONCAT", false, false, true, false},
    {"IGNORE_SPACE", false, false, false, true},
    {"ANSI", true, false, true, true},
    {"DB2", true, false, true, true},
    {"MAXDB", true, false, true, true},
    {"MSSQL", true, false, true, true},
    {"ORACLE", true, false, true, true},
    {"POSTGRESQL", true, false, true, true},
};

}  // namespace

SqlMode parse_sql_mode(std::string_view value) {
    SqlMode mode;
    while (!value.empty()) {
        const std::size_t comma = value.find(',');
        std::string_view name = value.substr(0, comma);
        value.remove_prefix(comma == std::string_view::npos ? value.size() : comma + 1);
        while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
        while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
        mode.no_auto_value_on_zero |= equal_folded(name, "NO_AUTO_VALUE_ON_ZERO");
        for (const ModeName& known : mode_names) {
            if (!equal_folded(name, known.name)) continue;
            mode.ansi_quotes |= known.ansi_quotes;
            mode.no_backslash_escapes |= known.no_backslash_escapes;
            mode.pipes_as_concat |= known.pipes_as_concat;
            mode.ignore_space |= known.ignore_space;
        }
    }
    return mode;
}

std::uint32_t version_number(std::string_view version) {
    std::uint32_t number = 0;
    const char* at = version.data();
    const char* const end = at + version.size();
    for (int part = 0; part < 3; ++part) {
        std::uint32_t digits = 0;
        const auto [next, failed] = std::from_chars(at, end, digits);
        if (failed != std::errc{} || digits > 99) return 0;
        number = number * 100 + digits;
        at = next;
        if (part < 2 && (at == end || *at++ != '.')) return 0;
    }
    return number;
}

}  // namespace leasehold::router
