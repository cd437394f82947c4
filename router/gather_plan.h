// Gathering: the rows that a statement needs are brought from their shards into temporary tables on one
// tablet, where the statement runs as it stands. It answers every SELECT that neither one shard nor a merge
// of several answers gives. Pure; proxy/gather.h carries it out.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "router/analysis.h"
#include "router/routing.h"
#include "router/statement_text.h"

namespace leasehold::router {

// A condition of the text, as tokens of it.
struct GatherFilter {
    TokenSpan span;
    std::vector<std::string> columns;  // lower case
};

// One use of a table in the statement.
struct GatherUse {
    TokenSpan name;   // with its qualifier
    TokenSpan extra;  // PARTITION (...) and FOR SYSTEM_TIME; left out of the statement that runs in the end
    bool may_be_named = true;  // an alias may follow and does not yet
    std::vector<GatherFilter> filters;
    std::optional<KeyConstraint> key;  // unset: any shard
};

struct GatherTable {
    const KeyspaceSchema* keyspace = nullptr;
    std::string name;
    bool everywhere = false;  // a reference table: any shard has all of it
    std::string locking;
    std::vector<GatherUse> uses;
    bool changes = false;                   // as GatherRead's
    std::shared_ptr<const RowPlace> place;  // likewise
    std::shared_ptr<const OwnedLookups> lookups;
};

// ORDER BY and LIMIT of an UPDATE or a DELETE of one table: each shard's first rows are enough where it can
// check the whole WHERE.
struct GatherFirst {
    TokenSpan order_by;  // with its words; empty: none
    TokenSpan limit;     // the number; empty: none
};

// INSERT ... SELECT.
struct GatherTarget {
    TokenSpan query;
    TokenSpan tail;    // ON DUPLICATE KEY UPDATE ...; empty: none
    std::string head;  // as GatherInsert's
    std::size_t columns = 0;
};

class GatherRouting final : public Routing {
  public:
    struct Parts {
        std::vector<GatherTable> tables;
        bool all_columns = true;
        std::set<std::string, std::less<>> names;
        std::vector<std::uint32_t> qualifiers;  // tokens of databases' names in front of tables' columns
        std::optional<GatherTarget> target;
        std::optional<GatherChange> change;
        std::optional<GatherFirst> first;
        bool plain_text = true;  // no executable comments: conditions can be taken out of it
    };

    GatherRouting(RoutingBase base, Constants constants, Parts parts)
        : base_(std::move(base)), constants_(std::move(constants)), parts_(std::move(parts)) {}
    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override;
    std::string describe() const override;
    std::size_t bytes() const override;

  private:
    RoutingBase base_;
    Constants constants_;
    Parts parts_;
};

}  // namespace leasehold::router
