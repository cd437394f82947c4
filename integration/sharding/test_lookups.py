"""Lookup vindexes: the entries of a table lead to the shards. Here the application keeps the entries."""

import copy
import random
import subprocess

import pymysql
import pytest

from kit import prepared, wire
from kit.config import XXHASH, configuration, sharded, unsharded
from kit.places import proxy_binary
from kit.waiting import until
from kit.xxh64 import keyspace_id

CITIES = ("Bern", "Genève", "it's", "back\\slash", "ØØ")


def lookup(kind, table, column, **more):
    return {"type": kind, "params": {"table": table, "from": column, "to": "keyspace_id", "no_verify": "true"} | more}


def vschema():
    made = copy.deepcopy(XXHASH)
    made["vindexes"]["by_email"] = lookup("lookup_unique", "commerce.email_lookup", "email")
    made["vindexes"]["by_city"] = lookup("consistent_lookup", "city_lookup", "city")
    made["tables"]["city_lookup"] = {"column_vindexes": [{"column": "city", "name": "xx"}]}
    made["tables"]["member"] = {
        "column_vindexes": [
            {"column": "id", "name": "xx"},
            {"column": "email", "name": "by_email"},
            {"column": "city", "name": "by_city"},
        ]
    }
    return made


@pytest.fixture
def members(shards, commerce):
    for server in shards.values():
        server.sql("CREATE OR REPLACE TABLE customer.member (id BIGINT PRIMARY KEY, email VARCHAR(60), city VARCHAR(60), note INT) CHARSET utf8mb4")
        server.sql("CREATE OR REPLACE TABLE customer.city_lookup (city VARCHAR(60), keyspace_id VARBINARY(10), PRIMARY KEY (city, keyspace_id)) CHARSET utf8mb4")
    commerce.sql("CREATE OR REPLACE TABLE commerce.email_lookup (email VARCHAR(60) PRIMARY KEY, keyspace_id VARBINARY(10)) CHARSET utf8mb4")
    yield shards
    for server in shards.values():
        server.sql("DROP TABLE IF EXISTS customer.member, customer.city_lookup")
    commerce.sql("DROP TABLE IF EXISTS commerce.email_lookup")


@pytest.fixture
def proxy(make_proxy, commerce, members):
    return make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(members, vschema())}, workers=1))


@pytest.fixture
def session(proxy):
    connection = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    yield connection
    connection.close()


def rows(session, statement, *arguments):
    with session.cursor() as cursor:
        cursor.execute(statement, arguments or None)
        return sorted(cursor.fetchall())


def insert(session, number, email, city):
    if email is not None:
        rows(session, "INSERT INTO commerce.email_lookup VALUES (%s, %s)", email, keyspace_id(number))
    if city is not None:
        rows(session, "INSERT IGNORE INTO city_lookup (city, keyspace_id) VALUES (%s, %s)", city, keyspace_id(number))
    rows(session, "INSERT INTO member (id, email, city) VALUES (%s, %s, %s)", number, email, city)


def asked(proxy):
    """Leases of each shard so far."""
    samples = proxy.metrics()
    return {name: samples.sum("leasehold_leases_total", keyspace="customer", shard=name) for name in ("-80", "80-")}


def test_only_the_shards_of_the_entries_are_asked(proxy, session):
    for number in range(1, 21):
        insert(session, number, f"m{number}@x", CITIES[number % 5] if number != 7 else None)
    for number in range(1, 21):
        before = asked(proxy)
        assert rows(session, "SELECT id FROM member WHERE email = %s", f"m{number}@x") == [(number,)]
        after = asked(proxy)
        here = "-80" if keyspace_id(number) < b"\x80" else "80-"
        assert {name for name in after if after[name] > before[name]} == {here}
    before = asked(proxy)
    assert rows(session, "SELECT id FROM member WHERE email = 'nobody'") == []
    assert sum(asked(proxy).values()) == sum(before.values()) + 1  # one shard has to give the empty answer
    assert rows(session, "SELECT id FROM member WHERE email IN ('m1@x', 'm2@x', NULL, 'm20@x')") == [(1,), (2,), (20,)]
    for n, city in enumerate(CITIES):
        assert rows(session, "SELECT id FROM member WHERE city = %s", city) == [(i,) for i in range(1, 21) if i % 5 == n and i != 7]
    assert rows(session, "SELECT id FROM member WHERE city IS NULL") == [(7,)]
    assert rows(session, "SELECT id FROM member WHERE city <=> NULL") == [(7,)]
    assert rows(session, "SELECT id FROM member WHERE city = 'Bern' ORDER BY id DESC LIMIT 2") == [(15,), (20,)]
    assert rows(session, "SELECT COUNT(*) FROM member a JOIN member b ON a.city = b.city WHERE a.city = 'Bern'") == [(16,)]


def test_changes_go_to_the_shards_of_the_entries(proxy, session):
    for number in range(1, 11):
        insert(session, number, f"m{number}@x", "Bern")
    with session.cursor() as cursor:
        assert cursor.execute("UPDATE member SET note = 1 WHERE email = 'm3@x'") == 1
        assert cursor.execute("UPDATE member SET note = 1 WHERE city = 'Bern'") == 9
        assert cursor.execute("DELETE FROM member WHERE email = 'm3@x'") == 1
        assert cursor.execute("DELETE FROM member WHERE city = 'Bern'") == 9
    assert rows(session, "SELECT * FROM member") == []
    # An entry without a row is harmless.
    assert rows(session, "SELECT * FROM member WHERE email = 'm3@x'") == []


def test_a_transaction_sees_its_own_entries(proxy, session, commerce):
    other = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    rows(session, "BEGIN")
    insert(session, 5, "own@x", "Bern")
    assert rows(session, "SELECT id FROM member WHERE email = 'own@x'") == [(5,)]
    assert rows(session, "SELECT id FROM member WHERE city = 'Bern'") == [(5,)]
    assert rows(other, "SELECT id FROM member WHERE email = 'own@x'") == []
    rows(session, "ROLLBACK")
    assert rows(session, "SELECT id FROM member WHERE email = 'own@x'") == []
    other.close()


def test_L13_a_lookup_reserves_nothing(proxy, session):
    insert(session, 5, "own@x", "Bern")
    rows(session, "BEGIN")
    assert rows(session, "SELECT id FROM member WHERE email = 'own@x' FOR UPDATE") == [(5,)]
    samples = proxy.metrics()
    assert samples.sum("leasehold_pool_connections", keyspace="commerce", state="reserved") == 0
    assert samples.sum("leasehold_pool_connections", keyspace="customer", state="reserved") == 1
    rows(session, "COMMIT")


def test_prepared(proxy, session):
    for number in range(1, 11):
        insert(session, number, f"m{number}@x", "Bern")
    client = wire.Wire(proxy.port).login(database="customer")
    assert prepared.strings(client, "SELECT CAST(id AS CHAR(5)) FROM member WHERE email = ?", b"m4@x") == [b"4"]
    assert prepared.strings(client, "SELECT CAST(id AS CHAR(5)) FROM member WHERE email IN (?, 'm5@x') ORDER BY id", b"m4@x") == [b"4", b"5"]
    assert len(prepared.strings(client, "SELECT CAST(id AS CHAR(5)) FROM member WHERE city = ?", b"Bern")) == 10
    client.close()


def test_lookup_tablet_killed_and_back(make_proxy, tmp_server, members):
    tablet = tmp_server("lookups", options=("--innodb-flush-log-at-trx-commit=1",))
    tablet.sql("CREATE TABLE commerce.email_lookup (email VARCHAR(60) PRIMARY KEY, keyspace_id VARBINARY(10))")
    setup = configuration(
        {"commerce": unsharded(tablet), "customer": sharded(members, vschema())}, pool={"wait_timeout": "1s"}, workers=1
    )
    proxy = make_proxy(setup, errors_expected=True)
    session = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    insert(session, 1, "a@x", "Bern")
    tablet.kill()
    for _ in range(2):
        with pytest.raises(pymysql.err.MySQLError):
            rows(session, "SELECT id FROM member WHERE email = 'a@x'")
    assert rows(session, "SELECT id FROM member WHERE city = 'Bern'") == [(1,)]
    assert rows(session, "SELECT id FROM member WHERE id = 1 AND email = 'a@x'") == [(1,)]
    tablet.start()
    said = []

    def answers():
        try:
            said.append(rows(session, "SELECT id FROM member WHERE email = 'a@x'"))
        except pymysql.err.MySQLError as error:
            said.append(error)
        return said[-1] == [(1,)]

    until(answers, lambda: f"the lookup to answer again; it said {said[-1]}", 30)
    session.close()


def test_what_is_refused(make_proxy, commerce, members):
    made = vschema()
    made["vindexes"]["by_email"]["owner"] = "member"
    proxy = make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(members, made)}))
    for statement, why in (
        ("INSERT IGNORE INTO member (id, email) VALUES (1, 'a') RETURNING id", "INSERT IGNORE ... RETURNING into member, which owns lookup vindex by_email"),
        ("INSERT IGNORE INTO member (id, email) VALUES (1, 'a') ON DUPLICATE KEY UPDATE email = 'b'", "IGNORE ... ON DUPLICATE KEY UPDATE into member"),
        ("UPDATE member SET city = 'b' WHERE id = 1", "UPDATE of vindex column member.city"),
        ("UPDATE member SET id = 2 WHERE id = 1", "UPDATE of vindex column member.id"),
    ):
        with pytest.raises(pymysql.err.MySQLError, match=why):
            proxy.sql(statement, database="customer")


def test_parameters(make_proxy, commerce, members):
    made = vschema()
    # A parameter that means something which is not done is a problem, by its path.
    made["vindexes"]["by_city"]["params"]["read_lock"] = "exclusive"
    broken = make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(members, made)}), start=False)
    broken.write()
    check = subprocess.run([proxy_binary(), "--config", broken.file, "--check-config"], capture_output=True, text=True)
    assert 'vindexes.by_city.params.read_lock: is "exclusive"' in check.stdout + check.stderr


def test_an_entry_of_others_has_to_be_there(make_proxy, commerce, members):
    made = vschema()
    del made["vindexes"]["by_email"]["params"]["no_verify"]
    proxy = make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(members, made)}))
    session = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    for statement in ("INSERT INTO member (id, email) VALUES (1, 'a')", "INSERT INTO member (id, email) VALUES (1, NULL), (2, 'it''s')"):
        with pytest.raises(pymysql.err.MySQLError, match="no entry with the row's keyspace id in lookup vindex by_email"):
            rows(session, statement)
    assert rows(session, "SELECT * FROM member") == []
    rows(session, "INSERT INTO commerce.email_lookup VALUES ('a', %s), ('b', %s)", keyspace_id(1), keyspace_id(2))
    # Of another row's place it is as good as none.
    with pytest.raises(pymysql.err.MySQLError, match=r"by_email \(row 2\)"):
        rows(session, "INSERT INTO member (id, email) VALUES (1, 'a'), (3, 'b')")
    rows(session, "INSERT INTO member (id, email) VALUES (1, 'a'), (2, 'b'), (3, NULL)")
    rows(session, "BEGIN")
    rows(session, "INSERT INTO commerce.email_lookup VALUES ('c', %s)", keyspace_id(4))
    rows(session, "INSERT INTO member (id, email) VALUES (4, 'c')")
    rows(session, "COMMIT")
    assert rows(session, "SELECT id FROM member") == [(1,), (2,), (3,), (4,)]
    session.close()


def test_random_members(proxy, session):
    """The same as a model says, whatever the shards and entries."""
    random.seed(4)
    model = {}
    for step in range(250):
        number = random.randrange(60)
        if number not in model and random.random() < 0.7:
            email = f"e{number}-{step}@x"
            city = random.choice(CITIES + (None,))
            insert(session, number, email, city)
            model[number] = (email, city)
        elif number in model and random.random() < 0.4:
            email = model.pop(number)[0]
            with session.cursor() as cursor:
                assert cursor.execute("DELETE FROM member WHERE email = %s", (email,)) == 1
            rows(session, "DELETE FROM commerce.email_lookup WHERE email = %s", email)
        city = random.choice(CITIES)
        assert rows(session, "SELECT id FROM member WHERE city = %s", city) == sorted((n,) for n, m in model.items() if m[1] == city)
        if model:
            number = random.choice(list(model))
            assert rows(session, "SELECT id, city FROM member WHERE email = %s", model[number][0]) == [(number, model[number][1])]
