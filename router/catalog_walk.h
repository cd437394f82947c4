// Visits every query, table and expression of a statement that reads, wherever it stands. Recursion is
// bounded: the parser limits a tree's height. Pure.
#pragma once

#include "router/ast_walk.h"

namespace leasehold::router {

class CatalogVisitor {
  public:
    void visit(const Query& query);

  protected:
    ~CatalogVisitor() = default;
    // Before anything that may use it.
    virtual void on_common_table(const CommonTable&) {}
    virtual void on_table(const TableFactor&) {}
    // Behind its tables.
    virtual void on_select(const SelectCore&) {}
    virtual void on_expr(const Expr&) {}

  private:
    void body(const QueryBody& body);
    void table(const TableRef& ref);
    void expr(const Expr& expr);
};

}  // namespace leasehold::router
