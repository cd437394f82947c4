#include "config/problem.h"

#include "config/quote.h"

namespace leasehold::config {

std::string to_string(const Problem& problem) {
    std::string out = escape_control(problem.file);
    if (problem.line > 0) out += ':' + std::to_string(problem.line);
    return out + ": " + escape_control(problem.text);
}

}  // namespace leasehold::config
