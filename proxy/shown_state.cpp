#include "proxy/shown_state.h"

#include <algorithm>
#include <string_view>

#include "router/sql/fold.h"
#include "wire/session_state.h"

namespace leasehold::proxy {
namespace {

constexpr std::string_view tracked_by_default[] = {
    "autocommit", "character_set_client", "character_set_connection", "character_set_results", "time_zone",
};

bool has_set(const pool::Settings* settings, std::string_view variable) {
    return settings != nullptr && settings->find(variable).has_value();
}

bool is_on(const pool::Settings* settings, std::string_view variable, bool by_default) {
    const auto value = settings == nullptr ? std::nullopt : settings->find(variable);
    if (!value) return by_default;
    return std::ranges::none_of(std::initializer_list<std::string_view>{"0", "off", "'off'", "false"},
                                [&](std::string_view off) { return router::equal_folded(*value, off); });
}

}  // namespace

std::optional<wire::Bytes> shown_state(const pool::Settings* settings, wire::BytesView session_state) {
    using Type = wire::SessionStateItem::Type;
    const bool own_variables = has_set(settings, "session_track_system_variables");
    const bool own_changes = has_set(settings, "session_track_state_change");
    const bool own_transactions = has_set(settings, "session_track_transaction_info");
    const auto is_shown = [&](const wire::SessionStateItem& item) {
        switch (item.type) {
            case Type::system_variable:
                return own_variables ||
                       std::ranges::find(tracked_by_default, item.name) != std::end(tracked_by_default);
            case Type::state_change:
                return own_changes;
            case Type::transaction_characteristics:
            case Type::transaction_state:
                return own_transactions;  // what BEGIN and COMMIT do to it no tablet tells
            default:
                return true;
        }
    };
    wire::Bytes shown;
    bool hidden = false;
    wire::SessionStateReader reader(session_state);
    for (;;) {
        const auto item = reader.next();
        if (!item) return std::nullopt;
        if (!*item) break;
        if (is_shown(**item)) {
            wire::append_session_state(shown, **item);
        } else {
            hidden = true;
        }
    }
    if (!hidden) return std::nullopt;
    return shown;
}

wire::Bytes state_of_use(const pool::Settings* settings, std::string_view schema) {
    using Type = wire::SessionStateItem::Type;
    wire::Bytes told;
    if (is_on(settings, "session_track_schema", true))
        wire::append_session_state(told, {Type::schema, {}, schema});
    if (is_on(settings, "session_track_state_change", false))
        wire::append_session_state(told, {Type::state_change, {}, "1"});
    return told;
}

}  // namespace leasehold::proxy
