#include "router/sql/printer.h"
#include "router/sql/printer_impl.h"

namespace leasehold::router {

void Printer::where(const Expr* condition) {
    if (condition == nullptr) return;
    put(" WHERE ");
    expr(*condition);
}

void Printer::order_by(std::span<const OrderItem> list) {
    if (list.empty()) return;
    put(" ORDER BY ");
    order_items(list);
}

void Printer::assignments(std::span<const ColumnAssignment> list) {
    separated(list, [this](const ColumnAssignment& assignment) {
        expr(*assignment.column);
        put(" = ");
        expr(*assignment.value);
    });
}

void Printer::returning(std::span<const SelectItem> items) {
    if (items.empty()) return;
    put(" RETURNING ");
    select_items(items);
}

void Printer::insert(const InsertStatement& s) {
    put(s.kind == StatementKind::replace ? "REPLACE" : "INSERT");
    word(s.hint);
    word(s.options);
    put(" INTO ");
    name(s.table);
    if (!s.partitions.empty()) {
        put(" PARTITION");
        names(s.partitions);
    }
    if (s.has_columns) {
        put(" (");
        separated(s.columns, [this](const ColumnExpr* c) { expr(*c); });
        put(")");
    }
    switch (s.source) {
        case InsertSource::values:
            put(s.value_keyword ? " VALUE " : " VALUES ");
            separated(s.rows, [this](const RowExpr* r) { expr(*r); });
            break;
        case InsertSource::set:
            put(" SET ");
            assignments(s.set);
            break;
        case InsertSource::query:
            put(" ");
            query(*s.query);
            break;
    }
    if (!s.row_alias.empty()) {
        aliased(s.row_alias);
        if (!s.row_alias_columns.empty()) names(s.row_alias_columns);
    }
    if (!s.on_duplicate.empty()) {
        put(" ON DUPLICATE KEY UPDATE ");
        assignments(s.on_duplicate);
    }
    returning(s.returning);
}

void Printer::update(const UpdateStatement& s) {
    if (s.with != nullptr) with(*s.with);
    put("UPDATE");
    word(s.hint);
    word(s.options);
    put(" ");
    tables(s.tables_updated);
    put(" SET ");
    assignments(s.set);
    where(s.where);
    order_by(s.order_by);
    if (s.limit != nullptr) limit(*s.limit);
    returning(s.returning);
}

void Printer::delete_statement(const DeleteStatement& s) {
    if (s.with != nullptr) with(*s.with);
    put("DELETE");
    word(s.hint);
    word(s.options);
    const auto targets = [&] { separated(s.targets, [this](const TableName& n) { name(n); }); };
    if (s.using_form) {
        put(" FROM ");
        targets();
        put(" USING ");
    } else if (!s.targets.empty()) {
        put(" ");
        targets();
        put(" FROM ");
    } else {
        put(" FROM ");
    }
    tables(s.from);
    where(s.where);
    order_by(s.order_by);
    if (s.limit != nullptr) limit(*s.limit);
    returning(s.returning);
}

void Printer::call(const CallStatement& s) {
    put("CALL ");
    if (!s.schema.empty()) {
        name(s.schema);
        put(".");
    }
    name(s.name);
    put("(");
    exprs(s.arguments);
    put(")");
}

void Printer::do_statement(const DoStatement& s) {
    put("DO ");
    exprs(s.expressions);
}

std::string print(const Statement& statement) {
    Printer printer;
    switch (statement.statement_type) {
        case StatementType::select:
            printer.query(*statement.as<SelectStatement>()->query);
            break;
        case StatementType::insert:
            printer.insert(*statement.as<InsertStatement>());
            break;
        case StatementType::update:
            printer.update(*statement.as<UpdateStatement>());
            break;
        case StatementType::delete_:
            printer.delete_statement(*statement.as<DeleteStatement>());
            break;
        case StatementType::call:
            printer.call(*statement.as<CallStatement>());
            break;
        case StatementType::do_:
            printer.do_statement(*statement.as<DoStatement>());
            break;
        default:
            return std::string(statement.text);
    }
    return printer.take();
}

std::string print(const Query& query) {
    Printer printer;
    printer.query(query);
    return printer.take();
}

std::string print(const Expr& expr) {
    Printer printer;
    printer.expr(expr);
    return printer.take();
}

}  // namespace leasehold::router
