#include "config/load.h"

#include <utility>

#include "config/map_reader.h"
#include "config/readers.h"
#include "config/yaml_tree.h"

namespace leasehold::config {
namespace {

// The top of the file: sections by visit(), lists and maps of names by their readers.
class ConfigReader : public MapReader {
  public:
    ConfigReader(const Context& context, const YamlNode& root) : MapReader(context, root, {}) {}

    void admins(Config& config) override {
        if (const YamlEntry* list = take("admins")) config.admins = read_admins(context(), *list);
    }

    void users(Config& config) override {
        if (const YamlEntry* list = take("users")) config.users = read_users(context(), *list);
    }

    void tablet_defaults(Config& config) override {
        if (const YamlEntry* map = take("tablet_defaults"))
            layer_ = read_tablet_defaults(context(), *map, layer_);
        config.tablet_defaults = layer_.settings;
    }

    void keyspaces(Config& config) override {
        if (const YamlEntry* map = take("keyspaces"))
            config.keyspaces = read_keyspaces(context(), *map, layer_);
    }

  private:
    TabletLayer layer_;
};

LoadResult load_tree(const YamlTree& tree, const Context& context, Problems& problems, Problems& warnings) {
    for (const Problem& problem : tree.problems) context.problem(problem.line, problem.column, problem.text);
    LoadResult result;
    const bool says_nothing = tree.root && tree.root->kind == YamlNode::Kind::null;
    if (says_nothing) context.problem(0, 0, "the file is empty; expected listen, users, keyspaces");
    if (tree.root && !says_nothing) {
        Config config;
        ConfigReader reader(context, *tree.root);
        visit(reader, config);
        reader.finish();
        check_config(context, *tree.root, config);
        if (problems.empty()) result.config = std::move(config);
    }
    result.problems = problems.take(context.file());
    result.warnings = warnings.take(context.file());
    return result;
}

}  // namespace

LoadResult load_text(std::string_view text, const std::string& file, const Inputs& inputs) {
    Problems problems;
    Problems warnings;
    Context context(inputs, file, problems, warnings);
    return load_tree(parse_yaml(text, file), context, problems, warnings);
}

LoadResult load_file(const std::string& path, const Inputs& inputs) {
    Result<std::string> text = inputs.read_file(path);
    if (text.has_value()) return load_text(text.value(), path, inputs);
    LoadResult result;
    result.problems.push_back({path, 0, 0, "cannot be read (" + text.error().message + ")"});
    return result;
}

const Keyspace* Config::find_keyspace(std::string_view name) const {
    for (const Keyspace& keyspace : keyspaces) {
        if (keyspace.name == name) return &keyspace;
    }
    return nullptr;
}

const User* Config::find_user(std::string_view name) const {
    for (const User& user : users) {
        if (user.name == name) return &user;
    }
    return nullptr;
}

const Admin* Config::find_admin(std::string_view name) const {
    for (const Admin& admin : admins) {
        if (admin.name == name) return &admin;
    }
    return nullptr;
}

}  // namespace leasehold::config
