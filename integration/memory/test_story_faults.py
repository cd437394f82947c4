"""Faults in the middle of every story of bench/stories: the clients vanish, the tablet is killed, the disk of the log and
of heap profiles is full. What ended leaves nothing in the accounts."""

import copy
import os
import struct
import subprocess
import time
from pathlib import Path

import pymysql
import pytest

from kit import mariadb
from kit.config import XXHASH, configuration, unsharded
from kit.waiting import until
from kit.wire import (
    LOCAL_FILES,
    QUERY,
    STMT_EXECUTE,
    STMT_FETCH,
    STMT_PREPARE,
    STMT_SEND_LONG_DATA,
    USUAL,
    ServerError,
    Wire,
    frame,
)

MIB = 1 << 20
BIG = b"SELECT REPEAT('x', 1000) FROM seq_1_to_1000000"


class Scene:
    """Clients in the middle of one story."""

    def __init__(self, proxy):
        self.proxy, self.clients = proxy, []

    def client(self, database="commerce", receive_buffer=None, **login):
        made = Wire(self.proxy.port, timeout=30, receive_buffer=receive_buffer).login(database=database, **login)
        self.clients.append(made)
        return made

    def reader(self, statement, database="commerce"):
        client = self.client(database, receive_buffer=4096)
        client.command(QUERY, statement)
        return client

    def half_sent(self, payload, share=0.6, **login):
        client = self.client(**login)
        whole = frame(0, payload)
        client.socket.sendall(whole[: int(len(whole) * share)])
        return client

    def prepared(self, statement, **login):
        client = self.client(**login)
        client.command(STMT_PREPARE, statement)
        _, answer = client.packet()
        number, columns, parameters = struct.unpack_from("<IHH", answer, 1)
        for count in (parameters, columns):
            for _ in range(count + (count > 0)):
                client.packet()
        return client, number


def vitess_17808(scene):
    scene.client().query("SELECT GET_LOCK('the one', 0)")
    for number in range(9):
        client = scene.client()
        for statement in (
            [f"SELECT GET_LOCK('own{number}', 0)"],
            [f"CREATE TEMPORARY TABLE t{number} (a INT)"],
            ["BEGIN", "SELECT 1"],
        )[number % 3]:
            client.query(statement)


def slatedb_backpressure(scene):
    """Statements that run, statements that wait for a connection, and some half sent."""
    values = b",".join(b"(1, '" + b"v" * 100 + b"')" for _ in range(2000))
    for _ in range(24):
        scene.client().command(QUERY, b"SELECT SLEEP(20)")
    for _ in range(4):
        scene.half_sent(b"\x03INSERT INTO sink (a, b) VALUES " + values)


def slatedb_small_segments(scene):
    """Small statements on their way."""
    for number in range(16):
        client, statement = scene.prepared(b"SELECT SLEEP(?)")
        client.send(0, struct.pack("<BIBIBBBBd", STMT_EXECUTE, statement, 0, 1, 0, 1, 5, 0, 20.0))


def cnosdb_bulk_load(scene):
    values = b",".join(b"(1, '" + b"v" * 100 + b"')" for _ in range(20000))
    for _ in range(3):
        scene.half_sent(b"\x03INSERT INTO sink (a, b) VALUES " + values)  # passed on as it comes
        scene.half_sent(b"\x03DO LENGTH('" + b"x" * 4 * MIB + b"')")  # put together
        client, statement = scene.prepared(b"SELECT LENGTH(?)")
        large = struct.pack("<BIH", STMT_SEND_LONG_DATA, statement, 0) + b"x" * MIB
        client.socket.sendall(frame(0, large) + frame(0, large)[: MIB // 2])
        for database, table in (("commerce", "sink (a, b)"), ("customer", "customer (id, name)")):
            client = scene.client(database, capabilities=USUAL | LOCAL_FILES)
            client.command(QUERY, f"LOAD DATA LOCAL INFILE 'f' INTO TABLE {table}".encode())
            sequence, answer = client.packet()
            assert answer == b"\xfbf", answer
            client.send(sequence + 1, b"".join(b"%d\tname\n" % n for n in range(100_000, 120_000)))


def slow_readers(scene):
    for _ in range(3):
        scene.reader(BIG)
        client, statement = scene.prepared(BIG, receive_buffer=4096)
        client.send(0, struct.pack("<BIBI", STMT_EXECUTE, statement, 0, 1))
        client, statement = scene.prepared(b"SELECT seq FROM seq_1_to_20000", receive_buffer=4096)
        client.send(0, struct.pack("<BIBI", STMT_EXECUTE, statement, 1, 1))
        for _ in range(3):
            client.packet()
        client.send(0, struct.pack("<BII", STMT_FETCH, statement, 10000))
        scene.reader(b"SELECT id, REPEAT(name, 100) FROM customer ORDER BY id", "customer")
        scene.reader(b"SELECT id % 5000 AS g, MAX(REPEAT(name, 20)) AS m FROM customer GROUP BY g ORDER BY COUNT(*)", "customer")
        scene.reader(b"SELECT a.id, REPEAT(a.name, 100) FROM customer a JOIN customer b ON a.id = b.id + 1", "customer")


def idle(scene):
    for number in range(40):
        scene.client(tls=number % 2 == 0).query("SELECT 1")


def burst(scene):
    for number in range(12):
        scene.reader(b"SELECT REPEAT('y', 1048576) FROM seq_1_to_50")
        scene.reader(b"SELECT id, REPEAT(name, 30000) FROM customer ORDER BY id LIMIT 50", "customer")
        scene.half_sent(b"\x03DO LENGTH('" + b"x" * MIB + b"')")


STORIES = [
    vitess_17808,
    slatedb_backpressure,
    slatedb_small_segments,
    cnosdb_bulk_load,
    slow_readers,
    idle,
    burst,
]


@pytest.fixture(scope="module")
def server(run_folder):
    """One server is every tablet here: it can be killed for all at once."""
    made = mariadb.MariaDb(run_folder, "stories", server_id=70).start()
    made.sql("CREATE DATABASE commerce")
    made.sql("CREATE TABLE commerce.sink (a INT, b VARCHAR(200)) ENGINE=InnoDB")
    made.sql("CREATE DATABASE customer")
    made.sql("CREATE TABLE customer.customer (id BIGINT PRIMARY KEY, name VARCHAR(64))")
    made.sql("INSERT INTO customer.customer SELECT seq, REPEAT('n', 40) FROM customer.seq_1_to_20000")
    yield made
    made.stop()


@pytest.fixture
def stage(make_proxy, server, certificates):
    def make(start=True, **more):
        # Two names of one server make two tablets of it.
        shards = {"-80": {"primary": f"127.0.0.1:{server.port}"}, "80-": {"primary": f"localhost:{server.port}"}}
        keyspaces = {
            "commerce": unsharded(server),
            "customer": {"shards": shards, "vschema": copy.deepcopy(XXHASH)},
        }
        return make_proxy(
            configuration(
                keyspaces,
                pool={"size": 20, "reserved": 20, "wait_timeout": "30s"},
                listen={"tls": certificates.listen()},
                limits={"net_read_timeout": "30s"},
                **more,
            ),
            start=start,
            errors_expected=True,
        )

    return make


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


ENDED = ("sessions", "statements", "merges", "gathers", "prepared_statements", "compression")
# What connections of the pools, which stay, may have more than before.
RESTING = {"channels": 256 << 10, "coroutines": 256 << 10, "tablet_connections": 256 << 10, "tls": 64 << 10}


def nothing_left(proxy, before):
    now = accounts(proxy)
    # 64 free buffers a worker are kept for the next statements.
    return (
        all(now[part] == 0 for part in ENDED)
        and all(now[part] <= before[part] + more for part, more in RESTING.items())
        and now["relay_buffers"] <= 2 * 64 * 16384
    )


def settled(proxy, before):
    proxy.quiet(30)
    proxy.admin("RECONNECT")  # what connections have prepared goes with them
    until(lambda: nothing_left(proxy, before), lambda: f"the accounts to empty: {accounts(proxy)}; before {before}", 20)


def begin(story, proxy):
    warm = Wire(proxy.port).login(database="commerce", tls=True)
    warm.query("SELECT 1")
    warm.close()
    proxy.quiet()
    before = accounts(proxy)
    scene = Scene(proxy)
    story(scene)
    time.sleep(0.3)
    assert accounts(proxy)["sessions"] > 0
    return scene, before


def by_name(story):
    return story.__name__


@pytest.mark.parametrize("story", STORIES, ids=by_name)
def test_clients_that_vanish(stage, story):
    proxy = stage()
    scene, before = begin(story, proxy)
    for client in scene.clients:
        client.vanish()
    settled(proxy, before)


@pytest.mark.parametrize("story", STORIES, ids=by_name)
def test_a_tablet_that_is_killed(stage, server, story):
    proxy = stage()
    scene, before = begin(story, proxy)
    server.kill()
    time.sleep(0.5)
    for client in scene.clients:
        client.vanish()
    server.start()
    settled(proxy, before)


@pytest.mark.parametrize("story", STORIES, ids=by_name)
def test_a_full_disk_for_log_and_profile(stage, story, run_folder, sanitized):
    profiles = run_folder / f"full-{os.urandom(3).hex()}"
    profiles.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "none", profiles], capture_output=True).returncode == 0
    try:
        if not mounted:
            profiles.rmdir()  # no disk at all then
        proxy = stage(start=False, memory={"profile_folder": str(profiles), "profile_pause": "0s", "profiling_interval": "4KiB"})
        log = proxy.log
        log.touch()
        proxy.log = Path("/dev/full")
        proxy.begin()
        proxy.log = log
        until(lambda: proxy.http("/readyz")[0] == 200, "the proxy", 30)
        scene, before = begin(story, proxy)
        if not sanitized:
            proxy.admin("SET memory_profiling = ON")
            for _ in range(3):
                with pytest.raises(pymysql.err.MySQLError):
                    proxy.admin("DUMP HEAP PROFILE")
            proxy.admin("SET memory_profiling = OFF")
            assert not mounted or not list(profiles.iterdir())
        with pytest.raises(ServerError):
            Wire(proxy.port).login(user="nobody")
        until(lambda: proxy.metrics().sum("leasehold_log_records_lost_total") > 0, "the records to be lost")
        for client in scene.clients:
            client.vanish()
        settled(proxy, before)
        assert accounts(proxy)["logs"] <= 64 << 10
        assert proxy.stop() == 0
    finally:
        if mounted:
            subprocess.run(["umount", profiles], check=True)
