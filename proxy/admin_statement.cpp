#include "proxy/admin_statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/mysql_errors.h"
#include "config/suggest.h"
#include "proxy/admin_lexer.h"
#include "proxy/admin_select.h"
#include "proxy/admin_syntax.h"

namespace leasehold::proxy::admin {
namespace {

struct ShowName {
    std::string_view name;
    ShowWhat what;
    bool chatter;  // of any MySQL server: words that follow are let pass
};

constexpr std::array show_names{
    ShowName{"HELP", ShowWhat::help, false},
    ShowName{"VERSION", ShowWhat::version, false},
    ShowName{"CONFIG", ShowWhat::config, false},
    ShowName{"KEYSPACES", ShowWhat::keyspaces, false},
    ShowName{"SHARDS", ShowWhat::shards, false},
    ShowName{"TABLETS", ShowWhat::tablets, false},
    ShowName{"POOLS", ShowWhat::pools, false},
    ShowName{"LEASES", ShowWhat::leases, false},
    ShowName{"CLIENTS", ShowWhat::clients, false},
    ShowName{"SERVERS", ShowWhat::servers, false},
    ShowName{"STATS", ShowWhat::stats, false},
    ShowName{"QUERIES", ShowWhat::queries, false},
    ShowName{"MEMORY", ShowWhat::memory, false},
    ShowName{"LISTS", ShowWhat::lists, false},
    ShowName{"PLANS", ShowWhat::plans, false},
    ShowName{"PROCESSLIST", ShowWhat::processlist, true},
    ShowName{"VARIABLES", ShowWhat::variables, true},
    ShowName{"STATUS", ShowWhat::status, true},
    ShowName{"WARNINGS", ShowWhat::warnings, true},
    ShowName{"ERRORS", ShowWhat::errors, true},
    ShowName{"DATABASES", ShowWhat::databases, true},
    ShowName{"SCHEMAS", ShowWhat::databases, true},
    ShowName{"TABLES", ShowWhat::tables, true},
    ShowName{"COLLATION", ShowWhat::collation, true},
    ShowName{"CHARSET", ShowWhat::character_set, true},
    ShowName{"CHARACTER", ShowWhat::character_set, true},
    ShowName{"ENGINES", ShowWhat::engines, true},
    ShowName{"PLUGINS", ShowWhat::plugins, true},
    ShowName{"MEM", ShowWhat::memory, false},  // PgBouncer's word
};

constexpr std::array<std::string_view, 15> verbs{"SHOW",      "RELOAD", "PAUSE",    "RESUME", "DRAIN",
                                                 "RECONNECT", "KILL",   "SHUTDOWN", "SET",    "EXPLAIN",
                                                 "DUMP",      "SELECT", "USE",      "COMMIT", "ROLLBACK"};

// Session variables that drivers set when they connect. They mean nothing here.
constexpr std::array<std::string_view, 33> driver_variables{"autocommit",
                                                            "sql_mode",
                                                            "time_zone",
                                                            "wait_timeout",
                                                            "interactive_timeout",
                                                            "net_write_timeout",
                                                            "net_read_timeout",
                                                            "sql_select_limit",
                                                            "sql_safe_updates",
                                                            "sql_auto_is_null",
                                                            "sql_quote_show_create",
                                                            "sql_notes",
                                                            "sql_warnings",
                                                            "sql_big_selects",
                                                            "max_join_size",
                                                            "tx_isolation",
                                                            "tx_read_only",
                                                            "transaction_isolation",
                                                            "transaction_read_only",
                                                            "foreign_key_checks",
                                                            "unique_checks",
                                                            "collation_connection",
                                                            "character_set_client",
                                                            "character_set_connection",
                                                            "character_set_results",
                                                            "session_track_schema",
                                                            "session_track_system_variables",
                                                            "session_track_transaction_info",
                                                            "session_track_state_change",
                                                            "lc_messages",
                                                            "lc_time_names",
                                                            "information_schema_stats_expiry",
                                                            "profiling"};

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const std::string_view near = config::nearest(word, candidates);
    return near.empty() ? std::string() : fmt::format("; did you mean {}?", near);
}

Result<Statement> finish(Lexer& lexer, Statement statement) {
    if (!lexer.at_end()) return syntax_error(lexer, "nothing more was expected");
    return statement;
}

Result<Statement> parse_show_rest(Lexer& lexer, const ShowName& name, bool full) {
    Show show{name.what, std::nullopt};
    if (name.what == ShowWhat::processlist && full) show.what = ShowWhat::full_processlist;
    if (name.chatter) {
        // FROM x, WHERE y, CHARACTER's SET: rows are few enough for the client to choose from.
        while (!lexer.at_end() && !lexer.peek().is("LIKE")) {
            if (lexer.peek().kind == Token::Kind::broken) return syntax_error(lexer, "a quote is not closed");
            lexer.take();
        }
    }
    if (lexer.take("LIKE")) {
        if (lexer.peek().kind != Token::Kind::text)
            return syntax_error(lexer, "LIKE needs a pattern in quotes");
        show.like = unquote(lexer.take());
    }
    return finish(lexer, std::move(show));
}

Result<Statement> parse_show(Lexer& lexer) {
    const bool full = lexer.take("FULL");
    if (!full && !lexer.take("GLOBAL") && !lexer.take("SESSION")) {
        if (!lexer.take("LOCAL")) lexer.take("STORAGE");
    }
    if (lexer.peek().kind != Token::Kind::word) {
        return syntax_error(lexer, "SHOW needs a name; SHOW HELP lists them");
    }
    for (const ShowName& candidate : show_names) {
        if (!lexer.take(candidate.name)) continue;
        return parse_show_rest(lexer, candidate, full);
    }
    std::array<std::string_view, show_names.size()> names;
    std::transform(show_names.begin(), show_names.end(), names.begin(),
                   [](const ShowName& n) { return n.name; });
    return syntax_error(
        lexer, "there is no such SHOW" + did_you_mean(lexer.peek().raw, names) + " (SHOW HELP lists all)");
}

// A name that may hold characters which are no word's: customer-eu, 127.0.0.1:3306, unix:/run/m.sock.
Result<std::string> parse_name(Lexer& lexer) {
    const Token first = lexer.peek();
    if (first.kind == Token::Kind::text || first.kind == Token::Kind::name) {
        lexer.take();
        if (!lexer.at_end()) return syntax_error(lexer, "nothing more was expected");
        return unquote(first);
    }
    const std::string_view rest = lexer.rest();
    if (rest.find_first_of(" \t\r\n'\"`") != std::string_view::npos) {
        return syntax_error(lexer, "one name was expected");
    }
    return std::string(rest);
}

Result<Statement> parse_drain(Lexer& lexer) {
    auto tablet = parse_name(lexer);
    if (!tablet) return tablet.error();
    if (tablet->empty())
        return syntax_error(lexer, "DRAIN needs a tablet's address; SHOW TABLETS lists them");
    return Statement(Drain{std::move(*tablet)});
}

template <typename Verb>
Result<Statement> parse_of_keyspace(Lexer& lexer) {
    auto keyspace = parse_name(lexer);
    if (!keyspace) return keyspace.error();
    return Statement(Verb{std::move(*keyspace)});
}

Result<Statement> parse_kill(Lexer& lexer) {
    Kill kill;
    kill.query_only = lexer.take("QUERY");
    if (!kill.query_only) lexer.take("CONNECTION");
    const std::string_view digits = lexer.peek().raw;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), kill.id);
    if (lexer.peek().kind != Token::Kind::number || error != std::errc() ||
        end != digits.data() + digits.size()) {
        return syntax_error(lexer, "KILL needs a client's id, a number; SHOW CLIENTS lists them");
    }
    lexer.take();
    return finish(lexer, kill);
}

Result<Statement> parse_set(Lexer& lexer) {
    // Everything that names a scope or a variable in MySQL's way is a session's own affair.
    for (const std::string_view word :
         {"NAMES", "CHARACTER", "CHARSET", "SESSION", "LOCAL", "TRANSACTION", "OPTION"}) {
        if (lexer.take(word)) return Statement(Acknowledged{});
    }
    if (lexer.peek().is_sign('@')) return Statement(Acknowledged{});
    lexer.take("GLOBAL");
    SetVariable set;
    do {
        if (lexer.peek().kind != Token::Kind::word && lexer.peek().kind != Token::Kind::name) {
            return syntax_error(lexer, "SET needs a name: SET name = value");
        }
        if (!set.name.empty()) set.name += '.';
        set.name += lower(unquote(lexer.take()));
    } while (lexer.take_sign('.'));
    if (std::find(driver_variables.begin(), driver_variables.end(), set.name) != driver_variables.end()) {
        return Statement(Acknowledged{});
    }
    lexer.take_sign(':');
    if (!lexer.take_sign('=')) return syntax_error(lexer, "SET needs a value: SET name = value");
    if (lexer.peek().kind == Token::Kind::text) {
        set.value = unquote(lexer.take());
        return finish(lexer, std::move(set));
    }
    const std::string_view rest = lexer.rest();
    if (rest.empty()) return syntax_error(lexer, "SET needs a value: SET name = value");
    if (rest.find_first_of(" \t\r\n'\"`,;") != std::string_view::npos) {
        return syntax_error(lexer, "one value was expected; put it in quotes if it has blanks or commas");
    }
    set.value = rest;
    return Statement(std::move(set));
}

Result<Statement> parse_explain(Lexer& lexer) {
    if (!lexer.take("ROUTE")) return syntax_error(lexer, "EXPLAIN ROUTE and a statement was expected");
    const std::string_view sql = lexer.rest();
    if (sql.empty()) return syntax_error(lexer, "EXPLAIN ROUTE needs a statement");
    return Statement(ExplainRoute{std::string(sql)});
}

Result<Statement> parse_dump(Lexer& lexer) {
    if (!lexer.take("HEAP") || !lexer.take("PROFILE"))
        return syntax_error(lexer, "DUMP HEAP PROFILE was expected");
    return finish(lexer, DumpHeapProfile{});
}

}  // namespace

std::string_view to_string(ShowWhat what) {
    if (what == ShowWhat::full_processlist) return "FULL PROCESSLIST";
    if (what == ShowWhat::character_set) return "CHARACTER SET";
    for (const ShowName& name : show_names) {
        if (name.what == what) return name.name;
    }
    return "";
}

std::optional<bool> to_switch(std::string_view value) {
    const std::string word = lower(value);
    if (word == "on" || word == "1" || word == "true") return true;
    if (word == "off" || word == "0" || word == "false") return false;
    return std::nullopt;
}

Error syntax_error(const Lexer& lexer, std::string_view what) {
    constexpr std::size_t shown = 60;
    std::string_view near = lexer.rest();
    const bool cut = near.size() > shown;
    if (cut) near = near.substr(0, shown);
    // Not in the middle of a UTF-8 character.
    while (cut && !near.empty() && (static_cast<unsigned char>(near.back()) & 0xC0) == 0x80)
        near.remove_suffix(1);
    if (near.empty())
        return make_error(mysql_error::parse_error, fmt::format("{}, at the end of the statement", what));
    return make_error(mysql_error::parse_error, fmt::format("{}, near '{}{}'", what, near, cut ? "..." : ""));
}

Result<Statement> parse(std::string_view text) {
    Lexer lexer(text);
    if (lexer.at_end())
        return make_error(mysql_error::parse_error, "the statement is empty; SHOW HELP lists what there is");
    if (lexer.take("SHOW")) return parse_show(lexer);
    if (lexer.take("SELECT")) return parse_select(lexer);
    if (lexer.take("SET")) return parse_set(lexer);
    if (lexer.take("KILL")) return parse_kill(lexer);
    if (lexer.take("RELOAD")) return finish(lexer, Reload{});
    if (lexer.take("PAUSE")) return parse_of_keyspace<Pause>(lexer);
    if (lexer.take("RESUME")) return parse_of_keyspace<Resume>(lexer);
    if (lexer.take("RECONNECT")) return parse_of_keyspace<Reconnect>(lexer);
    if (lexer.take("DRAIN")) return parse_drain(lexer);
    if (lexer.take("SHUTDOWN")) return finish(lexer, Shutdown{});
    if (lexer.take("EXPLAIN")) return parse_explain(lexer);
    if (lexer.take("DUMP")) return parse_dump(lexer);
    for (const std::string_view word : {"USE", "COMMIT", "ROLLBACK", "BEGIN", "START", "SAVEPOINT", "DO"}) {
        if (lexer.take(word)) return Statement(Acknowledged{});
    }
    return syntax_error(lexer, "not a statement of the admin port" + did_you_mean(lexer.peek().raw, verbs) +
                                   " (SHOW HELP lists all)");
}

}  // namespace leasehold::proxy::admin
