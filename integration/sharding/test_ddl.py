"""DDL goes to all shards; what fails on one says which."""

import pymysql
import pytest


def tables(shards, name):
    return {
        shard: server.sql(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'customer' AND table_name = %s", name
        )[0][0]
        for shard, server in shards.items()
    }


def test_create_alter_drop_everywhere(sharded_proxy, shards):
    sharded_proxy.sql("CREATE TABLE made (id BIGINT PRIMARY KEY, v INT)", database="customer")
    assert tables(shards, "made") == {"-80": 1, "80-": 1}
    sharded_proxy.sql("ALTER TABLE made ADD COLUMN w INT DEFAULT 3", database="customer")
    sharded_proxy.sql("CREATE INDEX by_v ON made (v)", database="customer")
    for server in shards.values():
        assert "KEY `by_v`" in server.sql("SHOW CREATE TABLE customer.made")[0][1]
        assert "`w` int" in server.sql("SHOW CREATE TABLE customer.made")[0][1]
    sharded_proxy.sql("TRUNCATE TABLE made", database="customer")
    sharded_proxy.sql("DROP TABLE made", database="customer")
    assert tables(shards, "made") == {"-80": 0, "80-": 0}


def test_a_shard_that_fails_is_named(sharded_proxy, shards):
    shards["80-"].sql("CREATE TABLE customer.halfway (a INT)")
    try:
        with pytest.raises(pymysql.err.MySQLError) as raised:
            sharded_proxy.sql("CREATE TABLE halfway (id BIGINT PRIMARY KEY)", database="customer")
        assert raised.value.args[0] == 1050 and raised.value.args[1].startswith("customer/80-: "), raised.value
        assert raised.value.args[1].endswith("; done on customer/-80"), raised.value
        # Both fail now.
        with pytest.raises(pymysql.err.MySQLError) as raised:
            sharded_proxy.sql("CREATE TABLE halfway (id BIGINT PRIMARY KEY)", database="customer")
        assert raised.value.args[1].startswith("customer/-80: ") and raised.value.args[1].endswith("; failed too on customer/80-"), raised.value
    finally:
        for server in shards.values():
            server.sql("DROP TABLE IF EXISTS customer.halfway")


def test_to_one_shard_alone(sharded_proxy, shards):
    sharded_proxy.sql("CREATE TABLE lonely (a INT)", database="customer:-80")
    assert tables(shards, "lonely") == {"-80": 1, "80-": 0}
    sharded_proxy.sql("DROP TABLE lonely", database="customer:-80")
