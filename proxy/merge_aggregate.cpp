#include "proxy/merge_aggregate.h"

#include <array>
#include <bit>
#include <charconv>
#include <string>

#include "base/mysql_errors.h"

namespace leasehold::proxy {
namespace {

using router::Combine;
using wire::ColumnType;

bool is_integer(ColumnType type) {
    return type == ColumnType::long_long;
}

bool is_sum(ColumnType type) {
    return type == ColumnType::new_decimal || type == ColumnType::float64;
}

std::optional<double> double_of(const RowCell& cell, RowProtocol protocol) {
    if (protocol == RowProtocol::binary) {
        if (cell.value.size() != 8) return std::nullopt;
        return std::bit_cast<double>(wire::load_u64(cell.value.data()));
    }
    double number = 0;
    const std::string_view text = wire::to_text(cell.value);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::uint64_t> integer_of(const RowCell& cell, RowProtocol protocol) {
    if (protocol == RowProtocol::binary) {
        if (cell.value.size() != 8) return std::nullopt;
        return wire::load_u64(cell.value.data());
    }
    std::uint64_t number = 0;
    const std::string_view text = wire::to_text(cell.value);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

bool fits(Combine combine, const RowColumnType& type, const RowColumnType& helper) {
    switch (combine) {
        case Combine::sum:
            return is_sum(type.type);
        case Combine::count:
        case Combine::bit_and:
        case Combine::bit_or:
        case Combine::bit_xor:
            return is_integer(type.type);
        case Combine::average:
            return is_sum(type.type) && helper.type == type.type;
        case Combine::minimum:
        case Combine::maximum:
            return true;
    }
    return false;
}

}  // namespace

Result<AggregateColumn> AggregateColumn::make(const router::MergeAggregate& aggregate,
                                              std::span<const RowColumnType> types,
                                              const router::RowLayout& layout, RowProtocol protocol) {
    AggregateColumn made;
    made.combine_ = aggregate.combine;
    made.protocol_ = protocol;
    made.column_ = layout.place(aggregate.column);
    if (aggregate.helper) made.helper_ = layout.place(*aggregate.helper);
    if (made.column_ >= types.size() || (made.helper_ && *made.helper_ + 1 >= types.size())) {
        return make_error(mysql_error::malformed_packet, "The tablets sent fewer columns than asked for");
    }
    made.type_ = types[made.column_];
    if (made.helper_) made.helper_type_ = types[*made.helper_];
    if (!fits(made.combine_, made.type_, made.helper_type_)) {
        return make_error(
            mysql_error::unknown_error,
            "unsupported: " + std::string(to_string(made.combine_)) + " of this type over several shards");
    }
    if (made.combine_ == Combine::minimum || made.combine_ == Combine::maximum) {
        const router::MergeKey key{aggregate.column, aggregate.helper, std::nullopt, false};
        Result<KeyColumns> columns = key_columns(std::span(&key, 1), types, layout, {}, protocol);
        if (!columns) return columns.error();
        made.key_ = columns->columns.front();
    }
    return made;
}

bool Aggregate::add(const AggregateColumn& column, std::span<const RowCell> cells) {
    const RowCell& cell = cells[column.column_];
    switch (column.combine_) {
        case Combine::sum:
            return add_sum(column, cell, column.type_.type);
        case Combine::average: {
            const std::optional<std::uint64_t> count =
                integer_of(cells[*column.helper_ + 1], column.protocol_);
            if (!count) return false;
            count_ += *count;
            return add_sum(column, cells[*column.helper_], column.helper_type_.type);
        }
        case Combine::count:
        case Combine::bit_and:
        case Combine::bit_or:
        case Combine::bit_xor:
            return add_bits(column, cell);
        case Combine::minimum:
        case Combine::maximum:
            return add_extreme(column, cells);
    }
    return false;
}

bool Aggregate::add_sum(const AggregateColumn& column, const RowCell& cell, ColumnType type) {
    if (cell.null) return true;
    if (type == ColumnType::float64) {
        const std::optional<double> number = double_of(cell, column.protocol_);
        if (!number) return false;
        const double* const before = std::get_if<double>(&value_);
        value_ = before == nullptr ? *number : *before + *number;
        return true;
    }
    std::optional<ExactDecimal> number = ExactDecimal::parse(wire::to_text(cell.value));
    if (!number) return false;
    if (auto* const before = std::get_if<ExactDecimal>(&value_)) {
        before->add(*number);
    } else {
        value_ = *std::move(number);
    }
    return true;
}

// COUNT and BIT_ give no NULLs.
bool Aggregate::add_bits(const AggregateColumn& column, const RowCell& cell) {
    const std::optional<std::uint64_t> number = integer_of(cell, column.protocol_);
    if (cell.null || !number) return false;
    const auto* const before = std::get_if<std::uint64_t>(&value_);
    if (before == nullptr) {
        value_ = *number;
    } else if (column.combine_ == Combine::count) {
        value_ = *before + *number;
    } else if (column.combine_ == Combine::bit_and) {
        value_ = *before & *number;
    } else if (column.combine_ == Combine::bit_or) {
        value_ = *before | *number;
    } else {
        value_ = *before ^ *number;
    }
    return true;
}

bool Aggregate::add_extreme(const AggregateColumn& column, std::span<const RowCell> cells) {
    if (cells[column.column_].null) return true;
    KeyValue key;
    if (!read_key(column.key_, cells, key)) return false;
    std::array<std::size_t, 3> kept{column.column_, column.helper_.value_or(column.column_),
                                    column.helper_ ? *column.helper_ + 1 : column.column_};
    if (!extreme_.empty()) {
        std::vector<RowCell> before(cells.begin(), cells.end());
        for (std::size_t i = 0; i < kept.size(); ++i) before[kept[i]] = extreme_[i];
        KeyValue best;
        if (!read_key(column.key_, before, best)) return false;
        const int order = compare(column.key_, key, best);
        if (column.combine_ == Combine::minimum ? order >= 0 : order <= 0) return true;
    }
    wire::Bytes bytes;
    for (const std::size_t index : kept) wire::append_bytes(bytes, cells[index].encoded);
    value_ = std::move(bytes);
    extreme_.clear();
    std::size_t at = 0;
    for (const std::size_t index : kept) {
        const RowCell& from = cells[index];
        const wire::BytesView encoded =
            wire::BytesView(std::get<wire::Bytes>(value_)).subspan(at, from.encoded.size());
        at += from.encoded.size();
        extreme_.push_back({encoded, encoded.last(from.value.size()), from.null});
    }
    return true;
}

void Aggregate::show_bytes(RowCell& cell, wire::BytesView value, bool with_length) {
    shown_.clear();
    if (with_length) wire::append_lenenc(shown_, value.size());
    const std::size_t start = shown_.size();
    wire::append_bytes(shown_, value);
    cell = {shown_, wire::BytesView(shown_).subspan(start), false};
}

void Aggregate::show_double(const AggregateColumn& column, RowCell& cell, double number) {
    if (column.protocol_ == RowProtocol::text) {
        return show_bytes(cell, wire::to_bytes(text_of(number, column.type_.decimals)), true);
    }
    wire::Bytes bytes;
    wire::append_u64(bytes, std::bit_cast<std::uint64_t>(number));
    show_bytes(cell, bytes, false);
}

void Aggregate::show(const AggregateColumn& column, std::span<RowCell> cells) {
    RowCell& cell = cells[column.column_];
    const bool average_of_none = column.combine_ == Combine::average && count_ == 0;
    if (std::holds_alternative<std::monostate>(value_) || average_of_none) {
        cell = {column.protocol_ == RowProtocol::text ? cell.encoded : wire::BytesView(), {}, true};
    } else if (const auto* decimal = std::get_if<ExactDecimal>(&value_)) {
        const bool divides = column.combine_ == Combine::average;
        const ExactDecimal number = divides ? average(*decimal, count_, column.type_.decimals) : *decimal;
        show_bytes(cell, wire::to_bytes(number.text()), true);
    } else if (const auto* real = std::get_if<double>(&value_)) {
        const bool divides = column.combine_ == Combine::average;
        show_double(column, cell, divides ? *real / static_cast<double>(count_) : *real);
    } else if (const auto* integer = std::get_if<std::uint64_t>(&value_)) {
        if (column.protocol_ == RowProtocol::text) {
            show_bytes(cell, wire::to_bytes(std::to_string(*integer)), true);
        } else {
            wire::Bytes bytes;
            wire::append_u64(bytes, *integer);
            show_bytes(cell, bytes, false);
        }
    } else {
        cell = extreme_[0];
        if (column.helper_) {
            cells[*column.helper_] = extreme_[1];
            cells[*column.helper_ + 1] = extreme_[2];
        }
    }
}

}  // namespace leasehold::proxy
