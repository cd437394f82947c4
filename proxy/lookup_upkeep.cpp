#include "proxy/lookup_upkeep.h"

#include <charconv>

#include "base/mysql_errors.h"
#include "proxy/answer_sum.h"
#include "proxy/entry_keeper.h"
#include "proxy/kept_rows.h"
#include "proxy/own_rows.h"
#include "proxy/prelude.h"
#include "proxy/quiet_statement.h"
#include "proxy/requests.h"
#include "proxy/row_by_row.h"
#include "proxy/statement_scope.h"
#include "router/row_images.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint16_t checkread = 1020;  // ER_CHECKREAD
constexpr int max_attempts = 3;

// "Rows matched: 2  Changed: 1  Warnings: 0"
std::optional<std::uint64_t> matched_rows(std::string_view info) {
    const std::size_t begin = info.find_first_of("0123456789");
    if (begin == std::string_view::npos) return std::nullopt;
    std::uint64_t rows = 0;
    const auto [end, error] = std::from_chars(info.data() + begin, info.data() + info.size(), rows);
    if (error != std::errc()) return std::nullopt;
    return rows;
}

class Change {
  public:
    Change(Session& session, ShardWrites& writes, const router::Plan& plan, const router::Route& route,
           const StatementSource& source, KeptRows* kept)
        : session_(session), writes_(writes), plan_(plan), route_(route), source_(source), kept_(kept) {}

    net::Task<Result<RowsChanged>> insert(const router::InsertedRows& inserted) {
        for (const router::EntryCheck& check : inserted.checks) {
            const Result<std::vector<router::TextRow>> found = co_await own_rows(session_, check.sql);
            if (!found) co_return found.error();
            if (found->empty()) co_return make_error(mysql_error::unknown_error, check.missing);
        }
        if (route_.upkeep->owned == nullptr) co_return co_await change_rows();
        if (inserted.form != router::InsertedRows::Form::at_once) {
            const auto rows =
                std::make_unique<RowByRow>(session_, writes_, plan_, route_, inserted, source_, kept_);
            co_return co_await rows->run();
        }
        router::EntryChanges changes(*route_.upkeep->owned);
        for (const router::InsertedRow& row : inserted.rows) {
            const Result<router::RowImage> image = router::image_of(inserted, row, changes.owned());
            if (!image) co_return image.error();
            const Result<void> added = changes.add_row(*image);
            if (!added) co_return added.error();
        }
        EntryKeeper keeper(session_, writes_, changes, route_.keyspace);
        const Result<void> created = co_await keeper.create(EntryKeeper::Rows::to_come);
        if (!created) co_return created.error();
        co_return co_await change_rows();
    }

    net::Task<Result<RowsChanged>> change(const router::ChangedRows& rows) {
        const router::OwnedLookups& owned = *route_.upkeep->owned;
        std::vector<std::uint16_t> shards;
        for (const router::ShardQuery& query : route_.shards) shards.push_back(query.shard);
        std::string sql = rows.sql;
        const Result<std::vector<router::RowImages::Read>> images =
            co_await read_images(session_, route_.keyspace, std::move(shards), std::move(sql), owned);
        if (!images) co_return images.error();
        router::EntryChanges changes(owned);
        for (const router::RowImages::Read& row : *images) {
            const Result<void> noted = note(changes, rows, row);
            if (!noted) co_return noted.error();
        }
        EntryKeeper keeper(session_, writes_, changes, route_.keyspace);
        Result<void> done = co_await keeper.remove();
        if (!done) co_return done.error();
        Result<RowsChanged> changed = co_await change_rows();
        if (!changed) co_return changed.error();
        const std::optional<std::uint64_t> meant =
            rows.deletes ? std::optional(changed->affected_rows) : matched_rows(changed->info);
        if (meant && *meant != images->size()) {
            co_return make_error(checkread, "Record has changed since last read in table " + owned.rows +
                                                ": other rows than those whose lookup entries were read");
        }
        done = co_await keeper.restore();
        if (done) done = co_await keeper.create(EntryKeeper::Rows::changed);
        if (!done) co_return done.error();
        co_return changed;
    }

  private:
    static Result<void> note(router::EntryChanges& changes, const router::ChangedRows& rows,
                             const router::RowImages::Read& row) {
        if (rows.deletes) {
            changes.remove_row(row.image);
            return {};
        }
        router::RowImage after = row.image;
        std::size_t next = 0;
        for (std::size_t i = 0; i < rows.assigned.size(); ++i) {
            if (!rows.assigned[i]) continue;
            if (next == row.expressions.size())
                return make_error(mysql_error::malformed_packet, "a row of another form than was asked for");
            after.values[i] = row.expressions[next++];
        }
        return changes.change_row(row.image, after);
    }

    net::Task<Result<RowsChanged>> change_rows() {
        AnswerSum sum(AnswerSum::Of::parts, plan_.kind);
        std::uint64_t returned = 0;
        std::string only;  // of a single shard: a server has no text for an INSERT of one row
        for (const router::ShardQuery& query : route_.shards) {
            const Result<RelayEnd> end =
                co_await run_quietly_on(session_, plan_, route_.keyspace, query, source_, kept_);
            if (!end) co_return end.error();
            account(session_, plan_, *end);
            returned += end->rows;
            sum.add(end->ok());
            only = end->info;
        }
        const wire::OkPacket& total = sum.total();
        RowsChanged changed{total.affected_rows, total.last_insert_id, total.warnings,
                            route_.shards.size() == 1 ? only : std::string(total.info)};
        if (kept_ != nullptr) changed.affected_rows = returned;
        if (route_.first_id && changed.affected_rows > 0) changed.last_insert_id = *route_.first_id;
        co_return changed;
    }

    Session& session_;
    ShardWrites& writes_;
    const router::Plan& plan_;
    const router::Route& route_;
    const StatementSource& source_;
    KeptRows* const kept_;  // null: nothing is returned
};

class Whole {
  public:
    Whole(Session& session, const router::Plan& plan, const router::Route& route,
          const StatementSource& source)
        : session_(session), plan_(plan), route_(route), source_(source), scope_(session), kept_(session) {}

    net::Task<Flow> run() {
        Result<void> begun = co_await scope_.begin();
        if (!begun) co_return co_await answer_error(begun.error());
        for (int attempt = 1;; ++attempt) {
            const Result<RowsChanged> changed = co_await attempt_once();
            if (changed) co_return co_await answer(*changed);
            if (changed.error().code != checkread || attempt == max_attempts)
                co_return co_await answer_error(changed.error());
            begun = co_await scope_.undo();
            if (!begun) co_return co_await answer_error(begun.error());
        }
    }

  private:
    net::Task<Result<RowsChanged>> attempt_once() {
        ShardWrites writes(session_, ShardWrites::OnError::leave);
        kept_.clear();
        KeptRows* const kept = plan_.returns_rows ? &kept_ : nullptr;
        co_return co_await change_with_lookups(session_, writes, plan_, route_, source_, kept);
    }

    net::Task<Flow> answer(const RowsChanged& changed) {
        const Result<void> finished = co_await scope_.finish();
        if (!finished) co_return co_await answer_error(finished.error());
        ClientState& state = session_.state();
        state.failed = false;
        state.row_count = static_cast<std::int64_t>(changed.affected_rows);
        if (route_.first_id && changed.affected_rows > 0) state.doubtful_insert_id.reset();
        if (changed.last_insert_id != 0) {
            state.last_insert_id = changed.last_insert_id;
            state.last_insert_on = nullptr;  // each shard has its own
        }
        if (!plan_.returns_rows) co_return co_await session_.send_ok(changed.ok());
        state.row_count = -1;
        co_return co_await kept_.send(changed.warnings);
    }

    net::Task<Flow> answer_error(Error error) {
        if (session_.interrupt().raised()) {
            const std::optional<Error> why = interrupt_error(session_);
            if (!why) co_return Flow::leave;
            error = *why;
        }
        Error told = co_await scope_.fail(std::move(error));
        session_.state().failed = true;
        session_.state().row_count = -1;
        co_return co_await session_.send_error(std::move(told));
    }

    Session& session_;
    const router::Plan& plan_;
    const router::Route& route_;
    const StatementSource& source_;
    StatementScope scope_;
    KeptRows kept_;
};

}  // namespace

net::Task<Result<RowsChanged>> change_with_lookups(Session& session, ShardWrites& writes,
                                                   const router::Plan& plan, const router::Route& route,
                                                   const StatementSource& source, KeptRows* kept) {
    const auto change = std::make_unique<Change>(session, writes, plan, route, source, kept);
    if (const auto* inserted = std::get_if<router::InsertedRows>(&route.upkeep->rows))
        co_return co_await change->insert(*inserted);
    co_return co_await change->change(std::get<router::ChangedRows>(route.upkeep->rows));
}

net::Task<Flow> run_with_lookups(Session& session, const router::Plan& plan, const router::Route& route,
                                 const StatementSource& asked) {
    const CursorlessSource cursorless(asked);
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, plan, asked.sql);
    const auto whole = std::make_unique<Whole>(session, plan, route, cursorless.source());
    co_return co_await whole->run();
}

}  // namespace leasehold::proxy
