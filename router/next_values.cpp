#include "router/next_values.h"

#include <charconv>

#include "base/mysql_errors.h"
#include "router/sql/fold.h"
#include "router/unsupported.h"

namespace leasehold::router {

std::optional<NextValues> parse_next_values(const TokenList& list) {
    const std::vector<Token>& tokens = list.tokens;
    const auto is = [&](std::size_t at, std::string_view word) {
        return at < tokens.size() && is_name(tokens[at].kind) &&
               equal_folded(tokens[at].text(list.sql), word);
    };
    if (tokens.size() < 6 || !is(0, "select") || !is(1, "next")) return std::nullopt;
    NextValues next;
    std::size_t at = 2;
    if (is(at, "value")) {
        ++at;
    } else if (is(at + 1, "values") &&
               (tokens[at].kind == TokenKind::integer || tokens[at].kind == TokenKind::parameter)) {
        next.literal = tokens[at].kind == TokenKind::integer;
        next.parameter = !next.literal;
        const std::string_view digits = tokens[at].text(list.sql);
        if (next.literal &&
            std::from_chars(digits.data(), digits.data() + digits.size(), next.count).ec != std::errc{}) {
            return std::nullopt;
        }
        at += 2;
    } else {
        return std::nullopt;
    }
    if (!is(at, "from") && !is(at, "for")) return std::nullopt;
    ++at;
    if (at >= tokens.size() || !is_name(tokens[at].kind)) return std::nullopt;
    next.table = unquote_name(tokens[at].text(list.sql));
    ++at;
    if (at + 1 < tokens.size() && tokens[at].kind == TokenKind::dot && is_name(tokens[at + 1].kind)) {
        next.keyspace = std::move(next.table);
        next.table = unquote_name(tokens[at + 1].text(list.sql));
        at += 2;
    }
    while (at < tokens.size() && tokens[at].kind == TokenKind::semicolon) ++at;
    if (at < tokens.size() && tokens[at].kind != TokenKind::end) return std::nullopt;
    return next;
}

Result<Route> NextRouting::route(std::string_view sql, std::span<const SqlValue> values) const {
    return route_with(sql, values, {});
}

Result<std::optional<Need>> NextRouting::need(std::span<const SqlValue> values, const Supplies& had) const {
    if (had.first_id) return std::optional<Need>();
    std::uint64_t count = count_;
    if (from_execution_) {
        count = 0;
        if (!values.empty()) {
            if (const auto* number = std::get_if<std::int64_t>(&values.front()))
                count = *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
            if (const auto* number = std::get_if<std::uint64_t>(&values.front())) count = *number;
        }
    }
    if (count == 0) {
        return make_error(mysql_error::wrong_arguments,
                          "Incorrect arguments to NEXT VALUES: expected a number of 1 or more");
    }
    return std::optional<Need>(IdsNeed{sequence_, count});
}

Result<Route> NextRouting::route_with(std::string_view, std::span<const SqlValue> values,
                                      const Supplies& supplies) const {
    if (!supplies.first_id) return unsupported("a value of sequence " + name_ + " here");
    Route route{sequence_.keyspace, {}, nullptr};
    ShardQuery& query = route.shards.emplace_back();
    query.shard = sequence_.shard;
    if (prepared_) {
        query.sql = "SELECT CAST(? AS SIGNED) AS nextval";
        query.params = {static_cast<std::uint16_t>(values.size())};
    } else {
        query.sql = "SELECT CAST(" + std::to_string(*supplies.first_id) + " AS SIGNED) AS nextval";
    }
    return route;
}

std::string NextRouting::prepared_as(const NextValues& asked) {
    return asked.parameter ? "SELECT CAST(? AS SIGNED) AS nextval" : "SELECT CAST(0 AS SIGNED) AS nextval";
}

}  // namespace leasehold::router
