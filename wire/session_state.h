// The session state of an OK packet (SESSION_TRACK): what the server says a statement changed. Views into the
// packet. Source: dev.mysql.com, "Protocol::OK_Packet, Session State Information". Errors: 1835 (malformed
// packet).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "wire/bytes.h"

namespace leasehold::wire {

struct SessionStateItem {
    enum class Type : std::uint8_t {
        system_variable = 0,              // name and value
        schema = 1,                       // value: the schema's name
        state_change = 2,                 // value: "1"
        gtids = 3,                        // value: the GTID set
        transaction_characteristics = 4,  // value: the statement that would set them, may be empty
        transaction_state = 5,            // value: eight characters, e.g. "T_______"
        unknown = 255,                    // value: the item's data
    };
    Type type = Type::unknown;
    std::string_view name;  // of a system variable, else empty
    std::string_view value;
};

// Walks the items one by one, without allocation. A malformed item ends the walk with an error.
class SessionStateReader {
  public:
    explicit SessionStateReader(BytesView session_state) : reader_(session_state) {}
    // Empty at the end. One system-variable item may hold several variables (MariaDB): each is given on its
    // own.
    Result<std::optional<SessionStateItem>> next();

  private:
    Reader reader_;
    Reader variables_{BytesView()};
};

// For answers made by the proxy: appends one item.
void append_session_state(Bytes& out, const SessionStateItem& item);

}  // namespace leasehold::wire
