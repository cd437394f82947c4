"""L8: failed and abandoned waits are in the histogram too."""

import time

from kit.crowd import Crowd, close, codes, sessions

COUNT, SUM = "leasehold_pool_wait_seconds_count", "leasehold_pool_wait_seconds_sum"


def test_L8_failed_waits_are_measured(pooled):
    proxy = pooled(size=1, wait_timeout="200ms")
    holder, *waiting = sessions(proxy, 11)
    holder.query("BEGIN")
    holder.query("SELECT 1")
    before = proxy.metrics()
    assert codes(Crowd(10, lambda n: waiting[n].query("SELECT 1")).done()) == [1203] * 10
    after = proxy.metrics()
    assert after.sum(COUNT) - before.sum(COUNT) == 10
    assert 1.8 <= after.sum(SUM) - before.sum(SUM) <= 6
    close([holder, *waiting])


def test_L8_abandoned_waits_are_measured(pooled):
    proxy = pooled(size=1, wait_timeout="10s")
    holder, *waiting = sessions(proxy, 11)
    holder.query("BEGIN")
    holder.query("SELECT 1")
    before = proxy.metrics()
    for client in waiting:
        client.command(3, b"SELECT 1")
    time.sleep(0.3)
    assert proxy.metrics().sum("leasehold_pool_waiters") == 10
    for client in waiting:
        client.vanish()
    time.sleep(0.3)
    after = proxy.metrics()
    assert after.sum("leasehold_pool_waiters") == 0, "a waiter that vanished still stands in the queue"
    assert after.sum(COUNT) - before.sum(COUNT) == 10
    assert after.sum(SUM) - before.sum(SUM) >= 2.5
    holder.query("COMMIT")
    holder.close()
