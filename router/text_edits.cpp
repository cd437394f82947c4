#include "router/text_edits.h"

#include <algorithm>
#include <utility>

namespace leasehold::router {
namespace {

constexpr std::size_t max_alias = 256;  // dev.mysql.com "Identifier Length Limits"

// The query block whose select list names the result's columns.
const SelectCore* naming_select(const Query& query) {
    const QueryBody* body = query.body;
    for (;;) {
        if (const auto* select = body->as<SelectCore>()) return select;
        if (const auto* nested = body->as<NestedQuery>()) {
            body = nested->query->body;
        } else if (const auto* set = body->as<SetOperation>()) {
            body = set->operands.front().body;
        } else {
            return nullptr;
        }
    }
}

std::string quoted(std::string_view name) {
    std::string alias = " AS `";
    for (const char c : name) {
        if (c == '`') alias += c;
        alias += c;
    }
    return alias + "`";
}

void keep_names(const SelectCore& select, std::string_view sql, std::vector<TextEdit>& edits) {
    const std::size_t calls = edits.size();
    for (const SelectItem& item : select.items) {
        if (!item.alias.empty() || item.range.end - item.range.begin > max_alias) continue;
        const bool changed = std::any_of(
            edits.begin(), edits.begin() + static_cast<std::ptrdiff_t>(calls), [&](const TextEdit& edit) {
                return edit.range.begin >= item.range.begin && edit.range.end <= item.range.end;
            });
        // The edits may have named it themselves.
        const bool named = std::any_of(edits.begin(), edits.begin() + static_cast<std::ptrdiff_t>(calls),
                                       [&](const TextEdit& edit) {
                                           return edit.range.empty() && edit.range.end == item.range.end &&
                                                  edit.text.starts_with(" AS ");
                                       });
        if (!changed || named || item.expr->kind == ExprKind::star) continue;
        const auto* column = item.expr->as<ColumnExpr>();
        edits.push_back({{item.range.end, item.range.end},
                         quoted(column != nullptr ? column->column.text : item.range.of(sql))});
    }
}

}  // namespace

std::string with_edits(const ParseTree& tree, std::vector<TextEdit> edits) {
    const std::string_view sql = tree.sql();
    if (const auto* select = tree.as<SelectStatement>()) {
        if (const SelectCore* naming = naming_select(*select->query)) keep_names(*naming, sql, edits);
    }
    std::ranges::stable_sort(edits, {}, [](const TextEdit& edit) { return edit.range.begin; });
    std::string text;
    std::size_t at = 0;
    for (const TextEdit& edit : edits) {
        text += sql.substr(at, edit.range.begin - at);
        text += edit.text;
        at = edit.range.end;
    }
    text += sql.substr(at);
    return text;
}

}  // namespace leasehold::router
