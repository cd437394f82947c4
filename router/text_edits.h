// Changes of a statement's text before it is planned, by byte ranges. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "router/sql/parser.h"

namespace leasehold::router {

// Bytes [range) of the statement become `text`; an empty range inserts.
struct TextEdit {
    Range range;
    std::string text;
};

// The changed text. An unnamed column of a SELECT's result whose text changes keeps the name that MySQL gives
// it.
std::string with_edits(const ParseTree& tree, std::vector<TextEdit> edits);

}  // namespace leasehold::router
