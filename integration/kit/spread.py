"""One server with rows of every type, and the same rows spread over the shards."""

import contextlib
import random

from kit.mariadb import MariaDb
from kit.xxh64 import shard_of

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


@contextlib.contextmanager
def spread(run_folder, shards):
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
