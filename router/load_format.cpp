#include "router/load_format.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include "router/sql/fold.h"
#include "router/sql/normalize.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

class ClauseReader {
  public:
    ClauseReader(const TokenList& tokens, std::uint32_t first) : list_(tokens), at_(first) {
        if (tokens.mode.no_backslash_escapes) clauses_.format.escaped.reset();
    }

    Result<LoadClauses> read() {
        if (accept("partition")) skip_parentheses();
        if (accept("character")) {
            if (!accept("set")) return unknown();
            clauses_.charset = name();
        } else if (accept("charset")) {
            clauses_.charset = name();
        }
        if (accept("fields") || accept("columns")) {
            if (const auto error = fields()) return *error;
        }
        if (accept("lines")) {
            if (const auto error = lines()) return *error;
        }
        if (is("ignore")) ignore();
        if (kind() == TokenKind::left_paren) columns();
        if (accept("set")) assignments();
        while (kind() == TokenKind::semicolon) ++at_;
        if (broken_ || kind() != TokenKind::end) return unknown();
        if (const auto error = check()) return *error;
        return std::move(clauses_);
    }

  private:
    const Token& token() const { return list_.tokens[at_]; }
    TokenKind kind() const { return token().kind; }
    std::string_view text() const { return token().text(list_.sql); }
    bool is(std::string_view word) const { return is_name(kind()) && equal_folded(text(), word); }
    bool accept(std::string_view word) {
        if (!is(word)) return false;
        ++at_;
        return true;
    }
    Error unknown() const {
        return unsupported("LOAD DATA with this clause, near '" + std::string(text().substr(0, 40)) + "'");
    }

    std::string name() {
        if (is_name(kind())) return to_lower(unquote_name(list_.tokens[at_++].text(list_.sql)));
        return to_lower(bytes());
    }

    // A string, or bytes as a number.
    std::string bytes() {
        std::vector<std::unique_ptr<std::string>> storage;
        if (!is_literal(kind())) {
            broken_ = true;
            return {};
        }
        const LiteralToken literal{token().kind, token().offset,
                                   static_cast<std::uint32_t>(token().end() - token().offset)};
        const SqlValue value = literal_value(list_.sql, literal, list_.mode, storage);
        ++at_;
        if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
        if (const auto* hex = std::get_if<HexBytes>(&value)) return std::string(hex->bytes);
        broken_ = true;
        return {};
    }

    std::optional<Error> one_byte(std::optional<char>& byte, std::string_view what) {
        const std::string value = bytes();
        if (value.size() > 1) return unsupported("LOAD DATA with " + std::string(what) + " of several bytes");
        byte = value.empty() ? std::nullopt : std::optional(value.front());
        return std::nullopt;
    }

    std::optional<Error> fields() {
        for (;;) {
            if (accept("terminated")) {
                broken_ |= !accept("by");
                clauses_.format.field_end = bytes();
            } else if (is("optionally") || is("enclosed")) {
                accept("optionally");
                broken_ |= !accept("enclosed") || !accept("by");
                if (auto error = one_byte(clauses_.format.enclosed, "ENCLOSED BY")) return error;
            } else if (accept("escaped")) {
                broken_ |= !accept("by");
                if (auto error = one_byte(clauses_.format.escaped, "ESCAPED BY")) return error;
            } else {
                return std::nullopt;
            }
            if (broken_) return unknown();
        }
    }

    std::optional<Error> lines() {
        for (;;) {
            if (accept("starting")) {
                broken_ |= !accept("by");
                clauses_.format.line_start = bytes();
            } else if (accept("terminated")) {
                broken_ |= !accept("by");
                clauses_.format.line_end = bytes();
            } else {
                return std::nullopt;
            }
            if (broken_) return unknown();
        }
    }

    void ignore() {
        clauses_.ignored.first = at_++;
        const std::string_view digits = text();
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), clauses_.format.ignored_lines);
        broken_ |=
            kind() != TokenKind::integer || error != std::errc() || end != digits.data() + digits.size();
        if (kind() == TokenKind::integer) ++at_;
        broken_ |= !accept("lines") && !accept("rows");
        clauses_.ignored.last = at_;
    }

    void columns() {
        clauses_.columns.emplace();
        ++at_;
        while (kind() != TokenKind::right_paren) {
            if (is_name(kind())) {
                std::string column = to_lower(unquote_name(text()));
                ++at_;
                while (kind() == TokenKind::dot && is_name(list_.tokens[at_ + 1].kind)) {
                    column = to_lower(unquote_name(list_.tokens[at_ + 1].text(list_.sql)));
                    at_ += 2;
                }
                clauses_.columns->push_back(std::move(column));
            } else if (kind() == TokenKind::user_variable) {
                clauses_.columns->push_back("@" + unquote_name(text()));
                ++at_;
            } else {
                broken_ = true;
                return;
            }
            if (kind() == TokenKind::comma) ++at_;
        }
        ++at_;
        if (clauses_.columns->empty()) clauses_.columns.reset();
    }

    // `a = ..., t.b = ...`: a name in front of an equals sign, behind SET or a comma of the list itself.
    void assignments() {
        int depth = 0;
        bool begins = true;
        for (; kind() != TokenKind::end && kind() != TokenKind::semicolon; ++at_) {
            if (kind() == TokenKind::error) {
                broken_ = true;
                return;
            }
            if (kind() == TokenKind::left_paren) ++depth;
            if (kind() == TokenKind::right_paren) --depth;
            if (begins && is_name(kind())) {
                const TokenKind next = list_.tokens[at_ + 1].kind;
                if (next == TokenKind::dot) continue;
                if (next == TokenKind::equal || next == TokenKind::assign)
                    clauses_.set.push_back(to_lower(unquote_name(text())));
            }
            if (kind() != TokenKind::dot) begins = kind() == TokenKind::comma && depth == 0;
        }
        broken_ |= clauses_.set.empty();
    }

    void skip_parentheses() {
        int depth = 0;
        for (; kind() != TokenKind::end && kind() != TokenKind::error; ++at_) {
            if (kind() == TokenKind::left_paren) ++depth;
            if (kind() == TokenKind::right_paren && --depth == 0) {
                ++at_;
                return;
            }
        }
        broken_ = true;
    }

    std::optional<Error> check() const {
        const LoadFormat& format = clauses_.format;
        if (format.field_end.empty() && !format.enclosed)
            return unsupported("LOAD DATA of fields of fixed width into a sharded table");
        if (format.line_end.empty() || format.line_end == format.field_end)
            return unsupported("LOAD DATA of lines without an end of their own into a sharded table");
        // Bytes of their characters may be those of a separator.
        constexpr std::string_view other[] = {"gbk",    "sjis",    "cp932", "big5",    "gb18030",
                                              "gb2312", "euckr",   "ujis",  "eucjpms", "ucs2",
                                              "utf16",  "utf16le", "utf32"};
        if (std::ranges::find(other, clauses_.charset) != std::end(other))
            return unsupported("LOAD DATA of character set " + clauses_.charset + " into a sharded table");
        return std::nullopt;
    }

    const TokenList& list_;
    std::uint32_t at_;
    LoadClauses clauses_;
    bool broken_ = false;
};

}  // namespace

Result<LoadClauses> parse_load_clauses(const TokenList& tokens, std::uint32_t first) {
    return ClauseReader(tokens, first).read();
}

}  // namespace leasehold::router
