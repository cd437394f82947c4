"""Traps that other proxies fell into: results, statistics, merges, prepared statements and bursts that ate all memory."""

import struct
import time

import pytest

from kit.config import configuration, sharded, unsharded
from kit.metrics import Samples
from kit.waiting import until
from kit.wire import QUERY, STMT_CLOSE, STMT_EXECUTE, STMT_PREPARE, ServerError, Wire

KIB, MIB = 1024, 1 << 20


@pytest.fixture(autouse=True)
def figures_mean_something(sanitized):
    if sanitized:
        pytest.skip("a sanitizer's memory is not the proxy's")


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


def prepare(client, text):
    client.command(STMT_PREPARE, text)
    _, answer = client.packet()
    if answer[:1] == b"\xff":
        raise ServerError(answer)
    statement, columns, parameters = struct.unpack_from("<IHH", answer, 1)
    for count in (parameters, columns):
        for _ in range(count + (count > 0)):
            client.packet()
    return statement


@pytest.mark.parametrize("kind", ["text", "prepared"])
def test_M1_a_slow_client_of_a_huge_result_costs_one_buffer(proxy, kind):
    """100 GB as far as anybody gets: the result would be that large, and the client takes 1 KiB a second of it."""
    rows = b"SELECT REPEAT('x', 1000) FROM seq_1_to_100000000"

    def begin():
        readers = [Wire(proxy.port, receive_buffer=4096).login(database="commerce") for _ in range(16)]
        for reader in readers:
            if kind == "text":
                reader.command(QUERY, rows)
            else:
                reader.command(STMT_EXECUTE, struct.pack("<IBI", prepare(reader, rows), 0, 1))
        return readers

    for _ in range(2):  # what the first of them cost, and the first KILLs of their statements, is no reader's
        for reader in begin():
            reader.vanish()
        proxy.quiet(20)
        time.sleep(2)
    before = proxy.process.resident_kib()
    readers = begin()
    peaks = []
    for _ in range(4):
        time.sleep(1)
        peaks.append(proxy.process.resident_kib() - before)
        for reader in readers:
            reader.socket.recv(1024)
    assert max(peaks) < 16 * 64, f"{peaks} KiB for 16 readers"
    assert accounts(proxy)["relay_buffers"] <= 16 * 16 * KIB + 64 * 16 * KIB
    for reader in readers:
        reader.vanish()


def test_M2_statistics_do_not_grow_with_what_clients_send(make_proxy, commerce):
    proxy = make_proxy(
        configuration({"commerce": unsharded(commerce)}, plan_cache={"size": "256KiB", "max_statement": "4KiB"})
    )
    client = Wire(proxy.port).login(database="commerce")
    client.query("SELECT 1")
    series = len(_lines(proxy))
    before = proxy.process.resident_kib()
    for number in range(3000):
        client.query(f"SELECT 1 AS column_{number}_{'x' * 200}")
    for number in range(300):
        with pytest.raises(ServerError):
            client.query(f"SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {20000 + number}")
    assert accounts(proxy)["plan_cache"] <= 2 * 256 * KIB
    assert len(_lines(proxy)) < series + 100, "labels grew with the statements"
    assert proxy.process.resident_kib() - before < 4 * KIB
    client.close()


def _lines(proxy):
    return [line for line in proxy.http("/metrics")[1].splitlines() if not line.startswith("#")]


def test_M3_a_result_of_several_shards_costs_a_buffer_a_shard(make_proxy, commerce, customers):
    """Two shards of 24 MB each in one result, and a client that does not read: nothing is gathered in between."""
    for server in customers.values():
        server.sql("INSERT INTO customer.customer SELECT seq, REPEAT('n', 60) FROM customer.seq_1_to_40000")
    proxy = make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(customers)}))
    warm = Wire(proxy.port).login(database="customer")
    assert len(warm.rows("SELECT id, REPEAT(name, 10) FROM customer")) == 80000
    warm.close()
    before = proxy.process.resident_kib()
    readers = [Wire(proxy.port, receive_buffer=4096).login(database="customer") for _ in range(6)]
    for reader in readers:
        reader.command(QUERY, b"SELECT id, REPEAT(name, 10) FROM customer")
    peaks = []
    for _ in range(3):
        time.sleep(1)
        peaks.append(proxy.process.resident_kib() - before)
    assert max(peaks) < 6 * 2 * 64, f"{peaks} KiB for 6 readers of 2 shards"
    for reader in readers:
        reader.vanish()


def test_M4_prepared_texts_are_shared(make_proxy, commerce):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, workers=1))
    text = b"SELECT '" + b"p" * 100 * KIB + b"', ?"
    before = accounts(proxy)["prepared_statements"]
    clients = [Wire(proxy.port).login(database="commerce") for _ in range(30)]
    statements = [prepare(client, text) for client in clients]
    grown = accounts(proxy)["prepared_statements"] - before
    assert 100 * KIB < grown < 150 * KIB, f"{grown} bytes for one text of 30 sessions"
    for client, statement in zip(clients, statements):
        client.command(STMT_CLOSE, struct.pack("<I", statement))
        client.query("SELECT 1")
        client.close()
    proxy.admin("RECONNECT")  # the pooled connections keep what is prepared on them, and with it the text
    until(lambda: accounts(proxy)["prepared_statements"] <= before, lambda: f"the texts to go: {accounts(proxy)}")


def test_M4_prepared_texts_are_bounded_in_bytes(make_proxy, commerce):
    proxy = make_proxy(
        configuration({"commerce": unsharded(commerce)}, workers=1, limits={"prepared_stmt_memory": "8MiB"})
    )
    clients = [Wire(proxy.port).login(database="commerce") for _ in range(2)]
    statements = []

    def text(number):
        return b"SELECT '" + bytes([65 + number]) * MIB + b"', ?"

    with pytest.raises(ServerError) as refused:
        for number in range(20):
            statements.append(prepare(clients[number % 2], text(number)))
    assert refused.value.code == 1461 and "limits.prepared_stmt_memory" in str(refused.value)
    assert 5 <= len(statements) <= 8, len(statements)
    assert accounts(proxy)["prepared_statements"] <= 8 * MIB
    for statement in statements[::2]:
        clients[0].command(STMT_CLOSE, struct.pack("<I", statement))
    # The connections of the pool keep a MiB of texts each, so that statements which end make room.
    assert prepare(clients[0], text(20)) > 0
    for client in clients:
        client.close()


@pytest.mark.limit(150)
def test_M5_memory_goes_back_after_a_burst(proxy):
    warm = Wire(proxy.port).login(database="commerce")
    warm.query("DO LENGTH('" + "w" * MIB + "')")
    time.sleep(8)
    before = proxy.process.resident_kib()
    clients = [Wire(proxy.port).login(database="commerce") for _ in range(60)]
    halves = []
    for client in clients:  # all in the middle of a packet of 1 MiB
        packet = b"\x03DO LENGTH('" + b"x" * MIB + b"')"
        client.socket.sendall(struct.pack("<I", len(packet))[:3] + b"\0" + packet[:-1000])
        halves.append(packet[-1000:])
    until(lambda: accounts(proxy)["statements"] > 58 * MIB, "the packets to arrive", 30)
    peak = proxy.process.resident_kib()
    assert peak > before + 40 * KIB
    for client, rest in zip(clients, halves):
        client.socket.sendall(rest)
        client.results()
        client.close()
    until(
        lambda: proxy.process.resident_kib() < before * 1.1,
        lambda: f"RSS to return: {before} KiB before, {peak} at the peak, {proxy.process.resident_kib()} now",
        60,
    )
    samples = proxy.metrics()
    assert isinstance(samples, Samples) and samples.sum("leasehold_allocator_bytes", kind="retained") > 0
    warm.close()
