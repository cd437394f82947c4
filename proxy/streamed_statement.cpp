#include "proxy/streamed_statement.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "proxy/long_data.h"
#include "proxy/memory_gate.h"
#include "proxy/multi_statement.h"
#include "proxy/select_limit.h"
#include "proxy/session_answers.h"
#include "wire/command_byte.h"
#include "wire/frame.h"
#include "wire/query_attributes.h"

namespace leasehold::proxy {
namespace {

constexpr std::size_t outline_limit = 16 * 1024;
// A beginning that says more than this is not mostly literals, and may go on so.
constexpr std::size_t longest_beginning = 2 * 1024;

bool can_be_large(router::StatementKind kind) {
    switch (kind) {
        case router::StatementKind::insert:
        case router::StatementKind::replace:
        case router::StatementKind::update:
        case router::StatementKind::delete_:
        case router::StatementKind::select:
            return true;
        default:
            return false;
    }
}

constexpr router::EffectSet known_after_all = [] {
    router::EffectSet set;
    set.add(router::Effect::reads_user_variable);  // replayed on every connection of the session
    set.add(router::Effect::sets_user_variable);
    return set;
}();
constexpr router::EffectSet known_at_first = [] {
    router::EffectSet set = known_after_all;
    set.add(router::Effect::reads_insert_id);
    return set;
}();

bool only(const router::EffectSet& effects, const router::EffectSet& allowed) {
    return (effects.bits() & ~allowed.bits()) == 0;
}

std::optional<router::Route> to_one_shard(const router::Plan& plan, std::string_view sql,
                                          std::span<const SqlValue> values) {
    if (plan.opcode != router::Opcode::unsharded && plan.opcode != router::Opcode::by_destination) {
        return std::nullopt;
    }
    Result<router::Route> route = router::PlanCache::route(plan, sql, values);
    if (!route || route->gather != nullptr || route->shards.size() != 1 || route->shards.front().sql) {
        return std::nullopt;
    }
    return *std::move(route);
}

// The session knows of the large command that it serves.
class Serving {
  public:
    Serving(Session& session, CommandRest& rest) : session_(session) { session_.large = &rest; }
    ~Serving() {
        session_.large = nullptr;
        session_.series.reset();
    }
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

  private:
    Session& session_;
};

}  // namespace

std::unique_ptr<StreamedStatement> StreamedStatement::of_query(Session& session, Command& command,
                                                               CommandRest& rest) {
    std::unique_ptr<StreamedStatement> statement(new StreamedStatement(session, command, rest));
    return statement->begin_query() ? std::move(statement) : nullptr;
}

std::unique_ptr<StreamedStatement> StreamedStatement::of_execute(Session& session, Command& command,
                                                                 CommandRest& rest) {
    std::unique_ptr<StreamedStatement> statement(new StreamedStatement(session, command, rest));
    return statement->begin_execute() ? std::move(statement) : nullptr;
}

bool StreamedStatement::begin_query() {
    const Result<wire::QueryRequest> request = wire::decode_query(command_.payload, session_.capabilities());
    if (!request) return false;
    const router::PlanContext context = plan_context(session_, false);
    outline_.emplace(context.sql_mode, outline_limit);
    outline_->feed(request->text);
    text_offset_ = request->text_offset;
    text_read_ = request->text.size();
    beginning_ = outline_->closed();
    if (!outline_->reliable() || outline_->next_statement() || beginning_.size() > longest_beginning) {
        return false;
    }
    Result<router::PlannedStatement> planned = session_.site().plans().plan(beginning_, context);
    if (!planned) return false;
    planned_ = *std::move(planned);
    plan_ = planned_.plan;
    if (!can_be_large(plan_->kind) || !only(plan_->effects.set, known_at_first)) return false;
    if (limits_select(session_, *plan_) || !to_one_shard(*plan_, beginning_, planned_.literals)) return false;
    source_.sql = beginning_;
    source_.values = planned_.literals;
    return true;
}

bool StreamedStatement::begin_execute() {
    const Result<std::uint32_t> id = wire::execute_statement_id(command_.payload);
    PreparedStatement* const statement = id ? session_.prepared().find(*id) : nullptr;
    if (statement == nullptr || statement->long_data_error) return false;
    if (statement->generation != session_.site().generation()) return false;  // to be planned again
    const router::Plan& plan = *statement->plan;
    const std::string& sql = statement->text->sql;
    if (!can_be_large(plan.kind) || !only(plan.effects.set, known_at_first)) return false;
    if (limits_select(session_, plan) || !to_one_shard(plan, sql, {})) return false;
    wire::ExecuteContext context;
    context.capabilities = session_.capabilities();
    context.parameters = statement->parameters;
    context.remembered_types = statement->types;
    context.long_data = statement->long_data;
    Result<wire::ExecuteHead> head = wire::decode_execute_head(command_.payload, context);
    if (!head) return false;
    if (!head->request.types_bound) {
        // The types are written in, which makes the packet longer: one frame stays one frame.
        const std::size_t more = 2 * head->types.size();
        const bool named = wire::has(session_.capabilities(), wire::capability::query_attributes);
        if (named || !command_.rest->in_last_frame() ||
            command_.rest->total() + more >= wire::max_frame_payload) {
            return false;
        }
    } else {
        statement->types = head->types;
    }
    head_ = *std::move(head);
    prepared_ = *statement;
    plan_ = prepared_->plan;
    source_.sql = prepared_->text->sql;
    source_.prepared = &*prepared_;
    source_.execute = &head_->request;
    return true;
}

net::Task<Flow> StreamedStatement::run() {
    session_.begin_work(static_cast<wire::Command>(command_.payload.front()));
    session_.activity.statement = source_.sql;
    session_.counters().bytes_in += command_.payload.size();
    source_.payload = command_.payload;
    source_.streamed = this;
    const Flow flow = co_await run_plan(session_, plan_, source_);
    session_.activity.statement = {};
    if (flow == Flow::leave || following_.empty() || session_.state().failed) co_return flow;
    const std::string following = std::move(following_);
    std::vector<std::string_view> statements = router::split_statements(following, session_.state().sql_mode);
    co_return co_await run_one_by_one(session_, statements);
}

Result<wire::BytesView> StreamedStatement::query_head(const pool::Connection& connection,
                                                      wire::Bytes& made) const {
    const wire::BytesView frame(command_.buffer.span());
    const bool mine = wire::has(session_.capabilities(), wire::capability::query_attributes);
    const bool its = wire::has(connection.capabilities, wire::capability::query_attributes);
    if (mine == its) return frame;
    if (its) return make_error(mysql_error::unknown_error, "unsupported: this tablet wants query attributes");
    // Blanks in place of the attributes: the packet keeps its length.
    made.assign(frame.begin(), frame.end());
    std::fill_n(made.begin() + wire::frame_header_size + 1, text_offset_ - 1, std::uint8_t{' '});
    return wire::BytesView(made);
}

Result<wire::BytesView> StreamedStatement::execute_head(const pool::Connection& connection,
                                                        std::uint32_t tablet_id, wire::Bytes& made) const {
    const wire::BytesView frame(command_.buffer.span());
    if (wire::has(session_.capabilities(), wire::capability::query_attributes) !=
        wire::has(connection.capabilities, wire::capability::query_attributes)) {
        return make_error(mysql_error::unknown_error,
                          "unsupported: a large execute on a tablet with another form of query attributes");
    }
    if (head_->request.types_bound) {
        made.assign(frame.begin(), frame.end());
        wire::patch_statement_id(std::span(made).subspan(wire::frame_header_size), tablet_id);
        return wire::BytesView(made);
    }
    const auto length = static_cast<std::uint32_t>(command_.rest->total() + 2 * head_->types.size());
    wire::append_u24(made, length);
    wire::append_u8(made, 0);
    wire::append_execute_head(made, *head_, tablet_id);
    wire::append_bytes(made, command_.payload.subspan(head_->values_offset));
    return wire::BytesView(made);
}

net::Task<StreamedStatement::End> StreamedStatement::send_rest(pool::Connection& connection) {
    while (!rest_.done()) {
        const Result<CommandRest::Piece> piece = co_await rest_.next();
        if (!piece) co_return End{piece.error(), true};
        session_.counters().bytes_in += piece->bytes.size();
        if (outline_ && !piece->header) {
            const Result<void> looked = co_await look_at(piece->bytes);
            if (!looked) co_return End{looked.error(), true};
        }
        if (rest_.done()) {
            if (std::optional<Error> surprise = judge()) co_return End{std::move(surprise), true};
        }
        const net::IoStatus status =
            co_await connection.channel->write_all(piece->bytes, session_.interrupt());
        if (status != net::IoStatus::done) {
            connection.condition.stream_lost = true;
            co_return End{make_error(mysql_error::server_lost, "the tablet has closed the connection"),
                          false};
        }
    }
    co_return End{};
}

// Keeps further statements from the tablet, which would run them: it gets blanks in their place.
net::Task<Result<void>> StreamedStatement::look_at(std::span<std::uint8_t> piece) {
    const std::size_t begin = text_read_;
    text_read_ += piece.size();
    outline_->feed(wire::to_text(piece));
    const std::optional<std::size_t> next = outline_->next_statement();
    if (!next || !wire::has(session_.capabilities(), wire::capability::multi_statements)) {
        co_return Result<void>();
    }
    const bool first = following_.empty();
    if (first) {
        // No statement begins with a `-` or `/`, and the tablet may already have that byte.
        if (*next < begin) co_return make_error(mysql_error::parse_error, "syntax error behind the ';'");
        const Result<void> room = co_await room_for(session_, rest_.left());
        if (!room) co_return room.error();
        following_.reserve(rest_.left());
    }
    const std::span<std::uint8_t> others = piece.subspan(first ? *next - begin : 0);
    following_ += wire::to_text(others);
    following_memory_.set(allocated_size(following_.capacity()));
    std::ranges::fill(others, std::uint8_t{' '});
    co_return Result<void>();
}

// Whether the whole statement is what its beginning promised. Then its plan is the one that counts.
std::optional<Error> StreamedStatement::judge() {
    if (!outline_) return std::nullopt;
    outline_->finish();
    const Error surprise = make_error(
        mysql_error::unknown_error,
        "unsupported: a statement of more than " + std::to_string(net::buffer_bytes) +
            " bytes that only later turns out to need more than to be passed on as it is: put it in its "
            "beginning, or into a statement of its own");
    if (!outline_->reliable()) return surprise;
    Result<router::PlannedStatement> planned =
        session_.site().plans().plan(outline_->text(), plan_context(session_, false));
    if (!planned) return planned.error();
    const router::Plan& whole = *planned->plan;
    const auto promised = to_one_shard(*plan_, beginning_, planned_.literals);
    const auto route = to_one_shard(whole, outline_->text(), planned->literals);
    const router::EffectSet late = [&] {
        router::EffectSet set = known_after_all;
        if (plan_->effects.set.has(router::Effect::reads_insert_id)) set.add(router::Effect::reads_insert_id);
        set.add(router::Effect::unknown);  // a syntax error, most likely: the tablet will say
        return set;
    }();
    if (!route || !promised || route->keyspace != promised->keyspace ||
        route->shards.front().shard != promised->shards.front().shard || !only(whole.effects.set, late)) {
        return surprise;
    }
    if (!following_.empty()) {
        if (!session_.series) session_.series = std::make_unique<Session::AnswerSeries>();
        session_.series->more = true;
    }
    plan_ = planned->plan;
    return std::nullopt;
}

net::Task<Flow> serve_large(Session& session, Command& command) {
    CommandRest rest(command, session.site().worker(), session.channel(), session.interrupt(),
                     session.site().config().limits.net_read_timeout);
    const Serving serving(session, rest);
    const auto what = static_cast<wire::Command>(command.payload.front());
    if (what == wire::Command::stmt_send_long_data) {
        co_return co_await serve_long_data(session, command, rest);
    }
    std::unique_ptr<StreamedStatement> streamed;
    if (!session.has_lost()) {
        if (what == wire::Command::query) streamed = StreamedStatement::of_query(session, command, rest);
        if (what == wire::Command::stmt_execute) {
            streamed = StreamedStatement::of_execute(session, command, rest);
        }
    }
    if (streamed) co_return co_await streamed->run();
    Result<void> whole = co_await room_for(session, rest.left());
    if (whole) {
        MemoryPromise promise(session.site().process().memory(), rest.left());
        whole = co_await rest.assemble(&promise);
    }
    if (!whole) {
        co_await session.part_from(whole.error());
        co_return Flow::leave;
    }
    co_return co_await session.dispatch(command);
}

}  // namespace leasehold::proxy
