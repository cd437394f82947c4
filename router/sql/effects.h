// What a statement does to the connection it runs on and to the session that sent it. Pure data; the executor
// turns effects into reasons of a reserved lease. docs/what_reserves.md is the table in words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace leasehold::router {

enum class Effect : std::uint8_t {
    begins_transaction,   // BEGIN, START TRANSACTION
    ends_transaction,     // COMMIT, ROLLBACK (not TO SAVEPOINT)
    implicit_commit,      // DDL, LOCK TABLES, ... commit what was open
    takes_advisory_lock,  // GET_LOCK anywhere in the statement
    frees_advisory_lock,  // RELEASE_LOCK
    frees_all_advisory_locks,
    makes_temporary_table,
    drops_table,  // DROP [TEMPORARY] TABLE: may end a temporary table
    locks_tables,
    unlocks_tables,
    global_read_lock,  // FLUSH TABLES WITH READ LOCK
    text_prepare,
    text_execute,
    text_deallocate,
    sets_user_variable,  // SET @x, SELECT @x := 1, INTO @x
    reads_user_variable,
    calculates_found_rows,  // SQL_CALC_FOUND_ROWS
    reads_previous,   // FOUND_ROWS(), ROW_COUNT(), SHOW WARNINGS, @@warning_count, GET DIAGNOSTICS: must run
                      // on the connection of the statement before
    reads_insert_id,  // LAST_INSERT_ID(), @@identity: whichever connection answers is told the session's
    sets_last_insert_id,  // LAST_INSERT_ID(expr)
    reads_connection_id,  // CONNECTION_ID()
    reads_session,  // CONNECTION_ID(), ROW_COUNT(), USER(), ...: the session's own, see session_values.h
    opens_handler,
    closes_handler,
    xa,
    calls_procedure,
    sets_variable,  // SET of a session variable; see Effects::assignments
    unknown,        // the grammar does not know the statement: reserve, to be safe
};

class EffectSet {
  public:
    constexpr void add(Effect effect) { bits_ |= bit(effect); }
    constexpr bool has(Effect effect) const { return (bits_ & bit(effect)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr std::uint32_t bits() const { return bits_; }

  private:
    static constexpr std::uint32_t bit(Effect effect) {
        return std::uint32_t{1} << static_cast<unsigned>(effect);
    }
    std::uint32_t bits_ = 0;
};

enum class VariableScope : std::uint8_t {
    session,
    global,
    persist,
    next_transaction,
    user,
    names,
    character_set
};

// One assignment of a SET statement, in the order written.
struct Assignment {
    VariableScope scope = VariableScope::session;
    std::string name;       // lower case, without @@ and scope; empty for names and character_set
    std::string value_sql;  // the right side as written; for names it includes COLLATE
    bool literal =
        false;  // value_sql is one literal, DEFAULT, ON/OFF or a bare word: it can be replayed as it stands
};

struct Effects {
    EffectSet set;
    std::vector<Assignment> assignments;      // sets_variable, sets_user_variable (SET form)
    std::vector<std::string> advisory_locks;  // literal names given to GET_LOCK or RELEASE_LOCK, in order
    std::vector<std::size_t> advisory_lock_parameters;  // of GET_LOCK(?, ...): which parameter, from 0
    bool advisory_lock_unnamed = false;                 // a lock name that is something else
    std::string prepared_name;        // of PREPARE and DEALLOCATE PREPARE as text: lower case, without quotes
    std::vector<std::string> tables;  // temporary tables made, or tables dropped: lower case, without quotes
};

}  // namespace leasehold::router
