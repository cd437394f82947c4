#include "router/sql/kind_of.h"

#include <algorithm>

namespace leasehold::router {
namespace {

using K = Keyword;
using S = StatementKind;

// Statements told by their first word alone. The others are in by_more_words().
struct FirstWord {
    Keyword word;
    StatementKind kind;
};
constexpr FirstWord first_words[] = {
    {K::select, S::select},
    {K::values, S::select},
    {K::table, S::select},
    {K::insert, S::insert},
    {K::replace, S::replace},
    {K::update, S::update},
    {K::delete_, S::delete_},
    {K::call, S::call},
    {K::create, S::ddl},
    {K::rename, S::ddl},
    {K::truncate, S::ddl},
    {K::commit, S::commit},
    {K::savepoint, S::savepoint},
    {K::release, S::release_savepoint},
    {K::use, S::use},
    {K::show, S::show},
    {K::prepare, S::prepare},
    {K::execute, S::execute},
    {K::deallocate, S::deallocate},
    {K::handler, S::handler},
    {K::xa, S::xa},
    {K::kill, S::kill},
    {K::flush, S::flush},
    {K::do_, S::do_},
    {K::check, S::admin},
    {K::checksum, S::admin},
    {K::optimize, S::admin},
    {K::repair, S::admin},
    {K::cache, S::admin},
    {K::grant, S::admin},
    {K::revoke, S::admin},
    {K::install, S::admin},
    {K::uninstall, S::admin},
    {K::reset, S::admin},
    {K::change, S::admin},
    {K::stop, S::admin},
    {K::purge, S::admin},
    {K::import, S::admin},
    {K::clone, S::admin},
    {K::restart, S::admin},
    {K::shutdown, S::admin},
    {K::help, S::other},
    {K::signal, S::other},
    {K::resignal, S::other},
    {K::get, S::other},
    {K::binlog, S::other},
    {K::backup, S::other},
};

class Reader {
  public:
    Reader(std::span<const Token> tokens, std::size_t at)
        : tokens_(tokens), at_(std::min(at, tokens.size() - 1)) {}

    const Token& token(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    Keyword word(std::size_t ahead = 0) const { return token(ahead).keyword; }
    bool ends(std::size_t ahead = 0) const {
        const TokenKind kind = token(ahead).kind;
        return kind == TokenKind::end || kind == TokenKind::error || kind == TokenKind::semicolon;
    }
    void advance() { at_ = std::min(at_ + 1, tokens_.size() - 1); }
    std::size_t at() const { return at_; }

    void skip_parentheses() {
        std::size_t open = 0;
        do {
            if (token().kind == TokenKind::left_paren) ++open;
            if (token().kind == TokenKind::right_paren) --open;
            advance();
        } while (open > 0 && !ends());
    }

  private:
    std::span<const Token> tokens_;
    std::size_t at_;
};

// WITH a AS (...), b (x, y) AS (...) <statement>
S behind_with(Reader r) {
    while (!r.ends()) {
        if (r.token().kind == TokenKind::left_paren) {
            r.skip_parentheses();
            switch (r.word()) {
                case K::select:
                case K::values:
                case K::table:
                    return S::select;
                case K::update:
                    return S::update;
                case K::delete_:
                    return S::delete_;
                case K::insert:
                    return S::insert;
                case K::replace:
                    return S::replace;
                default:
                    if (r.token().kind == TokenKind::left_paren) return S::select;
                    break;
            }
        } else {
            r.advance();
        }
    }
    return S::select;
}

S explain_or_describe(const Reader& r) {
    const Token& next = r.token(1);
    if (!is_name(next.kind)) return S::explain;
    switch (next.keyword) {
        case K::select:
        case K::with:
        case K::insert:
        case K::replace:
        case K::update:
        case K::delete_:
        case K::table:
        case K::values:
        case K::for_:
        case K::analyze:
            return S::explain;
        case K::format:
        case K::extended:
        case K::partitions:
        case K::route:
        case K::json:
            return r.ends(2) ? S::describe : S::explain;
        default:
            return S::describe;
    }
}

S by_more_words(const Reader& r) {
    switch (r.word()) {
        case K::with:
            return behind_with(r);
        case K::load:
            return r.word(1) == K::index ? S::admin : S::load_data;
        case K::alter:
            return r.word(1) == K::instance ? S::admin : S::ddl;
        case K::drop:
            return r.word(1) == K::prepare ? S::deallocate : S::ddl;
        case K::begin:
            // BEGIN NOT ATOMIC ... END is a block of a stored program (MariaDB).
            return r.ends(1) || r.word(1) == K::work ? S::begin : S::unknown;
        case K::start:
            return r.word(1) == K::transaction ? S::begin : S::admin;
        case K::rollback:
            if (r.word(1) == K::to || (r.word(1) == K::work && r.word(2) == K::to))
                return S::rollback_to_savepoint;
            return S::rollback;
        case K::lock:
            return r.word(1) == K::table || r.word(1) == K::tables ? S::lock_tables : S::admin;
        case K::unlock:
            return r.word(1) == K::table || r.word(1) == K::tables ? S::unlock_tables : S::admin;
        case K::explain:
        case K::describe:
        case K::desc:
            return explain_or_describe(r);
        case K::analyze:
            // ANALYZE [FORMAT=JSON] SELECT runs the statement (MariaDB).
            if (r.word(1) == K::table || r.word(1) == K::tables || r.word(1) == K::local ||
                r.word(1) == K::no_write_to_binlog) {
                return S::admin;
            }
            return S::explain;
        case K::set:
            return S::set;
        default:
            return S::unknown;
    }
}

// SET STATEMENT a = 1 FOR statement (MariaDB): the statement's kind counts.
void skip_set_statement(Reader& r) {
    if (r.word() != K::set || r.word(1) != K::statement || !is_name(r.token(2).kind)) return;
    Reader inner = r;
    while (!inner.ends() && inner.word() != K::for_) inner.advance();
    inner.advance();
    if (!inner.ends()) r = inner;
}

}  // namespace

StatementKind kind_of(std::span<const Token> tokens, std::size_t first) {
    Reader r(tokens, first);
    skip_set_statement(r);
    if (r.ends()) return r.token().kind == TokenKind::error ? S::unknown : S::other;
    if (r.token().kind == TokenKind::left_paren) {
        while (r.token().kind == TokenKind::left_paren) r.advance();
        switch (r.word()) {
            case K::select:
            case K::with:
            case K::values:
            case K::table:
                return S::select;
            default:
                return S::unknown;
        }
    }
    for (const FirstWord& known : first_words) {
        if (known.word == r.word()) return known.kind;
    }
    return by_more_words(r);
}

}  // namespace leasehold::router
