"""Gathers that are interrupted, that meet a limit, that wait: everything is given back. make_proxy holds each proxy to the
conservation law at the end of its test."""

import threading
import time

import pymysql
import pytest

from kit import prepared, wire
from kit.config import configuration, sharded, unsharded
from kit.one_and_many import VSCHEMA
from kit.waiting import until

JOIN = "SELECT c.id, o.id FROM customer c JOIN orders o ON o.id = c.id"
# Long on the scratch tablet, when the tables are there already.
LONG = "SELECT COUNT(*), MAX(SLEEP(0.2)) FROM customer c JOIN orders o ON o.id > c.id"


ON_LOW = {"gather": {"scratch": "customer:-80"}}


class Blocked:
    """A table of one shard that nobody can read: a gather gets as far as its rows."""

    def __init__(self, server, table="orders"):
        self.connection = server.connect("customer")
        with self.connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLES {table} WRITE")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()


def gathering(proxy):
    return [row for row in proxy.admin("SHOW LEASES") if "gather" in str(row["reasons"])]


def blocked_in(server):
    """Statements that wait for the locked table."""
    return server.value("SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for table%'")


def in_thread(connection, statement):
    got = []

    def run():
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                got.append(list(cursor.fetchall()))
        except pymysql.err.MySQLError as error:
            got.append(error.args)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, got


@pytest.mark.parametrize("transaction", [False, True])
def test_killed_while_rows_come(gather_proxy, shards, transaction):
    proxy = gather_proxy(**ON_LOW)
    connection, killer = proxy.connect("customer"), proxy.connect("customer")
    if transaction:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE customer SET name = name")
    with Blocked(shards["80-"]):
        thread, got = in_thread(connection, JOIN)
        until(lambda: gathering(proxy), "the gather is under way")
        until(lambda: blocked_in(shards["80-"]), "a shard is asked")
        with killer.cursor() as cursor:
            cursor.execute(f"KILL QUERY {connection.thread_id()}")
        thread.join(20)
        assert got and got[0][0] == 1317, got
        if not transaction:
            until(lambda: proxy.leased() == 0, "the leases come back")
    with connection.cursor() as cursor:
        if transaction:
            cursor.execute("ROLLBACK")
        cursor.execute(JOIN)
        assert cursor.fetchall()
    connection.close()
    killer.close()


@pytest.mark.parametrize("when", ["rows come", "the statement runs", "in a transaction"])
def test_a_client_that_vanishes(gather_proxy, shards, when):
    proxy = gather_proxy(**ON_LOW)
    client = wire.Wire(proxy.port).login(database="customer")
    if when == "the statement runs":
        client.command(wire.QUERY, LONG.encode())
        until(lambda: gathering(proxy), "the gather is under way")
        until(lambda: proxy.leased() == 1, "the statement runs on the scratch tablet")
        client.vanish()
        proxy.quiet(10)
    else:
        if when == "in a transaction":
            client.query("BEGIN")
            client.query("UPDATE customer SET name = 'lost' WHERE id < 10")
        with Blocked(shards["80-"]):
            client.command(wire.QUERY, JOIN.encode())
            until(lambda: blocked_in(shards["80-"]), "a shard is asked")
            client.vanish()
            proxy.quiet(10)
    assert proxy.value("SELECT COUNT(*) FROM customer WHERE name = 'lost'", database="customer") == 0
    for server in shards.values():
        until(
            lambda: not server.value(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app' AND command = 'Query'"
            ),
            "the tablet to stop working for nobody",
        )


def test_a_client_that_does_not_read(gather_proxy, shards):
    """The answer stays on the scratch tablet; when the client goes, so does it."""
    proxy = gather_proxy()
    client = wire.Wire(proxy.port, receive_buffer=4096).login(database="customer")
    client.command(wire.QUERY, b"SELECT a.*, b.*, c.* FROM odd a JOIN odd b JOIN odd c ON a.id <> b.id")
    for _ in range(5):
        client.packet()
    assert len(gathering(proxy)) == 1
    client.vanish()
    proxy.quiet(10)


@pytest.mark.parametrize("transaction", [False, True])
def test_a_tablet_that_dies_in_the_middle(make_proxy, tmp_server, transaction):
    low, high = tmp_server("low", server_id=51), tmp_server("high", server_id=52)
    for server in (low, high):
        server.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1")  # it is to be killed
        server.sql("CREATE DATABASE customer")
        server.sql("CREATE TABLE customer.customer (id BIGINT PRIMARY KEY, name VARCHAR(64))")
        server.sql("CREATE TABLE customer.orders (id BIGINT, customer_id BIGINT, what VARCHAR(64), PRIMARY KEY (customer_id, id))")
    proxy = make_proxy(
        configuration({"customer": sharded({"-80": low, "80-": high})}, gather={"scratch": "customer:-80"}), errors_expected=True
    )
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO customer (id, name) VALUES (%s, 'x')", [(n,) for n in range(1, 21)])
        cursor.executemany("INSERT INTO orders (id, customer_id, what) VALUES (%s, %s, 'x')", [(n, n) for n in range(1, 21)])
        if transaction:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE customer SET name = 'lost'")
    with Blocked(high):
        thread, got = in_thread(connection, JOIN)
        until(lambda: blocked_in(high), "a shard is asked")
        high.kill()
        thread.join(30)
    assert got and got[0][0] == 2013, got
    until(lambda: proxy.leased() == 0, "the leases come back")
    high.start()
    until(lambda: proxy.metrics().sum("leasehold_tablet_up", shard="80-") == 1, "the tablet is up", 20)
    with connection.cursor() as cursor:
        cursor.execute(JOIN)
        assert len(cursor.fetchall()) == 20
        cursor.execute("SELECT COUNT(*) FROM customer WHERE name = 'lost'")
        assert cursor.fetchone() == (0,)
    connection.close()


def test_a_scratch_tablet_that_dies(make_proxy, tmp_server, shards, data_everywhere):
    scratch = tmp_server("scratch")
    proxy = make_proxy(
        configuration(
            {"commerce": unsharded(scratch), "customer": sharded(shards, VSCHEMA)}, gather={"scratch": "commerce"}
        ),
        errors_expected=True,
    )
    connection = proxy.connect("customer")
    thread, got = in_thread(connection, LONG)
    until(lambda: gathering(proxy), "the gather is under way")
    until(lambda: proxy.leased() == 1, "the statement runs on the scratch tablet")
    scratch.kill()
    thread.join(30)
    assert got and got[0][0] == 2013, got
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM customer")
        assert cursor.fetchone() == (60,)
        with pytest.raises(pymysql.err.MySQLError) as raised:
            cursor.execute(JOIN)
        assert raised.value.args[0] in (1203, 2013), raised.value
    connection.close()


def test_a_query_timeout(gather_proxy, shards):
    proxy = gather_proxy(limits={"query_timeout": "500ms"})
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        with Blocked(shards["80-"]):
            with pytest.raises(pymysql.err.MySQLError) as raised:
                cursor.execute(JOIN)
            assert raised.value.args[0] == 3024
        with pytest.raises(pymysql.err.MySQLError) as raised:
            cursor.execute(LONG)
        assert raised.value.args[0] == 3024
        cursor.execute("SELECT COUNT(*) FROM customer")
        assert cursor.fetchone() == (60,)
    connection.close()


def test_a_pool_of_one_connection_says_so_at_once(gather_proxy):
    proxy = gather_proxy(pool={"size": 1, "reserved": 1, "wait_timeout": "20s"})
    begin = time.monotonic()
    with pytest.raises(pymysql.err.MySQLError) as raised:
        proxy.sql(JOIN, database="customer")
    assert raised.value.args[0] == 1203 and "pool.size" in raised.value.args[1], raised.value
    assert time.monotonic() - begin < 5


def test_many_at_once_in_a_small_pool(gather_proxy):
    """Fewer reserved places than connections: those that hold one always find a connection to read with."""
    proxy = gather_proxy(pool={"size": 4, "reserved": 2, "wait_timeout": "30s"})
    connections = [proxy.connect("customer") for _ in range(12)]
    threads = [in_thread(connection, JOIN) for connection in connections for _ in range(1)]
    answers = []
    for thread, got in threads:
        thread.join(60)
        answers += got
    assert not [a for a in answers if isinstance(a, tuple)], answers
    assert len(answers) == 12 and all(sorted(a) == sorted(answers[0]) and len(a) > 10 for a in answers), answers[:3]
    for connection in connections:
        connection.close()


def test_no_cursor_is_opened(gather_proxy):
    proxy = gather_proxy()
    client = wire.Wire(proxy.port).login(database="customer")
    number, _, _ = prepared.prepare(client, JOIN)
    client.command(wire.STMT_EXECUTE, number + b"\x01\x01\x00\x00\x00")  # CURSOR_TYPE_READ_ONLY
    assert len(prepared.binary_rows(client)) > 10
    client.close()


def test_in_another_schema(gather_proxy):
    proxy = gather_proxy()
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        cursor.execute(JOIN)
        right = sorted(cursor.fetchall())
        cursor.execute("USE information_schema")
        cursor.execute("SELECT c.id, o.id FROM customer.customer c JOIN customer.orders o ON o.id = c.id")
        assert sorted(cursor.fetchall()) == right
        cursor.execute("SELECT COUNT(*) FROM schemata WHERE schema_name = 'customer'")
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT DATABASE()")
        assert cursor.fetchone() == ("information_schema",)
    connection.close()


ROWS = 100_000


@pytest.fixture
def many_rows(shards, data_everywhere):
    for name, server in shards.items():
        first = 10**6 if name == "-80" else 2 * 10**6
        server.sql(
            f"INSERT INTO customer.orders (id, customer_id, what, quantity) SELECT seq + {first}, seq, REPEAT('x', 40), seq % 7 FROM seq_1_to_{ROWS}",
            database="customer",
        )
    yield
    data_everywhere()


def test_memory_is_flat(gather_proxy, many_rows, sanitized):
    """200,000 rows pass through in batches."""
    proxy = gather_proxy(workers=1)
    statement = "SELECT COUNT(*), COUNT(DISTINCT what), SUM(c.id) FROM orders o LEFT JOIN customer c ON c.id = o.quantity"
    proxy.sql("SELECT COUNT(*) FROM customer", database="customer")
    before = proxy.metrics().sum("process_resident_memory_bytes")
    connection = proxy.connect("customer")
    thread, got = in_thread(connection, statement)
    most, seen = 0, 0
    while thread.is_alive():
        samples = proxy.metrics()
        most = max(most, samples.sum("process_resident_memory_bytes"))
        seen = max(seen, samples.sum("leasehold_memory_bytes", component="gathers"))
        time.sleep(0.05)
    assert got[0][0][0] >= 2 * ROWS, got
    assert seen > 0
    assert seen < 4 << 20, seen
    if not sanitized:
        assert most - before < 16 << 20, f"{(most - before) >> 10} KiB more"
    connection.close()
    proxy.quiet()
    assert proxy.metrics().sum("leasehold_memory_bytes", component="gathers") == 0
