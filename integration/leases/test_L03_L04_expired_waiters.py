"""L3: a connection handed to waiters that have expired. L4: many waiters that expire at once."""

import time

import pytest

from kit.crowd import Crowd, close, codes, others, sessions


def occupy(client, seconds):
    client.command(3, f"SELECT SLEEP({seconds})".encode())


def test_L3_expired_waiters_never_hold_the_pool(pooled):
    proxy = pooled(size=1, wait_timeout="100ms")
    holder, *waiting = sessions(proxy, 21)
    for _ in range(5):
        occupy(holder, 0.3)
        time.sleep(0.05)
        crowd = Crowd(20, lambda number: waiting[number].query("SELECT 1"))
        results = crowd.done(20)
        assert codes(results) == [1203] * 20 and not others(results), results
        holder.results()
        began = time.monotonic()
        waiting[0].query("SELECT 1")
        assert time.monotonic() - began < 0.1, "the connection went to somebody who had given up"
    close([holder, *waiting])


@pytest.mark.parametrize("count", [500])
def test_L4_many_expire_at_once(pooled, count):
    proxy = pooled(size=1, wait_timeout="500ms", max_waiters=5000)
    holder, *waiting = sessions(proxy, count + 1)
    occupy(holder, 3)
    time.sleep(0.1)
    for client in waiting:
        client.command(3, b"SELECT 1")
    crowd = Crowd(count, lambda number: waiting[number].results())
    began = time.monotonic()
    results = crowd.done(30)
    assert codes(results) == [1203] * count, (len(codes(results)), others(results)[:3])
    assert time.monotonic() - began < 2.5
    assert proxy.metrics().sum("leasehold_pool_waiters") == 0
    holder.results()
    for client in waiting[:50]:
        client.query("SELECT 1")
    close([holder, *waiting])


def test_L4_waiters_that_vanish_while_others_expire(pooled):
    proxy = pooled(size=1, wait_timeout="400ms")
    holder, *waiting = sessions(proxy, 101)
    occupy(holder, 1)
    time.sleep(0.05)
    for number, client in enumerate(waiting):
        client.command(3, b"SELECT 1")
    for client in waiting[::3]:
        client.vanish()
    left = [client for number, client in enumerate(waiting) if number % 3]
    results = Crowd(len(left), lambda number: left[number].results()).done(10)
    assert codes(results) == [1203] * len(left)
    holder.results()
    left[0].query("SELECT 1")
    close([holder, *left])
