#include "proxy/named_answer.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mysql_errors.h"
#include "proxy/found_rows.h"
#include "proxy/requests.h"
#include "proxy/shard_rows.h"
#include "router/shown_names.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

class NamedAnswer {
  public:
    NamedAnswer(Session& session, const router::Plan& plan, const router::Route& route,
                const StatementSource& source)
        : session_(session),
          plan_(plan),
          world_(session.site().world()),
          names_(world_->topology->keyspaces[route.keyspace]),
          parts_(session, plan, route, source),
          protocol_(source.prepared == nullptr ? RowProtocol::text : RowProtocol::binary),
          out_(session),
          writer_(protocol_) {}

    // Nothing: may be tried again as a whole.
    net::Task<std::optional<Flow>> run(bool may_retry) {
        std::optional<Error> failed = co_await parts_.lease_and_send();
        for (ShardPart& part : parts_.all()) {
            if (failed) break;
            failed = co_await take(part);
        }
        if (client_gone_) co_return Flow::leave;
        if (failed) {
            const bool lost = may_retry && plan_.read_only && !out_.sent_anything() && !headed_ &&
                              failed->code == mysql_error::server_lost && !session_.interrupt().raised() &&
                              !session_.held().in_transaction();
            if (!lost) co_return co_await parts_.answer_error(*failed, &out_);
            parts_.close_rest();
            co_return std::nullopt;
        }
        session_.state().running.clear();
        session_.counters().rows_out += rows_;
        session_.state().failed = false;
        session_.state().row_count = -1;
        if (counts_answer(plan_)) session_.state().found_rows = rows_;
        wire::Bytes end;
        wire::append_end_of_rows(end, {warnings_, session_.status()}, session_.capabilities());
        if (!co_await out_.put_packet(end) || !co_await out_.flush()) co_return Flow::leave;
        co_return Flow::next;
    }

  private:
    net::Task<std::optional<Error>> take(ShardPart& part) {
        ShardRows rows(parts_, part, session_.site().config().limits.merge_memory);
        if (std::optional<Error> failed = co_await rows.open()) co_return failed;
        if (!headed_ && !co_await put_header(rows)) co_return gone();
        RowReader reader(protocol_, rows.types());
        for (;;) {
            const Result<ShardRows::Step> step = co_await rows.advance();
            if (!step) co_return step.error();
            if (*step == ShardRows::Step::end) break;
            if (!reader.read(rows.row()))
                co_return make_error(mysql_error::malformed_packet,
                                     "A tablet sent a row that does not fit its columns");
            if (!co_await put_row(rows.row(), reader.cells())) co_return gone();
            ++rows_;
        }
        const std::uint32_t sum = std::uint32_t{warnings_} + part.end.answer.warnings;
        warnings_ = static_cast<std::uint16_t>(
            std::min<std::uint32_t>(sum, std::numeric_limits<std::uint16_t>::max()));
        parts_.finish(part);
        co_return std::nullopt;
    }

    net::Task<bool> put_header(const ShardRows& rows) {
        headed_ = true;
        wire::Bytes packet;
        wire::append_column_count(packet, {rows.types().size(), true}, session_.capabilities());
        if (!co_await out_.put_packet(packet)) co_return false;
        for (const wire::Bytes& definition : rows.definitions()) {
            packet = shown_definition(definition);
            if (!co_await out_.put_parts(packet, {})) co_return false;
        }
        if (!wire::has(session_.capabilities(), wire::capability::deprecate_eof)) {
            packet.clear();
            wire::append_eof(packet, {0, session_.status()});
            if (!co_await out_.put_packet(packet)) co_return false;
        }
        co_return true;
    }

    wire::Bytes shown_definition(const wire::Bytes& packet) {
        Result<wire::ColumnDefinition> column = wire::decode_column_definition(packet);
        if (!column) return packet;
        const std::optional<std::string> heading = names_.heading(column->name);
        const std::optional<std::string> schema = names_.value("Database", column->schema);
        columns_.emplace_back(column->name);
        if (!heading && !schema) return packet;
        if (heading) column->name = *heading;
        if (schema) column->schema = *schema;
        wire::Bytes shown;
        wire::append_column_definition(shown, *column);
        return shown;
    }

    net::Task<bool> put_row(wire::BytesView row, std::span<const RowCell> cells) {
        changed_.clear();
        std::vector<RowCell> shown;
        for (std::size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
            if (cells[i].null) continue;
            const std::optional<std::string> value = names_.value(columns_[i], wire::to_text(cells[i].value));
            if (!value) continue;
            if (shown.empty()) shown.assign(cells.begin(), cells.end());
            auto& encoded = changed_.emplace_back(std::make_unique<wire::Bytes>());
            wire::append_lenenc_text(*encoded, *value);
            shown[i].encoded = *encoded;
        }
        if (shown.empty()) co_return co_await out_.put_parts(row, {});
        wire::Bytes written;
        writer_.append(written, shown);
        co_return co_await out_.put_parts(written, {});
    }

    std::optional<Error> gone() {
        client_gone_ = true;
        return make_error(mysql_error::server_lost, "the client went away");
    }

    Session& session_;
    const router::Plan& plan_;
    const std::shared_ptr<const World> world_;
    const router::ShownNames names_;
    ShardParts parts_;
    const RowProtocol protocol_;
    FrameWriter out_;
    RowWriter writer_;
    std::vector<std::string> columns_;
    std::vector<std::unique_ptr<wire::Bytes>> changed_;  // of the row at hand
    std::uint64_t rows_ = 0;
    std::uint16_t warnings_ = 0;
    bool headed_ = false;
    bool client_gone_ = false;
};

}  // namespace

bool names_answer(const Session& session, const router::Plan& plan, const router::Route& route) {
    if (!plan.shows_names || !plan.returns_rows) return false;
    const auto& keyspaces = session.site().world()->topology->keyspaces;
    return router::ShownNames(keyspaces[route.keyspace]).needed();
}

net::Task<Flow> run_named(Session& session, const router::Plan& plan, const router::Route& route,
                          const StatementSource& asked) {
    const CursorlessSource cursorless(asked);
    const StatementSource& source = cursorless.source();
    net::InterruptDeadline timeout(session.interrupt(), net::InterruptReason::query_timeout);
    start_query_timeout(session, timeout, plan, source.sql);
    for (int attempt = 1;; ++attempt) {
        const auto answer = std::make_unique<NamedAnswer>(session, plan, route, source);
        const std::optional<Flow> flow = co_await answer->run(attempt < 3);
        session.state().running.clear();
        if (flow) co_return *flow;
    }
}

}  // namespace leasehold::proxy
