#include "router/generated_ids.h"

#include <charconv>
#include <limits>

namespace leasehold::router {
namespace {

bool spells_zero(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    if (text.empty()) return false;
    double number = 1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc{} && end == text.data() + text.size() && number == 0;
}

// MySQL takes NULL and 0 in an AUTO_INCREMENT column as "give the next one".
bool asks_for_next(const SqlValue& value, bool zero_is_a_value) {
    if (std::holds_alternative<Null>(value)) return true;
    if (zero_is_a_value) return false;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number == 0;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number == 0;
    if (const auto* number = std::get_if<double>(&value)) return *number == 0;
    if (const auto* number = std::get_if<Decimal>(&value)) return spells_zero(number->digits);
    if (const auto* text = std::get_if<std::string_view>(&value)) return spells_zero(*text);
    return false;
}

}  // namespace

AskingRows GeneratedIds::asking(const Constants& constants, std::span<const SqlValue> values) const {
    AskingRows asking;
    asking.ids.resize(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        bool asks = form == Form::added || !given[row].value;
        if (!asks) {
            const std::optional<ReadValue> read = read_value(*given[row].value, constants, values);
            asks = read && asks_for_next(read->value, zero_is_a_value);
        }
        if (asks) asking.ids[row] = asking.count++;
    }
    return asking;
}

std::size_t GeneratedIds::bytes() const {
    return sizeof(*this) + words.size() + column.size() + sequence.table.size() +
           given.size() * sizeof(Given);
}

void IdWriter::id(TextBuilder& builder, std::uint32_t which) const {
    const std::size_t parameter = values_ + which;
    // A statement has no more parameters than a packet's two bytes can count.
    if (ids_.prepared && parameter < std::numeric_limits<std::uint16_t>::max()) {
        builder.parameter(static_cast<std::uint16_t>(parameter));
    } else {
        builder.add(std::to_string(first_id_ + which));
    }
}

void IdWriter::head(TextBuilder& builder, std::uint32_t to) const {
    if (ids_.form == GeneratedIds::Form::in_text || ids_.set) {
        builder.before(to);
        return;
    }
    builder.before(ids_.columns_end);
    if (ids_.makes_list) {
        builder.add("(" + ids_.column + ") ");
    } else {
        builder.add((ids_.empty_rows ? "" : ", ") + ids_.column);
    }
    builder.tokens({ids_.columns_end, to});
    builder.add(" ");
}

void IdWriter::row(TextBuilder& builder, std::size_t row, TokenSpan span) const {
    const std::optional<std::uint32_t> which = rows_.ids[row];
    if (!which) {
        builder.tokens(span);
    } else if (ids_.form == GeneratedIds::Form::in_text) {
        const TokenSpan place = ids_.given[row].place;
        builder.tokens({span.first, place.first});
        builder.add(" ");
        id(builder, *which);
        builder.tokens({place.last, span.last});
    } else if (ids_.set) {
        builder.tokens(span);
        builder.add(", " + ids_.column + " = ");
        id(builder, *which);
    } else {
        builder.tokens({span.first, span.last - 1});
        builder.add(ids_.empty_rows ? "" : ", ");
        id(builder, *which);
        builder.tokens({span.last - 1, span.last});
    }
}

}  // namespace leasehold::router
