"""INSERT ... RETURNING and DELETE ... RETURNING over several shards: all rows or none, as without RETURNING."""

import pymysql
import pytest

from kit import wire
from kit.one_and_many import belongs
from kit.waiting import until


@pytest.fixture
def fresh(data_everywhere):
    data_everywhere()


@pytest.fixture
def session(gather_proxy, fresh):
    proxy = gather_proxy()
    connection = proxy.connect("customer", charset="utf8mb4")
    connection.autocommit(True)
    yield connection
    connection.close()
    proxy.quiet()


def count(shards, condition):
    return sum(server.value(f"SELECT COUNT(*) FROM customer.customer WHERE {condition}") for server in shards.values())


def on(shard, first=1000):
    return next(i for i in range(first, first + 200) if belongs(shard)("customer", (i,)))


FIRST, SECOND = on("-80"), on("80-")
INSERT = "INSERT INTO customer (id, name) VALUES {} RETURNING id, name"


def fails(session, statement, number):
    with session.cursor() as cursor, pytest.raises(pymysql.err.MySQLError) as raised:
        cursor.execute(statement)
    assert raised.value.args[0] == number, raised.value
    return raised.value.args[1]


@pytest.fixture
def taken(shards):
    """A row on the second shard, which is in the way."""
    shards["80-"].sql(f"INSERT INTO customer.customer (id, name) VALUES ({SECOND}, 'taken')")


def test_all_or_none(session, shards, taken):
    said = fails(session, INSERT.format(f"({FIRST}, 'a'), ({SECOND}, 'b')"), 1062)
    assert said.startswith("customer/80-: ") and said.endswith("; nothing was changed on any shard"), said
    assert count(shards, "id >= 1000") == 1
    with session.cursor() as cursor:
        assert cursor.execute(INSERT.format(f"({FIRST}, 'a'), ({on('80-', SECOND + 1)}, 'b')")) == 2
        assert sorted(cursor.fetchall()) == sorted([(FIRST, "a"), (on("80-", SECOND + 1), "b")])
    assert count(shards, "id >= 1000") == 3
    session.rollback()
    assert count(shards, "id >= 1000") == 3


def test_it_is_committed_when_the_rows_have_come(session, shards):
    with session.cursor() as cursor:
        cursor.execute("DELETE FROM customer WHERE id % 2 = 0 RETURNING id, UPPER(name) AS n")
        assert sorted(row[0] for row in cursor.fetchall()) == list(range(2, 61, 2))
        assert [column[0] for column in cursor.description] == ["id", "n"]
        assert session.server_status & 1 == 0  # SERVER_STATUS_IN_TRANS
        assert count(shards, "id % 2 = 0") == 0


@pytest.mark.parametrize("begin", ["BEGIN", "SET autocommit = 0"])
@pytest.mark.parametrize("returning", [" RETURNING id", ""])
def test_in_a_transaction(session, shards, taken, begin, returning):
    """Nobody could tell what to take back of half a statement: the transaction goes."""
    statement = f"INSERT INTO customer (id, name) VALUES ({FIRST}, 'a'), ({SECOND}, 'b'){returning}"
    with session.cursor() as cursor:
        cursor.execute(begin)
        cursor.execute("DELETE FROM customer WHERE id < 10" + returning)
        said = fails(session, statement, 1062)
        assert said.endswith("; the transaction was rolled back on all shards"), said
        cursor.execute("COMMIT")
    assert count(shards, "id < 10") == 9 and count(shards, "id >= 1000") == 1


@pytest.mark.parametrize("returning", [" RETURNING id", ""])
def test_the_first_statement_with_autocommit_off(session, shards, taken, returning):
    with session.cursor() as cursor:
        cursor.execute("SET autocommit = 0")
        said = fails(session, f"INSERT INTO customer (id, name) VALUES ({FIRST}, 'a'), ({SECOND}, 'b'){returning}", 1062)
        assert said.endswith("; the transaction was rolled back on all shards"), said
        cursor.execute("COMMIT")
    assert count(shards, "id >= 1000") == 1


@pytest.fixture
def locked(shards):
    """The second shard's rows are locked by another session."""
    connection = shards["80-"].connect("customer")
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE customer SET name = 'locked'")
    yield
    connection.rollback()
    connection.close()


def test_a_tablet_that_waits_too_long(session, shards, locked):
    """The first shard's rows are with the client by then."""
    with session.cursor() as cursor:
        cursor.execute("SET innodb_lock_wait_timeout = 1")
    said = fails(session, "DELETE FROM customer RETURNING id, REPEAT('x', 3000)", 1205)
    assert said.endswith("; nothing was changed on any shard"), said
    assert count(shards, "TRUE") == 60


def test_a_table_that_every_shard_has(session, shards):
    with session.cursor() as cursor:
        cursor.execute("INSERT INTO country VALUES ('it', 'Italy'), ('at', 'Austria') RETURNING title")
        assert cursor.fetchall() == (("Italy",), ("Austria",))
        cursor.execute("DELETE FROM country WHERE code IN ('it', 'at') RETURNING code")
        assert sorted(cursor.fetchall()) == [("at",), ("it",)]
    assert [server.value("SELECT COUNT(*) FROM customer.country") for server in shards.values()] == [5, 5]


def test_each_shard_for_itself_where_that_was_asked_for(session, shards, taken):
    said = fails(session, INSERT.format(f"({FIRST}, 'a'), ({SECOND}, 'b')").replace("INSERT", "INSERT /*vt+ MULTI_SHARD_AUTOCOMMIT=1 */"), 1062)
    assert "done on customer/-80" in said, said
    assert count(shards, "id >= 1000") == 2


def test_a_client_that_goes_away(gather_proxy, fresh, shards):
    proxy = gather_proxy()
    client = wire.Wire(proxy.port).login(database="customer")
    client.command(wire.QUERY, b"DELETE FROM customer WHERE id < 60 RETURNING id, REPEAT('x', 1000000)")
    client.close()
    until(lambda: proxy.leased() == 0, "the leases come back", 40)
    assert count(shards, "TRUE") in (60, 1)
