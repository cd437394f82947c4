#include "router/plan_cache.h"
#include "router/sql/char_class.h"
#include "router/sql/ddl_head.h"
#include "router/sql/lexer.h"

namespace leasehold::router {
namespace {

// Whether the statement that begins at token `first` runs to the end of the text: a stored program's `;`
// separate its own statements, and so do those of MariaDB's compound statements outside of one.
bool takes_the_rest(std::span<const Token> tokens, std::size_t first) {
    switch (tokens[first].keyword) {
        case Keyword::begin:
            return tokens[first + 1].keyword == Keyword::not_;  // BEGIN NOT ATOMIC
        case Keyword::case_:
        case Keyword::for_:
        case Keyword::if_:
        case Keyword::loop:
        case Keyword::repeat:
        case Keyword::while_:
            return true;
        default: {
            const auto head = read_ddl_head(tokens, first);
            return head && head->has_body();
        }
    }
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && is_space(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    return text;
}

class Splitter {
  public:
    Splitter(std::string_view sql, SqlMode mode) : list_(tokenize(sql, mode)) {}

    std::vector<std::string_view> split() {
        const std::string_view sql = list_.sql;
        std::vector<std::string_view> parts;
        std::size_t begin = 0;
        while (!at_end()) {
            const std::size_t first = token_;
            const std::size_t end = statement_end();
            if (token_ > first) parts.push_back(trimmed(sql.substr(begin, end - begin)));
            begin = end + 1;
            if (!at_end()) ++token_;
        }
        if (parts.size() == 1) parts.front() = sql;
        return parts;
    }

  private:
    TokenKind kind() const { return list_.tokens[token_].kind; }
    bool at_end() const { return kind() == TokenKind::end; }

    // Moves to the `;` that ends the statement, or to the end; its offset.
    std::size_t statement_end() {
        if (takes_the_rest(list_.tokens, token_)) token_ = list_.tokens.size() - 1;
        while (kind() != TokenKind::semicolon && !at_end()) {
            // What cannot be lexed is left whole.
            if (kind() == TokenKind::error) {
                list_.tokens.push_back(
                    {TokenKind::end, Keyword::none, static_cast<std::uint32_t>(list_.sql.size()), 0, 0});
            }
            ++token_;
        }
        return list_.tokens[token_].offset;
    }

    TokenList list_;
    std::size_t token_ = 0;
};

}  // namespace

std::vector<std::string_view> split_statements(std::string_view sql, SqlMode mode) {
    return Splitter(sql, mode).split();
}

}  // namespace leasehold::router
