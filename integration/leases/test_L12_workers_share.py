"""L12: one worker hoards idle connections while another's clients wait; sessions pile up on one worker."""

import statistics
import time

from kit.crowd import Crowd, close, codes, sessions


def test_L12_an_idle_connection_reaches_the_other_worker(pooled):
    """Two connections, filled by whoever came first; then every session must be served at once, one at a time."""
    proxy = pooled(size=2, wait_timeout="2s", workers=2)
    clients = sessions(proxy, 16)
    assert not codes(Crowd(16, lambda n: clients[n].query("SELECT SLEEP(0.02)")).done())
    for client in clients * 3:
        began = time.monotonic()
        client.query("SELECT 1")
        assert time.monotonic() - began < 0.5, "a client waited while connections were idle"
    close(clients)


def test_L12_a_reserved_lease_on_one_worker_starves_nobody(pooled):
    proxy = pooled(size=2, reserved=1, wait_timeout="2s", workers=2)
    clients = sessions(proxy, 9)
    clients[0].query("BEGIN")
    clients[0].query("SELECT 1")
    for client in clients[1:] * 2:
        client.query("SELECT 1")
    clients[0].query("COMMIT")
    close(clients)


def test_L12_sessions_are_spread(pooled):
    proxy = pooled(size=8, workers=2)
    clients = sessions(proxy, 40)
    for client in clients:
        client.query("SELECT 1")
    rows = proxy.admin("SHOW CLIENTS")
    column = next((name for name in rows[0] if "worker" in name), None)
    assert column, f"SHOW CLIENTS does not tell the worker: {list(rows[0])}"
    counts = [sum(str(row[column]) == worker for row in rows) for worker in {str(row[column]) for row in rows}]
    assert len(counts) == 2 and min(counts) >= 8, counts
    close(clients)


def test_L12_clients_are_served_fairly(pooled, sanitized):
    """64 clients on 4 connections: nobody is starved (traps' measure: p99 of throughput against the median)."""
    proxy = pooled(size=4, wait_timeout="10s", workers=2)
    clients = sessions(proxy, 64)
    end = time.monotonic() + 4

    def work(number):
        served = 0
        while time.monotonic() < end:
            clients[number].query("SELECT SLEEP(0.001)")
            served += 1
        return served

    served = Crowd(64, work).done()
    assert not codes(served), served
    assert min(served) >= statistics.median(served) * (0.3 if sanitized else 0.6), sorted(served)
    close(clients)
