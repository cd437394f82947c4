// The lines of LOAD DATA's file as they come, in pieces of any size, and the fields of each that decide where
// it belongs. Linear in the bytes; holds one line and what was fed beyond it. Pure state of one stream. The
// rules are the servers' own: a line may end inside no enclosed field and behind no escape byte. Source:
// dev.mysql.com "LOAD DATA Statement", field and line handling; behaviour checked against servers.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "router/load_format.h"

namespace leasehold::router {

class LoadLines {
  public:
    struct Field {
        enum class State : std::uint8_t { missing, null, text } state = State::missing;
        std::string text;
    };

    // `columns`: how many fields a line has; `keys`: numbers of those that are wanted; `max_line`: bytes of
    // the longest line that is taken.
    LoadLines(const LoadFormat& format, std::size_t columns, std::vector<std::size_t> keys,
              std::size_t max_line);

    // Views given out before are void afterwards.
    void feed(std::string_view bytes);
    // The file has ended.
    void end() { ended_ = true; }

    // The next line with its end, as it stands in the file. Nothing: more bytes are needed, or the file is
    // over. Errors: 1041 for a line that is too long.
    Result<std::optional<std::string_view>> next();
    // Of the line that next() gave, in the order of `keys`.
    const std::vector<Field>& fields() const { return fields_; }
    // Of the file, ignored ones too; 1 is the first.
    std::uint64_t line_number() const { return lines_; }
    std::size_t held_bytes() const { return pending_.capacity(); }

  private:
    enum class State : std::uint8_t { ignored, line_start, field_begin, field, rest, line_done, over };

    // False: more bytes are needed.
    bool step();
    bool skip_line();
    bool find_start();
    bool begin_field();
    bool read_field();
    void end_field(bool enclosed, bool line_ends);
    void begin_line();

    bool at_end() const { return at_ == pending_.size(); }
    bool has(std::size_t at, std::string_view word) const {
        return !word.empty() && std::string_view(pending_).substr(at).starts_with(word);
    }
    void append(char byte) {
        if (wanted_ < keys_.size()) text_ += byte;
    }

    LoadFormat format_;
    std::size_t columns_;
    std::vector<std::size_t> keys_;
    std::size_t max_line_;
    std::size_t lookahead_;
    std::string pending_;    // begins with the line at hand
    std::size_t begin_ = 0;  // of the line in pending_
    std::size_t at_ = 0;     // what comes next
    bool ended_ = false;
    State state_;
    std::size_t field_ = 0;   // number of the field at hand
    std::size_t wanted_ = 0;  // its place in keys_; their number: it is none of them
    bool enclosed_ = false;   // the field at hand began with the byte that encloses
    bool null_ = false;       // it had \N
    std::string text_;
    std::vector<Field> fields_;
    std::uint64_t ignored_ = 0;
    std::uint64_t lines_ = 0;
};

}  // namespace leasehold::router
