#include "router/catalog.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "router/catalog_statistics.h"
#include "router/catalog_walk.h"
#include "router/sql/fold.h"
#include "router/sql/normalize.h"
#include "router/table_definition.h"
#include "router/text_edits.h"
#include "router/text_literal.h"

namespace leasehold::router {
namespace {

constexpr std::string_view catalog_name = "information_schema";

bool chosen(const Target* target) {
    return target != nullptr && equal_folded(target->schema, catalog_name);
}

bool in_catalog(const TableName& name, const Target* target) {
    return name.schema.empty() ? chosen(target) : equal_folded(name.schema.text, catalog_name);
}

bool asks_table_status(const ShowStatement& show) {
    return show.what == ShowWhat::table_status && !equal_folded(show.schema.text, catalog_name);
}

// Whether the text may read a column of sums: it names one, or asks for all.
bool may_read_sums(const TokenList& list) {
    const std::vector<Token>& tokens = list.tokens;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].kind == TokenKind::star && i > 0 && tokens[i - 1].kind != TokenKind::left_paren)
            return true;
        if (!is_name(tokens[i].kind)) continue;
        const std::string name = unquote_name(tokens[i].text(list.sql));
        const auto columns = statistics_columns(StatisticsOf::tables);
        const bool is_one = std::ranges::any_of(
            columns, [&](const StatisticsColumn& column) { return equal_folded(column.name, name); });
        if (is_one || tokens[i].keyword == Keyword::table) return true;
    }
    return false;
}

// What the text names, unless it asks for all.
WantedColumns wanted_columns(const TokenList& list) {
    std::set<std::string, std::less<>> names;
    const std::vector<Token>& tokens = list.tokens;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool all =
            tokens[i].kind == TokenKind::star && i > 0 && tokens[i - 1].kind != TokenKind::left_paren;
        if (all || tokens[i].keyword == Keyword::natural) return std::nullopt;
        if (is_name(tokens[i].kind)) names.insert(to_lower(unquote_name(tokens[i].text(list.sql))));
    }
    return names;
}

bool holds_schema(std::string_view column) {
    const std::string name = to_lower(column);
    return name.ends_with("_schema") || name == "schema_name";
}

// Which keyspaces the values of conditions on schema columns name.
class NamedKeyspaces final : public CatalogVisitor {
  public:
    NamedKeyspaces(const TokenList& tokens, std::span<const SqlValue> parameters, const Topology& topology,
                   const Target* target)
        : tokens_(tokens), parameters_(parameters), topology_(topology), target_(target) {}

    std::optional<std::uint16_t> only() const {
        if (named_.size() != 1) return std::nullopt;
        return elsewhere_ ? std::nullopt : std::optional(*named_.begin());
    }

  private:
    void on_common_table(const CommonTable& common) override {
        common_.insert(std::string(common.name.text));
    }

    // Tables of keyspaces are where the session finds them.
    void on_table(const TableFactor& factor) override {
        const TableName& name = factor.name;
        if (!in_catalog(name, target_) && !(name.schema.empty() && common_.contains(name.table.text)))
            elsewhere_ = true;
    }

    void on_expr(const Expr& expr) override {
        if (const auto* binary = expr.as<BinaryExpr>(); binary != nullptr && binary->op == BinaryOp::equal) {
            if (is_schema(binary->left)) add(binary->right);
            if (is_schema(binary->right)) add(binary->left);
        } else if (const auto* in = expr.as<InExpr>(); in != nullptr && is_schema(in->value)) {
            for (const Expr* value : in->list) add(value);
        } else if (const auto* like = expr.as<LikeExpr>(); like != nullptr && is_schema(like->value)) {
            add(like->pattern, true);
        }
    }

    static bool is_schema(const Expr* expr) {
        const auto* column = expr == nullptr ? nullptr : expr->as<ColumnExpr>();
        return column != nullptr && holds_schema(column->column.text);
    }

    std::optional<std::string> text_of(const Expr* expr) const {
        if (const auto* literal = expr->as<LiteralExpr>()) {
            if (literal->literal != LiteralKind::string || literal->pieces != 1) return std::nullopt;
            return unescape_string(literal->text, tokens_.mode);
        }
        const auto* parameter = expr->as<ParamExpr>();
        if (parameter == nullptr || parameter->ordinal >= parameters_.size()) return std::nullopt;
        const auto* text = std::get_if<std::string_view>(&parameters_[parameter->ordinal]);
        return text == nullptr ? std::nullopt : std::optional<std::string>(*text);
    }

    void add(const Expr* expr, bool pattern = false) {
        std::optional<std::string> text = expr == nullptr ? std::nullopt : text_of(expr);
        if (!text) return;
        if (pattern) std::erase(*text, '\\');
        if (const auto keyspace = topology_.find_keyspace(*text)) named_.insert(*keyspace);
    }

    const TokenList& tokens_;
    std::span<const SqlValue> parameters_;
    const Topology& topology_;
    const Target* target_;
    std::set<std::uint16_t> named_;
    std::set<std::string, std::less<>> common_;
    bool elsewhere_ = false;
};

// Tables of information_schema become derived tables, and what is qualified by their names keeps its meaning.
class CatalogText final : public CatalogVisitor {
  public:
    CatalogText(const CatalogView& view, const Target* target) : view_(view), target_(target) {}

    std::optional<std::string> text(const ParseTree& tree, const Query& query) {
        wanted_ = wanted_columns(tree.tokens);
        visit(query);
        if (edits_.empty()) return std::nullopt;
        for (const auto& [schema, table] : qualifiers_) {
            const std::string_view name = table.text;
            const auto alias = std::ranges::find_if(
                aliases_, [&](const std::string_view one) { return equal_folded(one, name); });
            if (alias == aliases_.end()) continue;
            const std::uint32_t begin = schema.empty() ? table.range.begin : schema.range.begin;
            edits_.push_back({{begin, table.range.end}, quote_name(*alias)});
        }
        return with_edits(tree, std::move(edits_));
    }

  private:
    void on_table(const TableFactor& factor) override {
        if (!in_catalog(factor.name, target_)) return;
        std::optional<std::string> derived = catalog_derived_table(view_, factor.name.table.text, wanted_);
        if (!derived) return;
        if (factor.alias.empty()) {
            aliases_.push_back(factor.name.table.text);
            *derived += " AS " + quote_name(factor.name.table.text);
        }
        edits_.push_back({factor.name.range, *std::move(derived)});
        used_.push_back(&view_.tables->find(to_lower(factor.name.table.text))->second);
    }

    // A derived table's columns would be named otherwise.
    void on_select(const SelectCore& select) override {
        for (const SelectItem& item : select.items) {
            const auto* column = item.expr->as<ColumnExpr>();
            if (column == nullptr || !item.alias.empty()) continue;
            const std::string* const spelled = spelling(column->column.text);
            if (spelled == nullptr) continue;
            const std::string name(view_.headings_as_written ? column->column.text : *spelled);
            edits_.push_back({{item.range.end, item.range.end}, " AS " + quote_name(name)});
        }
    }

    const std::string* spelling(std::string_view name) const {
        for (const CatalogTable* table : used_) {
            for (const std::string& column : table->columns) {
                if (equal_folded(column, name)) return &column;
            }
        }
        return nullptr;
    }

    void on_expr(const Expr& expr) override {
        if (const auto* column = expr.as<ColumnExpr>()) qualified(column->schema, column->table);
        if (const auto* star = expr.as<StarExpr>()) qualified(star->schema, star->table);
    }

    void qualified(const Name& schema, const Name& table) {
        if (table.empty() || (!schema.empty() && !equal_folded(schema.text, catalog_name))) return;
        qualifiers_.emplace_back(schema, table);
    }

    const CatalogView& view_;
    const Target* target_;
    std::vector<TextEdit> edits_;
    std::vector<const CatalogTable*> used_;
    WantedColumns wanted_;
    std::vector<std::string_view> aliases_;  // that the statement does not write
    std::vector<std::pair<Name, Name>> qualifiers_;
};

// dev.mysql.com "SHOW TABLE STATUS Statement"; the last two: MariaDB's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> status_columns{{
    {"Name", "TABLE_NAME"},
    {"Engine", "ENGINE"},
    {"Version", "VERSION"},
    {"Row_format", "ROW_FORMAT"},
    {"Rows", "TABLE_ROWS"},
    {"Avg_row_length", "AVG_ROW_LENGTH"},
    {"Data_length", "DATA_LENGTH"},
    {"Max_data_length", "MAX_DATA_LENGTH"},
    {"Index_length", "INDEX_LENGTH"},
    {"Data_free", "DATA_FREE"},
    {"Auto_increment", "AUTO_INCREMENT"},
    {"Create_time", "CREATE_TIME"},
    {"Update_time", "UPDATE_TIME"},
    {"Check_time", "CHECK_TIME"},
    {"Collation", "TABLE_COLLATION"},
    {"Checksum", "CHECKSUM"},
    {"Create_options", "CREATE_OPTIONS"},
    {"Comment", "TABLE_COMMENT"},
    {"Max_index_length", "MAX_INDEX_LENGTH"},
    {"Temporary", "TEMPORARY"},
}};

std::optional<std::string> table_status(const ShowStatement& show, std::string_view sql,
                                        const CatalogView& view) {
    const auto table = view.tables == nullptr ? CatalogTables::const_iterator() : view.tables->find("tables");
    if (view.tables == nullptr || table == view.tables->end()) return std::nullopt;
    const std::optional<std::string> derived = catalog_derived_table(view, "TABLES", std::nullopt);
    if (!derived) return std::nullopt;
    const CatalogName& asked = view.names.front();
    std::string text = "SELECT * FROM (SELECT ";
    for (const auto& [heading, column] : status_columns) {
        if (std::ranges::find(table->second.columns, column) == table->second.columns.end()) continue;
        if (heading != status_columns.front().first) text += ", ";
        text += quote_name(column) + " AS " + quote_name(heading);
    }
    text += " FROM " + *derived +
            " AS t WHERE TABLE_SCHEMA = " + text_literal(view.renames ? asked.keyspace : asked.database) +
            ") AS t";
    if (show.like != nullptr) text += " WHERE Name LIKE " + std::string(show.like->range.of(sql));
    if (show.where != nullptr) text += " WHERE " + std::string(show.where->range.of(sql));
    return text + " ORDER BY Name";
}

}  // namespace

CatalogUse catalog_use(const ParseTree& tree, const Target* target) {
    if (!tree.parsed()) return CatalogUse::none;
    if (const auto* show = tree.as<ShowStatement>()) {
        const bool sums = asks_table_status(*show) && !(show->schema.empty() && chosen(target));
        return sums ? CatalogUse::tables : CatalogUse::none;
    }
    if (tree.as<SelectStatement>() == nullptr) return CatalogUse::none;
    bool any = false, tables = false, partitions = false;
    for (const TableName& name : tree.statement->tables) {
        if (!in_catalog(name, target)) continue;
        any = true;
        tables = tables || equal_folded(name.table.text, "tables");
        partitions = partitions || equal_folded(name.table.text, "partitions");
    }
    if (!any) return CatalogUse::none;
    if (!(tables || partitions) || !may_read_sums(tree.tokens)) return CatalogUse::names;
    if (!partitions) return CatalogUse::tables;
    return tables ? CatalogUse::tables_and_partitions : CatalogUse::partitions;
}

std::optional<std::uint16_t> catalog_keyspace(std::string_view sql, SqlMode mode,
                                              std::span<const SqlValue> parameters, const Topology& topology,
                                              const Target* target) {
    const ParseTree tree = parse(sql, {mode});
    if (const auto* show = tree.as<ShowStatement>()) return topology.find_keyspace(show->schema.text);
    const auto* select = tree.as<SelectStatement>();
    if (!tree.parsed() || select == nullptr) return std::nullopt;
    NamedKeyspaces named(tree.tokens, parameters, topology, target);
    named.visit(*select->query);
    return named.only();
}

std::optional<std::string> with_catalog(std::string_view sql, SqlMode mode, const CatalogView& view,
                                        const Target* target) {
    const ParseTree tree = parse(sql, {mode});
    if (!tree.parsed() || tree.tokens.executable_comments) return std::nullopt;
    if (const auto* show = tree.as<ShowStatement>())
        return asks_table_status(*show) ? table_status(*show, sql, view) : std::nullopt;
    const auto* select = tree.as<SelectStatement>();
    if (select == nullptr) return std::nullopt;
    return CatalogText(view, target).text(tree, *select->query);
}

}  // namespace leasehold::router
