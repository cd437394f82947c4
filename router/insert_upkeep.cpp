#include "router/insert_upkeep.h"

#include <algorithm>

#include "router/lookup_entries.h"

namespace leasehold::router {

GivenValue InsertCells::given(const InsertCell& cell, std::optional<std::uint64_t> id,
                              const Constants& constants, std::span<const SqlValue> values,
                              const TokenList& list) const {
    if (cell.generated && id) return {GivenValue::Kind::literal, std::to_string(*id)};
    if (!cell.value) return {};
    const std::optional<ReadValue> read = read_value(*cell.value, constants, values);
    if (!read) return {};
    if (std::holds_alternative<Null>(read->value)) return {GivenValue::Kind::null, {}};
    if (!cell.place || cell.place->last >= list.tokens.size() || cell.place->first >= cell.place->last)
        return {};
    const std::span<const Token> tokens =
        std::span(list.tokens).subspan(cell.place->first, cell.place->last - cell.place->first);
    const bool bound =
        std::ranges::any_of(tokens, [](const Token& token) { return token.kind == TokenKind::parameter; });
    if (bound) return {GivenValue::Kind::literal, entry_literal(read->value, list.mode)};
    // As it stands: its character set and its quotes mean the same in the session's next statement.
    const std::uint32_t begin = tokens.front().offset;
    const std::uint32_t end = tokens.back().end();
    return {GivenValue::Kind::literal, std::string(list.sql.substr(begin, end - begin))};
}

std::size_t InsertCells::bytes() const {
    return sizeof(*this) + (owned == nullptr ? 0 : owned->bytes()) +
           verified.size() * (sizeof(LookupUse) + 160) + shape.columns.size() * sizeof(std::string) +
           cells.size() * sizeof(InsertCell);
}

}  // namespace leasehold::router
