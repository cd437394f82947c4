#include "router/catalog_table.h"

#include <algorithm>

#include "router/catalog_statistics.h"
#include "router/sql/fold.h"
#include "router/table_definition.h"
#include "router/text_literal.h"

namespace leasehold::router {
namespace {

constexpr std::string_view own = "leasehold_t";
constexpr std::string_view sums = "leasehold_s";
constexpr std::string_view system_schemas[] = {"information_schema", "mysql", "performance_schema", "sys"};

enum class Holds : std::uint8_t {
    other,
    schema,      // a database's name
    definition,  // SQL that may qualify names by it
    file,        // "database/table", as InnoDB names tables
};

Holds what_holds(std::string_view table, std::string_view column) {
    const std::string name = to_lower(column);
    if (name.ends_with("_schema") || name == "schema_name" || name == "db" || name == "database_name")
        return Holds::schema;
    if (name == "view_definition") return Holds::definition;
    const bool innodb = to_lower(table).starts_with("innodb_");
    const bool file = name == "name" || name == "id" || name == "for_name" || name == "ref_name";
    return innodb && file ? Holds::file : Holds::other;
}

class DerivedTable {
  public:
    DerivedTable(const CatalogView& view, const CatalogTable& table, const WantedColumns& wanted)
        : view_(view), table_(table), wanted_(wanted) {}

    std::optional<std::string> text() {
        find_sums();
        const bool named =
            view_.renames && std::ranges::any_of(table_.columns, [&](const std::string& column) {
                return what_holds(table_.name, column) != Holds::other;
            });
        if (!named && rows_ == nullptr) return std::nullopt;
        std::string list;
        for (const std::string& column : table_.columns) {
            if (wanted_ && !wanted_->contains(to_lower(column))) continue;
            const std::string value = value_of(column);
            list += (list.empty() ? "" : ", ") + value;
            if (value != reference(column)) list += " AS " + quote_name(column);
        }
        std::string sql = "(SELECT " + (list.empty() ? std::string("1 AS leasehold_1") : list);
        sql += " FROM information_schema." + quote_name(table_.name) + " AS " + std::string(own);
        if (rows_ != nullptr) sql += joined();
        if (view_.renames) sql += filter();
        return sql + ")";
    }

  private:
    void find_sums() {
        if (equal_folded(table_.name, "TABLES") && view_.table_sums) rows_ = &*view_.table_sums;
        if (equal_folded(table_.name, "PARTITIONS") && view_.partition_sums) {
            rows_ = &*view_.partition_sums;
            of_ = StatisticsOf::partitions;
        }
        if (rows_ != nullptr && rows_->empty()) rows_ = nullptr;
    }

    static std::string reference(std::string_view column) {
        return std::string(own) + "." + quote_name(column);
    }

    std::string value_of(const std::string& column) const {
        const std::string as_is = reference(column);
        if (rows_ != nullptr) {
            for (const StatisticsColumn& sum : statistics_columns(of_)) {
                if (!equal_folded(sum.name, column)) continue;
                return "IF(" + std::string(sums) + ".TABLE_NAME IS NULL, " + as_is + ", CAST(" +
                       std::string(sums) + "." + quote_name(sum.name) + " AS " + std::string(sum.cast) + "))";
            }
        }
        if (!view_.renames) return as_is;
        switch (what_holds(table_.name, column)) {
            case Holds::schema:
                return renamed(as_is);
            case Holds::definition:
                return without_qualifiers(as_is);
            case Holds::file:
                return renamed_file(as_is);
            case Holds::other:
                break;
        }
        return as_is;
    }

    std::string renamed(const std::string& value) const {
        std::string cases;
        for (const CatalogName& name : view_.names) {
            if (name.database == name.keyspace) continue;
            cases += " WHEN " + text_literal(name.database) + " THEN " + text_literal(name.keyspace);
        }
        return cases.empty() ? value : "CASE " + value + cases + " ELSE " + value + " END";
    }

    // `database`.`table`, as servers print a view's query.
    std::string without_qualifiers(std::string value) const {
        for (const CatalogName& name : view_.names) {
            if (name.database == name.keyspace) continue;
            value = "REPLACE(" + value + ", " + text_literal(quote_name(name.database) + ".") + ", " +
                    text_literal(quote_name(name.keyspace) + ".") + ")";
        }
        return value;
    }

    std::string renamed_file(const std::string& value) const {
        std::string cases;
        for (const CatalogName& name : view_.names) {
            if (name.database == name.keyspace) continue;
            cases += " WHEN " + text_literal(name.database) + " THEN CONCAT(" + text_literal(name.keyspace) +
                     ", SUBSTRING(" + value + ", LOCATE('/', " + value + ")))";
        }
        if (cases.empty()) return value;
        return "CASE SUBSTRING_INDEX(" + value + ", '/', 1)" + cases + " ELSE " + value + " END";
    }

    // What the user may not see is not there.
    std::string filter() const {
        for (const std::string& column : table_.columns) {
            const Holds holds = what_holds(table_.name, column);
            if (holds != Holds::schema && holds != Holds::file) continue;
            const std::string value = reference(column);
            if (holds == Holds::schema)
                return " WHERE " + value + " IN (" + visible() + ") OR " + value + " IS NULL OR " + value +
                       " = ''";
            return " WHERE LOCATE('/', " + value + ") = 0 OR SUBSTRING_INDEX(" + value + ", '/', 1) IN (" +
                   visible() + ")";
        }
        return "";
    }

    std::string visible() const {
        std::string list;
        for (const CatalogName& name : view_.names)
            list += (list.empty() ? "" : ", ") + text_literal(name.database);
        for (const std::string_view schema : system_schemas)
            list += (list.empty() ? "" : ", ") + text_literal(schema);
        return list;
    }

    std::string joined() const {
        std::string sql = " LEFT JOIN (";
        const auto names = statistics_keys(of_);
        const auto values = statistics_columns(of_);
        const auto name_of = [&](std::size_t i) {
            return i < names.size() ? names[i] : values[i - names.size()].name;
        };
        for (const TextRow& row : *rows_) {
            const bool first = &row == rows_->data();
            sql += first ? "SELECT " : " UNION ALL SELECT ";
            for (std::size_t i = 0; i < row.size(); ++i) {
                sql += (i == 0 ? "" : ", ") + (row[i] ? text_literal(*row[i]) : std::string("NULL"));
                if (first) sql += " AS " + quote_name(name_of(i));
            }
        }
        sql += ") AS " + std::string(sums) + " ON " + reference("TABLE_SCHEMA") + " = " +
               text_literal(view_.names.front().database);
        for (const std::string_view name : names) {
            sql += " AND CAST(" + reference(name) + " AS BINARY) <=> CAST(" + std::string(sums) + "." +
                   quote_name(name) + " AS BINARY)";
        }
        return sql;
    }

    const CatalogView& view_;
    const CatalogTable& table_;
    const WantedColumns& wanted_;
    const std::vector<TextRow>* rows_ = nullptr;
    StatisticsOf of_ = StatisticsOf::tables;
};

}  // namespace

std::optional<std::string> catalog_derived_table(const CatalogView& view, std::string_view table,
                                                 const WantedColumns& wanted) {
    if (view.tables == nullptr) return std::nullopt;
    const auto found = view.tables->find(to_lower(table));
    if (found == view.tables->end()) return std::nullopt;
    return DerivedTable(view, found->second, wanted).text();
}

}  // namespace leasehold::router
