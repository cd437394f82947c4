"""Tablets that misbehave: clear errors to those who asked, nothing left behind, service again by itself."""

import time

import pytest

from kit import wire
from kit.config import configuration, unsharded
from kit.crowd import Crowd, codes, sessions
from kit.fake_tablet import FakeTablet
from kit.relay import Relay
from kit.waiting import until

QUERIES = [
    "SELECT 1",
    "SELECT REPEAT('x', 200000)",
    "SELECT seq FROM seq_1_to_5000",
    "SELECT * FROM nowhere",
    "BEGIN",
    "SET @a := 1",
]


@pytest.fixture
def relayed(make_proxy, commerce):
    """A proxy whose tablet stands behind a relay that can be told to misbehave."""
    relay = Relay(commerce.port)
    proxy = make_proxy(
        configuration(
            {"commerce": unsharded(relay)},
            pool={"size": 4, "wait_timeout": "500ms", "connect_timeout": "500ms", "reset_timeout": "500ms"},
        ),
        errors_expected=True,
    )
    yield proxy, relay
    relay.refusing = relay.silent = relay.stalled = False
    relay.cut_now()
    proxy.quiet(15)
    assert proxy.stop() == 0
    relay.stop()


def serves(client):
    try:
        return client.rows("SELECT 1") == [[b"1"]]
    except wire.ServerError:
        return False


@pytest.mark.parametrize("query", QUERIES)
def test_dies_after_so_many_bytes(relayed, query):
    proxy, relay = relayed
    (client,) = sessions(proxy, 1)
    for count in (1, 2, 3, 4, 5, 7, 10, 20, 60, 100, 1000, 30000):
        until(lambda: serves(client), "service after the last cut", 10)
        relay.cut_after(count)
        try:
            client.query(query)
            client.query("ROLLBACK")
        except wire.ServerError:
            pass
        except (EOFError, ConnectionError):
            # Half a result had gone to the client: nothing but the end of the connection is honest.
            (client,) = sessions(proxy, 1)
        relay.cut_after(None)
    client.close()


def test_half_a_result_is_never_taken_for_a_whole(relayed):
    proxy, relay = relayed
    for count in (100, 5000, 40000, 100000):
        (client,) = sessions(proxy, 1)
        until(lambda: serves(client), "service", 10)
        relay.cut_after(count)
        try:
            rows = client.rows("SELECT seq, REPEAT('y', 100) FROM seq_1_to_2000")
            # A read of which nothing had gone to the client yet may be sent again.
            assert [int(row[0]) for row in rows] == list(range(1, 2001))
        except (wire.ServerError, EOFError, ConnectionError):
            pass
        client.close()


@pytest.mark.parametrize("fault", ["refusing", "silent"])
def test_dials_that_lead_nowhere(relayed, fault):
    proxy, relay = relayed
    (client,) = sessions(proxy, 1)
    setattr(relay, fault, True)
    relay.cut_now()
    began = time.monotonic()
    with pytest.raises(wire.ServerError) as raised:
        client.query("SELECT 1")
    assert time.monotonic() - began < 3
    assert "commerce" in str(raised.value)
    setattr(relay, fault, False)
    relay.cut_now()
    until(lambda: serves(client), "service by itself", 10)
    client.close()


def test_dialling_backs_off(relayed):
    proxy, relay = relayed
    clients = sessions(proxy, 8)
    relay.refusing = True
    relay.cut_now()
    before, end = relay.accepted, time.monotonic() + 2
    while time.monotonic() < end:
        assert codes(Crowd(8, lambda n: clients[n].query("SELECT 1")).done(20))
    assert relay.accepted - before < 150, f"{relay.accepted - before} dials in 2 s at a tablet that refuses"


def test_stalls_in_the_middle(relayed):
    """Who waits for a connection is told within its time; whose statement is with the tablet, when the probes find that it
    says nothing any more. A read may have been sent again by then."""
    proxy, relay = relayed
    clients = sessions(proxy, 8)
    for client in clients:
        client.query("SELECT 1")
    relay.stalled = True
    results = Crowd(8, lambda n: clients[n].query("SELECT 1")).done(20)
    assert len(codes(results)) == 8 and set(codes(results)) <= {1203, 2003, 2013}, results
    relay.stalled = False
    for client in clients:
        until(lambda: serves(client), "service by itself", 10)
        client.close()


GREETING = (
    bytes([10])
    + b"10.11.0-fake\0"
    + (7).to_bytes(4, "little")
    + b"12345678\0"
    + b"\xff\xf7\x2d\x02\x00\xff\x81\x15"
    + b"\0" * 10
    + b"123456789012\0mysql_native_password\0"
)


@pytest.mark.parametrize(
    "greeting",
    [
        b"\xff\x10\x04Too many connections",
        b"\x09old",
        b"\x0a",
        b"\x0a" + b"x" * 200,
        GREETING[:20],
        GREETING[:40],
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
    ids=["refused", "version-9", "bare", "no-end", "cut-20", "cut-40", "empty", "http"],
)
def test_greetings_of_something_else(make_proxy, greeting):
    fake = FakeTablet(
        lambda client: client.send_raw(wire.frame(0, greeting) if not greeting.startswith(b"HTTP") else greeting)
    )
    proxy = make_proxy(
        configuration(
            {"commerce": {"shards": {"-": {"primary": fake.address}}}},
            pool={"wait_timeout": "1s", "connect_timeout": "500ms"},
        ),
        start=False,
        errors_expected=True,
    ).begin()
    until(lambda: proxy.http("/healthz")[0] == 200, "it to live", 10)
    client = wire.Wire(proxy.port).login()
    with pytest.raises(wire.ServerError):
        client.query("SELECT * FROM commerce.t")
    client.close()
    proxy.quiet(15)
    assert proxy.stop() == 0
    fake.stop()


OK, EOF = b"\x00\x00\x00\x02\x00\x00\x00", b"\xfe\x00\x00\x02\x00"
COLUMN = b"\x03def\x00\x00\x00\x01a\x00\x0c\x3f\x00\x0b\x00\x00\x00\x08\x81\x00\x00\x00\x00"
ANSWERS = {
    "garbage": [b"\xde\xad\xbe\xef" * 5],
    "empty": [b""],
    "columns-huge": [b"\xfd\xff\xff\xff"],
    "column-cut": [b"\x01", COLUMN[:5], EOF, b"\x011", EOF],
    "row-too-long": [b"\x01", COLUMN, EOF, b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7fx", EOF],
    "no-rows-end": [b"\x01", COLUMN, EOF, b"\x011"],
    "error-cut": [b"\xff"],
    "ok-cut": [b"\x00\x00"],
    "infile-unasked": [b"\xfb/etc/passwd"],
    "more-results-forever": [b"\x00\x00\x00\x0a\x00\x00\x00"],
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_out_of_order(make_proxy, name):
    """The tablet logs in well and answers the marked statement wrongly, then says no more."""
    fake = FakeTablet(None, marked=b"MARK", answer=ANSWERS[name])
    proxy = make_proxy(
        configuration(
            {"commerce": {"shards": {"-": {"primary": fake.address}}}},
            limits={"query_timeout": "1s"},
            pool={"size": 2, "wait_timeout": "1s", "reset_timeout": "300ms"},
        ),
        errors_expected=True,
    )
    bystander = wire.Wire(proxy.port).login(database="commerce")
    client = wire.Wire(proxy.port, timeout=3).login(database="commerce")
    try:
        client.query("SELECT 'MARK'")
    except (
        wire.ServerError,
        EOFError,
        ConnectionError,
        TimeoutError,
        AssertionError,
        IndexError,
        KeyError,
        ValueError,
    ):
        pass  # whatever it is, it is this client's alone
    client.vanish()
    assert bystander.rows("SELECT 1") == [[b"1"]]
    bystander.close()
    proxy.quiet(15)
    assert proxy.stop() == 0
    fake.stop()
