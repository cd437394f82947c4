"""L9: a release whose own network call fails still releases; a client that vanishes while its statement is blocked has its
transaction rolled back at once."""

import time

import pytest

from kit import wire
from kit.crowd import sessions
from kit.relay import Relay
from kit.waiting import until


@pytest.fixture
def rows(commerce, table):
    commerce.sql(f"CREATE TABLE commerce.{table} (id INT PRIMARY KEY, v INT)")
    commerce.sql(f"INSERT INTO commerce.{table} VALUES (1, 0), (2, 0)")
    return table


@pytest.mark.parametrize("way", ["vanish", "close"])
def test_L9_blocked_statement_of_a_client_that_vanished(pooled, rows, way):
    proxy = pooled(size=8)
    holder, victim, third = sessions(proxy, 3)
    holder.query("BEGIN")
    holder.query(f"UPDATE {rows} SET v = 1 WHERE id = 2")
    victim.query("BEGIN")
    victim.query(f"UPDATE {rows} SET v = 2 WHERE id = 1")
    victim.command(wire.QUERY, f"UPDATE {rows} SET v = 2 WHERE id = 2".encode())
    time.sleep(0.3)
    getattr(victim, way)()
    began = time.monotonic()
    third.query(f"UPDATE {rows} SET v = 3 WHERE id = 1")
    assert time.monotonic() - began < 3, "the vanished client's row lock lived on"
    holder.query("ROLLBACK")
    assert third.rows(f"SELECT v FROM {rows} ORDER BY id") == [[b"3"], [b"0"]]
    holder.close()
    third.close()


def test_L9_sleeping_statement_ends_with_its_client(pooled, commerce):
    proxy = pooled(size=4)
    (client,) = sessions(proxy, 1)
    client.command(wire.QUERY, b"SELECT SLEEP(60), 'L9'")
    until(
        lambda: commerce.value(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%%''L9''%%' AND user = 'app'"
        ),
        "it to run",
    )
    client.vanish()
    proxy.quiet(5)
    until(
        lambda: not commerce.value(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%%''L9''%%' AND user = 'app'"
        ),
        "the tablet to stop working for nobody",
        5,
    )


@pytest.mark.parametrize("dirty", ["BEGIN", "SELECT GET_LOCK('l9', 1)", "CREATE TEMPORARY TABLE l9 (a INT)"])
@pytest.mark.parametrize("fault", ["cut", "stall"])
def test_L9_release_over_a_broken_connection(pooled, commerce, dirty, fault):
    relay = Relay(commerce.port)
    proxy = pooled(relay, size=2, reset_timeout="500ms", errors_expected=True)
    try:
        (client,) = sessions(proxy, 1)
        client.query(dirty)
        if fault == "cut":
            relay.cut_now()
        else:
            relay.stalled = True
        client.close()
        until(lambda: proxy.leased() == 0, "the lease to come back", 5)
        relay.stalled = False
        if fault == "stall":
            relay.cut_now()
        proxy.quiet(15)
        (client,) = sessions(proxy, 1)
        until(lambda: _works(client), "service", 10)
        client.close()
        proxy.quiet()
        proxy.stop()
    finally:
        relay.stop()


def _works(client):
    try:
        return client.rows("SELECT 1") == [[b"1"]]
    except wire.ServerError:
        return False
