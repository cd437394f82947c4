"""L15: lifetimes are spread over the whole jitter range, so connections born together do not die together."""

import time

from kit.crowd import Crowd, close, codes, sessions


def test_L15_lifetimes_are_spread(pooled):
    proxy = pooled(size=40, max_lifetime="4s", lifetime_jitter=0.75, workers=2)
    clients = sessions(proxy, 40)
    assert not codes(Crowd(40, lambda n: clients[n].query("SELECT SLEEP(0.3)")).done())
    born, deaths, seen = time.monotonic(), [], 0
    start = proxy.metrics().sum("leasehold_connections_opened_total")
    assert start >= 35
    while time.monotonic() - born < 6:
        closed = proxy.metrics().sum("leasehold_connections_closed_total")
        deaths += [time.monotonic() - born] * int(closed - seen)
        seen = closed
        time.sleep(0.1)
    assert len(deaths) >= start - 2, f"{len(deaths)} of {start:g} died of age"
    for low, high in ((0.4, 2), (2, 3.2), (3.2, 4.6)):
        assert sum(low <= age < high for age in deaths) >= 4, f"nobody died between {low} and {high} s: {deaths}"
    close(clients)


def test_L15_a_lease_is_not_cut_short_by_age(pooled):
    """A connection in use when its time comes is closed when it comes back, not under its client."""
    proxy = pooled(size=2, max_lifetime="1s", workers=1)
    (client,) = sessions(proxy, 1)
    client.query("BEGIN")
    (number,) = client.rows("SELECT CONNECTION_ID()")
    client.query("SELECT SLEEP(2)")
    assert client.rows("SELECT CONNECTION_ID()") == [number] and client.rows("SELECT @@in_transaction") == [[b"1"]]
    client.query("COMMIT")
    proxy.quiet()
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and not proxy.metrics().sum("leasehold_connections_closed_total"):
        time.sleep(0.05)
    assert proxy.metrics().sum("leasehold_connections_closed_total") >= 1
    client.close()
