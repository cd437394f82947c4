// What a byte can begin in SQL text: the lexer's dispatch table.
#pragma once

#include <array>
#include <cstdint>

namespace leasehold::router {

enum class CharClass : std::uint8_t {
    invalid,
    space,
    letter,
    digit,
    single_quote,
    double_quote,
    backtick,
    at,
    dot,
    dollar,
    punctuation,
    comment_start
};

namespace detail {
constexpr std::array<CharClass, 256> make_char_classes() {
    std::array<CharClass, 256> table{};
    for (unsigned c = 0; c < 256; ++c) {
        CharClass k = CharClass::invalid;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80) k = CharClass::letter;
        if (c >= '0' && c <= '9') k = CharClass::digit;
        if (c == ' ' || (c >= '\t' && c <= '\r')) k = CharClass::space;
        table[c] = k;
    }
    for (const char c : {',', ';', '(', ')', '{', '}', ':', '+', '*', '%',
                         '^', '~', '&', '|', '!', '=', '<', '>', '?', '\\'}) {
        table[static_cast<unsigned char>(c)] = CharClass::punctuation;
    }
    // Not always a comment: `-` and `/` are operators too.
    for (const char c : {'#', '-', '/'}) table[static_cast<unsigned char>(c)] = CharClass::comment_start;
    table['\''] = CharClass::single_quote;
    table['"'] = CharClass::double_quote;
    table['`'] = CharClass::backtick;
    table['@'] = CharClass::at;
    table['.'] = CharClass::dot;
    table['$'] = CharClass::dollar;
    return table;
}
inline constexpr std::array<CharClass, 256> char_classes = make_char_classes();
}  // namespace detail

constexpr CharClass class_of(unsigned char c) {
    return detail::char_classes[c];
}
constexpr bool is_space(unsigned char c) {
    return class_of(c) == CharClass::space;
}
constexpr bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_ident(unsigned char c) {
    const CharClass k = class_of(c);
    return k == CharClass::letter || k == CharClass::digit || k == CharClass::dollar;
}
constexpr bool is_hex(unsigned char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace leasehold::router
