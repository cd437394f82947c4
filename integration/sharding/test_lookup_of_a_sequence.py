"""Orders stand with their customer and are found by an id that a sequence gave: the usual lookup."""

import copy

import pymysql
import pytest

from kit import one_and_many, prepared, wire
from kit.config import XXHASH, configuration, sharded, unsharded
from kit.xxh64 import keyspace_id


def vschema(**more):
    made = copy.deepcopy(XXHASH)
    made["vindexes"]["by_order"] = {
        "type": "consistent_lookup_unique",
        "owner": "corder",
        "params": {"table": "commerce.order_lookup", "from": "id", "to": "keyspace_id"} | more,
    }
    made["tables"]["corder"] = {
        "column_vindexes": [{"column": "customer_id", "name": "xx"}, {"column": "id", "name": "by_order"}],
        "auto_increment": {"column": "id", "sequence": "commerce.order_seq"},
    }
    return made


@pytest.fixture
def orders(shards, commerce):
    for server in shards.values():
        server.sql("CREATE OR REPLACE TABLE customer.corder (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL, what VARCHAR(20))")
    commerce.sql("CREATE OR REPLACE TABLE commerce.order_lookup (id BIGINT PRIMARY KEY, keyspace_id VARBINARY(10))")
    commerce.sql("CREATE OR REPLACE TABLE commerce.order_seq (id BIGINT PRIMARY KEY, next_id BIGINT, cache BIGINT) COMMENT 'vitess_sequence'")
    commerce.sql("INSERT INTO commerce.order_seq VALUES (0, 1, 10)")
    yield shards
    for server in shards.values():
        server.sql("DROP TABLE IF EXISTS customer.corder")
    commerce.sql("DROP TABLE IF EXISTS commerce.order_lookup, commerce.order_seq")


@pytest.fixture
def proxy_with(make_proxy, commerce, orders):
    def make(**more):
        listed = unsharded(commerce) | {"vschema": {"tables": {"order_seq": {"type": "sequence"}}}}
        return make_proxy(configuration({"commerce": listed, "customer": sharded(orders, vschema(**more))}, workers=1))

    return make


def change(session, statement):
    with session.cursor() as cursor:
        return cursor.execute(statement), cursor.lastrowid


def rows(session, statement):
    with session.cursor() as cursor:
        cursor.execute(statement)
        return sorted(cursor.fetchall())


def on(server, statement):
    connection = one_and_many.connect(server, "mysql")
    found = rows(connection, statement)
    connection.close()
    return found


def assert_entries(orders, commerce):
    found = [row for server in orders.values() for row in on(server, "SELECT id, customer_id FROM customer.corder")]
    assert on(commerce, "SELECT id, keyspace_id FROM commerce.order_lookup") == sorted((number, keyspace_id(customer)) for number, customer in found)


def test_ids_of_a_sequence(proxy_with, orders, commerce):
    proxy = proxy_with()
    session = proxy.connect("customer", autocommit=True)
    assert change(session, "INSERT INTO corder (customer_id, what) VALUES (1, 'a'), (2, 'b'), (3, 'c')") == (3, 1)
    assert_entries(orders, commerce)
    assert change(session, "INSERT INTO corder (id, customer_id) VALUES (NULL, 4), (100, 4), (0, 5)") == (3, 4)
    assert_entries(orders, commerce)
    assert rows(session, "SELECT customer_id FROM corder WHERE id = 5") == [(5,)]
    assert change(session, "INSERT INTO corder (customer_id, what) SELECT customer_id + 10, what FROM corder WHERE id < 3")[0] == 2
    assert_entries(orders, commerce)
    # Of another customer, on any shard.
    for customer in range(1, 9):
        with pytest.raises(pymysql.err.IntegrityError, match="for key 'by_order'"):
            change(session, f"INSERT INTO corder (id, customer_id) VALUES (100, {customer})")
    assert_entries(orders, commerce)
    assert change(session, "REPLACE INTO corder (id, customer_id) VALUES (100, 8)")[0] == 2
    assert change(session, "UPDATE corder SET customer_id = 9 WHERE id = 100")[0] == 1
    assert_entries(orders, commerce)
    client = wire.Wire(proxy.port).login(database="customer")
    number, _, _ = prepared.prepare(client, "INSERT INTO corder (customer_id, what) VALUES (?, ?), (?, 'y')")
    prepared.execute(client, number, b"20", b"x", b"21")
    assert wire.Ok(prepared.answer(client)).affected == 2
    client.close()
    assert_entries(orders, commerce)
    assert change(session, "DELETE FROM corder WHERE id IN (1, 2, 100)")[0] == 3
    assert_entries(orders, commerce)
    session.close()


def test_an_entry_without_a_row(proxy_with, orders, commerce):
    """What a commit that broke half way may leave of a consistent lookup does not stand in the way."""
    session = proxy_with().connect("customer", autocommit=True)
    stale = "(1, 0xaa), (2, 0x11), (3, 0x11), (4, 0xaa)"
    commerce.sql(f"INSERT INTO commerce.order_lookup VALUES {stale}")
    assert change(session, "INSERT INTO corder (id, customer_id) VALUES (1, 1)")[0] == 1
    assert change(session, "INSERT INTO corder (id, customer_id) VALUES (2, 1), (3, 2), (50, 3)")[0] == 3
    assert change(session, "UPDATE corder SET id = 4 WHERE id = 50")[0] == 1
    assert_entries(orders, commerce)
    with pytest.raises(pymysql.err.IntegrityError, match="Duplicate entry '4' for key 'by_order'"):
        change(session, "INSERT INTO corder (id, customer_id) VALUES (60, 1), (4, 5)")
    with pytest.raises(pymysql.err.IntegrityError, match="Duplicate entry '61' for key 'by_order'"):
        change(session, "INSERT INTO corder (id, customer_id) VALUES (61, 1), (61, 5)")
    assert_entries(orders, commerce)
    session.close()


def test_write_only(proxy_with, orders, commerce):
    session = proxy_with(write_only="true").connect("customer", autocommit=True)
    change(session, "INSERT INTO corder (customer_id) VALUES (1), (2)")
    assert_entries(orders, commerce)
    # Nothing is asked of a table that is being filled.
    commerce.sql("DELETE FROM commerce.order_lookup")
    assert rows(session, "SELECT customer_id FROM corder WHERE id = 2") == [(2,)]
    assert change(session, "DELETE FROM corder WHERE id = 2")[0] == 1
    session.close()
