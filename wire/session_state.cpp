#include "wire/session_state.h"

#include "wire/malformed.h"

namespace leasehold::wire {

Result<std::optional<SessionStateItem>> SessionStateReader::next() {
    using Type = SessionStateItem::Type;
    while (variables_.at_end()) {
        if (reader_.at_end()) return std::optional<SessionStateItem>();
        const std::uint8_t type = reader_.u8();
        const BytesView data = reader_.lenenc_bytes();
        if (!reader_.ok()) return malformed("session state item");
        if (type == static_cast<std::uint8_t>(Type::system_variable)) {
            variables_ = Reader(data);
            continue;
        }
        SessionStateItem item;
        Reader value(data);
        if (type > static_cast<std::uint8_t>(Type::transaction_state)) {
            item.value = to_text(data);
            return std::optional(item);
        }
        item.type = static_cast<Type>(type);
        // Documented with a length of its own, but MySQL 9.7 and MariaDB 10.11 send the bare "1".
        if (item.type == Type::state_change && data.size() == 1) {
            item.value = to_text(data);
            return std::optional(item);
        }
        if (item.type == Type::gtids) value.skip(1);  // the encoding, of which only 0 exists
        item.value = value.lenenc_text();
        if (!value.ok()) return malformed("session state value");
        return std::optional(item);
    }
    SessionStateItem variable;
    variable.type = Type::system_variable;
    variable.name = variables_.lenenc_text();
    variable.value = variables_.lenenc_text();
    if (!variables_.ok()) return malformed("session state variable");
    return std::optional(variable);
}

void append_session_state(Bytes& out, const SessionStateItem& item) {
    using Type = SessionStateItem::Type;
    const bool is_bare = item.type == Type::state_change;
    std::size_t length = (is_bare ? 0 : lenenc_size(item.value.size())) + item.value.size();
    if (item.type == Type::system_variable) length += lenenc_size(item.name.size()) + item.name.size();
    if (item.type == Type::gtids) length += 1;
    append_u8(out, static_cast<std::uint8_t>(item.type));
    append_lenenc(out, length);
    if (item.type == Type::system_variable) append_lenenc_text(out, item.name);
    if (item.type == Type::gtids) append_u8(out, 0);
    if (is_bare) {
        append_text(out, item.value);
    } else {
        append_lenenc_text(out, item.value);
    }
}

}  // namespace leasehold::wire
