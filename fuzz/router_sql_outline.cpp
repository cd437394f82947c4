// Outlines: no bytes crash them, they do not depend on how the text was cut, and they stay within their
// limit.
#include <cstddef>
#include <cstdint>

#include "fuzz/require.h"
#include "router/sql/outline.h"

using namespace leasehold::router;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    constexpr std::size_t limit = 2048;
    SqlMode mode;
    mode.ansi_quotes = (data[0] & 1) != 0;
    mode.no_backslash_escapes = (data[0] & 2) != 0;
    const std::size_t piece = 1 + data[1];
    const std::string_view sql(reinterpret_cast<const char*>(data + 2), size - 2);

    StatementOutline whole(mode, limit);
    whole.feed(sql);
    whole.finish();
    StatementOutline pieces(mode, limit);
    for (std::size_t i = 0; i < sql.size(); i += piece) {
        pieces.feed(sql.substr(i, piece));
        require(pieces.closed().size() <= 3 * limit + sql.size());
    }
    pieces.finish();
    require(whole.text().size() <= limit && pieces.text().size() <= limit);
    if (whole.reliable() && pieces.reliable()) {
        require(whole.text() == pieces.text());
        require(whole.next_statement() == pieces.next_statement());
    }
    return 0;
}
