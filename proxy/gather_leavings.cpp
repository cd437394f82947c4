#include "proxy/gather_leavings.h"

#include <charconv>
#include <set>

#include "router/sql/lexer.h"
#include "router/table_definition.h"

namespace leasehold::proxy {
namespace {

std::uint64_t number(const SmallAnswer& answer) {
    const std::string text = answer.text(0, 0);
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// Names of the user variables that stand in the text.
std::set<std::string> variables_in(std::string_view sql, router::SqlMode mode) {
    std::set<std::string> names;
    for (const router::Token& token : router::tokenize(sql, mode).tokens) {
        if (token.kind == router::TokenKind::user_variable)
            names.insert(router::unquote_name(token.text(sql)));
    }
    return names;
}

bool is_plain_name(std::string_view name) {
    return !name.empty() &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$.") ==
               std::string_view::npos;
}

// The value of `SELECT @x, HEX(@x), CHARSET(@x), COLLATION(@x)` as a literal of the same type.
std::string literal_of(const SmallAnswer& answer) {
    if (answer.rows.empty() || answer.rows[0].size() != 4 || !answer.rows[0][0]) return "NULL";
    const std::string text = answer.text(0, 0);
    switch (answer.types.empty() ? wire::ColumnType::var_string : answer.types[0]) {
        case wire::ColumnType::long_long:
        case wire::ColumnType::new_decimal:
            return text;
        case wire::ColumnType::float64:
            return text.find('e') == std::string::npos ? text + "e0" : text;
        default:
            break;
    }
    const std::string charset = answer.text(0, 2);
    const std::string hex = "x'" + answer.text(0, 1) + "'";
    if (charset == "binary") return hex;
    return "_" + charset + " " + hex + " COLLATE " + answer.text(0, 3);
}

}  // namespace

net::Task<Result<void>> take_leavings(Session& session, Scratch& scratch, const router::Plan& plan,
                                      std::string_view sql) {
    // Each with a LIMIT of its own: sql_select_limit may be 0.
    const router::EffectSet& effects = plan.effects.set;
    ClientState& state = session.state();
    if (effects.has(router::Effect::calculates_found_rows)) {
        const Result<SmallAnswer> answer = co_await scratch.ask("SELECT FOUND_ROWS() LIMIT 1");
        if (!answer) co_return answer.error();
        state.found_rows = number(*answer);
    }
    if (effects.has(router::Effect::sets_last_insert_id)) {
        const Result<SmallAnswer> answer = co_await scratch.ask("SELECT LAST_INSERT_ID() LIMIT 1");
        if (!answer) co_return answer.error();
        state.last_insert_id = number(*answer);
        state.last_insert_on = nullptr;
        state.doubtful_insert_id.reset();
    }
    if (!effects.has(router::Effect::sets_user_variable)) co_return Result<void>();
    pool::SettingsTable& table = session.site().settings();
    for (const std::string& name : variables_in(sql, state.sql_mode)) {
        const std::string variable = "@" + (is_plain_name(name) ? name : router::quote_name(name));
        const Result<SmallAnswer> answer =
            co_await scratch.ask("SELECT " + variable + ", HEX(" + variable + "), CHARSET(" + variable +
                                 "), COLLATION(" + variable + ") LIMIT 1");
        if (!answer) co_return answer.error();
        state.settings = table.with(state.settings, variable, literal_of(*answer));
    }
    co_return Result<void>();
}

}  // namespace leasehold::proxy
