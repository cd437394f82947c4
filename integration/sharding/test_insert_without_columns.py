"""INSERT without a list of columns into a sharded table: the shards tell the columns, and every row lands where it belongs."""

import pymysql
import pytest

from kit import prepared, wire
from kit.config import configuration, sharded
from kit.xxh64 import shard_of

VSCHEMA = {
    "sharded": True,
    "vindexes": {"xx": {"type": "xxhash"}},
    "tables": {"thing": {"column_vindexes": [{"column": "id", "name": "xx"}]}, "everywhere": {"type": "reference"}},
}
MADE = "CREATE TABLE thing (name VARCHAR(20), id BIGINT PRIMARY KEY, twice BIGINT AS (id * 2) VIRTUAL, hidden INT INVISIBLE DEFAULT 7)"


@pytest.fixture
def proxy(make_proxy, shards):
    for server in shards.values():
        server.sql("CREATE OR REPLACE DATABASE customer")
    yield make_proxy(configuration({"customer": sharded(shards, VSCHEMA)}))
    for server in shards.values():
        server.sql("DROP TABLE IF EXISTS customer.thing")


@pytest.fixture
def connection(proxy):
    connection = proxy.connect("customer", autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute(MADE)
    yield connection
    connection.close()
    proxy.quiet()


def rows(shards, columns="*"):
    found = {name: server.sql(f"SELECT {columns} FROM customer.thing ORDER BY id") for name, server in shards.items()}
    for name, of in found.items():
        assert all(shard_of(row[1]) == name for row in of), (name, of)
    return sorted((row for of in found.values() for row in of), key=lambda row: row[1])


def test_rows_of_values(connection, shards):
    with connection.cursor() as cursor:
        assert cursor.execute("INSERT INTO thing VALUES ('a', 1, DEFAULT), ('b', 2, DEFAULT), ('c', 3, DEFAULT)") == 3
        assert cursor.execute("REPLACE thing VALUES ('d', 3, DEFAULT)") == 2
        assert cursor.execute("INSERT thing VALUE ('e', 4, DEFAULT) ON DUPLICATE KEY UPDATE name = 'f'") == 1
    assert [row[:2] for row in rows(shards)] == [("a", 1), ("b", 2), ("d", 3), ("e", 4)]
    assert {row[2] for row in rows(shards, "name, id, hidden")} == {7}


def test_a_wrong_number_of_values(connection):
    with connection.cursor() as cursor:
        for values in ("('a', 1)", "('a', 1, DEFAULT, 7)", "('a', 1, DEFAULT), ('b')"):
            with pytest.raises(pymysql.err.OperationalError, match="Column count doesn't match value count") as error:
                cursor.execute(f"INSERT INTO thing VALUES {values}")
            assert error.value.args[0] == 1136


def test_prepared(connection, proxy, shards):
    client = wire.Wire(proxy.port).login(database="customer")
    number, _, parameters = prepared.prepare(client, "INSERT INTO thing VALUES (?, ?, DEFAULT)")
    assert parameters == 2
    for i in range(20):
        prepared.execute(client, number, b"p", str(i).encode())
        assert prepared.answer(client)[:2] == b"\x00\x01"
    client.close()
    assert len(rows(shards)) == 20


def test_a_table_that_changes_through_the_proxy(connection, proxy, shards):
    """On every worker at once; also what was prepared before."""
    others = [proxy.connect("customer", autocommit=True) for _ in range(8)]
    for each in (connection, *others):
        with each.cursor() as cursor:
            cursor.execute(f"INSERT INTO thing VALUES ('a', {id(each)}, DEFAULT)")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE thing MODIFY name VARCHAR(20) AFTER id")
    for number, each in enumerate((connection, *others), 1):
        with each.cursor() as cursor:
            cursor.execute(f"INSERT INTO thing VALUES ({number}, 'moved', DEFAULT)")
        each.close()
    found = [row for name in shards for row in shards[name].sql("SELECT id, name FROM customer.thing WHERE name = 'moved'")]
    assert sorted(row[0] for row in found) == list(range(1, 10))
    for name, server in shards.items():
        assert all(shard_of(row[0]) == name for row in server.sql("SELECT id FROM customer.thing"))
    connection.connect()


def test_in_one_command_with_the_change(proxy, connection, shards):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO thing VALUES ('a', 1, DEFAULT)")
    many = proxy.connect("customer", autocommit=True, client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS)
    with many.cursor() as cursor:
        cursor.execute("ALTER TABLE thing DROP COLUMN twice; INSERT INTO thing VALUES ('b', 2); INSERT INTO thing SELECT 'c', 3")
        while cursor.nextset():
            pass
    many.close()
    assert [row[:2] for row in rows(shards)] == [("a", 1), ("b", 2), ("c", 3)]


def test_in_a_transaction(connection, shards):
    connection.begin()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO thing VALUES ('a', 1, DEFAULT), ('b', 2, DEFAULT)")
        cursor.execute("SELECT COUNT(*) FROM thing")
        assert cursor.fetchone() == (2,)
    connection.rollback()
    assert rows(shards) == []


def test_from_a_query(connection, shards):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE thing DROP COLUMN twice")
        cursor.execute("INSERT INTO thing VALUES ('a', 1), ('b', 2), ('c', 3), ('d', 4)")
        assert cursor.execute("INSERT INTO thing SELECT name, id + 100 FROM thing") == 4
        assert cursor.execute("INSERT INTO thing SELECT 'x', 900") == 1
    assert [row[1] for row in rows(shards)] == [1, 2, 3, 4, 101, 102, 103, 104, 900]


def test_no_such_table(proxy, connection):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE thing")
        with pytest.raises(pymysql.err.ProgrammingError) as error:
            cursor.execute("INSERT INTO thing VALUES ('a', 1)")
        assert error.value.args == (1146, "Table 'customer.thing' doesn't exist")
        cursor.execute(MADE)
        cursor.execute("INSERT INTO thing VALUES ('a', 1, DEFAULT)")
