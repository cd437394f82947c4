#include "proxy/no_scatter.h"

#include <algorithm>

#include "base/mysql_errors.h"
#include "router/directives.h"

namespace leasehold::proxy {
namespace {

bool concerns_rows(router::StatementKind kind) {
    switch (kind) {
        case router::StatementKind::select:
        case router::StatementKind::insert:
        case router::StatementKind::replace:
        case router::StatementKind::update:
        case router::StatementKind::delete_:
            return true;
        default:
            return false;
    }
}

// Its name; empty: none is asked as a whole.
std::string scattered_keyspace(const router::Plan& plan, const router::Route& route,
                               const router::Topology& topology) {
    const auto whole = [&](std::size_t keyspace, std::size_t shards) {
        return shards > 1 && shards == topology.keyspaces[keyspace].shards.size();
    };
    if (route.gather != nullptr) {
        for (const router::GatherRead& read : route.gather->reads) {
            if (whole(read.keyspace, read.shards.size())) return topology.keyspaces[read.keyspace].name;
        }
        return {};
    }
    if (plan.opcode != router::Opcode::scatter || !whole(route.keyspace, route.shards.size())) return {};
    return topology.keyspaces[route.keyspace].name;
}

}  // namespace

std::optional<Error> refused_scatter(const Session& session, const router::Plan& plan,
                                     const router::Route& route, std::string_view sql) {
    if (route.gather == nullptr && route.shards.size() < 2) return std::nullopt;
    const World& world = *session.site().world();
    const UserAccount* account = world.find_user(session.state().login.user);
    if (account == nullptr || !account->no_scatter || !concerns_rows(plan.kind)) return std::nullopt;
    const std::string keyspace = scattered_keyspace(plan, route, *world.topology);
    if (keyspace.empty() || router::directives_of(sql).allow_scatter) return std::nullopt;
    return make_error(mysql_error::unknown_error,
                      "user '" + session.state().login.user + "' may not ask every shard of keyspace " +
                          keyspace +
                          " (users.no_scatter): name values of a vindex, or say /*vt+ ALLOW_SCATTER */");
}

}  // namespace leasehold::proxy
