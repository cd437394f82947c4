"""Statements that change rows on several shards, over the tables of kit/one_and_many.py, and what they answer."""

import re

import pymysql

from .one_and_many import Answer, differences

ORDER = {
    "customer": "id",
    "orders": "id, customer_id",
    "item": "order_id, line, customer_id",
    "odd": "id",
    "country": "code",
}

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

INSERTING = [
    "INSERT INTO customer (id, name) VALUES (7001, 'a'), (7002, 'b'), (7003, 'c')",
    "INSERT INTO customer (id, name) VALUES (7001, 'a')",
    "INSERT IGNORE INTO customer (id, name) VALUES (1, 'a'), (2, 'b'), (7003, 'c'), (7004, 'd'), (7003, 'e')",
    "REPLACE INTO customer (id, name) VALUES (1, 'a'), (2, 'b'), (7003, 'c')",
    "INSERT INTO customer (id, name) VALUES (1, 'a'), (2, 'b'), (7003, 'c') ON DUPLICATE KEY UPDATE name = 'changed'",
    "INSERT INTO item (customer_id, order_id, line, product) SELECT id, id + 9000, 1, 'new' FROM customer",
    "INSERT INTO item (customer_id, order_id, line, product) SELECT id, id + 9000, 2, 'new' FROM customer WHERE id = 3",
    "INSERT INTO item (customer_id, order_id, line, product) SELECT id, id + 9000, 3, 'new' FROM customer WHERE id < 0",
    "REPLACE INTO customer (id, name) SELECT id + 1, name FROM customer WHERE id < 20",
    "INSERT INTO country (code, title) VALUES ('ab', 'Above'), ('cd', 'Below')",
]


def changed(connection, statement, arguments=None):
    """Affected rows, the numbers of the info text, warnings; or the error's number and text."""
    with connection.cursor() as cursor:
        try:
            affected = cursor.execute(statement, arguments)
        except pymysql.err.MySQLError as error:
            return error.args
        info = (cursor._result.message or b"").decode()
        assert info or not statement.startswith(("UPDATE", "LOAD")), statement
        return affected, [int(n) for n in re.findall(r": (\d+)", info)], cursor._result.warning_count


def tables_differ(one, many, tables=tuple(ORDER)):
    found = []
    for table in tables:
        order = ORDER[table]
        sql = f"SELECT * FROM {table} ORDER BY {order}"
        found += [f"{table}: {d}" for d in differences(Answer(one, sql), Answer(many, sql), True)]
    return found
