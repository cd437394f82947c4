"""Memory of slow readers: each asks for a large result and takes 1 KiB a second."""

import time

from kit.wire import QUERY, Wire

from .field import Field

READERS, SQL = 16, b"SELECT REPEAT('x', 1000) FROM seq_1_to_1000000"


def measure(target):
    before = peak = target.process.resident_kib()
    readers = [Wire(target.port, receive_buffer=4096).login(database="sbtest") for _ in range(READERS)]
    for reader in readers:
        reader.command(QUERY, SQL)
    for _ in range(8):
        time.sleep(1)
        peak = max(peak, target.process.resident_kib())
        for reader in readers:
            reader.socket.recv(1024)
    for reader in readers:
        reader.vanish()
    return (peak - before) / READERS


def run():
    with Field() as field:
        for target in (field.haproxy(), field.leasehold()):
            if target:
                print(f"{target.name}: {READERS} slow readers of 1 GB, {measure(target):.0f} KiB a reader", flush=True)
