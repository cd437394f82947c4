#include "router/upkeep_routing.h"

#include <algorithm>

#include "router/lookup_entries.h"
#include "router/row_images.h"
#include "router/unsupported.h"

namespace leasehold::router {
namespace {

// A part of the statement with its parameters written out. Unset: the text is not the plan's, or a parameter
// has no value.
std::optional<std::string> text_of(const TokenList& list, const TextRules& rules, TokenSpan span,
                                   std::span<const SqlValue> values) {
    if (span.last >= list.tokens.size() || span.first >= span.last) return std::nullopt;
    std::string text;
    std::uint32_t end = list.tokens[span.first].offset;
    for (std::uint32_t i = span.first; i < span.last; ++i) {
        const Token& token = list.tokens[i];
        text += list.sql.substr(end, token.offset - end);
        end = token.end();
        const auto edit = std::ranges::lower_bound(rules.edits, i, {}, &TokenEdit::token);
        if (edit != rules.edits.end() && edit->token == i) {
            text += edit->text;
        } else if (token.kind != TokenKind::parameter) {
            text += token.text(list.sql);
        } else if (token.ordinal < values.size()) {
            text += entry_literal(values[token.ordinal], rules.mode);
        } else {
            return std::nullopt;
        }
    }
    return text;
}

}  // namespace

Result<Route> UpkeepRouting::route(std::string_view sql, std::span<const SqlValue> values) const {
    return with_upkeep(shards_->route(sql, values), sql, values);
}

Result<Route> UpkeepRouting::route_with(std::string_view sql, std::span<const SqlValue> values,
                                        const Supplies& supplies) const {
    return with_upkeep(shards_->route_with(sql, values, supplies), sql, values);
}

Result<Route> UpkeepRouting::with_upkeep(Result<Route> route, std::string_view sql,
                                         std::span<const SqlValue> values) const {
    if (!route || route->gather != nullptr) return route;
    const TokenList list = tokenize(sql, base_.text.mode);
    const auto part = [&](TokenSpan span) { return text_of(list, base_.text, span, values); };
    const auto otherwise = [&]() -> Result<Route> {
        if (gather_ != nullptr) return gather_->route(sql, values);
        return unsupported("a parameter that has no value");
    };
    ChangedRows rows;
    rows.deletes = parts_.deletes;
    std::vector<std::string> expressions;
    for (const std::optional<TokenSpan>& assigned : parts_.assigned) {
        rows.assigned.push_back(assigned.has_value());
        if (!assigned) continue;
        const std::optional<std::string> value = part(*assigned);
        if (!value) return otherwise();
        expressions.push_back("(" + *value + ")");
    }
    const std::optional<std::string> table = part(parts_.table);
    if (!table) return otherwise();
    rows.sql = "SELECT " + RowImages(*parts_.owned).select_list({}, expressions) + " FROM " + *table;
    if (parts_.where) {
        const std::optional<std::string> where = part(*parts_.where);
        if (!where) return otherwise();
        rows.sql += " WHERE " + *where;
    }
    rows.sql += std::string(every_row) + " FOR UPDATE";
    route->upkeep = std::make_shared<const LookupUpkeep>(LookupUpkeep{parts_.owned, std::move(rows)});
    return route;
}

std::string UpkeepRouting::describe() const {
    std::string words = shards_->describe();
    for (std::size_t i = 0; i < parts_.owned->lookups.size(); ++i) {
        if (parts_.deletes || parts_.assigned[i])
            words += "; entries of lookup vindex " + parts_.owned->lookups[i].vindex;
    }
    return words;
}

std::size_t UpkeepRouting::bytes() const {
    return sizeof(*this) + shards_->bytes() + (gather_ == nullptr ? 0 : gather_->bytes()) +
           parts_.owned->bytes() + parts_.assigned.size() * sizeof(TokenSpan);
}

}  // namespace leasehold::router
