#include "router/vindex_params.h"

#include <charconv>

#include "base/mysql_errors.h"

namespace leasehold::router {

Error wrong_param(std::string_view name, const std::string& what) {
    return make_error(mysql_error::unknown_error, "params." + std::string(name) + ": " + what);
}

std::string_view param_text(const VindexParams& params, std::string_view name) {
    const auto found = params.find(std::string(name));
    return found == params.end() ? std::string_view{} : std::string_view(found->second);
}

Result<std::uint64_t> param_number(const VindexParams& params, std::string_view name, std::uint64_t least,
                                   std::uint64_t most) {
    const std::string_view text = param_text(params, name);
    const std::string expected =
        "expected a number from " + std::to_string(least) + " to " + std::to_string(most);
    if (text.empty()) return wrong_param(name, "is missing; " + expected);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
        return wrong_param(name, "is \"" + std::string(text) + "\"; " + expected);
    return number;
}

}  // namespace leasehold::router
