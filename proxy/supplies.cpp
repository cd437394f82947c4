#include "proxy/supplies.h"

#include <algorithm>

#include "proxy/own_rows.h"
#include "proxy/sequences.h"
#include "wire/column_type.h"

namespace leasehold::proxy {

net::Task<Result<router::Supplies>> supplies_for(Session& session, const router::Plan& plan,
                                                 std::span<const SqlValue> values) {
    router::Supplies supplies;
    for (;;) {
        const Result<std::optional<router::Need>> need = plan.routing->need(values, supplies);
        if (!need) co_return need.error();
        if (!*need) co_return std::move(supplies);
        if (const auto* ids = std::get_if<router::IdsNeed>(&**need)) {
            const Result<std::uint64_t> first = co_await session.site().sequences().take(session, *ids);
            if (!first) co_return first.error();
            supplies.first_id = *first;
        } else {
            Result<std::vector<router::TextRow>> rows =
                co_await own_rows(session, std::get<router::RowsNeed>(**need).sql);
            if (!rows) co_return rows.error();
            supplies.rows.push_back(std::move(*rows));
        }
    }
}

SuppliedSource::SuppliedSource(const StatementSource& asked, const router::Route& route,
                               const router::Supplies& supplies)
    : source_(asked) {
    if (asked.execute == nullptr || !supplies.first_id) return;
    const std::size_t own = asked.execute->parameters;
    std::size_t count = 0;
    for (const router::ShardQuery& query : route.shards) {
        for (const std::uint16_t parameter : query.params) {
            if (parameter >= own) count = std::max(count, parameter - own + 1);
        }
    }
    if (count == 0) return;
    execute_ = *asked.execute;
    std::vector<wire::BoundValue> bound;
    ids_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (unsigned byte = 0; byte < 8; ++byte)
            ids_[i][byte] = static_cast<std::uint8_t>((*supplies.first_id + i) >> (8 * byte));
        wire::BoundValue& value = bound.emplace_back();
        value.type = static_cast<wire::BoundType>(wire::ColumnType::long_long);
        value.encoded = ids_[i];
    }
    // Behind the statement's own, before query attributes.
    const auto at =
        execute_->values.begin() + static_cast<std::ptrdiff_t>(std::min(own, execute_->values.size()));
    execute_->values.insert(at, bound.begin(), bound.end());
    execute_->parameters = static_cast<std::uint16_t>(own + count);
    source_.execute = &*execute_;
}

}  // namespace leasehold::proxy
