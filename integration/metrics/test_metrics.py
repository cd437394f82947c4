"""/metrics: well-formed, complete, adding up, and scraped by a real Prometheus."""

import json
import subprocess
import urllib.parse
import urllib.request

import pymysql
import pytest

from kit.places import free_port
from kit.process import Process
from kit.waiting import until

CONTRACT = """pool_connections pool_capacity pool_waiters pool_wait_seconds_count pool_wait_seconds_bucket connections_opened_total
connections_closed_total leases_total leases_returned_total live_connections queries_total query_seconds_bucket errors_total
rows_total bytes_total transactions_total plan_cache_hits plan_cache_misses plan_cache_entries clients tablet_up""".split()


@pytest.fixture
def used(sharded_proxy, customers):
    """A proxy that has seen some of everything."""
    proxy = sharded_proxy
    proxy.sql(
        "INSERT INTO customer (id, name) VALUES " + ", ".join(f"({n}, 'n{n}')" for n in range(1, 101)),
        database="customer",
    )
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        for n in range(1, 51):
            cursor.execute("SELECT name FROM customer WHERE id = %s", (n,))
        cursor.execute("SELECT * FROM customer")
        cursor.execute("BEGIN")
        cursor.execute("UPDATE customer SET name = 'x' WHERE id = 1")
        cursor.execute("COMMIT")
        with pytest.raises(pymysql.err.MySQLError):
            cursor.execute("SELECT * FROM nowhere WHERE id = 1")
        with pytest.raises(pymysql.err.MySQLError):
            cursor.execute("HANDLER customer OPEN")
    connection.close()
    proxy.quiet()
    return proxy


def test_promtool_finds_nothing(used, need):
    (promtool,) = need("promtool")
    said = subprocess.run(
        [promtool, "check", "metrics"], input=used.http("/metrics")[1], capture_output=True, text=True
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_contracts_names_are_there(used):
    client = used.connect("customer")
    have = {name.removeprefix("leasehold_").replace("_total", "") for name in used.metrics().names()}
    client.close()
    missing = [name for name in CONTRACT if name.replace("_total", "") not in have]
    assert not missing, missing
    assert any(name.startswith("process_") for name in used.metrics().names())


def test_numbers_add_up(used):
    samples = used.quiet()
    assert samples.sum("leasehold_queries_total", keyspace="customer") >= 55
    assert samples.sum("leasehold_leases_total") == samples.sum("leasehold_leases_returned_total") >= 50
    assert samples.sum("leasehold_errors_total") >= 2
    assert samples.sum("leasehold_transactions_total", keyspace="customer") >= 1
    assert samples.sum("leasehold_query_seconds_count", keyspace="customer") == samples.sum(
        "leasehold_queries_total", keyspace="customer"
    )
    assert samples.sum("leasehold_plan_cache_hits") + samples.sum("leasehold_plan_cache_hits_total") >= 40
    assert samples.sum("leasehold_clients") == 0
    for labels, value in samples.all("leasehold_pool_capacity"):
        held = samples.sum("leasehold_pool_connections", **{k: labels[k] for k in ("keyspace", "shard", "tablet_type")})
        assert held <= value


def test_counters_only_rise(used):
    before = used.metrics()
    for _ in range(5):
        used.sql("SELECT * FROM customer", database="customer")
    after = used.metrics()
    for name, labels, value in before.rows:
        if name.endswith(("_total", "_count", "_bucket", "_sum")):
            assert after.sum(name, **labels) >= value, (name, labels)


def test_histograms_are_cumulative(used):
    samples = used.metrics()
    series = {}
    for labels, value in samples.all("leasehold_query_seconds_bucket"):
        key = tuple(sorted((k, v) for k, v in labels.items() if k != "le"))
        series.setdefault(key, []).append((float(labels["le"]), value))
    assert series
    for key, buckets in series.items():
        values = [value for _, value in sorted(buckets)]
        assert values == sorted(values) and sorted(buckets)[-1][0] == float("inf"), key


def test_prometheus_scrapes(used, need, run_folder):
    (prometheus,) = need("prometheus")
    folder, port = run_folder / "prometheus", free_port()
    folder.mkdir()
    (folder / "prometheus.yml").write_text(
        json.dumps(
            {
                "global": {"scrape_interval": "500ms"},
                "scrape_configs": [
                    {"job_name": "leasehold", "static_configs": [{"targets": [f"127.0.0.1:{used.http_port}"]}]}
                ],
            }
        )
    )
    process = Process(
        [
            prometheus,
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        folder / "log",
    )

    def ask(query):
        url = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return json.load(answer)["data"]["result"]
        except OSError:
            return []

    try:
        until(lambda: [row for row in ask('up{job="leasehold"}') if row["value"][1] == "1"], "Prometheus to scrape", 30)
        law = (
            "sum by (keyspace, shard, tablet_type) (leasehold_connections_opened_total) - sum by (keyspace, shard, tablet_type) "
            "(leasehold_connections_closed_total) - sum by (keyspace, shard, tablet_type) (leasehold_pool_connections)"
        )
        rows = until(lambda: ask(law), "the law as a query", 10)
        assert rows and all(float(row["value"][1]) == 0 for row in rows), rows
        assert ask("histogram_quantile(0.99, sum by (le) (leasehold_query_seconds_bucket))")
    finally:
        process.end()
