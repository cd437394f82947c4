#include "proxy/answer_sum.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace leasehold::proxy {
namespace {

struct Number {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::uint64_t value = 0;
};

std::optional<Number> number_from(std::string_view text, std::size_t from) {
    Number number;
    number.begin = text.find_first_of("0123456789", from);
    if (number.begin == std::string_view::npos) return std::nullopt;
    const auto [end, error] =
        std::from_chars(text.data() + number.begin, text.data() + text.size(), number.value);
    if (error != std::errc()) return std::nullopt;
    number.end = static_cast<std::size_t>(end - text.data());
    return number;
}

// A server has no text for an INSERT of one row, but has one for several.
std::string info_of_row(const wire::OkPacket& ok) {
    const bool ignored = ok.affected_rows == 0 && ok.warnings > 0;
    const std::uint64_t duplicates = ignored ? 1 : std::max<std::uint64_t>(ok.affected_rows, 1) - 1;
    return "Records: 1  Duplicates: " + std::to_string(duplicates) +
           "  Warnings: " + std::to_string(ok.warnings);
}

}  // namespace

void AnswerSum::add(const wire::OkPacket& ok) {
    if (total_.last_insert_id == 0) total_.last_insert_id = ok.last_insert_id;
    if (of_ == Of::copies) {
        total_.affected_rows = std::max(total_.affected_rows, ok.affected_rows);
        total_.warnings = std::max(total_.warnings, ok.warnings);
        if (info_.empty()) info_ = ok.info;
    } else {
        total_.affected_rows += ok.affected_rows;
        total_.warnings = static_cast<std::uint16_t>(total_.warnings + ok.warnings);
        const bool rows = kind_ == router::StatementKind::insert || kind_ == router::StatementKind::replace;
        info_ = rows && ok.info.empty() ? add_info(std::move(info_), info_of_row(ok))
                                        : add_info(std::move(info_), ok.info);
    }
    total_.info = info_;
}

std::string add_info(std::string sum, std::string_view more) {
    if (sum.empty()) return std::string(more);
    std::string added;
    std::size_t left = 0;
    std::size_t right = 0;
    for (;;) {
        const std::optional<Number> a = number_from(sum, left);
        const std::optional<Number> b = number_from(more, right);
        const std::size_t left_end = a ? a->begin : sum.size();
        const std::size_t right_end = b ? b->begin : more.size();
        const std::string_view words = std::string_view(sum).substr(left, left_end - left);
        if (a.has_value() != b.has_value() || words != more.substr(right, right_end - right)) return sum;
        added += words;
        if (!a) return added;
        added += std::to_string(a->value + b->value);
        left = a->end;
        right = b->end;
    }
}

}  // namespace leasehold::proxy
