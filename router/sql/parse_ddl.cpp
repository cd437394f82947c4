// CREATE, ALTER, DROP, RENAME, TRUNCATE: their names; the definitions are kept as written.
#include "router/sql/ddl_head.h"
#include "router/sql/parser_impl.h"

namespace leasehold::router {

Statement* Parser::ddl() {
    auto* s = make<DdlStatement>();
    const auto head = read_ddl_head(list_.tokens, position_);
    if (!head) {
        fail();
        return s;
    }
    s->verb = head->verb;
    s->object = head->object;
    s->temporary = head->temporary;
    s->or_replace = head->or_replace;
    s->if_exists = head->if_exists;
    s->if_not_exists = head->if_not_exists;
    position_ = head->next;
    ddl_targets(*s);
    s->body = {begin(), begin()};
    if (head->has_body()) {
        // A stored program's statements: `;` does not end it.
        while (!at(TokenKind::end) && !at(TokenKind::error)) advance();
    } else {
        if (s->object == DdlObject::table || s->object == DdlObject::view) ddl_query(*s);
        if (s->object == DdlObject::table) ddl_references();
        skip_to_end();
    }
    if (end() > s->body.begin) s->body.end = end();
    return s;
}

void Parser::ddl_targets(DdlStatement& s) {
    switch (s.object) {
        case DdlObject::table:
        case DdlObject::view:
        case DdlObject::sequence:
            if (s.verb == DdlVerb::rename) {
                auto names = list_of<TableName>();
                do {
                    names.push(table_name());
                    note_table(names.back());
                    if (accept(Keyword::wait)) expr(Precedence::primary);
                    accept(Keyword::nowait);
                    expect(Keyword::to);
                    names.push(table_name());
                    note_table(names.back());
                } while (accept(TokenKind::comma));
                s.targets = names.span();
            } else if (s.verb == DdlVerb::drop) {
                s.targets = table_list();
            } else {
                auto names = list_of<TableName>();
                names.push(table_name());
                note_table(names.back());
                s.targets = names.span();
            }
            return;
        case DdlObject::index:
        case DdlObject::trigger: {
            s.name = table_name().table;
            if (s.verb == DdlVerb::drop && s.object == DdlObject::trigger) return;
            while (!at(Keyword::on) && !at_end()) advance();
            expect(Keyword::on);
            auto names = list_of<TableName>();
            names.push(table_name());
            note_table(names.back());
            s.targets = names.span();
            return;
        }
        case DdlObject::database:
        case DdlObject::procedure:
        case DdlObject::function:
        case DdlObject::event:
        case DdlObject::server:
        case DdlObject::tablespace:
        case DdlObject::package:
            if (is_name_token(token())) s.name = table_name().table;
            return;
        case DdlObject::user:
        case DdlObject::role:
        case DdlObject::other:
            return;
    }
}

bool Parser::at_ddl_query() const {
    if (at(Keyword::with)) return word(1) == Keyword::recursive || word(2) == Keyword::as;
    std::size_t ahead = 0;
    while (token(ahead).kind == TokenKind::left_paren) ++ahead;
    return word(ahead) == Keyword::select;
}

// CREATE TABLE t LIKE u; CREATE TABLE t [(...)] [options] [AS] query; CREATE VIEW v [(columns)] AS query.
void Parser::ddl_query(DdlStatement& s) {
    if (s.verb != DdlVerb::create && s.object != DdlObject::view) return;
    const bool in_parentheses = at(TokenKind::left_paren) && word(1) == Keyword::like;
    if (at(Keyword::like) || in_parentheses) {
        advance();
        if (in_parentheses) advance();
        s.like_table = true;
        note_table(table_name());
        if (in_parentheses) expect(TokenKind::right_paren);
        return;
    }
    const std::size_t definition = position_;
    std::size_t open = 0;
    for (; !at_end(); advance()) {
        if (open == 0 && at_ddl_query()) {
            s.as_select = query();
            return;
        }
        if (at(TokenKind::left_paren)) ++open;
        if (at(TokenKind::right_paren) && open > 0) --open;
    }
    position_ = definition;  // no query
}

// Tables of foreign keys.
void Parser::ddl_references() {
    while (!at_end()) {
        if (accept(Keyword::references)) {
            if (is_name_token(token())) note_table(table_name());
        } else {
            advance();
        }
    }
}

}  // namespace leasehold::router
