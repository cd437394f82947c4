// Words, quoted texts, numbers and signs of an admin statement, one after another. Comments are skipped; the
// text of an executable comment (/*!40101 ... */) is read. Views into the statement, which the caller keeps.
// Pure, linear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace leasehold::proxy::admin {

struct Token {
    // word: letters, digits, _ and $, not all digits. name: `in backticks`. text: 'in quotes' or "in quotes".
    // broken: quotes or backticks without an end.
    enum class Kind : std::uint8_t { end, word, number, text, name, sign, broken };
    Kind kind = Kind::end;
    std::string_view raw;   // as written, with its quotes
    std::size_t begin = 0;  // offset of `raw` in the statement

    // A word in any case; `keyword` is in upper case.
    bool is(std::string_view keyword) const;
    bool is_sign(char c) const { return kind == Kind::sign && raw.front() == c; }
};

// Without quotes, doubled quotes made one, and for texts backslash escapes resolved as MySQL does.
std::string unquote(const Token& token);

class Lexer {
  public:
    explicit Lexer(std::string_view statement) : statement_(statement) { next(); }

    const Token& peek() const { return token_; }
    // Gives the current token and goes on to the next.
    Token take();
    // Takes the token if it is this word; `keyword` is in upper case.
    bool take(std::string_view keyword);
    bool take_sign(char c);
    // At the end, but for semicolons.
    bool at_end();
    // From the current token to the end, without semicolons and blanks around it.
    std::string_view rest() const;
    std::string_view slice(std::size_t begin, std::size_t end) const {
        return statement_.substr(begin, end - begin);
    }
    // Where the last token taken ended.
    std::size_t taken_end() const { return taken_end_; }

  private:
    void next();
    void skip_blanks_and_comments();
    std::size_t quoted_end(char quote) const;

    std::string_view statement_;
    std::size_t at_ = 0;
    std::size_t taken_end_ = 0;
    Token token_;
};

// `word` in upper case; ASCII only.
std::string upper(std::string_view word);
std::string lower(std::string_view word);

}  // namespace leasehold::proxy::admin
