"""L2: a connection is given back between "nobody waits" and "I wait": nobody may be left waiting for it."""

import time

from kit.crowd import Crowd, close, codes, others, sessions


def hammer(proxy, clients, seconds):
    end = time.monotonic() + seconds
    slowest = [0.0] * len(clients)

    def work(number):
        done = 0
        while time.monotonic() < end:
            began = time.monotonic()
            clients[number].query("SELECT 1")
            slowest[number] = max(slowest[number], time.monotonic() - began)
            done += 1
        return done

    results = Crowd(len(clients), work).done(seconds + 30)
    assert not codes(results) and not others(results), results
    return sum(results), max(slowest)


def test_L2_no_wakeup_is_lost(pooled, thorough):
    """One connection, both workers: every lease is fought for."""
    proxy = pooled(size=1, wait_timeout="10s")
    clients = sessions(proxy, 8)
    done, slowest = hammer(proxy, clients, 20 if thorough else 4)
    assert slowest < 2, f"a client waited {slowest:.1f} s for one connection that served {done} statements"
    close(clients)


def test_L2_waiters_that_give_up_meanwhile(pooled):
    """Deadlines expire while connections come back: the rest are still served."""
    proxy = pooled(size=1, wait_timeout="30ms")
    clients = sessions(proxy, 8)

    def work(number):
        served = 0
        for _ in range(150):
            try:
                clients[number].query("SELECT SLEEP(0.01)")
                served += 1
            except Exception as error:  # 1203 is the expected answer of those that waited too long
                assert getattr(error, "code", None) == 1203, error
        return served

    results = Crowd(8, work).done(60)
    assert not others(results), others(results)
    assert sum(results) > 50
    began = time.monotonic()
    clients[0].query("SELECT 1")
    assert time.monotonic() - began < 0.2
    close(clients)
