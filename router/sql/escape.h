// Escape sequences of string literals. Source: dev.mysql.com "String Literals", special character escape
// sequences.
#pragma once

namespace leasehold::router {

// The byte that `\c` stands for. What is in LIKE's own language, \% and \_, keeps its backslash: the
// caller's.
constexpr char unescaped(char c) {
    switch (c) {
        case '0':
            return '\0';
        case 'b':
            return '\b';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'Z':
            return '\x1a';
        default:
            return c;
    }
}

}  // namespace leasehold::router
