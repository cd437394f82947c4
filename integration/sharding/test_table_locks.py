"""LOCK TABLES over all shards of a keyspace: held on each until UNLOCK TABLES, all or none, and never two sessions in each other's way."""

import subprocess
import threading

import pymysql
import pytest

from kit.waiting import until


@pytest.fixture
def proxy(sharded_proxy, shards):
    for server in shards.values():
        server.sql("CREATE OR REPLACE DATABASE customer")
        server.sql("CREATE OR REPLACE TABLE customer.customer (id BIGINT PRIMARY KEY, name VARCHAR(20))")
        server.sql("CREATE OR REPLACE TABLE customer.orders (id BIGINT PRIMARY KEY, customer_id BIGINT)")
    return sharded_proxy


def locked(server):
    """Whether another client has to wait for the table."""
    try:
        server.sql("SET STATEMENT lock_wait_timeout = 0 FOR INSERT INTO customer.customer VALUES (-1, 'x')")
    except pymysql.err.MySQLError as error:
        assert error.args[0] == 1205
        return True
    server.sql("DELETE FROM customer.customer WHERE id = -1")
    return False


def test_held_on_every_shard_until_unlocked(proxy, shards):
    connection = proxy.connect("customer", autocommit=True)
    with connection.cursor() as cursor:
        for end in ("UNLOCK TABLES", "START TRANSACTION", "BEGIN"):
            cursor.execute("LOCK TABLES customer WRITE, orders READ")
            assert all(locked(server) for server in shards.values())
            assert cursor.execute("INSERT INTO customer VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')") == 4
            assert all(locked(server) for server in shards.values()), "an INSERT over shards lets them go"
            cursor.execute("SELECT COUNT(*) FROM customer")
            assert cursor.fetchone() == (4,)
            with pytest.raises(pymysql.err.MySQLError) as error:
                cursor.execute("INSERT INTO orders VALUES (1, 1)")
            assert error.value.args[0] == 1099
            assert cursor.execute("DELETE FROM customer") == 4
            cursor.execute(end)
            until(lambda: not any(locked(server) for server in shards.values()), "the tables are free")
            cursor.execute("ROLLBACK")
        cursor.execute("FLUSH TABLES WITH READ LOCK")
        assert all(locked(server) for server in shards.values())
        cursor.execute("UNLOCK TABLES")
        assert not any(locked(server) for server in shards.values())
    proxy.quiet()
    connection.close()


def test_who_leaves_lets_them_go(proxy, shards):
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLES customer WRITE")
    connection.close()
    until(lambda: not any(locked(server) for server in shards.values()), "the tables are free")


def test_all_or_none(proxy, shards):
    next(reversed(shards.values())).sql("DROP TABLE customer.orders")
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        with pytest.raises(pymysql.err.MySQLError) as error:
            cursor.execute("LOCK TABLES customer WRITE, orders WRITE")
        assert error.value.args[0] == 1146 and "customer/" in error.value.args[1]
        until(lambda: not any(locked(server) for server in shards.values()), "the tables are free")
        cursor.execute("SELECT COUNT(*) FROM customer")
    connection.close()


def test_sessions_that_want_the_same(proxy):
    def work(failures):
        try:
            connection = proxy.connect("customer", autocommit=True)
            with connection.cursor() as cursor:
                for _ in range(20):
                    cursor.execute("LOCK TABLES customer WRITE")
                    cursor.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM customer")
                    cursor.execute("INSERT INTO customer VALUES (%s, 'x')", cursor.fetchone())
                    cursor.execute("UNLOCK TABLES")
            connection.close()
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    failures = []
    threads = [threading.Thread(target=work, args=(failures,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert proxy.sql("SELECT COUNT(*), MAX(id) FROM customer", database="customer") == [(120, 120)]


@pytest.mark.parametrize("options", [["--lock-tables"], ["--single-transaction"], ["--skip-opt"]])
def test_a_dump_and_its_restore(proxy, need, options):
    """As the tools do it: LOCK TABLES ... WRITE around INSERTs without a list of columns."""
    dump, client = need("mariadb-dump", "mariadb")
    rows = [(i, f"name {i}") for i in range(200)]
    for row in rows:
        proxy.sql("INSERT INTO customer VALUES (%s, %s)", *row, database="customer", autocommit=True)
    login = ["--no-defaults", "--host=127.0.0.1", f"--port={proxy.port}", "--user=app", "--password=secret", "--skip-ssl"]
    dumped = subprocess.run([dump, *login, *options, "customer"], capture_output=True, timeout=60)
    assert dumped.returncode == 0, dumped.stderr.decode()
    proxy.sql("DROP TABLE customer, orders", database="customer")
    restored = subprocess.run([client, *login, "customer"], input=dumped.stdout, capture_output=True, timeout=60)
    assert restored.returncode == 0, restored.stderr.decode()
    assert proxy.sql("SELECT * FROM customer ORDER BY id", database="customer") == rows
    assert proxy.sql("SELECT * FROM orders", database="customer") == []
    proxy.quiet()
