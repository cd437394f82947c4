"""What drivers and frameworks send on connect reserves nothing: 1,000 sessions of them share 16 tablet connections."""

import pytest

from kit import wire
from kit.config import configuration, unsharded
from sessions.conftest import KINDS

SESSIONS = 1000

# As their sources send it: Connector/J's ConnectionImpl and NativeSession, SQLAlchemy's MySQL dialect, Rails'
# AbstractMysqlAdapter.configure_connection, Laravel's MySqlConnector.
ON_CONNECT = {
    "Connector/J": [
        "/* mysql-connector-j-9.1.0 */SELECT  @@session.auto_increment_increment AS auto_increment_increment, "
        "@@character_set_client AS character_set_client, @@character_set_connection AS character_set_connection, "
        "@@character_set_results AS character_set_results, @@character_set_server AS character_set_server, "
        "@@collation_server AS collation_server, @@collation_connection AS collation_connection, "
        "@@init_connect AS init_connect, @@interactive_timeout AS interactive_timeout, @@license AS license, "
        "@@lower_case_table_names AS lower_case_table_names, @@max_allowed_packet AS max_allowed_packet, "
        "@@net_write_timeout AS net_write_timeout, @@performance_schema AS performance_schema, "
        "@@sql_mode AS sql_mode, @@system_time_zone AS system_time_zone, @@time_zone AS time_zone, "
        "@@wait_timeout AS wait_timeout",
        "SET NAMES utf8mb4",
        "SET character_set_results = NULL",
        "SET autocommit=1",
        "SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION TRANSACTION READ WRITE",
    ],
    "SQLAlchemy": [
        "SET NAMES utf8mb4",
        "SET AUTOCOMMIT = 0",
        "SELECT DATABASE()",
        "SELECT @@sql_mode",
        "SELECT @@lower_case_table_names",
        "ROLLBACK",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "SET AUTOCOMMIT = 1",
    ],
    "Rails": [
        "SET  @@SESSION.sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'),  @@SESSION.sql_auto_is_null = 0, "
        "@@SESSION.wait_timeout = 2147483",
        "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci,  @@SESSION.sql_mode = 'STRICT_ALL_TABLES', "
        "@@SESSION.sql_auto_is_null = 0, @@SESSION.wait_timeout = 2147483",
        "SELECT VERSION()",
    ],
    "Laravel": [
        "use `model`;",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;",
        "set names 'utf8mb4' collate 'utf8mb4_unicode_ci', time_zone='+00:00', "
        "SESSION sql_mode='ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
        "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
        "set session sql_mode='ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES'",
    ],
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_sessions_share_sixteen_connections(kind, pairs, make_proxy):
    proxied, _ = pairs(kind)
    proxy = make_proxy(configuration({"model": unsharded(proxied)}, pool={"size": 16}, listen={"max_clients": 2000}))
    names, clients = list(ON_CONNECT), []
    for number in range(SESSIONS):
        client = wire.Wire(proxy.port, timeout=60).login(database="model")
        clients.append(client)
        for statement in ON_CONNECT[names[number % len(names)]]:
            client.query(statement)
        assert client.rows("SELECT 1 + 1") == [[b"2"]]
    samples = proxy.metrics()
    assert samples.sum("leasehold_pool_connections", state="reserved") == 0
    assert samples.sum("leasehold_reserved_leases") == 0
    assert samples.sum("leasehold_reserved_leases_total") == 0, "none of it ever reserved"
    opened = int(samples.sum("leasehold_pool_connections"))
    assert opened <= 16
    for client in clients:
        assert client.rows("SELECT @@sql_auto_is_null") == [[b"0"]]
    for client in clients:
        client.close()
    proxy.quiet()
