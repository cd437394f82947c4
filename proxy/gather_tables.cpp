#include "proxy/gather_tables.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "proxy/gather_source.h"
#include "router/table_transfer.h"
#include "router/unsupported.h"

namespace leasehold::proxy {
namespace {

constexpr std::size_t batch_bytes = 256u << 10;
constexpr std::size_t batch_rows = 2000;
constexpr std::uint16_t duplicate_entry = 1062;

// The shard's WHERE: all conditions of one use, or of another. Conditions on columns that the table does not
// have are not its own: the name is an outer query's.
std::string where(const router::GatherRead& read, const router::TableDefinition& table) {
    std::string either;
    for (const std::vector<router::GatherCondition>& use : read.uses) {
        std::string all;
        for (const router::GatherCondition& condition : use) {
            const bool own = std::ranges::all_of(
                condition.columns, [&](const std::string& column) { return table.find(column) != nullptr; });
            if (own) all += (all.empty() ? "(" : " AND (") + condition.sql + ")";
        }
        if (all.empty()) return {};
        either += (either.empty() ? " WHERE (" : " OR (") + all + ")";
    }
    return either;
}

net::Task<Result<router::TableDefinition>> ask_for(Scratch& tablet, std::string table) {
    const Result<SmallAnswer> created = co_await tablet.ask("SHOW CREATE TABLE " + table);
    if (!created) co_return created.error();
    // Of a view the columns are what counts: a table that is made from it has them.
    if (!created->text(0, 1).starts_with("CREATE TABLE")) {
        const std::string like = router::quote_name("leasehold_gather_view");
        const Result<void> made =
            co_await tablet.run("CREATE TEMPORARY TABLE " + like + " AS SELECT * FROM " + table + " LIMIT 0");
        if (!made) co_return made.error();
        const Result<SmallAnswer> columns = co_await tablet.ask("SHOW CREATE TABLE " + like);
        if (!columns) co_return columns.error();
        const Result<void> dropped = co_await tablet.run("DROP TEMPORARY TABLE " + like);
        if (!dropped) co_return dropped.error();
        co_return router::parse_table_definition(columns->text(0, 1));
    }
    co_return router::parse_table_definition(created->text(0, 1));
}

}  // namespace

net::Task<Result<void>> GatherTables::fill() {
    for (const router::GatherRead& read : route_.reads) {
        const Result<router::TableDefinition> table = co_await make(read);
        if (!table) co_return table.error();
        const Result<void> loaded = co_await load(read, *table);
        if (!loaded) co_return loaded.error();
        const Result<void> copied = co_await make_copies(read, *table);
        if (!copied) co_return copied.error();
        if (!read.changes) continue;
        const Result<void> kept = co_await keep_before(*table);
        if (!kept) co_return kept.error();
    }
    co_return Result<void>();
}

net::Task<Result<void>> GatherTables::make_empty() {
    for (const router::GatherRead& read : route_.reads) {
        const Result<router::TableDefinition> table = co_await make(read);
        if (!table) co_return table.error();
        const Result<void> copied = co_await make_copies(read, *table);
        if (!copied) co_return copied.error();
    }
    co_return Result<void>();
}

// Asked of the scratch tablet itself where it has the table, else of the tablet that does.
net::Task<Result<router::TableDefinition>> GatherTables::definition_of(const router::GatherRead& read) {
    const router::Keyspace& keyspace = session_.site().world()->topology->keyspaces[read.keyspace];
    const std::string table = router::quote_name(keyspace.database) + "." + router::quote_name(read.table);
    if (scratch_.pool().tablet().spec().keyspace == keyspace.name)
        co_return co_await ask_for(scratch_, table);
    const Result<pool::Pool*> pool =
        pool_for(session_, read.keyspace, read.shards.empty() ? 0 : read.shards.front());
    if (!pool) co_return pool.error();
    Result<Scratch> other = co_await Scratch::open(session_, **pool);
    if (!other) co_return other.error();
    co_return co_await ask_for(*other, table);
}

net::Task<Result<router::TableDefinition>> GatherTables::make(const router::GatherRead& read) {
    Result<router::TableDefinition> table = co_await definition_of(read);
    if (!table) co_return table.error();
    std::string_view row_number;
    std::set<std::string, std::less<>> names = route_.names;
    if (read.changes) {
        if (table->row_key() == nullptr) {
            co_return router::unsupported("changing rows of several shards in table " + read.table +
                                          ", which has neither a primary key nor a unique key of NOT NULL "
                                          "columns");
        }
        row_number = ChangedTable::row_number;
        // The scratch tablet sets them as the statement says, not the shard a second time.
        for (const router::TableColumn& column : table->columns) {
            if (column.on_update) names.insert(column.lower);
        }
    }
    if (!route_.all_columns) table->keep_only(names);
    const Result<void> created =
        co_await scratch_.run(table->create_temporary(read.temporary, true, row_number));
    if (!created) co_return created.error();
    co_return std::move(table);
}

std::string GatherTables::select(const router::GatherRead& read, const router::TableDefinition& table) const {
    const router::Keyspace& keyspace = session_.site().world()->topology->keyspaces[read.keyspace];
    std::string sql = "SELECT " + router::read_list(table) + " FROM " +
                      router::quote_name(keyspace.database) + "." + router::quote_name(read.table);
    if (!read.partitions.empty()) sql += " " + read.partitions;
    sql += where(read, table);
    // One more than may come, so that it shows. A LIMIT of its own also takes the place of sql_select_limit.
    std::uint64_t limit = session_.site().config().gather.max_rows - rows_ + 1;
    if (read.top) {
        if (!read.top->order_by.empty()) sql += " " + read.top->order_by;
        if (read.top->limit) limit = std::min(limit, *read.top->limit);
    }
    sql += " LIMIT " + std::to_string(limit);
    if (!read.locking.empty()) sql += " " + read.locking;
    return sql;
}

net::Task<Result<void>> GatherTables::load(const router::GatherRead& read,
                                           const router::TableDefinition& table) {
    if (read.changes) {
        ChangedTable& changed = changed_.emplace_back();
        changed.read = &read;
        changed.definition = table;
        changed.before = "leasehold_before_" + std::to_string(changed_.size());
    }
    if (read.shards.empty()) co_return Result<void>();
    unique_ = true;
    ChangedTable* const changed = read.changes ? &changed_.back() : nullptr;
    std::string columns = table.stored_columns();
    if (changed != nullptr) columns += ", " + router::quote_name(ChangedTable::row_number);
    const std::string head =
        "INSERT INTO " + router::quote_name(read.temporary) + " (" + columns + ") VALUES ";
    GatherSource source(session_, read.keyspace);
    Result<void> done = co_await source.open(read.shards, select(read, table));
    std::string batch;
    MemoryCharge charge(MemoryPart::gathers);
    std::size_t in_batch = 0;
    while (done) {
        const Result<bool> more = co_await source.next();
        if (!more) {
            done = more.error();
            break;
        }
        if (*more) {
            batch += in_batch == 0 ? head : ", ";
            ++in_batch;
            if (changed != nullptr &&
                (changed->shards.empty() || changed->shards.back().second != source.shard()))
                changed->shards.emplace_back(rows_ + 1, source.shard());
            done = add_row(batch, table, source.row(), changed);
            if (!done) break;
            charge.set(batch.capacity());
        }
        const bool full = in_batch >= batch_rows || batch.size() >= batch_bytes;
        if (in_batch > 0 && (full || !*more)) {
            done = co_await insert(read, table, batch);
            if (!done) break;
            batch.clear();
            in_batch = 0;
        }
        if (!*more) co_return Result<void>();
    }
    co_await source.abandon_rest();
    co_return done;
}

net::Task<Result<void>> GatherTables::insert(const router::GatherRead& read,
                                             const router::TableDefinition& table, const std::string& sql) {
    Result<void> done = co_await scratch_.run(sql);
    if (done || done.error().code != duplicate_entry || !unique_) co_return done;
    // Rows of two shards may have the same key where it is only unique in each.
    unique_ = false;
    const std::string relaxed = table.drop_uniqueness(read.temporary);
    done = co_await scratch_.run(relaxed);
    if (done) done = co_await scratch_.run(sql);
    co_return done;
}

Result<void> GatherTables::add_row(std::string& sql, const router::TableDefinition& table,
                                   wire::BytesView row, ChangedTable* changed) {
    ++rows_;
    bytes_ += row.size();
    if (std::optional<Error> over = over_limit()) return *std::move(over);
    wire::Reader reader(row);
    sql += '(';
    bool first = true;
    for (const router::TableColumn& column : table.columns) {
        if (column.generated) continue;
        if (!first) sql += ',';
        first = false;
        const std::optional<wire::BytesView> value = reader.lenenc_or_null();
        router::append_literal(sql, column.transfer,
                               value ? std::optional(wire::to_text(*value)) : std::nullopt);
    }
    if (changed != nullptr) sql += ", " + std::to_string(rows_);
    sql += ')';
    if (!reader.ok() || !reader.at_end()) {
        return make_error(mysql_error::malformed_packet, "a row of another form than the table has");
    }
    return {};
}

std::optional<Error> GatherTables::over_limit() const {
    const config::Gather& limits = session_.site().config().gather;
    const auto reached = [](std::string_view name, std::uint64_t value) {
        return make_error(mysql_error::too_big_select,
                          "the statement needs more rows brought together than " + std::string(name) + " (" +
                              std::to_string(value) + ") allows: narrow its WHERE or raise the limit");
    };
    if (rows_ > limits.max_rows) return reached("gather.max_rows", limits.max_rows);
    if (bytes_ > limits.max_bytes) return reached("gather.max_bytes", limits.max_bytes);
    return std::nullopt;
}

// The rows as they were, to be compared with what the statement makes of them.
net::Task<Result<void>> GatherTables::keep_before(const router::TableDefinition& table) {
    const ChangedTable& changed = changed_.back();
    Result<void> done =
        co_await scratch_.run(table.create_temporary(changed.before, unique_, ChangedTable::row_number));
    if (!done) co_return done.error();
    const std::string columns = table.stored_columns() + ", " + router::quote_name(ChangedTable::row_number);
    done =
        co_await scratch_.run("INSERT INTO " + router::quote_name(changed.before) + " (" + columns +
                              ") SELECT " + columns + " FROM " + router::quote_name(changed.read->temporary));
    co_return done;
}

std::uint16_t ChangedTable::shard_of(std::uint64_t row) const {
    std::uint16_t shard = 0;
    for (const auto& [first, of] : shards) {
        if (first <= row) shard = of;
    }
    return shard;
}

// MySQL opens a temporary table once in a statement: every further use gets a copy.
net::Task<Result<void>> GatherTables::make_copies(const router::GatherRead& read,
                                                  const router::TableDefinition& table) {
    if (read.copies.empty()) co_return Result<void>();
    const auto version = co_await scratch_.ask("SELECT VERSION() LIMIT 1");
    if (!version) co_return version.error();
    if (version->text(0, 0).find("MariaDB") != std::string::npos) co_return Result<void>();
    copies_made_ = true;
    for (const std::string& copy : read.copies) {
        Result<void> done = co_await scratch_.run(table.create_temporary(copy, unique_));
        if (!done) co_return done.error();
        const std::string columns = table.stored_columns();
        done = co_await scratch_.run("INSERT INTO " + router::quote_name(copy) + " (" + columns +
                                     ") SELECT " + columns + " FROM " + router::quote_name(read.temporary));
        if (!done) co_return done.error();
    }
    co_return Result<void>();
}

}  // namespace leasehold::proxy
