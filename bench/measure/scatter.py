"""A SELECT with ORDER BY and LIMIT over 4 shards, merged: the proxy's CPU time a row beside relays of the same rows from one
tablet, and its memory with a hundred times as many rows."""

import statistics
import threading

from kit.config import sharded
from kit.mariadb import MariaDb
from kit.wire import QUERY, Wire

from .field import ROUNDS, Field, ratio

SHARDS = ("-40", "40-80", "80-c0", "c0-")
EACH, ROWS = 250_000, 1_000_000
TABLE = "CREATE TABLE {database}.line (id BIGINT NOT NULL, k INT NOT NULL, c CHAR(100) CHARACTER SET latin1 NOT NULL, PRIMARY KEY (k, id))"
# Rows of one size: so many bytes are so many rows. The shards' rows alternate in no regular order.
FILL = (
    "INSERT INTO {database}.line SELECT 10000000 + {n} * 250000 + seq, 100000 + CRC32(CONCAT(seq, '-', {n})) % 900000, REPEAT('x', 100)"
    f" FROM {{database}}.seq_1_to_{EACH}"
)
SQL = "SELECT id, k, c FROM line ORDER BY k, id LIMIT {}"
ROW = 4 + 1 + 8 + 1 + 6 + 1 + 100
TIMES_A_RELAY, GROWTH_KIB = 2.0, 4096
VSCHEMA = {
    "sharded": True,
    "vindexes": {"xx": {"type": "xxhash"}},
    "tables": {"line": {"column_vindexes": [{"column": "id", "name": "xx"}]}},
}


def read(target, database, rows):
    """CPU microseconds a row."""
    client = Wire(target.port).login(database=database)
    before = target.process.cpu_seconds()
    client.command(QUERY, SQL.format(rows).encode())
    got, buffer = 0, memoryview(bytearray(1 << 18))
    while got < rows * ROW:
        got += client.socket.recv_into(buffer)
    spent = target.process.cpu_seconds() - before
    client.close()
    return spent * 1e6 / rows


class Peak:
    """The most memory of a process while this is open."""

    def __init__(self, process):
        self.process, self.kib, self.over = process, 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while not self.over.wait(0.02):
            self.kib = max(self.kib, self.process.resident_kib())

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.kib = max(self.kib, self.process.resident_kib())


def run():
    with Field() as field:
        servers = [MariaDb(field.folder, f"shard{n}", server_id=2 + n) for n in range(len(SHARDS))]
        try:
            return measure(field, servers)
        finally:
            for server in servers:
                server.stop()


def measure(field, servers):
    for server in servers:
        server.begin()
    for server in servers:
        server.ready()
        server.sql("CREATE DATABASE wide")
    for n, (server, database) in enumerate([*((server, "wide") for server in servers), (field.tablet, "sbtest")]):
        server.sql(TABLE.format(database=database))
        server.sql(FILL.format(database=database, n=n % len(SHARDS)))
    merging = field.leasehold(workers=1, keyspaces={"wide": sharded(dict(zip(SHARDS, servers)), VSCHEMA)})
    for _ in range(3):
        read(merging, "wide", ROWS // 100)
    with Peak(merging.process) as few:
        read(merging, "wide", ROWS // 100)
    with Peak(merging.process) as many:
        read(merging, "wide", ROWS)
    floor = field.relay_floor()
    figures = {"relay_floor": [], "leasehold, one shard": [], "leasehold, merged": []}
    for _ in range(ROUNDS):
        figures["relay_floor"].append(statistics.mean(read(floor, "sbtest", EACH) for _ in SHARDS))
        figures["leasehold, one shard"].append(statistics.mean(read(merging, "sbtest", EACH) for _ in SHARDS))
        figures["leasehold, merged"].append(read(merging, "wide", ROWS))
    middle = {name: statistics.median(values) for name, values in figures.items()}
    print(f"{ROWS} rows of {ROW} bytes, ORDER BY and LIMIT, {len(SHARDS)} shards; CPU microseconds a row, medians of {ROUNDS}")
    print("  ".join(f"{name} {us:.3f} us" for name, us in middle.items()))
    merged, floor_, relayed = (middle[n] for n in ("leasehold, merged", "relay_floor", "leasehold, one shard"))
    print(f"merged/relay_floor {ratio(merged, floor_)}  merged/one shard {ratio(merged, relayed)}")
    print(f"memory at most: {few.kib} KiB with {ROWS // 100} rows, {many.kib} KiB with {ROWS}")
    missed = [f"CPU a merged row {merged / floor_:.2f} of a relay's"] if merged > TIMES_A_RELAY * floor_ else []
    return missed + ([f"memory grew by {many.kib - few.kib} KiB"] if many.kib - few.kib > GROWTH_KIB else [])
