// The words in front of the name in CREATE, ALTER, DROP, RENAME and TRUNCATE, read off the tokens: for the
// kind, the effects, the splitter and the parser alike. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "router/sql/ast_statement.h"
#include "router/sql/token.h"

namespace leasehold::router {

struct DdlHead {
    DdlVerb verb = DdlVerb::create;
    DdlObject object = DdlObject::other;
    bool temporary = false;
    bool or_replace = false;
    bool if_exists = false;
    bool if_not_exists = false;
    std::size_t next = 0;  // index of the token behind these words: the object's name

    // Whether statements separated by `;` may follow as part of it: a stored program.
    bool has_body() const;
};

// `tokens` ends with `end` or `error`. Nothing when the statement at `first` is not one of the five verbs.
std::optional<DdlHead> read_ddl_head(std::span<const Token> tokens, std::size_t first);

}  // namespace leasehold::router
