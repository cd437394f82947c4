#include "proxy/entry_keeper.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/mysql_errors.h"
#include "proxy/gather_source.h"

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

net::Task<Result<void>> EntryKeeper::create() {
    for (std::size_t i = 0; i < changes_.of_lookups().size(); ++i) {
        const Result<void> done =
            co_await insert(changes_.owned().lookups[i], changes_.of_lookups()[i].added);
        if (!done) co_return done;
    }
    co_return Result<void>();
}

net::Task<Result<void>> EntryKeeper::insert(const router::LookupUse& use,
                                            std::span<const router::LookupEntry> entries) {
    while (!entries.empty()) {
        const auto batch = entries.first(std::min(entries.size(), router::entries_a_statement));
        entries = entries.subspan(batch.size());
        std::string sql = router::insert_entries(use, batch);
        const Result<void> done = co_await writes_.run(std::move(sql));
        if (!done) co_return of_the_vindex(done.error(), use);
    }
    co_return Result<void>();
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
                const Result<void> done = co_await insert(owned.lookups[i], list);
                if (!done) co_return done;
            }
        }
    }
    co_return Result<void>();
}

}  // namespace leasehold::proxy
