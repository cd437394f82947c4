// Arbitrary bytes as a configuration, and as every file that it names (what follows the first \x01). A
// configuration that loads is also described and compared with itself.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "config/describe.h"
#include "config/diff.h"
#include "config/load.h"

using namespace leasehold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::size_t border = std::min(text.find('\x01'), text.size());
    std::string_view other = text.substr(std::min(border + 1, text.size()));
    config::Inputs inputs;
    inputs.read_file = [other](const std::string&) -> Result<std::string> { return std::string(other); };
    inputs.read_environment = [](const std::string& name) -> std::optional<std::string> { return name; };
    config::LoadResult result = config::load_text(text.substr(0, border), "fuzz.yaml", inputs);
    if (result.ok() != result.problems.empty()) std::abort();
    for (const config::Problem& problem : result.problems) {
        if (config::to_string(problem).find('\n') != std::string::npos) std::abort();
    }
    if (!result.ok()) return 0;
    if (config::describe(*result.config).empty()) std::abort();
    if (!config::diff(*result.config, *result.config).empty()) std::abort();
    if (config::diff(config::Config{}, *result.config).applied.empty() && !result.config->keyspaces.empty())
        std::abort();
    return 0;
}
