// The line of the file that a value came from. All lines compare equal: a comment added above changes no
// configuration.
#pragma once

namespace leasehold::config {

struct SourceLine {
    int number = 0;  // 1-based; 0: not from a file

    bool operator==(const SourceLine&) const { return true; }
};

}  // namespace leasehold::config
