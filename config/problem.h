// One thing wrong in a configuration, for a person who edits it.
#pragma once

#include <string>
#include <vector>

namespace leasehold::config {

struct Problem {
    std::string file;
    int line = 0;      // 1-based; 0: the file as a whole
    int column = 0;    // 1-based; 0: not known
    std::string text;  // what, and what was meant

    bool operator==(const Problem&) const = default;
};

// `file:line: text`; `file: text` without a line. One line: control characters are shown escaped.
std::string to_string(const Problem& problem);

}  // namespace leasehold::config
