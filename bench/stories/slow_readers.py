"""Readers that ask for a large result and take 1 KiB a second of it: text, prepared, through a cursor."""

import struct
import time

from kit.wire import QUERY, STMT_EXECUTE, STMT_FETCH, STMT_PREPARE, Wire

from .story import Rss, Story

LIMIT = 64  # KiB a reader
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


def run():
    with Story("slow-readers") as story:
        readers, seconds = story.choose(64, 32), story.choose(30, 5)
        for ask in (text, prepared, cursor):
            target = story.field.leasehold(size=readers + 2)
            warm = Wire(target.port).login(database="sbtest")
            warm.query("SELECT REPEAT('x', 1000) FROM seq_1_to_10000")
            warm.close()
            time.sleep(1)
            rss = Rss(target.process)
            before = rss.now()
            crowd = [Wire(target.port, receive_buffer=4096, timeout=60).login(database="sbtest") for _ in range(readers)]
            rss.mark("1 KiB/s each")
            for reader in crowd:
                ask(reader)
            for _ in range(seconds):
                time.sleep(1)
                for reader in crowd:
                    reader.socket.recv(1024)
            story.hold(f"{ask.__name__}, {readers} readers", (rss.peak() - before) / readers, LIMIT, "KiB a reader")
            rss.mark("they vanish")
            for reader in crowd:
                reader.vanish()
            story.settle(target, 60)
            time.sleep(2)
            story.plot(rss, f"-{ask.__name__}")
        return story.failed
