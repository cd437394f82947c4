"""W10: a client that stops reading, sends half a header, or vanishes in authentication, in a result, in a wait."""

import time

import pytest

from kit import wire
from kit.config import configuration, unsharded
from kit.crowd import close, sessions
from kit.waiting import until

BIG = b"SELECT seq, REPEAT('x', 1000) FROM seq_1_to_300000"  # 300 MB


def test_W10_client_that_stops_reading(pooled, sanitized):
    proxy = pooled(size=8, workers=2)
    polite = sessions(proxy, 2)
    for client in polite:
        client.query("SELECT 1")
    before = proxy.process.resident_kib()
    slow = [wire.Wire(proxy.port, receive_buffer=4096).login(database="commerce") for _ in range(4)]
    for client in slow:
        client.command(wire.QUERY, BIG)
    time.sleep(1.5)
    for client in polite:
        began = time.monotonic()
        assert client.rows("SELECT 1") == [[b"1"]]
        assert time.monotonic() - began < 0.5
    if not sanitized:
        assert proxy.process.resident_kib() - before < 4 * 256, "a reader that stopped costs memory"
    for client in slow:
        client.vanish()
    close(polite)
    proxy.quiet(10)


@pytest.mark.parametrize(
    "sent",
    [b"", b"\x05", b"\x05\x00\x00", b"\x05\x00\x00\x00", b"\x05\x00\x00\x00\x03SEL", b"\xff\xff\xff\x00\x03SELECT"],
)
@pytest.mark.parametrize("way", ["vanish", "close", "stay"])
def test_W10_half_a_command(pooled, sent, way):
    proxy = pooled(size=2)
    rude, polite = sessions(proxy, 2)
    rude.socket.sendall(sent)
    if way != "stay":
        getattr(rude, way)()
    assert polite.rows("SELECT 1") == [[b"1"]]
    proxy.quiet()  # also while it stays: half a statement holds no lease
    polite.close()
    rude.close()


@pytest.mark.parametrize("cut", [0, 1, 4, 20, 36, 50, -1, None])
def test_W10_vanishes_in_authentication(pooled, cut):
    proxy = pooled(size=2)
    for way in ("vanish", "close"):
        client = wire.Wire(proxy.port)
        client.greet()
        login = wire.frame(1, wire.login_payload(client.greeting.salt, "app", "secret", "commerce"))
        client.socket.sendall(login[:cut])
        getattr(client, way)()
    until(lambda: proxy.metrics().sum("leasehold_clients") == 0, "sessions that never were to be gone", 5)


def test_W10_says_nothing_at_the_greeting(make_proxy, commerce):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, listen={"handshake_timeout": "700ms"}))
    silent, half = wire.Wire(proxy.port), wire.Wire(proxy.port)
    half.greet()
    half.socket.sendall(b"\x20\x00")
    for client in (silent, half):
        with pytest.raises((EOFError, ConnectionError, wire.ServerError)):
            while True:
                _, payload = client.packet()
                if payload[:1] == b"\xff":
                    raise wire.ServerError(payload)
    assert proxy.value("SELECT 1") == 1


@pytest.mark.parametrize("taken", [1, 5, 100, 100000, 5000000])
def test_W10_vanishes_in_a_result(pooled, taken):
    proxy = pooled(size=2)
    for way in ("vanish", "close"):
        (client,) = sessions(proxy, 1)
        client.command(wire.QUERY, BIG)
        client.read(taken)
        getattr(client, way)()
        proxy.quiet(5)
    assert proxy.value("SELECT 1", database="commerce") == 1


def test_W10_vanishes_in_a_wait(pooled):
    proxy = pooled(size=1, wait_timeout="20s")
    holder, rude, polite = sessions(proxy, 3)
    holder.query("BEGIN")
    holder.query("SELECT 1")
    rude.command(wire.QUERY, b"SELECT 1")
    time.sleep(0.2)
    polite.command(wire.QUERY, b"SELECT 2")
    time.sleep(0.2)
    assert proxy.metrics().sum("leasehold_pool_waiters") == 2
    rude.vanish()
    until(lambda: proxy.metrics().sum("leasehold_pool_waiters") == 1, "the vanished waiter to leave the queue", 3)
    holder.query("COMMIT")
    assert polite.results() == [[[b"2"]]]
    close([holder, polite])


def test_W10_pipelined_commands(pooled):
    """Several commands in one segment are answered in order."""
    proxy = pooled(size=2)
    (client,) = sessions(proxy, 1)
    client.socket.sendall(b"".join(wire.frame(0, b"\x03SELECT %d" % n) for n in range(50)))
    assert [client.results() for _ in range(50)] == [[[[b"%d" % n]]] for n in range(50)]
    client.close()
