#include "router/sql/table_scan.h"

#include <algorithm>

#include "router/sql/arena_list.h"

namespace leasehold::router {
namespace {

bool precedes_table(Keyword keyword) {
    switch (keyword) {
        case Keyword::from:
        case Keyword::join:
        case Keyword::straight_join:
        case Keyword::into:
        case Keyword::update:
        case Keyword::table:
        case Keyword::tables:
            return true;
        default:
            return false;
    }
}

// Words that may stand between the word above and the name.
bool is_modifier(Keyword keyword) {
    switch (keyword) {
        case Keyword::if_:
        case Keyword::not_:
        case Keyword::exists:
        case Keyword::ignore:
        case Keyword::low_priority:
        case Keyword::table:
            return true;
        default:
            return false;
    }
}

class Scan {
  public:
    Scan(const TokenList& list, std::pmr::memory_resource& arena)
        : list_(list), arena_(arena), tables_(arena) {}

    std::span<TableName> run() {
        while (!ends()) {
            if (!precedes_table(token().keyword)) {
                ++at_;
                continue;
            }
            ++at_;
            while (is_modifier(token().keyword)) ++at_;
            names();
        }
        return tables_.span();
    }

  private:
    const Token& token() const { return list_.tokens[std::min(at_, list_.tokens.size() - 1)]; }
    bool ends() const { return token().kind == TokenKind::end || token().kind == TokenKind::error; }
    bool at_name() const { return is_name(token().kind) && !is_reserved(token().keyword); }

    void names() {
        while (at_name()) {
            TableName table;
            table.range.begin = token().offset;
            table.table = name();
            if (token().kind == TokenKind::dot) {
                ++at_;
                if (!at_name()) return;
                table.schema = table.table;
                table.table = name();
            }
            table.range.end = table.table.range.end;
            tables_.push(table);
            if (token().kind != TokenKind::comma) return;
            ++at_;
        }
    }

    Name name() {
        const Token& t = token();
        const std::string text = unquote_name(t.text(list_.sql));
        char* const copy = static_cast<char*>(arena_.allocate(text.size() + 1, 1));
        text.copy(copy, text.size());
        ++at_;
        return Name{{t.offset, t.end()}, {copy, text.size()}, t.kind == TokenKind::quoted_identifier};
    }

    const TokenList& list_;
    std::pmr::memory_resource& arena_;
    ArenaList<TableName> tables_;
    std::size_t at_ = 0;
};

}  // namespace

std::span<TableName> scan_tables(const TokenList& tokens, std::pmr::memory_resource& arena) {
    return Scan(tokens, arena).run();
}

}  // namespace leasehold::router
