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
