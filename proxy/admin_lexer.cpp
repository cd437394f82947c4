#include "proxy/admin_lexer.h"

#include <algorithm>

#include "router/sql/char_class.h"
#include "router/sql/escape.h"

namespace leasehold::proxy::admin {
namespace {

bool is_blank(char c) {
    return router::is_space(static_cast<unsigned char>(c));
}
bool is_digit(char c) {
    return router::is_digit(static_cast<unsigned char>(c));
}
bool is_word(char c) {
    return router::is_ident(static_cast<unsigned char>(c));
}
char to_upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string upper(std::string_view word) {
    std::string out(word);
    std::transform(out.begin(), out.end(), out.begin(), to_upper);
    return out;
}

std::string lower(std::string_view word) {
    std::string out(word);
    std::transform(out.begin(), out.end(), out.begin(), router::to_lower);
    return out;
}

bool Token::is(std::string_view keyword) const {
    return kind == Kind::word && raw.size() == keyword.size() &&
           std::equal(raw.begin(), raw.end(), keyword.begin(),
                      [](char a, char b) { return to_upper(a) == b; });
}

std::string unquote(const Token& token) {
    if (token.kind != Token::Kind::text && token.kind != Token::Kind::name) return std::string(token.raw);
    const char quote = token.raw.front();
    const std::string_view inner = token.raw.substr(1, token.raw.size() - 2);
    std::string out;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (token.kind == Token::Kind::text && inner[i] == '\\' && i + 1 < inner.size()) {
            ++i;
            // In a pattern \% and \_ keep their backslash, and it does no harm elsewhere.
            if (inner[i] == '%' || inner[i] == '_') out += '\\';
            out += router::unescaped(inner[i]);
            continue;
        }
        if (inner[i] == quote) ++i;  // doubled
        out += inner[std::min(i, inner.size() - 1)];
    }
    return out;
}

Token Lexer::take() {
    const Token taken = token_;
    taken_end_ = taken.begin + taken.raw.size();
    next();
    return taken;
}

bool Lexer::take(std::string_view keyword) {
    if (!token_.is(keyword)) return false;
    take();
    return true;
}

bool Lexer::take_sign(char c) {
    if (!token_.is_sign(c)) return false;
    take();
    return true;
}

bool Lexer::at_end() {
    while (token_.is_sign(';')) take();
    return token_.kind == Token::Kind::end;
}

std::string_view Lexer::rest() const {
    std::string_view text = statement_.substr(std::min(token_.begin, statement_.size()));
    while (!text.empty() && (is_blank(text.back()) || text.back() == ';')) text.remove_suffix(1);
    return text;
}

void Lexer::skip_blanks_and_comments() {
    while (at_ < statement_.size()) {
        const std::string_view left = statement_.substr(at_);
        if (is_blank(left.front())) {
            ++at_;
        } else if (left.starts_with("/*!")) {
            at_ += 3;
            while (at_ < statement_.size() && is_digit(statement_[at_])) ++at_;
        } else if (left.starts_with("*/")) {
            at_ += 2;  // the end of an executable comment
        } else if (left.starts_with("/*")) {
            const std::size_t end = left.find("*/", 2);
            at_ = end == std::string_view::npos ? statement_.size() : at_ + end + 2;
        } else if (left.front() == '#' ||
                   (left.starts_with("--") && (left.size() == 2 || is_blank(left[2])))) {
            at_ += std::min(left.find('\n'), left.size());
        } else {
            return;
        }
    }
}

// One past the closing quote; 0 when there is none.
std::size_t Lexer::quoted_end(char quote) const {
    for (std::size_t i = at_ + 1; i < statement_.size(); ++i) {
        if (statement_[i] == '\\' && quote != '`') {
            ++i;
        } else if (statement_[i] == quote) {
            if (i + 1 == statement_.size() || statement_[i + 1] != quote) return i + 1;
            ++i;
        }
    }
    return 0;
}

void Lexer::next() {
    skip_blanks_and_comments();
    token_ = {Token::Kind::end, {}, at_};
    if (at_ >= statement_.size()) return;
    const char first = statement_[at_];
    std::size_t end = at_ + 1;
    if (first == '\'' || first == '"' || first == '`') {
        end = quoted_end(first);
        token_.kind = first == '`' ? Token::Kind::name : Token::Kind::text;
        if (end == 0) {
            token_.kind = Token::Kind::broken;
            end = statement_.size();
        }
    } else if (is_word(first)) {
        while (end < statement_.size() && is_word(statement_[end])) ++end;
        const std::string_view raw = slice(at_, end);
        token_.kind = std::all_of(raw.begin(), raw.end(), is_digit) ? Token::Kind::number : Token::Kind::word;
    } else {
        token_.kind = Token::Kind::sign;
    }
    token_.raw = slice(at_, end);
    at_ = end;
}

}  // namespace leasehold::proxy::admin
