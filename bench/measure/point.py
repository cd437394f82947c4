"""CPU time of the proxy a query: sysbench oltp_point_select through leasehold, HAProxy and the relay that does nothing."""

import re
import statistics

from .field import ROUNDS, SECONDS, Field, ratio

CLIENTS = (1, 16, 64)


def once(field, target, clients, mode):
    before = target.process.cpu_seconds()
    out = field.sysbench(target.port, "oltp_point_select", "run", clients, SECONDS, f"--db-ps-mode={mode}")
    spent = target.process.cpu_seconds() - before
    queries = int(re.search(r"queries:\s+(\d+)", out)[1])
    return spent * 1e6 / queries, queries / SECONDS, float(re.search(r"99th percentile:\s+([\d.]+)", out)[1])


def run():
    with Field() as field:
        field.prepare()
        targets = [target for target in (field.relay_floor(), field.haproxy(), field.leasehold(workers=1)) if target]
        print(
            f"CPU microseconds a query, queries a second, p99 in ms; 1 thread each, {ROUNDS} rounds of {SECONDS:g} s in turn, medians"
        )
        for mode, name in (("disable", "text"), ("auto", "prepared")):
            for clients in CLIENTS:
                figures = {target.name: [] for target in targets}
                for _ in range(ROUNDS):
                    for target in targets:
                        figures[target.name].append(once(field, target, clients, mode))
                middle = {key: [statistics.median(column) for column in zip(*rows)] for key, rows in figures.items()}
                shown = "  ".join(
                    f"{key} {cpu:6.2f} us {qps:7.0f}/s {p99:6.2f}" for key, (cpu, qps, p99) in middle.items()
                )
                ours = middle["leasehold"][0]
                print(
                    f"{name:8} {clients:3} clients  {shown}  | leasehold/haproxy {ratio(ours, middle.get('haproxy', [0])[0])}"
                    f"  leasehold/floor {ratio(ours, middle['relay_floor'][0])}",
                    flush=True,
                )
