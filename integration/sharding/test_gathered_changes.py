"""UPDATE and DELETE that no shard can do for itself: ORDER BY with LIMIT, joins and subqueries over shards, rows that move.
The same affected and matched rows, the same info text and the same tables as on one server."""

import re
import struct

import pymysql
import pytest

from kit import prepared, wire
from kit.one_and_many import Answer, belongs, differences

ORDER = {"customer": "id", "orders": "id, customer_id", "item": "order_id, line, customer_id", "odd": "id"}

LIMITED = [
    "DELETE FROM orders ORDER BY id LIMIT 5",
    "DELETE FROM orders WHERE quantity > 2 ORDER BY amount DESC, id DESC LIMIT 7",
    "DELETE FROM orders WHERE id < 6 ORDER BY id LIMIT 500",
    "DELETE FROM orders ORDER BY id LIMIT 0",
    "DELETE FROM orders WHERE customer_id IN (1, 2, 3, 4, 5) ORDER BY id LIMIT 3",
    "DELETE FROM item WHERE product = 'apple' ORDER BY order_id, line DESC LIMIT 4",
    "DELETE FROM item ORDER BY price, order_id, line LIMIT 6",
    "DELETE FROM customer WHERE name = 'apple' AND kind <> 'new' ORDER BY score DESC, id LIMIT 3",
    "DELETE FROM customer WHERE (id > 5 AND id < 30) OR country = 'fr' ORDER BY (id % 7), id LIMIT 9",
    "DELETE FROM customer WHERE id > 3 + 4 ORDER BY customer.id LIMIT 2",
    "UPDATE customer SET name = 'changed', score = id / 3 ORDER BY id DESC LIMIT 8",
    "UPDATE customer SET name = CONCAT(name, '!'), parent = NULL WHERE kind = 'old' ORDER BY born, id LIMIT 6",
    "UPDATE customer SET kind = 'old' WHERE kind IN ('old', 'new') ORDER BY id LIMIT 10",
    "UPDATE customer c SET c.parent = c.parent + 1, c.score = c.parent ORDER BY c.id LIMIT 20",
    "UPDATE orders SET amount = amount * 1.005, what = UPPER(what) ORDER BY at, id LIMIT 11",
    "UPDATE item SET price = price + 0.1 ORDER BY order_id, line LIMIT 12",
    "UPDATE odd SET words = CONCAT(words, ?), clock = ADDTIME(clock, '01:00:00') ORDER BY id LIMIT 15".replace("?", "'\\\\x'"),
    "UPDATE odd SET moment = moment + INTERVAL 1 DAY, bits = bits ^ 5, flags = 'b,c' ORDER BY id DESC LIMIT 25",
    "UPDATE customer SET name = 'x' WHERE RAND() < 2 ORDER BY id LIMIT 4",
    "UPDATE customer SET email = 'é', notes = JSON_OBJECT('n', id) WHERE id > 10 ORDER BY id LIMIT 5",
]

JOINED = [
    "UPDATE customer c JOIN orders o ON o.id = c.id SET c.name = o.what, o.quantity = o.quantity + 1",
    "UPDATE customer c JOIN orders o ON o.id = c.id SET c.parent = o.quantity WHERE o.quantity > 2",
    "UPDATE customer c LEFT JOIN orders o ON o.id = c.id + 40 SET c.name = COALESCE(o.what, 'none') WHERE c.id > 20",
    "UPDATE customer SET name = 'many' WHERE id IN (SELECT parent FROM customer x WHERE x.parent IS NOT NULL)",
    "UPDATE customer SET parent = (SELECT COUNT(*) FROM orders WHERE quantity > 1)",
    "UPDATE customer SET score = (SELECT MAX(o.amount) FROM orders o WHERE o.id = customer.id) WHERE kind = 'new'",
    "UPDATE orders o JOIN (SELECT what, COUNT(*) n FROM orders GROUP BY what) w ON w.what = o.what SET o.quantity = w.n",
    "UPDATE customer a JOIN customer b ON b.id = a.parent SET a.email = b.email, a.score = b.score",
    "UPDATE customer c, country k SET c.name = k.title WHERE k.code = c.country AND c.id IN (SELECT id FROM orders)",
    "UPDATE customer SET name = 'x' WHERE EXISTS (SELECT 1 FROM item i WHERE i.order_id = customer.id) ORDER BY id LIMIT 3",
    "DELETE FROM orders WHERE id IN (SELECT parent FROM customer)",
    "DELETE FROM customer WHERE id NOT IN (SELECT order_id FROM item) AND id > (SELECT AVG(id) FROM customer z)",
    "DELETE c FROM customer c JOIN orders o ON o.id = c.id WHERE o.what <> c.name",
    "DELETE c, o FROM customer c JOIN orders o ON o.id = c.id WHERE o.quantity < 3",
    "DELETE customer.orders FROM customer.orders JOIN customer.customer ON customer.id = orders.id WHERE kind = 'old'",
    "DELETE FROM o USING orders o LEFT JOIN customer c ON c.id = o.id WHERE c.id IS NULL",
    "DELETE i FROM item i JOIN item j ON j.order_id = i.order_id + 1 AND j.line = i.line",
    "DELETE FROM item WHERE (order_id, line) IN (SELECT id, 1 FROM customer)",
    "DELETE FROM customer WHERE 0 = (SELECT COUNT(*) FROM orders)",
]

MOVING = [
    "UPDATE customer SET id = id + 1000",
    "UPDATE customer SET id = 5000, name = 'moved' WHERE id = 7",
    "UPDATE customer SET id = 7, name = 'stays' WHERE id = 7",
    "UPDATE customer SET id = '5001' WHERE id = 8",
    "UPDATE customer SET id = 5001.4 WHERE id = 9",
    "UPDATE customer SET id = id + 100, name = UPPER(name) ORDER BY id LIMIT 10",
    "UPDATE customer SET id = 12 WHERE id = 13",
    "UPDATE orders SET customer_id = customer_id + 1",
    "UPDATE orders SET customer_id = 77 WHERE quantity > 3",
    "UPDATE orders SET customer_id = 1 WHERE customer_id IN (1, 2, 3)",
    "UPDATE item SET customer_id = order_id, price = 1.5 WHERE line = 1",
    "UPDATE item i JOIN orders o ON o.id = i.order_id SET i.customer_id = o.quantity + 100, o.what = 'has items'",
    "UPDATE odd SET id = id + 7000",
    "UPDATE customer SET id = NULL WHERE id = 7",
    "UPDATE customer SET id = id",
]


def changed(connection, statement, arguments=None):
    """Affected rows, the numbers of the info text, warnings; or the error's number."""
    with connection.cursor() as cursor:
        try:
            affected = cursor.execute(statement, arguments)
        except pymysql.err.MySQLError as error:
            return error.args[0], error.args[1]
        if statement.startswith("UPDATE"):
            assert cursor._result.message, statement
        text = re.search(rb"Rows matched: (\d+)  Changed: (\d+)  Warnings: (\d+)", cursor._result.message or b"")
        return affected, text and tuple(int(n) for n in text.groups()), cursor._result.warning_count


def tables_differ(one, many):
    found = []
    for table, order in ORDER.items():
        sql = f"SELECT * FROM {table} ORDER BY {order}"
        found += [f"{table}: {d}" for d in differences(Answer(one, sql), Answer(many, sql), True)]
    return found


@pytest.fixture
def both_committing(both, data_everywhere):
    for connection in both:
        connection.autocommit(True)
        with connection.cursor() as cursor:
            cursor.execute("SET sql_mode = 'STRICT_TRANS_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'")
    yield both
    data_everywhere()


@pytest.mark.parametrize("statements", [LIMITED, JOINED, MOVING], ids=["limited", "joined", "moving"])
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
