#include "router/vindex_lookup.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/mysql_errors.h"

namespace leasehold::router {
namespace {

class LookupVindex final : public Vindex {
  public:
    explicit LookupVindex(LookupTable table) : table_(std::move(table)) {}

    // While the table is being filled a value says nothing.
    bool unique() const override { return table_.unique && !table_.write_only; }
    int cost() const override { return table_.unique ? 10 : 20; }
    Destination map(std::span<const SqlValue>) const override { return AllShards{}; }
    std::optional<KeyspaceId> place(std::span<const SqlValue>) const override { return std::nullopt; }
    const LookupTable* lookup() const override { return &table_; }

  private:
    LookupTable table_;
};

Error problem(std::string_view parameter, const std::string& text) {
    return make_error(mysql_error::unknown_error, "params." + std::string(parameter) + ": " + text);
}

// Values are always looked up in one question, and NULL never is.
struct Flag {
    std::string_view name;
    bool LookupTable::*means;
    bool supported;
};
constexpr Flag flags[] = {
    {"autocommit", nullptr, false},
    {"batch_lookup", nullptr, true},
    {"ignore_nulls", &LookupTable::ignore_nulls, true},
    {"multi_shard_autocommit", nullptr, false},
    {"no_verify", &LookupTable::no_verify, true},
    {"write_only", &LookupTable::write_only, true},
};

std::optional<bool> flag(std::string_view text) {
    if (text == "true") return true;
    if (text == "false" || text.empty()) return false;
    return std::nullopt;
}

}  // namespace

bool is_lookup(std::string_view type) {
    return std::ranges::find(lookup_types, type) != lookup_types.end();
}

Result<std::shared_ptr<const Vindex>> make_lookup(std::string_view type, const VindexParams& params) {
    LookupTable table;
    for (const auto& [name, value] : params) {
        if (name == "table") {
            const std::size_t dot = value.find('.');
            if (dot != std::string::npos) table.keyspace = value.substr(0, dot);
            table.table = dot == std::string::npos ? value : value.substr(dot + 1);
        } else if (name == "from") {
            table.from = value;
        } else if (name == "to") {
            table.to = value;
        } else if (const auto* known = std::ranges::find(flags, name, &Flag::name);
                   known != std::end(flags)) {
            const std::optional<bool> on = flag(value);
            if (!on) return problem(name, "is \"" + value + "\"; expected true or false");
            if (known->means != nullptr) table.*known->means = *on;
            if (*on && !known->supported) return problem(name, "is not supported");
        } else if (name == "read_lock") {
            if (value != "none") return problem(name, "is \"" + value + "\"; only none is supported");
        } else {
            return problem(name, "is no parameter of " + std::string(type));
        }
    }
    for (const auto& [name, value] :
         {std::pair("table", &table.table), std::pair("from", &table.from), std::pair("to", &table.to)}) {
        if (value->empty()) return problem(name, "is missing");
    }
    if (table.from.find(',') != std::string::npos) {
        return problem("from", "is \"" + table.from + "\"; lookups of several columns are not supported");
    }
    table.unique = type.ends_with("_unique");
    table.consistent = type.starts_with("consistent_");
    return std::shared_ptr<const Vindex>(std::make_shared<LookupVindex>(std::move(table)));
}

}  // namespace leasehold::router
