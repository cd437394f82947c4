"""Entries of lookups follow their rows on MySQL 9 as well."""

import random

import pymysql
import pytest

from kit import guests as hotel
from kit import mysql9
from kit.config import configuration, sharded, unsharded
from kit.guests import assert_entries, outcome, run


@pytest.fixture(scope="module")
def servers(run_folder, mysql9_server):
    high = mysql9.MySql9(run_folder, "mysql9-entries").start()
    yield mysql9_server, high
    high.stop()


def test_as_the_rows(make_proxy, servers):
    low, high = servers
    for server in servers:
        server.sql("CREATE DATABASE IF NOT EXISTS customer")
        server.sql("CREATE DATABASE IF NOT EXISTS commerce")
    shards = {"-80": low, "80-": high}
    hotel.make_tables(shards, high)
    proxy = make_proxy(configuration({"commerce": unsharded(high), "customer": sharded(shards, hotel.vschema())}))
    session = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    for statement, affected in (
        ("INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'a', 7, 'x'), (2, 1, 'it''s', 7, 'x'), (3, 1, NULL, NULL, 'y')", 3),
        ("INSERT INTO guest (id, n) VALUES (4, 1)", 1),
        ("UPDATE guest SET room = room + 1, badge = UPPER(badge) WHERE room = 7", 2),
        ("UPDATE guest SET badge = CONCAT('x', id) ORDER BY id LIMIT 2", 2),
        ("UPDATE guest SET id = 20 WHERE id = 3", 1),
        ("REPLACE INTO guest (id, n, badge, room, town) VALUES (5, 1, 'x1', 1, 'z')", 2),
        ("INSERT IGNORE INTO guest (id, n, badge, room, town) VALUES (6, 1, 'x1', 1, 'z'), (7, 1, 'q', 1, 'z')", 1),
        ("INSERT INTO guest (id, n, badge, room, town) VALUES (7, 1, 'r', 2, 'z') ON DUPLICATE KEY UPDATE badge = VALUES(badge)", 2),
        ("DELETE FROM guest WHERE town = 'z'", 2),
    ):
        assert run(session, statement) == affected, statement
        assert_entries(shards, high)
    with pytest.raises(pymysql.err.IntegrityError, match="for key 'by_badge'"):
        run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (30, 1, 'x2', 7, 'x')")
    assert_entries(shards, high)
    random_ = random.Random(5)
    for _ in range(60):
        statement = hotel.a_statement(random_)
        outcome(session, statement)
        assert_entries(shards, high)
    session.close()
    hotel.drop_tables(shards, high)
