"""Readers that ask for a large result and take 1 KiB a second of it: text, prepared, through a cursor, and sorted out of four
shards."""

import copy
import struct
import time

from kit.config import XXHASH
from kit.wire import QUERY, STMT_EXECUTE, STMT_FETCH, STMT_PREPARE, Wire

from .story import Rss, Story

LIMIT = 64  # KiB a reader and shard
SHARDS = 4
ROWS = "SELECT REPEAT('x', 1000) FROM seq_1_to_1000000"  # 1 GB


def text(reader):
    reader.command(QUERY, ROWS.encode())


def prepare(reader, rows=ROWS):
    reader.command(STMT_PREPARE, rows.encode())
    _, answer = reader.packet()
    assert answer[:1] == b"\0", answer[:80]
    reader.packet()  # the one column
    reader.packet()  # EOF
    return struct.unpack_from("<I", answer, 1)[0]


def prepared(reader):
    reader.command(STMT_EXECUTE, struct.pack("<IBI", prepare(reader), 0, 1))


def cursor(reader):
    statement = prepare(reader, "SELECT REPEAT('x', 1000) FROM seq_1_to_20000")  # the tablet writes each one to its disk
    reader.command(STMT_EXECUTE, struct.pack("<IBI", statement, 1, 1))  # CURSOR_TYPE_READ_ONLY
    for _ in range(3):
        reader.packet()
    reader.command(STMT_FETCH, struct.pack("<II", statement, 1000000))


def sorted_out_of_shards(reader):
    reader.command(QUERY, b"SELECT id, REPEAT(name, 25) FROM customer ORDER BY id")


def four_shards(story):
    """Each holds 250,000 rows of 1,000 bytes. One server is all four tablets, by four names of its address."""
    tablet = story.field.tablet
    sql = tablet.sql
    sql("CREATE DATABASE customer")
    sql("CREATE TABLE customer.customer (id BIGINT PRIMARY KEY, name VARCHAR(64)) ENGINE=InnoDB")
    sql("INSERT INTO customer.customer SELECT seq, REPEAT('n', 40) FROM customer.seq_1_to_250000")
    names = [f"127.0.0.1:{tablet.port}", f"localhost:{tablet.port}", f"LOCALHOST:{tablet.port}", f"unix:{tablet.socket}"]
    shards = {shard: {"primary": name} for shard, name in zip(("-40", "40-80", "80-c0", "c0-"), names)}
    return {"customer": {"shards": shards, "vschema": copy.deepcopy(XXHASH)}}


def run():
    with Story("slow-readers") as story:
        readers, seconds = story.choose(64, 32), story.choose(30, 5)
        keyspaces = four_shards(story)
        for ask, database, shards in (
            (text, "sbtest", 1),
            (prepared, "sbtest", 1),
            (cursor, "sbtest", 1),
            (sorted_out_of_shards, "customer", SHARDS),
        ):
            target = story.field.leasehold(size=readers + 2, keyspaces=keyspaces)
            warm(target, database)
            rss = Rss(target.process)
            before = rss.now()
            crowd = [Wire(target.port, receive_buffer=4096, timeout=60).login(database=database) for _ in range(readers)]
            rss.mark("1 KiB/s each")
            for reader in crowd:
                ask(reader)
            for _ in range(seconds):
                time.sleep(1)
                for reader in crowd:
                    reader.socket.recv(1024)
            grown = (rss.peak() - before) / readers / shards
            unit = "KiB a reader" if shards == 1 else "KiB a reader and shard"
            story.hold(f"{ask.__name__}, {readers} readers", grown, LIMIT, unit)
            rss.mark("they vanish")
            for reader in crowd:
                reader.vanish()
            story.settle(target, 60)
            time.sleep(2)
            story.plot(rss, f"-{ask.__name__}")
        return story.failed


def warm(target, database):
    statement = {
        "sbtest": "SELECT REPEAT('x', 1000) FROM seq_1_to_10000",
        "customer": "SELECT id, REPEAT(name, 25) FROM customer ORDER BY id LIMIT 10000",
    }[database]
    client = Wire(target.port).login(database=database)
    client.query(statement)
    client.close()
    time.sleep(1)
