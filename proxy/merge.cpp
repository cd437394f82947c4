#include "proxy/merge.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <variant>

#include "base/mysql_errors.h"
#include "proxy/definition_names.h"
#include "proxy/gather.h"
#include "proxy/merge_condition.h"
#include "proxy/merge_group.h"
#include "proxy/merge_order.h"
#include "proxy/merge_sort.h"
#include "proxy/shard_failures.h"
#include "proxy/shard_rows.h"
#include "router/merge_plan.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

// Of an answer that is not wanted any more: so much is read away to keep the connection, for more the
// statement is ended with it.
constexpr std::size_t worth_reading = 256u << 10;

// Beyond it a LIMIT does not spare anything.
constexpr std::uint64_t max_kept = 1u << 20;

// How errors begin that say what only the answer has shown: that these columns cannot be merged.
constexpr std::string_view cannot_merge = "unsupported:";

Error unreadable_row() {
    return make_error(mysql_error::malformed_packet, "A tablet sent a row that does not fit its columns");
}

class Merge {
  public:
    Merge(Session& session, const router::Plan& plan, const router::Route& route,
          const StatementSource& source, router::RowWindow window, ShardFailures& failures)
        : session_(session),
          plan_(plan),
          merge_(*plan.merge),
          source_(source),
          forms_(*route.merged),
          parts_(session, plan, route, source),
          failures_(failures),
          protocol_(source.prepared == nullptr ? RowProtocol::text : RowProtocol::binary),
          window_(window),
          out_(session),
          writer_(protocol_) {}

    enum class Again : std::uint8_t { lost, other_forms, gather };
    // A shard that failed before the client got anything: the others may be asked without it.
    struct Without {
        std::uint16_t shard;
        Error error;
    };
    using End = std::variant<Flow, Again, Without>;

    net::Task<End> run(bool may_retry) {
        std::optional<Error> failed = co_await parts_.lease_and_send();
        if (!failed) failed = co_await stream();
        if (client_gone_) co_return Flow::leave;
        if (failed && failed->code == mysql_error::unknown_error &&
            failed->message.starts_with(cannot_merge) && !out_.sent_anything()) {
            failed = co_await end_rest();
            if (!failed) co_return Again::gather;
        }
        if (failed) {
            const bool lost = may_retry && plan_.read_only && !out_.sent_anything() &&
                              failed->code == mysql_error::server_lost && !session_.interrupt().raised() &&
                              !session_.held().in_transaction();
            const auto shard = parts_.failed_shard();
            const bool forgiven = shard && !out_.sent_anything() && failures_.forgiven();
            if (!lost && (!forgiven || parts_.route().shards.size() < 2))
                co_return co_await parts_.answer_error(*failed, &out_);
            parts_.close_rest();
            if (lost) co_return Again::lost;
            co_return Without{*shard, *failed};
        }
        if (asks_again_) co_return Again::other_forms;
        session_.state().running.clear();
        session_.counters().rows_out += rows_out_;
        session_.state().row_count = -1;
        session_.state().found_rows = rows_out_;
        const auto warnings = static_cast<std::uint16_t>(warnings_ + failures_.warnings());
        failures_.tell();
        wire::Bytes end;
        wire::append_end_of_rows(end, {warnings, session_.status()}, session_.capabilities());
        if (!co_await out_.put_packet(end) || !co_await out_.flush()) co_return Flow::leave;
        co_return Flow::next;
    }

  private:
    net::Task<std::optional<Error>> stream() {
        const std::size_t max_row = session_.site().config().limits.merge_memory / parts_.all().size();
        for (ShardPart& part : parts_.all()) shards_.emplace_back(parts_, part, max_row);
        if (std::optional<Error> failed = co_await shards_.front().open()) co_return failed;
        if (std::optional<Error> failed = read_columns()) co_return failed;
        if (asks_again_) co_return co_await end_rest();
        if (!co_await put_header()) co_return gone();
        if (merge_.keys.empty()) {
            // One after another: a shard's first row is waited for when the one before has ended.
            for (std::size_t i = 0; i < shards_.size() && !full(); ++i) {
                std::optional<Error> failed = co_await enter(i);
                if (!failed) failed = co_await take_rows();
                if (failed) co_return failed;
            }
        } else {
            for (std::size_t i = 0; i < shards_.size(); ++i) {
                if (std::optional<Error> failed = co_await enter(i)) co_return failed;
            }
            if (std::optional<Error> failed = co_await take_rows()) co_return failed;
        }
        if (group_ && group_->open() && !full()) {
            if (std::optional<Error> failed = co_await put_group()) co_return failed;
        }
        if (sort_) {
            for (const wire::Bytes& row : sort_->finish()) {
                if (full()) break;
                if (!co_await put(row)) co_return gone();
            }
        }
        co_return co_await end_rest();
    }

    // How the rows' columns compare, from the definitions that the first shard sent.
    std::optional<Error> read_columns() {
        types_ = shards_.front().types();
        const router::RowLayout layout = merge_.layout(types_.size(), forms_);
        Result<KeyColumns> keys = key_columns(merge_.keys, types_, layout, forms_, protocol_);
        if (!keys) return keys.error();
        if (!std::ranges::equal(keys->forms, forms_)) merge_.learn(std::move(keys->forms));
        if (!keys->usable) {
            asks_again_ = true;
            return std::nullopt;
        }
        order_.emplace(std::move(keys->columns), shards_.size());
        for (const router::MergeAggregate& aggregate : merge_.aggregates) {
            Result<AggregateColumn> column = AggregateColumn::make(aggregate, types_, layout, protocol_);
            if (!column) return column.error();
            aggregates_.push_back(*std::move(column));
        }
        for (const router::MergeCondition& condition : merge_.having) {
            Result<GroupCondition> made =
                GroupCondition::make(merge_, condition, source_.values, types_, layout, protocol_);
            if (!made) return made.error();
            having_.push_back(*std::move(made));
        }
        if (!merge_.order.empty()) {
            Result<KeyColumns> sorted = key_columns(merge_.order, types_, layout, forms_, protocol_);
            if (!sorted) return sorted.error();
            std::optional<std::uint64_t> keep;
            if (window_.count && *window_.count <= max_kept && window_.offset <= max_kept)
                keep = window_.offset + *window_.count;
            sort_.emplace(protocol_, types_, std::move(sorted->columns), keep,
                          session_.site().config().limits.merge_memory);
        }
        if (merge_.groups) group_.emplace(protocol_, types_, order_->columns(), aggregates_);
        shown_ = layout.shown();
        for (std::size_t i = 0; i < shards_.size(); ++i)
            readers_.emplace_back(protocol_, types_, cells_wanted());
        whole_row_.emplace(protocol_, types_);
        return std::nullopt;
    }

    // Rows that go to the client as they are need to be read up to their keys only.
    std::size_t cells_wanted() const {
        if (group_ || shown_ < types_.size()) return types_.size();
        std::size_t wanted = 0;
        for (const KeyColumn& column : order_->columns())
            wanted = std::max<std::size_t>(wanted, column.column + std::size_t{1});
        return wanted;
    }

    net::Task<bool> put_header() {
        wire::Bytes packet;
        wire::append_column_count(packet, {shown_, true}, session_.capabilities());
        if (!co_await out_.put_packet(packet)) co_return false;
        for (std::size_t i = 0; i < shown_; ++i) {
            const wire::Bytes& definition = shards_.front().definitions()[i];
            const std::optional<wire::Bytes> shown = shown_definition(
                *session_.site().world()->topology, session_.state().target.keyspace, definition);
            if (!co_await out_.put_parts(shown ? *shown : definition, {})) co_return false;
        }
        if (!wire::has(session_.capabilities(), wire::capability::deprecate_eof)) {
            packet.clear();
            wire::append_eof(packet, {0, session_.status()});
            if (!co_await out_.put_packet(packet)) co_return false;
        }
        co_return true;
    }

    // A shard's first row.
    net::Task<std::optional<Error>> enter(std::size_t shard) {
        ShardRows& rows = shards_[shard];
        if (!rows.opened()) {
            if (std::optional<Error> failed = co_await rows.open()) co_return failed;
        }
        if (!std::equal(types_.begin(), types_.end(), rows.types().begin(), rows.types().end(), are_alike)) {
            co_return make_error(
                mysql_error::unknown_error,
                "unsupported: merging columns whose types differ between shards (" + rows.part().shard + ")");
        }
        const Result<ShardRows::Step> step = co_await rows.advance();
        if (!step) co_return step.error();
        if (*step == ShardRows::Step::end) {
            leave(rows);
        } else if (!readers_[shard].read(rows.row()) || !order_->push(shard, readers_[shard].cells())) {
            co_return unreadable_row();
        }
        co_return std::nullopt;
    }

    // Until no shard that was entered has a row left, or there are enough.
    net::Task<std::optional<Error>> take_rows() {
        while (!order_->empty()) {
            const std::size_t shard = order_->next();
            ShardRows& rows = shards_[shard];
            RowReader& reader = readers_[shard];
            if (group_) {
                if (group_->open() && !group_->has(order_->next_keys())) {
                    if (std::optional<Error> failed = co_await put_group()) co_return failed;
                }
                if (full()) co_return std::nullopt;
                if (!(group_->open() ? group_->add(reader.cells()) : group_->start(rows.row())))
                    co_return unreadable_row();
            } else {
                if (full()) co_return std::nullopt;
                if (!try_put_cells(rows.row(), reader.cells()) &&
                    !co_await put_cells(rows.row(), reader.cells()))
                    co_return gone();
            }
            std::optional<Result<ShardRows::Step>> step = rows.try_advance();
            if (!step) step = co_await rows.advance();
            if (!*step) co_return step->error();
            if (**step == ShardRows::Step::end) {
                order_->pop();
                leave(rows);
            } else if (!reader.read(rows.row()) || !order_->replace_next(reader.cells())) {
                co_return unreadable_row();
            }
        }
        co_return std::nullopt;
    }

    // The group that has come to its end: sent, put aside to be sorted, or left out.
    net::Task<std::optional<Error>> put_group() {
        const wire::BytesView row = group_->finish();
        if (!having_.empty()) {
            if (!whole_row_->read(row)) co_return unreadable_row();
            const auto holds = [&](const GroupCondition& condition) {
                return condition.holds(whole_row_->cells());
            };
            if (!std::ranges::all_of(having_, holds)) co_return std::nullopt;
        }
        if (!sort_) {
            if (!co_await put(row)) co_return gone();
            co_return std::nullopt;
        }
        const MergeSort::Added added = sort_->add(row);
        if (added == MergeSort::Added::unreadable) co_return unreadable_row();
        if (added == MergeSort::Added::kept) co_return std::nullopt;
        co_return make_error(
            mysql_error::out_of_resources,
            "The groups of several shards to be sorted are larger than limits.merge_memory (" +
                std::to_string(session_.site().config().limits.merge_memory) + " bytes)");
    }

    // A whole row, hidden columns and all.
    net::Task<bool> put(wire::BytesView row) {
        if (!whole_row_->read(row)) co_return true;  // it was read before
        if (try_put_cells(row, whole_row_->cells())) co_return true;
        co_return co_await put_cells(row, whole_row_->cells());
    }

    // False: there is no room, put_cells() is to be called.
    bool try_put_cells(wire::BytesView row, std::span<const RowCell> cells) {
        if (skipped_ < window_.offset) {
            ++skipped_;
            return true;
        }
        const RowWriter::Parts parts = writer_.first_cells(row, cells, shown_);
        if (!out_.try_put_parts(parts.head, parts.tail)) return false;
        ++rows_out_;
        return true;
    }

    net::Task<bool> put_cells(wire::BytesView row, std::span<const RowCell> cells) {
        const RowWriter::Parts parts = writer_.first_cells(row, cells, shown_);
        ++rows_out_;
        co_return co_await out_.put_parts(parts.head, parts.tail);
    }

    bool full() const { return window_.count && rows_out_ >= *window_.count; }

    void leave(ShardRows& rows) {
        const std::uint32_t sum = std::uint32_t{warnings_} + rows.part().end.answer.warnings;
        warnings_ = static_cast<std::uint16_t>(
            std::min<std::uint32_t>(sum, std::numeric_limits<std::uint16_t>::max()));
        parts_.finish(rows.part());
    }

    // Shards whose rows are not wanted any more. What a transaction holds is read to its end.
    net::Task<std::optional<Error>> end_rest() {
        for (ShardRows& rows : shards_) {
            if (rows.ended()) continue;
            if (!rows.opened()) {
                if (std::optional<Error> failed = co_await rows.open()) co_return failed;
            }
            const bool held = rows.part().lease.held != nullptr;
            const Result<bool> ended =
                co_await rows.drain(held ? std::numeric_limits<std::size_t>::max() : worth_reading);
            if (!ended) co_return ended.error();
            if (*ended) {
                leave(rows);
            } else {
                parts_.give_up(rows.part());
            }
        }
        co_return std::nullopt;
    }

    std::optional<Error> gone() {
        client_gone_ = true;
        return make_error(mysql_error::server_lost, "the client went away");
    }

    Session& session_;
    const router::Plan& plan_;
    const router::MergePlan& merge_;
    const StatementSource& source_;
    const std::span<const router::KeyForm> forms_;  // of the keys' weights, as the shards are asked
    ShardParts parts_;
    ShardFailures& failures_;
    const RowProtocol protocol_;
    const router::RowWindow window_;
    FrameWriter out_;
    RowWriter writer_;
    std::deque<ShardRows> shards_;
    std::vector<RowColumnType> types_;
    std::vector<RowReader> readers_;  // by shard
    std::optional<RowReader> whole_row_;
    std::optional<MergeOrder> order_;
    std::vector<AggregateColumn> aggregates_;
    std::optional<MergeGroup> group_;
    std::vector<GroupCondition> having_;
    std::optional<MergeSort> sort_;
    std::size_t shown_ = 0;  // columns that the client gets
    std::uint64_t skipped_ = 0;
    std::uint64_t rows_out_ = 0;
    std::uint16_t warnings_ = 0;
    bool asks_again_ = false;
    bool client_gone_ = false;
};

}  // namespace

net::Task<Flow> run_merge(Session& session, const router::Plan& plan, const router::Route& route,
                          const StatementSource& source) {
    const Result<router::RowWindow> window = plan.merge->window(source.values);
    if (!window) co_return co_await session.send_error(window.error());
    router::Route written = route;
    ShardFailures failures(session, plan, source.sql);
    int other_forms = 0;
    for (int attempt = 1;; ++attempt) {
        const auto merge = std::make_unique<Merge>(session, plan, written, source, *window, failures);
        const Merge::End end = co_await merge->run(attempt < 3);
        session.state().running.clear();
        if (const auto* flow = std::get_if<Flow>(&end)) co_return *flow;
        if (const auto* without = std::get_if<Merge::Without>(&end)) {
            (void)failures.leave_out(written, without->shard, without->error);
            attempt = 0;
            continue;
        }
        if (std::get<Merge::Again>(end) == Merge::Again::lost) continue;
        if (std::get<Merge::Again>(end) == Merge::Again::gather)
            co_return co_await run_gathered(session, source);
        const Result<void> again = plan.merge->write(written, source.sql, source.values);
        if (!again || ++other_forms > 1) {
            co_return co_await session.send_error(
                again ? make_error(mysql_error::unknown_error, "The tables change their columns' types")
                      : again.error());
        }
    }
}

}  // namespace leasehold::proxy
