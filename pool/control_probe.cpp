#include "pool/control_probe.h"

#include <algorithm>
#include <charconv>

#include "base/mysql_errors.h"

namespace leasehold::pool {
namespace {

constexpr std::uint16_t bad_field = 1054;  // ER_BAD_FIELD_ERROR

template <typename Number>
Number to_number(const std::optional<std::string>& text) {
    Number value{};
    if (text) std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

// Fits a row with fewer columns than were asked for: the tablet is not trusted that far.
std::optional<std::string> cell(const ControlRows& rows, std::size_t row, std::size_t column) {
    if (row >= rows.rows.size() || column >= rows.rows[row].size()) return std::nullopt;
    return rows.rows[row][column];
}

// MariaDB's newer collations belong to several character sets: only there they have a full name and an id.
Result<ControlRows> ask_collations(ControlConnection& connection, bool mariadb) {
    if (mariadb) {
        auto rows = connection.query(
            "SELECT ID, FULL_COLLATION_NAME, CHARACTER_SET_NAME, IS_DEFAULT"
            " FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY WHERE ID IS NOT NULL");
        if (rows || rows.error().code != bad_field) return rows;
    }
    return connection.query(
        "SELECT ID, COLLATION_NAME, CHARACTER_SET_NAME, IS_DEFAULT FROM information_schema.COLLATIONS"
        " WHERE ID IS NOT NULL");
}

Replication to_replication(const ControlRows& rows) {
    std::vector<std::vector<StatusField>> channels;
    for (const auto& row : rows.rows) {
        auto& channel = channels.emplace_back();
        for (std::size_t i = 0; i < row.size() && i < rows.columns.size(); ++i) {
            channel.push_back(
                {rows.columns[i], row[i] ? std::optional<std::string_view>(*row[i]) : std::nullopt});
        }
    }
    return parse_replica_status(channels);
}

Result<Replication> ask_replication(ControlConnection& connection) {
    auto rows = connection.query("SHOW REPLICA STATUS");
    // MySQL before 8.0.22, MariaDB before 10.5.1.
    if (!rows && rows.error().code == mysql_error::parse_error) rows = connection.query("SHOW SLAVE STATUS");
    if (rows) return to_replication(*rows);
    if (ControlConnection::is_lost(rows.error())) return rows.error();
    return Replication{Replication::State::unknown, 0, rows.error().message};
}

}  // namespace

Result<Learned> learn(ControlConnection& connection) {
    const auto facts = connection.query(
        "SELECT VERSION(), @@version_comment, @@global.sql_mode, @@global.collation_server,"
        " @@global.character_set_server, @@global.max_connections, @@global.max_allowed_packet, "
        "@@global.server_id,"
        " @@global.lower_case_table_names");
    if (!facts) return facts.error();
    auto identity = std::make_shared<TabletIdentity>();
    identity->version = cell(*facts, 0, 0).value_or("");
    identity->version_comment = cell(*facts, 0, 1).value_or("");
    identity->sql_mode = cell(*facts, 0, 2).value_or("");
    identity->default_collation = cell(*facts, 0, 3).value_or("");
    identity->default_character_set = cell(*facts, 0, 4).value_or("");
    identity->max_connections = to_number<std::uint32_t>(cell(*facts, 0, 5));
    identity->max_allowed_packet = to_number<std::uint64_t>(cell(*facts, 0, 6));
    identity->server_id = to_number<std::uint64_t>(cell(*facts, 0, 7));
    identity->lower_case_table_names = to_number<std::uint32_t>(cell(*facts, 0, 8));

    const auto collations = ask_collations(connection, identity->is_mariadb());
    if (!collations) return collations.error();
    for (std::size_t row = 0; row < collations->rows.size(); ++row) {
        identity->collations.push_back(
            {to_number<std::uint16_t>(cell(*collations, row, 0)), cell(*collations, row, 1).value_or(""),
             cell(*collations, row, 2).value_or(""), cell(*collations, row, 3).value_or("") == "Yes"});
    }
    std::sort(identity->collations.begin(), identity->collations.end(),
              [](const Collation& a, const Collation& b) { return a.id < b.id; });
    const Collation* const found = identity->find_collation(identity->default_collation);
    if (found != nullptr) identity->default_collation_id = found->id;

    const auto uptime = connection.query("SHOW GLOBAL STATUS LIKE 'Uptime'");
    if (!uptime) return uptime.error();
    // The difference of two times that were rounded down: up to a second too long.
    const std::chrono::seconds longest(to_number<std::uint32_t>(cell(*uptime, 0, 1)));
    return Learned{std::move(identity), std::chrono::steady_clock::now() - longest + std::chrono::seconds(1)};
}

Result<Observation> observe(ControlConnection& connection, TabletType type) {
    const auto facts = connection.query("SELECT @@global.read_only, @@global.init_connect <> ''");
    if (!facts) return facts.error();
    Observation observation;
    // MariaDB 12 gives it words ("NO_LOCK", ...); 10.11 and MySQL give numbers.
    const std::string value = cell(*facts, 0, 0).value_or("0");
    observation.read_only = value != "0" && value != "OFF";
    observation.has_init_connect = cell(*facts, 0, 1) == "1";
    if (type == TabletType::primary) return observation;
    auto replication = ask_replication(connection);
    if (!replication) return replication.error();
    observation.replication = std::move(*replication);
    return observation;
}

}  // namespace leasehold::pool
