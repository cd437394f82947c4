#include "proxy/merge_key.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "base/mysql_errors.h"
#include "proxy/merge_time.h"

namespace leasehold::proxy {
namespace {

using wire::ColumnType;

template <typename T>
int order_of(const T& a, const T& b) {
    return a < b ? -1 : b < a ? 1 : 0;
}

int compare_bytes(std::string_view a, std::string_view b) {
    const std::size_t common = std::min(a.size(), b.size());
    const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
    return order != 0 ? order : order_of(a.size(), b.size());
}

// What is left of the longer text against blanks.
int compare_with_blanks(std::string_view rest, std::string_view blank) {
    for (std::size_t at = 0; at < rest.size(); at += blank.size()) {
        const int order = compare_bytes(rest.substr(at, blank.size()), blank);
        if (order != 0) return order;
    }
    return 0;
}

int compare_padded(const KeyValue& a, const KeyValue& b) {
    const std::size_t common = std::min(a.bytes.size(), b.bytes.size());
    const int order = common == 0 ? 0 : std::memcmp(a.bytes.data(), b.bytes.data(), common);
    if (order != 0 || a.bytes.size() == b.bytes.size()) return order;
    if (a.blank.empty()) return order_of(a.bytes.size(), b.bytes.size());
    return a.bytes.size() > common ? compare_with_blanks(a.bytes.substr(common), a.blank)
                                   : -compare_with_blanks(b.bytes.substr(common), a.blank);
}

std::string_view without_zeros(std::string_view digits) {
    const std::size_t first = digits.find_first_not_of('0');
    return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

// Digits behind the point: those that are missing are zeros.
int compare_fractions(std::string_view a, std::string_view b) {
    const std::size_t common = std::min(a.size(), b.size());
    if (const int order = a.substr(0, common).compare(b.substr(0, common)); order != 0) return order;
    const bool a_more = a.find_first_not_of('0', common) != std::string_view::npos;
    const bool b_more = b.find_first_not_of('0', common) != std::string_view::npos;
    return static_cast<int>(a_more) - static_cast<int>(b_more);
}

int compare_magnitudes(std::string_view a, std::string_view b) {
    const std::size_t a_point = std::min(a.find('.'), a.size());
    const std::size_t b_point = std::min(b.find('.'), b.size());
    const std::string_view a_whole = without_zeros(a.substr(0, a_point));
    const std::string_view b_whole = without_zeros(b.substr(0, b_point));
    if (a_whole.size() != b_whole.size()) return order_of(a_whole.size(), b_whole.size());
    if (const int order = a_whole.compare(b_whole); order != 0) return order;
    return compare_fractions(a_point < a.size() ? a.substr(a_point + 1) : "",
                             b_point < b.size() ? b.substr(b_point + 1) : "");
}

Error only_a_server(std::string_view what) {
    return make_error(mysql_error::unknown_error,
                      "unsupported: sorting " + std::string(what) + " of several shards");
}

std::optional<KeyKind> number_kind(const RowColumnType& column) {
    switch (column.type) {
        case ColumnType::tiny:
        case ColumnType::short_int:
        case ColumnType::long_int:
        case ColumnType::long_long:
        case ColumnType::int24:
        case ColumnType::year:
            return column.is_unsigned() ? KeyKind::unsigned_integer : KeyKind::signed_integer;
        case ColumnType::float32:
        case ColumnType::float64:
            return KeyKind::real;
        case ColumnType::decimal:
        case ColumnType::new_decimal:
            return KeyKind::decimal;
        case ColumnType::time:
        case ColumnType::time2:
            return KeyKind::signed_integer;
        case ColumnType::date:
        case ColumnType::new_date:
        case ColumnType::datetime:
        case ColumnType::datetime2:
        case ColumnType::timestamp:
        case ColumnType::timestamp2:
            return KeyKind::unsigned_integer;
        case ColumnType::bit:
            return KeyKind::bytes;  // as many on every shard, the highest first
        case ColumnType::null:
            return KeyKind::none;
        default:
            return std::nullopt;
    }
}

bool is_enumerated(const RowColumnType& column) {
    return (column.flags & (wire::column_flag::is_enum | wire::column_flag::is_set)) != 0 ||
           column.type == ColumnType::enumeration || column.type == ColumnType::set;
}

class Chooser {
  public:
    Chooser(std::span<const RowColumnType> types, const router::RowLayout& layout,
            std::span<const router::KeyForm> forms, RowProtocol protocol)
        : types_(types), layout_(layout), forms_(forms), protocol_(protocol) {
        chosen_.forms.assign(forms.begin(), forms.end());
    }

    Result<KeyColumns> choose(std::span<const router::MergeKey> keys) {
        for (const router::MergeKey& key : keys) {
            if (std::optional<Error> failed = add(key)) return *std::move(failed);
        }
        if (!chosen_.usable) chosen_.columns.clear();
        return std::move(chosen_);
    }

  private:
    std::optional<Error> add(const router::MergeKey& key) {
        const std::size_t place = layout_.place(key.value);
        if (place >= types_.size()) return too_few();
        const RowColumnType& value = types_[place];
        KeyColumn column;
        column.column = static_cast<std::uint16_t>(place);
        column.descending = key.descending;
        column.protocol = protocol_;
        column.type = value.type;
        const std::optional<KeyKind> kind = number_kind(value);
        if (key.form) {
            if (std::optional<Error> failed = weigh(key, column, value)) return failed;
        } else if (key.weight && (is_enumerated(value) || value.type == ColumnType::bit)) {
            return only_a_server("ENUM, SET or BIT");
        } else if (kind) {
            column.kind = *kind;
        } else if (!key.weight) {
            return only_a_server("a result that is no number");
        } else if (std::optional<Error> failed = pad(key, column, value)) {
            return failed;
        }
        chosen_.columns.push_back(column);
        return std::nullopt;
    }

    std::optional<Error> weigh(const router::MergeKey& key, KeyColumn& column, const RowColumnType& value) {
        const router::KeyForm needed = form_for(value);
        const router::KeyForm asked = *key.form < forms_.size() ? forms_[*key.form] : router::KeyForm::weight;
        if (chosen_.forms.size() <= *key.form) chosen_.forms.resize(*key.form + std::size_t{1});
        chosen_.forms[*key.form] = needed;
        if (needed == router::KeyForm::none) {  // a weight that was asked for all the same does no harm
            column.kind = *number_kind(value);
            return std::nullopt;
        }
        if (needed != asked) {
            chosen_.usable = false;
            return std::nullopt;
        }
        if (needed == router::KeyForm::weight) return pad(key, column, value);
        const std::size_t weight = layout_.place(*key.weight);
        if (weight >= types_.size()) return too_few();
        const std::optional<KeyKind> kind = number_kind(types_[weight]);
        if (!kind) return only_a_server("a value that is no number");
        column.column = static_cast<std::uint16_t>(weight);
        column.type = types_[weight].type;
        column.kind = *kind;
        return std::nullopt;
    }

    // By the weight and what goes on behind it.
    std::optional<Error> pad(const router::MergeKey& key, KeyColumn& column,
                             const RowColumnType& value) const {
        if (value.type == ColumnType::json || value.type == ColumnType::geometry ||
            value.type == ColumnType::vector) {
            return only_a_server("JSON, geometries or vectors");
        }
        const std::size_t weight = layout_.place(*key.weight);
        if (weight + 1 >= types_.size()) return too_few();
        column.kind = KeyKind::padded;
        column.column = static_cast<std::uint16_t>(weight);
        column.padding = static_cast<std::uint16_t>(weight + 1);
        return std::nullopt;
    }

    router::KeyForm form_for(const RowColumnType& value) const {
        if (is_enumerated(value)) return router::KeyForm::ordinal;
        if (value.type == ColumnType::float32 && protocol_ == RowProtocol::text) return router::KeyForm::real;
        return number_kind(value) ? router::KeyForm::none : router::KeyForm::weight;
    }

    static Error too_few() {
        return make_error(mysql_error::malformed_packet, "The tablets sent fewer columns than asked for");
    }

    std::span<const RowColumnType> types_;
    const router::RowLayout& layout_;
    std::span<const router::KeyForm> forms_;
    RowProtocol protocol_;
    KeyColumns chosen_;
};

bool read_text_number(const KeyColumn& column, std::string_view text, KeyValue& key) {
    const char* const end = text.data() + text.size();
    std::from_chars_result read{text.data(), std::errc()};
    switch (column.kind) {
        case KeyKind::signed_integer:
            read = std::from_chars(text.data(), end, key.integer);
            break;
        case KeyKind::unsigned_integer:
            read = std::from_chars(text.data(), end, key.natural);
            break;
        default:
            read = std::from_chars(text.data(), end, key.real);
            break;
    }
    return read.ec == std::errc() && read.ptr == end;
}

bool read_binary_number(const KeyColumn& column, wire::BytesView bytes, KeyValue& key) {
    const bool is_signed = column.kind == KeyKind::signed_integer;
    switch (bytes.size()) {
        case 1:
            key.integer = is_signed ? static_cast<std::int8_t>(bytes[0]) : bytes[0];
            return true;
        case 2: {
            const std::uint16_t number = wire::load_u16(bytes.data());
            key.integer = is_signed ? static_cast<std::int16_t>(number) : number;
            return true;
        }
        case 4: {
            const std::uint32_t number = wire::load_u32(bytes.data());
            if (column.kind == KeyKind::real) {
                key.real = static_cast<double>(std::bit_cast<float>(number));
            } else {
                key.integer = is_signed ? static_cast<std::int32_t>(number) : std::int64_t{number};
            }
            return true;
        }
        case 8: {
            const std::uint64_t number = wire::load_u64(bytes.data());
            if (column.kind == KeyKind::real) {
                key.real = std::bit_cast<double>(number);
            } else {
                key.natural = number;
            }
            return true;
        }
        default:
            return false;
    }
}

bool read_temporal(const KeyColumn& column, wire::BytesView value, KeyValue& key) {
    if (column.kind == KeyKind::signed_integer) {
        const auto time =
            column.protocol == RowProtocol::text ? time_of_text(wire::to_text(value)) : time_of_binary(value);
        if (time) key.integer = *time;
        return time.has_value();
    }
    const auto date =
        column.protocol == RowProtocol::text ? date_of_text(wire::to_text(value)) : date_of_binary(value);
    if (date) key.natural = *date;
    return date.has_value();
}

bool read_padded(const KeyColumn& column, std::span<const RowCell> cells, KeyValue& key) {
    key.bytes = wire::to_text(cells[column.column].value);
    const std::string_view two = wire::to_text(cells[column.padding].value);
    key.blank = two.substr(0, two.size() / 2);
    // Weights of several levels, one behind the other, cannot be padded here.
    return two.substr(key.blank.size()) == key.blank;
}

}  // namespace

Result<KeyColumns> key_columns(std::span<const router::MergeKey> keys, std::span<const RowColumnType> types,
                               const router::RowLayout& layout, std::span<const router::KeyForm> forms,
                               RowProtocol protocol) {
    return Chooser(types, layout, forms, protocol).choose(keys);
}

bool read_key(const KeyColumn& column, std::span<const RowCell> cells, KeyValue& key) {
    const RowCell& cell = cells[column.column];
    key.null = cell.null;
    if (cell.null || column.kind == KeyKind::none) return true;
    switch (column.kind) {
        case KeyKind::padded:
            return read_padded(column, cells, key);
        case KeyKind::bytes:
        case KeyKind::decimal:
            key.bytes = wire::to_text(cell.value);
            return true;
        default:
            break;
    }
    if (is_temporal(column.type)) return read_temporal(column, cell.value, key);
    if (column.protocol == RowProtocol::text) return read_text_number(column, wire::to_text(cell.value), key);
    return read_binary_number(column, cell.value, key);
}

int compare_decimals(std::string_view a, std::string_view b) {
    const bool a_negative = a.starts_with('-');
    const bool b_negative = b.starts_with('-');
    if (a_negative) a.remove_prefix(1);
    if (b_negative) b.remove_prefix(1);
    const int order = compare_magnitudes(a, b);
    if (a_negative == b_negative) return a_negative ? -order : order;
    // -0.00 and 0 are one number.
    if (compare_magnitudes(a, "0") == 0 && compare_magnitudes(b, "0") == 0) return 0;
    return a_negative ? -1 : 1;
}

int compare(const KeyColumn& column, const KeyValue& a, const KeyValue& b) {
    if (a.null || b.null) {
        const int order = static_cast<int>(b.null) - static_cast<int>(a.null);
        return column.descending ? -order : order;
    }
    int order = 0;
    switch (column.kind) {
        case KeyKind::none:
            break;
        case KeyKind::signed_integer:
            order = order_of(a.integer, b.integer);
            break;
        case KeyKind::unsigned_integer:
            order = order_of(a.natural, b.natural);
            break;
        case KeyKind::real:
            order = order_of(a.real, b.real);
            break;
        case KeyKind::decimal:
            order = compare_decimals(a.bytes, b.bytes);
            break;
        case KeyKind::bytes:
            order = compare_bytes(a.bytes, b.bytes);
            break;
        case KeyKind::padded:
            order = compare_padded(a, b);
            break;
    }
    return column.descending ? -order : order;
}

int compare(std::span<const KeyColumn> columns, std::span<const KeyValue> a, std::span<const KeyValue> b) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const int order = compare(columns[i], a[i], b[i]);
        if (order != 0) return order;
    }
    return 0;
}

std::uint64_t beginning_of(const KeyColumn& column, const KeyValue& key) {
    constexpr std::uint64_t sign = std::uint64_t{1} << 63;
    std::uint64_t beginning = 0;  // NULL's: nothing is less
    if (!key.null && column.kind == KeyKind::signed_integer) {
        beginning = static_cast<std::uint64_t>(key.integer) ^ sign;
    } else if (!key.null && column.kind == KeyKind::unsigned_integer) {
        beginning = key.natural;
    } else if (!key.null && (column.kind == KeyKind::bytes || column.kind == KeyKind::padded)) {
        // Of padded ones only what both surely have: how a shorter one goes on depends on the other.
        if (column.kind == KeyKind::bytes || key.blank.empty()) {
            std::uint8_t first[sizeof beginning]{};
            std::memcpy(first, key.bytes.data(), std::min(key.bytes.size(), sizeof first));
            for (const std::uint8_t byte : first) beginning = beginning << 8 | byte;
        }
    }
    return column.descending ? ~beginning : beginning;
}

}  // namespace leasehold::proxy
