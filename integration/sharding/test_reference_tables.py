"""A table that every shard has a copy of: changed on all shards, counted once."""

import copy

import pytest

from kit.config import XXHASH, configuration, sharded, unsharded

pytestmark = pytest.mark.main


@pytest.fixture
def proxy_with_country(make_proxy, commerce, shards):
    vschema = copy.deepcopy(XXHASH)
    vschema["tables"]["country"] = {"type": "reference"}
    for server in shards.values():
        server.sql("CREATE OR REPLACE TABLE customer.country (code CHAR(2) PRIMARY KEY, name VARCHAR(20))")
    yield make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(shards, vschema)}))
    for server in shards.values():
        server.sql("DROP TABLE customer.country")


def test_changes_count_once(proxy_with_country, shards):
    connection = proxy_with_country.connect("customer")
    with connection.cursor() as cursor:
        assert cursor.execute("INSERT INTO country VALUES ('at', 'Austria'), ('de', 'Germany')") == 2
        assert cursor.execute("UPDATE country SET name = 'x' WHERE code = 'at'") == 1
        assert cursor.execute("REPLACE INTO country VALUES ('at', 'y'), ('fr', 'France')") == 3
        assert cursor.execute("DELETE FROM country WHERE code = 'de'") == 1
    connection.close()
    for server in shards.values():
        assert server.sql("SELECT * FROM customer.country ORDER BY code") == [("at", "y"), ("fr", "France")]


def test_a_change_that_one_shard_refuses_is_undone(proxy_with_country, shards):
    shards["80-"].sql("INSERT INTO customer.country VALUES ('de', 'Germany')")
    connection = proxy_with_country.connect("customer")
    connection.autocommit(True)
    with connection.cursor() as cursor:
        with pytest.raises(Exception) as raised:
            cursor.execute("INSERT INTO country VALUES ('at', 'Austria'), ('de', 'Germany')")
        assert raised.value.args[0] == 1062
    connection.close()
    assert shards["-80"].sql("SELECT * FROM customer.country") == []
    assert shards["80-"].sql("SELECT * FROM customer.country") == [("de", "Germany")]
