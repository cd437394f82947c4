#include "proxy/merge_time.h"

namespace leasehold::proxy {
namespace {

constexpr std::uint64_t million = 1'000'000;

std::uint64_t pack(std::uint64_t year, std::uint64_t month, std::uint64_t day, std::uint64_t seconds,
                   std::uint64_t micros) {
    return ((year * 13 + month) * 32 + day) * (86'400 * million) + seconds * million + micros;
}

// Reads numbers and the signs between them.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        std::size_t digits = 0;
        for (; digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9' && digits < 9; ++digits)
            value = value * 10 + static_cast<std::uint64_t>(text_[digits] - '0');
        ok_ = ok_ && digits > 0;
        text_.remove_prefix(digits);
        return value;
    }
    // The digits behind a point as microseconds; zero when there is none.
    std::uint64_t fraction() {
        if (!take('.')) return 0;
        std::uint64_t value = 0;
        std::size_t digits = 0;
        for (; digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9' && digits < 6; ++digits)
            value = value * 10 + static_cast<std::uint64_t>(text_[digits] - '0');
        text_.remove_prefix(digits);
        for (; digits < 6; ++digits) value *= 10;
        return value;
    }
    bool take(char sign) {
        if (!text_.starts_with(sign)) return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(char sign) { ok_ = take(sign) && ok_; }
    bool at_end() const { return text_.empty(); }
    bool ok() const { return ok_; }

  private:
    std::string_view text_;
    bool ok_ = true;
};

std::uint64_t clock(Scanner& scanner) {
    const std::uint64_t hours = scanner.number();
    scanner.expect(':');
    const std::uint64_t minutes = scanner.number();
    scanner.expect(':');
    return hours * 3600 + minutes * 60 + scanner.number();
}

}  // namespace

bool is_temporal(wire::ColumnType type) {
    switch (type) {
        case wire::ColumnType::date:
        case wire::ColumnType::new_date:
        case wire::ColumnType::datetime:
        case wire::ColumnType::datetime2:
        case wire::ColumnType::timestamp:
        case wire::ColumnType::timestamp2:
        case wire::ColumnType::time:
        case wire::ColumnType::time2:
            return true;
        default:
            return false;
    }
}

std::optional<std::uint64_t> date_of_text(std::string_view text) {
    Scanner scanner(text);
    const std::uint64_t year = scanner.number();
    scanner.expect('-');
    const std::uint64_t month = scanner.number();
    scanner.expect('-');
    const std::uint64_t day = scanner.number();
    std::uint64_t seconds = 0;
    std::uint64_t micros = 0;
    if (scanner.take(' ')) {
        seconds = clock(scanner);
        micros = scanner.fraction();
    }
    if (!scanner.ok() || !scanner.at_end()) return std::nullopt;
    return pack(year, month, day, seconds, micros);
}

std::optional<std::uint64_t> date_of_binary(wire::BytesView value) {
    if (value.empty()) return pack(0, 0, 0, 0, 0);
    wire::Reader reader(value);
    const std::uint64_t year = reader.u16();
    const std::uint64_t month = reader.u8();
    const std::uint64_t day = reader.u8();
    std::uint64_t seconds = 0;
    if (value.size() > 4) {
        seconds = std::uint64_t{reader.u8()} * 3600;
        seconds += std::uint64_t{reader.u8()} * 60;
        seconds += reader.u8();
    }
    const std::uint64_t micros = value.size() > 7 ? reader.u32() : 0;
    if (!reader.ok() || !reader.at_end()) return std::nullopt;
    return pack(year, month, day, seconds, micros);
}

std::optional<std::int64_t> time_of_text(std::string_view text) {
    Scanner scanner(text);
    const bool negative = scanner.take('-');
    const std::uint64_t seconds = clock(scanner);
    const auto micros = static_cast<std::int64_t>(seconds * million + scanner.fraction());
    if (!scanner.ok() || !scanner.at_end()) return std::nullopt;
    return negative ? -micros : micros;
}

std::optional<std::int64_t> time_of_binary(wire::BytesView value) {
    if (value.empty()) return 0;
    wire::Reader reader(value);
    const bool negative = reader.u8() != 0;
    std::uint64_t seconds = std::uint64_t{reader.u32()} * 86'400;
    seconds += std::uint64_t{reader.u8()} * 3600;
    seconds += std::uint64_t{reader.u8()} * 60;
    seconds += reader.u8();
    const std::uint64_t fraction = value.size() > 8 ? reader.u32() : 0;
    if (!reader.ok() || !reader.at_end()) return std::nullopt;
    const auto micros = static_cast<std::int64_t>(seconds * million + fraction);
    return negative ? -micros : micros;
}

}  // namespace leasehold::proxy
