#include "router/sql/lexer.h"

#include "router/sql/char_class.h"
#include "router/sql/charset_names.h"

namespace leasehold::router {
namespace {

// The closing $tag$ of this many dollar quotes is looked for; each search may read to the end of the text.
constexpr std::uint8_t max_dollar_attempts = 8;

bool is_mariadb(std::uint32_t server_version) {
    return server_version >= 100000;
}

}  // namespace

Token Lexer::make(TokenKind kind, std::uint32_t begin, std::uint32_t end) {
    last_ = kind;
    last_end_ = end;
    position_ = end;
    return Token{kind, Keyword::none, begin, end - begin, 0};
}

Token Lexer::error(std::uint32_t begin) {
    const auto size = static_cast<std::uint32_t>(sql_.size());
    last_ = TokenKind::error;
    last_end_ = begin;
    position_ = size;
    return Token{TokenKind::error, Keyword::none, begin, size - begin, 0};
}

Token Lexer::next() {
    if (last_ == TokenKind::error) return error(last_end_);
    if (auto token = skip_blank()) return *token;
    const std::uint32_t begin = position_;
    if (begin >= sql_.size()) {
        if (in_executable_comment_) return error(begin);
        return make(TokenKind::end, begin, begin);
    }
    switch (class_of(at(begin))) {
        case CharClass::letter:
            return lex_word(begin);
        case CharClass::digit:
            return lex_number(begin);
        case CharClass::single_quote:
            return lex_quoted(begin, begin, TokenKind::string);
        case CharClass::double_quote:
            return lex_quoted(begin, begin,
                              mode_.ansi_quotes ? TokenKind::quoted_identifier : TokenKind::string);
        case CharClass::backtick:
            return lex_quoted(begin, begin, TokenKind::quoted_identifier);
        case CharClass::at:
            return lex_at(begin);
        case CharClass::dot: {
            // a.1 is a qualified name where .1 alone is a number.
            const bool behind_name =
                (last_ == TokenKind::word || last_ == TokenKind::identifier) && last_end_ == begin;
            if (is_digit(at(begin + 1)) && !behind_name) return lex_number(begin);
            return make(TokenKind::dot, begin, begin + 1);
        }
        case CharClass::dollar:
            if (auto token = lex_dollar(begin)) return *token;
            return lex_word(begin);
        case CharClass::punctuation:
        case CharClass::comment_start:
            return lex_operator(begin);
        case CharClass::space:
        case CharClass::invalid:
            break;
    }
    return error(begin);
}

std::optional<Token> Lexer::skip_blank() {
    const std::size_t size = sql_.size();
    for (;;) {
        while (position_ < size && is_space(at(position_))) ++position_;
        const unsigned char c = at(position_);
        if (c == '/' && at(position_ + 1) == '*') {
            if (auto token = skip_comment()) return token;
        } else if (c == '#' ||
                   (c == '-' && at(position_ + 1) == '-' &&
                    (position_ + 2 >= size || at(position_ + 2) <= ' ' || at(position_ + 2) == 0x7f))) {
            const std::size_t newline = sql_.find('\n', position_);
            position_ = static_cast<std::uint32_t>(newline == std::string_view::npos ? size : newline + 1);
        } else if (c == '*' && in_executable_comment_ && at(position_ + 1) == '/') {
            in_executable_comment_ = false;
            position_ += 2;
        } else {
            return std::nullopt;
        }
    }
}

std::optional<Token> Lexer::skip_comment() {
    const std::uint32_t begin = position_;
    const unsigned char c = at(begin + 2);
    if (c == '!' || (c == 'M' && at(begin + 3) == '!')) {
        if (enters_executable_comment()) return std::nullopt;
        // A comment inside one that is not executed is skipped with it, one level deep, as the servers do.
        return skip_past_comment_end(begin + 3, begin, true);
    }
    const bool is_hint = c == '+';
    const bool is_directive = sql_.substr(begin + 2, 3) == "vt+";
    if (auto failed = skip_past_comment_end(begin + 2, begin, false)) return failed;
    if (is_hint) return make(TokenKind::hint, begin, position_);
    if (is_directive) return make(TokenKind::directive, begin, position_);
    return std::nullopt;
}

std::optional<Token> Lexer::skip_past_comment_end(std::uint32_t from, std::uint32_t begin, bool nests) {
    std::size_t i = from;
    for (;;) {
        const std::size_t star = sql_.find("*/", i);
        if (star == std::string_view::npos) return error(begin);
        if (nests) {
            const std::size_t inner = sql_.substr(0, star).find("/*", i);
            if (inner != std::string_view::npos) {
                i = star + 2;
                continue;
            }
        }
        position_ = static_cast<std::uint32_t>(star + 2);
        return std::nullopt;
    }
}

// At "/*!" or "/*M!". True: position_ stands behind the opener and its version, the content is SQL.
bool Lexer::enters_executable_comment() {
    const bool only_mariadb = at(position_ + 2) == 'M';
    const std::uint32_t content = position_ + (only_mariadb ? 4 : 3);
    std::uint32_t digits = 0;
    std::uint32_t version = 0;
    while (digits < 6 && is_digit(at(content + digits)))
        version = version * 10 + (at(content + digits++) - '0');
    if (digits < 5) digits = version = 0;

    const std::uint32_t server = mode_.server_version;
    bool executes = version <= (server == 0 ? 129999 : server);
    if (only_mariadb && server != 0 && !is_mariadb(server)) executes = false;
    // MariaDB leaves MySQL 5.7's and 8's own comments alone (mariadb.com/kb, "Comment Syntax").
    if (!only_mariadb && is_mariadb(server) && version >= 50700 && version <= 99999) executes = false;
    if (!executes) return false;
    in_executable_comment_ = true;
    position_ = content + digits;
    return true;
}

Token Lexer::lex_word(std::uint32_t begin) {
    std::uint32_t end = begin + 1;
    while (is_ident(at(end))) ++end;
    if (last_ == TokenKind::dot && last_end_ == begin) return make(TokenKind::identifier, begin, end);
    if (end - begin == 1 && at(end) == '\'') {
        switch (at(begin)) {
            case 'n':
            case 'N':
                return lex_quoted(begin, end, TokenKind::national_string);
            case 'x':
            case 'X':
                return lex_digits_string(begin, TokenKind::hex_string);
            case 'b':
            case 'B':
                return lex_digits_string(begin, TokenKind::bit_string);
            default:
                break;
        }
    }
    if (at(begin) == '_' && is_charset_name(sql_.substr(begin + 1, end - begin - 1))) {
        return make(TokenKind::introducer, begin, end);
    }
    return make(TokenKind::word, begin, end);
}

// At a digit, or at a dot with a digit behind it.
Token Lexer::lex_number(std::uint32_t begin) {
    std::uint32_t end = begin;
    if (last_ == TokenKind::dot && last_end_ == begin) {
        while (is_ident(at(end))) ++end;
        return make(TokenKind::identifier, begin, end);
    }
    if (at(begin) == '0' && (at(begin + 1) == 'x' || at(begin + 1) == 'b')) {
        const bool hex = at(begin + 1) == 'x';
        end = begin + 2;
        while (hex ? is_hex(at(end)) : (at(end) == '0' || at(end) == '1')) ++end;
        if (end > begin + 2 && !is_ident(at(end))) {
            return make(hex ? TokenKind::hex_number : TokenKind::bit_number, begin, end);
        }
        end = begin;
    }
    while (is_digit(at(end))) ++end;
    TokenKind kind = TokenKind::integer;
    if (at(end) == '.') {
        kind = TokenKind::decimal;
        ++end;
        while (is_digit(at(end))) ++end;
    }
    if (at(end) == 'e' || at(end) == 'E') {
        std::uint32_t exponent = end + 1;
        if (at(exponent) == '+' || at(exponent) == '-') ++exponent;
        if (is_digit(at(exponent))) {
            end = exponent;
            while (is_digit(at(end))) ++end;
            return make(TokenKind::floating, begin, end);
        }
    }
    if (kind == TokenKind::integer && is_ident(at(end))) {
        while (is_ident(at(end))) ++end;
        return make(TokenKind::identifier, begin, end);
    }
    return make(kind, begin, end);
}

Token Lexer::lex_quoted(std::uint32_t begin, std::uint32_t quote_at, TokenKind kind) {
    const char quote = sql_[quote_at];
    const bool is_text = quote == '\'' || (quote == '"' && !mode_.ansi_quotes);
    const bool escapes = is_text && !mode_.no_backslash_escapes;
    const std::size_t size = sql_.size();
    for (std::size_t i = quote_at + 1; i < size; ++i) {
        const char c = sql_[i];
        if (c == '\\' && escapes) {
            ++i;
        } else if (c == quote) {
            if (i + 1 < size && sql_[i + 1] == quote) {
                ++i;
            } else {
                return make(kind, begin, static_cast<std::uint32_t>(i + 1));
            }
        }
    }
    return error(begin);
}

// X'4142' and b'01': the quote stands at begin + 1.
Token Lexer::lex_digits_string(std::uint32_t begin, TokenKind kind) {
    std::uint32_t end = begin + 2;
    const bool hex = kind == TokenKind::hex_string;
    while (hex ? is_hex(at(end)) : (at(end) == '0' || at(end) == '1')) ++end;
    const std::uint32_t digits = end - begin - 2;
    if (at(end) != '\'' || (hex && digits % 2 != 0)) return error(begin);
    return make(kind, begin, end + 1);
}

Token Lexer::lex_at(std::uint32_t begin) {
    std::uint32_t end = begin + 1;
    if (at(end) == '@') {
        do {
            ++end;
            if (at(end) == '`') {
                const Token quoted = lex_quoted(begin, end, TokenKind::system_variable);
                if (quoted.kind == TokenKind::error) return quoted;
                end = quoted.end();
            } else {
                if (!is_ident(at(end))) return error(begin);
                while (is_ident(at(end))) ++end;
            }
        } while (at(end) == '.');
        return make(TokenKind::system_variable, begin, end);
    }
    if (at(end) == '\'' || at(end) == '"' || at(end) == '`')
        return lex_quoted(begin, end, TokenKind::user_variable);
    while (is_ident(at(end)) || at(end) == '.') ++end;
    return make(end == begin + 1 ? TokenKind::at : TokenKind::user_variable, begin, end);
}

// $$text$$ or $tag$text$tag$; nothing when it is a word that begins with a dollar sign.
std::optional<Token> Lexer::lex_dollar(std::uint32_t begin) {
    const std::uint32_t server = mode_.server_version;
    if (server != 0 && (server < 90000 || is_mariadb(server))) return std::nullopt;
    if (last_ == TokenKind::dot && last_end_ == begin) return std::nullopt;
    std::uint32_t tag_end = begin + 1;
    while (class_of(at(tag_end)) == CharClass::letter || is_digit(at(tag_end))) ++tag_end;
    if (at(tag_end) != '$' || dollar_attempts_ >= max_dollar_attempts) return std::nullopt;
    ++dollar_attempts_;
    const std::string_view tag = sql_.substr(begin, tag_end + 1 - begin);
    const std::size_t close = sql_.find(tag, tag_end + 1);
    if (close == std::string_view::npos) return std::nullopt;
    return make(TokenKind::dollar_string, begin, static_cast<std::uint32_t>(close + tag.size()));
}

Token Lexer::lex_operator(std::uint32_t begin) {
    const unsigned char second = at(begin + 1);
    const auto one = [&](TokenKind kind) { return make(kind, begin, begin + 1); };
    const auto two = [&](TokenKind kind) { return make(kind, begin, begin + 2); };
    const auto three = [&](TokenKind kind) { return make(kind, begin, begin + 3); };
    switch (at(begin)) {
        case ',':
            return one(TokenKind::comma);
        case ';':
            return one(TokenKind::semicolon);
        case '(':
            return one(TokenKind::left_paren);
        case ')':
            return one(TokenKind::right_paren);
        case '{':
            return one(TokenKind::left_brace);
        case '}':
            return one(TokenKind::right_brace);
        case '+':
            return one(TokenKind::plus);
        case '*':
            return one(TokenKind::star);
        case '/':
            return one(TokenKind::slash);
        case '%':
            return one(TokenKind::percent);
        case '^':
            return one(TokenKind::caret);
        case '~':
            return one(TokenKind::tilde);
        case '=':
            return one(TokenKind::equal);
        case '?':
            return one(TokenKind::parameter);
        case ':':
            return second == '=' ? two(TokenKind::assign) : one(TokenKind::colon);
        case '!':
            return second == '=' ? two(TokenKind::not_equal) : one(TokenKind::bang);
        case '&':
            return second == '&' ? two(TokenKind::and_and) : one(TokenKind::ampersand);
        case '|':
            return second == '|' ? two(TokenKind::or_or) : one(TokenKind::pipe);
        case '-':
            if (second != '>') return one(TokenKind::minus);
            return at(begin + 2) == '>' ? three(TokenKind::json_unquote) : two(TokenKind::json_extract);
        case '<':
            if (second == '=')
                return at(begin + 2) == '>' ? three(TokenKind::null_safe_equal) : two(TokenKind::less_equal);
            if (second == '>') return two(TokenKind::not_equal);
            return second == '<' ? two(TokenKind::shift_left) : one(TokenKind::less);
        case '>':
            if (second == '=') return two(TokenKind::greater_equal);
            return second == '>' ? two(TokenKind::shift_right) : one(TokenKind::greater);
        case '\\':
            if (second == 'N') return two(TokenKind::null_symbol);
            break;
        default:
            break;
    }
    return error(begin);
}

}  // namespace leasehold::router
