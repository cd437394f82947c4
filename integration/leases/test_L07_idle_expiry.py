"""L7: idle expiry takes the cold end, without stalling callers and without a burst of dials."""

import time

from kit.crowd import Crowd, close, codes, sessions


def opened(proxy):
    return proxy.metrics().sum("leasehold_connections_opened_total")


def test_L7_cold_ones_go_hot_ones_stay(pooled):
    proxy = pooled(size=16, idle_timeout="1s", workers=1)
    clients = sessions(proxy, 16)
    assert not codes(Crowd(16, lambda n: clients[n].query("SELECT SLEEP(0.3)")).done())
    before = opened(proxy)
    assert before >= 12
    slowest, end = 0.0, time.monotonic() + 4
    while time.monotonic() < end:
        began = time.monotonic()
        clients[0].query("SELECT 1")
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.01)
    samples = proxy.metrics()
    assert samples.sum("leasehold_live_connections") <= 2, "used one at a time, the others are cold"
    assert samples.sum("leasehold_connections_closed_total") >= before - 2
    assert opened(proxy) - before <= 1, "expiry dials nothing anew"
    assert slowest < 0.3, f"a caller waited {slowest:.2f} s"
    close(clients)


def test_L7_min_idle_is_kept(pooled):
    proxy = pooled(size=8, min_idle=3, idle_timeout="1s")
    (client,) = sessions(proxy, 1)
    client.query("SELECT 1")
    end = time.monotonic() + 3
    while time.monotonic() < end:
        time.sleep(0.2)
    assert proxy.quiet().sum("leasehold_live_connections") == 3
    client.close()
