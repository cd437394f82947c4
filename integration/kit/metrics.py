"""Prometheus text read into samples, and the conservation law over connections (docs/architecture.md)."""

import re

_SAMPLE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Samples:
    def __init__(self, text):
        self.rows = []
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            match = _SAMPLE.fullmatch(line)
            assert match, f"not a metrics line: {line!r}"
            self.rows.append((match[1], dict(_LABEL.findall(match[2] or "")), float(match[3])))

    def all(self, name, **labels):
        return [
            (have, value)
            for key, have, value in self.rows
            if key == name and all(have.get(k) == v for k, v in labels.items())
        ]

    def sum(self, name, **labels):
        return sum(value for _, value in self.all(name, **labels))

    def names(self):
        return {key for key, _, _ in self.rows}


def _by_pool(samples, name):
    totals = {}
    for labels, value in samples.all(name):
        pool = labels["keyspace"], labels["shard"], labels["tablet_type"]
        totals[pool] = totals.get(pool, 0) + value
    return totals


def law_broken(samples):
    """Every pool whose numbers do not add up, as lines of text; none when the law holds."""
    opened, closed, held = (
        _by_pool(samples, f"leasehold_{name}")
        for name in ("connections_opened_total", "connections_closed_total", "pool_connections")
    )
    wrong = [
        f"{pool}: opened {opened.get(pool, 0):g} - closed {closed.get(pool, 0):g} != held {held.get(pool, 0):g}"
        for pool in sorted(opened.keys() | closed.keys() | held.keys())
        if opened.get(pool, 0) - closed.get(pool, 0) != held.get(pool, 0)
    ]
    live = samples.sum("leasehold_live_connections")
    if sum(held.values()) != live:
        wrong.append(f"live connections {live:g} != held {sum(held.values()):g}")
    return wrong


def busy(samples):
    """What is not at rest: leases, dials and waiters, as lines of text."""
    rows = [
        f"{labels}: {value:g}"
        for state in ("leased", "reserved", "connecting")
        for labels, value in samples.all("leasehold_pool_connections", state=state)
        if value
    ]
    return rows + [f"waiters {labels}: {value:g}" for labels, value in samples.all("leasehold_pool_waiters") if value]
