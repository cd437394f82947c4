// What has an effect: the one place to read and to add to. Names are in lower case.
#pragma once

#include <span>
#include <string_view>

#include "router/sql/effects.h"
#include "router/sql/keyword.h"

namespace leasehold::router {

struct NamedEffect {
    std::string_view name;
    Effect effect;
};

// Functions, wherever they are called in a statement; one with several effects stands there several times.
// LAST_INSERT_ID is not among them: with an argument it sets.
std::span<const NamedEffect> function_effects();

// System variables that are read (@@x).
std::span<const NamedEffect> variable_effects();

// Statements that commit an open transaction, by their first word; an empty second word matches any. DDL,
// LOCK TABLES, SET PASSWORD and FLUSH are told by their kind. Source: dev.mysql.com "Statements That Cause an
// Implicit Commit"; mariadb.com/kb "SQL statements That Cause an Implicit Commit".
struct CommittingWords {
    Keyword first;
    Keyword second = Keyword::none;
};
std::span<const CommittingWords> committing_words();

// Effects that outlast the statement: what a prepared text must not hold if preparing it is to stay harmless.
bool outlasts_statement(const EffectSet& set);

}  // namespace leasehold::router
