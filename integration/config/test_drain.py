"""SIGTERM and SIGINT: no new connections, statements and transactions finish within shutdown_grace, exit 0."""

import signal
import time

import pytest

from kit import wire
from kit.config import configuration, unsharded


def begun(make_proxy, commerce, grace="5s"):
    return make_proxy(configuration({"commerce": unsharded(commerce)}, shutdown_grace=grace))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_idle_sessions_are_let_go(make_proxy, commerce, number):
    proxy = begun(make_proxy, commerce)
    clients = [wire.Wire(proxy.port).login(database="commerce") for _ in range(5)]
    began = time.monotonic()
    proxy.signal(number)
    assert proxy.process.wait(10) == 0
    assert time.monotonic() - began < 2, "nobody was busy, yet it waited"
    for client in clients:
        with pytest.raises((EOFError, ConnectionError, wire.ServerError)):
            client.query("SELECT 1")
    assert not proxy.socket.exists(), "the Unix socket is left behind"
    assert commerce.threads() == 0
    assert not proxy.log_lines("error")
    proxy.process = None


def test_statement_and_transaction_finish(make_proxy, commerce, table):
    commerce.sql(f"CREATE TABLE commerce.{table} (id INT PRIMARY KEY)")
    proxy = begun(make_proxy, commerce, "10s")
    busy, inside = (wire.Wire(proxy.port).login(database="commerce") for _ in range(2))
    inside.query("BEGIN")
    inside.query(f"INSERT INTO {table} VALUES (1)")
    busy.command(wire.QUERY, b"SELECT SLEEP(1), 'done'")
    time.sleep(0.2)
    proxy.signal(signal.SIGTERM)
    time.sleep(0.3)
    with pytest.raises((OSError, EOFError, wire.ServerError)):
        wire.Wire(proxy.port).login()
    assert proxy.http("/readyz")[0] != 200
    assert busy.results() == [[[b"0", b"done"]]]
    inside.query(f"INSERT INTO {table} VALUES (2)")
    inside.query("COMMIT")
    assert proxy.process.wait(5) == 0
    assert commerce.value(f"SELECT COUNT(*) FROM commerce.{table}") == 2
    proxy.process = None


def test_grace_has_an_end(make_proxy, commerce, table):
    commerce.sql(f"CREATE TABLE commerce.{table} (id INT PRIMARY KEY)")
    proxy = begun(make_proxy, commerce, "1s")
    client = wire.Wire(proxy.port).login(database="commerce")
    client.query("BEGIN")
    client.query(f"INSERT INTO {table} VALUES (1)")
    began = time.monotonic()
    proxy.signal(signal.SIGTERM)
    assert proxy.process.wait(10) == 0
    assert 0.8 < time.monotonic() - began < 4
    assert commerce.value(f"SELECT COUNT(*) FROM commerce.{table}") == 0
    proxy.process = None


def test_admin_shutdown(make_proxy, commerce):
    proxy = begun(make_proxy, commerce)
    proxy.admin("SHUTDOWN")
    assert proxy.process.wait(10) == 0
    proxy.process = None


def test_drain_with_a_dead_tablet(make_proxy, tablet):
    proxy = make_proxy(configuration({"commerce": unsharded(tablet)}, shutdown_grace="2s"), errors_expected=True)
    client = wire.Wire(proxy.port).login(database="commerce")
    client.query("SELECT 1")
    tablet.freeze()
    client.command(wire.QUERY, b"SELECT 1")
    time.sleep(0.2)
    began = time.monotonic()
    proxy.signal(signal.SIGTERM)
    assert proxy.process.wait(15) == 0
    assert time.monotonic() - began < 6
    proxy.process = None
