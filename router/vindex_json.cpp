#include "router/vindex_json.h"

#include <boost/json.hpp>
#include <optional>

#include "base/mysql_errors.h"

namespace leasehold::router {

namespace json = boost::json;

namespace {

Error refuse(std::string what) {
    return make_error(mysql_error::unknown_error, std::move(what));
}

Result<json::value> parse(std::string_view text) {
    json::error_code failure;
    json::value value = json::parse(json::string_view(text.data(), text.size()), failure);
    if (failure) return refuse("is no JSON: " + failure.message());
    return value;
}

std::optional<std::uint64_t> number(const json::value& value) {
    if (const std::uint64_t* large = value.if_uint64()) return *large;
    const std::int64_t* plain = value.if_int64();
    if (plain == nullptr || *plain < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*plain);
}

}  // namespace

Result<NumberMap> parse_number_map(std::string_view text) {
    const Result<json::value> value = parse(text);
    if (!value) return value.error();
    const json::object* object = value->if_object();
    if (object == nullptr) return refuse("is no JSON object; expected one such as {\"1\": 2}");
    NumberMap map;
    for (const auto& [key, member] : *object) {
        const std::string name(key.data(), key.size());
        const std::optional<std::uint64_t> to = number(member);
        if (!to) return refuse("has no whole number of 64 bits for \"" + name + "\"");
        map[name] = *to;
    }
    return map;
}

Result<std::vector<std::uint64_t>> parse_number_list(std::string_view text) {
    const Result<json::value> value = parse(text);
    if (!value) return value.error();
    const json::array* array = value->if_array();
    if (array == nullptr) return refuse("is no JSON list; expected one such as [2, 4]");
    std::vector<std::uint64_t> list;
    for (const json::value& element : *array) {
        const std::optional<std::uint64_t> to = number(element);
        if (!to) return refuse("has an element that is no whole number from 0");
        list.push_back(*to);
    }
    return list;
}

}  // namespace leasehold::router
