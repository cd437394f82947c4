#include "proxy/row_by_row.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "proxy/gather_source.h"
#include "proxy/own_rows.h"
#include "proxy/prelude.h"
#include "proxy/quiet_statement.h"
#include "router/lookup_query.h"
#include "router/table_definition.h"
#include "router/unsupported.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint16_t checkread = 1020;  // ER_CHECKREAD

const router::UniqueKey* row_key(std::span<const router::UniqueKey> keys) {
    const auto found = std::ranges::find_if(keys, [](const router::UniqueKey& key) {
        return key.name == "PRIMARY" && std::ranges::all_of(key.columns, &router::UniqueKey::Column::whole);
    });
    return found == keys.end() ? nullptr : &*found;
}

}  // namespace

net::Task<Result<RowsChanged>> RowByRow::run() {
    using Form = router::InsertedRows::Form;
    if (inserted_.form != Form::ignore) {
        const Result<void> known = co_await read_keys();
        if (!known) co_return known.error();
    }
    for (std::size_t row = 0; row < inserted_.rows.size(); ++row) {
        Result<void> done = Result<void>();
        switch (inserted_.form) {
            case Form::at_once:
            case Form::row_by_row:
                done = co_await insert_unseen(row);
                break;
            case Form::ignore:
                done = co_await insert_ignore(row);
                break;
            case Form::replace:
                done = co_await replace(row);
                break;
            case Form::update:
                done = co_await insert_or_update(row);
                break;
        }
        if (!done) co_return done.error();
    }
    if (inserted_.rows.size() > 1) {
        sum_.info = "Records: " + std::to_string(inserted_.rows.size()) +
                    "  Duplicates: " + std::to_string(duplicates_) +
                    "  Warnings: " + std::to_string(sum_.warnings);
    }
    if (route_.first_id && sum_.affected_rows > 0) sum_.last_insert_id = *route_.first_id;
    co_return std::move(sum_);
}

net::Task<Result<void>> RowByRow::read_keys() {
    const router::Keyspace& keyspace = session_.site().world()->topology->keyspaces[route_.keyspace];
    GatherSource source(session_, route_.keyspace);
    std::vector<std::uint16_t> first{route_.shards.front().shard};
    Result<void> done =
        co_await source.open(first, router::question_for_keys(keyspace.database, inserted_.table));
    std::vector<router::TextRow> answer;
    while (done) {
        const Result<bool> more = co_await source.next();
        if (more && !*more) break;
        if (more) {
            answer.push_back(text_row(source.row(), source.types().size()));
        } else {
            done = more.error();
        }
    }
    if (!done) {
        co_await source.abandon_rest();
        co_return done.error();
    }
    Result<std::vector<router::UniqueKey>> keys = router::read_unique_keys(answer);
    if (!keys) co_return keys.error();
    keys_ = *std::move(keys);
    co_return Result<void>();
}

net::Task<Result<std::uint64_t>> RowByRow::run_row(std::size_t row) {
    const Result<RelayEnd> end =
        co_await run_quietly_on(session_, plan_, route_.keyspace, route_.shards[row], source_, kept_);
    if (!end) co_return end.error();
    account(session_, plan_, *end);
    sum_.affected_rows += kept_ != nullptr ? end->rows : end->affected_rows;
    sum_.warnings = static_cast<std::uint16_t>(sum_.warnings + end->answer.warnings);
    if (sum_.last_insert_id == 0) sum_.last_insert_id = end->last_insert_id;
    co_return end->affected_rows;
}

net::Task<Result<RowByRow::Images>> RowByRow::rows_where(std::uint16_t shard, std::string condition,
                                                         std::vector<std::string> expressions) {
    std::string sql = "SELECT " + router::RowImages(owned()).select_list({}, expressions) + " FROM " +
                      owned().rows + " WHERE " + condition + std::string(router::every_row) + " FOR UPDATE";
    std::vector<std::uint16_t> shards{shard};
    co_return co_await read_images(session_, route_.keyspace, std::move(shards), std::move(sql), owned());
}

// The server knows more than the text: the row is inserted and looked at.
net::Task<Result<void>> RowByRow::insert_unseen(std::size_t row) {
    const router::InsertedRow& given = inserted_.rows[row];
    const std::optional<std::string> itself = router::row_itself(keys_, inserted_.columns, given);
    if (!itself) {
        co_return router::unsupported("a row of " + owned().rows +
                                      " of which the text has neither the values of its lookups nor a key");
    }
    const Result<std::uint64_t> done = co_await run_row(row);
    if (!done) co_return done.error();
    std::string condition = *itself;
    std::vector<std::string> nothing_else;
    const Result<Images> images =
        co_await rows_where(route_.shards[row].shard, std::move(condition), std::move(nothing_else));
    if (!images) co_return images.error();
    if (images->size() != 1)
        co_return make_error(checkread, "Record has changed since last read in table " + owned().rows);
    router::EntryChanges changes(owned());
    const Result<void> added = changes.add_row(images->front().image);
    if (!added) co_return added;
    EntryKeeper keeper(session_, writes_, changes, route_.keyspace);
    co_return co_await keeper.create(EntryKeeper::Rows::changed);
}

// A row is left out where another has its value in a unique lookup, or where its shard says so.
net::Task<Result<void>> RowByRow::insert_ignore(std::size_t row) {
    const Result<router::RowImage> image = router::image_of(inserted_, inserted_.rows[row], owned());
    if (!image) co_return image.error();
    router::EntryChanges changes(owned());
    const Result<void> added = changes.add_row(*image);
    if (!added) co_return added;
    router::EntryChanges claimed(owned());
    EntryKeeper keeper(session_, writes_, changes, route_.keyspace);
    bool inserted = true;
    for (std::size_t i = 0; i < owned().lookups.size() && inserted; ++i) {
        const Result<bool> own = co_await keeper.claim(i);
        if (!own) co_return own.error();
        inserted = *own;
        if (*own && owned().lookups[i].unique) claimed.remove_entry(i, *image);
    }
    if (inserted) {
        const Result<std::uint64_t> affected = co_await run_row(row);
        if (!affected) co_return affected.error();
        inserted = *affected > 0;
    } else {
        ++sum_.warnings;
    }
    if (inserted) co_return co_await keeper.create_shared();
    ++duplicates_;
    EntryKeeper back(session_, writes_, claimed, route_.keyspace);
    co_return co_await back.remove();
}

net::Task<Result<void>> RowByRow::remove_holders(const router::RowImage& image) {
    for (std::size_t i = 0; i < owned().lookups.size(); ++i) {
        const router::LookupUse& use = owned().lookups[i];
        if (!use.unique || !image.values[i]) continue;
        const Result<std::vector<router::TextRow>> entries =
            co_await own_rows(session_, router::ids_of_value(use, *image.values[i]));
        if (!entries) co_return entries.error();
        for (const router::TextRow& entry : *entries) {
            const std::optional<router::KeyspaceId> id =
                entry.empty() || !entry[0] ? std::nullopt : router::keyspace_id_of(*entry[0]);
            if (!id) {
                co_return make_error(mysql_error::unknown_error,
                                     "lookup vindex " + use.vindex + " has a row without a keyspace id");
            }
            const std::uint16_t shard = owned().place.shard_of_id(*id);
            const std::string condition = router::quote_name(use.column) + " = " + *image.values[i];
            std::string same = condition;
            std::vector<std::string> nothing_else;
            const Result<Images> holders =
                co_await rows_where(shard, std::move(same), std::move(nothing_else));
            if (!holders) co_return holders.error();
            router::EntryChanges changes(owned());
            for (const router::RowImages::Read& holder : *holders) changes.remove_row(holder.image);
            // An entry that no row has: it would stand in the way all the same.
            router::RowImage stale = image;
            stale.id = *id;
            if (holders->empty()) changes.remove_entry(i, stale);
            EntryKeeper keeper(session_, writes_, changes, route_.keyspace);
            Result<void> done = co_await keeper.remove();
            if (done && !holders->empty()) {
                const std::string sql = "DELETE FROM " + owned().rows + " WHERE " + condition;
                const Result<std::uint16_t> deleted =
                    co_await writes_.run_on_shard(route_.keyspace, shard, sql);
                if (!deleted) co_return deleted.error();
                sum_.affected_rows += holders->size();
                duplicates_ += holders->size();
            }
            if (done) done = co_await keeper.restore();
            if (!done) co_return done;
        }
    }
    co_return Result<void>();
}

net::Task<Result<void>> RowByRow::replace(std::size_t row) {
    const router::InsertedRow& given = inserted_.rows[row];
    const Result<router::RowImage> image = router::image_of(inserted_, given, owned());
    if (!image) co_return image.error();
    const Result<std::optional<std::string>> way = router::rows_in_the_way(keys_, inserted_.columns, given);
    if (!way) co_return way.error();
    router::EntryChanges changes(owned());
    if (*way) {
        std::string condition = **way;
        std::vector<std::string> nothing_else;
        const Result<Images> before =
            co_await rows_where(route_.shards[row].shard, std::move(condition), std::move(nothing_else));
        if (!before) co_return before.error();
        for (const router::RowImages::Read& old : *before) changes.remove_row(old.image);
    }
    const Result<void> added = changes.add_row(*image);
    if (!added) co_return added;
    EntryKeeper keeper(session_, writes_, changes, route_.keyspace);
    Result<void> done = co_await keeper.remove();
    if (done) done = co_await remove_holders(*image);
    if (done) done = co_await keeper.create(EntryKeeper::Rows::to_come);
    if (!done) co_return done;
    const Result<std::uint64_t> affected = co_await run_row(row);
    if (!affected) co_return affected.error();
    if (*affected > 1)
        duplicates_ += *affected - 1;  // unknown with RETURNING, whose answer has no place for it
    co_return co_await keeper.restore();
}

net::Task<Result<void>> RowByRow::insert_or_update(std::size_t row) {
    const router::InsertedRow& given = inserted_.rows[row];
    const std::uint16_t shard = route_.shards[row].shard;
    const Result<std::optional<std::string>> way = router::rows_in_the_way(keys_, inserted_.columns, given);
    if (!way) co_return way.error();
    const bool changes_entries = std::ranges::any_of(owned().lookups, [&](const router::LookupUse& use) {
        return inserted_.assigned.contains(use.column);
    });
    const router::UniqueKey* const key = row_key(keys_);
    std::vector<std::string> key_columns;
    if (changes_entries && *way) {
        const bool stays = key != nullptr &&
                           std::ranges::none_of(key->columns, [&](const router::UniqueKey::Column& column) {
                               return inserted_.assigned.contains(column.name);
                           });
        if (!stays) {
            co_return router::unsupported("ON DUPLICATE KEY UPDATE of a lookup's column in " + owned().rows +
                                          " without a primary key that stays as it is");
        }
        for (const router::UniqueKey::Column& column : key->columns)
            key_columns.push_back(router::quote_name(column.name));
    }
    Images before;
    if (*way) {
        std::string condition = **way;
        Result<Images> found = co_await rows_where(shard, std::move(condition), key_columns);
        if (!found) co_return found.error();
        before = *std::move(found);
    }
    if (before.empty()) {
        const Result<router::RowImage> image = router::image_of(inserted_, given, owned());
        if (!image) co_return image.error();
        router::EntryChanges changes(owned());
        const Result<void> added = changes.add_row(*image);
        if (!added) co_return added;
        EntryKeeper keeper(session_, writes_, changes, route_.keyspace);
        const Result<void> created = co_await keeper.create(EntryKeeper::Rows::to_come);
        if (!created) co_return created;
        const Result<std::uint64_t> affected = co_await run_row(row);
        if (!affected) co_return affected.error();
        if (*affected == 1) co_return Result<void>();
        co_return make_error(checkread, "Record has changed since last read in table " + owned().rows);
    }
    const Result<std::uint64_t> affected = co_await run_row(row);
    if (!affected) co_return affected.error();
    if (*affected > 1) ++duplicates_;
    if (!changes_entries) co_return Result<void>();
    router::EntryChanges changes(owned());
    for (const router::RowImages::Read& old : before) {
        std::string itself;
        for (std::size_t i = 0; i < key_columns.size(); ++i) {
            const std::string value =
                i < old.expressions.size() ? old.expressions[i].value_or("NULL") : "NULL";
            itself += (i == 0 ? "" : " AND ") + key_columns[i] + " = " + value;
        }
        std::vector<std::string> nothing_else;
        const Result<Images> after = co_await rows_where(shard, std::move(itself), std::move(nothing_else));
        if (!after) co_return after.error();
        if (after->size() != 1)
            co_return make_error(checkread, "Record has changed since last read in table " + owned().rows);
        const Result<void> noted = changes.change_row(old.image, after->front().image);
        if (!noted) co_return noted;
    }
    EntryKeeper keeper(session_, writes_, changes, route_.keyspace);
    Result<void> done = co_await keeper.remove();
    if (done) done = co_await keeper.restore();
    if (done) done = co_await keeper.create(EntryKeeper::Rows::changed);
    co_return done;
}

}  // namespace leasehold::proxy
