#include "router/sql/ddl_head.h"

namespace leasehold::router {
namespace {

class Words {
  public:
    Words(std::span<const Token> tokens, std::size_t at) : tokens_(tokens), at_(at) {}

    const Token& token(std::size_t ahead = 0) const {
        const std::size_t i = at_ + ahead;
        return i < tokens_.size() ? tokens_[i] : tokens_.back();
    }
    Keyword word(std::size_t ahead = 0) const { return token(ahead).keyword; }
    bool accept(Keyword keyword) {
        if (word() != keyword) return false;
        ++at_;
        return true;
    }
    void skip(std::size_t count) { at_ = at_ + count < tokens_.size() ? at_ + count : tokens_.size() - 1; }
    std::size_t at() const { return at_; }

  private:
    std::span<const Token> tokens_;
    std::size_t at_;
};

// DEFINER = 'user'@'host' | CURRENT_USER [()] | role
void skip_definer(Words& words) {
    if (words.token().kind == TokenKind::equal) words.skip(1);
    words.skip(1);
    if (words.token().kind == TokenKind::left_paren && words.token(1).kind == TokenKind::right_paren)
        words.skip(2);
    if (words.token().kind == TokenKind::user_variable) words.skip(1);
    if (words.token().kind == TokenKind::at) words.skip(2);
}

// One word or clause between the verb and the object. False: the object stands here.
bool skip_modifier(Words& words, DdlHead& head) {
    switch (words.word()) {
        case Keyword::or_:
            if (words.word(1) != Keyword::replace) return false;
            head.or_replace = true;
            words.skip(2);
            return true;
        case Keyword::temporary:
            head.temporary = true;
            words.skip(1);
            return true;
        case Keyword::definer:
            words.skip(1);
            skip_definer(words);
            return true;
        case Keyword::algorithm:
            words.skip(words.token(1).kind == TokenKind::equal ? 3 : 2);
            return true;
        case Keyword::sql:  // SQL SECURITY x
            words.skip(3);
            return true;
        case Keyword::unique:
        case Keyword::fulltext:
        case Keyword::spatial:
            if (words.word(1) != Keyword::index) return false;  // CREATE SPATIAL REFERENCE SYSTEM
            words.skip(1);
            return true;
        case Keyword::aggregate:
        case Keyword::ignore:
        case Keyword::undo:
            words.skip(1);
            return true;
        default:
            return false;
    }
}

DdlObject object_of(Words& words) {
    switch (words.word()) {
        case Keyword::table:
        case Keyword::tables:
            return DdlObject::table;
        case Keyword::view:
            return DdlObject::view;
        case Keyword::index:
            return DdlObject::index;
        case Keyword::database:
        case Keyword::schema:
            return DdlObject::database;
        case Keyword::procedure:
            return DdlObject::procedure;
        case Keyword::function:
            return DdlObject::function;
        case Keyword::trigger:
            return DdlObject::trigger;
        case Keyword::event:
            return DdlObject::event;
        case Keyword::sequence:
            return DdlObject::sequence;
        case Keyword::user:
            return DdlObject::user;
        case Keyword::role:
            return DdlObject::role;
        case Keyword::server:
            return DdlObject::server;
        case Keyword::tablespace:
            return DdlObject::tablespace;
        case Keyword::package:
            if (words.word(1) == Keyword::body) words.skip(1);
            return DdlObject::package;
        default:
            return DdlObject::other;
    }
}

std::optional<DdlVerb> verb_of(Keyword keyword) {
    switch (keyword) {
        case Keyword::create:
            return DdlVerb::create;
        case Keyword::alter:
            return DdlVerb::alter;
        case Keyword::drop:
            return DdlVerb::drop;
        case Keyword::truncate:
            return DdlVerb::truncate;
        case Keyword::rename:
            return DdlVerb::rename;
        default:
            return std::nullopt;
    }
}

}  // namespace

bool DdlHead::has_body() const {
    if (verb != DdlVerb::create && verb != DdlVerb::alter) return false;
    switch (object) {
        case DdlObject::procedure:
        case DdlObject::function:
        case DdlObject::trigger:
        case DdlObject::event:
        case DdlObject::package:
            return true;
        default:
            return false;
    }
}

std::optional<DdlHead> read_ddl_head(std::span<const Token> tokens, std::size_t first) {
    Words words(tokens, first);
    const auto verb = verb_of(words.word());
    if (!verb) return std::nullopt;
    DdlHead head;
    head.verb = *verb;
    words.skip(1);
    while (skip_modifier(words, head)) {}
    head.object = object_of(words);
    if (head.object != DdlObject::other) words.skip(1);
    // TRUNCATE t: the word TABLE may be left out.
    if (head.verb == DdlVerb::truncate) head.object = DdlObject::table;
    if (words.word() == Keyword::if_) {
        if (words.word(1) == Keyword::exists) {
            head.if_exists = true;
            words.skip(2);
        } else if (words.word(1) == Keyword::not_ && words.word(2) == Keyword::exists) {
            head.if_not_exists = true;
            words.skip(3);
        }
    }
    head.next = words.at();
    return head;
}

}  // namespace leasehold::router
