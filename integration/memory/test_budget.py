"""The memory budget: what waits, what is refused, and that the process outlives what clients send."""

import socket
import struct
import threading
import time

import pymysql
import pytest

from kit.config import configuration, sharded, unsharded
from kit.crowd import Crowd
from kit.waiting import until
from kit.wire import QUERY, ServerError, Wire

MIB = 1 << 20


@pytest.fixture(autouse=True)
def figures_mean_something(sanitized):
    if sanitized:
        pytest.skip("a sanitizer's memory is not the proxy's")


def at_rest(proxy):
    """The resident memory, once what the start needed has gone back to the system."""
    readings = []

    def steady():
        readings.append(accounts(proxy)["process: resident"])
        return len(readings) > 4 and max(readings[-5:]) - min(readings[-5:]) < MIB / 4

    until(steady, lambda: f"memory to settle: {readings}", 20, every=0.3)
    return readings[-1]


@pytest.fixture
def tight(make_proxy, commerce):
    """A proxy that may grow by some MiB beyond what it has at rest; `spare` says how many."""

    def make(spare, **memory):
        proxy = make_proxy(configuration({"commerce": unsharded(commerce)}))
        used = at_rest(proxy)
        memory = {"limit": f"{int(used / MIB) + spare}MiB", "high_watermark": 0.9, "wait_timeout": "500ms"} | memory
        proxy.config["memory"] = memory
        proxy.write()
        proxy.reload()
        until(lambda: proxy.metrics().sum("leasehold_memory_watermark_bytes") < 1 << 30, "the reload")
        return proxy

    return make


def large_packet_half_sent(proxy, size):
    """A client in the middle of a COM_QUERY of `size` bytes that is not passed on as it comes: what it has sent is put
    together and waits for the rest."""
    client = Wire(proxy.port).login(database="commerce")
    text = b"\x03DO LENGTH('" + b"x" * size + b"')"
    client.socket.settimeout(20)
    client.socket.sendall(struct.pack("<I", len(text))[:3] + b"\0" + text[: -MIB // 4])
    return client, text[-MIB // 4 :]


def test_the_parts_add_up(make_proxy, commerce, certificates):
    """Sessions, TLS, prepared statements and a large packet, each in its own account, and nothing left over."""
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, listen={"tls": certificates.listen()}))
    before = accounts(proxy)
    clear = [Wire(proxy.port).login(database="commerce") for _ in range(300)]
    secure = [Wire(proxy.port).login(database="commerce", tls=True) for _ in range(300)]
    connection = proxy.connect("commerce")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    half, rest = large_packet_half_sent(proxy, 8 * MIB)
    until(lambda: accounts(proxy)["statements"] > 7 * MIB, "the packet to arrive")
    during = accounts(proxy)
    grown = {part: during[part] - before.get(part, 0) for part in during}
    assert 600 * 900 < grown["sessions"] < 600 * 2048, grown
    assert 300 * 10_000 < grown["tls"] < 300 * 20_000, grown
    assert 600 * 500 < grown["coroutines"] < 600 * 2048, grown
    assert during["keyspace: commerce"] > 600 * 1024
    add_up(during)
    half.socket.sendall(rest)
    half.results()
    half.close()
    for client in clear + secure:
        client.vanish()
    connection.close()

    def given_back():
        now = accounts(proxy)
        return all(now[part] <= before[part] + slack for part, slack in SLACK.items()) or None

    until(given_back, lambda: f"the accounts to return: {accounts(proxy)}; before {before}")


def add_up(figures):
    """The accounts say where the memory is: hardly anything is nobody's, and with the allocator's figures and the program's
    own code they make up what is resident."""
    resident = figures["process: resident"]
    assert figures["other"] < 0.15 * resident, figures
    parts = sum(
        size
        for part, size in figures.items()
        if ":" not in part or part.split(": ")[1] in ("fragmentation", "metadata", "kept for reuse")
    )
    parts += figures["process: code, stacks and static data"]
    assert abs(parts - resident) < 0.15 * resident, (parts, figures)


@pytest.mark.limit(120)
def test_the_parts_add_up_under_load(make_proxy, commerce, shards, customers, certificates):
    """The same while everything is in use at once: statements of all kinds, TLS, slow readers, merges, gathers and
    large packets."""
    for server in customers.values():
        server.sql("INSERT INTO customer.customer SELECT seq, REPEAT('n', 60) FROM customer.seq_1_to_5000")
    proxy = make_proxy(
        configuration(
            {"commerce": unsharded(commerce), "customer": sharded(shards)},
            pool={"size": 40},
            listen={"tls": certificates.listen()},
        )
    )
    idle = [Wire(proxy.port).login(database="commerce", tls=number % 2 == 0) for number in range(200)]
    readers = []
    for _ in range(10):
        reader = Wire(proxy.port, receive_buffer=4096).login(database="commerce")
        reader.command(QUERY, b"SELECT REPEAT('x', 1000) FROM seq_1_to_1000000")
        readers.append(reader)
    over = threading.Event()
    large = b"DO LENGTH('" + b"x" * MIB + b"')"
    kinds = [
        ("commerce", ["SELECT 1", "SELECT REPEAT('x', 3000)", large]),
        ("customer", ["SELECT id, name FROM customer ORDER BY id LIMIT 3000", "SELECT id, name FROM customer WHERE id = 5"]),
        ("customer", ["SELECT name, MAX(id) AS m, COUNT(*) FROM customer GROUP BY name, id % 100 ORDER BY COUNT(*)"]),
        ("customer", ["SELECT COUNT(*) FROM customer a JOIN customer b ON a.id = b.id + 1"]),
    ]

    def work(number):
        database, statements = kinds[number % len(kinds)]
        client, turn = Wire(proxy.port, timeout=60).login(database=database, tls=number % 3 == 0), 0
        while not over.is_set():
            client.query(statements[turn % len(statements)])
            turn += 1
        client.close()
        return turn

    crowd = Crowd(12, work)
    try:
        readings = []
        for _ in range(11):
            time.sleep(0.5)
            readings.append(accounts(proxy))
        # The accounts and the allocator's figures are not of one instant: a packet of 1 MiB may be in one of them only.
        add_up(sorted(readings, key=lambda figures: figures["other"])[5])
    finally:
        over.set()
        for reader in readers:
            reader.vanish()
    assert all(isinstance(done, int) and done > 0 for done in crowd.done()), crowd.results
    for client in idle:
        client.vanish()


# What rests in pools and caches on purpose after the sessions have gone.
SLACK = {
    "sessions": 0,
    "statements": 0,
    "prepared_statements": 0,
    "merges": 0,
    "gathers": 0,
    "channels": 64 * 1024,
    "coroutines": 64 * 1024,
    "tls": 512 * 1024,
}


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


def test_large_statements_wait_and_are_refused_while_small_ones_go_on(tight):
    proxy = tight(22)
    holder, rest = large_packet_half_sent(proxy, 15 * MIB)
    until(lambda: accounts(proxy)["statements"] >= 14 * MIB, "the packet to arrive")
    with pytest.raises((pymysql.err.MySQLError, OSError)) as caught:
        proxy.sql(f"DO LENGTH('{'y' * 15 * MIB}')", database="commerce")
    assert caught.value.args[0] in (1041, 2013, 2006, 32, 104), caught.value
    if caught.value.args[0] == 1041:
        assert "most of it by statements" in caught.value.args[1]
    assert proxy.value("SELECT 41 + 1", database="commerce") == 42  # a relay's own buffer is always there
    assert proxy.metrics().sum("leasehold_memory_refusals_total") >= 1
    holder.socket.sendall(rest)
    holder.vanish()
    until(lambda: accounts(proxy)["statements"] == 0, "the statement to go")

    def taken_again():
        try:
            return proxy.sql(f"DO LENGTH('{'y' * 15 * MIB}')", database="commerce") == []
        except (pymysql.err.MySQLError, OSError):
            return False

    until(taken_again, "room again", 20)


def test_statements_that_pass_through_need_no_room(tight):
    proxy = tight(22)
    holder, _ = large_packet_half_sent(proxy, 15 * MIB)
    until(lambda: accounts(proxy)["statements"] >= 14 * MIB, "the packet to arrive")
    assert proxy.value(f"SELECT LENGTH('{'y' * 15 * MIB}')", database="commerce") == 15 * MIB
    holder.vanish()


def test_above_the_limit_new_clients_are_refused_last(tight):
    proxy = tight(40)
    old = Wire(proxy.port).login(database="commerce")
    proxy.config["memory"] |= {"limit": "16MiB"}
    proxy.write()
    proxy.reload()
    until(lambda: "memory limit reached" in proxy.tail(), "the limit")

    def refused():
        try:
            Wire(proxy.port).login(database="commerce").close()
        except ServerError as error:
            return error.code == 1041 and "memory.limit 16.0 MiB" in str(error)
        return False

    assert refused()
    old.query("SELECT 1")  # who is in goes on
    old.close()
    warnings = [line for line in proxy.log_lines("warning") if "memory" in line]
    assert any("memory limit reached" in line and "held_by" in line for line in warnings), warnings
    proxy.config["memory"] |= {"limit": "4GiB"}
    proxy.write()
    proxy.reload()
    until(lambda: not refused(), "clients to be taken again")


def test_one_warning_before_the_watermark(make_proxy, commerce):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}))
    resident = accounts(proxy)["process: resident"]
    proxy.config["memory"] = {"limit": f"{int(resident / MIB) + 2}MiB", "high_watermark": 1}
    proxy.write()
    proxy.reload()
    until(lambda: "nears the watermark" in proxy.tail(), "the warning")
    time.sleep(1)
    assert sum("nears the watermark" in line for line in proxy.log_lines("warning")) == 1
