#include "proxy/requests.h"

#include <algorithm>
#include <string>

#include "base/mysql_errors.h"
#include "proxy/streamed_statement.h"
#include "wire/frame.h"
#include "wire/prepared.h"
#include "wire/query_attributes.h"

namespace leasehold::proxy {

net::Task<Result<wire::BytesView>> StatementRequest::make(pool::Connection& connection) {
    if (source_.streamed != nullptr && connection.channel->seems_closed()) {
        // While another can still be taken: what has been passed on cannot be sent again.
        connection.condition.stream_lost = true;
        co_return make_error(mysql_error::server_lost, "the tablet has closed the connection");
    }
    if (source_.prepared != nullptr) co_return co_await make_execute(connection);
    co_return make_query(connection);
}

pool::PreparedTextRef StatementRequest::prepared_text() const {
    return query_.sql ? session_.site().prepared_texts().intern(*query_.sql) : source_.prepared->text;
}

bool StatementRequest::needs_exchange(pool::Connection& connection) const {
    return source_.prepared != nullptr && !connection.statements.find(prepared_text());
}

StreamedStatement* StatementRequest::streamed() const {
    return source_.streamed;
}

bool StatementRequest::says(std::uint64_t number) const {
    if (source_.streamed != nullptr) return true;  // it may well
    const std::string digits = std::to_string(number);
    if (source_.sql.find(digits) != std::string_view::npos) return true;
    if (source_.execute == nullptr) return false;
    return std::ranges::any_of(source_.execute->values, [&](const wire::BoundValue& bound) {
        wire::TemporalText text;
        const Result<SqlValue> value = wire::to_sql_value(bound, text);
        if (!value) return true;
        if (const auto* is = std::get_if<std::int64_t>(&*value))
            return static_cast<std::uint64_t>(*is) == number;
        if (const auto* is = std::get_if<std::uint64_t>(&*value)) return *is == number;
        if (const auto* is = std::get_if<std::string_view>(&*value)) return is->find(digits) != is->npos;
        return !std::holds_alternative<Null>(*value);
    });
}

std::optional<std::string> StatementRequest::text_parameter(std::size_t at) const {
    if (source_.execute == nullptr || at >= source_.execute->values.size()) return std::nullopt;
    wire::TemporalText text;
    const Result<SqlValue> value = wire::to_sql_value(source_.execute->values[at], text);
    if (!value) return std::nullopt;
    const auto* is = std::get_if<std::string_view>(&*value);
    if (is == nullptr) return std::nullopt;
    return std::string(*is);
}

// An execute closes the cursor of the one before and may open its own.
void StatementRequest::on_answer(pool::Connection&, const RelayEnd& end) {
    if (source_.prepared == nullptr) return;
    OpenCursors& cursors = session_.state().marks.cursors;
    if (end.answer.cursor_open) {
        cursors.insert(prepared_text());
    } else if (!cursors.empty()) {
        cursors.erase(prepared_text());
    }
}

Result<wire::BytesView> StatementRequest::make_query(const pool::Connection& connection) {
    if (source_.streamed != nullptr) return source_.streamed->query_head(connection, made_);
    const bool same_form = wire::has(session_.capabilities(), wire::capability::query_attributes) ==
                           wire::has(connection.capabilities, wire::capability::query_attributes);
    if (!query_.sql && same_form && !source_.frames.empty()) return source_.frames;
    made_.clear();
    std::uint8_t sequence = 0;
    if (!query_.sql && same_form && !source_.payload.empty()) {
        wire::append_packet(made_, source_.payload, sequence);
        return wire::BytesView(made_);
    }
    const std::size_t start = wire::begin_packet(made_);
    wire::append_query(made_, query_.sql ? std::string_view(*query_.sql) : source_.sql,
                       connection.capabilities);
    wire::end_packet(made_, start, sequence);
    return wire::BytesView(made_);
}

net::Task<Result<wire::BytesView>> StatementRequest::make_execute(pool::Connection& connection) {
    const pool::PreparedTextRef text = prepared_text();
    const Result<std::uint32_t> id = co_await prepare_on(session_, connection, text);
    if (!id) co_return id.error();
    made_.clear();
    if (source_.streamed != nullptr) co_return source_.streamed->execute_head(connection, *id, made_);
    std::uint8_t sequence = 0;
    const bool same_form = wire::has(session_.capabilities(), wire::capability::query_attributes) ==
                           wire::has(connection.capabilities, wire::capability::query_attributes);
    if (!query_.sql && same_form && (source_.execute->types_bound || source_.execute->parameters == 0)) {
        wire::append_packet(made_, source_.payload, sequence);
        wire::patch_statement_id(std::span(made_).subspan(wire::frame_header_size), *id);
        made_[wire::frame_header_size + 5] =
            source_.execute->flags;  // behind the command and the statement's id
        co_return wire::BytesView(made_);
    }
    const std::size_t start = wire::begin_packet(made_);
    if (query_.sql) {
        wire::append_execute(made_, *source_.execute, *id, query_.params, connection.capabilities);
    } else {
        wire::append_execute(made_, *source_.execute, *id, connection.capabilities);
    }
    wire::end_packet(made_, start, sequence);
    co_return wire::BytesView(made_);
}

CursorlessSource::CursorlessSource(const StatementSource& asked) : source_(asked) {
    if (asked.execute == nullptr) return;
    execute_ = *asked.execute;
    execute_->flags &= wire::cursor_flag::parameter_count_available;
    source_.execute = &*execute_;
}

net::Task<Result<std::uint32_t>> prepare_on(Session& session, pool::Connection& connection,
                                            const pool::PreparedTextRef& text) {
    if (const auto known = connection.statements.find(text)) co_return *known;
    wire::Bytes request;
    std::uint8_t sequence = 0;
    std::size_t start = wire::begin_packet(request);
    wire::append_prepare(request, text->sql);
    wire::end_packet(request, start, sequence);
    connection.condition.answer_pending = true;
    const net::IoStatus status = co_await connection.channel->write_all(request, session.interrupt());
    if (status != net::IoStatus::done) {
        connection.condition.stream_lost = true;
        co_return make_error(mysql_error::server_lost, "the tablet has closed the connection");
    }
    RelayOptions quiet;
    quiet.kind = wire::ResponseKind::prepare;
    quiet.quiet = true;
    const RelayEnd end = co_await relay(session, connection, quiet);
    if (end.outcome != RelayOutcome::done) {
        connection.condition.stream_lost = true;
        co_return make_error(mysql_error::server_lost, end.problem.empty() ? "interrupted" : end.problem);
    }
    if (end.error) co_return *end.error;
    connection.note_prepared(text, end.prepare_ok.statement_id);
    co_return end.prepare_ok.statement_id;
}

}  // namespace leasehold::proxy
