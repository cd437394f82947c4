"""Directives in comments, as in Vitess."""

import time

import pymysql
import pytest

from kit.config import configuration, sharded
from kit.xxh64 import values_in


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


WARNED = "SELECT /*vt+ SCATTER_ERRORS_AS_WARNINGS */ "
PARTIAL = [
    ("name FROM customer", 10),
    ("name FROM customer ORDER BY name", 10),
    ("name FROM customer ORDER BY name LIMIT 3", 3),
    ("COUNT(*) FROM customer", 1),
    ("name, COUNT(*) FROM customer GROUP BY name ORDER BY 2 DESC", 10),
    ("id FROM customer WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8)", None),
]


def warned(connection, statement, arguments=None):
    """Rows, how many warnings the answer told of, and what SHOW WARNINGS says of them."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        rows, count = cursor.fetchall(), cursor._result.warning_count
        cursor.execute("SHOW COUNT(*) WARNINGS")
        assert cursor.fetchone()[0] == count
        cursor.execute("SHOW WARNINGS")
        return rows, count, cursor.fetchall()


def filled(proxy, shards):
    low = values_in("-80", 10)
    names = ", ".join(f"({n}, 'n{n}')" for n in low + values_in("80-", 5))
    proxy.sql(f"INSERT INTO customer (id, name) VALUES {names}", database="customer")
    return low


def test_scatter_errors_as_warnings(sharded_proxy, shards, customers):
    low = filled(sharded_proxy, shards)
    connection = sharded_proxy.connect("customer")
    shards["80-"].sql("DROP TABLE customer.customer")
    for statement, rows in PARTIAL:
        refused(connection, f"SELECT {statement}", "customer.customer' doesn't exist")
        got, count, said = warned(connection, WARNED + statement)
        assert rows is None or len(got) == rows, statement
        assert count == 1 and len(said) == 1, statement
        assert said[0][:2] == ("Warning", 1146) and said[0][2].startswith("customer/80-: Table"), said
    assert warned(connection, WARNED + "COUNT(*) FROM customer")[0] == ((10,),)
    assert warned(connection, WARNED + "id FROM customer WHERE id IN (%s, %s)", (low[0], values_in("80-", 1)[0]))[0] == ((low[0],),)
    # One shard's statement, one that changes rows, one in a transaction, and one that is gathered fail as ever.
    refused(connection, WARNED + f"name FROM customer WHERE id = {values_in('80-', 1)[0]}", "doesn't exist")
    refused(connection, "UPDATE /*vt+ SCATTER_ERRORS_AS_WARNINGS */ customer SET name = 'x'", "doesn't exist")
    refused(connection, WARNED + "COUNT(DISTINCT name) FROM customer", "doesn't exist")
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        refused(connection, WARNED + "name FROM customer", "doesn't exist")
        cursor.execute("ROLLBACK")
        # The next statement has no warnings of the one before.
        cursor.execute(WARNED + "COUNT(*) FROM customer")
        cursor.execute(f"SELECT name FROM customer WHERE id = {low[0]}")
        cursor.execute("SHOW WARNINGS")
        assert cursor.fetchall() == ()
    shards["-80"].sql("DROP TABLE customer.customer")
    for statement, _ in PARTIAL:
        refused(connection, WARNED + statement, "customer.customer' doesn't exist")
    connection.close()


def test_a_shard_that_is_gone(make_proxy, tmp_server):
    tablets = {"-80": tmp_server("low", server_id=71), "80-": tmp_server("high", server_id=72)}
    for tablet in tablets.values():
        tablet.sql("CREATE DATABASE customer")
        tablet.sql("CREATE TABLE customer.customer (id BIGINT PRIMARY KEY, name VARCHAR(64))")
    proxy = make_proxy(configuration({"customer": sharded(tablets)}, pool={"wait_timeout": "1s"}), errors_expected=True)
    filled(proxy, tablets)
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM customer")
    tablets["80-"].stop()
    for statement, rows in PARTIAL:
        got, count, said = warned(connection, WARNED + statement)
        assert rows is None or len(got) == rows, statement
        assert count == 1 and said[0][2].startswith("customer/80-: "), (statement, said)
    tablets["-80"].stop()
    with connection.cursor() as cursor, pytest.raises(pymysql.err.MySQLError):
        cursor.execute(WARNED + "name FROM customer")
    connection.close()
