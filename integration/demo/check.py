"""What `scripts/demo --once` asks of itself. Each check returns a line that says what it found, or fails."""

import subprocess

from kit.metrics import busy, law_broken
from kit.places import tool
from kit.xxh64 import in_range, keyspace_id, shard_of

from . import data


def rows_on_their_shards(topology):
    """The tablets are asked directly; where a row belongs is computed here, not by the proxy."""
    parts, seen = [], set()
    for shard, pair in topology.shards.items():
        ids = [row[0] for row in pair.primary.sql("SELECT id FROM customer.customer")]
        of_orders = [row[0] for row in pair.primary.sql("SELECT customer_id FROM customer.orders")]
        wrong = [value for value in ids + of_orders if not in_range(keyspace_id(value), shard)]
        assert not wrong, f"shard {shard} holds rows of other shards: {wrong[:10]}"
        assert ids, f"shard {shard} is empty"
        assert not seen & set(ids), "a customer is on two shards"
        seen |= set(ids)
        parts.append(f"{shard}: {len(ids)} customers, {len(of_orders)} orders")
    assert seen == set(range(1, data.CUSTOMERS + 1)), f"{len(seen)} customers on the tablets"
    return "every row is on the shard that its hash says (" + "; ".join(parts) + ")"


def counts_agree(topology):
    proxy = topology.proxy
    for (keyspace, table), (row, count) in data.ROWS.items():
        through = sorted(proxy.sql(f"SELECT * FROM {table}", database=keyspace), key=str)
        expected = sorted((tuple(row(n)) for n in range(1, count + 1)), key=str)
        through = [tuple(str(v) for v in one) for one in through]
        assert through == [
            tuple(str(v) for v in one) for one in expected
        ], f"{table}: {len(through)} rows read, {count} loaded"
    for shard, pair in topology.shards.items():
        direct = pair.primary.value("SELECT COUNT(*) FROM customer.orders")
        assert (
            proxy.value("SELECT COUNT(*) FROM orders", database=f"customer:{shard}") == direct
        ), f"customer:{shard} disagrees"
    return "what is read through the proxy is what was loaded, also shard by shard"


def replicas_serve(topology):
    for pair in topology.shards.values():
        pair.caught_up()
    rows = topology.proxy.sql("SELECT id FROM customer", database="customer@replica")
    assert len(rows) == data.CUSTOMERS, f"{len(rows)} customers on the replicas"
    for shard, pair in topology.shards.items():
        server = topology.proxy.value("SELECT @@server_id", database=f"customer:{shard}@replica")
        assert int(server) == pair.replica.server_id, f"customer:{shard}@replica was answered by server {server}"
    return "customer@replica is answered by the replicas, with the same rows"


def transactions_end(topology):
    """One over both shards that commits, one that is rolled back."""
    low, high = (next(n for n in range(1, data.CUSTOMERS) if shard_of(n) == shard) for shard in topology.shards)
    connection = topology.proxy.connect("customer")
    with connection.cursor() as cursor:
        for end, name in ((connection.commit, "both"), (connection.rollback, "neither")):
            cursor.execute("BEGIN")
            for value in (low, high):
                assert cursor.execute("UPDATE customer SET name = %s WHERE id = %s", (name, value)) == 1
            end()
    connection.close()
    names = {
        pair.primary.value("SELECT name FROM customer.customer WHERE id = %s", value)
        for pair, value in zip(topology.shards.values(), (low, high))
    }
    assert names == {"both"}, f"after commit and rollback the tablets hold {names}"
    return "a transaction over two shards commits on both, and rolls back on both"


def leases_are_back(topology):
    topology.proxy.quiet()
    leases = topology.proxy.admin("SHOW LEASES")
    assert not leases, f"leases still held: {leases}"
    return "every lease is back"


def metrics_add_up(topology):
    samples = topology.proxy.metrics()
    assert not busy(samples) and not law_broken(samples), f"{busy(samples)} {law_broken(samples)}"
    given, returned = samples.sum("leasehold_leases_total"), samples.sum("leasehold_leases_returned_total")
    assert given == returned > 0, f"{given:g} leases, {returned:g} returned"
    rows = topology.proxy.admin("SHOW POOLS")
    shown = sum(int(row["opened"]) - int(row["closed"]) for row in rows)
    live = samples.sum("leasehold_live_connections")
    assert shown == live, f"SHOW POOLS says {shown} connections, /metrics {live:g}"
    up = samples.all("leasehold_tablet_up")
    assert len(up) == 5 and all(value == 1 for _, value in up), f"tablets up: {up}"
    return (
        f"/metrics adds up: {given:g} leases given and returned, {live:g} connections opened and not closed, all idle"
    )


def metrics_are_wellformed(topology):
    if not tool("promtool"):
        return "SKIPPED: promtool is not installed"
    text = topology.proxy.http("/metrics")[1]
    said = subprocess.run([tool("promtool"), "check", "metrics"], input=text, capture_output=True, text=True)
    assert said.returncode == 0, f"promtool: {said.stdout}{said.stderr}"
    return "promtool finds nothing wrong with /metrics"


def log_is_clean(topology):
    errors = topology.proxy.log_lines("error")
    assert not errors, f"errors in the log: {errors[:5]}"
    return "no error in the proxy's log"


ALL = [
    rows_on_their_shards,
    counts_agree,
    replicas_serve,
    transactions_end,
    leases_are_back,
    metrics_add_up,
    metrics_are_wellformed,
    log_is_clean,
]
