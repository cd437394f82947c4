"""L14: reserved connections on a demoted primary must not linger; a lock lost with its connection is an error, never a
silent reconnect."""

import copy

import pytest

from kit import wire
from kit.crowd import sessions
from kit.waiting import until

HELD = ["BEGIN", "SELECT GET_LOCK('L14', 0)", "CREATE TEMPORARY TABLE l14 (a INT)"]


def switch(proxy, tablet):
    config = copy.deepcopy(proxy.config)
    config["keyspaces"]["commerce"]["shards"]["-"]["primary"] = tablet.address
    proxy.write(config)
    proxy.reload()


@pytest.mark.parametrize("held", HELD[1:])
def test_L14_state_on_the_old_primary_is_lost_aloud(pooled, tmp_server, held):
    old, new = tmp_server("old"), tmp_server("new", server_id=51)
    proxy = pooled(old, size=4, errors_expected=True)
    sitter, other = sessions(proxy, 2)
    sitter.query(held)
    switch(proxy, new)
    until(lambda: other.rows("SELECT @@server_id") == [[b"51"]], "the new primary to serve", 10)
    with pytest.raises(wire.ServerError) as raised:
        sitter.query("SELECT 1")
    assert raised.value.code == 2013
    assert sitter.rows("SELECT @@server_id") == [[b"51"]], "after the error the session goes on, on the new primary"
    until(lambda: old.threads() == 0, "the old primary to be left alone", 10)
    sitter.close()
    other.close()


def test_L14_an_open_transaction_does_not_linger(pooled, tmp_server):
    """It may finish within the grace period or be told that it is lost; it may not stay for ever, nor move silently."""
    old, new = tmp_server("old"), tmp_server("new", server_id=51)
    old.sql("CREATE TABLE commerce.t (id INT PRIMARY KEY)")
    proxy = pooled(old, size=4, errors_expected=True)
    (client,) = sessions(proxy, 1)
    client.query("BEGIN")
    client.query("INSERT INTO t VALUES (1)")
    switch(proxy, new)
    until(lambda: proxy.value("SELECT @@server_id", database="commerce") == 51, "the new primary to serve", 10)
    until(lambda: old.threads() == 0, "the old primary to be left alone", 40)
    assert old.value("SELECT COUNT(*) FROM commerce.t") == 0
    with pytest.raises(wire.ServerError) as raised:
        client.query("COMMIT")
    assert raised.value.code == 2013
    client.close()


def test_L14_lock_lost_with_its_connection(pooled, commerce):
    proxy = pooled(size=4, errors_expected=True)
    sitter, rival = sessions(proxy, 2)
    sitter.query("SELECT GET_LOCK('L14-lost', 0)")
    for (number,) in commerce.sql("SELECT id FROM information_schema.processlist WHERE user = 'app'"):
        commerce.sql(f"KILL {number}")
    until(lambda: commerce.value("SELECT IS_FREE_LOCK('L14-lost')") == 1, "the tablet to free the lock")
    assert rival.rows("SELECT GET_LOCK('L14-lost', 0)") == [[b"1"]]
    with pytest.raises(wire.ServerError) as raised:
        sitter.query("SELECT RELEASE_LOCK('L14-lost')")
    assert raised.value.code == 2013 and "lock" in str(raised.value)
    assert rival.rows("SELECT RELEASE_LOCK('L14-lost')") == [[b"1"]]
    sitter.close()
    rival.close()


@pytest.mark.parametrize("more", ["", "SELECT 1"])
def test_L14_dead_primary_with_a_sitter(pooled, tablet, more):
    """The tablet dies under a reserved lease whose client says nothing: the lease does not wait for the client."""
    proxy = pooled(tablet, size=4, errors_expected=True)
    (sitter,) = sessions(proxy, 1)
    sitter.query("SELECT GET_LOCK('L14-dead', 0)")
    if more:
        sitter.query(more)  # on the lease that it has
    tablet.kill()
    until(
        lambda: proxy.metrics().sum("leasehold_pool_connections", state="reserved") == 0,
        "the lease on a dead tablet to end",
        10,
    )
    tablet.start()
    with pytest.raises(wire.ServerError) as raised:
        sitter.query("SELECT 1")
    assert raised.value.code == 2013
    sitter.close()
