// The prepared statements of one session: the client's ids to texts. The tablets' ids belong to their
// connections (pool/statement_cache.h), so a session's statements tie it to none. Owner: the session. Thread:
// the worker's.
#pragma once

#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/memory_account.h"
#include "pool/statement_cache.h"
#include "router/plan.h"
#include "wire/prepared.h"

namespace leasehold::proxy {

struct PreparedStatement {
    pool::PreparedTextRef text;
    router::PlanRef plan;
    std::uint64_t generation = 0;  // of the site's world when it was planned
    std::uint16_t parameters = 0;
    std::uint16_t columns = 0;
    bool ready = false;                    // the tablet has accepted it
    std::optional<Error> long_data_error;  // COM_STMT_SEND_LONG_DATA has no answer: the execute tells
    std::vector<wire::BoundType> types;    // of the last execute that bound them
    std::vector<std::uint16_t> long_data;  // parameters that got data since the last execute, in rising order
};

// PREPARE name FROM 'text' on a sharded keyspace (proxy/text_prepared.h).
struct NamedStatement {
    std::string sql;
    std::uint32_t parameters = 0;
};

class PreparedStatements {
  public:
    // Names are in lower case.
    void name(const std::string& name, NamedStatement statement);
    const NamedStatement* find(std::string_view name) const;
    bool erase(std::string_view name);

    // In place of an id: the statement that was prepared last, if none has failed to be since, so that a
    // client can send PREPARE and EXECUTE in one (MariaDB 10.2, mariadb.com/kb/en/com_stmt_execute).
    static constexpr std::uint32_t newest = 0xffffffff;
    void forget_newest() { newest_id_ = 0; }

    std::uint32_t add(PreparedStatement statement);
    PreparedStatement* find(std::uint32_t id);
    bool erase(std::uint32_t id);
    bool has_long_data() const;  // one that waits for its execute
    std::size_t clear();
    std::size_t size() const { return statements_.size() + named_.size(); }
    std::size_t memory() const { return memory_.bytes(); }

  private:
    std::unordered_map<std::uint32_t, PreparedStatement> statements_;
    boost::container::flat_map<std::string, NamedStatement, std::less<>> named_;
    std::size_t named_bytes_ = 0;
    void account();
    MemoryCharge memory_{MemoryPart::prepared_statements};
    std::uint32_t id_of(std::uint32_t told) const { return told == newest ? newest_id_ : told; }
    std::uint32_t last_id_ = 0;    // given out
    std::uint32_t newest_id_ = 0;  // 0: none
};

}  // namespace leasehold::proxy
