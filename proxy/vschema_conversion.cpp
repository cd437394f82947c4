#include "proxy/vschema_conversion.h"

namespace leasehold::proxy {
namespace {

router::TableSpec to_router(const config::VSchemaTable& from) {
    router::TableSpec table;
    switch (from.type) {
        case config::VSchemaTable::Type::normal:
            table.type = router::TableType::sharded;
            break;
        case config::VSchemaTable::Type::sequence:
            table.type = router::TableType::sequence;
            break;
        case config::VSchemaTable::Type::reference:
            table.type = router::TableType::reference;
            break;
    }
    table.source = from.source;
    table.pinned = from.pinned;
    table.column_list_authoritative = from.column_list_authoritative;
    for (const auto& vindex : from.column_vindexes)
        table.column_vindexes.push_back({vindex.vindex, vindex.columns});
    if (from.auto_increment)
        table.auto_increment = {from.auto_increment->column, from.auto_increment->sequence};
    for (const auto& column : from.columns) table.columns.push_back({column.name, column.type});
    return table;
}

}  // namespace

router::VSchema to_router(const config::VSchema& from) {
    router::VSchema vschema;
    vschema.sharded = from.sharded;
    vschema.require_explicit_routing = from.require_explicit_routing;
    for (const auto& vindex : from.vindexes) {
        router::VindexSpec spec;
        spec.type = vindex.type;
        spec.owner = vindex.owner;
        for (const auto& [name, value] : vindex.params) spec.params.emplace(name, value);
        vschema.vindexes.emplace(vindex.name, std::move(spec));
    }
    for (const auto& table : from.tables) vschema.tables.emplace(table.name, to_router(table));
    return vschema;
}

}  // namespace leasehold::proxy
