#include "config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "config/quote.h"
#include "config/utf8.h"

namespace leasehold::config {
namespace {

// What a subtree costs when it is copied.
struct Weight {
    std::size_t nodes = 0;
    std::size_t bytes = 0;
    std::size_t depth = 0;
};

Weight weigh(const YamlNode& node) {
    Weight total{1, node.text.size(), 1};
    auto add = [&total](const YamlNode& child) {
        Weight weight = weigh(child);
        total.nodes += weight.nodes;
        total.bytes += weight.bytes;
        total.depth = std::max(total.depth, weight.depth + 1);
    };
    for (const YamlNode& item : node.items) add(item);
    for (const YamlEntry& entry : node.entries) {
        total.bytes += entry.key.size();
        add(entry.value);
    }
    return total;
}

// Leaves the parser, which has no other way to be stopped, with the same kind of exception that it throws
// itself.
[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& text) {
    throw YAML::ParserException(mark, text);
}

std::string too_many_values(const YamlLimits& limits) {
    return "more than " + std::to_string(limits.max_nodes) + " values in one file";
}

class TreeBuilder : public YAML::EventHandler {
  public:
    TreeBuilder(const YamlLimits& limits, const std::string& file) : limits_(limits), file_(file) {}

    YamlNode take_root() { return std::move(root_); }
    std::vector<Problem> take_problems() { return std::move(problems_); }
    int last_line() const { return last_line_; }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        complete(make_node(mark, YamlNode::Kind::null), anchor, mark);
    }

    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  const std::string& value) override {
        YamlNode node = make_node(mark, YamlNode::Kind::scalar);
        node.text = value;
        complete(std::move(node), anchor, mark);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, YamlNode::Kind::sequence, anchor);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, YamlNode::Kind::map, anchor);
    }
    void OnMapEnd() override { close(); }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        auto found = anchors_.find(anchor);
        if (found == anchors_.end()) refuse(mark, "an alias inside the value it stands for");
        Weight weight = charge_copy(found->second, mark);
        if (open_.size() + weight.depth > limits_.max_depth) refuse_depth(mark);
        complete(YamlNode(found->second), 0, mark);
    }

  private:
    struct Open {
        YamlNode node;
        YAML::anchor_t anchor = 0;
        YAML::Mark mark;
        bool has_key = false;
        YamlEntry entry;
        std::unordered_set<std::string> keys;
    };

    [[noreturn]] void refuse_depth(const YAML::Mark& mark) const {
        refuse(mark, "nested deeper than " + std::to_string(limits_.max_depth) + " levels");
    }

    YamlNode make_node(const YAML::Mark& mark, YamlNode::Kind kind) {
        charge_nodes(1, mark);
        YamlNode node;
        node.kind = kind;
        node.line = mark.line + 1;
        last_line_ = node.line;
        node.column = mark.column + 1;
        return node;
    }

    void charge_nodes(std::size_t count, const YAML::Mark& mark) {
        nodes_ += count;
        if (nodes_ > limits_.max_nodes) {
            refuse(mark, too_many_values(limits_));
        }
    }

    Weight charge_copy(const YamlNode& node, const YAML::Mark& mark) {
        Weight weight = weigh(node);
        charge_nodes(weight.nodes, mark);
        copied_bytes_ += weight.bytes;
        if (copied_bytes_ > limits_.max_copied_bytes)
            refuse(mark, "anchors and aliases repeat too much text");
        return weight;
    }

    void open(const YAML::Mark& mark, YamlNode::Kind kind, YAML::anchor_t anchor) {
        if (open_.size() >= limits_.max_depth) refuse_depth(mark);
        Open frame;
        frame.node = make_node(mark, kind);
        frame.anchor = anchor;
        frame.mark = mark;
        open_.push_back(std::move(frame));
    }

    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        complete(std::move(done.node), done.anchor, done.mark);
    }

    void complete(YamlNode node, YAML::anchor_t anchor, const YAML::Mark& mark) {
        if (anchor != 0) {
            charge_copy(node, mark);
            anchors_[anchor] = node;
        }
        if (open_.empty()) {
            root_ = std::move(node);
        } else if (open_.back().node.kind == YamlNode::Kind::sequence) {
            open_.back().node.items.push_back(std::move(node));
        } else if (!open_.back().has_key) {
            take_key(open_.back(), node, mark);
        } else {
            take_value(open_.back(), std::move(node));
        }
    }

    void take_key(Open& map, const YamlNode& key, const YAML::Mark& mark) {
        if (key.kind != YamlNode::Kind::scalar) {
            refuse(mark,
                   "a key that is " + std::string(kind_name(key)) + "; expected a name before the colon");
        }
        map.has_key = true;
        map.entry = YamlEntry{key.text, key.line, key.column, {}};
    }

    void take_value(Open& map, YamlNode value) {
        map.has_key = false;
        map.entry.value = std::move(value);
        if (map.keys.insert(map.entry.key).second) {
            map.node.entries.push_back(std::move(map.entry));
            return;
        }
        if (problems_.size() >= max_duplicates_) return;
        const YamlEntry* first = map.node.find(map.entry.key);
        problems_.push_back({file_, map.entry.line, map.entry.column,
                             "key " + quote(map.entry.key) + " stands twice in the same map, first on line " +
                                 std::to_string(first->line) + "; expected it once"});
    }

    static constexpr std::size_t max_duplicates_ = 100;

    const YamlLimits limits_;
    const std::string file_;
    YamlNode root_;
    std::vector<Open> open_;
    std::unordered_map<YAML::anchor_t, YamlNode> anchors_;
    std::vector<Problem> problems_;
    std::size_t nodes_ = 0;
    std::size_t copied_bytes_ = 0;
    int last_line_ = 1;
};

class NullHandler : public YAML::EventHandler {
  public:
    void OnDocumentStart(const YAML::Mark& mark) override {
        refuse(mark, "a second document; expected one a file");
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

// yaml-cpp takes a quote that is never closed for one that ends with the file: all that follows would be lost
// without a word. Before this line it is an error.
constexpr std::string_view end_of_document = "\n...\n";

Problem syntax_problem(const std::string& file, const YAML::Exception& error, int last_line) {
    if (error.msg == YAML::ErrorMsg::DOC_IN_SCALAR) {
        return {file, last_line, 0,
                "not valid YAML: a quote that is opened on this line or below and not closed"};
    }
    return {file, error.mark.line + 1, error.mark.column + 1, "not valid YAML: " + error.msg};
}

}  // namespace

std::string_view kind_name(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::null:
            return "nothing";
        case YamlNode::Kind::scalar:
            return "a value";
        case YamlNode::Kind::sequence:
            return "a list";
        case YamlNode::Kind::map:
            return "a map";
    }
    return "a value";
}

YamlTree parse_yaml(std::string_view text, const std::string& file, const YamlLimits& limits) {
    YamlTree tree;
    if (text.size() > limits.max_bytes) {
        tree.problems.push_back(
            {file, 0, 0, "longer than " + std::to_string(limits.max_bytes >> 20) + " MiB"});
        return tree;
    }
    // yaml-cpp would guess another encoding or put U+FFFD in the place of such bytes, in passwords too.
    if (std::size_t valid = valid_utf8_prefix(text); valid < text.size()) {
        auto line = static_cast<int>(
                        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(valid), '\n')) +
                    1;
        tree.problems.push_back({file, line, 0, "a byte that is not UTF-8; expected the file in UTF-8"});
        return tree;
    }
    // yaml-cpp reads on to the matching bracket before it says that a list begins: 4 MiB of [ would cost it a
    // gigabyte.
    auto brackets = std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{'; });
    if (static_cast<std::size_t>(brackets) > limits.max_nodes) {
        tree.problems.push_back({file, 0, 0, too_many_values(limits)});
        return tree;
    }
    TreeBuilder builder(limits, file);
    try {
        std::istringstream stream{std::string(text) + std::string(end_of_document)};
        YAML::Parser parser(stream);
        parser.HandleNextDocument(builder);
        NullHandler rest;
        parser.HandleNextDocument(rest);
        tree.root = builder.take_root();
        tree.problems = builder.take_problems();
    } catch (const YAML::Exception& error) {
        tree.problems = builder.take_problems();
        tree.problems.push_back(syntax_problem(file, error, builder.last_line()));
    } catch (const std::exception& error) {
        tree.problems.push_back({file, 0, 0, std::string("not valid YAML: ") + error.what()});
    }
    return tree;
}

}  // namespace leasehold::config
