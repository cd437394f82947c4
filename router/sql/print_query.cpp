#include "router/sql/printer_impl.h"

namespace leasehold::router {

void Printer::query(const Query& q) {
    if (q.with != nullptr) with(*q.with);
    body(*q.body);
    order_by(q.order_by);
    if (q.limit != nullptr) limit(*q.limit);
    for (const Locking& clause : q.locking) locking(clause);
    const auto* core = q.body->as<SelectCore>();
    if (q.into != nullptr && (core == nullptr || core->into != q.into)) into(*q.into);
}

void Printer::with(const With& w) {
    put(w.recursive ? "WITH RECURSIVE " : "WITH ");
    separated(w.tables, [this](const CommonTable& table_expression) {
        name(table_expression.name);
        if (!table_expression.columns.empty()) names(table_expression.columns);
        put(" AS (");
        query(*table_expression.query);
        put(")");
        word(table_expression.cycle);
    });
    put(" ");
}

void Printer::body(const QueryBody& b) {
    switch (b.kind) {
        case QueryBodyKind::select:
            return select(*b.as<SelectCore>());
        case QueryBodyKind::set_operation:
            return set_operation(*b.as<SetOperation>());
        case QueryBodyKind::nested:
            put("(");
            query(*b.as<NestedQuery>()->query);
            return put(")");
        case QueryBodyKind::values:
            return values(*b.as<ValuesCore>());
        case QueryBodyKind::table:
            put("TABLE ");
            return name(b.as<TableCore>()->name);
    }
}

void Printer::set_operation(const SetOperation& o) {
    bool first = true;
    for (const SetOperand& operand : o.operands) {
        if (!first) {
            switch (operand.op) {
                case SetOp::union_:
                    put(" UNION ");
                    break;
                case SetOp::except:
                    put(" EXCEPT ");
                    break;
                case SetOp::intersect:
                    put(" INTERSECT ");
                    break;
            }
            if (operand.quantifier == SetQuantifier::all) put("ALL ");
            if (operand.quantifier == SetQuantifier::distinct) put("DISTINCT ");
        }
        first = false;
        body(*operand.body);
    }
}

void Printer::values(const ValuesCore& c) {
    put("VALUES ");
    separated(c.rows, [this](const RowExpr* r) { expr(*r); });
}

void Printer::select(const SelectCore& c) {
    put("SELECT");
    word(c.hint);
    word(c.options.text);
    put(" ");
    select_items(c.items);
    if (c.into != nullptr) into(*c.into);
    if (c.from_dual) put(" FROM DUAL");
    if (!c.from.empty()) {
        put(" FROM ");
        tables(c.from);
    }
    where(c.where);
    if (!c.group_by.empty()) {
        put(" GROUP BY ");
        const bool function_form = c.group_modifier == GroupModifier::rollup_function ||
                                   c.group_modifier == GroupModifier::cube_function;
        if (function_form) put(c.group_modifier == GroupModifier::rollup_function ? "ROLLUP(" : "CUBE(");
        order_items(c.group_by);
        if (function_form) put(")");
        if (c.group_modifier == GroupModifier::with_rollup) put(" WITH ROLLUP");
    }
    if (c.having != nullptr) {
        put(" HAVING ");
        expr(*c.having);
    }
    if (!c.windows.empty()) {
        put(" WINDOW ");
        separated(c.windows, [this](const Window& w) {
            name(w.name);
            put(" AS ");
            window(w);
        });
    }
    if (c.qualify != nullptr) {
        put(" QUALIFY ");
        expr(*c.qualify);
    }
}

void Printer::select_items(std::span<const SelectItem> items) {
    separated(items, [this](const SelectItem& item) {
        expr(*item.expr);
        aliased(item.alias);
    });
}

void Printer::aliased(const Name& n) {
    if (n.range.empty()) return;
    put(" AS ");
    name(n);
}

void Printer::limit(const Limit& l) {
    if (!l.fetch) {
        put(" LIMIT");
        if (l.count != nullptr) {
            put(" ");
            expr(*l.count);
        }
        if (l.offset != nullptr) {
            put(" OFFSET ");
            expr(*l.offset);
        }
        if (l.rows_examined != nullptr) {
            put(" ROWS EXAMINED ");
            expr(*l.rows_examined);
        }
        return;
    }
    if (l.offset != nullptr) {
        put(" OFFSET ");
        expr(*l.offset);
        put(" ROWS");
    }
    if (!l.fetches) return;
    put(" FETCH FIRST ");
    if (l.count != nullptr) expr(*l.count);
    word(l.with_ties ? "ROWS WITH TIES" : "ROWS ONLY");
}

void Printer::locking(const Locking& l) {
    switch (l.strength) {
        case LockStrength::update:
            put(" FOR UPDATE");
            break;
        case LockStrength::share:
            put(" FOR SHARE");
            break;
        case LockStrength::share_mode:
            put(" LOCK IN SHARE MODE");
            break;
    }
    if (!l.of.empty()) {
        put(" OF ");
        separated(l.of, [this](const TableName& n) { name(n); });
    }
    switch (l.wait) {
        case LockWait::wait:
            break;
        case LockWait::nowait:
            put(" NOWAIT");
            break;
        case LockWait::skip_locked:
            put(" SKIP LOCKED");
            break;
        case LockWait::wait_seconds:
            put(" WAIT ");
            expr(*l.seconds);
            break;
    }
}

void Printer::into(const Into& i) {
    switch (i.kind) {
        case IntoKind::none:
            return;
        case IntoKind::variables:
            put(" INTO ");
            return exprs(i.variables);
        case IntoKind::outfile:
            put(" INTO OUTFILE ");
            break;
        case IntoKind::dumpfile:
            put(" INTO DUMPFILE ");
            break;
    }
    put(i.file);
}

void Printer::tables(std::span<TableRef* const> list) {
    separated(list, [this](const TableRef* t) { table(*t); });
}

void Printer::table(const TableRef& t) {
    switch (t.kind) {
        case TableRefKind::table:
            return table_factor(*t.as<TableFactor>());
        case TableRefKind::derived: {
            const auto& derived = *t.as<DerivedTable>();
            put(derived.lateral ? "LATERAL (" : "(");
            query(*derived.query);
            put(")");
            aliased(derived.alias);
            if (!derived.columns.empty()) names(derived.columns);
            return;
        }
        case TableRefKind::join:
            return join(*t.as<JoinTable>());
        case TableRefKind::list:
            put("(");
            tables(t.as<TableList>()->tables);
            return put(")");
        case TableRefKind::opaque:
            put(t.as<OpaqueTable>()->raw);
            return aliased(t.as<OpaqueTable>()->alias);
    }
}

void Printer::table_factor(const TableFactor& t) {
    name(t.name);
    if (!t.partitions.empty()) {
        put(" PARTITION");
        names(t.partitions);
    }
    word(t.for_clause);
    aliased(t.alias);
    word(t.index_hints);
}

void Printer::join(const JoinTable& j) {
    table(*j.left);
    if (j.natural) put(" NATURAL");
    switch (j.join) {
        case JoinKind::inner:
            put(" JOIN ");
            break;
        case JoinKind::cross:
            put(" CROSS JOIN ");
            break;
        case JoinKind::straight:
            put(" STRAIGHT_JOIN ");
            break;
        case JoinKind::left:
            put(" LEFT JOIN ");
            break;
        case JoinKind::right:
            put(" RIGHT JOIN ");
            break;
    }
    table(*j.right);
    if (j.on != nullptr) {
        put(" ON ");
        expr(*j.on);
    }
    if (!j.using_columns.empty()) {
        put(" USING");
        names(j.using_columns);
    }
}

}  // namespace leasehold::router
