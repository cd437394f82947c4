// Statements that read information_schema, and SHOW TABLE STATUS, written for the tablet that answers them:
// so that a keyspace answers as one database does, under its own name and with the sums of its shards. Pure;
// proxy/catalog.h asks the tablets what it has to be told.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/value.h"
#include "router/catalog_table.h"
#include "router/catalog_use.h"
#include "router/sql/parser.h"
#include "router/sql/sql_mode.h"
#include "router/topology.h"

namespace leasehold::router {

// Whether and how a SELECT or SHOW TABLE STATUS reads information_schema. `target`: null, none chosen.
CatalogUse catalog_use(const ParseTree& tree, const Target* target);

// The one keyspace that conditions name (TABLE_SCHEMA = 'customer', bound or written, = or IN or LIKE without
// wildcards), or that a SHOW is FROM; nothing: none, or several, or there are tables of keyspaces beside.
// `parameters`: of a prepared statement. `target`: null, none chosen.
std::optional<std::uint16_t> catalog_keyspace(std::string_view sql, SqlMode mode,
                                              std::span<const SqlValue> parameters, const Topology& topology,
                                              const Target* target);

// The text for the tablet; nothing: as it stands. `target`: null, none chosen.
std::optional<std::string> with_catalog(std::string_view sql, SqlMode mode, const CatalogView& view,
                                        const Target* target);

}  // namespace leasehold::router
