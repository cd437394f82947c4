"""Entries of lookups that a table owns: after every statement they are those of the rows, whatever it was."""

import copy
import random

import pymysql
import pytest

from kit import one_and_many, prepared, wire
from kit.config import XXHASH, configuration, sharded, unsharded
from kit.xxh64 import keyspace_id

DUPLICATE = 1062


def lookup(kind, table, column, owner="guest", **more):
    return {"type": kind, "owner": owner, "params": {"table": table, "from": column, "to": "keyspace_id"} | more}


def vschema():
    made = copy.deepcopy(XXHASH)
    made["vindexes"]["by_badge"] = lookup("lookup_unique", "commerce.badge_lookup", "badge", ignore_nulls="true")
    made["vindexes"]["by_room"] = lookup("consistent_lookup", "room_lookup", "room", ignore_nulls="true")
    made["vindexes"]["by_town"] = lookup("lookup", "commerce.town_lookup", "town")
    made["tables"]["room_lookup"] = {"column_vindexes": [{"column": "room", "name": "xx"}]}
    made["tables"]["guest"] = {
        "column_vindexes": [
            {"column": "id", "name": "xx"},
            {"column": "badge", "name": "by_badge"},
            {"column": "room", "name": "by_room"},
            {"column": "town", "name": "by_town"},
        ]
    }
    return made


GUEST = (
    "CREATE OR REPLACE TABLE customer.guest (id BIGINT, n INT, badge VARCHAR(40), room BIGINT, town VARBINARY(20) NOT NULL DEFAULT 'Bern',"
    " note INT, seen TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (id, n)) CHARSET utf8mb4"
)
LOOKUPS = (
    "CREATE OR REPLACE TABLE commerce.badge_lookup (badge VARCHAR(40) PRIMARY KEY, keyspace_id VARBINARY(10)) CHARSET utf8mb4",
    "CREATE OR REPLACE TABLE commerce.town_lookup (town VARBINARY(20), keyspace_id VARBINARY(10), PRIMARY KEY (town, keyspace_id))",
)


@pytest.fixture
def guests(shards, commerce):
    for server in shards.values():
        server.sql(GUEST)
        server.sql("CREATE OR REPLACE TABLE customer.room_lookup (room BIGINT, keyspace_id VARBINARY(10), PRIMARY KEY (room, keyspace_id))")
    for table in LOOKUPS:
        commerce.sql(table)
    yield shards
    for server in shards.values():
        server.sql("DROP TABLE IF EXISTS customer.guest, customer.room_lookup")
    commerce.sql("DROP TABLE IF EXISTS commerce.badge_lookup, commerce.town_lookup")


@pytest.fixture
def proxy(make_proxy, commerce, guests):
    return make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(guests, vschema())}, workers=1))


@pytest.fixture
def session(proxy):
    connection = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    yield connection
    connection.close()


def run(session, statement, *arguments):
    """Affected rows."""
    with session.cursor() as cursor:
        return cursor.execute(statement, arguments or None)


def rows(session, statement, *arguments):
    with session.cursor() as cursor:
        cursor.execute(statement, arguments or None)
        return sorted(cursor.fetchall(), key=repr)


def on_server(server, statement):
    connection = one_and_many.connect(server, "mysql")
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall()
    connection.close()
    return found


def assert_entries(guests, commerce):
    """On the servers themselves: every row is where it belongs, and the entries are those of the rows."""
    of_rows = {"badge": [], "room": set(), "town": set()}
    of_entries = {"badge": list(on_server(commerce, "SELECT badge, keyspace_id FROM commerce.badge_lookup")), "room": [], "town": []}
    of_entries["town"] = list(on_server(commerce, "SELECT town, keyspace_id FROM commerce.town_lookup"))
    for name, server in guests.items():
        for number, badge, room, town in on_server(server, "SELECT id, badge, room, town FROM customer.guest"):
            place = keyspace_id(number)
            assert (place < b"\x80") == (name == "-80")
            if badge is not None:
                of_rows["badge"].append((badge, place))
            if room is not None:
                of_rows["room"].add((room, place))
            of_rows["town"].add((town, place))
        of_entries["room"] += on_server(server, "SELECT room, keyspace_id FROM customer.room_lookup")
    for column, entries in of_entries.items():
        assert sorted(entries) == sorted(of_rows[column])


def table(session):
    return rows(session, "SELECT id, n, badge, room, town, note FROM guest")


def test_insert_update_delete(session, guests, commerce):
    assert run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'a', 7, 'Bern'), (2, 1, 'it''s', 7, 'Bern'), (3, 1, NULL, NULL, 'Genf')") == 3
    assert_entries(guests, commerce)
    assert run(session, "INSERT INTO guest SET id = 4, n = 1, badge = 'back\\\\slash', room = -5, town = 'Genève'") == 1
    assert_entries(guests, commerce)
    assert rows(session, "SELECT id FROM guest WHERE badge = 'it''s'") == [(2,)]
    assert rows(session, "SELECT id FROM guest WHERE room = 7") == [(1,), (2,)]
    assert rows(session, "SELECT id FROM guest WHERE town = 'Genève'") == [(4,)]
    assert run(session, "UPDATE guest SET badge = 'b' WHERE id = 1") == 1
    assert_entries(guests, commerce)
    assert rows(session, "SELECT id FROM guest WHERE badge = 'a'") == []
    assert run(session, "UPDATE guest SET room = room + 1, badge = UPPER(badge), note = 3") == 4
    assert_entries(guests, commerce)
    assert run(session, "UPDATE guest SET badge = NULL, room = 9 WHERE badge IN ('B', 'BACK\\\\SLASH')") == 2
    assert_entries(guests, commerce)
    # Nothing changes, and nothing is found.
    assert run(session, "UPDATE guest SET room = 9 WHERE room = 9") == 0
    assert run(session, "UPDATE guest SET room = 9 WHERE id = 99") == 0
    assert run(session, "DELETE FROM guest WHERE id = 99") == 0
    assert_entries(guests, commerce)
    assert run(session, "DELETE FROM guest WHERE room = 9") == 2
    assert_entries(guests, commerce)
    assert run(session, "DELETE FROM guest") == 2
    assert_entries(guests, commerce)
    assert table(session) == []


def test_an_entry_that_two_rows_share(session, guests, commerce):
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, NULL, 7, 'Bern'), (1, 2, NULL, 7, 'Bern'), (1, 3, NULL, 8, 'Bern')")
    assert_entries(guests, commerce)
    assert run(session, "DELETE FROM guest WHERE id = 1 AND n = 1") == 1
    assert_entries(guests, commerce)
    assert run(session, "UPDATE guest SET room = 8 WHERE id = 1 AND n = 2") == 1
    assert_entries(guests, commerce)
    assert run(session, "UPDATE guest SET room = 7, town = 'Genf' WHERE id = 1 AND n = 2") == 1
    assert_entries(guests, commerce)
    assert run(session, "DELETE FROM guest WHERE id = 1 LIMIT 2") == 2
    assert_entries(guests, commerce)


def test_a_value_that_another_row_has(session, guests, commerce):
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'a', 5, 'x'), (2, 1, 'b', 5, 'x')")
    before = table(session)
    for statement in (
        "INSERT INTO guest (id, n, badge, room, town) VALUES (3, 1, 'a', 5, 'y')",
        "INSERT INTO guest (id, n, badge, room, town) VALUES (3, 1, 'c', 5, 'y'), (4, 1, 'A', 5, 'y')",
        "INSERT INTO guest (id, n, badge, room, town) VALUES (3, 1, 'c', 5, 'y'), (4, 1, 'c', 5, 'y')",
        "UPDATE guest SET badge = 'a', room = 3 WHERE id = 2",
        "UPDATE guest SET badge = 'c' WHERE id IN (1, 2)",
        "UPDATE guest SET badge = 'a' WHERE id = 2 LIMIT 1",
        "UPDATE guest SET id = 77, badge = 'b' WHERE id = 1",
        "INSERT INTO guest (id, n, badge, room, town) SELECT id + 10, n, badge, room, town FROM guest",
    ):
        with pytest.raises(pymysql.err.IntegrityError) as error:
            run(session, statement)
        assert error.value.args[0] == DUPLICATE, statement
        assert "for key 'by_badge'" in error.value.args[1], statement
        assert_entries(guests, commerce)
        assert table(session) == before
    # The row's own key.
    with pytest.raises(pymysql.err.IntegrityError) as error:
        run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'z', 5, 'y')")
    assert "for key 'PRIMARY'" in error.value.args[1]
    assert_entries(guests, commerce)
    # Values may pass from row to row.
    assert run(session, "UPDATE guest SET badge = CASE badge WHEN 'a' THEN 'b' ELSE 'a' END") == 2
    assert_entries(guests, commerce)


def test_null_needs_a_word(session, guests, commerce):
    with pytest.raises(pymysql.err.MySQLError) as error:
        run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, NULL, NULL, NULL)")
    assert error.value.args[0] == 1048 and "by_town" in error.value.args[1]
    assert_entries(guests, commerce)


def test_in_a_transaction(proxy, session, guests, commerce):
    other = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    run(session, "BEGIN")
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'a', 7, 'Bern')")
    assert rows(session, "SELECT id FROM guest WHERE badge = 'a'") == [(1,)]
    assert rows(other, "SELECT id FROM guest WHERE badge = 'a'") == []
    run(session, "ROLLBACK")
    assert_entries(guests, commerce)
    assert table(session) == []
    run(session, "BEGIN")
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'a', 7, 'Bern'), (2, 1, 'b', 7, 'Bern')")
    run(session, "SAVEPOINT one")
    # What fails is taken back, and no more.
    for statement in (
        "INSERT INTO guest (id, n, badge, room, town) VALUES (3, 1, 'c', 7, 'Bern'), (4, 1, 'b', 8, 'Bern')",
        "INSERT INTO guest (id, n, badge, room, town) VALUES (3, 1, 'c', 7, 'Bern'), (2, 1, 'd', 8, 'Bern')",
        "UPDATE guest SET badge = 'a' WHERE id = 2",
        "UPDATE guest SET badge = 'a' WHERE id = 2 LIMIT 1",
        "UPDATE guest SET room = (SELECT 1 UNION SELECT 2) WHERE id = 1",
    ):
        with pytest.raises(pymysql.err.MySQLError):
            run(session, statement)
        assert len(table(session)) == 2
    assert run(session, "UPDATE guest SET badge = 'x' WHERE id = 1") == 1
    run(session, "ROLLBACK TO SAVEPOINT one")
    assert rows(session, "SELECT id FROM guest WHERE badge = 'a'") == [(1,)]
    assert run(session, "DELETE FROM guest WHERE id = 2") == 1
    run(session, "COMMIT")
    assert_entries(guests, commerce)
    assert [row[2] for row in table(session)] == ["a"]
    # Without autocommit likewise.
    run(session, "SET autocommit = 0")
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (5, 1, 'e', 7, 'Bern')")
    with pytest.raises(pymysql.err.IntegrityError):
        run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (6, 1, 'e', 7, 'Bern')")
    run(session, "COMMIT")
    run(session, "DELETE FROM guest WHERE id = 5")
    run(session, "ROLLBACK")
    run(session, "SET autocommit = 1")
    assert_entries(guests, commerce)
    assert [row[2] for row in table(session)] == ["a", "e"]
    other.close()


def test_rows_that_are_gathered(session, guests, commerce):
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES " + ", ".join(f"({i}, 1, 'g{i}', {i % 3}, 't{i % 2}')" for i in range(1, 21)))
    assert_entries(guests, commerce)
    for statement, changed in (
        ("DELETE FROM guest ORDER BY room, id LIMIT 3", 3),
        ("UPDATE guest SET room = 50, badge = CONCAT('x', badge) ORDER BY id LIMIT 4", 4),
        ("UPDATE guest SET id = id + 100 WHERE id < 6", None),
        ("UPDATE guest SET id = id + 100, badge = CONCAT('m', id), room = NULL WHERE id BETWEEN 6 AND 9", None),
        ("DELETE a FROM guest a JOIN guest b ON b.room = a.room WHERE b.id = 12", None),
        ("UPDATE guest a JOIN (SELECT MAX(id) AS id FROM guest) b ON a.id = b.id SET a.badge = 'last'", 1),
        ("DELETE FROM guest WHERE seen < NOW() + INTERVAL 1 DAY AND id > 105", None),
        ("DELETE FROM guest WHERE id IN (SELECT id FROM (SELECT id FROM guest ORDER BY id DESC LIMIT 2) t)", 2),
    ):
        count = run(session, statement)
        assert changed is None or count == changed, statement
        assert_entries(guests, commerce)


def test_insert_select(session, guests, commerce):
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'a', 7, 'Bern'), (2, 1, 'b', 7, 'Genf')")
    assert run(session, "INSERT INTO guest (id, n, badge, room, town) SELECT id + 10, n, CONCAT(badge, 'é'), room, town FROM guest") == 2
    assert_entries(guests, commerce)
    assert rows(session, "SELECT id FROM guest WHERE badge = 'bé'") == [(12,)]


def test_prepared(proxy, session, guests, commerce):
    client = wire.Wire(proxy.port).login(database="customer")

    def execute(statement, *values):
        number, _, _ = prepared.prepare(client, statement)
        prepared.execute(client, number, *values)
        answer = prepared.answer(client)
        client.command(wire.STMT_CLOSE, number)
        return answer[1]

    insert = "INSERT INTO guest (id, n, badge, room, town) VALUES (?, 1, ?, ?, ?), (?, 1, 'fix', 3, 'Bern')"
    assert execute(insert, b"1", "o'n\\é".encode(), b"7", b"\x00\x27\x5cx", b"2") == 2
    assert_entries(guests, commerce)
    assert execute("UPDATE guest SET badge = ?, room = room + ? WHERE id IN (?, ?)", b"new", b"1", b"1", b"17") == 1
    assert_entries(guests, commerce)
    assert execute("UPDATE guest SET badge = ? WHERE id = ? LIMIT 1", b"newer", b"1") == 1
    assert_entries(guests, commerce)
    with pytest.raises(wire.ServerError):
        execute("UPDATE guest SET badge = ? WHERE id = ?", b"fix", b"1")
    assert_entries(guests, commerce)
    assert execute("DELETE FROM guest WHERE badge = ?", b"newer") == 1
    assert_entries(guests, commerce)
    assert len(table(session)) == 1
    client.close()


def test_nothing_stays_reserved(proxy, session, guests, commerce):
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'a', 7, 'Bern'), (2, 1, 'b', 7, 'Genf')")
    run(session, "UPDATE guest SET room = room + 1")
    with pytest.raises(pymysql.err.IntegrityError):
        run(session, "UPDATE guest SET badge = 'z'")
    run(session, "DELETE FROM guest")
    samples = proxy.metrics()
    for keyspace in ("commerce", "customer"):
        assert samples.sum("leasehold_pool_connections", keyspace=keyspace, state="reserved") == 0
        assert samples.sum("leasehold_pool_connections", keyspace=keyspace, state="leased") == 0


def test_too_many_rows(make_proxy, guests, commerce):
    setup = configuration({"commerce": unsharded(commerce), "customer": sharded(guests, vschema())}, gather={"max_rows": 5})
    proxy = make_proxy(setup)
    session = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES " + ", ".join(f"({i}, 1, NULL, NULL, 'x')" for i in range(8)))
    with pytest.raises(pymysql.err.MySQLError, match="gather.max_rows"):
        run(session, "DELETE FROM guest")
    assert len(table(session)) == 8
    assert_entries(guests, commerce)
    assert run(session, "DELETE FROM guest WHERE id < 4") == 4
    assert_entries(guests, commerce)
    session.close()


BADGES = (None, "a", "b", "c", "it's", "d\\e", "Ø", "x y")
TOWNS = ("Bern", "Genf", "it's", "")


def a_literal(value):
    return "NULL" if value is None else str(value) if isinstance(value, int) else pymysql.converters.escape_string(value).join("''")


def a_row(random_):
    return (
        random_.randrange(8),
        random_.randrange(3),
        random_.choice(BADGES) if random_.random() < 0.3 else f"r{random_.randrange(200)}",
        random_.choice((None, 1, 2, 3, -4)),
        random_.choice(TOWNS),
    )


def a_condition(random_):
    return random_.choice(
        (
            f"id = {random_.randrange(8)}",
            f"id IN ({random_.randrange(8)}, {random_.randrange(8)})",
            f"room = {random_.randrange(4)}",
            f"town = {a_literal(random_.choice(TOWNS))}",
            f"badge = {a_literal(random_.choice(BADGES[1:]))}",
            f"n = {random_.randrange(3)}",
            f"badge LIKE 'r{random_.randrange(10)}%'",
        )
    )


def a_statement(random_):
    kind = random_.random()
    if kind < 0.45:
        made = [a_row(random_) for _ in range(random_.randrange(1, 4))]
        tuples = ", ".join("(" + ", ".join(a_literal(value) for value in row) + ")" for row in made)
        return "INSERT INTO guest (id, n, badge, room, town) VALUES " + tuples
    limit = " ORDER BY id, n LIMIT 2" if random_.random() < 0.2 else ""
    if kind < 0.65:
        return f"DELETE FROM guest WHERE {a_condition(random_)}{limit}"
    changes = random_.sample(
        (
            f"badge = {a_literal(random_.choice(BADGES))}",
            "badge = CONCAT(badge, '+')",
            f"room = {a_literal(random_.choice((None, 1, 2, 3)))}",
            "room = room + 1",
            f"town = {a_literal(random_.choice(TOWNS))}",
            "note = 4",
            f"id = {random_.randrange(8)}",
        ),
        random_.randrange(1, 3),
    )
    return f"UPDATE guest SET {', '.join(changes)} WHERE {a_condition(random_)}{limit}"


class Model:
    """One server that has the table as it would be without shards: unique badges included."""

    def __init__(self, server):
        self.server = server
        server.sql("CREATE DATABASE IF NOT EXISTS model")
        server.sql(GUEST.replace("customer.guest", "model.guest").replace("PRIMARY KEY (id, n)", "PRIMARY KEY (id, n), UNIQUE KEY by_badge (badge)"))
        self.connection = one_and_many.connect(server, "model")
        self.connection.autocommit(True)

    def close(self):
        self.connection.close()
        self.server.sql("DROP DATABASE model")


@pytest.fixture
def model(commerce):
    made = Model(commerce)
    yield made
    made.close()


def outcome(session, statement):
    try:
        return run(session, statement)
    except pymysql.err.MySQLError as error:
        return error.args[0]


@pytest.mark.parametrize("seed", (1, 2, 3))
def test_random_statements(session, guests, commerce, model, seed):
    """Rows and outcomes as on one server with a unique key; after each statement the entries are the rows'."""
    random_ = random.Random(seed)
    done = []
    in_transaction = False
    for _ in range(150):
        statement = a_statement(random_)
        done.append(statement)
        if random_.random() < 0.15:
            word = random_.choice(("COMMIT", "ROLLBACK")) if in_transaction else "BEGIN"
            in_transaction = not in_transaction
            done.append(word)
            for each in (session, model.connection):
                run(each, word)
        expected = outcome(model.connection, statement)
        got = outcome(session, statement)
        # An UPDATE may meet a value on its way that another row gives up later; one server's order may not.
        if got != expected and statement.startswith("UPDATE") and DUPLICATE in (got, expected):
            for each in (session, model.connection):
                run(each, "ROLLBACK")
                run(each, "DELETE FROM guest")
            in_transaction = False
            continue
        assert got == expected, done[-6:]
        assert table(session) == rows(model.connection, "SELECT id, n, badge, room, town, note FROM guest"), done[-6:]
        if not in_transaction:
            assert_entries(guests, commerce)
    if in_transaction:
        run(session, "COMMIT")
    assert_entries(guests, commerce)
