"""traps.md W2: several statements in one packet on an unsharded keyspace."""

import pytest

from kit import wire
from kit.server import APP_PASSWORD, APP_USER


@pytest.fixture
def client(proxy):
    client = wire.Wire(proxy.port).login(database="commerce", capabilities=wire.USUAL | wire.MULTI_STATEMENTS)
    yield client
    client.close()


def test_W2_every_result_arrives(client):
    first, second, third = client.query("SELECT 1; SELECT 2, 3; SELECT 'three'")
    assert (first, second, third) == ([[b"1"]], [[b"2", b"3"]], [[b"three"]])
    assert client.rows("SELECT 4") == [[b"4"]]


def test_W2_an_error_in_the_second_ends_it(client, proxy, table):
    proxy.sql(f"CREATE TABLE {table} (id INT PRIMARY KEY)", database="commerce")
    with pytest.raises(wire.ServerError) as raised:
        client.query(f"INSERT INTO {table} VALUES (1); SELECT * FROM nowhere; INSERT INTO {table} VALUES (2)")
    assert raised.value.code == 1146
    assert client.rows(f"SELECT id FROM {table}") == [[b"1"]]


def test_W2_a_transaction_begun_inside_is_kept(client, proxy, table):
    proxy.sql(f"CREATE TABLE {table} (id INT PRIMARY KEY)", database="commerce")
    client.query(f"BEGIN; INSERT INTO {table} VALUES (1)")
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 0
    assert client.rows(f"SELECT COUNT(*) FROM {table}") == [[b"1"]]
    client.query("ROLLBACK; SELECT 1")
    assert client.rows(f"SELECT COUNT(*) FROM {table}") == [[b"0"]]


def test_W2_use_inside(client):
    assert client.query("USE information_schema; SELECT DATABASE()")[1] == [[b"information_schema"]]
    assert client.rows("SELECT DATABASE()") == [[b"information_schema"]]


def test_W2_what_is_the_sessions_own(client, proxy, table):
    """Names and counts are the session's, not those of the tablet connection that serves it."""
    proxy.sql(f"CREATE TABLE {table} (id INT PRIMARY KEY)", database="commerce")
    user = client.rows("SELECT USER()")
    assert user[0][0].startswith(APP_USER.encode() + b"@")
    client.query("SET wait_timeout = 77")
    assert client.query("SELECT 1; SELECT USER(); SELECT @@wait_timeout") == [[[b"1"]], user, [[b"77"]]]
    client.query(f"INSERT INTO {table} VALUES (1), (2), (3)")
    assert client.query("SELECT ROW_COUNT(); SELECT ROW_COUNT()") == [[[b"3"]], [[b"-1"]]]
    client.query(f"SELECT id FROM {table}")
    assert client.query("SELECT FOUND_ROWS(); SELECT 2") == [[[b"3"]], [[b"2"]]]
    inserted, counted = client.query(f"INSERT INTO {table} VALUES (4), (5); SELECT ROW_COUNT()")
    assert counted == [[b"2"]]
    assert client.rows("SELECT ROW_COUNT()") == [[b"-1"]]
    client.query(f"DELETE FROM {table} WHERE id > 3; SELECT 1; DELETE FROM {table} WHERE id = 3")
    assert client.rows("SELECT ROW_COUNT()") == [[b"1"]], "that of the last one"
    client.query(f"SELECT id FROM {table}; SELECT 1")
    assert client.rows("SELECT FOUND_ROWS()") == [[b"1"]]
    client.query(f"SELECT ROW_COUNT(); INSERT INTO {table} VALUES (6), (7)")
    assert client.rows("SELECT ROW_COUNT()") == [[b"2"]]


def test_W2_not_asked_for_is_refused(proxy):
    client = wire.Wire(proxy.port).login(database="commerce")
    with pytest.raises(wire.ServerError) as raised:
        client.query("SELECT 1; SELECT 2")
    assert raised.value.code == 1064
    client.command(wire.SET_OPTION, b"\x00\x00")  # MYSQL_OPTION_MULTI_STATEMENTS_ON
    client.packet()
    assert len(client.query("SELECT 1; SELECT 2")) == 2
    client.close()


def test_W2_over_shards_and_keyspaces(sharded_proxy, customers, table):
    """Answers of several shards, of the proxy itself and of another keyspace are strung together."""
    sharded_proxy.sql(f"CREATE TABLE {table} (id INT)", database="commerce")
    client = wire.Wire(sharded_proxy.port).login(database="customer", capabilities=wire.USUAL | wire.MULTI_STATEMENTS)
    results = client.query(
        "INSERT INTO customer (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'); SELECT ROW_COUNT(); BEGIN;"
        f" UPDATE customer SET name = 'x'; USE commerce; INSERT INTO {table} VALUES (1); SELECT DATABASE(); ROLLBACK;"
        f" SELECT COUNT(*) FROM {table}; USE customer; SELECT name FROM customer WHERE id = 3"
    )
    rows = [result for result in results if isinstance(result, list)]
    assert rows == [[[b"4"]], [[b"commerce"]], [[b"0"]], [[b"c"]]]
    with pytest.raises(wire.ServerError) as raised:
        client.query("SELECT id FROM customer WHERE id = 1; SELECT * FROM nowhere; SELECT 1")
    assert raised.value.code in (1105, 1146)
    assert client.rows("SELECT 2") == [[b"2"]], "nothing of the command before is left"
    client.close()


def test_W2_local_infile_among_others(sharded_proxy, customers, table, tmp_path):
    """The client counts its packets on from the answer before; the tablet counts from its own."""
    import pymysql

    sharded_proxy.sql(f"CREATE TABLE {table} (id INT)", database="commerce")
    file = tmp_path / "rows"
    file.write_text("".join(f"{n}\n" for n in range(20000)))
    connection = pymysql.connect(
        host="127.0.0.1",
        port=sharded_proxy.port,
        user=APP_USER,
        password=APP_PASSWORD,
        local_infile=True,
        client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"USE commerce; LOAD DATA LOCAL INFILE '{file}' INTO TABLE {table}; SELECT COUNT(*) FROM {table}")
        assert cursor.nextset() and cursor.rowcount == 20000
        assert cursor.nextset() and cursor.fetchall() == ((20000,),)
    connection.close()
