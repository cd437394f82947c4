#include "router/keyspace_choice.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "router/analysis.h"
#include "router/placement.h"
#include "router/sql/fold.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

// Names of common table expressions, read off the tokens: `name [(columns)] AS (SELECT`.
std::set<std::string, std::less<>> common_table_names(const TokenList& list) {
    std::set<std::string, std::less<>> names;
    const std::vector<Token>& tokens = list.tokens;
    const bool any = std::ranges::any_of(tokens, [](const Token& t) { return t.keyword == Keyword::with; });
    if (!any) return names;
    std::vector<std::size_t> open;  // positions of the parentheses that are open
    std::size_t last_opened = 0;    // where the pair closed last began
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
        if (tokens[i].kind == TokenKind::left_paren) open.push_back(i);
        if (tokens[i].kind == TokenKind::right_paren && !open.empty()) {
            last_opened = open.back();
            open.pop_back();
        }
        if (tokens[i].keyword != Keyword::as || tokens[i + 1].kind != TokenKind::left_paren || i == 0)
            continue;
        const Keyword word = tokens[i + 2].keyword;
        const bool query = word == Keyword::select || word == Keyword::with || word == Keyword::values ||
                           word == Keyword::table || tokens[i + 2].kind == TokenKind::left_paren;
        if (!query) continue;
        std::size_t name = i - 1;
        if (tokens[name].kind == TokenKind::right_paren) {
            if (last_opened == 0) continue;
            name = last_opened - 1;
        }
        if (is_name(tokens[name].kind)) names.insert(unquote_name(tokens[name].text(list.sql)));
    }
    return names;
}

// What a server carries out with no database selected, unless it names a table.
bool works_without_database(StatementKind kind) {
    switch (kind) {
        case StatementKind::select:
        case StatementKind::show:
        case StatementKind::set:
        case StatementKind::do_:
        case StatementKind::explain:
        case StatementKind::other:
        case StatementKind::flush:
        case StatementKind::unlock_tables:
        case StatementKind::prepare:
        case StatementKind::execute:
        case StatementKind::deallocate:
            return true;
        default:
            return false;
    }
}

class Chooser {
  public:
    Chooser(const ParseTree& tree, const Target& target, const Schema& schema)
        : tree_(tree), schema_(schema), strict_(tree.parsed() && tree.statement->kind != StatementKind::ddl) {
        if (!target.keyspace.empty()) session_ = schema.find_keyspace(target.keyspace);
        if (const auto home = schema.topology().home_of_other_databases(target.keyspace))
            home_ = &schema.keyspace(*home);
    }

    Result<KeyspaceChoice> choose() {
        const auto common = common_table_names(tree_.tokens);
        for (const TableName& name : tree_.statement->tables) {
            if (!name.schema.empty()) {
                qualified(name.schema.text);
            } else if (!common.contains(name.table.text) && !equal_folded(name.table.text, "dual")) {
                unqualified_ = true;
            }
        }
        other_names();
        if (error_) return *std::move(error_);
        if (unqualified_ && session_ != nullptr) named_.insert(session_->index());
        if (named_.size() > 1 && tree_.as<SelectStatement>() != nullptr)
            return KeyspaceChoice{&first_of_several(), true, false};
        if (named_.size() > 1) {
            std::string names;
            for (const std::uint16_t index : named_) {
                names += (names.empty() ? "" : ", ") + schema_.keyspace(index).keyspace().name;
            }
            return unsupported("tables of two keyspaces (" + names + ") in one statement");
        }
        if (named_.empty() && session_ == nullptr && home_ != nullptr && concerns_databases())
            return KeyspaceChoice{home_, false, false};
        if (named_.empty()) return KeyspaceChoice{session_, false, unqualified_ || needs_database_};
        const bool without = session_ == nullptr && unqualified_;
        return KeyspaceChoice{without ? nullptr : &schema_.keyspace(*named_.begin()), false, without};
    }

  private:
    // The session's own, else one that is sharded.
    const KeyspaceSchema& first_of_several() const {
        if (session_ != nullptr && named_.contains(session_->index())) return *session_;
        for (const std::uint16_t index : named_) {
            if (schema_.keyspace(index).sharded()) return schema_.keyspace(index);
        }
        return schema_.keyspace(*named_.begin());
    }

    // CREATE DATABASE, SHOW DATABASES: databases beside those that are keyspaces.
    bool concerns_databases() const {
        if (const auto* ddl = tree_.as<DdlStatement>()) return ddl->object == DdlObject::database;
        const auto* show = tree_.as<ShowStatement>();
        return show != nullptr && show->what == ShowWhat::databases;
    }

    void qualified(std::string_view name) {
        if (const KeyspaceSchema* keyspace = schema_.find_keyspace(name)) {
            named_.insert(keyspace->index());
        } else if (session_ != nullptr && session_->keyspace().database == name) {
            named_.insert(session_->index());  // what DATABASE() told the client
        } else if (is_system_schema(name)) {
            return;
        } else if (home_ != nullptr) {
            named_.insert(home_->index());
        } else if (strict_) {
            error_ = unknown_database(name);
        }
    }

    // Names of databases that are no qualifiers of tables, and statements that work in the default database.
    void other_names() {
        if (const auto* call = tree_.as<CallStatement>()) {
            if (!call->schema.empty()) return qualified(call->schema.text);
            needs_database_ = true;
        }
        const auto* show = tree_.as<ShowStatement>();
        if (show == nullptr) {
            needs_database_ = needs_database_ || !works_without_database(tree_.statement->kind);
            return;
        }
        if (!show->schema.empty()) {
            if (show->what != ShowWhat::create_database) qualified(show->schema.text);
            return;
        }
        switch (show->what) {
            case ShowWhat::tables:
            case ShowWhat::table_status:
            case ShowWhat::open_tables:
            case ShowWhat::triggers:
            case ShowWhat::events:
                unqualified_ = true;
                break;
            default:
                break;
        }
    }

    const ParseTree& tree_;
    const Schema& schema_;
    const KeyspaceSchema* session_ = nullptr;
    const KeyspaceSchema* home_ = nullptr;  // of databases that are no keyspaces
    std::set<std::uint16_t> named_;
    bool strict_;
    bool unqualified_ = false;
    bool needs_database_ = false;
    std::optional<Error> error_;
};

std::string quoted(std::string_view name) {
    std::string text = "`";
    for (const char c : name) {
        if (c == '`') text += '`';
        text += c;
    }
    return text + "`";
}

}  // namespace

bool names_only_keyspaces(const ParseTree& tree, const Schema& schema) {
    if (!tree.parsed()) return false;
    const auto common = common_table_names(tree.tokens);
    bool found = false;
    for (const TableName& name : tree.statement->tables) {
        if (name.schema.empty() && common.contains(name.table.text)) continue;
        if (name.schema.empty() || schema.find_keyspace(name.schema.text) == nullptr) return false;
        found = true;
    }
    return found;
}

Result<KeyspaceChoice> choose_keyspace(const ParseTree& tree, const Target& target, const Schema& schema) {
    return Chooser(tree, target, schema).choose();
}

std::vector<TokenEdit> qualifier_edits(const ParseTree& tree, const KeyspaceSchema& keyspace) {
    const std::string& name = keyspace.keyspace().name;
    const std::string& database = keyspace.keyspace().database;
    if (name == database) return {};
    std::set<std::uint32_t> places;  // where names of databases begin, beyond doubt
    for (const TableName& table : tree.statement->tables) {
        if (!table.schema.empty()) places.insert(table.schema.range.begin);
    }
    if (const auto* show = tree.as<ShowStatement>(); show != nullptr) places.insert(show->schema.range.begin);
    if (const auto* call = tree.as<CallStatement>(); call != nullptr) places.insert(call->schema.range.begin);
    if (const auto* deletion = tree.as<DeleteStatement>()) {
        for (const TableName& target : deletion->targets) {
            if (!target.schema.empty()) places.insert(target.schema.range.begin);
        }
    }
    // Statements that name more objects than tables; there db.x is such an object unless a table is called
    // db.
    const StatementKind kind = tree.statement->kind;
    const auto* shown = tree.as<ShowStatement>();
    const bool shows_object = shown != nullptr && shown->what == ShowWhat::create_other;
    const bool defines = (kind == StatementKind::ddl || kind == StatementKind::admin || shows_object) &&
                         std::ranges::none_of(tree.statement->tables, [&](const TableName& table) {
                             return table.table.text == name;
                         });
    const std::vector<Token>& tokens = tree.tokens.tokens;
    const auto kind_at = [&](std::size_t i) { return i < tokens.size() ? tokens[i].kind : TokenKind::end; };
    std::vector<TokenEdit> edits;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!is_name(tokens[i].kind) || (i > 0 && tokens[i - 1].kind == TokenKind::dot)) continue;
        const bool sure = places.contains(tokens[i].offset);
        const bool qualifies = kind_at(i + 1) == TokenKind::dot;
        if (!sure && !qualifies) continue;
        if (unquote_name(tokens[i].text(tree.sql())) != name) continue;
        // db.table.column and db.function(): in db.column the name is a table's.
        const TokenKind behind = kind_at(i + 3);
        const bool longer = qualifies && (behind == TokenKind::dot || behind == TokenKind::left_paren);
        if (sure || longer || (qualifies && defines))
            edits.push_back({static_cast<std::uint32_t>(i), quoted(database)});
    }
    return edits;
}

}  // namespace leasehold::router
