#include "proxy/relay.h"

#include <algorithm>
#include <cstring>

#include "proxy/definition_names.h"
#include "proxy/found_rows.h"
#include "proxy/kept_rows.h"
#include "proxy/local_infile.h"
#include "proxy/shown_state.h"
#include "router/shown_names.h"
#include "wire/frame.h"
#include "wire/prepared.h"
#include "wire/response_packets.h"
#include "wire/session_state.h"

namespace leasehold::proxy {
namespace {

// One response on its way. Bytes [begin_, walked_) of the buffer may be sent, [walked_, filled_) are still to
// be looked at; what stands before begin_ belonged to the prelude.
class Relay {
  public:
    Relay(Session& session, pool::Connection& connection, RelayOptions options)
        : session_(session),
          connection_(connection),
          options_(options),
          walker_(options.preceding > 0 ? wire::ResponseKind::result : options.kind,
                  connection.capabilities) {
        end_.buffer = session.site().worker().buffers().borrow();
        end_.kind = options.kind;
        if ((!options.quiet || options.kept != nullptr) &&
            DefinitionNames::needed(*session.site().world()->topology)) {
            topology_ = session.site().world()->topology;
            names_.emplace(*topology_, session.state().target.keyspace, options.kind, connection.capabilities,
                           options.preceding);
        }
    }

    net::Task<RelayEnd> run() {
        net::Channel& tablet = *connection_.channel;
        for (;;) {
            const net::IoResult got = tablet.read(end_.buffer.span().subspan(filled_));
            if (got.kind == net::IoResult::Kind::would_block) {
                if (!co_await flush()) break;
                const net::IoStatus waited = co_await tablet.readable(session_.interrupt());
                if (waited == net::IoStatus::interrupted) {
                    end_.outcome = RelayOutcome::interrupted;
                    break;
                }
                continue;
            }
            if (got.kind != net::IoResult::Kind::some) {
                lose_tablet("the tablet closed the connection");
                break;
            }
            filled_ += got.bytes;
            if (names_) {
                const auto [ready, filled] = names_->advance(end_.buffer.span(), ready_, filled_);
                ready_ = ready;
                filled_ = filled;
            }
            if (!walk()) break;
            if (infile_) {
                if (!co_await take_file()) break;
            }
            if (walker_.done()) {
                finish();
                break;
            }
            if (filled_ == end_.buffer.size() && !co_await flush()) break;
            if (filled_ == end_.buffer.size()) {
                lose_tablet("a packet of the tablet is too large");
                break;
            }
        }
        co_return std::move(end_);
    }

  private:
    // Walks over what was read. False: the tablet broke the protocol.
    bool walk() {
        while (!walker_.done() && !infile_) {
            const Result<wire::Step> step =
                walker_.next(wire::BytesView(end_.buffer.data() + walked_, walkable() - walked_));
            if (!step) return lose_tablet(step.error().message);
            walked_ += step->verbatim;
            if (step->control) {
                if (options_.preceding > 0) {
                    if (!on_prelude(*step->control)) return false;
                    continue;
                }
                if (!on_control(*step->control)) return false;
            } else if (step->need > 0 || walked_ == walkable()) {
                break;
            }
        }
        return true;
    }

    std::size_t walkable() const { return names_ && !names_->done() ? ready_ : filled_; }

    bool on_prelude(const wire::Control& control) {
        if (control.kind == wire::Control::Kind::err) {
            end_.error = wire::decode_err(
                wire::BytesView(end_.buffer.data() + walked_, control.size).subspan(wire::frame_header_size));
            end_.error_code = control.error_code;
            connection_.condition.stream_lost = true;
            end_.outcome = RelayOutcome::prelude_failed;
            return false;
        }
        walked_ += control.size;
        if (walker_.done()) {
            --options_.preceding;
            begin_ = walked_;
            walker_ =
                wire::ResponseWalker(options_.preceding > 0 ? wire::ResponseKind::result : options_.kind,
                                     connection_.capabilities);
        }
        return true;
    }

    bool on_control(const wire::Control& control) {
        std::uint8_t* const frame = end_.buffer.data() + walked_;
        std::size_t size = control.size;
        const wire::BytesView payload(frame + wire::frame_header_size, size - wire::frame_header_size);
        if (walker_.done() && session_.series && session_.series->more) say_that_more_follows(frame, control);
        switch (control.kind) {
            case wire::Control::Kind::ok: {
                Result<wire::OkPacket> ok = wire::decode_ok(payload, connection_.capabilities);
                if (!ok) return lose_tablet(ok.error().message);
                const bool supplied = takes_first_id(*ok);
                if (supplied) ok->last_insert_id = *options_.first_id;
                end_.affected_rows += ok->affected_rows;
                end_.last_affected_rows = ok->affected_rows;
                if (options_.quiet) end_.info = ok->info;
                end_.records = records_of(ok->info);
                if (ok->last_insert_id != 0) {
                    end_.last_insert_id = ok->last_insert_id;
                    connection_.insert_id.reset();
                }
                read_session_state(*ok);
                const bool tracks = wire::has(session_.capabilities(), wire::capability::session_track);
                std::optional<wire::Bytes> shown;
                if (tracks && !ok->session_state.empty())
                    shown = shown_state(session_.state().settings.get(), ok->session_state);
                if (shown) ok->session_state = *shown;
                if (supplied || shown || (!tracks && (!ok->info.empty() || !ok->session_state.empty()))) {
                    size = rewrite_ok(*ok, frame, control);
                    if (size == 0) return lose_tablet("a packet of the tablet is too large");
                }
                break;
            }
            case wire::Control::Kind::prepare_ok:
                end_.prepare_ok = control;
                if (options_.statement_id) {
                    // The id stands behind the status byte.
                    for (unsigned i = 0; i < 4; ++i) {
                        frame[wire::frame_header_size + 1 + i] =
                            static_cast<std::uint8_t>(*options_.statement_id >> (8 * i));
                    }
                }
                break;
            case wire::Control::Kind::local_infile:
                infile_ = true;
                break;
            case wire::Control::Kind::err:
                connection_.insert_id.reset();
                end_.error = wire::decode_err(payload);
                if (!options_.quiet) size = show_names(frame, control);
                break;
            case wire::Control::Kind::eof:
                break;
        }
        walked_ += size;
        return true;
    }

    // Another statement of the client's command comes after this answer.
    void say_that_more_follows(std::uint8_t* frame, const wire::Control& control) {
        const std::span payload(frame + wire::frame_header_size, control.size - wire::frame_header_size);
        if (control.kind == wire::Control::Kind::ok) {
            wire::add_status_to_ok(payload, wire::server_status::more_results);
        } else if (control.kind == wire::Control::Kind::eof) {
            wire::add_status_to_eof(payload, wire::server_status::more_results);
        }
    }

    void read_session_state(const wire::OkPacket& ok) {
        if (ok.session_state.empty()) return;
        wire::SessionStateReader reader(ok.session_state);
        for (;;) {
            const auto item = reader.next();
            if (!item || !*item) return;
            if ((*item)->type == wire::SessionStateItem::Type::system_variable) {
                end_.answer.variables.emplace_back((*item)->name, (*item)->value);
            } else if ((*item)->type == wire::SessionStateItem::Type::state_change) {
                end_.answer.state_changed = true;
            } else if ((*item)->type == wire::SessionStateItem::Type::schema) {
                end_.answer.schema_gone = (*item)->value.empty();
            }
        }
    }

    bool takes_first_id(const wire::OkPacket& ok) {
        if (!options_.first_id) return false;
        const bool inserted = options_.first_id_of_one_row ? ok.affected_rows == 1 : ok.affected_rows > 0;
        // INSERT ... RETURNING counts its rows in another way.
        end_.insert_id_supplied = inserted || walker_.columns() > 0;
        return end_.insert_id_supplied;
    }

    // Written in place: what follows moves. 0: there is no room for an insert id, which can be longer.
    std::size_t rewrite_ok(const wire::OkPacket& ok, std::uint8_t* frame, const wire::Control& control) {
        wire::Bytes packet;
        const std::size_t start = wire::begin_packet(packet);
        const std::uint8_t header = frame[wire::frame_header_size];
        wire::append_ok(packet, ok, session_.capabilities(), header);
        std::uint8_t sequence = control.sequence;
        wire::end_packet(packet, start, sequence);
        if (packet.size() > control.size && !options_.first_id) return control.size;
        if (filled_ - control.size + packet.size() > end_.buffer.size()) return 0;
        const std::size_t tail = filled_ - walked_ - control.size;
        std::memmove(frame + packet.size(), frame + control.size, tail);
        std::memcpy(frame, packet.data(), packet.size());
        filled_ = filled_ - control.size + packet.size();
        return packet.size();
    }

    // An error that names the tablet's database: written in place with the keyspace's, where there is room.
    std::size_t show_names(std::uint8_t* frame, const wire::Control& control) {
        const router::Topology& topology = *session_.site().world()->topology;
        std::optional<std::string> shown =
            router::shown_message(topology, end_.error->code, end_.error->message);
        if (!shown) return control.size;
        end_.error->message = *std::move(shown);
        wire::Bytes packet;
        const std::size_t start = wire::begin_packet(packet);
        wire::append_err(packet, *end_.error);
        std::uint8_t sequence = control.sequence;
        wire::end_packet(packet, start, sequence);
        if (filled_ - control.size + packet.size() > end_.buffer.size()) return control.size;
        const std::size_t tail = filled_ - walked_ - control.size;
        std::memmove(frame + packet.size(), frame + control.size, tail);
        std::memcpy(frame, packet.data(), packet.size());
        filled_ = filled_ - control.size + packet.size();
        return packet.size();
    }

    // Sends what may be sent and moves the rest to the front. False: the client is gone or was interrupted.
    net::Task<bool> flush() {
        if (walked_ > begin_ && !options_.quiet) {
            const wire::BytesView ready(end_.buffer.data() + begin_, walked_ - begin_);
            if (co_await session_.send(ready) == Flow::leave) {
                end_.outcome =
                    session_.interrupt().raised() ? RelayOutcome::interrupted : RelayOutcome::client_lost;
                end_.sent_anything = true;
                co_return false;
            }
            end_.sent_anything = true;
        }
        keep();
        std::memmove(end_.buffer.data(), end_.buffer.data() + walked_, filled_ - walked_);
        filled_ -= walked_;
        ready_ -= std::min(ready_, walked_);
        walked_ = begin_ = 0;
        co_return true;
    }

    void keep() {
        if (options_.kept == nullptr || walked_ <= begin_) return;
        options_.kept->append(wire::BytesView(end_.buffer.data() + begin_, walked_ - begin_));
    }

    net::Task<bool> take_file() {
        infile_ = false;
        if (!co_await flush()) co_return false;
        const LocalInfile file = co_await relay_local_infile(session_, connection_, walker_.next_sequence());
        if (file.status == net::IoStatus::done) co_return true;
        end_.outcome = session_.interrupt().raised() ? RelayOutcome::interrupted : RelayOutcome::client_lost;
        co_return false;
    }

    void finish() {
        connection_.condition.answer_pending = false;
        if (walked_ != filled_) connection_.condition.stream_lost = true;  // bytes that belong to no response
        end_.status = walker_.status();
        end_.rows = walker_.rows();
        end_.last_rows = walker_.last_rows();
        end_.result_set = walker_.columns() > 0;
        end_.error_code = walker_.error_code();
        end_.answer.failed = walker_.error_code() != 0;
        end_.answer.warnings = walker_.warnings();
        if (end_.answer.failed || options_.kind == wire::ResponseKind::prepare) {
            // An ERR packet carries no flags, nor does the answer to a PREPARE: what was before it still
            // holds (but for a deadlock, see settle()).
            end_.answer.in_transaction = connection_.condition.in_transaction;
            end_.answer.autocommit = session_.state().autocommit;
        } else {
            connection_.status = walker_.status();
            end_.answer.in_transaction = wire::has(walker_.status(), wire::server_status::in_trans);
            end_.answer.autocommit = wire::has(walker_.status(), wire::server_status::autocommit);
            end_.answer.cursor_open = wire::has(walker_.status(), wire::server_status::cursor_exists) &&
                                      !wire::has(walker_.status(), wire::server_status::last_row_sent);
        }
        connection_.condition.in_transaction = end_.answer.in_transaction;
        keep();
        end_.from = begin_;
        end_.to = options_.quiet ? begin_ : walked_;
    }

    bool lose_tablet(std::string why) {
        connection_.condition.stream_lost = true;
        end_.outcome = RelayOutcome::tablet_lost;
        end_.problem = std::move(why);
        return false;
    }

    Session& session_;
    pool::Connection& connection_;
    RelayOptions options_;
    wire::ResponseWalker walker_;
    RelayEnd end_;
    std::size_t begin_ = 0;
    std::size_t walked_ = 0;
    std::size_t filled_ = 0;
    std::shared_ptr<const router::Topology> topology_;  // of names_
    std::optional<DefinitionNames> names_;
    std::size_t ready_ = 0;  // up to where names_ has come
    bool infile_ = false;
};

}  // namespace

net::Task<RelayEnd> relay(Session& session, pool::Connection& connection, RelayOptions options) {
    Relay one(session, connection, options);
    co_return co_await one.run();
}

}  // namespace leasehold::proxy
