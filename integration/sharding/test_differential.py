"""Random SELECTs on one server and on the sharded keyspace: the same rows and columns, and none refused. Random changes: the
same affected rows and the same tables afterwards. On two even shards, and on four and seven uneven ones. A seed that has
failed goes into FAILED and is run every time; one or several are run alone with LEASEHOLD_SEEDS=7 or 7-20, for
LEASEHOLD_SECONDS at most. The end of the run says how often each plan was chosen."""

import os
import re
import time

import pymysql
import pytest

from kit import prepared, wire
from kit.one_and_many import ADDS, CHOOSES, Answer, differences
from kit.random_wider_changes import WiderChanges
from kit.random_wider_selects import Wider

FAILED = [192]
FAILED_CHANGES = []
ORDER = {"customer": "id", "orders": "id, customer_id", "item": "order_id, line, customer_id", "odd": "id"}
# How many shards: the first seed, seconds for the SELECTs and their seeds, seconds for the changes and their seeds; then all of
# this in the thorough version. Different shards get different statements.
ORDINARY = {2: (0, 40, 400, 30, 12), 4: (400, 8, 80, 8, 2), 7: (480, 8, 80, 8, 2)}
THOROUGH = {2: (0, 2400, 20_000, 1200, 2000), 4: (20_000, 1200, 10_000, 600, 1000), 7: (30_000, 1200, 10_000, 600, 1000)}


@pytest.fixture(scope="module", params=[2, 4, 7], ids=["2 shards", "4 uneven shards", "7 uneven shards"])
def layout(request, shards, uneven_shards):
    return shards if request.param == 2 else uneven_shards(request.param)


def chosen():
    first, _, last = os.environ.get("LEASEHOLD_SEEDS", "").partition("-")
    return list(range(int(first), int(last or first) + 1)) if first else []


def work(layout, thorough, changes, failed):
    """The seeds to run and when to stop."""
    first, *rest = (THOROUGH if thorough else ORDINARY)[len(layout)]
    seconds, count = rest[2:] if changes else rest[:2]
    seconds = int(os.environ.get("LEASEHOLD_SECONDS", seconds))
    return chosen() or failed + list(range(first, first + count)), time.monotonic() + seconds


def note_plan(many, plans, statement):
    """Counts what EXPLAIN ROUTE says; a refusal, too."""
    try:
        with many.cursor() as cursor:
            cursor.execute("EXPLAIN ROUTE " + statement)
            lines = [line for (line,) in cursor.fetchall()]
        plan = next(line for line in lines if line.startswith("plan: "))[6:]
        plan += ", merged" if any(line.startswith("merge: ") for line in lines) else ""
    except pymysql.err.MySQLError as error:
        plan = f"error {error.args[0]}"
    plans[plan] += 1
    return plan


def compare(one, many, seed):
    statement, ordered = Wider(seed).statement()
    left = Answer(one, statement)
    assert not left.error or left.error[0] in (1690,), f"seed {seed}: the generator made {statement}: {left.error}"
    found = differences(left, Answer(many, statement), ordered, statement, key_flags=False)
    return statement, f"seed {seed}: {statement}\n    " + "\n    ".join(found[:4]) if found else None


@pytest.mark.limit(3000)
def test_random_selects(both, layout, thorough, plans_seen):
    one, many = both
    seeds, end = work(layout, thorough, False, FAILED)
    wrong, ran = [], 0
    for seed in seeds:
        statement, problem = compare(one, many, seed)
        if not problem and "merged" in note_plan(many, plans_seen, statement):
            problem = compare(one, many, seed)[1]  # asked as the first answer has taught
        ran += 1
        if problem:
            wrong.append(problem)
        if len(wrong) > 5 or time.monotonic() > end:
            break
    print(f"{ran} statements over {len(layout)} shards, up to seed {seed}")
    assert not wrong, "\n".join(wrong)
    assert ran > 10 or chosen()


def binary(client, statement, values):
    """The rows' bytes as the binary protocol has them, or the error's number."""
    try:
        number, _, _ = prepared.prepare(client, statement)
        prepared.execute(client, number, *values)
        rows = prepared.binary_rows(client)
    except wire.ServerError as error:
        return error.code
    client.command(wire.STMT_CLOSE, number)
    return rows


@pytest.mark.limit(3000)
def test_random_prepared_selects(both, gather_proxy, whole, layout, thorough):
    """The binary protocol, with the numbers of comparisons as parameters."""
    proxy = gather_proxy()
    one, many = (wire.Wire(target.port).login(database="customer") for target in (whole, proxy))
    seeds, end = work(layout, thorough, False, [])
    wrong, ran = [], 0
    for seed in seeds[:: 1 if chosen() else 2]:
        statement, ordered = Wider(seed).statement()
        # What the answer leaves open shows in its bytes.
        if CHOOSES.search(statement) or ADDS.search(statement):
            continue
        values = re.findall(r"(?<=[=<>] )\d+\b", statement)
        bound = re.sub(r"(?<=[=<>] )\d+\b", "?", statement)
        left, right = (binary(client, bound, [value.encode() for value in values]) for client in (one, many))
        ran += 1
        if not ordered and isinstance(left, list) and isinstance(right, list):
            left, right = sorted(left), sorted(right)
        if left != right:
            wrong.append(f"seed {seed}: {bound} with {values}: {str(left)[:300]} and {str(right)[:300]}")
        if len(wrong) > 5 or time.monotonic() > end:
            break
    one.close()
    many.close()
    print(f"{ran} prepared statements over {len(layout)} shards, up to seed {seed}")
    assert not wrong, "\n".join(wrong)
    assert ran > 10 or chosen()


def changed(connection, statement):
    """Affected rows, or the error's number."""
    try:
        with connection.cursor() as cursor:
            return cursor.execute(statement), None
    except pymysql.err.MySQLError as error:
        return None, error.args


def run_changes(one, many, plans, seed, count=25):
    """The statements that were refused, how many ran, and what differed."""
    generator, refused, log = WiderChanges(seed), [], []
    for _ in range(count):
        statement = generator.change()
        note_plan(many, plans, statement)
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
def test_random_changes(both, layout, thorough, data_everywhere, plans_seen):
    one, many = both
    for connection in both:
        connection.autocommit(True)
    seeds, end = work(layout, thorough, True, FAILED_CHANGES)
    wrong, ran, statements, refused = [], 0, 0, []
    try:
        data_everywhere()
        for seed in seeds:
            data_everywhere(again=ORDER)
            some, compared, problem = run_changes(one, many, plans_seen, seed)
            ran, statements, refused = ran + 1, statements + compared, refused + some
            if problem:
                wrong.append(problem)
            if len(wrong) > 3 or time.monotonic() > end:
                break
    finally:
        data_everywhere()
    print(f"{ran} seeds over {len(layout)} shards up to {seed}, {statements} statements, {len(refused)} refused: {refused[:2]}")
    assert not wrong, "\n".join(wrong)
    assert ran > 0 and (ran > 2 or len(layout) > 2 or chosen())
    assert len(refused) <= ran
