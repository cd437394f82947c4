// The parser: no bytes crash it; what it prints it parses to the same print; effects and splitting take
// anything.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "router/plan_cache.h"
#include "router/sql/parser.h"
#include "router/sql/printer.h"
#include "router/sql/statement_effects.h"

using namespace leasehold::router;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    ParseOptions options;
    options.mode.ansi_quotes = (data[0] & 1) != 0;
    options.mode.no_backslash_escapes = (data[0] & 2) != 0;
    options.mode.pipes_as_concat = (data[0] & 4) != 0;
    if ((data[0] & 8) != 0) options.mode.server_version = (data[0] & 16) != 0 ? 101107 : 90700;
    const std::string_view sql(reinterpret_cast<const char*>(data + 1), size - 1);

    for (const std::string_view part : split_statements(sql, options.mode)) {
        if (part.data() < sql.data() || part.data() + part.size() > sql.data() + sql.size()) std::abort();
    }
    const ParseTree tree = parse(sql, options);
    if (tree.statement == nullptr || (!tree.parsed() && tree.error.code == 0)) std::abort();
    if (tree.statement->range.end > sql.size() || tree.statement->range.begin > tree.statement->range.end)
        std::abort();
    effects_of(tree);
    if (!tree.parsed()) return 0;

    // The tree may be printed with parentheses it had not: one level more for each.
    options.max_depth *= 4;
    const std::string printed = print(*tree.statement);
    const ParseTree again = parse(printed, options);
    if (!again.parsed() || print(*again.statement) != printed ||
        again.statement->kind != tree.statement->kind) {
        std::fprintf(stderr, "printed: %s\nagain:   %s\n", printed.c_str(),
                     again.parsed() ? print(*again.statement).c_str() : again.error.message.c_str());
        std::abort();
    }
    return 0;
}
