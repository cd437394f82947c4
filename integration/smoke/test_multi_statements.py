"""traps.md W2: several statements in one packet on an unsharded keyspace."""

import pytest

from kit import wire


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


def test_W2_not_asked_for_is_refused(proxy):
    client = wire.Wire(proxy.port).login(database="commerce")
    with pytest.raises(wire.ServerError) as raised:
        client.query("SELECT 1; SELECT 2")
    assert raised.value.code == 1064
    client.command(wire.SET_OPTION, b"\x00\x00")  # MYSQL_OPTION_MULTI_STATEMENTS_ON
    client.packet()
    assert len(client.query("SELECT 1; SELECT 2")) == 2
    client.close()
