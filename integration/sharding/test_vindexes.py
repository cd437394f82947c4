"""Tables by vindexes of several columns and by those with parameters: where their rows lie, which shards are asked."""

import json
import subprocess

import pymysql
import pytest

from kit import wire
from kit.config import configuration, sharded
from kit.places import proxy_binary
from kit.prepared import strings

VSCHEMA = {
    "sharded": True,
    "vindexes": {
        "by_place": {
            "type": "multicol",
            "params": {"column_count": "2", "column_bytes": "1", "column_vindex": "numeric_static_map,hash", "json": '{"2": 9223372036854775808}'},
        },
        "by_rest": {"type": "modulo", "params": {"count": "2"}},
        "by_country": {"type": "region_json", "params": {"region_bytes": "1", "region_map": "map.json"}},
    },
    "tables": {
        "house": {"column_vindexes": [{"columns": ["land", "id"], "name": "by_place"}]},
        "slot": {"column_vindexes": [{"column": "n", "name": "by_rest"}]},
        "trip": {"column_vindexes": [{"columns": ["id", "country"], "name": "by_country"}]},
    },
}
TABLES = {
    "house": "land BIGINT, id BIGINT, price INT, PRIMARY KEY (land, id)",
    "slot": "n BIGINT PRIMARY KEY",
    "trip": "id BIGINT, country VARCHAR(2), PRIMARY KEY (country, id)",
}


@pytest.fixture
def proxy(make_proxy, shards):
    for server in shards.values():
        for name, columns in TABLES.items():
            server.sql(f"CREATE OR REPLACE TABLE customer.{name} ({columns})")
    made = make_proxy(configuration({"customer": sharded(shards, VSCHEMA)}), start=False)
    (made.folder / "map.json").write_text(json.dumps({"PT": 1, "JP": 200}))
    yield made.start()
    made.quiet()
    for server in shards.values():
        for name in TABLES:
            server.sql(f"DROP TABLE customer.{name}")


def route(proxy, statement):
    return "\n".join(row[0] for row in proxy.sql(f"EXPLAIN ROUTE {statement}", database="customer"))


def test_the_first_column_leads_to_its_shards(proxy, shards):
    proxy.sql("INSERT INTO house (land, id, price) VALUES (1, 1, 10), (1, 2, 20), (2, 1, 30), (2, 2, 40)", database="customer")
    assert shards["-80"].sql("SELECT land, id FROM customer.house ORDER BY id") == [(1, 1), (1, 2)]
    assert shards["80-"].sql("SELECT land, id FROM customer.house ORDER BY id") == [(2, 1), (2, 2)]
    said = route(proxy, "SELECT * FROM house WHERE land = 2")
    assert "plan: subshard" in said and "shard 80-" in said and "shard -80" not in said
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM house WHERE land = 2 ORDER BY id DESC")
        assert cursor.fetchall() == ((2,), (1,))
        cursor.execute("SELECT SUM(price) FROM house WHERE (land, id) IN ((1, 2), (2, 1))")
        assert cursor.fetchall() == ((50,),)
        assert cursor.execute("UPDATE house SET price = price + 1 WHERE land = 1") == 2
        cursor.execute("SELECT price FROM house WHERE land = 1 AND id = 2")
        assert cursor.fetchall() == ((21,),)
    connection.close()
    assert 'plan="subshard"' in proxy.http("/metrics")[1]


def test_prepared_statements_take_the_same_way(proxy):
    proxy.sql("INSERT INTO house (land, id, price) VALUES (1, 1, 10), (2, 1, 30), (2, 2, 40)", database="customer")
    client = wire.Wire(proxy.port)
    client.login(database="customer")
    assert strings(client, "SELECT CONCAT(id) FROM house WHERE land = ? ORDER BY id", b"2") == [b"1", b"2"]
    assert strings(client, "SELECT CONCAT(price) FROM house WHERE land = ? AND id = ?", b"2", b"2") == [b"40"]
    client.close()


def test_remainders_choose_the_shard(proxy, shards):
    proxy.sql("INSERT INTO slot (n) VALUES (1), (2), (3), (4), (18446)", database="customer")
    assert shards["-80"].sql("SELECT n FROM customer.slot ORDER BY n") == [(2,), (4,), (18446,)]
    assert shards["80-"].sql("SELECT n FROM customer.slot ORDER BY n") == [(1,), (3,)]
    assert proxy.sql("SELECT n FROM slot WHERE n = 3", database="customer") == [(3,)]
    with pytest.raises(pymysql.err.MySQLError, match="has no keyspace id"):
        proxy.sql("INSERT INTO slot (n) VALUES (-1)", database="customer")


def test_a_map_from_a_file(proxy, shards):
    proxy.sql("INSERT INTO trip (id, country) VALUES (1, 'PT'), (1, 'JP')", database="customer")
    assert shards["-80"].sql("SELECT country FROM customer.trip") == [("PT",)]
    assert shards["80-"].sql("SELECT country FROM customer.trip") == [("JP",)]
    # The collation finds them under another spelling too.
    assert proxy.sql("SELECT country FROM trip WHERE id = 1 AND country = 'jp'", database="customer") == [("JP",)]
    with pytest.raises(pymysql.err.MySQLError, match="has no keyspace id"):
        proxy.sql("INSERT INTO trip (id, country) VALUES (1, 'XX')", database="customer")


def test_a_vindex_as_a_table(proxy):
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM by_rest WHERE id = 3")
        assert [d[0] for d in cursor.description] == ["id", "keyspace_id", "range_start", "range_end", "hex_keyspace_id", "shard"]
        assert cursor.fetchall() == ((b"3", bytes.fromhex("8000000000000000"), b"\x80", b"", "8000000000000000", "80-"),)
        cursor.execute("SELECT CAST(v.id AS SIGNED), v.shard FROM customer.by_rest v WHERE v.id IN (1, 2, '4', -1, NULL) ORDER BY 1 DESC LIMIT 2")
        assert cursor.fetchall() == ((4, "-80"), (2, "-80"))
        cursor.execute("SELECT COUNT(*) FROM by_rest WHERE id IN (1, 2, 4)")
        assert cursor.fetchall() == ((3,),)
        for statement in ("SELECT * FROM by_rest", "SELECT * FROM by_rest WHERE id > 1", "SELECT * FROM by_place WHERE id = 1"):
            with pytest.raises(pymysql.err.MySQLError, match="unsupported: vindex by_"):
                cursor.execute(statement)
    connection.close()
    client = wire.Wire(proxy.port)
    client.login(database="customer")
    assert strings(client, "SELECT shard FROM by_rest WHERE id = ?", b"5") == [b"80-"]
    assert strings(client, "SELECT shard FROM by_rest WHERE id IN (?, ?) ORDER BY 1", b"5", b"6") == [b"-80", b"80-"]
    client.close()
    assert 'plan="vindex"' in proxy.http("/metrics")[1]


@pytest.mark.parametrize(
    "vindex, problem",
    [
        ({"type": "multicol"}, "vindexes.x.params.column_count: is missing"),
        ({"type": "modulo", "params": {"count": "x"}}, 'vindexes.x.params.count: is "x"'),
        ({"type": "hash", "params": {"count": "2"}}, 'vindexes.x.params.count: vindex type "hash" takes no parameters'),
        ({"type": "unicode_loose_md5", "params": {"a": "b"}}, 'vindexes.x.params.a: vindex type "unicode_loose_md5" takes no parameters'),
    ],
)
def test_wrong_vindexes_are_problems(make_proxy, shards, vindex, problem):
    vschema = {"sharded": True, "vindexes": {"x": vindex}, "tables": {"t": {"column_vindexes": [{"column": "id", "name": "x"}]}}}
    proxy = make_proxy(configuration({"customer": sharded(shards, vschema)}), start=False)
    proxy.write()
    checked = subprocess.run([proxy_binary(), "--config", proxy.file, "--check-config"], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 1
    assert problem in checked.stdout + checked.stderr
