// SET: the assignments are read off the tokens (set_items.h); here their values become expressions.
#include "router/sql/parser_impl.h"
#include "router/sql/set_items.h"

namespace leasehold::router {

Statement* Parser::set() {
    auto* s = make<SetStatement>();
    const SetClause clause = read_set_clause(list_, position_);
    s->form = clause.form;
    if (!clause.well_formed) {
        fail();
        return s;
    }
    s->assignments = set_assignments(clause);
    position_ = clause.end;
    if (s->form == SetForm::for_statement) {
        expect(Keyword::for_);
        if (at(Keyword::set) && word(1) == Keyword::statement) fail();
        s->inner = statement();
    }
    return s;
}

std::span<SetAssignment> Parser::set_assignments(const SetClause& clause) {
    auto list = list_of<SetAssignment>();
    for (const SetItem& item : clause.items) {
        if (failed_) break;
        SetAssignment assignment = set_assignment(item);
        const bool is_text = clause.form == SetForm::transaction || item.scope == VariableScope::names ||
                             item.scope == VariableScope::character_set;
        if (!is_text) {
            position_ = item.value_first;
            assignment.value = set_value(item.value_last);
        }
        list.push(assignment);
    }
    return list.span();
}

SetAssignment Parser::set_assignment(const SetItem& item) {
    const auto range_of = [this](std::size_t first, std::size_t last) {
        if (first >= last) return Range{list_.tokens[first].offset, list_.tokens[first].offset};
        return Range{list_.tokens[first].offset, list_.tokens[last - 1].end()};
    };
    SetAssignment assignment;
    assignment.range = range_of(item.first, item.last);
    assignment.scope = item.scope;
    assignment.value_range = range_of(item.value_first, item.value_last);
    assignment.name.range = range_of(item.name_first, item.name_last);
    const std::string text = set_item_name(list_, item);
    char* const copy = static_cast<char*>(arena_.allocate(text.size() + 1, 1));
    text.copy(copy, text.size());
    assignment.name.text = {copy, text.size()};
    return assignment;
}

// Null for the words that are values here only: ON, ALL, BINARY, DEFAULT, ROW, SYSTEM.
Expr* Parser::set_value(std::size_t last_token) {
    if (position_ + 1 == last_token) {
        switch (word()) {
            case Keyword::on:
            case Keyword::all:
            case Keyword::binary:
            case Keyword::default_:
                return nullptr;
            default:
                break;
        }
    }
    Expr* const value = expr();
    if (position_ != last_token) fail();
    return value;
}

}  // namespace leasehold::router
