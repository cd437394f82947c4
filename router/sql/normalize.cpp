#include "router/sql/normalize.h"

#include <xxhash.h>

#include "router/sql/fold.h"
#include "router/sql/lexer.h"

namespace leasehold::router {
namespace {

// Copies the text in runs: a run ends where the key differs from the text.
class KeyWriter {
  public:
    KeyWriter(std::string_view sql, std::string& key) : sql_(sql), key_(key) { key_.clear(); }

    void keep(const Token& token) {
        bridge_gap(token);
        end_ = token.end();
    }
    void replace(const Token& token, std::string_view placeholder) {
        bridge_gap(token);
        flush();
        // `? ?` are two literals, `??` is a parameter.
        if (!key_.empty() && key_.back() == '?') key_.push_back(' ');
        key_.append(placeholder);
        begin_ = end_ = token.end();
    }
    void drop(const Token& token) {
        flush();
        begin_ = end_ = token.end();
    }
    void add(char c) {
        flush();
        key_.push_back(c);
    }
    void flush() {
        key_.append(sql_.substr(begin_, end_ - begin_));
        begin_ = end_;
    }

  private:
    // Brings the run up to the token; any gap becomes one space.
    void bridge_gap(const Token& token) {
        const std::uint32_t gap = token.offset - end_;
        if (gap > 1 || (gap == 1 && (sql_[end_] != ' ' || end_ == 0))) {
            flush();
            if (!key_.empty()) key_.push_back(' ');
            begin_ = token.offset;
        }
        end_ = token.offset;
    }

    std::string_view sql_;
    std::string& key_;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
};

// Where integers are positions of select items: the lists behind BY, one bit a depth of parentheses.
class ByLists {
  public:
    void see(const Token& token, std::string_view sql) {
        at_item_ = false;
        switch (token.kind) {
            case TokenKind::left_paren:
                ++depth_;
                break;
            case TokenKind::right_paren:
                active_ &= ~bit();
                if (depth_ > 0) --depth_;
                break;
            case TokenKind::comma:
                at_item_ = (active_ & bit()) != 0;
                break;
            case TokenKind::word:
                if (token.length == 2 && equal_folded(token.text(sql), "by")) {
                    active_ |= bit();
                    at_item_ = true;
                } else if (token.length == 5 && active_ != 0 && equal_folded(token.text(sql), "limit")) {
                    active_ &= ~bit();
                }
                break;
            default:
                break;
        }
    }
    bool at_item() const { return at_item_; }

  private:
    std::uint64_t bit() const { return std::uint64_t{1} << (depth_ < 63 ? depth_ : 63); }

    std::uint64_t active_ = 0;
    unsigned depth_ = 0;
    bool at_item_ = false;
};

// GET_LOCK and RELEASE_LOCK: the effects hold their literal.
bool names_a_lock(std::string_view name) {
    if (name.size() > 2 && (name.front() == '`' || name.front() == '"'))
        name = name.substr(1, name.size() - 2);
    if (name.size() == 8) return equal_folded(name, "get_lock");
    if (name.size() == 12) return equal_folded(name, "release_lock");
    return false;
}

bool keyed_by_text(Keyword first) {
    switch (first) {
        case Keyword::select:
        case Keyword::insert:
        case Keyword::replace:
        case Keyword::update:
        case Keyword::delete_:
        case Keyword::with:
        case Keyword::call:
        case Keyword::do_:
            return false;
        default:
            return true;
    }
}

}  // namespace

Normalized normalize(std::string_view sql, SqlMode mode, NormalizeBuffer& buffer) {
    Normalized result;
    buffer.literals.clear();
    KeyWriter key(sql, buffer.key);
    ByLists by_lists;
    Lexer lexer(sql, mode);
    bool first = true;
    bool semicolon = false;
    for (;;) {
        const Token token = lexer.next();
        if (token.kind == TokenKind::end) break;
        if (token.kind == TokenKind::semicolon) {
            key.drop(token);
            semicolon = true;
            continue;
        }
        if (semicolon) {
            key.add(';');
            result.more_statements = true;
            semicolon = false;
        }
        switch (token.kind) {
            case TokenKind::error:
                result.lexical_error = true;
                key.keep(token);
                break;
            case TokenKind::parameter:
                ++result.parameters;
                key.replace(token, "??");
                break;
            case TokenKind::word:
            case TokenKind::quoted_identifier:
                if (first) {
                    result.first_keyword = find_keyword(token.text(sql));
                    result.keyed_by_text = keyed_by_text(result.first_keyword);
                    first = false;
                } else if (token.length >= 8 && token.length <= 14 && names_a_lock(token.text(sql))) {
                    result.keyed_by_text = true;
                }
                key.keep(token);
                break;
            default:
                if (is_literal(token.kind)) {
                    buffer.literals.push_back({token.kind, token.offset, token.length});
                    if (!(token.kind == TokenKind::integer && by_lists.at_item())) {
                        key.replace(token, "?");
                        break;
                    }
                }
                key.keep(token);
                break;
        }
        by_lists.see(token, sql);
        if (result.lexical_error) break;
    }
    key.flush();
    if (first) result.keyed_by_text = true;
    result.key = buffer.key;
    result.hash = XXH3_64bits(buffer.key.data(), buffer.key.size());
    result.literals = buffer.literals;
    return result;
}

}  // namespace leasehold::router
