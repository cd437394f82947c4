"""CPU time of the proxy for a result of 400 MB."""

import statistics

from kit.wire import QUERY, Wire

from .field import ROUNDS, Field, ratio

SQL, BYTES = b"SELECT REPEAT('x', 1000) FROM seq_1_to_400000", 400_000_000


def once(target):
    client = Wire(target.port).login(database="sbtest")
    before = target.process.cpu_seconds()
    client.command(QUERY, SQL)
    got = 0
    buffer = memoryview(bytearray(1 << 18))
    while got < BYTES + 400000 * 7:  # a header of 4 and a length of 3 bytes a row, and the columns
        got += client.socket.recv_into(buffer)
    spent = target.process.cpu_seconds() - before
    client.close()
    return spent * 1000


def run():
    with Field() as field:
        targets = [target for target in (field.relay_floor(), field.haproxy(), field.leasehold(workers=1)) if target]
        figures = {target.name: statistics.median(once(target) for _ in range(ROUNDS)) for target in targets}
        print(
            "CPU ms for a result of 400 MB: "
            + "  ".join(f"{name} {ms:.0f}" for name, ms in figures.items())
            + f"  | leasehold/haproxy {ratio(figures['leasehold'], figures.get('haproxy'))}"
        )
