// Follows one response of a tablet as it streams by, in pieces of any size, to find where it ends and what it
// says. Rows and column definitions are counted and passed, not decoded. Never allocates; one loop over frame
// headers. State of one connection, used by one thread. Sources: dev.mysql.com, "Command Phase" (responses of
// each command), "Text Resultset", "COM_STMT_FETCH", "OK_Packet" (when 0xFE is an OK, an EOF or a row).
// Errors: 1835 (malformed packet), 1153 (a control packet of more than max_control_size). After one, close
// the tablet connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/capabilities.h"

namespace leasehold::wire {

enum class ResponseKind : std::uint8_t {
    result,      // COM_QUERY, COM_STMT_EXECUTE, COM_PROCESS_INFO
    fetch,       // COM_STMT_FETCH: rows until the end
    prepare,     // COM_STMT_PREPARE
    field_list,  // COM_FIELD_LIST: column definitions until the end
    ok_only,     // PING, INIT_DB, RESET_CONNECTION, SET_OPTION, DEBUG, STMT_RESET, PROCESS_KILL, REFRESH: OK,
                 // EOF or ERR
    statistics,  // COM_STATISTICS: one packet of text
    none,        // STMT_CLOSE, STMT_SEND_LONG_DATA, QUIT: nothing
};
// `none` for bytes that are no command. What a tablet never sees (CHANGE_USER is a handshake) counts as
// ok_only.
[[nodiscard]] ResponseKind response_kind(Command command);

inline constexpr std::size_t max_control_size = 1024 * 1024;  // with the header

// A packet that says something about the response. Only the fields of its kind are set.
struct Control {
    // ok: also the end of rows under DEPRECATE_EOF (then is_end_of_rows). eof: the end of rows, or the answer
    // to a command, or the end of metadata when a cursor was opened. Any other EOF is passed as verbatim.
    enum class Kind : std::uint8_t { ok, eof, err, local_infile, prepare_ok };
    Kind kind = Kind::ok;
    std::uint8_t sequence = 0;
    bool is_end_of_rows = false;
    std::size_t size = 0;  // of the frame, with its header
    StatusFlags status = 0;
    std::uint16_t warnings = 0;
    std::uint64_t affected_rows = 0;
    std::uint64_t last_insert_id = 0;
    std::uint16_t error_code = 0;
    std::uint32_t statement_id = 0;
    std::uint16_t parameters = 0;
    std::uint16_t columns = 0;
};

struct Step {
    // Leading bytes of the input to hand on unchanged.
    std::size_t verbatim = 0;
    // Then a control packet that lies whole at [verbatim, verbatim + control->size). Its payload:
    // in.subspan(verbatim + frame_header_size, control->size - frame_header_size).
    std::optional<Control> control;
    // The response ends after those.
    bool done = false;
    // No control and not done: 0 when everything was verbatim; else how many bytes from `verbatim` on must
    // lie together before next() gets any further.
    std::size_t need = 0;

    [[nodiscard]] std::size_t consumed() const { return verbatim + (control ? control->size : 0); }
};

class ResponseWalker {
  public:
    // `capabilities`: those of the tablet connection.
    ResponseWalker(ResponseKind kind, Capabilities capabilities);

    // `in` starts where the previous step ended (after consumed()). Not to be called once done.
    // After local_infile the file's packets go to the tablet, then the walk goes on with the tablet's answer.
    Result<Step> next(BytesView in);

    [[nodiscard]] bool done() const { return state_ == State::done && at_frame_boundary(); }
    // Of all result sets of the response.
    [[nodiscard]] std::uint64_t rows() const { return kind_ == ResponseKind::field_list ? 0 : rows_; }
    // Of the current or last one alone.
    [[nodiscard]] std::uint64_t last_rows() const { return rows_ - rows_before_; }
    // Flags of the last OK or EOF, intermediate ones too.
    [[nodiscard]] StatusFlags status() const { return status_; }
    [[nodiscard]] std::uint16_t warnings() const { return warnings_; }
    [[nodiscard]] std::uint16_t error_code() const { return error_code_; }  // of an ERR; 0: none
    // Of the current or last result set; 0 when it had none.
    [[nodiscard]] std::uint64_t columns() const { return columns_; }
    // The sequence id that the next frame would have.
    [[nodiscard]] std::uint8_t next_sequence() const { return static_cast<std::uint8_t>(sequence_ + 1); }
    // False in the middle of a packet: then nothing but the rest of it may follow on the wire.
    [[nodiscard]] bool at_frame_boundary() const { return frame_left_ == 0 && !continued_; }

  private:
    // `done` and the state after definitions are entered with the last frame before them, which is then still
    // to pass.
    enum class State : std::uint8_t { header, definitions, metadata_eof, rows, done };
    // What a packet is by its first byte, its length and the state.
    enum class Role : std::uint8_t {
        pass,
        column_count,
        metadata_eof,
        ok,
        eof,
        err,
        local_infile,
        prepare_ok,
        malformed
    };

    [[nodiscard]] Role role_of(std::uint8_t first, std::size_t length) const;
    [[nodiscard]] Role role_in_header(std::uint8_t first, std::size_t length) const;
    [[nodiscard]] Role role_of_eof_header(std::size_t length) const;
    std::size_t pass_rows(BytesView in);
    void begin_frame(std::uint32_t length, std::uint8_t sequence);
    // Moves the state for a packet that is handed on as it is and whose payload lies whole in `payload`.
    Result<void> read_column_count(BytesView payload);
    // True when the EOF is the end of the response, because a cursor was opened.
    Result<bool> read_metadata_eof(BytesView payload);
    void begin_definitions(std::uint64_t count, bool follow);
    void after_definitions();
    Result<Control> read_control(Role role, BytesView payload);
    void note_status(StatusFlags status, std::uint16_t warnings);

    ResponseKind kind_;
    Capabilities capabilities_;
    State state_ = State::header;
    std::uint8_t sequence_ = 0xFF;
    bool continued_ = false;  // the frame being passed has max_frame_payload bytes: another belongs to it
    std::uint16_t warnings_ = 0;
    StatusFlags status_ = 0;
    std::uint16_t error_code_ = 0;
    std::uint16_t second_definitions_ = 0;  // a prepared statement's columns, which follow its parameters
    bool second_follow_ = false;
    std::size_t frame_left_ = 0;  // bytes of the frame being passed
    std::uint64_t definitions_left_ = 0;
    std::uint64_t columns_ = 0;
    std::uint64_t rows_ = 0;
    std::uint64_t rows_before_ = 0;  // of the result sets before the last one
};

}  // namespace leasehold::wire
