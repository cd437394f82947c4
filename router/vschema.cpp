#include "router/vschema.h"

#include <algorithm>
#include <set>

#include "router/key_range.h"
#include "router/sql/fold.h"
#include "router/vindex.h"
#include "router/vindex_lookup.h"

namespace leasehold::router {

namespace {

using Vindexes = std::map<std::string, std::shared_ptr<const Vindex>>;

class Checker {
  public:
    explicit Checker(const VSchema& vschema) : vschema_(vschema) {}

    std::vector<std::string> check() {
        for (const auto& [name, spec] : vschema_.vindexes) check_vindex(name, spec);
        for (const auto& [name, table] : vschema_.tables) check_table("tables." + name, table);
        return std::move(problems_);
    }

  private:
    void add(const std::string& path, const std::string& what) { problems_.push_back(path + ": " + what); }

    void check_vindex(const std::string& name, const VindexSpec& spec) {
        const std::string path = "vindexes." + name;
        Result<std::shared_ptr<const Vindex>> vindex = make_vindex(spec.type, spec.params);
        if (vindex) {
            vindexes_[name] = *vindex;
        } else {
            const std::string& message = vindex.error().message;
            if (message.starts_with("params.")) {
                problems_.push_back(path + "." + message);
            } else {
                add(path + (is_lookup(spec.type) ? ".params" : ".type"), message);
            }
        }
        if (!spec.owner.empty() && !vschema_.tables.contains(spec.owner)) {
            add(path + ".owner", "there is no table \"" + spec.owner + "\"");
        }
    }

    void check_table(const std::string& path, const TableSpec& table) {
        check_columns(path, table);
        if (table.auto_increment) {
            if (table.auto_increment->column.empty()) add(path + ".auto_increment.column", "is missing");
            if (table.auto_increment->sequence.empty()) add(path + ".auto_increment.sequence", "is missing");
        }
        if (!table.pinned.empty() && !from_hex(table.pinned)) {
            add(path + ".pinned", "\"" + table.pinned + "\" is not a keyspace id in hex");
        }
        if (!table.source.empty() && table.type != TableType::reference) {
            add(path + ".source", "only a reference table has a source");
        }
        if (!vschema_.sharded) return;
        if (table.type == TableType::sharded && table.pinned.empty() && table.column_vindexes.empty()) {
            add(path + ".column_vindexes", "a table of a sharded keyspace needs a primary vindex");
        }
        if (table.type == TableType::sequence && table.pinned.empty()) {
            add(path + ".type", "a sequence of a sharded keyspace needs \"pinned\"");
        }
        if (table.type == TableType::reference && !table.column_vindexes.empty()) {
            add(path + ".column_vindexes", "a reference table has none");
        }
        for (std::size_t i = 0; i < table.column_vindexes.size(); ++i) {
            check_column_vindex(path + ".column_vindexes[" + std::to_string(i) + "]",
                                table.column_vindexes[i], i == 0);
        }
    }

    void check_columns(const std::string& path, const TableSpec& table) {
        std::set<std::string> seen;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const std::string& name = table.columns[i].name;
            const std::string column_path = path + ".columns[" + std::to_string(i) + "].name";
            if (name.empty()) {
                add(column_path, "is missing");
            } else if (!seen.insert(to_lower(name)).second) {
                add(column_path, "\"" + name + "\" is there twice");
            }
        }
        if (table.column_list_authoritative && table.columns.empty()) {
            add(path + ".column_list_authoritative", "there is no list of columns");
        }
    }

    void check_column_vindex(const std::string& path, const ColumnVindex& use, bool primary) {
        if (use.columns.empty() ||
            std::ranges::any_of(use.columns, [](const auto& c) { return c.empty(); })) {
            add(path + ".column", "is missing");
        }
        if (!vschema_.vindexes.contains(use.name)) {
            add(path + ".name", "there is no vindex \"" + use.name + "\"");
            return;
        }
        const auto vindex = vindexes_.find(use.name);
        if (vindex == vindexes_.end()) return;  // its type is the problem, reported there
        if (!use.columns.empty() && use.columns.size() != vindex->second->columns()) {
            add(path + ".columns", "vindex \"" + use.name + "\" takes " +
                                       std::to_string(vindex->second->columns()) + ", not " +
                                       std::to_string(use.columns.size()));
        }
        if (primary && vindex->second->lookup() != nullptr) {
            add(path + ".name", "the primary vindex \"" + use.name + "\" is a lookup; it places no rows");
        } else if (primary && !vindex->second->unique()) {
            add(path + ".name", "the primary vindex \"" + use.name + "\" is not unique");
        }
    }

    const VSchema& vschema_;
    Vindexes vindexes_;
    std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> problems(const VSchema& vschema) {
    return Checker(vschema).check();
}

}  // namespace leasehold::router
