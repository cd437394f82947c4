"""UPDATE and DELETE that no shard can do for itself: ORDER BY with LIMIT, joins and subqueries over shards, rows that move.
The same affected and matched rows, the same info text and the same tables as on one server."""

import struct

import pymysql
import pytest

from kit import prepared, wire
from kit.changing_statements import INSERTING, JOINED, LIMITED, MOVING, changed, tables_differ
from kit.one_and_many import belongs
from kit.server import APP_PASSWORD, APP_USER

FOUND = [
    "UPDATE customer SET kind = 'old' WHERE kind IN ('old', 'new') ORDER BY id LIMIT 10",
    "UPDATE customer SET kind = 'old' WHERE kind IN ('old', 'new')",
]

@pytest.fixture
def both_committing(both, data_everywhere):
    data_everywhere()
    for connection in both:
        connection.autocommit(True)
        with connection.cursor() as cursor:
            cursor.execute("SET sql_mode = 'STRICT_TRANS_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'")
    return both


@pytest.mark.parametrize("statements", [LIMITED, JOINED, MOVING, INSERTING], ids=["limited", "joined", "moving", "inserting"])
def test_as_one_server(both_committing, data_everywhere, shards, statements):
    one, many = both_committing
    wrong = []
    for statement in statements:
        data_everywhere()
        left, right = changed(one, statement), changed(many, statement)
        if isinstance(left[1], str):
            right, left = right[:1], left[:1]
        if left != right:
            wrong.append(f"{statement}\n    {left} and {right}")
            continue
        wrong += [f"{statement}\n    {found[:600]}" for found in tables_differ(one, many)]
        for name, server in shards.items():
            keep = belongs(name)
            for table in ("customer", "orders", "item"):
                rows = server.sql(f"SELECT * FROM customer.{table}")
                wrong += [f"{statement}\n    {row} of {table} does not belong to {name}" for row in rows if not keep(table, row)]
    assert not wrong, "\n".join(wrong)


def test_in_a_transaction(both_committing):
    one, many = both_committing
    for connection in (one, many):
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE customer SET name = 'zz' WHERE id = 3")
            assert cursor.execute("DELETE FROM customer WHERE name = 'zz' ORDER BY id LIMIT 5") == 1
            assert cursor.execute("UPDATE customer SET id = 900 WHERE id = 4") == 1
            cursor.execute("SELECT id FROM customer WHERE id IN (3, 4, 900)")
            assert cursor.fetchall() == ((900,),)
            cursor.execute("ROLLBACK")
            cursor.execute("SELECT id FROM customer WHERE id IN (3, 4, 900) ORDER BY id")
            assert cursor.fetchall() == ((3,), (4,))
    assert not tables_differ(one, many)


def test_without_autocommit(both_committing):
    one, many = both_committing
    for connection in (one, many):
        connection.autocommit(False)
        with connection.cursor() as cursor:
            assert cursor.execute("DELETE FROM customer ORDER BY id LIMIT 5") == 5
            cursor.execute("SELECT MIN(id) FROM customer")
            assert cursor.fetchone() == (6,)
            connection.rollback()
            cursor.execute("SELECT MIN(id) FROM customer")
            assert cursor.fetchone() == (1,)
            assert cursor.execute("UPDATE customer SET id = id + 900 ORDER BY id LIMIT 5") == 5
            connection.commit()
    assert not tables_differ(one, many)


def test_found_rows_count_as_affected(gather_proxy, data_everywhere, whole):
    proxy = gather_proxy()
    answers = []
    for port in (whole.port, proxy.port):
        connection = pymysql.connect(
            host="127.0.0.1", port=port, user=APP_USER, password=APP_PASSWORD, database="customer", client_flag=wire.FOUND_ROWS
        )
        answers.append([changed(connection, statement) for statement in FOUND])
        connection.rollback()
        connection.close()
    assert answers[0] == answers[1] and answers[0][0][0] == 10


def test_nothing_remains_when_a_shard_fails(both_committing, shards):
    """A row that is in the way on the shard where rows arrive."""
    _, many = both_committing
    here = next(iter(shards.items()))
    blocked = next(i for i in range(1, 60) if not belongs(here[0])("customer", (i,)))
    target = next(i for i in range(8000, 9000) if belongs(here[0])("customer", (i,)))
    with many.cursor() as cursor:
        cursor.execute(f"INSERT INTO customer (id, name) VALUES ({target}, 'there')")
        cursor.execute("SELECT COUNT(*), SUM(id) FROM customer")
        before = cursor.fetchall()
        with pytest.raises(pymysql.err.MySQLError) as error:
            cursor.execute(f"UPDATE customer SET id = {target} WHERE id = {blocked}")
        assert error.value.args[0] == 1062 and "nothing was changed on any shard" in error.value.args[1]
        cursor.execute("SELECT COUNT(*), SUM(id) FROM customer")
        assert cursor.fetchall() == before


def test_what_would_not_be_exact_is_refused(both_committing, shards):
    _, many = both_committing
    for server in shards.values():
        server.sql("CREATE OR REPLACE TRIGGER customer.on_item BEFORE UPDATE ON customer.item FOR EACH ROW SET NEW.price = 1")
    try:
        for statement, why in [
            ("UPDATE item SET price = 2 ORDER BY order_id LIMIT 2", "a trigger"),
            ("UPDATE IGNORE orders SET quantity = 1 LIMIT 2", "UPDATE IGNORE"),
            ("DELETE FROM orders LIMIT 2 RETURNING id", "RETURNING"),
            ("UPDATE item SET customer_id = order_id + 1", "a trigger"),
        ]:
            assert changed(many, statement)[0] == 1105, statement
            assert why in changed(many, statement)[1]
            assert changed(many, statement)[1].startswith("unsupported: ")
        for server in shards.values():
            server.sql("ALTER TABLE customer.odd DROP PRIMARY KEY")
        refused = changed(many, "DELETE FROM odd ORDER BY id LIMIT 1")
        assert refused[0] == 1105 and "neither a primary key nor a unique key of NOT NULL columns" in refused[1]
        for server in shards.values():
            server.sql("ALTER TABLE customer.odd ADD UNIQUE KEY (id)")
        assert changed(many, "DELETE FROM odd ORDER BY id LIMIT 1")[0] == 1
        for server in shards.values():
            server.sql("CREATE TABLE customer.child (id BIGINT, FOREIGN KEY (id) REFERENCES customer.customer (id))")
        refused = changed(many, "UPDATE customer SET id = id + 900 WHERE id < 9")
        assert refused[0] == 1105 and "a foreign key that refers to it" in refused[1]
        assert changed(many, "UPDATE customer SET name = 'still' WHERE id = 1")[0] == 1
    finally:
        for server in shards.values():
            server.sql("DROP TRIGGER customer.on_item")
            server.sql("DROP TABLE IF EXISTS customer.child")


PREPARED = [
    ("DELETE FROM orders WHERE quantity > ? ORDER BY id LIMIT ?", [1, 4]),
    ("UPDATE customer SET name = ? WHERE kind = ? ORDER BY id LIMIT ?", [b"it's", b"old", 3]),
    ("UPDATE customer SET id = ?, name = ? WHERE id = ?", [4000, b"moved", 5]),
    ("UPDATE customer c JOIN orders o ON o.id = c.id SET c.name = ? WHERE o.quantity >= ?", [b"joined", 2]),
    ("DELETE FROM customer WHERE id IN (SELECT parent FROM customer x WHERE x.kind = ?)", [b"new"]),
]


def executed(client, statement, values):
    """Affected rows and warnings of the OK packet."""
    number, _, _ = prepared.prepare(client, statement)
    types, bound = b"", b""
    for value in values:
        if isinstance(value, int):
            types, bound = types + b"\x08\x00", bound + struct.pack("<q", value)
        else:
            types, bound = types + b"\xfd\x00", bound + bytes([len(value)]) + value
    client.command(wire.STMT_EXECUTE, number + b"\x00\x01\x00\x00\x00" + b"\x00\x01" + types + bound)
    payload = prepared.answer(client)
    affected, _ = wire.lenenc(payload, 1)
    client.command(wire.STMT_CLOSE, number)
    return payload[0], affected


def test_prepared(both_committing, gather_proxy, whole):
    one, many = both_committing
    proxy = gather_proxy()
    left = wire.Wire(whole.port).login(database="customer")
    right = wire.Wire(proxy.port).login(database="customer")
    for statement, values in PREPARED:
        a, b = executed(left, statement, values), executed(right, statement, values)
        assert a == b and a[1] > 0, statement
        assert not tables_differ(one, many), statement
    left.close()
    right.close()
    proxy.quiet()
