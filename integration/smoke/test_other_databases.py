"""keyspaces.NAME.other_databases: databases that are no keyspaces, on the tablet of an unsharded keyspace."""

import pymysql
import pytest

from kit import wire
from kit.config import configuration, unsharded

INIT_DB = 0x02
OTHERS = ("other_one", "other_two")


@pytest.fixture(params=["mariadb", "mysql9"])
def server(request):
    server = request.getfixturevalue("commerce" if request.param == "mariadb" else "mysql9_server")
    for name in OTHERS:
        server.sql(f"DROP DATABASE IF EXISTS {name}")
    server.sql("DROP TABLE IF EXISTS commerce.mine")
    server.sql("CREATE TABLE commerce.mine (id INT) ENGINE=InnoDB")
    return server


@pytest.fixture
def proxy(server, make_proxy):
    keyspace = unsharded(server) | {"database": "commerce", "other_databases": True}
    return make_proxy(configuration({"main": keyspace}, pool={"size": 3, "reserved": 3}))


def values(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def error_of(connection, statement):
    with pytest.raises(pymysql.err.MySQLError) as raised, connection.cursor() as cursor:
        cursor.execute(statement)
    return raised.value.args[0]


def test_a_database_is_made_used_and_dropped(proxy):
    connection = proxy.connect(database="main")
    values(connection, "CREATE DATABASE other_one")
    assert {"other_one", "main"} <= set(values(connection, "SHOW DATABASES"))
    values(connection, "USE other_one")
    assert values(connection, "SELECT DATABASE()") == ["other_one"]
    values(connection, "CREATE TABLE t (id INT)")
    values(connection, "INSERT INTO t VALUES (1), (2)")
    connection.select_db("main")
    assert values(connection, "SELECT DATABASE()") == ["main"]
    assert error_of(connection, "SELECT * FROM t") == 1146
    assert values(connection, "SELECT COUNT(*) FROM other_one.t") == [2]
    connection.select_db("other_one")
    assert values(connection, "SELECT SUM(id) FROM t") == [3]
    values(connection, "DROP DATABASE other_one")
    assert values(connection, "SELECT DATABASE()") == [None]
    assert error_of(connection, "CREATE TABLE t (id INT)") == 1046
    values(connection, "USE main")
    assert values(connection, "SELECT COUNT(*) FROM mine") == [0]
    connection.close()


def test_one_that_is_dropped_and_made_again(proxy):
    """Of the connections of the pool some remember the old one."""
    connections = [proxy.connect(database="main") for _ in range(4)]
    for again in range(3):
        first, *others = connections
        values(first, "CREATE DATABASE other_one")
        values(first, "CREATE TABLE other_one.t AS SELECT 1 AS id")
        for one in connections:
            values(one, "USE other_one")
            assert values(one, "SELECT id FROM t") == [1]
        values(first, "DROP DATABASE other_one")
        for one in connections:
            assert error_of(one, "USE other_one") == 1049
            values(one, "USE main")
            assert values(one, "SELECT COUNT(*) FROM mine") == [0]
    for one in connections:
        one.close()


def test_the_keyspace_s_own_database_is_dropped_and_made_again(server, make_proxy):
    server.sql("CREATE DATABASE other_two")
    proxy = make_proxy(configuration({"other_two": unsharded(server)}, pool={"size": 3, "reserved": 3}))
    connection = proxy.connect(database="other_two")
    for _ in range(2):
        values(connection, "DROP DATABASE other_two")
        assert values(connection, "SELECT DATABASE()") == [None]
        assert error_of(connection, "CREATE TABLE t (id INT)") == 1046
        values(connection, "CREATE DATABASE other_two")
        values(connection, "USE other_two")
        values(connection, "CREATE TABLE t (id INT)")
    connection.close()


def test_tables_of_several_databases_in_one_statement(proxy, server):
    for name in OTHERS:
        server.sql(f"CREATE DATABASE {name}")
        server.sql(f"CREATE TABLE {name}.t AS SELECT 7 AS id")
    server.sql("INSERT INTO commerce.mine VALUES (7)")
    connection = proxy.connect(database="main")
    joined = "SELECT COUNT(*) FROM mine JOIN other_one.t USING (id) JOIN other_two.t u USING (id) JOIN main.mine m USING (id)"
    assert values(connection, joined) == [1]
    values(connection, "INSERT INTO other_one.t SELECT id + 1 FROM other_two.t")
    assert values(connection, "SELECT COUNT(*) FROM other_one.t") == [2]
    values(connection, "BEGIN")
    values(connection, "DELETE FROM other_one.t")
    values(connection, "DELETE FROM mine")
    values(connection, "ROLLBACK")
    assert values(connection, joined) == [1]
    connection.close()


def test_what_is_not_there(proxy, server):
    """As the server itself says it; a transaction goes on."""
    for port, own in ((server.port, "commerce"), (proxy.port, "main")):
        client = wire.Wire(port).login(database=own)
        client.query("BEGIN")
        client.query("INSERT INTO mine VALUES (5)")
        for send in (lambda: client.query("USE nowhere"), lambda: init_db(client, b"nowhere")):
            with pytest.raises(wire.ServerError) as raised:
                send()
            assert (raised.value.code, raised.value.state) == (1049, "42000")
        assert client.rows("SELECT id FROM mine") == [[b"5"]]
        client.query("ROLLBACK")
        client.close()
        with pytest.raises(wire.ServerError) as raised:
            wire.Wire(port).login(database="nowhere")
        assert raised.value.code == 1049
    assert not proxy.admin("SHOW LEASES")


def test_a_login_names_one(proxy, server):
    server.sql("CREATE DATABASE other_one")
    server.sql("CREATE TABLE other_one.t AS SELECT 3 AS id")
    connection = proxy.connect(database="other_one")
    assert values(connection, "SELECT id FROM t") == [3]
    assert values(connection, "SELECT DATABASE()") == ["other_one"]
    connection.close()
    connection = proxy.connect()
    values(connection, "CREATE DATABASE other_two")
    assert "other_two" in values(connection, "SHOW DATABASES")
    assert values(connection, "SELECT id FROM other_one.t") == [3]
    assert error_of(connection, "SELECT * FROM t") == 1046
    connection.close()


def init_db(client, name):
    client.command(INIT_DB, name)
    client.results()
