#include <charconv>
#include <limits>

#include "router/sql/char_class.h"
#include "router/sql/escape.h"
#include "router/sql/normalize.h"

namespace leasehold::router {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return to_lower(c) - 'a' + 10;
}

std::string bytes_of_hex(std::string_view digits) {
    std::string bytes;
    bytes.reserve(digits.size() / 2 + 1);
    std::size_t i = 0;
    if (digits.size() % 2 != 0) bytes.push_back(static_cast<char>(hex_digit(digits[i++])));
    for (; i + 1 < digits.size(); i += 2) {
        bytes.push_back(static_cast<char>(hex_digit(digits[i]) * 16 + hex_digit(digits[i + 1])));
    }
    return bytes;
}

std::string bytes_of_bits(std::string_view digits) {
    std::string bytes((digits.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::size_t weight = digits.size() - 1 - i;
        char& byte = bytes[bytes.size() - 1 - weight / 8];
        if (digits[i] == '1') byte = static_cast<char>(byte | (1 << (weight % 8)));
    }
    return bytes;
}

// The text between the tags of a dollar-quoted string.
std::string_view dollar_text(std::string_view text) {
    const std::size_t tag = text.find('$', 1) + 1;
    return text.substr(tag, text.size() - 2 * tag);
}

SqlValue integer_value(std::string_view digits) {
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failed != std::errc{}) return Decimal{digits};
    if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return static_cast<std::int64_t>(number);
    }
    return number;
}

}  // namespace

bool needs_unescape(std::string_view quoted, SqlMode mode) {
    const std::string_view body = quoted.substr(1, quoted.size() - 2);
    if (!mode.no_backslash_escapes && body.find('\\') != std::string_view::npos) return true;
    return body.find(quoted.front()) != std::string_view::npos;
}

std::string unescape_string(std::string_view quoted, SqlMode mode) {
    const char quote = quoted.front();
    const std::string_view body = quoted.substr(1, quoted.size() - 2);
    std::string value;
    value.reserve(body.size());
    for (std::size_t i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (c == '\\' && !mode.no_backslash_escapes && i + 1 < body.size()) {
            const char next = body[++i];
            if (next == '%' || next == '_') value.push_back('\\');
            value.push_back(unescaped(next));
        } else {
            value.push_back(c);
            if (c == quote) ++i;  // doubled
        }
    }
    return value;
}

SqlValue literal_value(std::string_view sql, const LiteralToken& literal, SqlMode mode,
                       std::vector<std::unique_ptr<std::string>>& storage) {
    std::string_view text = sql.substr(literal.offset, literal.length);
    const auto keep = [&storage](std::string value) -> std::string_view {
        storage.push_back(std::make_unique<std::string>(std::move(value)));
        return *storage.back();
    };
    switch (literal.kind) {
        case TokenKind::integer:
            return integer_value(text);
        case TokenKind::decimal:
        case TokenKind::floating:
            return Decimal{text};
        case TokenKind::hex_number:
            return HexBytes{keep(bytes_of_hex(text.substr(2)))};
        case TokenKind::hex_string:
            return HexBytes{keep(bytes_of_hex(text.substr(2, text.size() - 3)))};
        case TokenKind::bit_number:
            return HexBytes{keep(bytes_of_bits(text.substr(2)))};
        case TokenKind::bit_string:
            return HexBytes{keep(bytes_of_bits(text.substr(2, text.size() - 3)))};
        case TokenKind::dollar_string:
            return dollar_text(text);
        case TokenKind::national_string:
            text.remove_prefix(1);
            [[fallthrough]];
        case TokenKind::string:
            if (needs_unescape(text, mode)) return keep(unescape_string(text, mode));
            return text.substr(1, text.size() - 2);
        default:
            return Null{};
    }
}

}  // namespace leasehold::router
