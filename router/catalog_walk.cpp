#include "router/catalog_walk.h"

namespace leasehold::router {

void CatalogVisitor::visit(const Query& query) {
    if (query.with != nullptr) {
        for (const CommonTable& common : query.with->tables) {
            on_common_table(common);
            if (common.query != nullptr) visit(*common.query);
        }
    }
    if (query.body != nullptr) body(*query.body);
    for (const OrderItem& item : query.order_by) expr(*item.expr);
}

void CatalogVisitor::body(const QueryBody& body) {
    if (const auto* select = body.as<SelectCore>()) {
        for (const TableRef* ref : select->from) table(*ref);
        on_select(*select);
        visit_select_exprs(*select, [&](const Expr& child) { expr(child); });
    } else if (const auto* set = body.as<SetOperation>()) {
        for (const SetOperand& operand : set->operands) this->body(*operand.body);
    } else if (const auto* nested = body.as<NestedQuery>()) {
        visit(*nested->query);
    }
}

void CatalogVisitor::table(const TableRef& ref) {
    if (const auto* factor = ref.as<TableFactor>()) {
        on_table(*factor);
    } else if (const auto* derived = ref.as<DerivedTable>()) {
        if (derived->query != nullptr) visit(*derived->query);
    } else if (const auto* join = ref.as<JoinTable>()) {
        table(*join->left);
        table(*join->right);
        if (join->on != nullptr) expr(*join->on);
    } else if (const auto* list = ref.as<TableList>()) {
        for (const TableRef* one : list->tables) table(*one);
    }
}

void CatalogVisitor::expr(const Expr& expression) {
    on_expr(expression);
    visit_children(
        expression, [&](const Expr& child) { expr(child); }, [&](const Query& query) { visit(query); });
}

}  // namespace leasehold::router
