"""What sharing prepared statements costs: CPU time of the proxy a prepared point select against a text one, in turn in one run.
Tablet connections are fewer than clients, so that statements run where others prepared them."""

import statistics

from .field import ROUNDS, Field
from .point import once

CLIENTS, CONNECTIONS = (16, 64), 8
LIMIT = 1.15


def run():
    """The names of limits that were not kept."""
    missed = []
    with Field() as field:
        field.prepare()
        target = field.leasehold(workers=1, size=CONNECTIONS)
        print(
            f"CPU microseconds a point select, {CONNECTIONS} tablet connections, 1 worker, {ROUNDS} rounds of both in turn, medians;"
            f" limit: prepared at most {LIMIT} times text"
        )
        for clients in CLIENTS:
            figures = {"disable": [], "auto": []}
            for mode in figures:
                once(field, target, clients, mode)  # connections are opened, statements prepared
            for _ in range(ROUNDS):
                for mode in figures:
                    figures[mode].append(once(field, target, clients, mode)[0])
            text, prepared = (statistics.median(figures[mode]) for mode in ("disable", "auto"))
            kept = prepared <= LIMIT * text
            print(
                f"{clients:3} clients  text {text:6.2f} us  prepared {prepared:6.2f} us  | prepared/text {prepared / text:.3f}"
                f"{'' if kept else '  OVER THE LIMIT'}",
                flush=True,
            )
            if not kept:
                missed.append(f"prepared with {clients} clients")
    return missed
