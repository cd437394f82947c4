"""L10: thousands of connects, kills, aborts and timeouts later: zero leases, flat memory, counters add up."""

import os
import random
import subprocess
import sys
import time

import pytest

from kit import vanish, wire
from kit.crowd import Crowd, close, sessions
from kit.places import ROOT
from kit.waiting import until


def swarm(port, count, seed, processes=2):
    """Runs vanish.many in processes of its own: one Python thread is no crowd."""
    code = "import sys; from kit import vanish; vanish.many(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(port), str(count // processes), str(seed + n)], cwd=ROOT / "integration"
        )
        for n in range(processes)
    ]
    assert [child.wait(1200) for child in children] == [0] * processes


@pytest.mark.limit(900)
def test_L10_connect_query_vanish(pooled, commerce, thorough, sanitized):
    """20,000 cycles with --all, 2,000 otherwise; the seed is printed with a failure."""
    cycles, seed = 20000 if thorough else 2000, int(os.environ.get("LEASEHOLD_SEED", random.randrange(2**31)))
    print(f"LEASEHOLD_SEED={seed}")
    proxy = pooled(size=16, reserved=12, wait_timeout="2s")
    swarm(proxy.port, 1000, seed)  # warm-up
    proxy.quiet(20)
    before, files, began = proxy.process.resident_kib(), proxy.process.open_files(), time.monotonic()
    swarm(proxy.port, cycles, seed + 100)
    samples = proxy.quiet(20)
    print(f"{cycles} cycles in {time.monotonic() - began:.1f} s; Pss {before} -> {proxy.process.resident_kib()} KiB")
    assert samples.sum("leasehold_leases_total") == samples.sum("leasehold_leases_returned_total") > cycles / 2
    until(lambda: proxy.metrics().sum("leasehold_clients") == 0, "the sessions to be gone", 15)
    assert proxy.process.open_files() <= files + 16
    assert commerce.value("SELECT IS_FREE_LOCK('vanish')") == 1
    if not sanitized:
        grown = proxy.process.resident_kib() - before
        assert grown <= 2048, f"grew by {grown} KiB in {cycles} cycles"


def test_L10_sharded(sharded_proxy, customers, monkeypatch):
    seed = int(os.environ.get("LEASEHOLD_SEED", random.randrange(2**31)))
    print(f"LEASEHOLD_SEED={seed}")
    sharded_proxy.sql(
        "INSERT INTO customer (id, name) VALUES " + ", ".join(f"({n}, 'n')" for n in range(1, 200)), database="customer"
    )
    monkeypatch.setattr(
        vanish,
        "WORDS",
        [
            b"SELECT * FROM customer",
            b"SELECT * FROM customer WHERE id = 7",
            b"BEGIN",
            b"UPDATE customer SET name = 'v' WHERE id IN (1, 2, 3)",
            b"SELECT id, REPEAT(name, 1000) FROM customer",
            b"COMMIT",
            b"SELECT * FROM customer ORDER BY name",
        ],
    )
    Crowd(4, lambda number: vanish.many(sharded_proxy.port, 100, seed + number, "customer")).done(120)
    samples = sharded_proxy.quiet(20)
    assert samples.sum("leasehold_leases_total") == samples.sum("leasehold_leases_returned_total")


def test_L10_killed_on_the_tablet(pooled, commerce):
    """The tablet kills connections at any time, idle and busy."""
    proxy = pooled(size=4, errors_expected=True)
    clients = sessions(proxy, 6)
    rng = random.Random(10)
    end = time.monotonic() + 3

    def work(number):
        answers = 0
        while time.monotonic() < end:
            try:
                clients[number].query(
                    rng.choice(["SELECT 1", "SELECT SLEEP(0.01)", "BEGIN", "SELECT REPEAT('x', 100000)", "COMMIT"])
                )
                answers += 1
            except wire.ServerError as error:
                assert error.code in (2013, 2006, 1317, 1203, 1226, 1927), error
            except EOFError:  # half of a long answer was with the client already
                clients[number] = sessions(proxy, 1)[0]
        return answers

    crowd = Crowd(6, work)
    killed = 0
    while time.monotonic() < end:
        for (number,) in commerce.sql(
            "SELECT id FROM information_schema.processlist WHERE user = 'app' ORDER BY RAND() LIMIT 1"
        ):
            try:
                commerce.sql(f"KILL {number}")
                killed += 1
            except Exception:  # gone by itself in between
                pass
        time.sleep(0.02)
    results = crowd.done(30)
    assert killed > 5 and all(isinstance(result, int) and result > 10 for result in results), results
    close(clients)
    samples = proxy.quiet(15)
    assert samples.sum("leasehold_connections_closed_total") >= killed / 2


def test_L10_clients_that_time_out(pooled, tablet):
    """Clients with short patience against a tablet that hangs: they leave, and their leases with them."""
    proxy = pooled(
        tablet, size=4, wait_timeout="300ms", connect_timeout="500ms", reset_timeout="500ms", errors_expected=True
    )
    clients = sessions(proxy, 12)
    for client in clients:
        client.query("SELECT 1")
    tablet.freeze()
    for client in clients:
        client.command(wire.QUERY, b"SELECT 2")
    time.sleep(0.5)
    for client in clients:
        client.vanish()
    until(lambda: proxy.leased() == 0, "leases of clients that are gone", 10)
    tablet.thaw()
    until(lambda: _serves(proxy), "service", 20)


def _serves(proxy):
    try:
        return proxy.value("SELECT 1", database="commerce") == 1
    except Exception:
        return False
