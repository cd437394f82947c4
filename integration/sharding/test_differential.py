"""Random SELECTs on one server and on the sharded keyspace: the same rows and columns, and none refused. A seed that has
failed goes into FAILED and is run every time."""

import os
import time

import pytest

from kit.one_and_many import Answer, differences
from kit.random_selects import Generator

FAILED = []


def compare(one, many, seed):
    statement, ordered = Generator(seed).statement()
    left = Answer(one, statement)
    assert not left.error or left.error[0] in (1690,), f"seed {seed}: the generator made {statement}: {left.error}"
    found = differences(left, Answer(many, statement), ordered, statement, key_flags=False)
    return f"seed {seed}: {statement}\n    " + "\n    ".join(found[:4]) if found else None


@pytest.mark.limit(3000)
def test_random_selects(both, thorough):
    one, many = both
    end = time.monotonic() + (2400 if thorough else 40)
    seeds = FAILED + list(range(20_000 if thorough else 400))
    if only := os.environ.get("LEASEHOLD_SEEDS"):
        first, _, last = only.partition("-")
        seeds = range(int(first), int(last or first) + 1)
    wrong, ran = [], 0
    for seed in seeds:
        problem = compare(one, many, seed)
        ran += 1
        if problem:
            wrong.append(problem)
        if len(wrong) > 5 or time.monotonic() > end:
            break
    print(f"{ran} statements")
    assert not wrong, "\n".join(wrong)
    assert ran > 50 or only
