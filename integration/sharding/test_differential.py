"""Random SELECTs on one server and on the sharded keyspace: the same rows and columns, and none refused. Random changes: the
same affected rows and the same tables afterwards. A seed that has failed goes into FAILED and is run every time; one or
several are run alone with LEASEHOLD_SEEDS=7 or 7-20."""

import os
import time

import pymysql
import pytest

from kit.one_and_many import Answer, differences
from kit.random_changes import Changes
from kit.random_selects import Generator

FAILED = []
FAILED_CHANGES = []
ORDER = {"customer": "id", "orders": "id, customer_id", "item": "order_id, line, customer_id"}


def chosen():
    first, _, last = os.environ.get("LEASEHOLD_SEEDS", "").partition("-")
    return list(range(int(first), int(last or first) + 1)) if first else []


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
    only = chosen()
    seeds = only or FAILED + list(range(20_000 if thorough else 400))
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


def changed(connection, statement):
    """Affected rows, or the error's number."""
    try:
        with connection.cursor() as cursor:
            return cursor.execute(statement), None
    except pymysql.err.MySQLError as error:
        return None, error.args


def run_changes(one, many, seed, count=25):
    """The statements that were refused, how many ran, and what differed."""
    generator, refused, log = Changes(seed), [], []
    for _ in range(count):
        statement = generator.change()
        right = changed(many, statement)
        if right[1] and right[1][0] == 1105:
            refused.append(statement)
            continue
        log.append(statement)
        left = changed(one, statement)
        if left[0] != right[0] or (left[1] or [0])[0] != (right[1] or [0])[0]:
            return refused, len(log), f"seed {seed}: {statement}\n    {left} and {right}"
    for table, order in ORDER.items():
        sql = f"SELECT * FROM {table} ORDER BY {order}"
        found = differences(Answer(one, sql), Answer(many, sql), True)
        if found:
            return refused, len(log), f"seed {seed}: {table} after\n    " + "\n    ".join(log + [f[:400] for f in found])
    return refused, len(log), None


@pytest.mark.limit(3000)
def test_random_changes(both, thorough, data_everywhere):
    one, many = both
    for connection in both:
        connection.autocommit(True)
    end = time.monotonic() + (1200 if thorough else 30)
    seeds = chosen() or FAILED_CHANGES + list(range(2000 if thorough else 12))
    wrong, ran, statements, refused = [], 0, 0, []
    try:
        for seed in seeds:
            data_everywhere()
            some, compared, problem = run_changes(one, many, seed)
            ran, statements, refused = ran + 1, statements + compared, refused + some
            if problem:
                wrong.append(problem)
            if len(wrong) > 3 or time.monotonic() > end:
                break
    finally:
        data_everywhere()
    print(f"{ran} seeds, {statements} statements compared, {len(refused)} refused, such as {refused[:2]}")
    assert not wrong, "\n".join(wrong)
    assert ran > 2 or chosen()
    assert len(refused) <= ran
