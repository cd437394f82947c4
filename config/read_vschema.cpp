// A keyspace's VSchema, from its own file or from the configuration itself: Vitess's fields as they stand
// (vitess.io/docs/reference/features/vschema, proto/vschema.proto). Names are checked within the keyspace.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/map_reader.h"
#include "config/names.h"
#include "config/quote.h"
#include "config/readers.h"
#include "config/suggest.h"

namespace leasehold::config {
namespace {

// Calls read(entry) for each name of a map such as tables or vindexes; reports what is no map.
template <typename Read>
void each_name(MapReader& reader, std::string_view key, Read read) {
    const YamlEntry* map = reader.take(key);
    if (map == nullptr || map->value.kind == YamlNode::Kind::null) return;
    if (map->value.kind != YamlNode::Kind::map) {
        reader.context().problem(*map, fmt::format("{} is {}; expected a map of names", reader.path_of(key),
                                                   kind_name(map->value)));
        return;
    }
    for (const YamlEntry& entry : map->value.entries) {
        if (reader.context().full()) return;
        read(entry, fmt::format("{}.{}", reader.path_of(key), entry.key));
    }
}

// The same for a list.
template <typename Read>
void each_item(MapReader& reader, std::string_view key, Read read) {
    const YamlEntry* list = reader.take(key);
    if (list == nullptr || list->value.kind == YamlNode::Kind::null) return;
    if (list->value.kind != YamlNode::Kind::sequence) {
        reader.context().problem(
            *list, fmt::format("{} is {}; expected a list", reader.path_of(key), kind_name(list->value)));
        return;
    }
    for (std::size_t i = 0; i < list->value.items.size() && !reader.context().full(); ++i) {
        read(list->value.items[i], fmt::format("{}[{}]", reader.path_of(key), i));
    }
}

class VSchemaReader {
  public:
    explicit VSchemaReader(const Context& context) : context_(context) {}

    VSchema read(const YamlNode& node, const std::string& path) {
        VSchema vschema;
        vschema.file = context_.file();
        // SrvVSchema, what GetSrvVSchema prints: the keyspaces' vschemas one level down.
        if (node.find("keyspaces") != nullptr && node.find("tables") == nullptr) {
            context_.problem(node, path +
                                       " holds the vschemas of all keyspaces; expected the part below one "
                                       "keyspace's name");
            return vschema;
        }
        MapReader reader = map_reader(node, path);
        reader.flag({"sharded", {}}, vschema.sharded);
        reader.flag({"require_explicit_routing", {}}, vschema.require_explicit_routing);
        each_name(reader, "vindexes", [&](const YamlEntry& entry, const std::string& at) {
            vschema.vindexes.push_back(read_vindex(entry, at));
        });
        each_name(reader, "tables", [&](const YamlEntry& entry, const std::string& at) {
            vschema.tables.push_back(read_table(entry, at));
        });
        reader.text({"foreign_key_mode", {}}, vschema.foreign_key_mode);
        warn_unused(reader, "multi_tenant_spec");
        reader.finish();
        check_names(vschema, path);
        return vschema;
    }

  private:
    MapReader map_reader(const YamlNode& node, const std::string& path) const {
        return MapReader(context_, node, path, KeyStyle::snake_or_camel_case);
    }

    void warn_unused(MapReader& reader, std::string_view key) const {
        if (const YamlEntry* entry = reader.take(key)) {
            context_.warn(entry->line, entry->column, reader.path_of(key) + " is read and has no effect");
        }
    }

    VSchemaVindex read_vindex(const YamlEntry& entry, const std::string& path) {
        VSchemaVindex vindex;
        vindex.name = entry.key;
        vindex.line.number = entry.line;
        MapReader reader = map_reader(entry.value, path);
        reader.text({"type", {}}, vindex.type);
        reader.text({"owner", {}}, vindex.owner);
        each_name(reader, "params", [&](const YamlEntry& param, const std::string& at) {
            if (param.value.kind != YamlNode::Kind::scalar) {
                context_.problem(param, fmt::format("{} is {}; expected a text", at, kind_name(param.value)));
            }
            vindex.params.emplace_back(param.key, param.value.text);
        });
        read_named_file(vindex, entry, path);
        if (!reader.has("type"))
            context_.problem(entry, path + " has no type; expected one such as type: xxhash");
        reader.finish();
        return vindex;
    }

    // The router opens no file: where a parameter names one, its text takes the name's place.
    void read_named_file(VSchemaVindex& vindex, const YamlEntry& entry, const std::string& path) const {
        for (auto& [name, value] : vindex.params) {
            const bool names_file =
                (vindex.type == "numeric_static_map" && name == "json_path") ||
                (vindex.type == "region_json" && name == "region_map" && !value.starts_with('{'));
            if (!names_file) continue;
            const std::optional<std::string> text =
                context_.read(entry.value, value, fmt::format("{}.params.{}", path, name));
            if (!text) continue;
            const bool alone =
                std::ranges::none_of(vindex.params, [](const auto& param) { return param.first == "json"; });
            value = *text;
            if (name == "json_path" && alone) name = "json";
        }
    }

    VSchemaTable read_table(const YamlEntry& entry, const std::string& path) {
        VSchemaTable table;
        table.name = entry.key;
        table.line.number = entry.line;
        MapReader reader = map_reader(entry.value, path);
        reader.choice({"type", {}}, table.type, table_type_names);
        each_item(reader, "column_vindexes", [&](const YamlNode& node, const std::string& at) {
            table.column_vindexes.push_back(read_column_vindex(node, at));
        });
        if (const YamlEntry* increment = reader.take("auto_increment");
            increment && increment->value.kind != YamlNode::Kind::null) {
            table.auto_increment = read_auto_increment(increment->value, path + ".auto_increment");
        }
        each_item(reader, "columns", [&](const YamlNode& node, const std::string& at) {
            table.columns.push_back(read_column(node, at));
        });
        reader.flag({"column_list_authoritative", {}}, table.column_list_authoritative);
        reader.text({"pinned", {}}, table.pinned);
        reader.text({"source", {}}, table.source);
        reader.finish();
        return table;
    }

    VSchemaColumnVindex read_column_vindex(const YamlNode& node, const std::string& path) {
        VSchemaColumnVindex use;
        use.line.number = node.line;
        MapReader reader = map_reader(node, path);
        std::string column;
        reader.text({"column", {}}, column);
        reader.text({"name", {}}, use.vindex);
        reader.texts({"columns", {}}, use.columns);
        reader.finish();
        if (!column.empty() && !use.columns.empty()) {
            context_.problem(node, path + " has column and columns; expected one of them");
        }
        if (use.columns.empty()) use.columns.push_back(column);
        if (use.columns.front().empty()) context_.problem(node, path + " has no column; expected column: id");
        if (use.vindex.empty()) context_.problem(node, path + " has no name; expected that of a vindex");
        return use;
    }

    VSchemaAutoIncrement read_auto_increment(const YamlNode& node, const std::string& path) {
        VSchemaAutoIncrement increment;
        MapReader reader = map_reader(node, path);
        reader.text({"column", {}}, increment.column);
        reader.text({"sequence", {}}, increment.sequence);
        reader.finish();
        if (increment.column.empty() || increment.sequence.empty()) {
            context_.problem(node, path + " is not complete; expected column and sequence");
        }
        return increment;
    }

    VSchemaColumn read_column(const YamlNode& node, const std::string& path) {
        VSchemaColumn column;
        MapReader reader = map_reader(node, path);
        reader.text({"name", {}}, column.name);
        reader.text({"type", {}}, column.type);
        reader.text({"collation_name", {}}, column.collation_name);
        reader.flag({"invisible", {}}, column.invisible);
        // Vitess's own schema tracking fills these; routing needs none of them.
        for (std::string_view known : {"default", "size", "scale", "nullable", "values"}) reader.take(known);
        reader.finish();
        if (column.name.empty()) context_.problem(node, path + " has no name; expected that of a column");
        return column;
    }

    void check_names(const VSchema& vschema, const std::string& path) {
        std::vector<std::string_view> vindexes;
        std::vector<std::string_view> tables;
        for (const VSchemaVindex& vindex : vschema.vindexes) vindexes.push_back(vindex.name);
        for (const VSchemaTable& table : vschema.tables) tables.push_back(table.name);
        std::vector<std::string_view> sorted = vindexes;
        std::sort(sorted.begin(), sorted.end());
        for (const VSchemaTable& table : vschema.tables) {
            std::string at = fmt::format("{}.tables.{}", path, table.name);
            for (const VSchemaColumnVindex& use : table.column_vindexes) {
                if (use.vindex.empty() || std::binary_search(sorted.begin(), sorted.end(), use.vindex))
                    continue;
                context_.problem(use.line.number, 0,
                                 fmt::format("{} uses the vindex {}, which is not in vindexes{}", at,
                                             quote(use.vindex), suggestion(use.vindex, vindexes)));
            }
            if (vschema.sharded) check_sharded_table(table, at);
        }
        std::vector<std::string_view> sorted_tables = tables;
        std::sort(sorted_tables.begin(), sorted_tables.end());
        for (const VSchemaVindex& vindex : vschema.vindexes) {
            if (vindex.owner.empty() ||
                std::binary_search(sorted_tables.begin(), sorted_tables.end(), vindex.owner))
                continue;
            context_.problem(vindex.line.number, 0,
                             fmt::format("{}.vindexes.{} is owned by {}, which is not in tables{}", path,
                                         vindex.name, quote(vindex.owner), suggestion(vindex.owner, tables)));
        }
    }

    std::string suggestion(std::string_view name, const std::vector<std::string_view>& candidates) const {
        if (context_.full()) return {};
        std::string_view near = nearest(name, candidates);
        if (!near.empty()) return fmt::format("; did you mean \"{}\"?", near);
        return "; expected a name that stands there";
    }

    // As Vitess: every table of a sharded keyspace says where its rows live.
    void check_sharded_table(const VSchemaTable& table, const std::string& path) {
        if (table.type == VSchemaTable::Type::sequence && table.pinned.empty()) {
            context_.problem(
                table.line.number, 0,
                path + " is a sequence in a sharded keyspace; expected it in an unsharded one, or pinned");
        }
        if (table.type == VSchemaTable::Type::normal && table.pinned.empty() &&
            table.column_vindexes.empty()) {
            context_.problem(
                table.line.number, 0,
                path +
                    " has no column_vindexes; expected the primary vindex, as in column_vindexes: "
                    "[{column: id, name: xx}]");
        }
    }

    const Context& context_;
};

}  // namespace

std::optional<VSchema> read_vschema(const Context& context, const YamlNode& node, const std::string& path) {
    if (node.kind == YamlNode::Kind::map) return VSchemaReader(context).read(node, path);
    if (node.kind != YamlNode::Kind::scalar || node.text.empty()) {
        context.problem(node,
                        fmt::format("{} is {}; expected the name of a file or a map", path, kind_name(node)));
        return std::nullopt;
    }
    std::optional<std::string> text = context.read(node, node.text, path);
    if (!text) return std::nullopt;
    Context in_file = context.in_file(context.resolve(node.text));
    YamlTree tree = parse_yaml(*text, in_file.file());
    for (Problem& problem : tree.problems)
        in_file.problem(problem.line, problem.column, std::move(problem.text));
    if (!tree.root) return std::nullopt;
    if (tree.root->kind == YamlNode::Kind::null) {
        in_file.problem(0, 0, path + ": the file is empty; expected a VSchema");
        return std::nullopt;
    }
    return VSchemaReader(in_file).read(*tree.root, path);
}

}  // namespace leasehold::config
