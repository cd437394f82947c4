"""Entries of lookups that a table owns: after every statement they are those of the rows, whatever it was."""

import random

import pymysql
import pytest

from kit import guests as hotel
from kit import one_and_many, prepared, wire
from kit.config import configuration, sharded, unsharded
from kit.guests import assert_entries, rows, run, table, vschema

DUPLICATE = 1062


@pytest.fixture(name="guests")
def the_guests(shards, commerce):
    hotel.make_tables(shards, commerce)
    yield shards
    hotel.drop_tables(shards, commerce)


@pytest.fixture
def proxy(make_proxy, commerce, guests):
    return make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(guests, vschema())}, workers=1))


@pytest.fixture
def session(proxy):
    connection = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    yield connection
    connection.close()


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
    run(session, "INSERT INTO guest (id, n, room, town) VALUES (1, 1, 7, 'Bern'), (1, 2, 7, 'Bern'), (1, 3, 8, 'Bern')")
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
    run(session, "INSERT INTO guest (id, n, badge, town) VALUES (1, 1, 'a', 'x'), (2, 1, 'b', 'x')")
    before = table(session)
    for statement in (
        "INSERT INTO guest (id, n, badge, town) VALUES (3, 1, 'a', 'y')",
        "INSERT INTO guest (id, n, badge, town) VALUES (3, 1, 'c', 'y'), (4, 1, 'A', 'y')",
        "INSERT INTO guest (id, n, badge, town) VALUES (3, 1, 'c', 'y'), (4, 1, 'c', 'y')",
        "UPDATE guest SET badge = 'a', room = 3 WHERE id = 2",
        "UPDATE guest SET badge = 'c' WHERE id IN (1, 2)",
        "UPDATE guest SET badge = 'a' WHERE id = 2 LIMIT 1",
        "UPDATE guest SET id = 77, badge = 'b' WHERE id = 1",
        "INSERT INTO guest (id, n, badge, town) SELECT id + 10, n, badge, town FROM guest",
    ):
        with pytest.raises(pymysql.err.IntegrityError) as error:
            run(session, statement)
        assert error.value.args[0] == DUPLICATE, statement
        assert "for key 'by_badge'" in error.value.args[1], statement
        assert_entries(guests, commerce)
        assert table(session) == before
    # The row's own key.
    with pytest.raises(pymysql.err.IntegrityError) as error:
        run(session, "INSERT INTO guest (id, n, badge, town) VALUES (1, 1, 'z', 'y')")
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


def test_values_that_the_text_does_not_have(session, guests, commerce):
    """Defaults and expressions: the rows are asked what came of them."""
    assert run(session, "INSERT INTO guest (id, n) VALUES (1, 1), (2, 1)") == 2
    assert_entries(guests, commerce)
    assert rows(session, "SELECT id FROM guest WHERE town = 'Bern'") == [(1,), (2,)]
    assert run(session, "INSERT INTO guest (id, n, badge, town) VALUES (3, 1, CONCAT('a', 'b'), DEFAULT)") == 1
    assert run(session, "INSERT INTO guest SET id = 4, n = 1, room = 2 * 3") == 1
    assert_entries(guests, commerce)
    assert rows(session, "SELECT id FROM guest WHERE room = 6") == [(4,)]
    with pytest.raises(pymysql.err.IntegrityError, match="by_badge"):
        run(session, "INSERT INTO guest (id, n, badge) VALUES (5, 1, 'x'), (6, 1, LOWER('AB'))")
    assert_entries(guests, commerce)
    assert len(table(session)) == 4


def test_insert_ignore(session, guests, commerce):
    columns = "INSERT IGNORE INTO guest (id, n, badge, room, town) VALUES "
    assert run(session, columns + "(1, 1, 'a', 7, 'x'), (2, 1, 'b', 7, 'x')") == 2
    assert_entries(guests, commerce)
    # Another row's badge, twice in one statement, the row's own key.
    assert run(session, columns + "(3, 1, 'a', 8, 'y'), (4, 1, 'd', 8, 'y'), (5, 1, 'D', 8, 'z'), (1, 1, 'f', 9, 'z'), (6, 1, NULL, NULL, 'z')") == 2
    assert_entries(guests, commerce)
    assert [row[0] for row in table(session)] == [1, 2, 4, 6]
    # What was left out leaves nothing behind.
    assert run(session, columns + "(7, 1, 'f', 9, 'z')") == 1
    assert_entries(guests, commerce)


def test_replace(session, guests, commerce):
    columns = "(id, n, badge, room, town) VALUES "
    run(session, "INSERT INTO guest " + columns + "(1, 1, 'a', 7, 'x'), (1, 2, 'b', 7, 'x'), (2, 1, 'c', 7, 'x')")
    assert run(session, "REPLACE INTO guest " + columns + "(1, 1, 'z', 8, 'y'), (3, 1, 'n', 7, 'x')") == 3
    assert_entries(guests, commerce)
    # The badge of a row on any shard: it goes, as on one server.
    assert run(session, "REPLACE INTO guest " + columns + "(4, 1, 'c', 1, 'x')") == 2
    assert_entries(guests, commerce)
    assert [(row[0], row[2]) for row in table(session)] == [(1, "b"), (1, "z"), (3, "n"), (4, "c")] or sorted(
        (row[0], row[2]) for row in table(session)
    ) == [(1, "b"), (1, "z"), (3, "n"), (4, "c")]
    # Both: its own key and another row's badge.
    assert run(session, "REPLACE INTO guest " + columns + "(1, 1, 'b', 1, 'x')") == 3
    assert_entries(guests, commerce)
    assert run(session, "REPLACE INTO guest " + columns + "(1, 1, 'b', 2, 'x')") == 2
    assert_entries(guests, commerce)


def test_on_duplicate_key_update(session, guests, commerce):
    insert = "INSERT INTO guest (id, n, badge, room, town) VALUES "
    update = " ON DUPLICATE KEY UPDATE badge = VALUES(badge), room = VALUES(room), note = 3"
    assert run(session, insert + "(1, 1, 'a', 7, 'x'), (2, 1, 'b', 7, 'x')" + update) == 2
    assert_entries(guests, commerce)
    assert run(session, insert + "(1, 1, 'c', 8, 'x'), (3, 1, 'd', 7, 'x')" + update) == 3
    assert_entries(guests, commerce)
    assert rows(session, "SELECT id, n FROM guest WHERE badge = 'c' AND note = 3") == [(1, 1)]
    assert run(session, insert + "(1, 1, 'c', 8, 'x')" + update) == 0
    # No vindex's column changes.
    assert run(session, insert + "(1, 1, 'c', 8, 'x') ON DUPLICATE KEY UPDATE note = note + 1") == 2
    assert_entries(guests, commerce)
    for statement in (insert + "(9, 1, 'd', 7, 'x')" + update, insert + "(1, 1, 'd', 7, 'x')" + update):
        with pytest.raises(pymysql.err.IntegrityError, match="by_badge"):
            run(session, statement)
        assert_entries(guests, commerce)
    with pytest.raises(pymysql.err.MySQLError, match="without a primary key that stays"):
        run(session, insert + "(1, 1, 'x', 7, 'x') ON DUPLICATE KEY UPDATE n = n + 1, badge = 'q'")
    assert_entries(guests, commerce)


def test_rows_one_by_one_prepared_and_selected(proxy, session, guests, commerce):
    client = wire.Wire(proxy.port).login(database="customer")

    def execute(statement, *values):
        number, _, _ = prepared.prepare(client, statement)
        prepared.execute(client, number, *values)
        answer = prepared.answer(client)
        client.command(wire.STMT_CLOSE, number)
        return answer[1]

    values = " INTO guest (id, n, badge, room, town) VALUES (?, 1, ?, ?, 'x'), (?, 1, ?, 3, ?)"
    assert execute("REPLACE" + values, b"1", b"a", b"7", b"2", b"b", b"y") == 2
    assert_entries(guests, commerce)
    assert execute("INSERT IGNORE" + values, b"3", b"c", b"7", b"4", b"a", b"y") == 1
    assert_entries(guests, commerce)
    assert execute("INSERT" + values + " ON DUPLICATE KEY UPDATE badge = VALUES(badge)", b"1", b"n", b"7", b"5", b"e", b"y") == 3
    assert_entries(guests, commerce)
    client.close()
    assert run(session, "REPLACE INTO guest (id, n, badge, room, town) SELECT id, n, CONCAT(badge, '2'), room + 1, town FROM guest") == 8
    assert_entries(guests, commerce)
    assert run(session, "INSERT IGNORE INTO guest (id, n, badge, room, town) SELECT id + 10, n, IF(id < 3, badge, CONCAT(badge, '3')), room, town FROM guest") == 2
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


def test_under_lock_tables(session, guests, commerce):
    run(session, "LOCK TABLES guest WRITE, room_lookup WRITE")
    assert run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'a', 7, 'x'), (2, 1, 'b', 7, 'x')") == 2
    assert run(session, "UPDATE guest SET badge = 'c', room = 8 WHERE id = 1") == 1
    with pytest.raises(pymysql.err.IntegrityError, match="under LOCK TABLES what was done before it stays"):
        run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (3, 1, 'b', 7, 'x')")
    assert run(session, "DELETE FROM guest WHERE id = 2") == 1
    run(session, "UNLOCK TABLES")
    assert_entries(guests, commerce)
    assert len(table(session)) == 1


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
    run(session, "INSERT INTO guest (id, n, town) VALUES " + ", ".join(f"({i}, 1, 'x')" for i in range(8)))
    with pytest.raises(pymysql.err.MySQLError, match="gather.max_rows"):
        run(session, "DELETE FROM guest")
    assert len(table(session)) == 8
    assert_entries(guests, commerce)
    assert run(session, "DELETE FROM guest WHERE id < 4") == 4
    assert_entries(guests, commerce)
    session.close()


class Model:
    """One server that has the table as it would be without shards: unique badges included."""

    def __init__(self, server):
        self.server = server
        server.sql("CREATE DATABASE IF NOT EXISTS model")
        made = hotel.GUEST.replace("customer.guest", "model.guest")
        server.sql(made.replace("PRIMARY KEY (id, n)", "PRIMARY KEY (id, n), UNIQUE KEY by_badge (badge)"))
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


@pytest.mark.parametrize("seed", (1, 2, 3))
def test_random_statements(session, guests, commerce, model, seed):
    """Rows and outcomes as on one server with a unique key; after each statement the entries are the rows'."""
    random_ = random.Random(seed)
    done = []
    in_transaction = False
    for _ in range(150):
        statement = hotel.a_statement(random_)
        done.append(statement)
        if random_.random() < 0.15:
            word = random_.choice(("COMMIT", "ROLLBACK")) if in_transaction else "BEGIN"
            in_transaction = not in_transaction
            done.append(word)
            for each in (session, model.connection):
                run(each, word)
        expected = hotel.outcome(model.connection, statement)
        got = hotel.outcome(session, statement)
        # An UPDATE may meet a value on its way that another row gives up later; one server's order may not.
        if got != expected and statement.startswith("UPDATE") and DUPLICATE in (got, expected):
            for each in (session, model.connection):
                run(each, "ROLLBACK")
                run(each, "DELETE FROM guest")
            in_transaction = False
            continue
        # A server that has more keys counts a row that is replaced by itself.
        assert got == expected or statement.startswith("REPLACE"), done[-6:]
        assert table(session) == rows(model.connection, "SELECT id, n, badge, room, town, note FROM guest"), done[-6:]
        if not in_transaction:
            assert_entries(guests, commerce)
    if in_transaction:
        run(session, "COMMIT")
    assert_entries(guests, commerce)
