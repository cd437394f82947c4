// A statement in outline, made while it streams past: its tokens, with every literal shortened to '' or 0,
// without rows and list items that repeat what was there before. Kind, tables, effects and, where no literal
// decides it, the route are those of the whole statement. Pure; pieces of any size; its memory is bounded by
// `limit` and two pieces. One statement, one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "router/sql/lexer.h"

namespace leasehold::router {

class StatementOutline {
  public:
    StatementOutline(SqlMode mode, std::size_t limit) : mode_(mode), limit_(limit) {}

    void feed(std::string_view piece);
    // Nothing more comes.
    void finish();

    // The outline so far.
    const std::string& text() const { return out_; }
    // The same as a statement: what is open is closed. What the last few bytes fed begin is not in it.
    std::string closed() const;
    // It says all there is to say. Not so when it outgrew the limit, has executable comments, or does not
    // lex.
    bool reliable() const { return reliable_; }
    // Where another statement begins behind a `;`, counted from the first byte fed: told with the piece that
    // has its first byte, unless that is a `-` or `/`. Nothing after it is looked at.
    std::optional<std::size_t> next_statement() const { return next_statement_; }

  private:
    enum class Inside : unsigned char { tokens, text, digits, next_statement };

    void lex(bool last);
    std::size_t skip_text(std::string_view piece, std::size_t at);
    std::size_t skip_digits(std::string_view piece, std::size_t at);
    bool may_begin_comment(const Token& token) const;
    bool ends_surely(const Token& token) const;
    bool enter_literal(const Token& token);
    void emit(const Token& token);
    void emit_names();
    void emit_literal(std::string_view shortened);
    void append(std::string_view text);
    void end_row();
    bool behind_comma_or_paren() const { return !out_.empty() && (out_.back() == ',' || out_.back() == '('); }

    SqlMode mode_;
    std::size_t limit_;
    std::string out_;
    bool reliable_ = true;
    bool ended_ = false;  // by a `;`
    std::optional<std::size_t> next_statement_;

    // What was fed and is not yet in the outline: a token that may go on, and names that it may belong to.
    std::string carry_;
    std::size_t carry_offset_ = 0;  // of its first byte, from the first byte fed
    std::size_t fed_ = 0;           // bytes of the pieces before this one
    std::vector<Token> names_;      // a.b.c in carry_, held back until something else follows
    std::size_t token_end_ = 0;     // of the token emitted last, from the first byte fed

    Inside inside_ = Inside::tokens;
    char quote_ = '\'';
    bool digits_only_ = false;   // X'...', b'...'
    bool after_escape_ = false;  // the last byte fed was a backslash in a string
    bool after_quote_ = false;   // ... a quote: the end of the string, or the first of two

    int depth_ = 0;
    bool after_literal_ = false;
    unsigned run_ = 0;           // of literals, with commas between
    bool plain_row_ = false;     // nothing but literals so far
    std::size_t row_begin_ = 0;  // of the row that is open, in out_
    std::size_t row_end_ = 0;    // of the one before it
    std::set<std::string, std::less<>> rows_;
};

}  // namespace leasehold::router
