"""Transactions over two shards: best effort, in the order first touched, and honest about what failed."""

import pymysql
import pytest

from kit.config import configuration, sharded
from kit.relay import Relay
from kit.xxh64 import values_in

LOW, HIGH = values_in("-80", 3), values_in("80-", 3)


@pytest.fixture
def session(sharded_proxy, customers):
    sharded_proxy.sql(
        "INSERT INTO customer (id, name) VALUES " + ", ".join(f"({v}, 'old')" for v in LOW + HIGH), database="customer"
    )
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as cursor:
        yield cursor
    if connection.open:
        connection.close()


def names(shards):
    return {
        name: sorted({row[0] for row in server.sql("SELECT name FROM customer.customer")})
        for name, server in shards.items()
    }


@pytest.mark.parametrize("end, name", [("COMMIT", "new"), ("ROLLBACK", "old")])
def test_both_or_neither(sharded_proxy, customers, session, end, name):
    session.execute("BEGIN")
    for value in LOW + HIGH:
        session.execute("UPDATE customer SET name = 'new' WHERE id = %s", (value,))
    assert names(customers) == {"-80": ["old"], "80-": ["old"]}
    session.execute(end)
    assert names(customers) == {"-80": [name], "80-": [name]}
    sharded_proxy.quiet()


def test_reads_see_the_sessions_own_writes(session):
    session.execute("BEGIN")
    session.execute("UPDATE customer SET name = 'mine'")
    session.execute("SELECT name FROM customer")
    assert set(session.fetchall()) == {("mine",)}
    session.execute("ROLLBACK")


def test_savepoint_over_both(customers, session):
    session.execute("BEGIN")
    session.execute("UPDATE customer SET name = 'first' WHERE id = %s", (LOW[0],))
    session.execute("SAVEPOINT s")
    session.execute("UPDATE customer SET name = 'second'")  # touches the other shard only now
    session.execute("ROLLBACK TO SAVEPOINT s")
    session.execute("COMMIT")
    assert names(customers) == {"-80": ["first", "old"], "80-": ["old"]}


def test_multi_shard_statement_outside_a_transaction(customers, session, sharded_proxy):
    assert session.execute("UPDATE customer SET name = 'all'") == len(LOW + HIGH)
    assert names(customers) == {"-80": ["all"], "80-": ["all"]}
    sharded_proxy.quiet()


def test_session_that_leaves_rolls_both_back(customers, session, sharded_proxy):
    session.execute("BEGIN")
    session.execute("UPDATE customer SET name = 'gone'")
    session.connection.close()
    sharded_proxy.quiet()
    assert names(customers) == {"-80": ["old"], "80-": ["old"]}


@pytest.mark.parametrize("first, second", [("-80", "80-"), ("80-", "-80")])
def test_commit_that_fails_half_way_names_the_shards(make_proxy, customers, first, second):
    """The shard touched first commits; the other's tablet is gone by then."""
    relay = Relay(customers[second].port)
    tablets = {first: customers[first], second: relay}
    proxy = make_proxy(
        configuration({"customer": sharded({name: tablets[name] for name in ("-80", "80-")})}), errors_expected=True
    )
    values = {"-80": LOW[0], "80-": HIGH[0]}
    try:
        connection = proxy.connect("customer")
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            for shard in (first, second):
                cursor.execute("INSERT INTO customer (id, name) VALUES (%s, 'half')", (values[shard],))
            relay.cut_when_asked(b"COMMIT")
            with pytest.raises(pymysql.err.MySQLError) as raised:
                cursor.execute("COMMIT")
            text = raised.value.args[1]
            assert (
                first in text and second in text and "committed" in text
            ), f"does not say what committed and what did not: {text}"
            cursor.execute("SELECT name FROM customer WHERE id = %s", (values[first],))
            assert cursor.fetchall() == (("half",),), "the session goes on, and the first shard has committed"
        connection.close()
        assert customers[second].sql("SELECT id FROM customer.customer") == []
        proxy.quiet()
    finally:
        relay.stop()


def test_a_shard_lost_before_the_commit_loses_all(make_proxy, customers):
    """Nothing has been committed anywhere when the loss is noticed: nothing is."""
    relay = Relay(customers["80-"].port)
    proxy = make_proxy(
        configuration({"customer": sharded({"-80": customers["-80"], "80-": relay})}), errors_expected=True
    )
    try:
        connection = proxy.connect("customer")
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            for value in (LOW[0], HIGH[0]):
                cursor.execute("INSERT INTO customer (id, name) VALUES (%s, 'lost')", (value,))
            relay.cut_now()
            with pytest.raises(pymysql.err.MySQLError) as raised:
                cursor.execute("COMMIT")
            assert raised.value.args[0] == 2013 and "transaction" in raised.value.args[1]
            cursor.execute("SELECT COUNT(*) FROM customer WHERE id = %s", (LOW[0],))
            assert cursor.fetchone() == (0,), "the session goes on clean"
        connection.close()
        proxy.quiet()
        assert customers["80-"].sql("SELECT id FROM customer.customer") == []
    finally:
        relay.stop()


def test_a_failed_shard_inside_makes_the_transaction_fail(make_proxy, customers):
    relay = Relay(customers["80-"].port)
    proxy = make_proxy(
        configuration({"customer": sharded({"-80": customers["-80"], "80-": relay})}), errors_expected=True
    )
    try:
        connection = proxy.connect("customer")
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("INSERT INTO customer (id, name) VALUES (%s, 'a')", (LOW[0],))
            cursor.execute("INSERT INTO customer (id, name) VALUES (%s, 'a')", (HIGH[0],))
            relay.cut_now()
            with pytest.raises(pymysql.err.MySQLError) as raised:
                cursor.execute("UPDATE customer SET name = 'b' WHERE id = %s", (HIGH[0],))
            assert raised.value.args[0] == 2013
            cursor.execute("ROLLBACK")
        connection.close()
        assert (
            customers["-80"].sql("SELECT * FROM customer.customer")
            == customers["80-"].sql("SELECT * FROM customer.customer")
            == []
        )
        proxy.quiet()
    finally:
        relay.stop()
