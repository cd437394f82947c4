"""A merge that is not read to its end frees every shard's lease, and holds next to nothing meanwhile (traps R7, M1, M3)."""

import time

import pytest

from kit import prepared, wire
from kit.config import configuration, sharded, unsharded
from kit.waiting import until
from kit.xxh64 import shard_of

pytestmark = pytest.mark.main
ROWS = 40_000


@pytest.fixture(scope="module")
def wide(shards):
    """Rows of about 1 KB, in a table of the module's own."""
    for name, server in shards.items():
        server.sql("CREATE OR REPLACE TABLE customer.orders (id BIGINT, customer_id BIGINT, what VARCHAR(1000), PRIMARY KEY (customer_id, id))")
        keys = [v for v in range(1, 401) if shard_of(v) == name]
        for key in keys:
            server.sql(
                f"INSERT INTO orders SELECT seq, {key}, REPEAT('x', 1000) FROM seq_1_to_{ROWS // 400}", database="customer"
            )
    yield shards
    for server in shards.values():
        server.sql("DROP TABLE IF EXISTS customer.orders")


def begun(proxy, statement):
    """A client that has the first packets of the answer and reads no more."""
    client = wire.Wire(proxy.port, receive_buffer=4096).login(database="customer")
    client.command(wire.QUERY, statement.encode())
    for _ in range(20):
        client.packet()
    return client


STATEMENTS = [
    "SELECT * FROM orders ORDER BY customer_id, id",
    "SELECT * FROM orders ORDER BY what, id",
    "SELECT DISTINCT what, id, customer_id FROM orders",
    "SELECT id, customer_id, MAX(what), COUNT(*) FROM orders GROUP BY id, customer_id, what",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_client_that_vanishes(sharded_proxy, wide, statement):
    client = begun(sharded_proxy, statement)
    assert sharded_proxy.leased() == 2
    client.vanish()
    sharded_proxy.quiet(10)
    for server in wide.values():
        until(
            lambda: not server.value("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app' AND command = 'Query'"),
            "the tablet to stop working for nobody",
        )


def test_a_client_that_vanishes_in_a_transaction(sharded_proxy, wide):
    client = wire.Wire(sharded_proxy.port, receive_buffer=4096).login(database="customer")
    client.query("BEGIN")
    client.query("UPDATE orders SET what = 'y' WHERE id = 1 AND customer_id = 1")
    client.command(wire.QUERY, STATEMENTS[0].encode())
    for _ in range(20):
        client.packet()
    client.vanish()
    sharded_proxy.quiet(10)
    assert sharded_proxy.value("SELECT what FROM orders WHERE customer_id = 1 AND id = 1", database="customer")[0] == "x"


def test_a_client_that_does_not_read(sharded_proxy, wide, sanitized):
    """The tablets wait with it; the proxy holds a buffer a shard."""
    before = sharded_proxy.metrics().sum("process_resident_memory_bytes")
    clients = [begun(sharded_proxy, STATEMENTS[0]) for _ in range(6)]
    time.sleep(1.5)
    after = sharded_proxy.metrics().sum("process_resident_memory_bytes")
    if not sanitized:
        assert after - before < 8 << 20, f"{(after - before) >> 10} KiB more"
    for client in clients:
        client.vanish()
    sharded_proxy.quiet(10)


@pytest.mark.parametrize(
    "statement,count",
    [
        ("SELECT * FROM orders LIMIT 3", 3),
        ("SELECT * FROM orders LIMIT 30000", 30000),
        ("SELECT id FROM orders ORDER BY customer_id, id LIMIT 5", 5),
        ("SELECT DISTINCT what, id FROM orders LIMIT 2", 2),
    ],
)
def test_enough_rows_free_the_shards(sharded_proxy, wide, statement, count):
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert len(cursor.fetchall()) == count
        assert sharded_proxy.leased() == 0
        cursor.execute("SELECT COUNT(*) FROM orders")
        assert cursor.fetchone() == (ROWS,)
        # In a transaction the connections stay, and so does what they hold.
        cursor.execute("BEGIN")
        cursor.execute("UPDATE orders SET what = 'z' WHERE id = 1")
        cursor.execute(statement)
        assert len(cursor.fetchall()) == count
        cursor.execute("SELECT COUNT(*) FROM orders WHERE what = 'z'")
        assert cursor.fetchone() == (400,)
        cursor.execute("ROLLBACK")
        cursor.execute("SELECT COUNT(*) FROM orders WHERE what = 'z'")
        assert cursor.fetchone() == (0,)
    connection.close()
    sharded_proxy.quiet()


def test_groups_that_do_not_fit_are_an_error(make_proxy, commerce, shards, wide):
    proxy = make_proxy(
        configuration({"commerce": unsharded(commerce), "customer": sharded(shards)}, limits={"merge_memory": "1MiB"})
    )
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        with pytest.raises(Exception) as raised:
            cursor.execute("SELECT id, customer_id % 100 AS c, MAX(what) AS m FROM orders GROUP BY id, customer_id % 100 ORDER BY COUNT(*)")
        assert raised.value.args[0] == 1041 and "limits.merge_memory" in raised.value.args[1]
        # With a LIMIT only so many are held.
        cursor.execute("SELECT id, customer_id % 100 AS c, MAX(what) AS m FROM orders GROUP BY id, customer_id % 100 ORDER BY COUNT(*), c, id LIMIT 2")
        assert cursor.fetchall() == ((1, 0, "x" * 1000), (2, 0, "x" * 1000))
    connection.close()
    proxy.quiet()


def test_a_row_that_does_not_fit_is_an_error(make_proxy, commerce, shards, wide):
    proxy = make_proxy(
        configuration({"commerce": unsharded(commerce), "customer": sharded(shards)}, limits={"merge_memory": "1MiB"})
    )
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        with pytest.raises(Exception) as raised:
            cursor.execute("SELECT id, REPEAT(what, 1000) FROM orders ORDER BY id LIMIT 3")
        assert raised.value.args[0] == 1041 and "limits.merge_memory" in raised.value.args[1]
        cursor.execute("SELECT id, LENGTH(REPEAT(what, 400)) FROM orders ORDER BY customer_id, id LIMIT 1")
        assert cursor.fetchall() == ((1, 400_000),)
        cursor.execute("SELECT REPEAT(what, 400) FROM orders ORDER BY customer_id, id LIMIT 2")
        assert [len(row[0]) for row in cursor.fetchall()] == [400_000] * 2
    connection.close()
    proxy.quiet()


def test_large_rows_pass(sharded_proxy, wide):
    """Rows of more than one frame, too."""
    got = sharded_proxy.sql("SELECT id, REPEAT(what, 17000) FROM orders WHERE id < 3 ORDER BY customer_id, id LIMIT 3", database="customer")
    assert [(row[0], len(row[1])) for row in got] == [(1, 17_000_000), (2, 17_000_000), (1, 17_000_000)]


def test_a_killed_merge(sharded_proxy, wide):
    client = begun(sharded_proxy, STATEMENTS[0])
    other = sharded_proxy.connect("customer")
    with other.cursor() as cursor:
        cursor.execute("SHOW PROCESSLIST")
        number = next(row[0] for row in cursor.fetchall() if "ORDER BY customer_id" in str(row))
        cursor.execute(f"KILL QUERY {number}")
    with pytest.raises((wire.ServerError, EOFError)):
        while True:
            _, payload = client.packet()
            if payload[:1] == b"\xff":
                raise wire.ServerError(payload)
            assert not (payload[:1] == b"\xfe" and len(payload) < 9), "the answer came to its end"
    client.close()
    other.close()
    sharded_proxy.quiet()


def test_an_error_on_one_shard(sharded_proxy, wide):
    with pytest.raises(Exception) as raised:
        sharded_proxy.sql("SELECT id, nothing FROM orders ORDER BY id", database="customer")
    assert raised.value.args[0] == 1054
    sharded_proxy.quiet()


def test_a_cursor_is_answered_with_all_rows(sharded_proxy, wide):
    client = wire.Wire(sharded_proxy.port).login(database="customer")
    number, _, _ = prepared.prepare(client, "SELECT id FROM orders ORDER BY customer_id, id LIMIT 3")
    client.command(wire.STMT_EXECUTE, number + b"\x01\x01\x00\x00\x00")  # CURSOR_TYPE_READ_ONLY
    assert [row[-8:] for row in prepared.binary_rows(client)] == [n.to_bytes(8, "little") for n in (1, 2, 3)]
    client.close()
