"""Whatever bytes a client sends: a clear error or a closed connection for it, nobody else disturbed, nothing left behind."""

import os
import random
import socket

import pytest

from kit import wire
from kit.config import configuration, unsharded

pytestmark = pytest.mark.main


@pytest.fixture
def bystander(proxy):
    client = wire.Wire(proxy.port).login(database="commerce")
    client.query("BEGIN")
    yield client
    assert client.rows("SELECT @@in_transaction, 'undisturbed'") == [[b"1", b"undisturbed"]]
    client.close()


def drain(client):
    """Everything that still comes, until it is closed or silent."""
    client.socket.settimeout(0.3)
    got = b""
    try:
        while chunk := client.socket.recv(65536):
            got += chunk
    except (TimeoutError, ConnectionError, socket.timeout):
        pass
    return got


def test_random_bytes_at_the_greeting(proxy, bystander):
    rng = random.Random(1)
    for turn in range(200):
        client = wire.Wire(proxy.port)
        client.socket.sendall(os.urandom(rng.choice([1, 3, 4, 5, 36, 100, 5000])))
        if turn % 4 == 0:
            client.greet()
        client.close()


def test_random_bytes_after_login(proxy, bystander):
    rng = random.Random(2)
    for _ in range(150):
        client = wire.Wire(proxy.port).login(database="commerce")
        try:
            for _ in range(rng.randrange(1, 5)):
                client.send(rng.choice([0, 0, 0, 7]), rng.randbytes(rng.choice([0, 1, 2, 5, 50, 3000])))
        except ConnectionError:
            pass
        client.close()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x00",
        b"\xff" * 10,
        b"\x85\xa6" + b"\0" * 40,
        b"\x0d\xa2" + b"\xff" * 60,
        wire.login_payload(b"x" * 20, "app", "secret")[:32],
        wire.login_payload(b"x" * 20, "app", "secret")[:33],
        wire.login_payload(b"x" * 20, "a" * 5000, "secret", "d" * 5000),
        b"\x00" * 100000,
    ],
    ids=["empty", "nul", "ones", "old-protocol", "all-flags", "cut", "no-user", "long", "zeros"],
)
def test_malformed_handshake_responses(proxy, bystander, payload):
    client = wire.Wire(proxy.port)
    client.greet()
    client.send(1, payload)
    answer = drain(client)
    assert not answer or answer[4:5] == b"\xff", f"neither refused nor closed: {answer!r}"
    client.close()


def test_wrong_sequence_in_the_handshake(proxy, bystander):
    client = wire.Wire(proxy.port)
    client.greet()
    client.send(9, wire.login_payload(client.greeting.salt, "app", "secret"))
    answer = drain(client)
    assert not answer or answer[4:5] == b"\xff"
    client.close()


def test_wrong_sequence_in_a_command(proxy, bystander):
    client = wire.Wire(proxy.port).login(database="commerce")
    client.send(5, b"\x03SELECT 1")
    answer = drain(client)
    assert not answer or answer[4:5] == b"\xff" and int.from_bytes(answer[5:7], "little") == 1156, answer
    client.close()


def test_oversized_frames(make_proxy, commerce):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, limits={"max_allowed_packet": "1MiB"}))
    before = proxy.process.resident_kib()
    clients = []
    for _ in range(20):
        client = wire.Wire(proxy.port).login(database="commerce")
        client.socket.sendall(b"\xff\xff\xff\x00\x03" + b"x" * 200000)
        clients.append(client)
    unauthenticated = []
    for _ in range(20):
        client = wire.Wire(proxy.port)
        client.greet()
        client.socket.sendall(b"\xff\xff\xff\x01" + b"x" * 100000)
        unauthenticated.append(client)
    assert proxy.value("SELECT 1", database="commerce") == 1
    assert proxy.process.resident_kib() - before < 40 * 1024
    for client in clients + unauthenticated:
        client.close()


def test_endless_frames(make_proxy, commerce):
    """Full frames without end are cut off at max_allowed_packet."""
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, limits={"max_allowed_packet": "20MiB"}))
    client = wire.Wire(proxy.port).login(database="commerce")
    sent = 0
    with pytest.raises((ConnectionError, BrokenPipeError, socket.timeout)):
        client.socket.settimeout(5)
        for sequence in range(64):
            client.socket.sendall(wire.frame(sequence, b"\x03" + b"x" * (2**24 - 2)))
            sent += 1
    assert sent <= 8, f"{sent} frames of 16 MiB were taken"
    client.close()


@pytest.mark.parametrize(
    "statement",
    [
        b"",
        b";",
        b"   ",
        b"--",
        b"/*",
        b"/*!",
        b"'",
        b"`",
        b'"',
        b"SELECT '",
        b"\x00",
        b"\xff\xfe\xfd",
        b"SELECT \x00",
        b"(" * 10000,
        b"SELECT " + b"(" * 5000 + b"1" + b")" * 5000,
        b"SELECT " + b"-" * 100000 + b"1",
        b"SELECT 1" + b" UNION SELECT 1" * 3000,
        b"SELECT " + b"NOT " * 20000 + b"1",
        b"USE",
        b"SET",
        b"KILL x",
    ],
    ids=lambda text: f"{text[:12]!r}-{len(text)}",
)
def test_odd_statements(proxy, commerce, bystander, statement):
    """The tablet's own answer, or an error of ours; never a crash, and the session goes on."""
    client = wire.Wire(proxy.port).login(database="commerce")
    try:
        client.query(statement)
    except wire.ServerError as error:
        assert error.code and error.state
    assert client.rows("SELECT 1") == [[b"1"]]
    client.close()


@pytest.mark.parametrize(
    "payload",
    [
        b"\x16",
        b"\x17",
        b"\x17\x01",
        b"\x17\x01\x00\x00\x00\x00\x01\x00\x00\x00\xff\xff",
        b"\x18\x01\x00\x00\x00",
        b"\x19",
        b"\x1a\x01",
        b"\x1c\x01\x00\x00\x00",
        b"\x11",
        b"\x11app",
        b"\x0c",
        b"\x0c\x01",
        b"\x1b",
        b"\x1b\x09\x00",
        b"\x02",
        b"\x04",
        b"\x12",
        b"\x1e",
        b"\x00",
    ],
    ids=lambda payload: payload.hex(),
)
def test_truncated_commands(proxy, bystander, payload):
    client = wire.Wire(proxy.port).login(database="commerce")
    client.send(0, payload)
    drain(client)
    client.close()
    assert proxy.value("SELECT 1", database="commerce") == 1
