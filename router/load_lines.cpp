#include "router/load_lines.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "router/sql/escape.h"

namespace leasehold::router {

LoadLines::LoadLines(const LoadFormat& format, std::size_t columns, std::vector<std::size_t> keys,
                     std::size_t max_line)
    : format_(format),
      columns_(columns),
      keys_(std::move(keys)),
      max_line_(max_line),
      lookahead_(2 + std::max(format.field_end.size(), format.line_end.size())),
      ignored_(format.ignored_lines) {
    begin_line();
}

void LoadLines::begin_line() {
    begin_ = at_;
    field_ = 0;
    fields_.assign(keys_.size(), Field());
    if (ignored_ > 0) {
        state_ = State::ignored;
    } else {
        state_ = format_.line_start.empty() ? State::field_begin : State::line_start;
    }
}

void LoadLines::feed(std::string_view bytes) {
    // What was given out goes only when new bytes come, so that each byte is moved a bounded number of times.
    if (begin_ > 0) {
        pending_.erase(0, begin_);
        at_ -= begin_;
        begin_ = 0;
    }
    pending_ += bytes;
}

Result<std::optional<std::string_view>> LoadLines::next() {
    if (state_ == State::line_done) begin_line();
    while (state_ != State::line_done && state_ != State::over) {
        if (!step()) {
            if (pending_.size() - begin_ > max_line_) {
                return make_error(mysql_error::out_of_resources,
                                  "line " + std::to_string(lines_ + 1) + " of the file is longer than " +
                                      std::to_string(max_line_) + " bytes (limits.merge_memory)");
            }
            return std::optional<std::string_view>();
        }
    }
    if (state_ == State::over) return std::optional<std::string_view>();
    ++lines_;
    return std::optional(std::string_view(pending_).substr(begin_, at_ - begin_));
}

bool LoadLines::step() {
    switch (state_) {
        case State::ignored:
        case State::rest:
            return skip_line();
        case State::line_start:
            return find_start();
        case State::field_begin:
            return begin_field();
        case State::field:
            return read_field();
        case State::line_done:
        case State::over:
            break;
    }
    return true;
}

// To the line's end, whatever it has: what stands behind the last column, and lines that are ignored.
bool LoadLines::skip_line() {
    const bool ignored = state_ == State::ignored;
    const auto done = [&] {
        if (!ignored) {
            state_ = State::line_done;
            return;
        }
        ++lines_;
        --ignored_;
        begin_line();
    };
    for (;;) {
        if (at_end()) {
            if (!ended_) break;
            if (ignored) {
                state_ = State::over;
            } else {
                state_ = State::line_done;
            }
            return true;
        }
        if (!ended_ && pending_.size() - at_ < lookahead_) break;
        if (format_.escaped && pending_[at_] == *format_.escaped) {
            at_ = std::min(at_ + 2, pending_.size());
        } else if (has(at_, format_.line_end)) {
            at_ += format_.line_end.size();
            done();
            return true;
        } else {
            ++at_;
        }
    }
    // Nobody asks for the bytes of a line that is ignored.
    if (ignored) begin_ = at_;
    return false;
}

// Everything up to the prefix belongs to no line, line ends as well.
bool LoadLines::find_start() {
    const std::size_t found = pending_.find(format_.line_start, at_);
    if (found != std::string::npos) {
        at_ = found + format_.line_start.size();
        begin_ = found;
        state_ = State::field_begin;
        return true;
    }
    if (ended_) {
        at_ = pending_.size();
        state_ = State::over;
        return true;
    }
    // The prefix may have begun.
    const std::size_t kept = format_.line_start.size() - 1;
    if (pending_.size() - at_ > kept) at_ = pending_.size() - kept;
    begin_ = at_;
    return false;
}

bool LoadLines::begin_field() {
    if (at_end()) {
        if (!ended_) return false;
        state_ = field_ == 0 ? State::over : State::line_done;
        return true;
    }
    enclosed_ = format_.enclosed && pending_[at_] == *format_.enclosed;
    if (enclosed_) ++at_;
    null_ = false;
    text_.clear();
    wanted_ = static_cast<std::size_t>(std::ranges::find(keys_, field_) - keys_.begin());
    state_ = State::field;
    return true;
}

bool LoadLines::read_field() {
    for (;;) {
        if (!ended_ && pending_.size() - at_ < lookahead_) return false;
        if (at_end()) {
            end_field(false, true);
            return true;
        }
        const char byte = pending_[at_];
        const bool last = at_ + 1 == pending_.size();
        if (format_.escaped && byte == *format_.escaped) {
            if (last) {
                append(byte);
                ++at_;
                continue;
            }
            const char next = pending_[at_ + 1];
            if (format_.escaped != format_.enclosed || next == byte) {
                null_ = null_ || next == 'N';
                append(unescaped(next));
                at_ += 2;
                continue;
            }
        }
        if (!enclosed_ && has(at_, format_.line_end)) {
            at_ += format_.line_end.size();
            end_field(false, true);
            return true;
        }
        if (enclosed_ && byte == *format_.enclosed) {
            if (!last && pending_[at_ + 1] == byte) {
                append(byte);
                at_ += 2;
                continue;
            }
            if (last || has(at_ + 1, format_.line_end)) {
                at_ += 1 + (last ? 0 : format_.line_end.size());
                end_field(true, true);
                return true;
            }
            if (has(at_ + 1, format_.field_end)) {
                at_ += 1 + format_.field_end.size();
                end_field(true, false);
                return true;
            }
        } else if (!enclosed_ && has(at_, format_.field_end)) {
            at_ += format_.field_end.size();
            end_field(false, false);
            return true;
        }
        append(byte);
        ++at_;
    }
}

void LoadLines::end_field(bool enclosed, bool line_ends) {
    if (wanted_ < keys_.size()) {
        // A field that began enclosed and was never closed keeps the byte.
        const bool null = !enclosed && ((null_ && text_ == "N") || (format_.enclosed && text_ == "NULL"));
        Field& field = fields_[wanted_];
        field.state = null ? Field::State::null : Field::State::text;
        field.text = enclosed_ && !enclosed ? *format_.enclosed + text_ : text_;
    }
    ++field_;
    if (line_ends) {
        state_ = State::line_done;
    } else {
        state_ = field_ == columns_ ? State::rest : State::field_begin;
    }
}

}  // namespace leasehold::router
