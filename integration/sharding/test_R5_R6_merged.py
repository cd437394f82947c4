"""Sorted, limited and distinct rows of several shards: what one server gives, row for row (traps R4, R5, R6)."""

import random

import pytest

from kit.compare import same
from kit.mariadb import MariaDb
from kit.xxh64 import shard_of

pytestmark = pytest.mark.main

COLUMNS = """id BIGINT PRIMARY KEY, ci VARCHAR(20) COLLATE utf8mb4_general_ci, bin VARCHAR(20) COLLATE utf8mb4_bin,
    uca VARCHAR(20) COLLATE utf8mb4_unicode_ci, latin VARCHAR(20) CHARACTER SET latin1, raw VARBINARY(8), body TEXT,
    small TINYINT, big BIGINT UNSIGNED, price DECIMAL(12, 3), f FLOAT, d DOUBLE, day DATE, at DATETIME(3), took TIME(2),
    stamp TIMESTAMP(6) NULL, y YEAR, bits BIT(9), e ENUM('zebra', 'ape', 'lion'), s SET('x', 'a', 'm')"""
WORDS = ["a", "A", "b", "B ", "a ", "ä", "Ae", "z", "", " ", "a\t", "a\tb", "aa", "ß", "ss", "é", "e", "E", "ñ", "日本"]


def rows():
    chance = random.Random(5)

    def maybe(value):
        return None if chance.random() < 0.12 else value

    for number in range(1, 301):
        word = [chance.choice(WORDS) for _ in range(6)]
        yield (
            number,
            maybe(word[0]),
            maybe(word[1]),
            maybe(word[2]),
            maybe(chance.choice(["a", "A", "ä", "z", "b", "b ", "Z", "é"])),
            maybe(word[4].encode()[:8]),
            maybe(word[5] * chance.randint(1, 60)),
            maybe(chance.randint(-128, 127)),
            maybe(chance.choice([0, 1, 2**63, 2**64 - 1, 9, 10, 100])),
            maybe(chance.choice(["-0.001", "0", "12.5", "9.999", "-100", "1e8", "100"])),
            maybe(chance.choice([1.1, 1.1000001, -3.5, 16777217, 0.1, 1e20])),
            maybe(chance.choice([1.5, -2.25, 1e300, 1e-300, 0.1, 0.30000000000000004])),
            maybe(f"20{chance.randint(10, 30)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"),
            maybe(f"2024-01-0{chance.randint(1, 3)} 10:00:00.{chance.randint(0, 9)}"),
            maybe(chance.choice(["-100:00:00.5", "-00:00:01", "00:00:00", "838:00:00", "09:59:59.99", "9:59:59.98"])),
            maybe(f"2024-01-01 00:00:0{chance.randint(0, 9)}.{chance.randint(0, 999999):06d}"),
            maybe(chance.choice([1901, 2024, 1999, 2155])),
            maybe(chance.randint(0, 511)),
            maybe(chance.choice(["zebra", "ape", "lion"])),
            maybe(chance.choice(["x", "a", "m", "x,a", "a,m", "x,a,m", ""])),
        )


def fill(server, chosen):
    server.sql("CREATE DATABASE IF NOT EXISTS customer")
    server.sql(f"CREATE OR REPLACE TABLE customer.customer ({COLUMNS}) CHARACTER SET utf8mb4")
    server.sql("CREATE OR REPLACE TABLE customer.orders (id BIGINT, customer_id BIGINT, what VARCHAR(20), amount INT, PRIMARY KEY (customer_id, id))")
    connection = server.connect("customer")
    with connection.cursor() as cursor:
        for row in chosen:
            cursor.execute(f"INSERT INTO customer VALUES ({', '.join(['%s'] * len(row))})", row)
            for order in range(row[0] % 4):
                cursor.execute("INSERT INTO orders VALUES (%s, %s, %s, %s)", (order, row[0], f"w{row[0] % 7}", row[0] * order % 13))
    connection.close()


@pytest.fixture(scope="module")
def one(run_folder, shards):
    """One server with all the rows; the shards get theirs."""
    server = MariaDb(run_folder, "one").start()
    every = list(rows())
    fill(server, every)
    for name, shard in shards.items():
        fill(shard, [row for row in every if shard_of(row[0]) == name])
    yield server
    for shard in shards.values():
        if shard.process and shard.process.alive():
            shard.sql("DROP TABLE IF EXISTS customer.customer, customer.orders")
    server.stop()


KEYS = "ci bin uca latin raw body small big price f d day at took stamp y bits e s".split()


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
