// SET's assignments, read off the tokens: for the effects, and for the parser, which adds the values'
// expressions. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/sql/ast_statement.h"
#include "router/sql/lexer.h"

namespace leasehold::router {

// Token indexes are [first, last).
struct SetItem {
    VariableScope scope = VariableScope::session;
    std::size_t first = 0;  // the whole assignment
    std::size_t last = 0;
    std::size_t name_first = 0;  // the name, as written; of SET TRANSACTION the characteristic's words
    std::size_t name_last = 0;
    std::size_t value_first = 0;
    std::size_t value_last = 0;
};

struct SetClause {
    SetForm form = SetForm::assignments;
    std::vector<SetItem> items;
    bool well_formed = true;  // every assignment has a name and a value
    std::size_t end = 0;      // for_statement: the index of FOR; otherwise behind the last token read
};

// `set_at`: the index of the word SET.
SetClause read_set_clause(const TokenList& list, std::size_t set_at);

// The variable's name without @, @@, scope and quotes, case kept.
std::string set_item_name(const TokenList& list, const SetItem& item);

// The text of tokens [first, last), with what stands between them; executable comments are opened.
std::string joined_text(const TokenList& list, std::size_t first, std::size_t last);

}  // namespace leasehold::router
