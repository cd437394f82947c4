#include "proxy/entry_keeper.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/mysql_errors.h"
#include "proxy/gather_source.h"
#include "proxy/own_rows.h"
#include "router/lookup_query.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint16_t dup_entry = 1062;  // ER_DUP_ENTRY

bool is_number(wire::ColumnType type) {
    switch (type) {
        case wire::ColumnType::decimal:
        case wire::ColumnType::tiny:
        case wire::ColumnType::short_int:
        case wire::ColumnType::long_int:
        case wire::ColumnType::float32:
        case wire::ColumnType::float64:
        case wire::ColumnType::long_long:
        case wire::ColumnType::int24:
        case wire::ColumnType::year:
        case wire::ColumnType::new_decimal:
            return true;
        default:
            return false;
    }
}

// What the server said of the table of entries, as it would say it of the rows.
Error of_the_vindex(const Error& error, const router::LookupUse& use) {
    if (error.code != dup_entry) return error;
    const std::size_t begin = error.message.find("Duplicate entry");
    const std::size_t key = error.message.rfind(" for key ");
    if (begin == std::string::npos || key == std::string::npos || key < begin) return error;
    return Error(error.code, error.message.substr(begin, key - begin) + " for key '" + use.vindex + "'",
                 "23000");
}

Error too_many(std::string_view limit, std::uint64_t value) {
    return make_error(mysql_error::too_big_select,
                      "the statement changes more rows with lookup entries than " + std::string(limit) +
                          " (" + std::to_string(value) + ") allows: narrow its WHERE or raise the limit");
}

class Images {
  public:
    Images(Session& session, std::uint16_t keyspace, const router::OwnedLookups& owned)
        : session_(session), source_(session, keyspace), owned_(owned) {}

    net::Task<Result<std::vector<router::RowImages::Read>>> read(std::vector<std::uint16_t> shards,
                                                                 std::string sql) {
        Result<void> done = co_await source_.open(shards, std::move(sql));
        while (done) {
            const Result<bool> more = co_await source_.next();
            if (!more) {
                done = more.error();
            } else if (!*more) {
                co_return std::move(images_);
            } else {
                done = take_row();
            }
        }
        co_await source_.abandon_rest();
        co_return done.error();
    }

  private:
    Result<void> take_row() {
        const std::vector<wire::ColumnType>& types = source_.types();
        bytes_ += sizeof(router::RowImages::Read) + 2 * source_.row().size();
        Result<router::RowImages::Read> image =
            router::RowImages(owned_).read(text_row(source_.row(), types.size()), numbers_of(types));
        if (!image) return image.error();
        images_.push_back(*std::move(image));
        charge_.set(bytes_);
        const config::Gather& limits = session_.site().config().gather;
        if (images_.size() > limits.max_rows) return too_many("gather.max_rows", limits.max_rows);
        if (bytes_ > limits.max_bytes) return too_many("gather.max_bytes", limits.max_bytes);
        return {};
    }

    Session& session_;
    GatherSource source_;
    const router::OwnedLookups& owned_;
    std::vector<router::RowImages::Read> images_;
    std::uint64_t bytes_ = 0;
    MemoryCharge charge_{MemoryPart::gathers};
};

}  // namespace

std::vector<bool> numbers_of(const std::vector<wire::ColumnType>& types) {
    std::vector<bool> numeric;
    for (const wire::ColumnType type : types) numeric.push_back(is_number(type));
    return numeric;
}

router::TextRow text_row(wire::BytesView bytes, std::size_t columns) {
    router::TextRow row;
    wire::Reader reader(bytes);
    while (reader.ok() && !reader.at_end() && row.size() < columns) {
        const std::optional<wire::BytesView> value = reader.lenenc_or_null();
        row.push_back(value ? std::optional<std::string>(wire::to_text(*value)) : std::nullopt);
    }
    return row;
}

net::Task<Result<std::vector<router::RowImages::Read>>> read_images(Session& session, std::uint16_t keyspace,
                                                                    std::vector<std::uint16_t> shards,
                                                                    std::string sql,
                                                                    const router::OwnedLookups& owned) {
    const auto images = std::make_unique<Images>(session, keyspace, owned);
    co_return co_await images->read(std::move(shards), std::move(sql));
}

net::Task<Result<void>> EntryKeeper::remove() {
    for (std::size_t i = 0; i < changes_.of_lookups().size(); ++i) {
        std::span<const router::LookupEntry> entries = changes_.of_lookups()[i].removed;
        while (!entries.empty()) {
            const auto batch = entries.first(std::min(entries.size(), router::entries_a_statement));
            entries = entries.subspan(batch.size());
            std::string sql = router::delete_entries(changes_.owned().lookups[i], batch);
            const Result<void> done = co_await writes_.run(std::move(sql));
            if (!done) co_return done;
        }
    }
    co_return Result<void>();
}

net::Task<Result<void>> EntryKeeper::create(Rows rows) {
    rows_ = rows;
    for (std::size_t i = 0; i < changes_.of_lookups().size(); ++i) {
        const Result<void> done = co_await insert(i, changes_.of_lookups()[i].added);
        if (!done) co_return done;
    }
    co_return Result<void>();
}

net::Task<Result<void>> EntryKeeper::create_shared() {
    for (std::size_t i = 0; i < changes_.of_lookups().size(); ++i) {
        const router::LookupUse& use = changes_.owned().lookups[i];
        if (use.unique) continue;
        const Result<void> done = co_await insert(i, changes_.of_lookups()[i].added);
        if (!done) co_return done;
    }
    co_return Result<void>();
}

net::Task<Result<bool>> EntryKeeper::claim(std::size_t lookup) {
    const router::LookupUse& use = changes_.owned().lookups[lookup];
    if (!use.unique) co_return true;
    for (const router::LookupEntry& entry : changes_.of_lookups()[lookup].added) {
        const std::uint64_t before = writes_.sum().affected_rows;
        std::string sql = router::claim_entry(use, entry);
        const Result<void> done = co_await writes_.run(std::move(sql));
        if (!done) co_return done.error();
        if (writes_.sum().affected_rows != before) continue;
        if (!use.consistent) co_return false;
        const std::vector<router::LookupEntry> only{entry};
        Error duplicate = make_error(dup_entry, "Duplicate entry for key '" + use.vindex + "'");
        const Result<std::vector<router::LookupEntry>> left =
            co_await without_stale(lookup, only, std::move(duplicate));
        if (!left && left.error().code == dup_entry) co_return false;
        if (!left) co_return left.error();
        const Result<void> inserted = co_await insert(lookup, *left);
        if (!inserted) co_return inserted.error();
    }
    co_return true;
}

net::Task<Result<void>> EntryKeeper::insert(std::size_t lookup,
                                            std::span<const router::LookupEntry> entries) {
    const router::LookupUse& use = changes_.owned().lookups[lookup];
    while (!entries.empty()) {
        const auto batch = entries.first(std::min(entries.size(), router::entries_a_statement));
        entries = entries.subspan(batch.size());
        Result<void> done = co_await insert_batch(lookup, batch);
        if (done) continue;
        if (done.error().code != dup_entry || !use.consistent || !use.unique) co_return done;
        Error duplicate = done.error();
        const Result<std::vector<router::LookupEntry>> left =
            co_await without_stale(lookup, batch, std::move(duplicate));
        if (!left) co_return left.error();
        if (left->empty()) continue;
        done = co_await insert_batch(lookup, *left);
        if (!done) co_return done;
    }
    co_return Result<void>();
}

net::Task<Result<void>> EntryKeeper::insert_batch(std::size_t lookup,
                                                  std::span<const router::LookupEntry> entries) {
    const router::LookupUse& use = changes_.owned().lookups[lookup];
    std::string sql = router::insert_entries(use, entries);
    const Result<void> done = co_await writes_.run(std::move(sql));
    if (!done) co_return of_the_vindex(done.error(), use);
    co_return Result<void>();
}

net::Task<Result<std::vector<router::LookupEntry>>> EntryKeeper::without_stale(
    std::size_t lookup, std::span<const router::LookupEntry> entries, Error duplicate) {
    const router::OwnedLookups& owned = changes_.owned();
    const router::LookupUse& use = owned.lookups[lookup];
    std::vector<router::LookupEntry> left;
    std::set<router::LookupEntry> there;
    for (const router::LookupEntry& entry : entries) {
        std::string question = router::ids_of_value(use, entry.value);
        const Result<std::vector<router::TextRow>> ids = co_await own_rows(session_, std::move(question));
        if (!ids) co_return ids.error();
        if (ids->empty()) {
            left.push_back(entry);
            continue;
        }
        const router::TextRow& row = ids->front();
        const std::optional<router::KeyspaceId> id =
            row.empty() || !row[0] ? std::nullopt : router::keyspace_id_of(*row[0]);
        if (!id) co_return duplicate;
        std::vector<std::uint16_t> shards{owned.place.shard_of_id(*id)};
        std::string sql = router::RowImages(owned).rows_with(lookup, entry.value);
        const Result<std::vector<router::RowImages::Read>> rows =
            co_await read_images(session_, keyspace_, std::move(shards), std::move(sql), owned);
        if (!rows) co_return rows.error();
        const auto having = std::ranges::count_if(
            *rows, [&](const router::RowImages::Read& read) { return read.image.id == *id; });
        // One of them is the row whose entry this is.
        const bool own = *id == entry.id;
        if (having > (own && rows_ == Rows::changed ? 1 : 0)) co_return duplicate;
        if (own) {
            if (!there.insert(entry).second) co_return duplicate;
            continue;
        }
        std::vector<router::LookupEntry> stale;
        stale.push_back({entry.value, *id});
        std::string deletion = router::delete_entries(use, stale);
        const Result<void> deleted = co_await writes_.run(std::move(deletion));
        if (!deleted) co_return deleted.error();
        left.push_back(entry);
    }
    co_return left;
}

net::Task<Result<void>> EntryKeeper::restore() {
    const router::OwnedLookups& owned = changes_.owned();
    const router::RowImages images(owned);
    for (std::size_t i = 0; i < changes_.of_lookups().size(); ++i) {
        std::map<std::uint16_t, std::vector<router::RowImage>> by_shard;
        for (const router::RowImage& row : changes_.of_lookups()[i].sharing)
            by_shard[owned.place.shard_of_id(row.id)].push_back(row);
        for (const auto& [shard, rows] : by_shard) {
            std::span<const router::RowImage> rest = rows;
            while (!rest.empty()) {
                const auto batch = rest.first(std::min(rest.size(), router::entries_a_statement));
                rest = rest.subspan(batch.size());
                std::string sql = images.rows_of(batch, i);
                std::vector<std::uint16_t> shards{shard};
                const Result<std::vector<router::RowImages::Read>> left =
                    co_await read_images(session_, keyspace_, std::move(shards), std::move(sql), owned);
                if (!left) co_return left.error();
                std::set<router::LookupEntry> entries;
                for (const router::RowImages::Read& row : *left) {
                    if (row.image.values[i]) entries.insert({*row.image.values[i], row.image.id});
                }
                const std::vector<router::LookupEntry> list(entries.begin(), entries.end());
                const Result<void> done = co_await insert(i, list);
                if (!done) co_return done;
            }
        }
    }
    co_return Result<void>();
}

}  // namespace leasehold::proxy
