"""Whoever is slow is waited for, and nothing piles up meanwhile: tablets that stand still under bulk loads and merges."""

import threading
import time

import pytest

from kit.config import configuration, sharded, unsharded
from kit.wire import LOCAL_FILES, QUERY, USUAL, Wire, frame

KIB, MIB = 1 << 10, 1 << 20
PATIENT = {"limits": {"net_read_timeout": "0s"}, "health": {"interval": "10s"}}


@pytest.fixture(autouse=True)
def figures_mean_something(sanitized):
    if sanitized:
        pytest.skip("a sanitizer's memory is not the proxy's")


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


def send_until_it_blocks(client, data):
    """How much of it was taken."""
    client.socket.settimeout(1.5)
    sent = 0
    try:
        while sent < len(data):
            sent += client.socket.send(data[sent : sent + MIB])
    except TimeoutError:
        return sent
    raise AssertionError(f"all {len(data)} bytes were taken for a tablet that stands still")


def hold(proxy, before, kib, gathers=0):
    now = accounts(proxy)
    grown = (now["process: resident"] - before["process: resident"]) / KIB
    assert grown < kib, f"{grown} KiB more: {now}"
    assert now["statements"] == 0 and now["merges"] <= 256 * KIB and now["gathers"] <= gathers, now


def test_load_data_waits_for_its_tablet(make_proxy, tablet):
    tablet.sql("CREATE TABLE commerce.sink (a INT, b VARCHAR(200)) ENGINE=MyISAM")
    proxy = make_proxy(configuration({"commerce": unsharded(tablet)}, **PATIENT))
    client = Wire(proxy.port).login(database="commerce", capabilities=USUAL | LOCAL_FILES)
    client.query("SELECT 1")
    lines = b"1\t" + b"v" * 97 + b"\n"
    packet = lines * 600
    client.command(QUERY, b"LOAD DATA LOCAL INFILE 'f' INTO TABLE sink")
    sequence, _ = client.packet()
    count = 60 * MIB // len(packet)
    file = b"".join(frame(sequence + 1 + n, packet) for n in range(count)) + frame(sequence + 1 + count, b"")
    before = accounts(proxy)
    tablet.freeze()
    sent = send_until_it_blocks(client, file)
    hold(proxy, before, 1024)
    tablet.thaw()
    client.socket.settimeout(60)
    client.socket.sendall(file[sent:])
    assert client.results()[0].affected == 600 * count
    client.close()


def test_a_split_load_waits_for_its_slowest_shard(make_proxy, commerce, tmp_server):
    shards = {"-80": tmp_server("low"), "80-": tmp_server("high", server_id=51)}
    for server in shards.values():
        server.sql("CREATE DATABASE customer")
        server.sql("CREATE TABLE customer.customer (id BIGINT PRIMARY KEY, name VARCHAR(100)) ENGINE=MyISAM")
    proxy = make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(shards)}, **PATIENT))
    client = Wire(proxy.port).login(database="customer", capabilities=USUAL | LOCAL_FILES)
    assert client.rows("SELECT COUNT(*) FROM customer") == [[b"0"]]
    client.command(QUERY, b"LOAD DATA LOCAL INFILE 'f' INTO TABLE customer (id, name)")
    sequence, _ = client.packet()
    count, rows = 800, 700
    pieces = [b"".join(b"%d\t%s\n" % (n * rows + m, b"v" * 80) for m in range(rows)) for n in range(count)]
    file = b"".join(frame(sequence + 1 + n, piece) for n, piece in enumerate(pieces)) + frame(sequence + 1 + count, b"")
    before = accounts(proxy)
    shards["80-"].freeze()
    sent = send_until_it_blocks(client, file)
    hold(proxy, before, 1024)
    shards["80-"].thaw()
    client.socket.settimeout(60)
    client.socket.sendall(file[sent:])
    assert client.results()[0].affected == rows * count
    client.close()


def test_a_large_statement_waits_for_its_tablet(make_proxy, tablet):
    proxy = make_proxy(configuration({"commerce": unsharded(tablet)}, **PATIENT))
    client = Wire(proxy.port).login(database="commerce")
    client.query("SELECT 1")
    text = b"\x03SELECT LENGTH('" + b"x" * (60 * MIB) + b"')"
    whole = b"".join(frame(n, text[n * 0xFFFFFF : (n + 1) * 0xFFFFFF]) for n in range(4))
    before = accounts(proxy)
    tablet.freeze()
    sent = send_until_it_blocks(client, whole)
    hold(proxy, before, 1024)
    tablet.thaw()
    client.socket.settimeout(60)
    client.socket.sendall(whole[sent:])
    assert client.results() == [[[str(60 * MIB).encode()]]]
    client.close()


@pytest.fixture
def half_frozen(make_proxy, commerce, tmp_server):
    """A proxy over two shards, of which the second can be frozen, and 40,000 rows of a kilobyte in each."""
    shards = {"-80": tmp_server("low"), "80-": tmp_server("high", server_id=51)}
    for server in shards.values():
        server.sql("CREATE DATABASE customer")
        server.sql("CREATE TABLE customer.customer (id BIGINT PRIMARY KEY, name VARCHAR(100), part INT) ENGINE=MyISAM")
        server.sql("INSERT INTO customer.customer SELECT seq, REPEAT('n', 80), seq FROM customer.seq_1_to_40000")
    proxy = make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(shards)}, **PATIENT))
    return proxy, shards["80-"]


def planned(proxy, statement):
    return proxy.sql("EXPLAIN ROUTE " + statement, database="customer")[0][0]


def answer_while_frozen(proxy, slowest, statement, kib, gathers=0):
    """The rows that come in the end; what is in memory meanwhile is bounded."""
    client = Wire(proxy.port, timeout=60).login(database="customer")
    client.rows(statement)  # planned: a shard was asked for the columns, which one that is frozen would not answer
    before = accounts(proxy)
    slowest.freeze()
    rows = []
    reading = threading.Thread(target=lambda: rows.append(client.rows(statement)))
    reading.start()
    time.sleep(2)
    hold(proxy, before, kib, gathers)
    slowest.thaw()
    reading.join(60)
    client.close()
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    "statement, rows",
    [
        ("SELECT id, REPEAT(name, 12) FROM customer ORDER BY id", 80_000),
        ("SELECT id, REPEAT(name, 12) FROM customer", 80_000),
        ("SELECT part, MAX(REPEAT(name, 12)) AS m FROM customer GROUP BY part ORDER BY part", 40_000),
    ],
)
def test_a_merge_waits_for_its_slowest_shard(half_frozen, statement, rows):
    """The rows of the others stay where they are."""
    proxy, slowest = half_frozen
    assert planned(proxy, statement) == "plan: scatter"
    assert len(answer_while_frozen(proxy, slowest, statement, 1024)) == rows


def test_a_gather_waits_for_its_slowest_shard(half_frozen):
    """Which is its scratch tablet or one of its sources, as it comes. It holds a batch and the packet that this goes in."""
    statement = "SELECT part % 40000 AS g, MAX(REPEAT(name, 12)) AS m FROM customer GROUP BY g ORDER BY g"
    proxy, slowest = half_frozen
    assert planned(proxy, statement) == "plan: gather"
    assert len(answer_while_frozen(proxy, slowest, statement, 2048, gathers=1024 * KIB)) == 40_000
