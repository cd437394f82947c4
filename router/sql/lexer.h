// SQL text to tokens, for MySQL 9 and MariaDB 10.11. One pass over the bytes, nothing allocated by Lexer.
// The connection's character set must be one whose multi-byte characters contain no ASCII bytes (utf8mb4,
// latin1, ...; not gbk, sjis, big5). Bytes from 0x80 are identifier characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "router/sql/sql_mode.h"
#include "router/sql/token.h"

namespace leasehold::router {

class Lexer {
  public:
    // `sql` must be shorter than 4 GiB and outlive the lexer.
    Lexer(std::string_view sql, SqlMode mode) : sql_(sql), mode_(mode) {}

    // After `end` or `error` it returns the same token again.
    Token next();

    // Whether the token returned last stands inside an executable comment (/*! ... */).
    bool in_executable_comment() const { return in_executable_comment_; }

  private:
    Token make(TokenKind kind, std::uint32_t begin, std::uint32_t end);
    Token error(std::uint32_t begin);
    std::optional<Token> skip_blank();    // a hint, a directive or an error met on the way
    std::optional<Token> skip_comment();  // position_ is at "/*"
    std::optional<Token> skip_past_comment_end(std::uint32_t from, std::uint32_t begin, bool nests);
    bool enters_executable_comment();
    Token lex_word(std::uint32_t begin);
    Token lex_number(std::uint32_t begin);
    Token lex_quoted(std::uint32_t begin, std::uint32_t quote_at, TokenKind kind);
    Token lex_digits_string(std::uint32_t begin, TokenKind kind);
    Token lex_at(std::uint32_t begin);
    std::optional<Token> lex_dollar(std::uint32_t begin);
    Token lex_operator(std::uint32_t begin);
    unsigned char at(std::size_t i) const {
        return i < sql_.size() ? static_cast<unsigned char>(sql_[i]) : 0;
    }

    std::string_view sql_;
    std::uint32_t position_ = 0;
    SqlMode mode_;
    TokenKind last_ = TokenKind::end;  // the kind returned last: a word behind a dot is no keyword
    std::uint32_t last_end_ = 0;
    std::uint8_t dollar_attempts_ = 0;  // bounds the search for closing $tag$, which keeps lexing linear
    bool in_executable_comment_ = false;
};

// All tokens of a statement, with keywords and ordinals. Hints stay only where the servers read them (right
// behind SELECT, INSERT, REPLACE, UPDATE, DELETE); other hints and all directives are not among the tokens.
struct TokenList {
    std::string_view sql;
    SqlMode mode;
    std::vector<Token> tokens;      // the last one is `end`, or `error` where lexing stopped
    std::vector<Token> directives;  // /*vt+ ... */
    std::uint32_t literals = 0;
    std::uint32_t parameters = 0;
    bool executable_comments = false;  // there are some: a part of the text may not lex as its tokens did

    bool lexical_error() const { return tokens.back().kind == TokenKind::error; }
    bool empty() const;  // nothing but comments, white space and `;`
};
TokenList tokenize(std::string_view sql, SqlMode mode);

// A name as the server would know it: quotes taken off, doubled quotes folded, of a user variable the @ too.
std::string unquote_name(std::string_view token_text);

}  // namespace leasehold::router
