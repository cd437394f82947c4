// What --print-default-config prints: a commented YAML with every key and its default, which loads without a
// problem and to Config{}.
#pragma once

#include <string>
#include <vector>

namespace leasehold::config {

std::string default_config();

// Every key the loader knows, dotted, with NAME for a name of the operator's own ("keyspaces.NAME.database").
// The vschema's are Vitess's and not among them. For the test that holds default_config and the documentation
// to the loader.
std::vector<std::string> known_keys();

}  // namespace leasehold::config
