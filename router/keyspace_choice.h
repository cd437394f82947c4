// Which keyspace a statement is for, by its qualifiers and the session's target; and the changes its text
// needs there. Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "router/schema.h"
#include "router/sql/parser.h"
#include "router/statement_text.h"

namespace leasehold::router {

struct KeyspaceChoice {
    const KeyspaceSchema* keyspace = nullptr;  // null: the statement names none and the session has none
    bool several = false;                      // a SELECT of tables of other keyspaces too
    bool needs_database = false;               // with no keyspace: the statement cannot do without one
};

// Errors: 1049 for a qualifier that is no keyspace, 1105 for tables of two keyspaces. Statements that the
// grammar does not know may name what is no table: their unknown qualifiers are passed over.
Result<KeyspaceChoice> choose_keyspace(const ParseTree& tree, const Target& target, const Schema& schema);

// Whether the statement has tables, and all of them are said to be a keyspace's: `customer.orders`.
bool names_only_keyspaces(const ParseTree& tree, const Schema& schema);

// Qualifiers that name the keyspace, where its database has another name.
std::vector<TokenEdit> qualifier_edits(const ParseTree& tree, const KeyspaceSchema& keyspace);

}  // namespace leasehold::router
