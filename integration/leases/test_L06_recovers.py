"""L6: after exhaustion the pool serves again by itself; a pool that goes and comes keeps its counts true."""

import copy

from kit import wire
from kit.crowd import Crowd, close, codes, sessions
from kit.waiting import until


def works(client):
    try:
        return client.rows("SELECT 1") == [[b"1"]]
    except wire.ServerError:
        return False


def test_L6_after_exhaustion(pooled):
    proxy = pooled(size=2, reserved=2, wait_timeout="200ms")
    holders, waiting = sessions(proxy, 2), sessions(proxy, 30)
    for _ in range(3):
        for holder in holders:
            holder.query("BEGIN")
            holder.query("SELECT 1")
        assert codes(Crowd(30, lambda n: waiting[n].query("SELECT 1")).done()) == [1203] * 30
        for holder in holders:
            holder.query("ROLLBACK")
        assert not codes(Crowd(30, lambda n: waiting[n].query("SELECT 1")).done())
    close(holders + waiting)


def test_L6_tablet_killed_and_back(pooled, tablet):
    proxy = pooled(tablet, size=4, wait_timeout="500ms", errors_expected=True)
    clients = sessions(proxy, 8)
    for _ in range(3):
        assert not codes(Crowd(8, lambda n: clients[n].query("SELECT 1")).done())
        tablet.kill()
        assert all(isinstance(r, wire.ServerError) for r in Crowd(8, lambda n: clients[n].query("SELECT 1")).done(30))
        tablet.start()
        until(lambda: all(works(client) for client in clients), "service to come back", 15)
    proxy.quiet()
    close(clients)


def test_L6_frozen_tablet(pooled, tablet):
    """A tablet that accepts and says nothing: waiters expire, probes mark it down, it is served again when it thaws."""
    proxy = pooled(tablet, size=2, wait_timeout="300ms", connect_timeout="500ms", errors_expected=True)
    clients = sessions(proxy, 6)
    for client in clients:
        client.query("SELECT 1")
    tablet.freeze()
    for client in clients[:2]:
        client.command(wire.QUERY, b"SELECT 1")
    assert codes(Crowd(4, lambda n: clients[2 + n].query("SELECT 1")).done(20))
    until(lambda: proxy.metrics().sum("leasehold_tablet_up") == 0, "the tablet to be marked down", 15)
    tablet.thaw()
    until(lambda: proxy.metrics().sum("leasehold_tablet_up") == 1, "the tablet to be marked up", 15)
    for client in clients[:2]:
        try:
            client.results()
        except (wire.ServerError, EOFError, ConnectionError):
            pass
    until(lambda: all(works(client) for client in clients[2:]), "service to come back", 15)
    close(clients)


def test_L6_pool_removed_and_added_by_reload(pooled, commerce, tablet):
    """Counters of a keyspace that leaves the configuration and returns still add up."""
    proxy = pooled(size=4)
    clients = sessions(proxy, 4)
    for client in clients:
        client.query("SELECT 1")
    original = copy.deepcopy(proxy.config)
    other = copy.deepcopy(original)
    other["keyspaces"]["commerce"]["shards"]["-"]["primary"] = tablet.address
    for config, port in ((other, tablet.port), (original, commerce.port)) * 2:
        proxy.write(config)
        proxy.reload()
        until(lambda: clients[0].rows("SELECT @@port") == [[str(port).encode()]], f"the tablet on {port} to serve")
        for client in clients:
            client.query("SELECT 1")
        proxy.quiet()
    close(clients)
