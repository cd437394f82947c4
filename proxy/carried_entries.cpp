#include "proxy/carried_entries.h"

#include "base/mysql_errors.h"
#include "router/table_definition.h"

namespace leasehold::proxy {
namespace {

// Rows before and after, one beside the other; of a deleted row nothing but NULL after.
std::string differences(const ChangedTable& table, const router::OwnedLookups& owned) {
    const router::RowImages images(owned);
    const std::string number = router::quote_name(ChangedTable::row_number);
    std::string same;
    const auto compare = [&](const std::string& column) {
        const std::string name = router::quote_name(column);
        same += " AND HEX(CONCAT(b." + name + ")) <=> HEX(CONCAT(n." + name + "))";
    };
    for (const std::string& column : owned.place.columns()) compare(column);
    for (const router::LookupUse& use : owned.lookups) compare(use.column);
    return "SELECT n." + number + ", " + images.select_list("b.") + ", " + images.select_list("n.") +
           " FROM " + router::quote_name(table.before) + " b LEFT JOIN " +
           router::quote_name(table.read->temporary) + " n ON n." + number + " = b." + number +
           " WHERE NOT (n." + number + " IS NOT NULL" + same + ") ORDER BY b." + number +
           " LIMIT 18446744073709551615";
}

}  // namespace

net::Task<Result<void>> CarriedEntries::leave() {
    for (const ChangedTable& table : tables_.changed()) {
        if (table.read->lookups == nullptr) continue;
        auto changes = std::make_unique<router::EntryChanges>(*table.read->lookups);
        const Result<void> done = co_await read(table, *changes);
        if (!done) co_return done;
        auto keeper = std::make_unique<EntryKeeper>(session_, writes_, *changes, table.read->keyspace);
        kept_.push_back({table.read->keyspace, std::move(changes), std::move(keeper)});
    }
    for (const Kept& kept : kept_) {
        const Result<void> done = co_await kept.keeper->remove();
        if (!done) co_return done;
    }
    co_return Result<void>();
}

net::Task<Result<void>> CarriedEntries::arrive() {
    for (const Kept& kept : kept_) {
        Result<void> done = co_await kept.keeper->restore();
        if (done) done = co_await kept.keeper->create(EntryKeeper::Rows::changed);
        if (!done) co_return done;
    }
    co_return Result<void>();
}

net::Task<Result<void>> CarriedEntries::read(const ChangedTable& table, router::EntryChanges& changes) {
    const router::OwnedLookups& owned = *table.read->lookups;
    const router::RowImages images(owned);
    const std::size_t width = 2 * (owned.place.columns().size() + owned.lookups.size());
    const Result<void> asked = co_await scratch_.send(differences(table, owned));
    if (!asked) co_return asked.error();
    TabletRows rows(session_, scratch_.connection());
    for (;;) {
        const Result<bool> more = co_await rows.next();
        if (!more) co_return more.error();
        if (!*more) break;
        const std::vector<bool> numeric = numbers_of(rows.types());
        const std::vector<std::optional<std::string>> row = text_row(rows.row(), rows.types().size());
        if (row.size() != 1 + 2 * width || numeric.size() != row.size()) {
            co_return make_error(mysql_error::malformed_packet, "a row of another form than was asked for");
        }
        const std::span<const std::optional<std::string>> values = row;
        const std::vector<bool> numeric_before(numeric.begin() + 1, numeric.end());
        const Result<router::RowImages::Read> before = images.read(values.subspan(1, width), numeric_before);
        if (!before) co_return before.error();
        if (!row[0]) {
            changes.remove_row(before->image);
            continue;
        }
        const Result<router::RowImages::Read> after =
            images.read(values.subspan(1 + width, width), numeric_before);
        if (!after) co_return after.error();
        const Result<void> noted = changes.change_row(before->image, after->image);
        if (!noted) co_return noted.error();
    }
    co_return Result<void>();
}

}  // namespace leasehold::proxy
