"""What breaks in the middle gives back what it held: the accounts of statements, sessions and buffers return to zero."""

import struct

import pytest

from kit.config import configuration, unsharded
from kit.waiting import until
from kit.wire import QUERY, Wire

MIB = 1 << 20
ROWS = b"SELECT REPEAT('x', 1000) FROM seq_1_to_1000000"


@pytest.fixture
def busy_proxy(make_proxy, tablet):
    """Readers in the middle of large results, writers in the middle of large packets, on a tablet of the test's own."""
    proxy = make_proxy(configuration({"commerce": unsharded(tablet)}), errors_expected=True)
    clients = []
    for _ in range(6):
        reader = Wire(proxy.port, receive_buffer=4096).login(database="commerce")
        reader.command(QUERY, ROWS)
        clients.append(reader)
        for verb in (b"SELECT", b"DO"):  # one that is passed on as it comes, one that is put together
            writer = Wire(proxy.port).login(database="commerce")
            writer.socket.sendall(struct.pack("<I", 4 * MIB)[:3] + b"\0\x03" + verb + b" LENGTH('" + b"x" * 2 * MIB)
            clients.append(writer)
    until(lambda: accounts(proxy)["statements"] > 6 * 2 * MIB, "the packets to arrive")
    assert accounts(proxy)["sessions"] > 0
    return proxy, clients


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


def nothing_left(proxy):
    now = accounts(proxy)
    ended = ("sessions", "statements", "merges", "gathers", "prepared_statements")
    # 64 free buffers a worker are kept for the next statements.
    return all(now[part] == 0 for part in ended) and now["relay_buffers"] <= 2 * 64 * 16384


def test_clients_that_vanish(busy_proxy):
    proxy, clients = busy_proxy
    for client in clients:
        client.vanish()
    until(lambda: nothing_left(proxy), lambda: f"the accounts to empty: {accounts(proxy)}", 20)


def test_a_tablet_that_is_killed(busy_proxy, tablet):
    proxy, clients = busy_proxy
    tablet.kill()
    for reader in clients[::2]:
        with pytest.raises((EOFError, OSError)):
            while True:
                reader.read(65536)
    for client in clients:
        client.vanish()
    until(lambda: nothing_left(proxy), lambda: f"the accounts to empty: {accounts(proxy)}", 20)
    assert proxy.metrics().sum("leasehold_pool_connections", state="leased") == 0
