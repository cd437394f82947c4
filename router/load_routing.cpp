#include "router/load_routing.h"

#include <algorithm>

#include "router/table_definition.h"
#include "router/unsupported.h"

namespace leasehold::router {

Result<Route> LoadRouting::route(std::string_view sql, std::span<const SqlValue>) const {
    // Read anew: another text of the same plan may have other separators.
    TextRules rules = base_.text;
    const TokenSpan ignored = load_->clauses.ignored;
    const TokenList tokens = tokenize(sql, rules.mode);
    if (ignored.last >= tokens.tokens.size()) return unsupported("a text that is not the plan's");
    Result<LoadClauses> clauses = parse_load_clauses(tokens, load_->first_clause);
    if (!clauses) return clauses.error();
    const auto load = std::make_shared<LoadRoute>(*load_);
    load->clauses = *std::move(clauses);
    if (!load->verb.empty()) return through_table(sql, load);
    // The shards get no lines that are to be ignored.
    for (std::uint32_t i = ignored.first; i < ignored.last; ++i) rules.edits.push_back({i, ""});
    std::ranges::sort(rules.edits, {}, &TokenEdit::token);
    Route route{base_.keyspace->index(), {}, nullptr};
    for (std::uint16_t shard = 0; shard < base_.keyspace->shard_count(); ++shard) {
        route.shards.push_back(unchanged_query(shard, sql, rules));
    }
    route.load = load;
    return route;
}

// The temporary table has the table's name, in whatever database the scratch tablet's connection is.
Route LoadRouting::through_table(std::string_view sql, const std::shared_ptr<const LoadRoute>& load) const {
    TextRules rules = base_.text;
    const TokenSpan name = load->table_name;
    std::erase_if(rules.edits,
                  [&](const TokenEdit& edit) { return edit.token >= name.first && edit.token < name.last; });
    for (std::uint32_t i = name.first; i < name.last; ++i)
        rules.edits.push_back({i, i + 1 == name.last ? quote_name(load->table) : std::string()});
    std::ranges::sort(rules.edits, {}, &TokenEdit::token);
    Route route{base_.keyspace->index(), {}, nullptr};
    route.shards.push_back(unchanged_query(0, sql, rules));
    route.load = load;
    return route;
}

std::string LoadRouting::describe() const {
    if (!load_->verb.empty())
        return "the file to one tablet, its rows from there as " + load_->verb + ": " + load_->needs;
    if (!load_->place) return "every line to every shard: each has the whole table";
    return "each line by " + load_->place->what() + ", vindex " + load_->place->vindex_name();
}

std::size_t LoadRouting::bytes() const {
    return sizeof(*this) + sizeof(LoadRoute) + base_.text.edits.size() * sizeof(TokenEdit);
}

}  // namespace leasehold::router
