// Writing a statement's text again with parts of it changed or left out. Places are token numbers, not
// offsets: two statements of one cached plan have the same tokens at other offsets (their literals and white
// space differ).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/plan.h"
#include "router/sql/lexer.h"
#include "router/sql/sql_mode.h"

namespace leasehold::router {

// Tokens [first, last) as tokenize() numbers them.
struct TokenSpan {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
};

// Replaces one token, such as a qualifier that the tablets know by another name.
struct TokenEdit {
    std::uint32_t token = 0;
    std::string text;
};

// What every text of a plan undergoes.
struct TextRules {
    SqlMode mode;
    std::vector<TokenEdit> edits;  // by token, ascending
};

// One execution's text, ready to be copied from. The text and the rules must outlive it.
class StatementText {
  public:
    StatementText(std::string_view sql, const TextRules& rules);

    // Whether parts can be left out: not where a comment that servers execute may begin or end between them.
    bool can_be_cut() const { return !tokens_.executable_comments; }
    // Whether the text has the tokens that the plan counts on; false for another statement's text.
    bool has(TokenSpan span) const { return span.first <= span.last && span.last < tokens_.tokens.size(); }

  private:
    friend class TextBuilder;

    TokenList tokens_;
    std::span<const TokenEdit> edits_;
    bool plain_ = false;  // no edits and no parameters: bytes can be copied as they are
};

class TextBuilder {
  public:
    explicit TextBuilder(const StatementText& text) : text_(text) {}

    void whole();
    void before(std::uint32_t token);  // from the text's first byte to where `token` begins
    void tokens(TokenSpan span);       // from where the first begins to where the last ends
    void after(std::uint32_t token);   // from where token - 1 ends to the text's last byte
    void add(std::string_view bytes) { sql_ += bytes; }
    // A placeholder for one of the execution's values.
    void parameter(std::uint16_t index) {
        sql_ += '?';
        params_.push_back(index);
    }

    // The text for a shard, with the numbers of the parameters it kept.
    ShardQuery finish(std::uint16_t shard);

  private:
    void copy(std::uint32_t begin, std::uint32_t end, TokenSpan span);

    const StatementText& text_;
    std::string sql_;
    std::vector<std::uint16_t> params_;
};

// A shard's query with nothing but the rules applied: the client's own text when there are none.
ShardQuery unchanged_query(std::uint16_t shard, std::string_view sql, const TextRules& rules);

}  // namespace leasehold::router
