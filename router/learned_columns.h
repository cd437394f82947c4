// Columns of sharded tables as a tablet has told them, for statements that do not name theirs where the
// vschema does not either. Filled by who runs statements; belongs to one PlanCache. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leasehold::router {

struct KeyspaceTable {
    std::uint16_t keyspace = 0;  // index into Topology::keyspaces
    std::string table;

    auto operator<=>(const KeyspaceTable&) const = default;
};

class LearnedColumns {
  public:
    static constexpr std::size_t max_tables = 10'000;  // beyond that all are forgotten, and learned again

    // In the order in which a row without names has its values. Null: not known.
    const std::vector<std::string>* find(const KeyspaceTable& table) const {
        const auto found = tables_.find(table);
        return found == tables_.end() ? nullptr : &found->second;
    }
    void learn(const KeyspaceTable& table, std::vector<std::string> columns) {
        if (tables_.size() >= max_tables) tables_.clear();
        tables_.insert_or_assign(table, std::move(columns));
    }
    void clear() { tables_.clear(); }
    bool empty() const { return tables_.empty(); }

  private:
    std::map<KeyspaceTable, std::vector<std::string>> tables_;
};

}  // namespace leasehold::router
