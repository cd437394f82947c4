#include "router/plan_gather.h"

#include <algorithm>
#include <map>

#include "router/ast_walk.h"
#include "router/gather_plan.h"
#include "router/lookup_owner.h"
#include "router/row_place.h"
#include "router/sql/fold.h"
#include "router/table_definition.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

std::string words_of(const Locking& locking) {
    switch (locking.strength) {
        case LockStrength::update:
            return "FOR UPDATE";
        case LockStrength::share:
            return "FOR SHARE";
        case LockStrength::share_mode:
            return "LOCK IN SHARE MODE";
    }
    return "FOR UPDATE";
}

std::string words_of(LockWait wait) {
    switch (wait) {
        case LockWait::nowait:
            return " NOWAIT";
        case LockWait::skip_locked:
            return " SKIP LOCKED";
        case LockWait::wait:
        case LockWait::wait_seconds:
            return "";
    }
    return "";
}

// Whether an expression needs nothing but the row that is there and VALUES(): no other table's columns.
bool reads_only(const Expr& expr, std::string_view table) {
    if (const auto* column = expr.as<ColumnExpr>()) {
        return column->table.empty() || column->table.text == table;
    }
    if (expr.kind == ExprKind::parameter) return false;
    bool only = true;
    visit_children(
        expr, [&](const Expr& child) { only = only && reads_only(child, table); },
        [&](const Query&) { only = false; });
    return only;
}

class GatherPlanner {
  public:
    GatherPlanner(const ShardedStatement& statement, const Query* query)
        : statement_(statement), tokens_(statement.tree.tokens), query_(query) {}

    // `insert`: whose query it is; null: the statement is a query.
    Result<std::unique_ptr<const Routing>> plan(const InsertStatement* insert,
                                                std::optional<GatherTarget> target) {
        parts_.target = std::move(target);
        if (query_->into != nullptr && query_->into->kind != IntoKind::variables)
            return unsupported_over_shards("INTO OUTFILE", statement_.keyspace());
        Analyzer analyzer(statement_.tree, gather_lookup(statement_));
        Result<Analysis> analysis =
            insert == nullptr ? analyzer.analyze(*query_) : analyzer.analyze_source(*insert);
        if (!analysis) return analysis.error();
        return of(*std::move(analysis));
    }

    // Of an UPDATE or a DELETE that changes rows of `changed`.
    Result<std::unique_ptr<const Routing>> plan(Analysis analysis, GatheredChange change) {
        changed_ = std::move(change.changed);
        moves_ = change.moves;
        entries_ = change.entries;
        parts_.change = std::move(change.change);
        parts_.first = change.first;
        whole_where_ = change.where;
        parts_.qualifiers = std::move(change.qualifiers);
        return of(std::move(analysis));
    }

  private:
    Result<std::unique_ptr<const Routing>> of(Analysis analysis) {
        analysis_ = std::move(analysis);
        std::vector<std::optional<KeyConstraint>> keys = place_each(analysis_, tokens_);
        // Tables that are changed come first: the first use of a table keeps its name.
        for (const std::uint32_t i : changed_) add_use(i, std::move(keys[i]));
        for (std::uint32_t i = 0; i < analysis_.instances.size(); ++i) {
            if (!is_changed(i)) add_use(i, std::move(keys[i]));
        }
        find_names();
        add_names_of_lookups();
        if (moves_) parts_.all_columns = true;
        find_qualifiers();
        parts_.plain_text = !tokens_.executable_comments;
        return std::unique_ptr<const Routing>(std::make_unique<GatherRouting>(
            statement_.base, std::move(analysis_.constants), std::move(parts_)));
    }

    bool is_changed(std::uint32_t index) const {
        return std::ranges::find(changed_, index) != changed_.end();
    }

    void add_use(std::uint32_t index, std::optional<KeyConstraint> key) {
        const TableInstance& instance = analysis_.instances[index];
        GatherUse use;
        use.name = tokens_of(tokens_, instance.name->range);
        use.may_be_named = instance.factor != nullptr && instance.factor->alias.empty();
        use.extra = extra_of(instance);
        use.key = std::move(key);
        const bool first = parts_.first && is_changed(index);
        if (first && whole_where_ != nullptr) add_filter(use, *whole_where_);
        if (use.filters.empty()) {
            // A shard that does not check all of WHERE cannot say which rows are the first.
            if (first && whole_where_ != nullptr) parts_.first->limit = {};
            for (const Filter& filter : analysis_.filters) {
                if (filter.instance == index) add_filter(use, *filter.condition);
            }
        }
        // Uses of other partitions or times are other rows.
        const bool own = use.extra.first != use.extra.last;
        const auto found = std::ranges::find_if(parts_.tables, [&](const GatherTable& table) {
            return !own && table.keyspace == instance.keyspace && table.name == instance.table->name &&
                   table.uses.front().extra.first == table.uses.front().extra.last;
        });
        if (found != parts_.tables.end()) {
            found->uses.push_back(std::move(use));
            if (found->locking.empty()) found->locking = locking_of(index);
            return;
        }
        GatherTable table;
        table.keyspace = instance.keyspace;
        table.name = instance.table->name;
        table.everywhere = instance.table->type == TableType::reference;
        table.locking = locking_of(index);
        table.changes = is_changed(index);
        if (table.changes && moves_) {
            table.place =
                std::make_shared<RowPlace>(statement_.base.schema, *instance.keyspace, *instance.table);
        }
        if (table.changes && entries_) {
            table.lookups = owned_lookups(statement_.base.schema, *instance.keyspace, *instance.table);
        }
        table.uses.push_back(std::move(use));
        parts_.tables.push_back(std::move(table));
    }

    // What stands between the table's name and its alias.
    TokenSpan extra_of(const TableInstance& instance) const {
        if (instance.factor == nullptr) return {};
        const TableFactor& factor = *instance.factor;
        if (factor.partitions.empty() && factor.for_clause.empty()) return {};
        TokenSpan extra = tokens_of(tokens_, instance.name->range);
        extra.first = extra.last;
        if (!factor.partitions.empty()) {
            extra.last = tokens_of(tokens_, factor.partitions.back().range).last + 1;  // with the parenthesis
        }
        if (!factor.for_clause.empty()) {
            const auto begin =
                static_cast<std::uint32_t>(factor.for_clause.data() - statement_.tree.sql().data());
            extra.last =
                tokens_of(tokens_, {begin, begin + static_cast<std::uint32_t>(factor.for_clause.size())})
                    .last;
        }
        return extra;
    }

    void add_filter(GatherUse& use, const Expr& condition) {
        GatherFilter filter;
        filter.span = tokens_of(tokens_, condition.range);
        int depth = 0;
        for (std::uint32_t i = filter.span.first; i < filter.span.last; ++i) {
            if (tokens_.tokens[i].kind == TokenKind::left_paren) ++depth;
            if (tokens_.tokens[i].kind == TokenKind::right_paren && --depth < 0) return;
        }
        if (depth != 0) return;
        const auto columns = columns_of_plain_condition(condition);
        if (!columns) return;
        for (const ColumnExpr* column : *columns) filter.columns.push_back(to_lower(column->column.text));
        use.filters.push_back(std::move(filter));
    }

    // The outermost query's locks are taken where the rows are. What a change reads it locks, as on a server.
    std::string locking_of(std::uint32_t index) const {
        const TableInstance& instance = analysis_.instances[index];
        if (query_ == nullptr) return is_changed(index) ? "FOR UPDATE" : "LOCK IN SHARE MODE";
        if (analysis_.scopes[instance.scope].kind != ScopeKind::top) return {};
        const std::string_view visible = analysis_.scopes[instance.scope].sources[instance.source].alias;
        for (const Locking& locking : query_->locking) {
            const bool meant =
                locking.of.empty() || std::ranges::any_of(locking.of, [&](const TableName& name) {
                    return name.table.text == visible;
                });
            if (!meant) continue;
            std::string words = words_of(locking) + words_of(locking.wait);
            if (locking.seconds != nullptr) {
                words += " WAIT " + std::string(locking.seconds->range.of(statement_.tree.sql()));
            }
            return words;
        }
        return {};
    }

    // A column whose name stands nowhere in the text is not needed, unless something asks for all.
    void find_names() {
        parts_.all_columns = false;
        for (std::size_t i = 0; i < tokens_.tokens.size(); ++i) {
            const Token& token = tokens_.tokens[i];
            if (is_name(token.kind)) {
                parts_.names.insert(to_lower(unquote_name(token.text(statement_.tree.sql()))));
            }
            // Strings can be names too: AS 'x', and with ANSI_QUOTES "x" is an identifier anyway.
            if (token.keyword == Keyword::natural || token.keyword == Keyword::table)
                parts_.all_columns = true;
            if (token.kind != TokenKind::star || i == 0) continue;
            const Token& before = tokens_.tokens[i - 1];
            const bool multiplies = before.kind == TokenKind::right_paren || is_literal(before.kind) ||
                                    before.kind == TokenKind::parameter ||
                                    (is_name(before.kind) && before.keyword == Keyword::none);
            // In COUNT(*) it asks for no column.
            const bool counts = before.kind == TokenKind::left_paren;
            if (!multiplies && !counts) parts_.all_columns = true;
        }
    }

    // What the entries are made from.
    void add_names_of_lookups() {
        for (const GatherTable& table : parts_.tables) {
            if (table.lookups == nullptr) continue;
            const std::vector<std::string>& key = table.lookups->place.columns();
            parts_.names.insert(key.begin(), key.end());
            for (const LookupUse& use : table.lookups->lookups) parts_.names.insert(use.column);
        }
    }

    // db.table.column and db.table.*: the statement runs where every table stands in one database.
    void find_qualifiers() {
        const std::vector<Token>& tokens = tokens_.tokens;
        std::set<std::uint32_t> names;
        for (const TableInstance& instance : analysis_.instances) {
            const TokenSpan name = tokens_of(tokens_, instance.name->range);
            for (std::uint32_t i = name.first; i < name.last; ++i) names.insert(i);
        }
        for (std::uint32_t i = 0; i + 4 < tokens.size(); ++i) {
            if (!is_name(tokens[i].kind) || (i > 0 && tokens[i - 1].kind == TokenKind::dot) ||
                names.contains(i))
                continue;
            const bool three = tokens[i + 1].kind == TokenKind::dot && is_name(tokens[i + 2].kind) &&
                               tokens[i + 3].kind == TokenKind::dot;
            if (!three) continue;
            const std::string schema = unquote_name(tokens[i].text(statement_.tree.sql()));
            if (is_of_a_table(schema)) parts_.qualifiers.push_back(i);
        }
    }

    bool is_of_a_table(std::string_view schema) const {
        return std::ranges::any_of(analysis_.instances, [&](const TableInstance& instance) {
            const Keyspace& keyspace = instance.keyspace->keyspace();
            return keyspace.name == schema || keyspace.database == schema;
        });
    }

    const ShardedStatement& statement_;
    const TokenList& tokens_;
    const Query* query_;  // null: a change
    Analysis analysis_;
    GatherRouting::Parts parts_;
    std::vector<std::uint32_t> changed_;  // instances
    bool moves_ = false;
    bool entries_ = false;
    const Expr* whole_where_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<const Routing>> plan_gather(const ShardedStatement& statement, const Query& query) {
    return GatherPlanner(statement, &query).plan(nullptr, std::nullopt);
}

TableLookup gather_lookup(const ShardedStatement& statement) {
    TableLookup lookup = statement.lookup();
    lookup.all_keyspaces = statement.base.schema.get();
    return lookup;
}

Result<std::unique_ptr<const Routing>> plan_gather_change(const ShardedStatement& statement,
                                                          Analysis analysis, GatheredChange change) {
    return GatherPlanner(statement, nullptr).plan(std::move(analysis), std::move(change));
}

Result<std::unique_ptr<const Routing>> plan_gather_insert(const ShardedStatement& statement,
                                                          const InsertStatement& insert,
                                                          const std::vector<std::string>& columns) {
    const TokenList& tokens = statement.tree.tokens;
    const auto refuse = [&](std::string_view what) {
        return unsupported_over_shards(what, statement.keyspace());
    };
    if (!insert.returning.empty()) return refuse("INSERT ... SELECT ... RETURNING");
    if (tokens.executable_comments) return refuse("INSERT ... SELECT with a comment that servers execute");
    GatherTarget target;
    target.query = tokens_of(tokens, insert.query->range);
    target.columns = columns.size();
    target.head = statement.tree.statement->kind == StatementKind::replace ? "REPLACE" : "INSERT";
    if (insert.ignore) target.head += " IGNORE";
    target.head += " INTO " + quote_name(insert.table.table.text) + " (";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        target.head += (i == 0 ? "" : ", ") + quote_name(columns[i]);
    }
    target.head += ") VALUES ";
    if (!insert.on_duplicate.empty()) {
        for (const ColumnAssignment& assignment : insert.on_duplicate) {
            if (!reads_only(*assignment.value, insert.table.table.text))
                return refuse("INSERT ... SELECT whose ON DUPLICATE KEY UPDATE reads the query");
        }
        const auto last = static_cast<std::uint32_t>(tokens.tokens.size() - 1);
        target.tail = {target.query.last + (insert.query_parentheses ? 1u : 0u), last};
        while (target.tail.last > target.tail.first &&
               tokens.tokens[target.tail.last - 1].kind == TokenKind::semicolon) {
            --target.tail.last;
        }
    }
    return GatherPlanner(statement, insert.query).plan(&insert, std::move(target));
}

}  // namespace leasehold::router
