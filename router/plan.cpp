#include "router/plan.h"

namespace leasehold::router {

std::string_view to_string(StatementKind kind) {
    switch (kind) {
        case StatementKind::select:
            return "select";
        case StatementKind::insert:
            return "insert";
        case StatementKind::replace:
            return "replace";
        case StatementKind::update:
            return "update";
        case StatementKind::delete_:
            return "delete";
        case StatementKind::load_data:
            return "load_data";
        case StatementKind::call:
            return "call";
        case StatementKind::ddl:
            return "ddl";
        case StatementKind::begin:
            return "begin";
        case StatementKind::commit:
            return "commit";
        case StatementKind::rollback:
            return "rollback";
        case StatementKind::savepoint:
            return "savepoint";
        case StatementKind::release_savepoint:
            return "release_savepoint";
        case StatementKind::rollback_to_savepoint:
            return "rollback_to_savepoint";
        case StatementKind::set:
            return "set";
        case StatementKind::use:
            return "use";
        case StatementKind::show:
            return "show";
        case StatementKind::explain:
            return "explain";
        case StatementKind::describe:
            return "describe";
        case StatementKind::lock_tables:
            return "lock_tables";
        case StatementKind::unlock_tables:
            return "unlock_tables";
        case StatementKind::prepare:
            return "prepare";
        case StatementKind::execute:
            return "execute";
        case StatementKind::deallocate:
            return "deallocate";
        case StatementKind::handler:
            return "handler";
        case StatementKind::xa:
            return "xa";
        case StatementKind::kill:
            return "kill";
        case StatementKind::flush:
            return "flush";
        case StatementKind::do_:
            return "do";
        case StatementKind::admin:
            return "admin";
        case StatementKind::other:
            return "other";
        case StatementKind::unknown:
            return "unknown";
    }
    return "unknown";
}

std::string_view to_string(Opcode opcode) {
    switch (opcode) {
        case Opcode::unsharded:
            return "unsharded";
        case Opcode::by_destination:
            return "by_destination";
        case Opcode::equal_unique:
            return "equal_unique";
        case Opcode::equal:
            return "equal";
        case Opcode::in:
            return "in";
        case Opcode::subshard:
            return "subshard";
        case Opcode::scatter:
            return "scatter";
        case Opcode::insert:
            return "insert";
        case Opcode::all_shards:
            return "all_shards";
        case Opcode::any_shard:
            return "any_shard";
        case Opcode::vindex:
            return "vindex";
        case Opcode::gather:
            return "gather";
        case Opcode::next:
            return "next";
        case Opcode::session:
            return "session";
    }
    return "session";
}

}  // namespace leasehold::router
