"""COM_STMT_SEND_LONG_DATA passes through one buffer, whatever its size, and what goes wrong ties nobody up."""

import hashlib
import struct

import pytest

from kit import prepared
from kit.config import configuration, sharded, unsharded
from kit.waiting import until
from kit.wire import FULL, QUERY, STMT_EXECUTE, STMT_SEND_LONG_DATA, ServerError, Wire, frames, lenenc

KIB, MIB = 1 << 10, 1 << 20


def prepare(client, text):
    number, _, _ = prepared.prepare(client, text.decode())
    return int.from_bytes(number, "little")


def data(statement, parameter, value):
    return frames(struct.pack("<BIH", STMT_SEND_LONG_DATA, statement, parameter) + value)


def execute(client, statement):
    """With one parameter that came as long data; the answer's one column of one row, or the OK packet."""
    client.send(0, struct.pack("<BIBI", STMT_EXECUTE, statement, 0, 1) + b"\x00\x01\xfb\x00")
    _, answer = client.packet()
    if answer[:1] == b"\xff":
        raise ServerError(answer)
    if answer[:1] == b"\x00":
        return answer
    client.packet(), client.packet()
    _, row = client.packet()
    client.packet()
    length, at = lenenc(row, 2)
    return row[at : at + length]


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


@pytest.mark.parametrize("size", [0, 10, 16 * KIB - 12, 16 * KIB - 11, 16 * KIB - 10, 100_000, FULL - 7, FULL, 40 * MIB])
def test_of_any_size(proxy, size):
    client = Wire(proxy.port, timeout=60).login(database="commerce")
    statement = prepare(client, b"SELECT MD5(?)")
    value = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    for parts in ([value], [value[: size // 3], value[size // 3 :]]):
        for part in parts:
            client.socket.sendall(data(statement, 0, part))
        assert execute(client, statement) == hashlib.md5(value).hexdigest().encode()
    assert client.rows("SELECT 1") == [[b"1"]]
    client.close()


def test_half_of_it_takes_no_memory(make_proxy, commerce, sanitized):
    if sanitized:
        pytest.skip("a sanitizer's memory is not the proxy's")
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, limits={"net_read_timeout": "0s"}))
    one = Wire(proxy.port, timeout=60).login(database="commerce")  # the proxy's own growth
    one.socket.sendall(data(prepare(one, b"SELECT MD5(?)"), 0, b"x" * MIB))
    one.close()
    before, clients = accounts(proxy), []
    for number in range(8):
        client = Wire(proxy.port, timeout=60).login(database="commerce")
        statement = prepare(client, b"SELECT MD5(?)")
        value = bytes([65 + number]) * 30 * MIB
        packet = data(statement, 0, value)
        client.socket.sendall(packet[: 20 * MIB])
        clients.append((client, statement, value, packet[20 * MIB :]))
    during = accounts(proxy)
    assert during["statements"] == 0, during
    assert during["process: resident"] - before["process: resident"] < 4 * MIB  # of 160
    for client, statement, value, rest in clients:
        client.socket.sendall(rest)
        assert execute(client, statement) == hashlib.md5(value).hexdigest().encode()
        client.close()


def test_a_client_that_vanishes_or_stops_in_the_middle(make_proxy, commerce):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, limits={"net_read_timeout": "300ms"}))
    for number in range(10):
        client = Wire(proxy.port).login(database="commerce")
        statement = prepare(client, b"SELECT MD5(?)")
        client.socket.sendall(data(statement, 0, b"x" * 200_000)[: 20_000 + 15_000 * number])
        client.vanish()
    proxy.quiet()
    client = Wire(proxy.port).login(database="commerce")
    statement = prepare(client, b"SELECT MD5(?)")
    client.socket.sendall(data(statement, 0, b"x" * 200_000)[:150_000])
    _, answer = client.packet()
    assert answer[:1] == b"\xff" and int.from_bytes(answer[1:3], "little") == 1159
    with pytest.raises((EOFError, ConnectionError)):
        client.packet()
    proxy.quiet()
    assert proxy.value("SELECT 41 + 1", database="commerce") == 42


def test_a_client_that_vanishes_rolls_its_transaction_back(proxy, table):
    proxy.sql(f"CREATE TABLE {table} (a INT) ENGINE=InnoDB", database="commerce")
    client = Wire(proxy.port).login(database="commerce")
    client.query("BEGIN")
    client.query(f"INSERT INTO {table} VALUES (1)")
    statement = prepare(client, f"INSERT INTO {table} SELECT LENGTH(?)".encode())
    client.socket.sendall(data(statement, 0, b"x" * 200_000)[:100_000])
    client.vanish()
    proxy.quiet()
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 0


def test_what_nobody_wants_is_read_away(make_proxy, commerce, shards, customers):
    """A parameter that is not there, a statement that is not there, a sharded keyspace: the execute tells."""
    proxy = make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(shards)}))
    for database, text, parameter, code in (
        ("commerce", b"SELECT MD5(?)", 1, 1210),
        ("customer", b"SELECT id FROM customer WHERE name = ?", 0, 1105),
    ):
        client = Wire(proxy.port, timeout=60).login(database=database)
        statement = prepare(client, text)
        for large in (b"x" * 100, b"x" * 100_000, b"x" * (FULL + 100_000)):
            client.socket.sendall(data(statement, parameter, large))
            client.socket.sendall(data(statement + 1000, 0, large))
            with pytest.raises(ServerError) as raised:
                execute(client, statement)
            assert raised.value.code == code, raised.value
        assert client.rows("SELECT 1") == [[b"1"]]
        client.close()


def test_the_tablet_goes_away_in_the_middle(make_proxy, tablet):
    proxy = make_proxy(configuration({"commerce": unsharded(tablet)}), errors_expected=True)
    client = Wire(proxy.port, timeout=60).login(database="commerce")
    statement = prepare(client, b"SELECT MD5(?)")
    packet = data(statement, 0, b"x" * 20 * MIB)
    client.socket.sendall(packet[: 10 * MIB])
    tablet.kill()
    client.socket.sendall(packet[10 * MIB :])
    with pytest.raises(ServerError) as raised:
        execute(client, statement)
    assert raised.value.code in (2013, 1160), raised.value
    tablet.start()

    def again():
        try:
            client.socket.sendall(data(statement, 0, b"x" * 20 * MIB))
            return execute(client, statement) == hashlib.md5(b"x" * 20 * MIB).hexdigest().encode()
        except ServerError:
            return None

    until(again, "the tablet to serve again", 30)
    client.close()
    proxy.quiet()


def test_a_tablet_that_takes_its_time(make_proxy, tablet):
    """It is not read from faster than the tablet takes it."""
    proxy = make_proxy(
        configuration({"commerce": unsharded(tablet)}, limits={"net_read_timeout": "0s"}, health={"interval": "10s"})
    )
    client = Wire(proxy.port, timeout=2).login(database="commerce")
    statement = prepare(client, b"SELECT MD5(?)")
    client.socket.sendall(data(statement, 0, b"x"))
    client.command(QUERY, b"SELECT 1")
    client.results()
    before = accounts(proxy)["process: resident"]
    tablet.freeze()
    packet, sent = data(statement, 0, b"x" * 60 * MIB), 0
    try:
        while sent < len(packet):
            sent += client.socket.send(packet[sent : sent + MIB])
        raise AssertionError("60 MiB went to a tablet that stands still")
    except TimeoutError:
        pass
    assert accounts(proxy)["process: resident"] - before < 2 * MIB
    tablet.thaw()
    client.socket.settimeout(60)
    client.socket.sendall(packet[sent:])
    assert execute(client, statement) == hashlib.md5(b"x" * (60 * MIB + 1)).hexdigest().encode()
    client.close()
