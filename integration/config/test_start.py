"""What is printed at start, health endpoints, and starting without tablets."""

from kit import wire
from kit.config import configuration, unsharded
from kit.waiting import until


def test_start_lines(sharded_proxy, shards):
    sharded_proxy.logged("event=ready")
    said = sharded_proxy.log.read_text()
    for word in (
        "0.1.0",
        str(sharded_proxy.port),
        str(sharded_proxy.admin_port),
        str(sharded_proxy.http_port),
        "commerce",
        "customer",
        "-80",
        "80-",
        "max_connections",
    ):
        assert word in said, f"{word} is not in what it said at start:\n{said}"
    assert "secret" not in said, "a password is in the log"


def test_health_endpoints(proxy, commerce):
    assert proxy.http("/healthz")[0] == proxy.http("/readyz")[0] == proxy.http("/metrics")[0] == 200
    assert proxy.http("/nowhere")[0] == 404


def test_ready_only_with_a_tablet(make_proxy, tablet):
    tablet.kill()
    proxy = make_proxy(configuration({"commerce": unsharded(tablet)}), start=False, errors_expected=True).begin()
    until(lambda: proxy.http("/healthz")[0] == 200, "it to live without its tablet", 10)
    assert proxy.http("/readyz")[0] == 503
    tablet.start()
    until(lambda: proxy.http("/readyz")[0] == 200, "it to be ready", 15)
    assert proxy.value("SELECT 1", database="commerce") == 1


def test_greeting_carries_the_tablets_version(proxy, commerce):
    client = wire.Wire(proxy.port)
    assert commerce.value("SELECT VERSION()") in client.greet().version
    client.close()


def test_admin_port_answers_the_contract(sharded_proxy):
    for statement, columns in (
        (
            "SHOW POOLS",
            "keyspace shard tablet_type tablet capacity idle leased reserved connecting waiters max_wait_us opened closed",
        ),
        ("SHOW LEASES", None),
        ("SHOW KEYSPACES", "keyspace"),
        ("SHOW SHARDS", "shard"),
        ("SHOW TABLETS", "tablet_type"),
        ("SHOW CLIENTS", None),
        ("SHOW STATS", None),
        ("SHOW LISTS", None),
        ("SHOW HELP", None),
        ("SHOW VERSION", None),
        ("SHOW CONFIG", None),
    ):
        rows = sharded_proxy.admin(statement)
        if columns and rows:
            missing = [name for name in columns.split() if name not in rows[0]]
            assert not missing, f"{statement}: no column {missing}: {list(rows[0])}"
    assert len(sharded_proxy.admin("SHOW SHARDS")) == 3
    assert "secret" not in str(sharded_proxy.admin("SHOW CONFIG")), "SHOW CONFIG shows a password"
