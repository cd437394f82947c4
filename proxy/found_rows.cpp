#include "proxy/found_rows.h"

#include <charconv>

namespace leasehold::proxy {

std::optional<std::uint64_t> records_of(std::string_view info) {
    constexpr std::string_view word = "Records: ";
    if (!info.starts_with(word)) return std::nullopt;
    info.remove_prefix(word.size());
    std::uint64_t records = 0;
    const auto [end, error] = std::from_chars(info.data(), info.data() + info.size(), records);
    return error == std::errc() ? std::optional(records) : std::nullopt;
}

bool counts_answer(const router::Plan& plan) {
    using Kind = router::StatementKind;
    switch (plan.kind) {
        case Kind::insert:
        case Kind::replace:
            return plan.inserts_query;  // with RETURNING
        case Kind::update:
        case Kind::delete_:
        case Kind::explain:
        case Kind::admin:
        case Kind::handler:
            return false;
        case Kind::show:
            return !plan.effects.set.has(router::Effect::reads_previous);  // SHOW WARNINGS
        default:
            return true;
    }
}

std::optional<std::uint64_t> found_without_rows(const router::Plan& plan, std::uint64_t affected_rows,
                                                std::optional<std::uint64_t> records) {
    if (plan.kind == router::StatementKind::select) return affected_rows;  // INTO
    return plan.inserts_query ? records : std::nullopt;
}

}  // namespace leasehold::proxy
