#include "router/statement_text.h"

#include <algorithm>
#include <utility>

namespace leasehold::router {

StatementText::StatementText(std::string_view sql, const TextRules& rules)
    : tokens_(tokenize(sql, rules.mode)),
      edits_(rules.edits),
      plain_(rules.edits.empty() && tokens_.parameters == 0) {}

void TextBuilder::whole() {
    const auto count = static_cast<std::uint32_t>(text_.tokens_.tokens.size());
    copy(0, static_cast<std::uint32_t>(text_.tokens_.sql.size()), {0, count});
}

void TextBuilder::before(std::uint32_t token) {
    copy(0, text_.tokens_.tokens[token].offset, {0, token});
}

void TextBuilder::tokens(TokenSpan span) {
    if (span.first >= span.last) return;
    const std::vector<Token>& all = text_.tokens_.tokens;
    copy(all[span.first].offset, all[span.last - 1].end(), span);
}

void TextBuilder::after(std::uint32_t token) {
    const std::vector<Token>& all = text_.tokens_.tokens;
    const std::uint32_t begin = token == 0 ? 0 : all[token - 1].end();
    copy(begin, static_cast<std::uint32_t>(text_.tokens_.sql.size()),
         {token, static_cast<std::uint32_t>(all.size())});
}

void TextBuilder::copy(std::uint32_t begin, std::uint32_t end, TokenSpan span) {
    const std::string_view sql = text_.tokens_.sql;
    if (text_.plain_) {
        sql_ += sql.substr(begin, end - begin);
        return;
    }
    auto edit = std::lower_bound(text_.edits_.begin(), text_.edits_.end(), span.first,
                                 [](const TokenEdit& e, std::uint32_t token) { return e.token < token; });
    for (std::uint32_t i = span.first; i < span.last; ++i) {
        const Token& token = text_.tokens_.tokens[i];
        if (token.kind == TokenKind::parameter) params_.push_back(static_cast<std::uint16_t>(token.ordinal));
        if (edit == text_.edits_.end() || edit->token != i) continue;
        sql_ += sql.substr(begin, token.offset - begin);
        sql_ += edit->text;
        begin = token.end();
        ++edit;
    }
    sql_ += sql.substr(begin, end - begin);
}

ShardQuery TextBuilder::finish(std::uint16_t shard) {
    return {shard, std::move(sql_), std::move(params_)};
}

ShardQuery unchanged_query(std::uint16_t shard, std::string_view sql, const TextRules& rules) {
    if (rules.edits.empty()) return {shard, std::nullopt, {}};
    const StatementText text(sql, rules);
    TextBuilder builder(text);
    builder.whole();
    return builder.finish(shard);
}

}  // namespace leasehold::router
