// One execution of a gather: which rows of which tables, and the statement's text with the tables' names
// replaced.
#include "router/gather_plan.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "router/shard_set.h"
#include "router/table_definition.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

// A value as a literal that means the same in every character set and sql_mode; unset where there is none
// that surely does. Text of digits may be a date that was bound as one.
std::optional<std::string> literal_of(const SqlValue& value) {
    if (std::holds_alternative<Null>(value)) return "NULL";
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return *number < 0 ? "(" + std::to_string(*number) + ")" : std::to_string(*number);
    }
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    const auto* text = std::get_if<std::string_view>(&value);
    if (text == nullptr) return std::nullopt;
    bool letter = false;
    for (const char c : *text) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        letter = letter || is_letter;
        const bool harmless =
            is_letter || (c >= '0' && c <= '9') || c == ' ' || c == '_' || c == '-' || c == '.';
        if (!harmless) return std::nullopt;
    }
    if (!letter) return std::nullopt;
    return "'" + std::string(*text) + "'";
}

// The condition without qualifiers: it is asked of one table.
std::optional<std::string> text_of(const TokenList& list, TokenSpan span, std::span<const SqlValue> values) {
    std::string text;
    const std::vector<Token>& tokens = list.tokens;
    std::uint32_t end = 0;
    for (std::uint32_t i = span.first; i < span.last; ++i) {
        while (i + 2 < span.last && is_name(tokens[i].kind) && tokens[i + 1].kind == TokenKind::dot) i += 2;
        const Token& token = tokens[i];
        if (!text.empty() && token.offset != end) text += ' ';
        end = token.end();
        if (token.kind != TokenKind::parameter) {
            text += token.text(list.sql);
            continue;
        }
        if (token.ordinal >= values.size()) return std::nullopt;
        const std::optional<std::string> literal = literal_of(values[token.ordinal]);
        if (!literal) return std::nullopt;
        text += *literal;
    }
    return text;
}

// Edits by token, in order.
using Edits = std::map<std::uint32_t, std::string>;

void remove(Edits& edits, TokenSpan span) {
    for (std::uint32_t i = span.first; i < span.last; ++i) edits[i] = "";
}

constexpr std::string_view result_table = "leasehold_gather_result";

// The statement; of INSERT ... SELECT one that makes a table of the query's rows, whose columns are c1, c2,
// ...
ShardQuery edited(std::string_view sql, SqlMode mode, const Edits& edits,
                  const std::optional<GatherTarget>& target) {
    TextRules rules{mode, {}};
    for (const auto& [token, text] : edits) rules.edits.push_back({token, text});
    const StatementText text(sql, rules);
    TextBuilder builder(text);
    if (!target) {
        builder.whole();
        return builder.finish(0);
    }
    std::string names;
    for (std::size_t i = 1; i <= target->columns; ++i) names += fmt::format("{}c{}", i == 1 ? "" : ", ", i);
    builder.add(
        fmt::format("CREATE TEMPORARY TABLE {} AS WITH leasehold_rows ({}) AS (", result_table, names));
    builder.tokens(target->query);
    builder.add(") SELECT * FROM leasehold_rows");
    return builder.finish(0);
}

GatherInsert insert_of(std::string_view sql, SqlMode mode, const GatherTarget& target) {
    GatherInsert insert{std::string(result_table), target.head, {}};
    if (target.tail.first == target.tail.last) return insert;
    const TextRules rules{mode, {}};
    const StatementText text(sql, rules);
    TextBuilder builder(text);
    builder.add(" ");
    builder.tokens(target.tail);
    insert.tail = *builder.finish(0).sql;
    return insert;
}

// `pushed`: the shard checks all that the statement's WHERE says.
std::optional<GatherTop> top_of(const TokenList& list, const GatherFirst& first, bool pushed,
                                std::span<const SqlValue> values) {
    if (first.order_by.last >= list.tokens.size() || first.limit.last >= list.tokens.size())
        return std::nullopt;
    GatherTop top;
    if (first.order_by.first != first.order_by.last) {
        const std::optional<std::string> text = text_of(list, first.order_by, values);
        if (!text) return std::nullopt;
        top.order_by = *text;
    }
    if (pushed && first.limit.first != first.limit.last) {
        const std::optional<std::string> text = text_of(list, first.limit, values);
        std::uint64_t limit = 0;
        if (!text) return top;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
        if (error == std::errc() && end == text->data() + text->size()) top.limit = limit;
    }
    return top;
}

std::string joined(const TokenList& list, TokenSpan span) {
    std::string text;
    for (std::uint32_t i = span.first; i < span.last; ++i) {
        text += (text.empty() ? "" : " ") + std::string(list.tokens[i].text(list.sql));
    }
    return text;
}

}  // namespace

Result<Route> GatherRouting::route(std::string_view sql, std::span<const SqlValue> values) const {
    const TokenList list = tokenize(sql, base_.text.mode);
    const auto gather = std::make_shared<GatherRoute>();
    gather->all_columns = parts_.all_columns;
    gather->names = parts_.names;
    gather->change = parts_.change;
    Edits edits;
    for (const TokenEdit& edit : base_.text.edits) edits[edit.token] = edit.text;
    for (const std::uint32_t token : parts_.qualifiers) remove(edits, {token, token + 2});
    Edits edits_on_copies = edits;
    std::set<std::string, std::less<>> taken;
    std::size_t made = 0;
    const auto new_name = [&] { return fmt::format("leasehold_gather_{}", ++made); };
    for (const GatherTable& table : parts_.tables) {
        GatherRead read;
        read.keyspace = table.keyspace->index();
        read.table = table.name;
        read.locking = table.locking;
        read.changes = table.changes;
        read.place = table.place;
        read.lookups = table.lookups;
        read.temporary = taken.insert(table.name).second ? table.name : new_name();
        ShardSet shards(*table.keyspace);
        for (std::size_t n = 0; n < table.uses.size(); ++n) {
            const GatherUse& use = table.uses[n];
            if (use.name.last >= list.tokens.size() || use.extra.last >= list.tokens.size())
                return unsupported("a text that is not the plan's");
            if (table.everywhere) {
                shards.add(0);
            } else if (use.key) {
                add_shards(shards, *use.key, constants_, values);
            } else {
                shards.add(AllShards{});
            }
            std::vector<GatherCondition> conditions;
            for (const GatherFilter& filter : use.filters) {
                if (!parts_.plain_text || filter.span.last >= list.tokens.size()) break;
                if (std::optional<std::string> text = text_of(list, filter.span, values))
                    conditions.push_back({*std::move(text), filter.columns});
            }
            if (parts_.first && table.changes && parts_.plain_text) {
                const bool pushed = conditions.size() == use.filters.size();
                read.top = top_of(list, *parts_.first, pushed, values);
            }
            read.uses.push_back(std::move(conditions));
            read.partitions = joined(list, use.extra);
            const auto rename = [&](Edits& of, const std::string& name) {
                remove(of, {use.name.first, use.name.last - 1});
                remove(of, use.extra);
                of.erase(use.name.last - 1);
                if (name == table.name) return;
                std::string text = quote_name(name);
                if (use.may_be_named) text += " AS " + quote_name(table.name);
                of[use.name.last - 1] = std::move(text);
            };
            rename(edits, read.temporary);
            if (n > 0) read.copies.push_back(new_name());
            rename(edits_on_copies, n > 0 ? read.copies.back() : read.temporary);
        }
        for (std::uint16_t shard = 0; shard < table.keyspace->shard_count(); ++shard) {
            if (shards.has(shard)) read.shards.push_back(shard);
        }
        gather->reads.push_back(std::move(read));
    }
    const std::optional<GatherTarget>& target = parts_.target;
    if (target && (target->query.last >= list.tokens.size() || target->tail.last >= list.tokens.size()))
        return unsupported("a text that is not the plan's");
    gather->statement = edited(sql, base_.text.mode, edits, target);
    gather->statement_on_copies = edited(sql, base_.text.mode, edits_on_copies, target);
    if (target) gather->insert = insert_of(sql, base_.text.mode, *target);
    return Route{base_.keyspace->index(), {}, gather};
}

std::string GatherRouting::describe() const {
    std::string words;
    for (const GatherTable& table : parts_.tables) {
        words += (words.empty() ? "rows of " : ", ") + table.name;
    }
    return words + " to one tablet, where the statement runs";
}

std::size_t GatherRouting::bytes() const {
    std::size_t sum = sizeof(*this) + constants_.bytes() + parts_.qualifiers.size() * sizeof(std::uint32_t);
    constexpr std::size_t tree_node = 48;
    for (const std::string& name : parts_.names) sum += tree_node + sizeof(name) + name.size();
    for (const GatherTable& table : parts_.tables) {
        sum += sizeof(table) + table.name.size() + table.locking.size();
        for (const GatherUse& use : table.uses) {
            sum += sizeof(use) + use.filters.size() * sizeof(GatherFilter);
            if (use.key) sum += use.key->what.size() + use.key->values.size() * sizeof(ValueRef);
        }
    }
    return sum;
}

}  // namespace leasehold::router
