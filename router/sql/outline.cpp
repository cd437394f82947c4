#include "router/sql/outline.h"

#include <algorithm>
#include <utility>

#include "router/sql/char_class.h"

namespace leasehold::router {
namespace {

constexpr std::size_t longest_number = 256;  // that is kept whole
constexpr std::size_t lookahead = 4;         // 1e-5, <=>, "-- ": where a token ends shows only behind its end
constexpr std::size_t window = 2048;         // what is lexed at a time: carry_ stays small
constexpr unsigned longest_run = 64;         // a list of literals beyond this says no more

bool continues_name(TokenKind kind) {
    return is_name(kind) || kind == TokenKind::dot;
}

bool is_quoted_literal(TokenKind kind) {
    return is_literal(kind) && (kind <= TokenKind::hex_string || kind == TokenKind::bit_string);
}

}  // namespace

void StatementOutline::feed(std::string_view piece) {
    std::size_t at = 0;
    while (at < piece.size() && reliable_ && inside_ != Inside::next_statement) {
        switch (inside_) {
            case Inside::text:
                at = skip_text(piece, at);
                break;
            case Inside::digits:
                at = skip_digits(piece, at);
                break;
            default:
                if (carry_.empty()) carry_offset_ = fed_ + at;
                carry_ += piece.substr(at, window);
                at = std::min(piece.size(), at + window);
                lex(false);
                break;
        }
    }
    fed_ += piece.size();
}

void StatementOutline::finish() {
    if (!reliable_ || inside_ == Inside::next_statement) return;
    if (inside_ == Inside::text) {
        reliable_ = after_quote_;
    } else {
        lex(true);
    }
}

std::string StatementOutline::closed() const {
    std::string text = out_;
    constexpr std::string_view wants_more = ",(=<>+-*/|&";
    if (!text.empty() && wants_more.find(text.back()) != std::string_view::npos) text += '0';
    text.append(static_cast<std::size_t>(depth_ > 0 ? depth_ : 0), ')');
    return text;
}

// Takes the tokens of carry_ that are surely complete; the rest stays.
void StatementOutline::lex(bool last) {
    Lexer lexer(carry_, mode_);
    std::size_t done = 0;
    names_.clear();
    for (;;) {
        const Token token = lexer.next();
        if (lexer.in_executable_comment()) reliable_ = false;
        if (!reliable_) return;
        if (token.kind == TokenKind::end) break;
        const bool open_comment = token.kind == TokenKind::error && carry_[token.offset] == '/';
        if (open_comment && !last) break;
        if (ended_ && !last && may_begin_comment(token)) break;
        if (ended_ && token.kind != TokenKind::semicolon) {
            next_statement_ = carry_offset_ + token.offset;
            inside_ = Inside::next_statement;
            return;
        }
        if (!last && token.end() == carry_.size() && enter_literal(token)) return;
        if (!last && !ends_surely(token)) break;
        // $tag$text$tag$ ends nobody knows where.
        if (token.kind == TokenKind::error || carry_[token.offset] == '$') {
            reliable_ = false;
            return;
        }
        if (!names_.empty() && token.offset > names_.back().end()) {
            done = names_.back().end();
            emit_names();
        }
        if (continues_name(token.kind)) {
            names_.push_back(token);
            continue;
        }
        emit_names();
        emit(token);
        done = token.end();
    }
    if (last) {
        emit_names();
        return;
    }
    carry_.erase(0, done);
    carry_offset_ += done;
    if (carry_.size() > limit_) reliable_ = false;
}

// What more comes tells.
bool StatementOutline::may_begin_comment(const Token& token) const {
    const char first = carry_[token.offset];
    return (first == '-' || first == '/') && token.offset + lookahead > carry_.size();
}

// Its last byte would be the last one whatever is to come.
bool StatementOutline::ends_surely(const Token& token) const {
    if (token.end() + lookahead <= carry_.size()) return true;
    if (token.end() == carry_.size()) return false;
    return is_quoted_literal(token.kind) ||
           std::string_view(" \n\t\r\v\f,;()").find(carry_[token.end()]) != std::string_view::npos;
}

// The token that the piece ends with is a literal, or the beginning of one: what more comes of it is passed
// over.
bool StatementOutline::enter_literal(const Token& token) {
    std::size_t at = token.offset;
    if (class_of(static_cast<unsigned char>(carry_[at])) == CharClass::digit) {
        if (token.length <= longest_number || token.kind != TokenKind::hex_number) return false;
        emit_names();
        emit_literal("0");
        carry_.clear();
        inside_ = Inside::digits;
        return true;
    }
    digits_only_ = false;
    if (at + 1 < carry_.size() && std::string_view("nNxXbB").find(carry_[at]) != std::string_view::npos) {
        digits_only_ = carry_[at] != 'n' && carry_[at] != 'N';
        ++at;
    }
    const char quote = carry_[at];
    if (quote != '\'' && (quote != '"' || mode_.ansi_quotes)) return false;
    emit_names();
    emit_literal("''");
    quote_ = quote;
    inside_ = Inside::text;
    const std::string text = std::move(carry_);
    carry_.clear();
    if (skip_text(text, at + 1) < text.size()) reliable_ = false;  // X'4g' and its like
    return true;
}

// Behind the string, or at the end of the piece.
std::size_t StatementOutline::skip_text(std::string_view piece, std::size_t at) {
    const std::size_t size = piece.size();
    if (after_escape_) {
        after_escape_ = false;
        ++at;
    } else if (after_quote_) {
        after_quote_ = false;
        if (piece[at] != quote_) {
            inside_ = Inside::tokens;
            return at;
        }
        ++at;
    }
    for (; at < size; ++at) {
        if (digits_only_) {
            if (piece[at] != quote_) continue;
            inside_ = Inside::tokens;
            return at + 1;
        }
        if (piece[at] == quote_) {
            if (at + 1 == size) {
                after_quote_ = true;
            } else if (piece[at + 1] != quote_) {
                inside_ = Inside::tokens;
                return at + 1;
            } else {
                ++at;
            }
        } else if (piece[at] == '\\' && !mode_.no_backslash_escapes) {
            after_escape_ = ++at == size;
        }
    }
    return size;
}

std::size_t StatementOutline::skip_digits(std::string_view piece, std::size_t at) {
    while (at < piece.size() && is_hex(static_cast<unsigned char>(piece[at]))) ++at;
    if (at == piece.size()) return at;
    inside_ = Inside::tokens;
    if (is_ident(static_cast<unsigned char>(piece[at])))
        reliable_ = false;  // a name that looked like a number
    return at;
}

void StatementOutline::emit_names() {
    const std::vector<Token> names = std::exchange(names_, {});
    for (const Token& name : names) emit(name);
}

void StatementOutline::emit(const Token& token) {
    const std::string_view text = token.text(carry_);
    const std::size_t offset = carry_offset_ + token.offset;
    const bool apart = (offset > token_end_ || after_literal_) && !out_.empty() && !behind_comma_or_paren();
    token_end_ = offset + token.length;
    if (is_literal(token.kind)) return emit_literal(is_quoted_literal(token.kind) ? "''" : "0");
    after_literal_ = false;
    switch (token.kind) {
        case TokenKind::comma:
            return append(",");
        case TokenKind::semicolon:
            ended_ = true;
            return;
        case TokenKind::introducer:
        case TokenKind::directive:
            return;
        case TokenKind::plus:
        case TokenKind::minus:
            if (behind_comma_or_paren()) return;  // a sign
            break;
        case TokenKind::left_paren:
            if (apart) append(" ");
            if (depth_++ == 0) {
                row_begin_ = out_.size();
                plain_row_ = true;
            }
            run_ = 0;
            return append("(");
        case TokenKind::right_paren:
            append(")");
            run_ = 0;
            if (--depth_ == 0) end_row();
            return;
        case TokenKind::word:
            switch (find_keyword(text)) {
                case Keyword::null:
                case Keyword::true_:
                case Keyword::false_:
                    if (behind_comma_or_paren()) return emit_literal("0");
                    break;
                case Keyword::default_:
                    break;
                default:
                    plain_row_ = false;
            }
            break;
        default:
            plain_row_ = false;
    }
    run_ = 0;
    if (apart) append(" ");
    append(text);
}

void StatementOutline::emit_literal(std::string_view shortened) {
    if (run_ >= longest_run && !out_.empty() && out_.back() == ',') {
        out_.pop_back();
        return;
    }
    ++run_;
    if (!out_.empty() && !behind_comma_or_paren()) append(" ");
    append(shortened);
    after_literal_ = true;
}

void StatementOutline::append(std::string_view text) {
    if (out_.size() + text.size() > limit_) {
        reliable_ = false;
        return;
    }
    out_ += text;
}

// Rows of a list, behind the first one, go when they hold nothing but literals or look like one that was
// there.
void StatementOutline::end_row() {
    const bool in_list = row_end_ > 0 && row_begin_ == row_end_ + 1 && out_[row_end_] == ',';
    std::string row = out_.substr(row_begin_);
    if (in_list && (plain_row_ || rows_.contains(row))) {
        out_.resize(row_end_);
        return;
    }
    rows_.insert(std::move(row));
    row_end_ = out_.size();
}

}  // namespace leasehold::router
