"""L11: a tablet closes an idle connection in the moment it is leased. A statement that was not sent goes to another
connection; one in a transaction is an error."""

import time

import pytest

from kit import wire
from kit.crowd import Crowd, close, codes, others, sessions
from kit.relay import Relay


def test_L11_wait_timeout_of_the_tablet(pooled, tablet):
    """Statements come just when the tablet gives its idle connections up."""
    tablet.sql("SET GLOBAL wait_timeout = 1")
    proxy = pooled(tablet, size=4)
    clients = sessions(proxy, 4)

    def work(number):
        for turn in range(12):
            assert clients[number].rows("SELECT 1") == [[b"1"]]
            time.sleep(0.98 + 0.01 * ((turn + number) % 5))
        return "served"

    results = Crowd(4, work).done(60)
    assert results == ["served"] * 4
    close(clients)


def test_L11_all_idle_connections_killed(pooled, commerce):
    proxy = pooled(size=4)
    clients = sessions(proxy, 4)
    for _ in range(20):
        assert not codes(Crowd(4, lambda n: clients[n].query("SELECT SLEEP(0.005)")).done())
        for (number,) in commerce.sql("SELECT id FROM information_schema.processlist WHERE user = 'app'"):
            try:
                commerce.sql(f"KILL {number}")
            except Exception:  # a connection that ended meanwhile
                pass
        results = Crowd(4, lambda n: clients[n].query("SELECT 1")).done()
        assert not codes(results) and not others(results), results
    close(clients)


def test_L11_cut_idle_connection(pooled, commerce):
    relay = Relay(commerce.port)
    proxy = pooled(relay, size=2)
    (client,) = sessions(proxy, 1)
    try:
        for _ in range(50):
            assert client.rows("SELECT 1") == [[b"1"]]
            relay.cut_now()
        client.close()
        proxy.quiet()
        proxy.stop()
    finally:
        relay.stop()


@pytest.mark.parametrize(
    "state, says",
    [("BEGIN", "transaction"), ("SELECT GET_LOCK('L11', 0)", "lock"), ("CREATE TEMPORARY TABLE l11 (a INT)", "table")],
)
def test_L11_what_cannot_move_is_an_error(pooled, commerce, state, says):
    proxy = pooled(size=2, errors_expected=True)
    (client,) = sessions(proxy, 1)
    client.query(state)
    client.query("SELECT 1")
    for (number,) in commerce.sql("SELECT id FROM information_schema.processlist WHERE user = 'app'"):
        commerce.sql(f"KILL {number}")
    with pytest.raises(wire.ServerError) as raised:
        client.query("SELECT 2")
    assert raised.value.code == 2013 and says in str(raised.value), raised.value
    assert client.rows("SELECT 3") == [[b"3"]], "after one error the session goes on clean"
    assert client.rows("SELECT @@in_transaction") == [[b"0"]]
    client.close()


def test_L11_a_statement_that_was_sent_is_never_sent_twice(pooled, commerce, table):
    """The connection is lost after the statement went out: an error, not a second execution."""
    commerce.sql(f"CREATE TABLE commerce.{table} (id INT PRIMARY KEY AUTO_INCREMENT)")
    relay = Relay(commerce.port)
    proxy = pooled(relay, size=1, errors_expected=True)
    try:
        (client,) = sessions(proxy, 1)
        client.query("SELECT 1")
        relay.cut_after(3)  # inside the OK packet
        with pytest.raises(wire.ServerError) as raised:
            client.query(f"INSERT INTO {table} VALUES ()")
        assert raised.value.code == 2013
        assert client.rows(f"SELECT COUNT(*) FROM {table}") == [[b"1"]]
        client.close()
        proxy.quiet()
        proxy.stop()
    finally:
        relay.stop()
