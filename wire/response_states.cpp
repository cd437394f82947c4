// The states of ResponseWalker: what a packet is, and what follows it.
#include "wire/frame.h"
#include "wire/malformed.h"
#include "wire/prepared.h"
#include "wire/response_packets.h"
#include "wire/response_walker.h"

namespace leasehold::wire {
namespace {

// An OK has at least seven bytes and an EOF five, whatever DEPRECATE_EOF says.
constexpr std::size_t min_ok_payload = 7;
// A row may begin with 0xFE, the length of a value of 16 MiB and more: then at least eight bytes follow.
constexpr std::size_t max_eof_payload = 8;
// The most that a length of 0xFC can say; MySQL allows 4,096 columns a table.
constexpr std::uint8_t max_column_count_header = 0xFC;

}  // namespace

ResponseKind response_kind(Command command) {
    switch (command) {
        case Command::query:
        case Command::stmt_execute:
        case Command::process_info:
            return ResponseKind::result;
        case Command::stmt_fetch:
            return ResponseKind::fetch;
        case Command::stmt_prepare:
            return ResponseKind::prepare;
        case Command::field_list:
            return ResponseKind::field_list;
        case Command::statistics:
            return ResponseKind::statistics;
        case Command::ping:
        case Command::init_db:
        case Command::create_db:
        case Command::drop_db:
        case Command::refresh:
        case Command::process_kill:
        case Command::debug:
        case Command::change_user:
        case Command::set_option:
        case Command::stmt_reset:
        case Command::reset_connection:
            return ResponseKind::ok_only;
        default:
            return ResponseKind::none;
    }
}

ResponseWalker::Role ResponseWalker::role_of(std::uint8_t first, std::size_t length) const {
    if (first == err_header) return Role::err;
    switch (state_) {
        case State::header:
            return role_in_header(first, length);
        case State::definitions:
            return Role::pass;
        case State::metadata_eof:
            return first == eof_header && length <= max_eof_payload ? Role::metadata_eof : Role::malformed;
        case State::rows:
            return first == eof_header ? role_of_eof_header(length) : Role::pass;
        case State::done:
            break;
    }
    return Role::malformed;
}

ResponseWalker::Role ResponseWalker::role_in_header(std::uint8_t first, std::size_t length) const {
    switch (kind_) {
        case ResponseKind::result:
            if (first == ok_header) return Role::ok;
            if (first == local_infile_header) return Role::local_infile;
            return first <= max_column_count_header ? Role::column_count : Role::malformed;
        case ResponseKind::prepare:
            return first == ok_header ? Role::prepare_ok : Role::malformed;
        case ResponseKind::ok_only:
            if (first == ok_header) return Role::ok;
            if (first != eof_header) return Role::malformed;
            return length < min_ok_payload ? Role::eof : Role::ok;
        case ResponseKind::statistics:
            return Role::pass;
        default:
            return Role::malformed;
    }
}

ResponseWalker::Role ResponseWalker::role_of_eof_header(std::size_t length) const {
    if (has(capabilities_, capability::deprecate_eof)) {
        if (length == max_frame_payload) return Role::pass;
        return length < min_ok_payload ? Role::eof : Role::ok;
    }
    return length <= max_eof_payload ? Role::eof : Role::pass;
}

Result<void> ResponseWalker::read_column_count(BytesView payload) {
    const auto count = decode_column_count(payload, capabilities_);
    if (!count) return count.error();
    columns_ = count->columns;
    rows_before_ = rows_;
    begin_definitions(count->columns, count->metadata_follows);
    return {};
}

void ResponseWalker::begin_definitions(std::uint64_t count, bool follow) {
    definitions_left_ = follow ? count : 0;
    state_ = State::definitions;
    // Without definitions (resultset_metadata = NONE) their EOF comes all the same.
    if (definitions_left_ == 0) after_definitions();
}

void ResponseWalker::after_definitions() {
    if (!has(capabilities_, capability::deprecate_eof) && state_ != State::metadata_eof) {
        state_ = State::metadata_eof;
    } else if (kind_ == ResponseKind::result) {
        state_ = State::rows;
    } else if (second_definitions_ > 0) {
        const std::uint16_t count = second_definitions_;
        second_definitions_ = 0;
        begin_definitions(count, second_follow_);
    } else {
        state_ = State::done;
    }
}

void ResponseWalker::note_status(StatusFlags status, std::uint16_t warnings) {
    status_ = status;
    warnings_ = warnings;
}

Result<bool> ResponseWalker::read_metadata_eof(BytesView payload) {
    const auto eof = decode_eof(payload);
    if (!eof) return eof.error();
    note_status(eof->status, eof->warnings);
    // Of several results it is a stored program's own cursor that is open: its rows follow.
    const StatusFlags cursor = eof->status & (server_status::cursor_exists | server_status::more_results);
    if (kind_ == ResponseKind::result && cursor == server_status::cursor_exists) return true;
    after_definitions();
    return false;
}

Result<Control> ResponseWalker::read_control(Role role, BytesView payload) {
    Control control;
    switch (role) {
        case Role::ok: {
            const auto ok = decode_ok(payload, capabilities_);
            if (!ok) return ok.error();
            control.kind = Control::Kind::ok;
            control.status = ok->status;
            control.warnings = ok->warnings;
            control.affected_rows = ok->affected_rows;
            control.last_insert_id = ok->last_insert_id;
            break;
        }
        case Role::eof: {
            const auto eof = decode_eof(payload);
            if (!eof) return eof.error();
            control.kind = Control::Kind::eof;
            control.status = eof->status;
            control.warnings = eof->warnings;
            break;
        }
        case Role::err: {
            const auto err = decode_err_views(payload);
            if (!err) return err.error();
            control.kind = Control::Kind::err;
            control.error_code = error_code_ = err->code;
            state_ = State::done;
            return control;
        }
        case Role::local_infile:
            control.kind = Control::Kind::local_infile;
            return control;
        case Role::prepare_ok: {
            const auto ok = decode_prepare_ok(payload, capabilities_);
            if (!ok) return ok.error();
            control.kind = Control::Kind::prepare_ok;
            control.statement_id = ok->statement_id;
            control.parameters = ok->parameters;
            control.columns = ok->columns;
            control.warnings = warnings_ = ok->warnings;
            columns_ = ok->columns;
            if (ok->parameters > 0) {
                second_definitions_ = ok->columns;
                second_follow_ = ok->metadata_follows;
                begin_definitions(ok->parameters, ok->metadata_follows);
            } else if (ok->columns > 0) {
                begin_definitions(ok->columns, ok->metadata_follows);
            } else {
                state_ = State::done;
            }
            return control;
        }
        default:
            return malformed("unexpected packet in a response");
    }
    control.is_end_of_rows = state_ == State::rows;
    if (state_ == State::header) columns_ = 0;
    if (kind_ == ResponseKind::field_list) columns_ = rows_;
    note_status(control.status, control.warnings);
    const bool more = kind_ == ResponseKind::result && (control.status & server_status::more_results) != 0;
    state_ = more ? State::header : State::done;
    return control;
}

}  // namespace leasehold::wire
