// YAML to Config, with every problem found, not the first only. No exception leaves here, whatever the bytes.
// Start-up and reload, any thread; reads the files and variables the configuration names, through `Inputs`.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/config.h"
#include "config/problem.h"

namespace leasehold::config {

// The configuration and each file it names may be this long.
inline constexpr std::size_t max_file_bytes = 4u << 20;

// Reads a whole regular file of at most max_file_bytes. Error{0, reason}, without the path.
Result<std::string> read_file(const std::string& path);

// An environment variable; nullopt when it is not set.
std::optional<std::string> read_environment(const std::string& name);

// What loading takes from outside; tests put their own here.
struct Inputs {
    std::function<Result<std::string>(const std::string& path)> read_file = config::read_file;
    std::function<std::optional<std::string>(const std::string& name)> read_environment =
        config::read_environment;
};

struct LoadResult {
    std::optional<Config> config;   // set exactly when there is no problem
    std::vector<Problem> problems;  // in the order of file and line
    std::vector<Problem> warnings;  // worth a line in the log; they refuse nothing

    bool ok() const { return config.has_value(); }
};

LoadResult load_file(const std::string& path, const Inputs& inputs = {});

// `file` names the text in problems; its folder is where relative names start.
LoadResult load_text(std::string_view text, const std::string& file, const Inputs& inputs = {});

}  // namespace leasehold::config
