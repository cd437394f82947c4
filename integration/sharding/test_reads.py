"""SELECTs over a sharded keyspace."""

import pymysql
import pytest

from kit import wire
from kit.config import configuration
from kit.mariadb import Pair
from kit.prepared import strings
from kit.xxh64 import shard_of, values_in

pytestmark = pytest.mark.main


@pytest.fixture
def loaded(sharded_proxy, customers):
    for name, server in customers.items():
        values = [v for v in range(1, 501) if shard_of(v) == name]
        server.sql("INSERT INTO customer.customer VALUES " + ", ".join(f"({v}, 'n{v}')" for v in values))
        server.sql("INSERT INTO customer.orders VALUES " + ", ".join(f"({v * 10}, {v}, 'w{v}')" for v in values))
    return sharded_proxy


def read(proxy, statement, *arguments):
    return proxy.sql(statement, *arguments, database="customer")


def test_equality(loaded):
    for value in (1, 250, 500):
        assert read(loaded, "SELECT id, name FROM customer WHERE id = %s", value) == [(value, f"n{value}")]
    assert read(loaded, "SELECT * FROM customer WHERE id = 0") == []
    assert read(loaded, "SELECT name FROM customer AS c WHERE c.id = 7 AND name LIKE 'n%%'") == [("n7",)]
    assert read(loaded, "SELECT what FROM orders WHERE customer_id = 9 AND id = 90") == [("w9",)]


@pytest.mark.parametrize("literal", ["7", "'7'", "+7", "0x07", "7.0", "007"])
def test_equality_is_routed_as_mysql_compares(loaded, literal):
    """However the number is written, the row that one server would find is found."""
    assert read(loaded, f"SELECT id FROM customer WHERE id = {literal}") == [(7,)]


def test_in(loaded):
    low, high = values_in("-80", 2), values_in("80-", 2)
    assert sorted(read(loaded, "SELECT id FROM customer WHERE id IN (%s, %s, %s, %s)", *low, *high)) == sorted(
        (v,) for v in low + high
    )
    assert sorted(read(loaded, "SELECT id FROM customer WHERE id IN (%s, %s)", *low)) == sorted((v,) for v in low)
    assert read(loaded, "SELECT id FROM customer WHERE id IN (0, -1)") == []


def test_scatter_gives_every_row_once(loaded):
    assert sorted(read(loaded, "SELECT id, name FROM customer")) == [(v, f"n{v}") for v in range(1, 501)]
    assert sorted(read(loaded, "SELECT id FROM customer WHERE name = 'n77'")) == [(77,)]
    assert read(loaded, "SELECT id FROM customer WHERE name = 'nobody'") == []


def test_scatter_keeps_column_metadata(loaded, customers):
    def description(connect):
        connection = connect()
        with connection.cursor() as cursor:
            cursor.execute("SELECT id AS number, name, 1.5 AS half, NULL AS nothing FROM customer")
            result = (
                cursor.description,
                [f.charsetnr for f in cursor._result.fields],
                [f.flags for f in cursor._result.fields],
            )
        connection.close()
        return result

    direct = description(
        lambda: pymysql.connect(
            host="127.0.0.1", port=customers["-80"].port, user="app", password="secret", database="customer"
        )
    )
    assert description(lambda: loaded.connect("customer")) == direct


def test_prepared_reads(loaded):
    """The binary protocol: equality, IN and scatter with parameters."""
    client = wire.Wire(loaded.port).login(database="customer")
    for value in range(1, 21):
        assert strings(client, "SELECT name FROM customer WHERE id = ?", str(value).encode()) == [b"n%d" % value]
    assert sorted(strings(client, "SELECT name FROM customer WHERE id IN (?, ?, ?)", b"1", b"2", b"3")) == [
        b"n1",
        b"n2",
        b"n3",
    ]
    assert strings(client, "SELECT name FROM customer WHERE name = ?", b"n99") == [b"n99"]
    assert len(strings(client, "SELECT name FROM customer")) == 500
    client.close()


def test_targets(loaded, customers):
    for shard, server in customers.items():
        direct = server.value("SELECT COUNT(*) FROM customer.customer")
        assert loaded.value("SELECT COUNT(*) FROM customer", database=f"customer:{shard}") == direct
        assert loaded.value("SELECT COUNT(*) FROM customer", database=f"customer/{shard}") == direct
        connection = loaded.connect("commerce")
        with connection.cursor() as cursor:
            cursor.execute(f"USE `customer:{shard}`")
            cursor.execute("SELECT COUNT(*), MAX(@@server_id) FROM customer")
            assert cursor.fetchone() == (direct, server.server_id)
            cursor.execute("USE commerce")
            cursor.execute("SELECT @@server_id")
            assert cursor.fetchone() == (1,)
        connection.close()


@pytest.mark.parametrize(
    "database", ["customer:-70", "customer:40-80", "customer@nonsense", "customer:", "nowhere:-80", "customer:zz"]
)
def test_bad_targets(loaded, database):
    with pytest.raises(pymysql.err.MySQLError) as raised:
        loaded.connect(database)
    assert raised.value.args[0] == 1049, raised.value


def test_replica_target(make_proxy, run_folder):
    pair = Pair(run_folder, "replicated", server_id=70).start()
    try:
        pair.primary.sql("CREATE DATABASE commerce")
        pair.primary.sql("CREATE TABLE commerce.t (a INT)")
        pair.primary.sql("INSERT INTO commerce.t VALUES (5)")
        pair.caught_up()
        proxy = make_proxy(
            configuration(
                {"commerce": {"shards": {"-": {"primary": pair.primary.address, "replicas": [pair.replica.address]}}}}
            )
        )
        for database, server_id in (
            ("commerce", 70),
            ("commerce@primary", 70),
            ("commerce@replica", 71),
            ("commerce:-@replica", 71),
        ):
            assert proxy.sql("SELECT a, @@server_id FROM t", database=database) == [(5, server_id)]
        with pytest.raises(pymysql.err.MySQLError) as raised:
            proxy.sql("INSERT INTO t VALUES (6)", database="commerce@replica")
        assert raised.value.args[0] == 1290
        assert proxy.sql("SELECT a FROM t", database="commerce@replica") == [(5,)]
        proxy.stop()
    finally:
        pair.stop()
