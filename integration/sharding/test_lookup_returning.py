"""RETURNING and LOAD DATA on a table that owns lookups: the rows come back, or in, and the entries follow."""

import pymysql
import pytest

from kit import guests as hotel
from kit import prepared, wire
from kit.config import configuration, sharded, unsharded
from kit.guests import assert_entries, rows, run, table, vschema
from kit.server import APP_PASSWORD, APP_USER


@pytest.fixture(name="guests")
def the_guests(shards, commerce):
    hotel.make_tables(shards, commerce)
    yield shards
    hotel.drop_tables(shards, commerce)


@pytest.fixture
def proxy(make_proxy, commerce, guests):
    setup = {"commerce": unsharded(commerce), "customer": sharded(guests, vschema())}
    return make_proxy(configuration(setup, workers=1, limits={"merge_memory": "1MiB"}, gather={"max_rows": 5000}))


@pytest.fixture
def session(proxy):
    connection = pymysql.connect(
        host="127.0.0.1", port=proxy.port, user=APP_USER, password=APP_PASSWORD, database="customer",
        local_infile=True, charset="utf8mb4", autocommit=True,
    )  # fmt: skip
    yield connection
    connection.close()


def refused(session, statement, number, said=""):
    with pytest.raises(pymysql.err.MySQLError, match=said) as raised:
        run(session, statement)
    assert raised.value.args[0] == number, raised.value


def test_insert_returning(session, guests, commerce):
    statement = "INSERT INTO guest (id, n, badge, room) VALUES {} RETURNING id, badge, CONCAT(town, '!') AS t"
    with session.cursor() as cursor:
        cursor.execute(statement.format("(1, 1, 'a', 7), (2, 1, 'b', 7), (3, 1, NULL, NULL)"))
        # Values of the lookup in town are the server's own default: row by row.
        assert sorted(cursor.fetchall()) == [(1, "a", b"Bern!"), (2, "b", b"Bern!"), (3, None, b"Bern!")]
        assert [column[0] for column in cursor.description] == ["id", "badge", "t"]
        assert_entries(guests, commerce)
        cursor.execute("INSERT INTO guest (id, n, badge, room, town) VALUES (4, 1, 'c', 7, 'x'), (5, 1, 'd', 8, 'y') RETURNING *")
        assert sorted(row[:5] for row in cursor.fetchall()) == [(4, 1, "c", 7, b"x"), (5, 1, "d", 8, b"y")]
        assert_entries(guests, commerce)
        cursor.execute("SELECT ROW_COUNT()")
        assert cursor.fetchall() == ((-1,),)
        cursor.execute("BEGIN")
        cursor.execute(statement.format("(6, 1, 'e', 7)"))
        assert cursor.fetchall() == ((6, "e", b"Bern!"),)
        refused(session, statement.format("(7, 1, 'f', 7), (8, 1, 'a', 7)"), 1062, "by_badge")
        refused(session, statement.format("(7, 1, 'f', 7), (6, 1, 'g', 7)"), 1062)
        cursor.execute("COMMIT")
    assert_entries(guests, commerce)
    assert [row[0] for row in table(session)] == [1, 2, 3, 4, 5, 6]
    for head, tail in (("INSERT IGNORE", ""), ("INSERT", " ON DUPLICATE KEY UPDATE note = 1")):
        refused(session, f"{head} INTO guest (id, n) VALUES (1, 1){tail} RETURNING id", 1105, "RETURNING into guest")


def test_replace_returning(session, guests, commerce):
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES (1, 1, 'a', 7, 'x'), (2, 1, 'b', 7, 'x'), (3, 1, 'c', 8, 'y')")
    statement = "REPLACE INTO guest (id, n, badge, room, town) VALUES {} RETURNING id, badge, room"
    with session.cursor() as cursor:
        # A row of the same key, a badge that a row of another shard has, both, and neither.
        for values, given in (
            ("(1, 1, 'a', 9, 'z')", {(1, "a", 9)}),
            ("(4, 1, 'b', 9, 'z'), (9, 1, NULL, NULL, 'z')", {(4, "b", 9), (9, None, None)}),
            ("(3, 1, 'a', 5, 'z'), (5, 1, 'new', 5, 'z')", {(3, "a", 5), (5, "new", 5)}),
        ):
            cursor.execute(statement.format(values))
            assert set(cursor.fetchall()) == given
            assert_entries(guests, commerce)
        assert [row[:4] for row in table(session)] == [(3, 1, "a", 5), (4, 1, "b", 9), (5, 1, "new", 5), (9, 1, None, None)]
        cursor.execute("BEGIN")
        cursor.execute(statement.format("(7, 1, 'a', 1, 'z')"))
        assert cursor.fetchall() == ((7, "a", 1),)
        cursor.execute("ROLLBACK")
    assert_entries(guests, commerce)
    assert [row[0] for row in table(session)] == [3, 4, 5, 9]


def test_delete_returning(session, guests, commerce):
    run(session, "INSERT INTO guest (id, n, badge, room, town) VALUES " + ", ".join(f"({i}, 1, 'g{i}', {i % 3}, 'x')" for i in range(20)))
    with session.cursor() as cursor:
        cursor.execute("DELETE FROM guest WHERE id = 3 RETURNING badge")
        assert cursor.fetchall() == (("g3",),)
        cursor.execute("DELETE FROM guest WHERE room = 1 RETURNING id, badge")
        assert sorted(cursor.fetchall()) == [(i, f"g{i}") for i in range(20) if i % 3 == 1]
        assert_entries(guests, commerce)
        cursor.execute("DELETE FROM guest WHERE badge = 'nobody' RETURNING id")
        assert cursor.fetchall() == ()
        cursor.execute("BEGIN")
        cursor.execute("DELETE FROM guest RETURNING id")
        assert len(cursor.fetchall()) == 12
        cursor.execute("ROLLBACK")
    assert len(table(session)) == 12
    assert_entries(guests, commerce)


def test_prepared(proxy, session, guests, commerce):
    client = wire.Wire(proxy.port).login(database="customer")
    number, _, _ = prepared.prepare(client, "INSERT INTO guest (id, n, badge, room, town) VALUES (?, 1, ?, 3, 'x') RETURNING id, badge")
    for i in (1, 2, 3):
        prepared.execute(client, number, str(i).encode(), b"b%d" % i)
        # Header, NULL bitmap, the id as eight bytes, the badge with its length.
        assert prepared.binary_rows(client) == [b"\x00\x00" + i.to_bytes(8, "little") + b"\x02b%d" % i]
    client.close()
    assert_entries(guests, commerce)
    assert [row[:3] for row in table(session)] == [(i, 1, f"b{i}") for i in (1, 2, 3)]


def test_more_rows_than_may_be_kept(session, guests, commerce):
    run(session, "INSERT INTO guest (id, n, town) VALUES " + ", ".join(f"({i}, 1, 'x')" for i in range(50)))
    refused(session, "DELETE FROM guest RETURNING id, REPEAT('x', 40000)", 1041, "merge_memory")
    assert len(table(session)) == 50
    assert_entries(guests, commerce)
    with session.cursor() as cursor:
        cursor.execute("DELETE FROM guest WHERE id < 10 RETURNING id, REPEAT('x', 40000) AS x")
        assert sorted((row[0], len(row[1])) for row in cursor.fetchall()) == [(i, 40000) for i in range(10)]
    assert_entries(guests, commerce)


def load(session, path, text, clauses):
    path.write_text(text)
    with session.cursor() as cursor:
        affected = cursor.execute(f"LOAD DATA LOCAL INFILE '{path}' {clauses}")
        return affected, cursor._result.message.decode().lstrip("&/*(").split("R", 1)[1] if cursor._result.message else ""


def test_load_data(session, guests, commerce, tmp_path):
    path = tmp_path / "file"
    columns = "(id, n, badge, room, town)"
    assert load(session, path, "1\t1\ta\t7\tBern\n2\t1\tit's\t8\tGenf\n3\t1\t\\N\t\\N\tx\n", f"INTO TABLE guest {columns}") == (
        3, "ecords: 3  Deleted: 0  Skipped: 0  Warnings: 0",
    )  # fmt: skip
    assert_entries(guests, commerce)
    assert rows(session, "SELECT id FROM guest WHERE badge = 'it''s'") == [(2,)]
    # LOCAL leaves out rows whose key or whose badge is there.
    assert load(session, path, "1\t1\tz\t7\tBern\n4\t1\ta\t7\tBern\n5\t1\tb\t7\tBern\n", f"INTO TABLE guest {columns}") == (
        1, "ecords: 3  Deleted: 0  Skipped: 2  Warnings: 2",
    )  # fmt: skip
    assert_entries(guests, commerce)
    assert load(session, path, "1\t1\tz\t7\tBern\n6\t1\tb\t9\tBern\n", f"REPLACE INTO TABLE customer.guest {columns}") == (
        4, "ecords: 2  Deleted: 2  Skipped: 0  Warnings: 0",
    )  # fmt: skip
    assert_entries(guests, commerce)
    # Numbers that are not written plainly, a key that SET computes, a header, and fields of an enclosing sign.
    text = 'id,badge\r\n"007","x ""y"""\r\n 8 ,plain\r\n'
    clauses = "INTO TABLE guest FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' LINES TERMINATED BY '\\r\\n' IGNORE 1 LINES"
    assert load(session, path, text, f"{clauses} (@id, badge) SET id = @id + 100, n = 2, room = @id")[0] == 2
    assert_entries(guests, commerce)
    assert [row[:5] for row in table(session)] == [
        (1, 1, "z", 7, b"Bern"), (107, 2, 'x "y"', 7, b"Bern"), (108, 2, "plain", 8, b"Bern"), (2, 1, "it's", 8, b"Genf"),
        (3, 1, None, None, b"x"), (6, 1, "b", 9, b"Bern"),
    ]  # fmt: skip


def test_load_data_in_a_transaction(session, guests, commerce, tmp_path):
    path = tmp_path / "file"
    run(session, "BEGIN")
    assert load(session, path, "".join(f"{i}\t1\tb{i}\t7\n" for i in range(300)), "INTO TABLE guest (id, n, badge, room)")[0] == 300
    run(session, "ROLLBACK")
    assert table(session) == []
    assert_entries(guests, commerce)
    assert load(session, path, "", "INTO TABLE guest (id, n)")[0] == 0
    for text, clauses, number, said in (
        ("1\n", "(nothing, id)", 1054, "nothing"),
        ("1\t1\n", "(n, badge)", 1105, "without a value for vindex column guest.id"),
        ("1\t1\n", "PARTITION (p0) (id, n)", 1105, "partition"),
        ("".join(f"{i}\t1\n" for i in range(5001)), "(id, n)", 1104, "gather.max_rows"),
    ):
        path.write_text(text)
        refused(session, f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE guest {clauses}", number, said)
        assert rows(session, "SELECT 1") == [(1,)]
    assert table(session) == []
    assert_entries(guests, commerce)
