// The lexer and the fast path: no bytes crash them, and both count the same literals.
#include <cstddef>
#include <cstdint>

#include "fuzz/require.h"
#include "router/sql/lexer.h"
#include "router/sql/normalize.h"

using namespace leasehold::router;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    SqlMode mode;
    mode.ansi_quotes = (data[0] & 1) != 0;
    mode.no_backslash_escapes = (data[0] & 2) != 0;
    mode.pipes_as_concat = (data[0] & 4) != 0;
    if ((data[0] & 8) != 0) mode.server_version = (data[0] & 16) != 0 ? 101107 : 90700;
    const std::string_view sql(reinterpret_cast<const char*>(data + 1), size - 1);

    NormalizeBuffer buffer;
    const Normalized normalized = normalize(sql, mode, buffer);
    const TokenList list = tokenize(sql, mode);
    require(normalized.lexical_error == list.lexical_error());
    require(normalized.literals.size() == list.literals);
    require(normalized.parameters == list.parameters);
    std::size_t literal = 0;
    std::uint32_t end = 0;
    for (const Token& token : list.tokens) {
        require(token.offset >= end && token.end() <= sql.size());
        end = token.end();
        if (is_literal(token.kind)) require(normalized.literals[literal++].offset == token.offset);
    }
    std::vector<std::unique_ptr<std::string>> storage;
    for (const LiteralToken& token : normalized.literals) literal_value(sql, token, mode, storage);

    NormalizeBuffer again;
    require(normalize(sql, mode, again).hash == normalized.hash);
    return 0;
}
