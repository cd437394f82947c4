#include "router/sql/set_items.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "router/sql/fold.h"

namespace leasehold::router {
namespace {

struct ScopeWord {
    Keyword keyword;
    std::string_view text;
    VariableScope scope;
};
constexpr ScopeWord scope_words[] = {
    {Keyword::session, "session", VariableScope::session},
    {Keyword::local, "local", VariableScope::session},
    {Keyword::global, "global", VariableScope::global},
    {Keyword::persist, "persist", VariableScope::persist},
    {Keyword::persist_only, "persist_only", VariableScope::persist},
};

const ScopeWord* find_scope(Keyword keyword) {
    const auto* found = std::find_if(std::begin(scope_words), std::end(scope_words),
                                     [keyword](const ScopeWord& s) { return s.keyword == keyword; });
    return found == std::end(scope_words) ? nullptr : found;
}

// The scope in front of a system variable's dot: `session` of @@session.x.
const ScopeWord* scope_prefix(std::string_view text) {
    const std::string_view prefix = text.substr(0, text.find('.'));
    if (prefix.size() == text.size()) return nullptr;
    const auto* found = std::find_if(std::begin(scope_words), std::end(scope_words),
                                     [prefix](const ScopeWord& s) { return equal_folded(s.text, prefix); });
    return found == std::end(scope_words) ? nullptr : found;
}

// SET @@x = v concerns the next transaction only for these, where SET x = v concerns the session
// (dev.mysql.com "SET TRANSACTION Statement").
bool is_transaction_variable(std::string_view name) {
    return equal_folded(name, "transaction_isolation") || equal_folded(name, "transaction_read_only") ||
           equal_folded(name, "tx_isolation") || equal_folded(name, "tx_read_only");
}

class Reader {
  public:
    Reader(const TokenList& list, std::size_t set_at) : list_(list), at_(set_at + 1) {}

    SetClause read() {
        clause_.form = form();
        switch (clause_.form) {
            case SetForm::assignments:
                assignments();
                break;
            case SetForm::transaction:
                transaction();
                break;
            case SetForm::for_statement:
                ++at_;
                assignments();
                if (word() != Keyword::for_) clause_.well_formed = false;
                break;
            default:
                while (!ends()) advance();
                break;
        }
        clause_.end = at_;
        if (clause_.form != SetForm::for_statement && !ends()) clause_.well_formed = false;
        return std::move(clause_);
    }

  private:
    const Token& token(std::size_t ahead = 0) const {
        return list_.tokens[std::min(at_ + ahead, list_.tokens.size() - 1)];
    }
    Keyword word(std::size_t ahead = 0) const { return token(ahead).keyword; }
    bool ends() const {
        const TokenKind kind = token().kind;
        return kind == TokenKind::end || kind == TokenKind::error || kind == TokenKind::semicolon;
    }
    bool at_assignment(std::size_t ahead = 0) const {
        return token(ahead).kind == TokenKind::equal || token(ahead).kind == TokenKind::assign;
    }
    void advance() { at_ = std::min(at_ + 1, list_.tokens.size() - 1); }

    SetForm form() const {
        const std::size_t after_scope = find_scope(word()) != nullptr ? 1 : 0;
        if (word(after_scope) == Keyword::transaction && !at_assignment(after_scope + 1))
            return SetForm::transaction;
        if (word() == Keyword::password) return SetForm::password;
        if (word() == Keyword::default_ && word(1) == Keyword::role) return SetForm::default_role;
        if (word() == Keyword::resource && word(1) == Keyword::group) return SetForm::resource_group;
        if (word() == Keyword::role && !at_assignment(1)) return SetForm::role;
        if (word() == Keyword::statement && !at_assignment(1)) return SetForm::for_statement;
        return SetForm::assignments;
    }

    void assignments() {
        // A scope word holds for the assignments behind it that have none (dev.mysql.com "SET Syntax for
        // Variable Assignment").
        VariableScope keyword_scope = VariableScope::session;
        for (;;) {
            SetItem item;
            item.first = at_;
            item.scope = keyword_scope;
            if (const ScopeWord* scope = find_scope(word()); scope != nullptr && is_name(token(1).kind)) {
                item.scope = keyword_scope = scope->scope;
                advance();
            }
            if (!names_or_charset(item)) variable(item);
            item.last = at_;
            clause_.items.push_back(item);
            if (token().kind != TokenKind::comma) return;
            advance();
        }
    }

    // NAMES x [COLLATE y], CHARACTER SET x, CHARSET x
    bool names_or_charset(SetItem& item) {
        const bool names = word() == Keyword::names && !at_assignment(1);
        const bool long_form =
            (word() == Keyword::character || word() == Keyword::char_) && word(1) == Keyword::set;
        const bool charset = long_form || (word() == Keyword::charset && !at_assignment(1));
        if (!names && !charset) return false;
        item.scope = names ? VariableScope::names : VariableScope::character_set;
        item.name_first = item.name_last = at_;
        advance();
        if (long_form) advance();
        value(item);
        return true;
    }

    void variable(SetItem& item) {
        item.name_first = at_;
        switch (token().kind) {
            case TokenKind::user_variable:
                item.scope = VariableScope::user;
                advance();
                break;
            case TokenKind::system_variable: {
                const std::string_view name = token().text(list_.sql).substr(2);
                item.scope = VariableScope::session;
                if (const ScopeWord* scope = scope_prefix(name)) {
                    item.scope = scope->scope;
                } else if (is_transaction_variable(name)) {
                    item.scope = VariableScope::next_transaction;
                }
                advance();
                break;
            }
            default:
                while (is_name(token().kind) || token().kind == TokenKind::dot) advance();
                break;
        }
        item.name_last = at_;
        if (item.name_first == item.name_last || !at_assignment()) {
            clause_.well_formed = false;
            item.value_first = item.value_last = at_;
            return;
        }
        advance();
        value(item);
    }

    // To the next comma outside parentheses; of SET STATEMENT to FOR.
    void value(SetItem& item) {
        item.value_first = at_;
        std::size_t open = 0;
        for (; !ends(); advance()) {
            const TokenKind kind = token().kind;
            if (kind == TokenKind::left_paren) ++open;
            if (kind == TokenKind::right_paren && open > 0) --open;
            if (open > 0) continue;
            if (kind == TokenKind::comma) break;
            if (clause_.form == SetForm::for_statement && word() == Keyword::for_) break;
        }
        item.value_last = at_;
        if (item.value_first == item.value_last) clause_.well_formed = false;
    }

    // [scope] TRANSACTION characteristic, ...
    void transaction() {
        VariableScope scope = VariableScope::next_transaction;
        if (const ScopeWord* written = find_scope(word())) {
            scope = written->scope;
            advance();
        }
        bool has_isolation = false;
        bool has_access = false;
        do {
            advance();  // TRANSACTION, or a comma
            SetItem item;
            item.scope = scope;
            item.first = item.name_first = at_;
            if (word() == Keyword::isolation && word(1) == Keyword::level) {
                advance();
                advance();
                if (std::exchange(has_isolation, true)) clause_.well_formed = false;
            } else if (word() != Keyword::read || std::exchange(has_access, true)) {
                clause_.well_formed = false;
            }
            item.name_last = item.value_first = at_;
            while (token().kind == TokenKind::word) advance();
            item.value_last = item.last = at_;
            if (item.value_first == item.value_last) clause_.well_formed = false;
            clause_.items.push_back(item);
        } while (token().kind == TokenKind::comma);
    }

    const TokenList& list_;
    std::size_t at_;
    SetClause clause_;
};

}  // namespace

SetClause read_set_clause(const TokenList& list, std::size_t set_at) {
    return Reader(list, set_at).read();
}

std::string set_item_name(const TokenList& list, const SetItem& item) {
    std::string name;
    for (std::size_t i = item.name_first; i < item.name_last; ++i) {
        const Token& token = list.tokens[i];
        std::string_view text = token.text(list.sql);
        if (token.kind == TokenKind::system_variable) {
            text.remove_prefix(2);
            if (const ScopeWord* scope = scope_prefix(text)) text.remove_prefix(scope->text.size() + 1);
        }
        name += unquote_name(text);
    }
    return name;
}

std::string joined_text(const TokenList& list, std::size_t first, std::size_t last) {
    if (first >= last) return {};
    const std::uint32_t begin = list.tokens[first].offset;
    if (!list.executable_comments)
        return std::string(list.sql.substr(begin, list.tokens[last - 1].end() - begin));
    std::string text;
    for (std::size_t i = first; i < last; ++i) {
        const bool signs = i > first && list.tokens[i].kind == TokenKind::minus &&
                           list.tokens[i - 1].kind == TokenKind::minus;
        if (signs || (i > first && list.tokens[i - 1].end() < list.tokens[i].offset)) text += ' ';
        text += list.tokens[i].text(list.sql);
    }
    return text;
}

}  // namespace leasehold::router
