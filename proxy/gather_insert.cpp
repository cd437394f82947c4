#include "proxy/gather_insert.h"

#include "proxy/found_rows.h"
#include "proxy/gathered_statement.h"
#include "proxy/shard_writes.h"
#include "router/table_transfer.h"
#include "router/unsupported.h"

namespace leasehold::proxy {
namespace {

constexpr std::size_t batch_bytes = 128u << 10;
constexpr std::size_t batch_rows = 1000;

class Batches {
  public:
    Batches(Session& session, const router::GatherInsert& insert) : insert_(insert), writes_(session) {}

    net::Task<Result<void>> run(Session& session, Scratch& scratch) {
        const Result<router::TableDefinition> table = co_await describe(scratch);
        if (!table) co_return table.error();
        const Result<void> inserted = co_await insert(session, scratch, *table);
        if (!inserted) co_return inserted;
        co_return co_await writes_.commit();
    }

    // A server has a text for no rows at all, too.
    RowsChanged answer() const {
        const wire::OkPacket& ok = writes_.sum();
        const std::string_view none = "Records: 0  Duplicates: 0  Warnings: 0";
        return {ok.affected_rows, ok.last_insert_id, ok.warnings,
                std::string(ok.info.empty() ? none : ok.info)};
    }

  private:
    net::Task<Result<router::TableDefinition>> describe(Scratch& scratch) {
        // The query has run: its sql_mode would only change how the table is described.
        const Result<void> plain =
            co_await scratch.run("SET SESSION sql_mode = '', SESSION sql_quote_show_create = 1");
        if (!plain) co_return plain.error();
        const Result<SmallAnswer> created =
            co_await scratch.ask("SHOW CREATE TABLE " + router::quote_name(insert_.table));
        if (!created) co_return created.error();
        Result<router::TableDefinition> table = router::parse_table_definition(created->text(0, 1));
        if (table && insert_.columns) {
            std::erase_if(table->columns, [&](const router::TableColumn& column) {
                return !insert_.columns->contains(column.lower);
            });
        }
        co_return std::move(table);
    }

    net::Task<Result<void>> insert(Session& session, Scratch& scratch, const router::TableDefinition& table) {
        const std::string ambiguous = router::ambiguous_instants(table);
        std::string select = "SELECT " + router::portable_read_list(table);
        if (!ambiguous.empty()) select += ", (" + ambiguous + ")";
        select += " FROM " + router::quote_name(insert_.table) + " LIMIT 18446744073709551615";
        const Result<void> asked = co_await scratch.send(select);
        if (!asked) co_return asked.error();
        TabletRows rows(session, scratch.connection());
        for (;;) {
            const Result<bool> more = co_await rows.next();
            if (!more) co_return more.error();
            if (*more && !add(table, rows.row(), !ambiguous.empty())) {
                co_return router::unsupported(
                    "an INSERT ... SELECT over several shards of a TIMESTAMP in the hour that the "
                    "session's time zone has twice (set time_zone to '+00:00')");
            }
            charge_.set(sql_.capacity());
            const bool full = in_batch_ >= batch_rows || sql_.size() >= batch_bytes;
            if (in_batch_ > 0 && (full || !*more)) {
                const Result<void> goes_on = scratch.go_on();
                if (!goes_on) co_return goes_on.error();
                in_batch_ = 0;
                sql_ += insert_.tail;
                const Result<void> written = co_await writes_.run(sql_);
                sql_.clear();
                if (!written) co_return written.error();
            }
            if (!*more) co_return Result<void>();
        }
    }

    // False: the row has a TIMESTAMP that its text does not tell.
    bool add(const router::TableDefinition& table, wire::BytesView row, bool may_be_ambiguous) {
        sql_ += in_batch_++ == 0 ? std::string_view(insert_.head) : ", ";
        wire::Reader reader(row);
        char before = '(';
        for (const router::TableColumn& column : table.columns) {
            const std::optional<wire::BytesView> value = reader.lenenc_or_null();
            sql_ += before;
            router::append_portable_literal(sql_, column,
                                            value ? std::optional(wire::to_text(*value)) : std::nullopt);
            before = ',';
        }
        sql_ += ')';
        if (!may_be_ambiguous) return true;
        const std::optional<wire::BytesView> ambiguous = reader.lenenc_or_null();
        return ambiguous && wire::to_text(*ambiguous) == "0";
    }

    const router::GatherInsert& insert_;
    ShardWrites writes_;
    std::string sql_;
    MemoryCharge charge_{MemoryPart::gathers};
    std::size_t in_batch_ = 0;
};

}  // namespace

net::Task<Result<RowsChanged>> insert_from_scratch(Session& session, Scratch& scratch,
                                                   const router::GatherInsert& insert) {
    Batches batches(session, insert);
    const Result<void> inserted = co_await batches.run(session, scratch);
    if (!inserted) co_return inserted.error();
    co_return batches.answer();
}

net::Task<Flow> insert_gathered(Session& session, Scratch& scratch, const router::GatherInsert& insert) {
    const Result<RowsChanged> inserted = co_await insert_from_scratch(session, scratch, insert);
    if (!inserted) co_return co_await answer_gather_error(session, inserted.error());
    const wire::OkPacket ok = inserted->ok();
    ClientState& state = session.state();
    state.failed = false;
    state.row_count = static_cast<std::int64_t>(ok.affected_rows);
    state.found_rows = records_of(ok.info);
    if (ok.last_insert_id != 0) {
        state.last_insert_id = ok.last_insert_id;
        state.last_insert_on = nullptr;  // no connection has it, or another one than the last
    }
    session.counters().rows_in += ok.affected_rows;
    co_return co_await session.send_ok(ok);
}

}  // namespace leasehold::proxy
