#include "router/table_transfer.h"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace leasehold::router {

namespace {

void append_quoted(std::string& sql, std::string_view bytes) {
    sql += '\'';
    for (std::size_t begin = 0; begin < bytes.size();) {
        const std::size_t special = bytes.find_first_of(std::string_view("\0'\\", 3), begin);
        if (special == std::string_view::npos) {
            sql += bytes.substr(begin);
            break;
        }
        sql += bytes.substr(begin, special - begin);
        sql += '\\';
        sql += bytes[special] == '\0' ? '0' : bytes[special];
        begin = special + 1;
    }
    sql += '\'';
}

// Seconds and their fraction, of UNIX_TIMESTAMP(), as a date and time in UTC. Zero is the date of zeros: the
// first second of 1970 is none that TIMESTAMP holds.
std::string utc_text(std::string_view seconds) {
    long long whole = 0;
    const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), whole);
    const std::string_view fraction = seconds.substr(static_cast<std::size_t>(end - seconds.data()));
    if (error != std::errc() || whole == 0) return "0000-00-00 00:00:00";
    using namespace std::chrono;
    const sys_seconds at{std::chrono::seconds(whole)};
    const year_month_day date(floor<days>(at));
    const hh_mm_ss<std::chrono::seconds> time(at - floor<days>(at));
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(), fraction);
}

void append_hex(std::string& sql, std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    sql += "x'";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        sql += digits[byte >> 4];
        sql += digits[byte & 15];
    }
    sql += '\'';
}

}  // namespace

std::string portable_expression(const TableColumn& column, std::string_view qualifier) {
    const std::string name = std::string(qualifier) + quote_name(column.name);
    if (column.transfer == Transfer::floating) return name + " * 1e0";
    if (column.binary) return "CAST(" + name + " AS BINARY)";
    if (column.numeric) return column.transfer == Transfer::number ? "CAST(" + name + " AS UNSIGNED)" : name;
    return "CAST(CONVERT(" + name + " USING utf8mb4) AS BINARY)";
}

std::string read_expression(const TableColumn& column, std::string_view qualifier) {
    const std::string name = std::string(qualifier) + quote_name(column.name);
    switch (column.transfer) {
        case Transfer::text:
            return name;
        case Transfer::bytes:
            return "CAST(" + name + " AS BINARY)";
        case Transfer::number:
            return "CAST(" + name + " AS UNSIGNED)";
        case Transfer::floating:
            return name + " * 1e0";
        case Transfer::instant:
            return "UNIX_TIMESTAMP(" + name + ")";
        case Transfer::json:
            return "CAST(CAST(" + name + " AS CHAR CHARACTER SET utf8mb4) AS BINARY)";
    }
    return name;
}

std::string read_list(const TableDefinition& table) {
    std::string list;
    for (const TableColumn& column : table.columns) {
        if (!column.generated) list += (list.empty() ? "" : ", ") + read_expression(column);
    }
    return list;
}

void append_literal(std::string& sql, Transfer transfer, std::optional<std::string_view> value) {
    if (!value) {
        sql += "NULL";
        return;
    }
    switch (transfer) {
        case Transfer::text:
        case Transfer::floating:
        case Transfer::json:
            return append_quoted(sql, *value);
        case Transfer::bytes:
            sql += "_binary";
            return append_quoted(sql, *value);
        case Transfer::number:
            // Digits only: anything else would not be what CAST(... AS UNSIGNED) gives.
            if (value->find_first_not_of("0123456789") != std::string_view::npos || value->empty()) {
                return append_quoted(sql, *value);
            }
            sql += *value;
            return;
        case Transfer::instant:
            return append_quoted(sql, utc_text(*value));
    }
}

void append_stored_literal(std::string& sql, Transfer transfer, std::optional<std::string_view> value) {
    if (!value) {
        sql += "NULL";
        return;
    }
    constexpr std::string_view harmless = "0123456789.-+e: ";
    switch (transfer) {
        case Transfer::bytes:
            return append_hex(sql, *value);
        case Transfer::instant:
            sql += "'" + utc_text(*value) + "'";
            return;
        case Transfer::number:
        case Transfer::text:
        case Transfer::floating:
        case Transfer::json:
            if (value->find_first_not_of("0123456789") == std::string_view::npos && !value->empty() &&
                transfer == Transfer::number) {
                sql += *value;
            } else if (value->find_first_not_of(harmless) == std::string_view::npos) {
                sql += "'" + std::string(*value) + "'";
            } else {
                sql += "_utf8mb4 ";
                append_hex(sql, *value);
            }
            return;
    }
}

std::string ambiguous_instant(const TableColumn& column, std::string_view qualifier) {
    const std::string name = std::string(qualifier) + quote_name(column.name);
    return "NOT (UNIX_TIMESTAMP(" + name + ") <=> UNIX_TIMESTAMP(CAST(" + name + " AS DATETIME(6))))";
}

std::string ambiguous_instants(const TableDefinition& table) {
    std::string any;
    for (const TableColumn& column : table.columns) {
        if (column.transfer == Transfer::instant)
            any += (any.empty() ? "" : " OR ") + ambiguous_instant(column);
    }
    return any;
}

std::string portable_read_list(const TableDefinition& table) {
    std::string list;
    for (const TableColumn& column : table.columns) {
        list += (list.empty() ? "" : ", ") + portable_expression(column);
    }
    return list;
}

void append_portable_literal(std::string& sql, const TableColumn& column,
                             std::optional<std::string_view> value) {
    if (!value) {
        sql += "NULL";
    } else if (column.binary) {
        append_hex(sql, *value);
    } else if (column.numeric && value->find_first_not_of("0123456789.-+e") == std::string_view::npos) {
        sql += *value;
        const bool approximate =
            column.transfer == Transfer::floating || column.definition.find(" double") != std::string::npos;
        if (approximate && value->find('e') == std::string_view::npos) sql += "e0";
    } else {
        sql += "_utf8mb4 ";
        append_hex(sql, *value);
    }
}

}  // namespace leasehold::router
