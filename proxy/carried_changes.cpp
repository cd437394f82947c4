#include "proxy/carried_changes.h"

#include <algorithm>
#include <charconv>

#include "base/mysql_errors.h"
#include "proxy/gather_source.h"
#include "router/row_place.h"
#include "router/sql/fold.h"
#include "router/table_transfer.h"
#include "router/unsupported.h"

namespace leasehold::proxy {
namespace {

constexpr std::size_t batch_keys = 200;
constexpr std::size_t batch_bytes = 128u << 10;
constexpr std::string_view no_limit = " LIMIT 18446744073709551615";

bool is_instant(const router::TableColumn& column) {
    return column.transfer == router::Transfer::instant;
}

std::string literal(std::string_view text) {
    std::string sql;
    router::append_stored_literal(sql, router::Transfer::json, text);
    return sql;
}

// A TIMESTAMP goes as seconds since 1970, whatever the time zones: a literal would be one of the session's.
void append_value(std::string& sql, const router::TableColumn& of, const std::optional<std::string>& value) {
    if (is_instant(of) && value && value->find_first_not_of("0.") != std::string::npos) {
        sql += "FROM_UNIXTIME(" + *value + ")";
        return;
    }
    router::append_stored_literal(sql, of.transfer,
                                  value ? std::optional<std::string_view>(*value) : std::nullopt);
}

std::uint64_t number_of(const std::optional<std::string>& text) {
    std::uint64_t number = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

// As a vindex takes it: numbers as numbers.
SqlValue routing_value(const router::TableColumn& of, const std::optional<std::string>& text) {
    if (!text) return Null{};
    if (of.numeric) {
        const char* const end = text->data() + text->size();
        std::int64_t small = 0;
        if (const auto read = std::from_chars(text->data(), end, small);
            read.ec == std::errc() && read.ptr == end)
            return small;
        std::uint64_t large = 0;
        if (const auto read = std::from_chars(text->data(), end, large);
            read.ec == std::errc() && read.ptr == end)
            return large;
        return Decimal{*text};
    }
    return std::string_view(*text);
}

std::optional<std::string> next_value(wire::Reader& reader) {
    const std::optional<wire::BytesView> value = reader.lenenc_or_null();
    if (!value) return std::nullopt;
    return std::string(wire::to_text(*value));
}

}  // namespace

net::Task<Result<void>> CarriedChanges::carry() {
    // The statement has run: its settings would only change how values are written.
    Result<void> done = co_await scratch_.run("SET NAMES utf8mb4, SESSION sql_mode = ''");
    for (const ChangedTable& table : tables_.changed()) {
        if (!done) break;
        if (change_.deletes) {
            done = co_await carry_deletes(table);
        } else {
            done = co_await carry_updates(table);
        }
    }
    co_return done;
}

net::Task<Result<void>> CarriedChanges::carry_deletes(const ChangedTable& table) {
    choose_columns(table);
    co_return co_await rows_of(table, deleted_rows(table), Pass::leave);
}

net::Task<Result<void>> CarriedChanges::carry_updates(const ChangedTable& table) {
    choose_columns(table);
    if (columns_.empty()) co_return Result<void>();
    Result<void> done = co_await check_triggers(table, false);
    if (!done) co_return done;
    moved_ = false;
    if (table.read->place != nullptr) done = co_await pass(table, Pass::leave);
    if (done) done = co_await pass(table, Pass::change);
    if (done && moved_) done = co_await pass(table, Pass::arrive);
    co_return done;
}

net::Task<Result<void>> CarriedChanges::pass(const ChangedTable& table, Pass which) {
    co_return co_await rows_of(table, updated_rows(table), which);
}

void CarriedChanges::choose_columns(const ChangedTable& table) {
    key_.clear();
    columns_.clear();
    for (const std::string& name : table.definition.row_key()->columns)
        key_.push_back(table.definition.find(name));
    if (change_.deletes) return;
    const bool assigns = std::ranges::any_of(table.definition.columns, [&](const router::TableColumn& of) {
        return !of.generated && change_.assigned.contains(of.lower);
    });
    if (!assigns) return;
    for (const router::TableColumn& of : table.definition.columns) {
        const bool all = table.read->place != nullptr;
        if (!of.generated && (all || of.on_update || change_.assigned.contains(of.lower)))
            columns_.push_back(&of);
    }
}

std::string CarriedChanges::deleted_rows(const ChangedTable& table) const {
    const std::string number = router::quote_name(ChangedTable::row_number);
    std::string sql = "SELECT b." + number;
    std::string ambiguous;
    for (const router::TableColumn* of : key_) {
        sql += ", " + router::portable_expression(*of, "b.");
        if (is_instant(*of)) ambiguous += " OR " + router::ambiguous_instant(*of, "b.");
    }
    return sql + ", (0" + ambiguous + ") FROM " + router::quote_name(table.before) + " b LEFT JOIN " +
           router::quote_name(table.read->temporary) + " n ON n." + number + " = b." + number + " WHERE n." +
           number + " IS NULL ORDER BY b." + number + std::string(no_limit);
}

std::string CarriedChanges::updated_rows(const ChangedTable& table) const {
    const std::string number = router::quote_name(ChangedTable::row_number);
    std::string sql = "SELECT b." + number;
    std::string ambiguous;
    std::string same;
    for (const router::TableColumn* of : key_) {
        sql += ", " + router::portable_expression(*of, "b.");
        if (is_instant(*of)) ambiguous += " OR " + router::ambiguous_instant(*of, "b.");
    }
    for (const router::TableColumn* of : columns_) {
        sql += ", " + router::read_expression(*of, "n.");
        if (is_instant(*of)) ambiguous += " OR " + router::ambiguous_instant(*of, "n.");
        same += (same.empty() ? "" : " AND ") + router::read_expression(*of, "n.") + " <=> " +
                router::read_expression(*of, "b.");
    }
    sql += ", (0" + ambiguous + ")";
    if (table.read->place != nullptr) {
        for (const std::string& name : table.read->place->columns()) {
            const router::TableColumn* of = table.definition.find(name);
            sql += ", " + (of == nullptr ? std::string("NULL") : router::portable_expression(*of, "n."));
        }
    }
    return sql + " FROM " + router::quote_name(table.before) + " b JOIN " +
           router::quote_name(table.read->temporary) + " n ON n." + number + " = b." + number +
           " WHERE NOT (" + same + ") ORDER BY b." + number + std::string(no_limit);
}

Result<CarriedChanges::Row> CarriedChanges::read_row(const ChangedTable& table, wire::BytesView bytes) const {
    wire::Reader reader(bytes);
    Row row;
    row.shard = table.shard_of(number_of(next_value(reader)));
    for (std::size_t i = 0; i < key_.size(); ++i) row.key.push_back(next_value(reader));
    for (std::size_t i = 0; i < columns_.size(); ++i) row.values.push_back(next_value(reader));
    if (next_value(reader).value_or("0") != "0") {
        return router::unsupported(
            "changing a row of " + table.read->table +
            " with a TIMESTAMP in the hour that the session's time zone has twice, in a "
            "statement over several shards (set time_zone to '+00:00')");
    }
    if (table.read->place != nullptr) {
        const Result<std::uint16_t> place = place_of(table, reader);
        if (!place) return place.error();
        row.new_shard = *place;
    }
    if (!reader.ok())
        return make_error(mysql_error::malformed_packet, "a row of another form than the table has");
    return row;
}

Result<std::uint16_t> CarriedChanges::place_of(const ChangedTable& table, wire::Reader& reader) const {
    std::vector<Value> texts;
    std::vector<SqlValue> values;
    const router::RowPlace& place = *table.read->place;
    texts.reserve(place.columns().size());
    for (const std::string& name : place.columns()) {
        const Value& text = texts.emplace_back(next_value(reader));
        const router::TableColumn* of = table.definition.find(name);
        values.push_back(of == nullptr ? SqlValue(Null{}) : routing_value(*of, text));
    }
    const std::optional<std::uint16_t> shard = place.shard_of(values);
    if (shard) return *shard;
    return make_error(mysql_error::unknown_error, "the new value of " + place.what() +
                                                      " has no keyspace id in vindex " + place.vindex_name());
}

net::Task<Result<void>> CarriedChanges::rows_of(const ChangedTable& table, std::string sql, Pass which) {
    const Result<void> asked = co_await scratch_.send(sql);
    if (!asked) co_return asked.error();
    TabletRows rows(session_, scratch_.connection());
    batch_ = Batch();
    for (;;) {
        const Result<bool> more = co_await rows.next();
        if (!more) co_return co_await writes_.fail(more.error());
        if (!*more) break;
        const Result<void> goes_on = scratch_.go_on();
        if (!goes_on) co_return co_await writes_.fail(goes_on.error());
        const Result<Row> row = read_row(table, rows.row());
        if (!row) co_return co_await writes_.fail(row.error());
        const bool moves = row->new_shard && *row->new_shard != row->shard;
        if (!change_.deletes && moves != (which != Pass::change)) continue;
        if (moves && !moved_) {
            moved_ = true;
            const Result<void> movable = co_await check_triggers(table, true);
            if (!movable) co_return co_await writes_.fail(movable.error());
        }
        const std::string name = router::quote_name(table.read->table);
        std::uint16_t shard = row->shard;
        std::string head;
        std::string item;
        switch (which) {
            case Pass::leave:
                head = "DELETE FROM " + name + " WHERE ";
                item = key_condition(table, *row);
                break;
            case Pass::change:
                head = "UPDATE " + name + " SET " + assignments(*row) + " WHERE ";
                item = key_condition(table, *row);
                break;
            case Pass::arrive:
                shard = *row->new_shard;
                head = "INSERT INTO " + name + " (" + table.definition.stored_columns() + ") VALUES ";
                item = tuple(*row);
                break;
        }
        const Result<void> added = co_await add(table, shard, head, item, which);
        if (!added) co_return added.error();
    }
    co_return co_await flush(table);
}

net::Task<Result<void>> CarriedChanges::add(const ChangedTable& table, std::uint16_t shard,
                                            const std::string& head, const std::string& item, Pass which) {
    const bool fits = batch_.count > 0 && batch_.shard == shard && batch_.head == head &&
                      batch_.count < batch_keys && batch_.items.size() + item.size() < batch_bytes;
    if (!fits) {
        const Result<void> done = co_await flush(table);
        if (!done) co_return done.error();
        batch_.shard = shard;
        batch_.head = head;
        batch_.pass = which;
    }
    const bool list = which == Pass::arrive || key_.size() == 1;
    if (batch_.count++ > 0) batch_.items += list ? ", " : " OR ";
    batch_.items += item;
    charge_.set(batch_.head.capacity() + batch_.items.capacity());
    co_return Result<void>();
}

net::Task<Result<void>> CarriedChanges::flush(const ChangedTable& table) {
    if (batch_.count == 0) co_return Result<void>();
    std::string sql = std::move(batch_.head);
    const bool one_column = batch_.pass != Pass::arrive && key_.size() == 1;
    if (one_column) sql += router::quote_name(key_.front()->name) + " IN (";
    sql += batch_.items;
    if (one_column) sql += ')';
    const Pass which = batch_.pass;
    const std::uint16_t shard = batch_.shard;
    batch_ = Batch();
    const Result<std::uint16_t> warnings = co_await writes_.run_on_shard(table.read->keyspace, shard, sql);
    if (!warnings) co_return warnings.error();
    if (which == Pass::arrive && *warnings > 0) {
        co_return co_await writes_.fail(router::unsupported(
            "moving rows of " + table.read->table +
            " to another shard, which takes their values only with warnings under this sql_mode"));
    }
    co_return Result<void>();
}

std::string CarriedChanges::key_condition(const ChangedTable&, const Row& row) const {
    std::string sql;
    for (std::size_t i = 0; i < key_.size(); ++i) {
        if (key_.size() > 1) {
            sql += i == 0 ? "(" : " AND ";
            sql += router::quote_name(key_[i]->name) + " = ";
        }
        router::append_portable_literal(
            sql, *key_[i], row.key[i] ? std::optional<std::string_view>(*row.key[i]) : std::nullopt);
    }
    return key_.size() > 1 ? sql + ")" : sql;
}

std::string CarriedChanges::assignments(const Row& row) const {
    std::string sql;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        sql += (i == 0 ? "" : ", ") + router::quote_name(columns_[i]->name) + " = ";
        append_value(sql, *columns_[i], row.values[i]);
    }
    return sql;
}

std::string CarriedChanges::tuple(const Row& row) const {
    std::string sql = "(";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) sql += ", ";
        append_value(sql, *columns_[i], row.values[i]);
    }
    return sql + ")";
}

net::Task<Result<void>> CarriedChanges::check_triggers(const ChangedTable& table, bool moving) {
    if (table.read->shards.empty()) co_return Result<void>();
    const router::Keyspace& keyspace = session_.site().world()->topology->keyspaces[table.read->keyspace];
    const std::string schema = literal(keyspace.database);
    const std::string name = literal(table.read->table);
    std::string sql =
        "SELECT 'a trigger' FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = " + schema +
        " AND EVENT_OBJECT_TABLE = " + name;
    if (!moving) sql += " AND EVENT_MANIPULATION = 'UPDATE'";
    if (moving) {
        sql +=
            " UNION ALL SELECT 'a foreign key that refers to it' FROM "
            "information_schema.REFERENTIAL_CONSTRAINTS WHERE UNIQUE_CONSTRAINT_SCHEMA = " +
            schema + " AND REFERENCED_TABLE_NAME = " + name;
    }
    GatherSource source(session_, table.read->keyspace);
    const std::vector<std::uint16_t> first{table.read->shards.front()};
    const Result<void> asked = co_await source.open(first, sql + " LIMIT 1");
    if (!asked) co_return asked.error();
    std::string found;
    for (;;) {
        const Result<bool> more = co_await source.next();
        if (!more) co_return more.error();
        if (!*more) break;
        wire::Reader reader(source.row());
        found = next_value(reader).value_or("");
    }
    if (found.empty()) co_return Result<void>();
    co_return router::unsupported(
        std::string(moving ? "moving rows of " : "changing rows of several shards in ") + table.read->table +
        (moving ? " to another shard" : "") + ", which has " + found);
}

}  // namespace leasehold::proxy
