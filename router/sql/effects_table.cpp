#include "router/sql/effects_table.h"

#include <algorithm>

namespace leasehold::router {
namespace {

constexpr NamedEffect functions[] = {
    {"connection_id", Effect::reads_connection_id},
    {"connection_id", Effect::reads_session},
    {"current_user", Effect::reads_session},
    {"database", Effect::reads_session},
    {"found_rows", Effect::reads_previous},
    {"found_rows", Effect::reads_session},
    {"get_lock", Effect::takes_advisory_lock},
    {"is_used_lock", Effect::reads_connection_id},
    {"lastval", Effect::reads_previous},  // MariaDB's sequences: the value this connection took last
    {"ps_current_thread_id", Effect::reads_connection_id},
    {"release_all_locks", Effect::frees_all_advisory_locks},
    {"release_lock", Effect::frees_advisory_lock},
    {"row_count", Effect::reads_previous},
    {"row_count", Effect::reads_session},
    {"schema", Effect::reads_session},
    {"service_get_read_locks", Effect::takes_advisory_lock},  // MySQL's locking service
    {"service_get_write_locks", Effect::takes_advisory_lock},
    {"session_user", Effect::reads_session},
    {"system_user", Effect::reads_session},
    {"user", Effect::reads_session},
};

constexpr NamedEffect variables[] = {
    {"error_count", Effect::reads_previous},        {"identity", Effect::reads_insert_id},
    {"interactive_timeout", Effect::reads_session}, {"last_gtid", Effect::reads_previous},
    {"last_insert_id", Effect::reads_insert_id},    {"pseudo_thread_id", Effect::reads_connection_id},
    {"wait_timeout", Effect::reads_session},        {"warning_count", Effect::reads_previous},
};

constexpr CommittingWords committing[] = {
    {Keyword::alter, Keyword::instance},
    {Keyword::analyze, Keyword::table},
    {Keyword::analyze, Keyword::tables},
    {Keyword::analyze, Keyword::local},
    {Keyword::analyze, Keyword::no_write_to_binlog},
    {Keyword::backup},  // MariaDB
    {Keyword::cache, Keyword::index},
    {Keyword::change},  // CHANGE MASTER TO, CHANGE REPLICATION SOURCE TO
    {Keyword::check},
    {Keyword::grant},
    {Keyword::import, Keyword::table},
    {Keyword::install},
    {Keyword::load, Keyword::index},
    {Keyword::optimize},
    {Keyword::repair},
    {Keyword::reset},
    {Keyword::revoke},
    {Keyword::shutdown},
    {Keyword::start},  // START REPLICA, START SLAVE; START TRANSACTION has a kind of its own
    {Keyword::stop},
    {Keyword::uninstall},
};

constexpr Effect outlasting[] = {
    Effect::begins_transaction,  Effect::takes_advisory_lock, Effect::makes_temporary_table,
    Effect::locks_tables,        Effect::global_read_lock,    Effect::text_prepare,
    Effect::text_execute,        Effect::sets_user_variable,  Effect::calculates_found_rows,
    Effect::sets_last_insert_id, Effect::opens_handler,       Effect::xa,
    Effect::calls_procedure,     Effect::sets_variable,       Effect::unknown,
};

}  // namespace

std::span<const NamedEffect> function_effects() {
    return functions;
}
std::span<const NamedEffect> variable_effects() {
    return variables;
}
std::span<const CommittingWords> committing_words() {
    return committing;
}

bool outlasts_statement(const EffectSet& set) {
    return std::any_of(std::begin(outlasting), std::end(outlasting), [&set](Effect e) { return set.has(e); });
}

}  // namespace leasehold::router
