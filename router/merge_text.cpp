#include "router/merge_text.h"

#include <algorithm>
#include <span>
#include <utility>

#include "router/placement.h"

namespace leasehold::router {

namespace {

std::string hidden_name(std::uint16_t index) {
    return "lh_hidden_" + std::to_string(index + 1);
}

}  // namespace

TokenSpan MergeTextWriter::span_of(const Expr& expr) const {
    return tokens_of(tree_.tokens, expr.range);
}

void MergeTextWriter::put_words(std::vector<MergeText>& out, std::string words) const {
    out.push_back({MergeText::Kind::words, {}, std::move(words)});
}

void MergeTextWriter::put_tokens(std::vector<MergeText>& out, TokenSpan span) const {
    out.push_back({MergeText::Kind::tokens, span, {}});
}

std::optional<RowColumn> MergeTextWriter::column_of(std::uint32_t item) const {
    const auto is_star = [](const SelectItem& other) { return other.expr->kind == ExprKind::star; };
    if (std::ranges::none_of(select_.items.first(item), is_star)) {
        return RowColumn{RowColumn::From::front, static_cast<std::uint16_t>(item)};
    }
    if (std::ranges::any_of(select_.items.subspan(item), is_star)) return std::nullopt;
    return RowColumn{RowColumn::From::back, static_cast<std::uint16_t>(select_.items.size() - item)};
}

RowColumn MergeTextWriter::next_hidden() {
    put_words(hidden_, ", ");
    return {RowColumn::From::hidden, plan_.hidden++};
}

RowColumn MergeTextWriter::hide(const Expr& expr) {
    return hide("", expr, "");
}

RowColumn MergeTextWriter::hide(std::string before, const Expr& expr, std::string after) {
    const RowColumn column = next_hidden();
    if (!before.empty()) put_words(hidden_, std::move(before));
    put_tokens(hidden_, span_of(expr));
    put_words(hidden_, std::move(after) + " AS " + hidden_name(column.index));
    return column;
}

// Two blanks in the expression's own collation, when that pads: one alone would not show whether weights of
// several levels follow each other.
void MergeTextWriter::hide_padding(TokenSpan span, std::string_view aggregate) {
    next_hidden();
    const auto no_characters = [&](std::string before, std::string after) {
        put_words(hidden_, std::move(before) + "LEFT(" + std::string(aggregate));
        put_tokens(hidden_, span);
        put_words(hidden_, (aggregate.empty() ? ",0)" : "),0)") + std::move(after));
    };
    no_characters("IF(", "=CONCAT(");
    no_characters("", ",' '),WEIGHT_STRING(CONCAT(");
    no_characters("", ",'  ')),'')");
}

RowColumn MergeTextWriter::hide_weight(const Expr& expr) {
    const RowColumn column = next_hidden();
    put_words(hidden_, "WEIGHT_STRING(");
    put_tokens(hidden_, span_of(expr));
    put_words(hidden_, ")");
    hide_padding(span_of(expr), "");
    return column;
}

std::optional<MergeKey> MergeTextWriter::key(const Meant& meant, bool descending) {
    return key(meant, descending, "");
}

std::optional<MergeKey> MergeTextWriter::group_key(const Meant& meant, bool descending) {
    return key(meant, descending, meant.expr->kind == ExprKind::column ? "" : "MIN(");
}

std::optional<MergeKey> MergeTextWriter::key(const Meant& meant, bool descending,
                                             std::string_view aggregate) {
    MergeKey key;
    key.descending = descending;
    const std::optional<RowColumn> shown = meant.item ? column_of(*meant.item) : std::nullopt;
    const bool weighed = !is_number(*meant.expr);
    if (weighed && !is_repeatable(*meant.expr)) return std::nullopt;
    if (!shown && meant.item && !is_repeatable(*meant.expr)) return std::nullopt;
    key.value = shown ? *shown : hide(*meant.expr);
    if (!weighed) return key;
    const std::size_t first = hidden_.size();
    key.weight = next_hidden();
    key.form = static_cast<std::uint16_t>(plan_.weights.size());
    plan_.weights.push_back(key.weight->index);
    hidden_.push_back({MergeText::Kind::key, span_of(*meant.expr), std::string(aggregate)});
    hide_padding(span_of(*meant.expr), aggregate);
    for (MergeText& part : std::span(hidden_).subspan(first)) part.form = key.form;
    return key;
}

bool MergeTextWriter::has_key(std::uint32_t item) const {
    const std::optional<RowColumn> column = column_of(item);
    return column &&
           std::ranges::any_of(plan_.keys, [&](const MergeKey& key) { return key.value == *column; });
}

void MergeTextWriter::sort_by(const MergeKey& key, const Meant& meant, const OrderItem* written) {
    put_words(order_by_, order_by_.empty() ? "ORDER BY " : ", ");
    const bool hidden = key.value.from == RowColumn::From::hidden;
    const bool by_name = hidden && meant.expr->kind != ExprKind::column;
    if (written != nullptr && !by_name) return put_tokens(order_by_, tokens_of(tree_.tokens, written->range));
    if (hidden) {
        put_words(order_by_, hidden_name(key.value.index));
    } else {
        put_words(order_by_, std::to_string(key.value.index + 1));
    }
    if (key.descending) put_words(order_by_, " DESC");
}

std::uint32_t MergeTextWriter::end_of_query() const {
    return tokens_of(tree_.tokens, query_.range).last;
}

// From the word HAVING to the last parenthesis around the condition.
TokenSpan MergeTextWriter::having_span() const {
    const std::vector<Token>& tokens = tree_.tokens.tokens;
    TokenSpan span = tokens_of(tree_.tokens, select_.having->range);
    while (span.first > 0 && tokens[span.first - 1].kind == TokenKind::left_paren) {
        --span.first;
        ++span.last;
    }
    --span.first;
    return span;
}

void MergeTextWriter::finish() {
    std::vector<Edit> edits;
    if (!hidden_.empty()) {
        const std::uint32_t place = tokens_of(tree_.tokens, select_.items_range).last;
        edits.push_back({{place, place}, std::move(hidden_)});
    }
    if (!keeps_having_ && select_.having != nullptr) edits.push_back({having_span(), {}});
    const std::uint32_t end = end_of_query();
    std::uint32_t tail = end;  // where ORDER BY has its place
    if (!query_.locking.empty()) tail = tokens_of(tree_.tokens, query_.locking.front().range).first;
    std::optional<TokenSpan> limit;
    if (query_.limit != nullptr) {
        limit = tokens_of(tree_.tokens, query_.limit->range);
        tail = std::min(tail, limit->first);
    }
    if (!query_.order_by.empty()) {
        TokenSpan span = tokens_of(tree_.tokens, query_.order_by_range);
        span.first -= 2;
        edits.push_back({span, std::move(order_by_)});
    } else if (!order_by_.empty()) {
        edits.push_back({{tail, tail}, std::move(order_by_)});
    }
    if (limit && !keeps_limit_) {
        edits.push_back({*limit, {}});
    } else if (limit && plan_.offset) {
        edits.push_back({*limit, {{MergeText::Kind::limit, {}, {}}}});
    }
    plan_.text.push_back({MergeText::Kind::head, {}, {}});
    std::uint32_t at = 0;
    for (Edit& edit : edits) {
        put_tokens(plan_.text, {at, edit.span.first});
        const bool list = edit.put.empty() || edit.put.front().words == ", ";
        if (!list) put_words(plan_.text, " ");
        std::ranges::move(edit.put, std::back_inserter(plan_.text));
        if (edit.span.last < end) put_words(plan_.text, " ");
        at = edit.span.last;
    }
    put_tokens(plan_.text, {at, end});
}

}  // namespace leasehold::router
