#include "router/unsupported.h"

#include "base/mysql_errors.h"

namespace leasehold::router {

Error unsupported(std::string_view what) {
    return make_error(mysql_error::unknown_error, "unsupported: " + std::string(what));
}

Error unsupported_when_sharded(std::string_view what, const KeyspaceSchema& keyspace) {
    return unsupported(std::string(what) + " (keyspace " + keyspace.keyspace().name + " is sharded)");
}

Error unsupported_over_shards(std::string_view what, const KeyspaceSchema& keyspace) {
    return unsupported(std::string(what) + " over several shards (keyspace " + keyspace.keyspace().name +
                       ", " + std::to_string(keyspace.shard_count()) + " shards)");
}

Error no_database() {
    return make_error(mysql_error::no_db, "No database selected");
}

Error unknown_database(std::string_view name) {
    return make_error(mysql_error::bad_db, "Unknown database '" + std::string(name) + "'");
}

}  // namespace leasehold::router
