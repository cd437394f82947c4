#include "pool/connection.h"

#include "base/memory_account.h"
#include "pool/pool.h"

namespace leasehold::pool {

std::atomic<std::uint64_t> Connection::live_{0};

std::string_view to_string(ConnectionState state) {
    switch (state) {
        case ConnectionState::connecting:
            return "connecting";
        case ConnectionState::idle:
            return "idle";
        case ConnectionState::leased:
            return "leased";
        case ConnectionState::reserved:
            return "reserved";
    }
    return "connecting";
}

Connection::Connection(Pool& pool, wire::Capabilities profile, std::size_t statement_cap)
    : statements(statement_cap), pool_(pool), profile_(profile) {
    live_.fetch_add(1, std::memory_order_relaxed);
    charge(MemoryPart::tablet_connections, allocated_size(sizeof(Connection)));
}

Connection::~Connection() {
    live_.fetch_sub(1, std::memory_order_relaxed);
    charge(MemoryPart::tablet_connections, -static_cast<std::int64_t>(allocated_size(sizeof(Connection))));
}

void Connection::note_prepared(const PreparedTextRef& text, std::uint32_t id) {
    if (const auto other = statements.find(text)) {
        stale_statements.push_back(*other);
        statements.forget(text);
    }
    for (const std::uint32_t oldest : statements.put(text, id)) stale_statements.push_back(oldest);
}

void Connection::on_peer_gone() noexcept {
    pool_.on_peer_gone(*this);
}

}  // namespace leasehold::pool
