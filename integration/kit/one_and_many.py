"""The same data on one server and on the shards of a keyspace, and a comparison of what both answer."""

import datetime
import decimal
import random
import re
import unicodedata

import pymysql

from .server import APP_PASSWORD, APP_USER
from .xxh64 import in_range, keyspace_id

VSCHEMA = {
    "sharded": True,
    "vindexes": {"xx": {"type": "xxhash"}},
    "tables": {
        "customer": {"column_vindexes": [{"column": "id", "name": "xx"}]},
        "orders": {"column_vindexes": [{"column": "customer_id", "name": "xx"}]},
        "item": {"column_vindexes": [{"column": "customer_id", "name": "xx"}]},
        "odd": {"column_vindexes": [{"column": "id", "name": "xx"}]},
        "country": {"type": "reference"},
    },
}

SCHEMA = {
    "customer": """CREATE TABLE customer (
        id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(64) NOT NULL, email VARCHAR(100) CHARACTER SET latin1,
        country CHAR(2) COLLATE utf8mb4_bin, born DATE, score DOUBLE, kind ENUM('new', 'old', 'gone') NOT NULL DEFAULT 'new',
        parent BIGINT, notes JSON, KEY by_name (name), KEY by_country (country, born))""",
    "orders": """CREATE TABLE orders (
        id BIGINT NOT NULL AUTO_INCREMENT, customer_id BIGINT NOT NULL, amount DECIMAL(12, 3), at DATETIME(3),
        what VARCHAR(40) COLLATE utf8mb4_unicode_ci, quantity INT UNSIGNED NOT NULL DEFAULT 1,
        total DECIMAL(20, 3) GENERATED ALWAYS AS (amount * quantity) VIRTUAL, PRIMARY KEY (id), KEY of_customer (customer_id))""",
    "item": """CREATE TABLE item (
        order_id BIGINT NOT NULL, line SMALLINT NOT NULL, customer_id BIGINT NOT NULL, product VARCHAR(20) NOT NULL,
        price FLOAT, PRIMARY KEY (order_id, line))""",
    "odd": """CREATE TABLE odd (
        id BIGINT NOT NULL PRIMARY KEY, flags SET('a', 'b', 'c'), bits BIT(10), raw VARBINARY(40), picture BLOB,
        moment TIMESTAMP(6) NULL, clock TIME(2), years YEAR, tiny TINYINT(1), single FLOAT, place POINT,
        greek VARCHAR(20) CHARACTER SET greek, wide VARCHAR(20) CHARACTER SET utf16, zero DATE, words TEXT)""",
    "country": "CREATE TABLE country (code CHAR(2) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, title VARCHAR(40) NOT NULL)",
}
WORDS = ["apple", "Apple", "pear", "Ähre", "ahre", "zebra", "straße", "STRASSE", "plum ", "plum", "", "ﬁg", "日本"]


def rows(seed=7, customers=60):
    random_ = random.Random(seed)
    countries = [("de", "Germany"), ("DE", "Big Germany"), ("fr", "France"), ("gr", "Greece"), ("xx", "Nowhere")]
    data = {"country": countries, "customer": [], "orders": [], "item": [], "odd": []}
    start = datetime.datetime(2020, 1, 1)
    number = 0
    for i in range(1, customers + 1):
        data["customer"].append(
            (
                i,
                random_.choice(WORDS),
                random_.choice([None, f"c{i}@example.org", "é@x.fr"]),
                random_.choice(["de", "DE", "fr", "zz", None]),
                random_.choice([None, datetime.date(1990 + i % 20, 1 + i % 12, 1 + i % 28)]),
                random_.choice([None, 0.1, -0.0, 1e300, 1 / 3, float(i)]),
                random_.choice(["new", "old", "gone"]),
                random_.choice([None, random_.randint(1, customers)]),
                random_.choice([None, '{"a": 1}', '{"a": [1, 2, {"b": null}]}']),
            )
        )
        for _ in range(random_.randint(0, 4)):
            number += 1
            data["orders"].append(
                (
                    number,
                    i,
                    random_.choice([None, decimal.Decimal(random_.randint(-5000, 99999)) / 1000]),
                    random_.choice([None, start + datetime.timedelta(milliseconds=random_.randint(0, 10**11))]),
                    random_.choice(WORDS),
                    random_.randint(0, 5),
                )
            )
            for line in range(random_.randint(0, 3)):
                data["item"].append((number, line, i, random_.choice(WORDS), random_.choice([None, 0.1, 3.14159, 1e-20])))
        data["odd"].append(
            (
                i,
                random_.choice(["a", "a,c", "", None]),
                random_.choice([0, 1, 1023, None]),
                random_.choice([None, b"", bytes(random_.randrange(256) for _ in range(20)), b"'\\\0\n\x1a\""]),
                random_.choice([None, bytes(range(256)), b"\xff" * 300]),
                random_.choice([None, start + datetime.timedelta(seconds=random_.randint(0, 10**8), microseconds=i)]),
                random_.choice([None, datetime.timedelta(hours=-30, seconds=i), datetime.timedelta(milliseconds=10 * i)]),
                random_.choice([None, 1901, 2024, 0]),
                random_.choice([0, 1, -1, None]),
                random_.choice([None, 0.1, 16777217.0, 1e-30, 3.4e38]),
                random_.choice([None, (i, -i)]),
                random_.choice([None, "αβγ", "x"]),
                random_.choice([None, "日本", "𝄞"]),
                random_.choice([None, "0000-00-00", "2024-00-00", "2024-02-29"]),
                random_.choice([None, "a'b\\c\nd", "ünï" * 100]),
            )
        )
    return data


COLUMNS = {
    "customer": "id, name, email, country, born, score, kind, parent, notes",
    "orders": "id, customer_id, amount, at, what, quantity",
    "item": "order_id, line, customer_id, product, price",
    "odd": "id, flags, bits, raw, picture, moment, clock, years, tiny, single, place, greek, wide, zero, words",
    "country": "code, title",
}
KEY = {"customer": 0, "orders": 1, "item": 2, "odd": 0}


def connect(server, database):
    return pymysql.connect(
        host="127.0.0.1", port=server.port, user=APP_USER, password=APP_PASSWORD, database=database, charset="utf8mb4"
    )


def fill(server, database, data, keep=lambda table, row: True):
    connection = connect(server, database)
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00'")
        for table, create in SCHEMA.items():
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(create)
            insert(cursor, table, [row for row in data[table] if keep(table, row)])
    connection.commit()
    connection.close()


def refill(server, database, data, tables, keep=lambda table, row: True):
    """The same rows again in tables that have been filled before."""
    connection = connect(server, database)
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00'")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
            insert(cursor, table, [row for row in data[table] if keep(table, row)])
    connection.commit()
    connection.close()


def insert(cursor, table, rows):
    def text(row):
        places, values = ["%s"] * len(row), list(row)
        if table == "odd" and row[10] is not None:
            places[10] = f"POINT({row[10][0]}, {row[10][1]})"
            del values[10]
        return cursor.mogrify(f"({', '.join(places)})", values)

    if rows:
        cursor.execute(f"INSERT INTO {table} ({COLUMNS[table]}) VALUES {', '.join(map(text, rows))}")


def belongs(shard):
    return lambda table, row: table not in KEY or in_range(keyspace_id(row[KEY[table]]), shard)


class Answer:
    """Rows and columns of a statement, or its error."""

    def __init__(self, connection, statement, arguments=None):
        self.error, self.rows, self.columns = None, [], []
        with connection.cursor() as cursor:
            try:
                cursor.execute(statement, arguments)
            except pymysql.err.MySQLError as error:
                self.error = error.args
                return
            self.rows = list(cursor.fetchall())
            if cursor._result.has_next or not cursor.description:
                return
            self.columns = [
                (f.name, f.org_name, f.table_name, f.org_table, f.db, f.type_code, f.charsetnr, f.length, f.flags, f.scale)
                for f in cursor._result.fields
            ]


def keyed(row):
    return tuple((value is not None, repr(value)) for value in row)


# What stands for several values that the collation finds equal may be any of them: also on one server, where a plan with
# an index and one without show different ones.
CHOOSES = re.compile(r"\b(GROUP BY|DISTINCT|UNION|INTERSECT|EXCEPT|MIN|MAX)\b", re.I)
# Doubles are added in the order in which rows come.
ADDS = re.compile(r"\b(SUM|AVG|STD\w*|VAR\w*)\b", re.I)
# PRI_KEY, UNIQUE_KEY, MULTIPLE_KEY, PART_KEY, AUTO_INCREMENT, GROUP and a number's BINARY are lost in a temporary table, and
# NOT_NULL and NO_DEFAULT_VALUE too, or in an outer join that has not been simplified: the server's plan decides. (One server
# gives other ones after ANALYZE TABLE.)
KEY_FLAGS = 2 | 4 | 8 | 16384 | 512 | 32768 | 128
NOT_NULL_FLAGS = 1 | 4096
NOT_FIXED = 39  # a text's decimals in MariaDB; 0 once it was stored in a temporary table
TEMPORARY = re.compile(r"\b(LEFT|RIGHT) (OUTER )?JOIN\b|\bGROUP BY\b|\bOVER \(|\bDISTINCT\b", re.I)
# A number written as such has another length where a derived table has been stored (derived_merge=off on one server).
DERIVED = re.compile(r"\b(FROM|JOIN) \(SELECT\b|\bWITH\b", re.I)


def folded(text):
    """The same for what utf8mb4_unicode_ci finds equal, of the words above."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).rstrip(" ")


def loose(row, statement):
    """The row as far as it is fixed."""

    def value(v):
        if isinstance(v, str) and CHOOSES.search(statement):
            return folded(v)
        if isinstance(v, float) and ADDS.search(statement):
            return float(f"{v:.11e}")
        return v

    return tuple(value(v) for v in row)


def same_rows(left, right, ordered, statement):
    for view in (lambda row: row, lambda row: loose(row, statement)):
        a, b = [keyed(view(r)) for r in left], [keyed(view(r)) for r in right]
        if a == b or not ordered and sorted(a) == sorted(b):
            return True
    return False


def differences(one, many, ordered, statement="", key_flags=True):
    """What is not the same in two answers; empty: nothing. With the statement, what it leaves open may differ; without
    `key_flags`, what a server's own plan decides about the columns, too."""
    found = []
    if one.error or many.error:
        if (one.error or [0])[0] != (many.error or [0])[0]:
            found.append(f"errors {one.error} and {many.error}")
        return found
    left, right = one.rows, many.rows
    if not ordered:
        left, right = sorted(left, key=keyed), sorted(right, key=keyed)
    if not same_rows(left, right, ordered, statement):
        found.append(f"rows {left[:5]}... ({len(left)}) and {right[:5]}... ({len(right)})")
    names = ["name", "org_name", "table", "org_table", "db", "type", "charset", "length", "flags", "decimals"]
    decided = KEY_FLAGS | (NOT_NULL_FLAGS if TEMPORARY.search(statement) else 0)
    # A server may merge a derived table, or may not.
    open_ = () if key_flags else ("org_name", "org_table", "db") + (("length",) if DERIVED.search(statement) else ())
    for a, b in zip(one.columns, many.columns):
        if not key_flags:
            a, b = (c[:8] + (c[8] & ~decided, 0 if c[9] == NOT_FIXED else c[9]) for c in (a, b))
        found += [f"column {a[0]}: {n} {x!r} and {y!r}" for n, x, y in zip(names, a, b) if x != y and n not in open_]
    if len(one.columns) != len(many.columns):
        found.append(f"{len(one.columns)} and {len(many.columns)} columns")
    return found
