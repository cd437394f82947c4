#include "proxy/gather_insert.h"

#include "proxy/shard_writes.h"
#include "router/table_transfer.h"

namespace leasehold::proxy {
namespace {

constexpr std::size_t batch_bytes = 128u << 10;
constexpr std::size_t batch_rows = 1000;

class Batches {
  public:
    Batches(Session& session, const router::GatherInsert& insert) : insert_(insert), writes_(session) {}

    net::Task<Result<wire::OkPacket>> run(Session& session, Scratch& scratch,
                                          const router::TableDefinition& table) {
        const Result<void> asked =
            co_await scratch.send("SELECT " + router::portable_read_list(table) + " FROM " +
                                  router::quote_name(insert_.table) + " LIMIT 18446744073709551615");
        if (!asked) co_return asked.error();
        TabletRows rows(session, scratch.connection());
        for (;;) {
            const Result<bool> more = co_await rows.next();
            if (!more) co_return more.error();
            if (*more) add(table, rows.row());
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
            if (!*more) break;
        }
        const Result<void> committed = co_await writes_.commit();
        if (!committed) co_return committed.error();
        co_return writes_.sum();
    }

  private:
    void add(const router::TableDefinition& table, wire::BytesView row) {
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
    }

    const router::GatherInsert& insert_;
    ShardWrites writes_;
    std::string sql_;
    MemoryCharge charge_{MemoryPart::gathers};
    std::size_t in_batch_ = 0;
};

}  // namespace

net::Task<Result<wire::OkPacket>> insert_gathered(Session& session, Scratch& scratch,
                                                  const router::GatherInsert& insert) {
    // The query has run: its sql_mode would only change how the table is described.
    const Result<void> plain =
        co_await scratch.run("SET SESSION sql_mode = '', SESSION sql_quote_show_create = 1");
    if (!plain) co_return plain.error();
    const Result<SmallAnswer> created =
        co_await scratch.ask("SHOW CREATE TABLE " + router::quote_name(insert.table));
    if (!created) co_return created.error();
    const Result<router::TableDefinition> table = router::parse_table_definition(created->text(0, 1));
    if (!table) co_return table.error();
    Batches batches(session, insert);
    co_return co_await batches.run(session, scratch, *table);
}

}  // namespace leasehold::proxy
