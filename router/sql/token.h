// One token of a statement: a kind and a place in the text. Never owns; the text must outlive it.
// Source of the lexical rules: dev.mysql.com "Language Structure", mariadb.com/kb "Language Structure".
#pragma once

#include <cstdint>
#include <string_view>

#include "router/sql/keyword.h"

namespace leasehold::router {

enum class TokenKind : std::uint8_t {
    end,    // behind the last byte; length 0
    error,  // bytes that begin no token, an unclosed string or comment; the rest of the text is not lexed
    word,   // an unquoted identifier that may be a keyword
    identifier,  // an unquoted identifier that cannot be a keyword: behind a dot, or beginning with a digit
    quoted_identifier,  // `x`, and "x" with ANSI_QUOTES; quotes included
    user_variable,      // @x, @'x', @`x`; also the host part of 'user'@'host'
    system_variable,    // @@x, @@session.x, @@cache.size
    introducer,         // _utf8mb4 and its like; the literal follows as a token of its own
    parameter,          // ?
    hint,               // /*+ ... */
    directive,          // /*vt+ ... */
    // Literals: counted by one ordinal in the order of the text.
    string,           // 'x', and "x" without ANSI_QUOTES
    national_string,  // N'x'
    dollar_string,    // $$x$$, $tag$x$tag$ (MySQL 9)
    hex_string,       // X'4142'
    hex_number,       // 0x4142
    bit_string,       // b'01'
    bit_number,       // 0b01
    integer,
    decimal,
    floating,  // 1e5, 1.5E-3
    // Operators and punctuation
    comma,
    semicolon,
    dot,
    left_paren,
    right_paren,
    left_brace,
    right_brace,
    colon,
    at,
    plus,
    minus,
    star,
    slash,
    percent,
    caret,
    tilde,
    ampersand,
    pipe,
    bang,
    equal,
    null_safe_equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    shift_left,
    shift_right,
    and_and,
    or_or,
    assign,
    json_extract,
    json_unquote,
    null_symbol,  // \N (MariaDB)
};

constexpr bool is_literal(TokenKind kind) {
    return kind >= TokenKind::string && kind <= TokenKind::floating;
}
constexpr bool is_name(TokenKind kind) {
    return kind == TokenKind::word || kind == TokenKind::identifier || kind == TokenKind::quoted_identifier;
}

struct Token {
    TokenKind kind = TokenKind::end;
    Keyword keyword = Keyword::none;  // of a word; filled by tokenize(), not by the lexer
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t ordinal = 0;  // literals count from 0, parameters count from 0; filled by tokenize()

    constexpr std::uint32_t end() const { return offset + length; }
    constexpr std::string_view text(std::string_view sql) const { return sql.substr(offset, length); }
};

}  // namespace leasehold::router
