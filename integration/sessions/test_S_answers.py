"""S9 to S12: what a server remembers of the previous statement, wherever it ran."""

import pytest

from kit import wire
from kit.crowd import Crowd
from kit.waiting import until
from sessions.scenario import play, text_and_prepared


@text_and_prepared
def test_S9_last_insert_id(sides, how):
    play(
        sides,
        """
        0 SELECT LAST_INSERT_ID()
        0 INSERT INTO t0 (v) VALUES ('a'), ('b')
        1 INSERT INTO t1 (v) VALUES ('a'), ('b'), ('c')
        1 INSERT INTO t1 (v) VALUES ('d')
        * 3
        0 SELECT LAST_INSERT_ID()
        1 SELECT LAST_INSERT_ID() AS id, LAST_INSERT_ID() + 1, @@last_insert_id, @@identity
        2 SELECT LAST_INSERT_ID()
        0 INSERT INTO t0 (v) VALUES ('c')
        0 INSERT INTO u0 (id, v) VALUES (LAST_INSERT_ID(), 'child')
        0 SELECT id FROM u0
        0 UPDATE u0 SET id = LAST_INSERT_ID(id + 10)
        0 SELECT LAST_INSERT_ID()
        0 SELECT LAST_INSERT_ID(99)
        0 SELECT LAST_INSERT_ID()
        0 INSERT INTO u0 SELECT LAST_INSERT_ID(), v FROM t0
        0 SELECT id FROM u0 ORDER BY id
        0 SELECT v FROM t0 WHERE id = LAST_INSERT_ID() OR id = 1
        0 DELETE FROM t0 WHERE id = LAST_INSERT_ID() - 97
        0 INSERT INTO t0 (id, v) VALUES (50, 'given')
        0 SELECT LAST_INSERT_ID()
        0 INSERT INTO t0 (id, v) VALUES (NULL, 'generated'), (NULL, 'too')
        0 SELECT LAST_INSERT_ID()
        0 INSERT INTO t0 (id, v) VALUES (50, 'd') ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), v = 'changed'
        0 SELECT LAST_INSERT_ID()
        0 REPLACE INTO t0 (v) VALUES ('r')
        0 SELECT LAST_INSERT_ID()
        0 INSERT IGNORE INTO t0 (id, v) VALUES (50, 'ignored')
        0 SELECT LAST_INSERT_ID()
        0 INSERT INTO nowhere VALUES (1)
        0 SELECT LAST_INSERT_ID()
        0 INSERT INTO t0 (v) SELECT v FROM u0
        0 SELECT LAST_INSERT_ID()
        0 BEGIN
        0 INSERT INTO t0 (v) VALUES ('z')
        0 ROLLBACK
        0 SELECT LAST_INSERT_ID()
        0 SET @id = LAST_INSERT_ID()
        0 SELECT @id
        0 SET last_insert_id = 7
        0 SELECT LAST_INSERT_ID()
        0 SELECT * FROM (SELECT LAST_INSERT_ID() AS x) d WHERE x = LAST_INSERT_ID()
        1 SELECT LAST_INSERT_ID()
        0 /reset
        0 SELECT LAST_INSERT_ID()
        """,
        how,
    )


@text_and_prepared
def test_S10_found_rows(sides, how):
    """MySQL 9 warns that FOUND_ROWS() is deprecated. The proxy writes the value in its place, so it does not."""
    play(
        sides,
        """
        0 INSERT INTO t0 (v) VALUES ('a'), ('b'), ('c'), ('d')
        0 SELECT SQL_CALC_FOUND_ROWS id FROM t0 LIMIT 2
        0 SELECT FOUND_ROWS()
        0 SELECT id FROM t0 LIMIT 3
        1 SELECT id FROM t0 LIMIT 1
        0 SELECT FOUND_ROWS()
        1 SELECT FOUND_ROWS()
        0 SELECT id FROM t0 WHERE id > 100
        0 SELECT FOUND_ROWS() AS n, FOUND_ROWS() + 1
        0 SELECT SQL_CALC_FOUND_ROWS id FROM t0 WHERE id > 1 LIMIT 1
        1 SELECT SQL_CALC_FOUND_ROWS id FROM t0 LIMIT 1
        0 SELECT FOUND_ROWS()
        1 SELECT FOUND_ROWS()
        0 BEGIN
        0 SELECT SQL_CALC_FOUND_ROWS id FROM t0 LIMIT 1
        0 SELECT FOUND_ROWS()
        0 COMMIT
        """,
        how,
        count_warnings=False,
    )


@text_and_prepared
def test_S10_found_rows_of_queries_without_an_answer(sides, how):
    """INSERT ... SELECT and SELECT ... INTO count their query's rows; what is no query leaves the count."""
    play(
        sides,
        """
        0 INSERT INTO t0 (v) VALUES ('a'), ('b'), ('c'), ('d')
        0 SELECT id FROM t0 LIMIT 3
        0 INSERT INTO u0 SELECT id, v FROM t0
        0 SELECT FOUND_ROWS()
        0 INSERT IGNORE INTO u0 SELECT id, v FROM t0 WHERE id < 3
        0 SELECT FOUND_ROWS()
        0 INSERT INTO u0 SELECT id, 'x' FROM t0 ON DUPLICATE KEY UPDATE v = 'y'
        0 SELECT FOUND_ROWS()
        0 REPLACE INTO u0 SELECT id, 'x' FROM t0 WHERE id > 100
        0 SELECT FOUND_ROWS()
        0 SELECT id FROM t0 LIMIT 3
        0 SELECT v INTO @v FROM t0 WHERE id = 1
        0 SELECT FOUND_ROWS()
        0 SELECT id FROM t0 LIMIT 3
        0 INSERT INTO t0 (v) VALUES ('e'), ('f')
        0 DELETE FROM t0 WHERE id > 4
        1 INSERT INTO t1 (v) VALUES ('e')
        0 SELECT FOUND_ROWS()
        """,
        how,
        count_warnings=False,
    )


def test_S10_clients_differ_in_found_rows(sides):
    """CLIENT_FOUND_ROWS: matched rows instead of changed ones; a connection serves both kinds of client in turn."""
    proxy, through, _ = sides
    through.begin()
    changed = wire.Wire(proxy.port).login(database="model")
    matched = wire.Wire(proxy.port).login(database="model", capabilities=wire.USUAL | wire.FOUND_ROWS)
    changed.query("INSERT INTO t0 (v) VALUES ('same'), ('same'), ('other')")
    for _ in range(4):
        assert changed.query("UPDATE t0 SET v = 'same' WHERE v = 'same'")[0].affected == 0
        assert matched.query("UPDATE t0 SET v = 'same' WHERE v = 'same'")[0].affected == 2
    for client in (changed, matched):
        client.close()
    through.end()


@text_and_prepared
def test_S11_row_count_and_diagnostics(sides, how):
    play(
        sides,
        """
        0 INSERT INTO t0 (v) VALUES ('a'), ('b')
        1 UPDATE t1 SET v = 'nobody'
        0 SELECT ROW_COUNT()
        0 SELECT ROW_COUNT()
        0 UPDATE t0 SET v = 'x' WHERE id = 1
        0 SELECT ROW_COUNT() AS n, ROW_COUNT() * 2
        0 DELETE FROM t0
        0 SELECT ROW_COUNT()
        0 SET @x = 5
        0 SELECT ROW_COUNT()
        0 SELECT * FROM nowhere
        0 SELECT ROW_COUNT()
        0 BEGIN
        0 SELECT ROW_COUNT()
        0 COMMIT
        """,
        how,
    )


@pytest.mark.parametrize("question", [
    "SHOW WARNINGS", "SHOW COUNT(*) WARNINGS", "SHOW ERRORS", "SHOW COUNT(*) ERRORS", "SHOW WARNINGS LIMIT 1",
    "SELECT @@warning_count, @@error_count", "SELECT @@warning_count",
])  # fmt: skip
def test_S11_warnings_of_the_statement_before(sides, question):
    play(
        sides,
        "\n".join(
            f"0 {statement}\n1 SELECT 1\n1 SELECT CAST('x' AS SIGNED)\n0 {question}\n2 {question}"
            for statement in (
                "SELECT 1/0, CAST('y1' AS SIGNED)",
                "SELECT COUNT(*) FROM t0",
                "INSERT IGNORE INTO t0 (id, v) VALUES (1, REPEAT('y', 300)), (1, 'b')",
                "SELECT * FROM nowhere",
                "SELEC 1",
                "DROP TABLE IF EXISTS nowhere, nowhere2",
                "SELECT v FROM t0",
                "INSERT INTO t0 (id) VALUES (1)",
            )
        ),
    )


def test_S11_get_diagnostics(sides):
    play(
        sides,
        """
        0 SELECT * FROM nowhere
        0 GET DIAGNOSTICS CONDITION 1 @code = MYSQL_ERRNO, @text = MESSAGE_TEXT
        0 SELECT @code, @text
        0 INSERT IGNORE INTO t0 (id, v) VALUES (1, 'a'), (1, 'b')
        0 GET DIAGNOSTICS @n = NUMBER, @rows = ROW_COUNT
        0 SELECT @n, @rows
        1 SELECT @n, @rows
        """,
    )


def test_S12_kill_by_the_id_that_connection_id_tells(sides):
    """Also after the session has moved from one tablet connection to another."""
    proxy, _, _ = sides
    victim, killer = (wire.Wire(proxy.port, timeout=30).login(database="model") for _ in range(2))
    number = int(victim.rows("SELECT CONNECTION_ID()")[0][0])
    assert number == victim.greeting.thread_id
    holders = [wire.Wire(proxy.port).login(database="model") for _ in range(3)]
    for holder in holders:  # takes the connections that the victim had
        holder.query("BEGIN")
        holder.query("SELECT 1")
    assert int(victim.rows("SELECT CONNECTION_ID()")[0][0]) == number
    for how, code in (("KILL QUERY", 1317), ("KILL", 1317)):
        crowd = Crowd(1, lambda _: victim.query("SELECT SLEEP(20), 1 FROM t0 UNION SELECT SLEEP(20), 2"))
        until(lambda: any("SLEEP" in (row["statement"] or "") for row in proxy.admin("SHOW LEASES")), "the sleep", 5)
        killer.query(f"{how} {number}")
        (result,) = crowd.done(10)
        if how == "KILL QUERY":
            # Ended early, which done() has seen; SLEEP may return 1 instead of the error.
            assert not isinstance(result, wire.ServerError) or result.code == code
            assert victim.rows("SELECT 1") == [[b"1"]]
        else:
            assert isinstance(result, (wire.ServerError, EOFError, ConnectionError))
    with pytest.raises((wire.ServerError, EOFError, ConnectionError)):
        victim.rows("SELECT 1")
    with pytest.raises(wire.ServerError) as raised:
        killer.query(f"KILL {number}")
    assert raised.value.code == 1094
    for client in (killer, *holders):
        client.close()
    proxy.quiet()
