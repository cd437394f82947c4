// On which shards the rows stand that a statement touches. Pure, from the facts of an Analysis.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "router/analysis.h"
#include "router/routing.h"

namespace leasehold::router {

struct Placement {
    bool sharded = false;  // it touches a table whose rows are spread, or pinned to one shard
    // The values that decide, when they decide for every such table; empty: the rows can be on every shard.
    std::vector<KeyConstraint> constraints;
    std::optional<SplitList> split;
    // Why the shards' answers one after another would not be the answer; empty: they would.
    std::string obstacle;
};

Placement place(const Analysis& analysis, const TokenList& tokens);

// Each instance for itself: on which shards the rows of it stand that matter. Unset: on every shard, or on
// any one for a reference table.
std::vector<std::optional<KeyConstraint>> place_each(const Analysis& analysis, const TokenList& tokens);

// The tokens of a part of the text.
TokenSpan tokens_of(const TokenList& tokens, Range range);

}  // namespace leasehold::router
