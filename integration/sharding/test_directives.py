"""Directives in comments, as in Vitess."""

import time

import pymysql
import pytest

from kit.config import configuration, sharded


def stopped(connection, statement):
    began = time.monotonic()
    with connection.cursor() as cursor, pytest.raises(pymysql.err.MySQLError) as raised:
        cursor.execute(statement)
        cursor.fetchall()
    assert raised.value.args[0] == 3024, raised.value
    return time.monotonic() - began


@pytest.mark.parametrize("where", ["WHERE id = 1", "", "ORDER BY name LIMIT 1", "WHERE id < (SELECT MAX(id) FROM customer)"])
def test_query_timeout_ms(sharded_proxy, customers, where):
    sharded_proxy.sql("INSERT INTO customer (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')", database="customer")
    connection = sharded_proxy.connect("customer")
    assert stopped(connection, f"SELECT /*vt+ QUERY_TIMEOUT_MS=300 */ SLEEP(8), name FROM customer {where}") < 5
    with connection.cursor() as cursor:
        cursor.execute("SELECT /*vt+ QUERY_TIMEOUT_MS=20000 */ name FROM customer WHERE id = 1")
        assert cursor.fetchall() == (("a",),)
        # Of SELECT alone, and unknown directives are comments.
        cursor.execute("UPDATE /*vt+ QUERY_TIMEOUT_MS=1 */ customer SET name = CONCAT(name, SLEEP(0.2)) WHERE id = 1")
        cursor.execute("SELECT /*vt+ NO_SUCH_THING=5 */ name FROM customer WHERE id = 1")
        assert cursor.fetchall() == (("a0",),)
    connection.close()


def test_it_can_only_lower_the_limit(make_proxy, shards, customers):
    proxy = make_proxy(configuration({"customer": sharded(shards)}, limits={"query_timeout": "500ms"}))
    proxy.sql("INSERT INTO customer (id, name) VALUES (1, 'a')", database="customer")
    connection = proxy.connect("customer")
    assert stopped(connection, "SELECT /*vt+ QUERY_TIMEOUT_MS=60000 */ SLEEP(8) FROM customer WHERE id = 1") < 5
    connection.close()


def refused(connection, statement, said):
    with connection.cursor() as cursor, pytest.raises(pymysql.err.MySQLError, match=said):
        cursor.execute(statement)


def test_no_scatter(make_proxy, shards, customers):
    users = [
        {"name": "app", "password": "secret"},
        {"name": "careful", "password": "secret", "no_scatter": True},
    ]
    proxy = make_proxy(configuration({"customer": sharded(shards)}, users=users))
    proxy.sql("INSERT INTO customer (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')", database="customer")
    careful = proxy.connect("customer", user="careful")
    for statement in (
        "SELECT name FROM customer",
        "SELECT name FROM customer ORDER BY name LIMIT 1",
        "SELECT COUNT(DISTINCT name) FROM customer",
        "SELECT a.name FROM customer a JOIN customer b ON a.name = b.name",
        "UPDATE customer SET name = 'x'",
        "DELETE FROM customer WHERE name = 'x'",
        "DELETE FROM customer ORDER BY name LIMIT 1",
    ):
        refused(careful, statement, "may not ask every shard of keyspace customer")
    with careful.cursor() as cursor:
        for statement, wanted in (
            ("SELECT name FROM customer WHERE id = 1", (("a",),)),
            ("SELECT 1", ((1,),)),
            ("SELECT /*vt+ ALLOW_SCATTER */ COUNT(*) FROM customer", ((4,),)),
            ("SELECT /*vt+ ALLOW_SCATTER=1 */ COUNT(DISTINCT name) FROM customer", ((4,),)),
            ("SELECT table_name FROM information_schema.tables WHERE table_name = 'customer' AND table_schema = 'customer'", (("customer",),)),
        ):
            cursor.execute(statement)
            assert cursor.fetchall() == wanted, statement
        assert cursor.execute("UPDATE /*vt+ ALLOW_SCATTER */ customer SET name = 'x'") == 4
        assert cursor.execute("UPDATE customer SET name = 'y' WHERE id = 2") == 1
        cursor.execute("ANALYZE TABLE customer")
        assert len(cursor.fetchall()) == 2
    careful.close()
    assert proxy.value("SELECT COUNT(*) FROM customer", database="customer") == 4


def test_multi_shard_autocommit(sharded_proxy, shards, customers):
    """One shard refuses: the others keep what they did, because the statement said so."""
    sharded_proxy.sql(f"INSERT INTO customer (id, name) VALUES {', '.join(f'({n}, 1)' for n in range(20))}", database="customer")
    shards["80-"].sql("ALTER TABLE customer.customer ADD CONSTRAINT short CHECK (LENGTH(name) < 3)")
    connection = sharded_proxy.connect("customer")
    refused(connection, "UPDATE customer SET name = 'long'", "nothing was changed on any shard")
    assert shards["-80"].sql("SELECT COUNT(*) FROM customer.customer WHERE name = 'long'")[0][0] == 0
    refused(connection, "UPDATE /*vt+ MULTI_SHARD_AUTOCOMMIT=1 */ customer SET name = 'long'", "done on customer/-80")
    assert shards["-80"].sql("SELECT COUNT(*) FROM customer.customer WHERE name <> 'long'")[0][0] == 0
    assert shards["80-"].sql("SELECT COUNT(*) FROM customer.customer WHERE name = 'long'")[0][0] == 0
    connection.close()
