// A YAML (or JSON) text as a tree that knows its lines. Built from yaml-cpp's events, because its own tree
// loses duplicate keys and lets aliases multiply; nothing it throws leaves parse_yaml. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace leasehold::config {

struct YamlEntry;

struct YamlNode {
    enum class Kind : std::uint8_t { null, scalar, sequence, map };
    Kind kind = Kind::null;
    int line = 0;  // 1-based
    int column = 0;
    std::string text;                // scalar
    std::vector<YamlNode> items;     // sequence
    std::vector<YamlEntry> entries;  // map, in the order of the file, without duplicates

    const YamlEntry* find(std::string_view key) const;
};

struct YamlEntry {
    std::string key;
    int line = 0;
    int column = 0;
    YamlNode value;
};

inline const YamlEntry* YamlNode::find(std::string_view key) const {
    for (const YamlEntry& entry : entries) {
        if (entry.key == key) return &entry;
    }
    return nullptr;
}

// "a list", "a map", "nothing" or "a value": for problems.
std::string_view kind_name(const YamlNode& node);

struct YamlLimits {
    std::size_t max_bytes = 4u << 20;
    std::size_t max_depth = 64;
    std::size_t max_nodes = 400'000;          // those that aliases repeat included
    std::size_t max_copied_bytes = 4u << 20;  // what anchors and aliases copy
};

struct YamlTree {
    std::optional<YamlNode> root;   // unset after a syntax error
    std::vector<Problem> problems;  // a syntax error, or every duplicate key
};

// `file` is for the problems only. An empty text is a null node.
YamlTree parse_yaml(std::string_view text, const std::string& file, const YamlLimits& limits = {});

}  // namespace leasehold::config
