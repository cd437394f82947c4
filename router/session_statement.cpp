#include "router/session_statement.h"

#include <charconv>

#include "router/sql/fold.h"
#include "router/sql/normalize.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

using Outcome = Result<std::optional<SessionStatement>>;

std::optional<SessionStatement> of_transaction(const TransactionStatement& statement, std::string_view sql) {
    const auto said = [](Tristate word) -> std::optional<bool> {
        if (word == Tristate::unspecified) return std::nullopt;
        return word == Tristate::yes;
    };
    const std::optional<bool> chain = said(statement.chain);
    const std::optional<bool> release = said(statement.release);
    const auto savepoint = [&](Savepoint::Verb verb) {
        return Savepoint{verb, std::string(statement.savepoint.range.of(sql))};
    };
    switch (statement.verb) {
        case TransactionVerb::begin:
            return Begin{statement.start_form ? std::string(statement.options.of(sql)) : std::string()};
        case TransactionVerb::commit:
            return Commit{chain, release};
        case TransactionVerb::rollback:
            return Rollback{chain, release};
        case TransactionVerb::savepoint:
            return savepoint(Savepoint::Verb::set);
        case TransactionVerb::release_savepoint:
            return savepoint(Savepoint::Verb::release);
        case TransactionVerb::rollback_to_savepoint:
            return savepoint(Savepoint::Verb::rollback_to);
    }
    return std::nullopt;
}

// A table in a subquery, or what may be a stored function: db.name(...), and those of sequences.
bool looks_up(const KillStatement& kill, const ParseTree& tree) {
    if (!tree.statement->tables.empty()) return true;
    const std::vector<Token>& tokens = tree.tokens.tokens;
    for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
        if (tokens[i].offset < kill.words.end || tokens[i + 1].kind != TokenKind::left_paren) continue;
        if (tokens[i - 1].kind == TokenKind::dot) return true;
        const std::string_view name = tokens[i].text(tree.sql());
        for (const std::string_view of_sequence : {"lastval", "nextval", "setval"}) {
            if (equal_folded(name, of_sequence)) return true;
        }
    }
    return false;
}

// In the words of the tablets' own server.
Error refused_lookup(SqlMode mode) {
    constexpr std::uint16_t not_supported_yet = 1235;
    constexpr std::uint16_t subqueries_not_supported = 1970;  // MariaDB
    constexpr std::uint32_t first_mariadb = 100000;
    if (mode.server_version >= first_mariadb)
        return make_error(subqueries_not_supported, "KILL does not support subqueries or stored functions");
    return make_error(
        not_supported_yet,
        "This version of MySQL doesn't yet support 'Usage of subqueries or stored function calls "
        "as part of this statement'");
}

Outcome of_kill(const KillStatement& kill, const ParseTree& tree) {
    constexpr std::uint16_t no_such_query = 1957;  // MariaDB
    if (kill.of_user) return unsupported("KILL USER");
    if (looks_up(kill, tree)) return refused_lookup(tree.tokens.mode);
    std::string id(tree.sql().substr(kill.words.end));
    // Only tablets count queries: none of their numbers was ever told.
    if (kill.query_id) return make_error(no_such_query, "Unknown query id:" + id);
    const auto* literal = kill.id == nullptr ? nullptr : kill.id->as<LiteralExpr>();
    std::uint64_t number = 0;
    if (literal != nullptr && literal->literal == LiteralKind::integer) {
        const char* const last = literal->text.data() + literal->text.size();
        const auto [end, error] = std::from_chars(literal->text.data(), last, number);
        if (error == std::errc{} && end == last)
            return std::optional<SessionStatement>(Kill{kill.query_only, number});
    }
    return std::optional<SessionStatement>(Kill{kill.query_only, 0, std::move(id)});
}

std::optional<ShowProxy::What> shown_by_proxy(const ShowStatement& show) {
    using What = ShowProxy::What;
    switch (show.what) {
        case ShowWhat::processlist:
            return show.full ? What::full_processlist : What::processlist;
        case ShowWhat::keyspaces:
        case ShowWhat::vschema_keyspaces:
            return What::keyspaces;
        case ShowWhat::vitess_shards:
            return What::vitess_shards;
        case ShowWhat::vitess_tablets:
            return What::vitess_tablets;
        case ShowWhat::vschema_tables:
            return What::vschema_tables;
        case ShowWhat::databases:
            return What::databases;
        default:
            return std::nullopt;
    }
}

Outcome of_show(const ShowStatement& show, const ParseTree& tree) {
    if (show.what == ShowWhat::vitess_target) return unsupported("SHOW VITESS_TARGET");
    if (show.what == ShowWhat::vschema_vindexes) return unsupported("SHOW VSCHEMA VINDEXES");
    const std::optional<ShowProxy::What> what = shown_by_proxy(show);
    if (!what) return std::optional<SessionStatement>();
    ShowProxy answer{*what, {}};
    if (show.where != nullptr && tree.tokens.parameters > 0)
        return unsupported("a parameter in a SHOW that the proxy answers");
    if (show.where != nullptr) answer.where = show.where->range.of(tree.sql());
    if (show.like != nullptr) answer.like = unescape_string(show.like->text, tree.tokens.mode);
    return std::optional<SessionStatement>(std::move(answer));
}

// EXPLAIN ROUTE of what the grammar does not know: the answer is why.
std::optional<SessionStatement> of_broken(const ParseTree& tree) {
    const std::vector<Token>& tokens = tree.tokens.tokens;
    if (tokens.size() < 4 || tokens[0].keyword != Keyword::explain || tokens[1].keyword != Keyword::route) {
        return std::nullopt;
    }
    return ExplainRoute{std::string(tree.sql().substr(tokens[2].offset))};
}

}  // namespace

Outcome session_statement(const ParseTree& tree) {
    if (const auto* explain = tree.as<ExplainStatement>(); explain != nullptr && explain->route) {
        return std::optional<SessionStatement>(
            ExplainRoute{std::string(explain->inner_range.of(tree.sql()))});
    }
    if (!tree.parsed()) {
        // The tablet would take the session's number for one of its own.
        if (tree.statement->kind == StatementKind::kill) return tree.error;
        return of_broken(tree);
    }
    if (const auto* transaction = tree.as<TransactionStatement>())
        return of_transaction(*transaction, tree.sql());
    if (const auto* use = tree.as<UseStatement>())
        return std::optional<SessionStatement>(Use{std::string(use->target)});
    if (const auto* kill = tree.as<KillStatement>()) return of_kill(*kill, tree);
    if (const auto* show = tree.as<ShowStatement>()) return of_show(*show, tree);
    return std::optional<SessionStatement>();
}

}  // namespace leasehold::router
