// What an operator says on the admin port: text to a value. Keywords in any case, an optional semicolon at
// the end, comments anywhere. Pure; whoever executes it decides what the process can do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace leasehold::proxy::admin {

enum class ShowWhat : std::uint8_t {
    help,
    version,
    config,
    keyspaces,
    shards,
    tablets,
    pools,
    leases,
    clients,
    servers,
    stats,
    queries,
    memory,
    lists,
    plans,
    processlist,
    full_processlist,  // the data port's words, for habit's sake
    // What tools ask of any MySQL server; answered with few rows or none.
    variables,
    status,
    warnings,
    errors,
    databases,
    tables,
    collation,
    character_set,
    engines,
    plugins,
};
std::string_view to_string(ShowWhat what);

struct Show {
    ShowWhat what;
    std::optional<std::string> like;  // a pattern for the first column
    bool operator==(const Show&) const = default;
};
struct Reload {
    bool operator==(const Reload&) const = default;
};
struct Pause {
    std::string keyspace;
    bool operator==(const Pause&) const = default;
};  // empty: all
struct Resume {
    std::string keyspace;
    bool operator==(const Resume&) const = default;
};  // empty: all
struct Drain {
    std::string tablet;
    bool operator==(const Drain&) const = default;
};  // an address
struct Reconnect {
    std::string keyspace;
    bool operator==(const Reconnect&) const = default;
};  // empty: all
struct Kill {
    bool query_only = false;
    std::uint64_t id = 0;  // the proxy's own
    bool operator==(const Kill&) const = default;
};
struct Shutdown {
    bool operator==(const Shutdown&) const = default;
};
struct SetVariable {
    std::string name;   // lower case, dots kept: "memory_profiling", "log.level"
    std::string value;  // without its quotes
    bool operator==(const SetVariable&) const = default;
};
struct ExplainRoute {
    std::string sql;
    bool operator==(const ExplainRoute&) const = default;
};
struct DumpHeapProfile {
    bool operator==(const DumpHeapProfile&) const = default;
};

// SET NAMES, SET autocommit, USE, COMMIT and their like: drivers send them unasked; the answer is OK.
struct Acknowledged {
    bool operator==(const Acknowledged&) const = default;
};

// SELECT of constants, variables and functions without a table: what clients ask when they connect.
struct SelectItem {
    enum class Kind : std::uint8_t { number, text, null, variable, function };
    Kind kind;
    std::string
        value;  // the number or text; the variable's or function's name in lower case, without @@ and scope
    std::string column;  // the alias, or the item as it was written
    bool operator==(const SelectItem&) const = default;
};
struct Select {
    std::vector<SelectItem> items;
    bool operator==(const Select&) const = default;
};

using Statement = std::variant<Show, Reload, Pause, Resume, Drain, Reconnect, Kill, Shutdown, SetVariable,
                               ExplainRoute, DumpHeapProfile, Acknowledged, Select>;

// The value of a variable that is ON or OFF; nothing for any other text.
std::optional<bool> to_switch(std::string_view value);

// Error 1064 says what was not understood and what may have been meant.
Result<Statement> parse(std::string_view text);

}  // namespace leasehold::proxy::admin
