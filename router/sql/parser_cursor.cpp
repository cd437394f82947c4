#include <algorithm>

#include "router/sql/char_class.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {
namespace {

// Least bound of a tree's height: long chains of operators (a + b + c ...) make tall trees without deep
// nesting.
constexpr std::size_t least_max_height = 1000;

}  // namespace

Parser::Parser(const TokenList& list, std::pmr::memory_resource& arena, std::size_t max_depth)
    : list_(list),
      arena_(arena),
      max_depth_(max_depth),
      max_height_(
          static_cast<std::uint16_t>(std::clamp<std::size_t>(2 * max_depth, least_max_height, 60000))),
      tables_(arena) {
    if (list_.executable_comments) open_executable_comments();
}

Parser::Nest::Nest(Parser& parser) : parser_(parser), outer_height_(parser.height_) {
    parser_.height_ = 0;
    if (++parser_.depth_ > parser_.max_depth_) parser_.fail_deep();
}

Parser::Nest::~Nest() {
    --parser_.depth_;
    parser_.height_ = std::max(parser_.height_, outer_height_);
}

const Token& Parser::token(std::size_t ahead) const {
    return list_.tokens[std::min(position_ + ahead, list_.tokens.size() - 1)];
}

bool Parser::at_end() const {
    const TokenKind kind = token().kind;
    return kind == TokenKind::end || kind == TokenKind::semicolon || kind == TokenKind::error;
}

void Parser::advance() {
    if (position_ + 1 < list_.tokens.size()) ++position_;
}

bool Parser::accept(TokenKind kind) {
    if (!at(kind)) return false;
    advance();
    return true;
}

bool Parser::accept(Keyword keyword) {
    if (!at(keyword)) return false;
    advance();
    return true;
}

void Parser::expect(TokenKind kind) {
    if (!accept(kind)) fail();
}

void Parser::expect(Keyword keyword) {
    if (!accept(keyword)) fail();
}

void Parser::fail() {
    if (!failed_) {
        failed_ = true;
        failed_token_ = position_;
    }
    position_ = list_.tokens.size() - 1;
}

void Parser::fail_deep() {
    too_deep_ = too_deep_ || !failed_;
    fail();
}

std::uint32_t Parser::end() const {
    return position_ == 0 ? 0 : list_.tokens[position_ - 1].end();
}

std::string_view Parser::raw(std::size_t first, std::size_t last) {
    if (first >= last) return {};
    const std::uint32_t from = list_.tokens[first].offset;
    const std::uint32_t to = list_.tokens[last - 1].end();
    if (!list_.executable_comments) return list_.sql.substr(from, to - from);
    // The text may hold one end of an executable comment only: take the tokens instead.
    const std::uint32_t begin_at = opened_begin_[first];
    return opened_.substr(begin_at, opened_begin_[last - 1] + list_.tokens[last - 1].length - begin_at);
}

// The statement's tokens without the marks of executable comments; made once, raw() cuts from it.
void Parser::open_executable_comments() {
    char* const text = static_cast<char*>(arena_.allocate(2 * list_.sql.size() + 1, 1));
    auto* const begins = static_cast<std::uint32_t*>(
        arena_.allocate(list_.tokens.size() * sizeof(std::uint32_t), alignof(std::uint32_t)));
    std::size_t size = 0;
    for (std::size_t i = 0; i < list_.tokens.size(); ++i) {
        const Token& t = list_.tokens[i];
        // Two signs must not become a comment by the space behind them.
        const bool signs =
            i > 0 && t.kind == TokenKind::minus && list_.tokens[i - 1].kind == TokenKind::minus;
        if (signs || (i > 0 && list_.tokens[i - 1].end() < t.offset)) text[size++] = ' ';
        begins[i] = static_cast<std::uint32_t>(size);
        size += text_of(t).copy(text + size, t.length);
    }
    opened_ = {text, size};
    opened_begin_ = begins;
}

std::string_view Parser::statement_text(std::size_t first) {
    if (list_.executable_comments || failed_) return raw_from(first);
    // With the comments behind it: what is kept as written may end in signs that a comment follows.
    const std::uint32_t from = list_.tokens[first].offset;
    std::string_view text = list_.sql.substr(from, begin() - from);
    while (!text.empty() && is_space(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    return text;
}

void Parser::skip_balanced() {
    std::size_t open = 0;
    for (; !failed_; advance()) {
        if (at(TokenKind::end) || at(TokenKind::error)) return fail();
        if (at(TokenKind::left_paren)) ++open;
        if (at(TokenKind::right_paren) && open-- == 0) return;
    }
}

void Parser::skip_to_end() {
    while (!at_end()) advance();
}

std::string_view Parser::unquoted(const Token& t) {
    std::string_view text = text_of(t);
    if (!text.empty() && text.front() == '@') text.remove_prefix(1);
    if (text.size() < 2 || (text.front() != '`' && text.front() != '"' && text.front() != '\'')) return text;
    const char quote = text.front();
    text = text.substr(1, text.size() - 2);
    if (text.find(quote) == std::string_view::npos) return text;
    char* const copy = static_cast<char*>(arena_.allocate(text.size(), 1));
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        copy[size++] = text[i];
        if (text[i] == quote) ++i;  // doubled
    }
    return {copy, size};
}

}  // namespace leasehold::router
