#include "proxy/load_placement.h"

#include <algorithm>
#include <charconv>

#include "router/unsupported.h"

namespace leasehold::proxy {
namespace {

using Field = router::LoadLines::Field;

bool is_number(std::string_view type) {
    for (const std::string_view known :
         {"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double"}) {
        if (type == known) return true;
    }
    return false;
}

// A number as every server reads it: no blanks, zeros, signs or fractions that mean nothing.
std::optional<SqlValue> plain_integer(std::string_view text) {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    const bool plain = !digits.empty() && (digits == "0" ? text == "0" : digits.front() != '0');
    if (!plain) return std::nullopt;
    const char* const end = text.data() + text.size();
    std::int64_t small = 0;
    if (const auto read = std::from_chars(text.data(), end, small); read.ec == std::errc() && read.ptr == end)
        return small;
    std::uint64_t large = 0;
    if (const auto read = std::from_chars(text.data(), end, large); read.ec == std::errc() && read.ptr == end)
        return large;
    return std::nullopt;
}

std::string at_line(const router::LoadLines& lines) {
    return " (line " + std::to_string(lines.line_number()) + " of the file)";
}

}  // namespace

net::Task<Result<LoadPlacement>> LoadPlacement::learn(Session& session, const router::Route& route) {
    const router::LoadRoute& load = *route.load;
    LoadPlacement placement(load);
    const std::string& charset = load.clauses.charset;
    placement.other_charset_ = !charset.empty() && !charset.starts_with("utf8") && charset != "binary";
    const router::KeyspaceTable named{route.keyspace, load.table};
    const Result<std::vector<TableColumn>> table =
        co_await table_columns(session, named, route.shards.front().shard);
    if (!table) co_return table.error();
    const Result<void> found = placement.find_keys(*table);
    if (!found) co_return found.error();
    co_return std::move(placement);
}

Result<void> LoadPlacement::find_keys(const std::vector<TableColumn>& table) {
    std::vector<std::string> fields;
    if (load_->clauses.columns) {
        fields = *load_->clauses.columns;
    } else {
        const auto hidden = [](const TableColumn& column) { return column.generated || column.invisible; };
        if (std::ranges::any_of(table, hidden)) {
            return router::unsupported("LOAD DATA without a list of columns into " + load_->table +
                                       ", which has generated or invisible ones");
        }
        for (const TableColumn& column : table) fields.push_back(column.name);
    }
    columns_ = fields.size();
    if (!load_->place) return {};
    const auto find = [&](const std::string& name) -> Result<void> {
        const auto field = std::ranges::find(fields, name);
        if (field == fields.end())
            return router::unsupported("LOAD DATA without a value for " + load_->table + "." + name);
        const auto number = static_cast<std::size_t>(field - fields.begin());
        const auto known = std::ranges::find(keys_, number);
        if (known == keys_.end()) keys_.push_back(number);
        return {};
    };
    for (const std::string& name : load_->place->columns()) {
        const Result<void> found = find(name);
        if (!found) return found.error();
        const auto column = std::ranges::find(table, name, &TableColumn::name);
        numbers_.push_back(column != table.end() && is_number(column->data_type));
    }
    if (load_->generated.empty()) return {};
    const Result<void> found = find(load_->generated);
    if (!found) return found.error();
    const auto field = static_cast<std::size_t>(std::ranges::find(fields, load_->generated) - fields.begin());
    generated_ = static_cast<std::size_t>(std::ranges::find(keys_, field) - keys_.begin());
    return {};
}

Result<std::optional<std::uint16_t>> LoadPlacement::shard_of(const router::LoadLines& lines) const {
    if (!load_->place) return std::optional<std::uint16_t>();
    const std::vector<Field>& fields = lines.fields();
    const std::string what = load_->place->what();
    std::vector<SqlValue> values;
    values.reserve(numbers_.size());
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
        const Field& field = fields[i];
        if (field.state == Field::State::missing)
            return router::unsupported("LOAD DATA of a line without a value of " + what + at_line(lines));
        if (field.state == Field::State::null) {
            values.push_back(Null{});
        } else if (numbers_[i]) {
            const std::optional<SqlValue> number = plain_integer(field.text);
            if (!number) {
                return router::unsupported("LOAD DATA of '" + field.text.substr(0, 40) +
                                           "' as the value of " + what + ", which is no plain integer" +
                                           at_line(lines));
            }
            values.push_back(*number);
        } else {
            const bool ascii = std::ranges::all_of(
                field.text, [](const char c) { return static_cast<unsigned char>(c) < 0x80; });
            if (other_charset_ && !ascii) {
                return router::unsupported("LOAD DATA of a value of " + what +
                                           " in another character set than utf8" + at_line(lines));
            }
            values.push_back(std::string_view(field.text));
        }
    }
    if (generated_) {
        const Field& field = fields[*generated_];
        if (field.state != Field::State::text || field.text == "0" || field.text.empty())
            return router::unsupported("LOAD DATA that needs a value of " + load_->sequence + at_line(lines));
    }
    const std::optional<std::uint16_t> shard = load_->place->shard_of(values);
    if (shard) return std::optional<std::uint16_t>(*shard);
    return router::unsupported("the value of " + what + " has no keyspace id in vindex " +
                               load_->place->vindex_name() + at_line(lines));
}

}  // namespace leasehold::proxy
