// Loading from memory: the files and variables that a test's configuration may name.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"

namespace leasehold::config {

struct Outside {
    std::map<std::string, std::string> files;
    std::map<std::string, std::string> environment;

    Inputs inputs() const {
        Inputs inputs;
        inputs.read_file = [files = files](const std::string& path) -> Result<std::string> {
            auto found = files.find(path);
            if (found == files.end()) return Error{0, "No such file or directory"};
            return found->second;
        };
        inputs.read_environment = [environment =
                                       environment](const std::string& name) -> std::optional<std::string> {
            auto found = environment.find(name);
            if (found == environment.end()) return std::nullopt;
            return found->second;
        };
        return inputs;
    }
};

inline LoadResult load(std::string_view text, const Outside& outside = {}) {
    return load_text(text, "lh.yaml", outside.inputs());
}

inline std::vector<std::string> lines_of(const std::vector<Problem>& problems) {
    std::vector<std::string> lines;
    for (const Problem& problem : problems) lines.push_back(to_string(problem));
    return lines;
}

inline std::vector<std::string> problems_of(std::string_view text, const Outside& outside = {}) {
    return lines_of(load(text, outside).problems);
}

}  // namespace leasehold::config
