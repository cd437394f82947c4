"""Rows written through the proxy lie on the shard that their hash says; the tablets are asked directly."""

import pymysql
import pytest

from kit import cli
from kit.xxh64 import shard_of, values_in

pytestmark = pytest.mark.main


def rows_by_shard(shards, query="SELECT id, name FROM customer.customer ORDER BY id"):
    return {name: server.sql(query) for name, server in shards.items()}


def expected(values):
    return {shard: [(v, f"n{v}") for v in sorted(values) if shard_of(v) == shard] for shard in ("-80", "80-")}


def test_single_row_inserts(sharded_proxy, customers):
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as cursor:
        for value in range(1, 41):
            assert cursor.execute("INSERT INTO customer (id, name) VALUES (%s, %s)", (value, f"n{value}")) == 1
    connection.close()
    assert rows_by_shard(customers) == expected(range(1, 41))


def test_multi_row_insert_is_split(sharded_proxy, customers):
    rows = ", ".join(f"({v}, 'n{v}')" for v in range(1, 201))
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as cursor:
        assert cursor.execute(f"INSERT INTO customer (id, name) VALUES {rows}") == 200
    connection.close()
    assert rows_by_shard(customers) == expected(range(1, 201))


@pytest.mark.parametrize(
    "form",
    [
        "INSERT INTO customer (name, id) VALUES ('n{0}', {0})",
        "INSERT INTO customer SET id = {0}, name = 'n{0}'",
        "REPLACE INTO customer (id, name) VALUES ({0}, 'n{0}')",
        "insert ignore into `customer`.`customer` (`id`, `name`) values ({0}, 'n{0}')",
        "INSERT INTO customer (id, name) VALUES ({0}, 'n{0}') ON DUPLICATE KEY UPDATE name = VALUES(name)",
    ],
)
def test_forms_of_insert(sharded_proxy, customers, form):
    for value in range(1, 11):
        sharded_proxy.sql(form.format(value), database="customer")
    assert rows_by_shard(customers) == expected(range(1, 11))


def test_insert_without_the_sharding_column_is_refused(sharded_proxy, customers):
    for statement in ("INSERT INTO customer (name) VALUES ('x')", "INSERT INTO customer (id, name) VALUES (NULL, 'x')"):
        with pytest.raises(pymysql.err.MySQLError):
            sharded_proxy.sql(statement, database="customer")
    assert not any(rows_by_shard(customers).values())


def test_prepared_insert(sharded_proxy, customers, need):
    """`?` decides the shard when the statement is executed."""
    need("mariadb")
    script = "PREPARE p FROM 'INSERT INTO customer (id, name) VALUES (?, ?)';" + "".join(
        f"SET @i = {v}, @n = 'n{v}'; EXECUTE p USING @i, @n;" for v in range(1, 11)
    )
    said = cli.mariadb(script, sharded_proxy.port, "customer")
    if "unsupported:" in said.err:
        pytest.skip(f"text PREPARE on a sharded keyspace: {said.err.strip()}")
    assert said.code == 0, said.err
    assert rows_by_shard(customers) == expected(range(1, 11))


def test_update_and_delete_by_key(sharded_proxy, customers):
    low, high = values_in("-80", 3), values_in("80-", 3)
    for value in low + high:
        sharded_proxy.sql("INSERT INTO customer (id, name) VALUES (%s, %s)", value, f"n{value}", database="customer")
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as cursor:
        assert cursor.execute("UPDATE customer SET name = 'new' WHERE id = %s", (low[0],)) == 1
        assert cursor.execute("DELETE FROM customer WHERE id = %s", (high[0],)) == 1
        assert cursor.execute("DELETE FROM customer WHERE id IN (%s, %s)", (low[1], high[1])) == 2
        assert cursor.execute("UPDATE customer SET name = 'x' WHERE id = 987654321") == 0
    connection.close()
    assert rows_by_shard(customers) == {
        "-80": sorted([(low[0], "new"), (low[2], f"n{low[2]}")]),
        "80-": [(high[2], f"n{high[2]}")],
    }


def test_scatter_update_and_delete(sharded_proxy, customers):
    rows = ", ".join(f"({v}, 'n{v}')" for v in range(1, 101))
    sharded_proxy.sql(f"INSERT INTO customer (id, name) VALUES {rows}", database="customer")
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as cursor:
        assert cursor.execute("UPDATE customer SET name = 'same'") == 100
        assert cursor.execute("DELETE FROM customer WHERE id > 90") == 10
    connection.close()
    left = rows_by_shard(customers)
    assert sum(map(len, left.values())) == 90 and {row[1] for rows in left.values() for row in rows} == {"same"}


def test_a_row_moves_with_its_sharding_column(sharded_proxy, customers):
    low, high = values_in("-80", 1), values_in("80-", 1)
    sharded_proxy.sql(f"INSERT INTO customer (id, name) VALUES ({low[0]}, 'n')", database="customer")
    sharded_proxy.sql(f"UPDATE customer SET id = {high[0]} WHERE id = {low[0]}", database="customer")
    assert rows_by_shard(customers) == {"-80": [], "80-": [(high[0], "n")]}
