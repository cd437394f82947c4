"""Sorted, limited and distinct rows of several shards: what one server gives, row for row (traps R4, R5, R6)."""

import pytest

from kit.compare import same
from kit.spread import KEYS

pytestmark = pytest.mark.main


@pytest.mark.parametrize("key", KEYS)
def test_order_by_each_type(sharded_proxy, one, key):
    for direction in ("", " DESC"):
        same(one, sharded_proxy, f"SELECT id, {key} FROM customer ORDER BY {key}{direction}, id")
        same(one, sharded_proxy, f"SELECT id FROM customer ORDER BY {key}{direction}, id DESC LIMIT 7, 20")
    same(one, sharded_proxy, f"SELECT * FROM customer ORDER BY {key}, id")
    same(one, sharded_proxy, f"SELECT {key} AS k, id FROM customer ORDER BY k DESC, 2")


ORDERED = [
    ("SELECT id FROM customer ORDER BY id LIMIT 5", ()),
    ("SELECT id FROM customer ORDER BY id LIMIT ?", (5,)),
    ("SELECT id FROM customer ORDER BY id LIMIT ? OFFSET ?", (5, 290)),
    ("SELECT id FROM customer ORDER BY id LIMIT ?, ?", (298, 10)),
    ("SELECT id FROM customer ORDER BY id LIMIT 0", ()),
    ("SELECT id FROM customer ORDER BY id LIMIT 18446744073709551615 OFFSET 295", ()),
    ("SELECT id FROM customer WHERE id > ? ORDER BY ci, bin, id LIMIT 3", (100,)),
    ("SELECT c.*, c.small + 1 AS more FROM customer c ORDER BY more, c.id LIMIT 50", ()),
    ("SELECT id, small FROM customer ORDER BY small + ?, id LIMIT 40", (3,)),
    ("SELECT id, -small AS n FROM customer ORDER BY n DESC, id", ()),
    ("SELECT id FROM customer ORDER BY UPPER(ci) DESC, id", ()),
    ("SELECT id, CONCAT(ci, '-', bin) FROM customer ORDER BY 2, 1", ()),
    ("SELECT id, ci FROM customer ORDER BY ci COLLATE utf8mb4_bin, id", ()),
    ("SELECT id FROM customer ORDER BY LENGTH(body), body, id", ()),
    ("SELECT id FROM customer ORDER BY IF(small > 0, ci, bin), id", ()),
    ("SELECT id FROM customer ORDER BY CASE WHEN small > 0 THEN 1 ELSE 2 END, id", ()),
    ("SELECT id FROM customer ORDER BY at + INTERVAL id MINUTE, id", ()),
    ("SELECT id, 'x' AS word FROM customer ORDER BY word, id LIMIT 4", ()),
    ("SELECT id FROM customer WHERE id IN (1, 2, 3, 4, 5, 6, 7) ORDER BY id DESC", ()),
    ("SELECT id FROM customer WHERE id IN (?, ?, ?) ORDER BY id DESC LIMIT 2", (9, 8, 7)),
    ("SELECT c.id, o.id, o.what FROM customer c JOIN orders o ON o.customer_id = c.id ORDER BY o.what, c.id, o.id LIMIT 30", ()),
    ("SELECT c.id, o.what FROM customer c LEFT JOIN orders o ON o.customer_id = c.id ORDER BY o.what DESC, c.id, o.id", ()),
    ("SELECT ci AS bin, id FROM customer ORDER BY bin, id", ()),
    ("SELECT id FROM customer WHERE id < 0 ORDER BY ci", ()),
    ("SELECT id FROM customer ORDER BY NULL, id LIMIT 3", ()),
    ("WITH w AS (SELECT 1 AS n) SELECT c.id, w.n FROM customer c, w ORDER BY c.id LIMIT 3", ()),
    ("SELECT id FROM customer ORDER BY id LIMIT 5 FOR UPDATE", ()),
    ("SELECT id FROM customer ORDER BY small IS NULL, small, id LIMIT 100", ()),
]


@pytest.mark.parametrize("statement,arguments", ORDERED)
def test_ordered(sharded_proxy, one, statement, arguments):
    same(one, sharded_proxy, statement, arguments)


DISTINCT = [
    "SELECT DISTINCT small FROM customer ORDER BY small",
    "SELECT DISTINCT what FROM orders ORDER BY what DESC",
    "SELECT DISTINCT what, amount FROM orders ORDER BY 2, 1",
    "SELECT DISTINCT what, amount FROM orders ORDER BY amount DESC, what LIMIT 5, 10",
    "SELECT DISTINCT e FROM customer ORDER BY e",
    "SELECT DISTINCT f FROM customer ORDER BY f",
    "SELECT DISTINCT day, y FROM customer ORDER BY day, y DESC LIMIT 12",
    "SELECT DISTINCT small % 3 AS m FROM customer ORDER BY m",
]


@pytest.mark.parametrize("statement", DISTINCT)
def test_distinct_ordered(sharded_proxy, one, statement):
    same(one, sharded_proxy, statement)


def test_distinct_by_the_shards_key(sharded_proxy, one):
    """No row stands on two shards. (MariaDB drops the flag "primary key" when it needs a temporary table.)"""
    statement = "SELECT DISTINCT customer_id FROM orders ORDER BY customer_id LIMIT 9"
    assert sharded_proxy.sql(statement, database="customer") == one.sql(statement, database="customer")


@pytest.mark.parametrize("key", KEYS)
def test_distinct_of_each_type(sharded_proxy, one, key):
    """As many as one server finds; which of 'a' and 'A' stands for both is the server's own choice."""
    expected = len(one.sql(f"SELECT DISTINCT {key} FROM customer", database="customer"))
    assert len(sharded_proxy.sql(f"SELECT DISTINCT {key} FROM customer", database="customer")) == expected


@pytest.mark.parametrize("count", [0, 1, 17, 300, 1000])
def test_limit_alone(sharded_proxy, one, count):
    got = sharded_proxy.sql(f"SELECT id FROM customer LIMIT {count}", database="customer")
    assert len(set(got)) == len(got) == min(count, 300)
    got = sharded_proxy.sql(f"SELECT id FROM customer LIMIT 100 OFFSET {count}", database="customer")
    assert len(set(got)) == len(got) == max(0, min(100, 300 - count))


def test_a_key_becomes_text_and_a_number_again(sharded_proxy, shards, customers, commerce):
    """A number's weights are not asked for any more, until the column is no number."""
    for n, name in ((1, "b"), (2, "A"), (3, "10"), (4, "9"), (5, "a ")):
        sharded_proxy.sql(f"INSERT INTO customer VALUES ({n}, '{name}')", database="customer")
    connection = sharded_proxy.connect(database="customer")
    statement = "SELECT name FROM customer ORDER BY name, id"

    def names():
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return [name for (name,) in cursor.fetchall()]

    for _ in range(3):
        for _ in range(3):
            assert names() == ["10", "9", "A", "a ", "b"]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE customer SET name = id * 7 - 8")
        for server in shards.values():
            server.sql("ALTER TABLE customer.customer MODIFY name INT")
        for _ in range(3):
            assert names() == [-1, 6, 13, 20, 27]
        for server in shards.values():
            server.sql("ALTER TABLE customer.customer MODIFY name VARCHAR(64)")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE customer SET name = ELT(id, 'b', 'A', '10', '9', 'a ')")
    connection.close()
