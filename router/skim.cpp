#include "router/skim.h"

#include "router/sql/keyword.h"
#include "router/sql/lexer.h"

namespace leasehold::router {

namespace {

bool is_plain(const Token& token, std::string_view sql) {
    if (is_literal(token.kind)) return true;
    switch (token.kind) {
        case TokenKind::comma:
        case TokenKind::plus:
        case TokenKind::minus:
            return true;
        case TokenKind::word: {
            const Keyword word = find_keyword(token.text(sql));
            return word == Keyword::null || word == Keyword::default_ || word == Keyword::true_ ||
                   word == Keyword::false_;
        }
        default:
            return false;
    }
}

class Skimmer {
  public:
    Skimmer(std::string_view sql, SqlMode mode) : sql_(sql), lexer_(sql, mode) {}

    std::optional<std::string> skim() {
        Token token = lexer_.next();
        const Keyword first = token.kind == TokenKind::word ? find_keyword(token.text(sql_)) : Keyword::none;
        if (first != Keyword::insert && first != Keyword::replace) return std::nullopt;
        if (!find_rows()) return std::nullopt;
        take_rows();
        if (!dropped_) return std::nullopt;
        kept_ += sql_.substr(from_);
        return std::move(kept_);
    }

  private:
    // Moves to the first `(` behind VALUES or VALUE, outside of parentheses.
    bool find_rows() {
        int depth = 0;
        bool values = false;
        for (;;) {
            const Token token = lexer_.next();
            if (token.kind == TokenKind::end || token.kind == TokenKind::error) return false;
            if (token.kind == TokenKind::left_paren) {
                if (values) return true;
                ++depth;
            }
            if (token.kind == TokenKind::right_paren) --depth;
            values = false;
            if (token.kind == TokenKind::word && depth == 0) {
                const Keyword word = find_keyword(token.text(sql_));
                if (word == Keyword::select || word == Keyword::set) return false;
                values = word == Keyword::values || word == Keyword::value;
            }
        }
    }

    // The lexer stands behind a row's `(`. Rows are dropped with the comma in front of them.
    void take_rows() {
        bool first = true;
        for (std::uint32_t row_end = 0;;) {
            const std::optional<std::uint32_t> end = plain_row();
            if (!end) return;
            if (!first) {
                kept_ += sql_.substr(from_, row_end - from_);
                from_ = *end;
                dropped_ = true;
            }
            row_end = *end;
            if (lexer_.next().kind != TokenKind::comma || lexer_.next().kind != TokenKind::left_paren) return;
            first = false;
        }
    }

    // Where the row ends; unset when it holds more than plain values, so that all from there on is kept.
    std::optional<std::uint32_t> plain_row() {
        for (;;) {
            const Token token = lexer_.next();
            if (token.kind == TokenKind::right_paren) return token.end();
            if (!is_plain(token, sql_)) return std::nullopt;
        }
    }

    std::string_view sql_;
    Lexer lexer_;
    std::string kept_;
    std::uint32_t from_ = 0;  // what is before is kept or dropped
    bool dropped_ = false;
};

}  // namespace

std::optional<std::string> without_plain_rows(std::string_view sql, SqlMode mode) {
    return Skimmer(sql, mode).skim();
}

}  // namespace leasehold::router
