// What a statement is, by its leading keywords. Pure data, apart from plan.h so that the parser needs no
// topology.
#pragma once

#include <cstdint>

namespace leasehold::router {

enum class StatementKind : std::uint8_t {
    select,
    insert,
    replace,
    update,
    delete_,
    load_data,
    call,
    ddl,
    begin,
    commit,
    rollback,
    savepoint,
    release_savepoint,
    rollback_to_savepoint,
    set,
    use,
    show,
    explain,
    describe,
    lock_tables,
    unlock_tables,
    prepare,
    execute,
    deallocate,
    handler,
    xa,
    kill,
    flush,
    do_,
    admin,
    other,
    unknown,
};

}  // namespace leasehold::router
