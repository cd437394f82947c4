"""What the servers' own test suites found (docs/compatibility.md), each in its smallest form."""

import pytest

from sessions.scenario import play

LOOP = "FOR r IN (SELECT 'utf8mb4_bin' AS c UNION SELECT 'utf8mb4_general_ci') DO SELECT r.c; END FOR"
CURSOR = """CREATE OR REPLACE PROCEDURE walk0() BEGIN
DECLARE n INT; DECLARE c CURSOR FOR SELECT id FROM t0; OPEN c; FETCH c INTO n; SELECT n, 'in it'; FETCH c INTO n; SELECT n; CLOSE c; END"""


def test_W4_results_while_a_stored_program_has_a_cursor_open(sides):
    """The tablet shows its own cursor in the flags of the results, which are whole all the same."""
    only_on(sides, "mariadb")
    play(
        sides,
        f"""
        0 {LOOP}
        0 INSERT INTO t0 (v) VALUES ('a'), ('b')
        0 {" ".join(CURSOR.split())}
        0 CALL walk0()
        0 /prepared CALL walk0()
        0 SELECT COUNT(*) FROM t0
        """,
    )


def test_S11_warnings_of_the_end_of_a_transaction(sides):
    """ROLLBACK warns where a table has no transactions."""
    play(
        sides,
        """
        0 CREATE TABLE n0 (id INT) ENGINE=MyISAM
        0 BEGIN
        0 INSERT INTO t0 (v) VALUES ('goes')
        0 INSERT INTO n0 VALUES (1)
        0 ROLLBACK
        0 SHOW WARNINGS
        0 SELECT * FROM n0
        0 SELECT * FROM t0
        0 DROP TABLE n0
        """,
    )


@pytest.mark.parametrize(
    "statement",
    [
        "START TRANSACTION READ ONLY, READ WRITE",
        "START TRANSACTION READ",
        "START TRANSACTION NOW",
        "COMMIT AND CHAIN RELEASE",
        "ROLLBACK AND CHAIN RELEASE",
        "SET TRANSACTION READ ONLY, READ WRITE",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, ISOLATION LEVEL READ COMMITTED",
    ],
)
def test_S13_what_is_no_transaction(sides, statement):
    play(
        sides,
        f"""
        0 {statement}
        0 INSERT INTO t0 (v) VALUES ('a')
        0 BEGIN
        0 INSERT INTO t0 (v) VALUES ('b')
        0 {statement}
        0 SELECT COUNT(*) FROM t0
        0 ROLLBACK
        0 SELECT COUNT(*) FROM t0
        """,
    )


def test_S10_counts_after_a_procedure(sides):
    """FOUND_ROWS() was what it had been before, ROW_COUNT() the sum of all that came."""
    play(
        sides,
        """
        0 INSERT INTO t0 (v) VALUES ('a'), ('b'), ('c')
        0 SELECT v FROM t0 LIMIT 2
        0 CREATE PROCEDURE finds0() BEGIN SELECT id FROM t0; SELECT id FROM t0 LIMIT 1; END
        0 CREATE PROCEDURE keeps0() BEGIN DELETE FROM t0 WHERE v = 'c'; SELECT v INTO @v FROM t0 LIMIT 1; END
        0 CREATE PROCEDURE deletes0() BEGIN SELECT 1; DELETE FROM t0; END
        0 CALL finds0()
        0 SELECT FOUND_ROWS(), ROW_COUNT()
        0 SELECT v FROM t0
        0 CALL keeps0()
        0 SELECT FOUND_ROWS(), ROW_COUNT()
        0 CALL deletes0()
        0 SELECT ROW_COUNT(), FOUND_ROWS()
        0 DO 1
        0 SELECT FOUND_ROWS()
        """,
        count_warnings=False,  # MySQL warns that FOUND_ROWS() is deprecated
    )


def test_S10_found_rows_of_what_gives_none(sides):
    play(
        sides,
        """
        0 INSERT INTO t0 (v) VALUES ('a'), ('b'), ('c')
        0 SELECT v FROM t0
        0 SHOW WARNINGS
        0 SELECT FOUND_ROWS()
        0 SELECT SQL_CALC_FOUND_ROWS v FROM t0 LIMIT 1
        0 SHOW WARNINGS
        0 SELECT FOUND_ROWS()
        0 SELECT v FROM t0
        0 SELECT COUNT(*) INTO @c FROM t0
        0 SELECT FOUND_ROWS()
        """,
        count_warnings=False,  # MySQL warns that FOUND_ROWS() is deprecated
    )


def test_S13_a_savepoint_before_anything_else(sides):
    """With autocommit=0 it belongs to the transaction that the next statement begins (PHP's mysqli)."""
    play(
        sides,
        """
        0 SET autocommit = 0
        0 SAVEPOINT a
        0 INSERT INTO t0 (v) VALUES ('x')
        0 ROLLBACK TO a
        0 SELECT COUNT(*) FROM t0
        0 INSERT INTO t0 (v) VALUES ('y')
        0 SAVEPOINT b
        0 RELEASE SAVEPOINT a
        0 ROLLBACK TO b
        0 COMMIT
        0 SAVEPOINT c
        0 SELECT COUNT(*) FROM t0
        0 RELEASE SAVEPOINT c
        0 ROLLBACK
        0 SAVEPOINT d
        0 COMMIT
        0 ROLLBACK TO d
        0 SET autocommit = 1
        0 SAVEPOINT e
        0 SELECT COUNT(*) FROM t0
        0 ROLLBACK TO e
        """,
    )


def test_S6_a_temporary_table_that_a_function_made(sides):
    """Other sessions saw it."""
    play(
        sides,
        """
        0 CREATE FUNCTION makes0() RETURNS INT DETERMINISTIC BEGIN CREATE TEMPORARY TABLE made0 (n INT); RETURN 1; END
        0 SELECT v FROM t0
        =
        0 DO makes0()
        = procedure
        1 SELECT * FROM made0
        0 INSERT INTO made0 VALUES (5)
        0 SELECT v FROM t0
        1 SELECT * FROM made0
        0 SELECT * FROM made0
        """,
    )


def only_on(sides, kind):
    if sides[1].kind != kind:
        pytest.skip(f"only {kind} has this statement")


@pytest.mark.parametrize("how", ["KILL QUERY", "KILL"])
def test_S12_kill_of_an_expression(sides, how):
    """KILL CONNECTION_ID(), KILL @id."""
    play(
        sides,
        f"""
        0 SET @me = CONNECTION_ID()
        0 KILL QUERY @me
        0 SELECT 'still there'
        0 KILL @nobody
        0 KILL QUERY 1 + 4000000000
        0 SELECT 'still there'
        1 {how} CONNECTION_ID()
        """,
    )


def test_S12_kill_of_a_value(sides):
    """A value is made a number as any other, and what servers refuse is refused."""
    play(
        sides,
        """
        0 KILL QUERY 'x'
        0 KILL '90000007x'
        0 KILL 90000000.5
        0 KILL -1
        0 KILL NULL
        0 KILL 0x7fffffff
        0 KILL 99999999999
        0 KILL (SELECT 90000001)
        0 KILL (SELECT 90000001) + 1
        0 KILL EXISTS (SELECT 90000001) + 90000000
        0 KILL (SELECT id FROM t0)
        0 KILL rand(
        0 KILL 5 6
        0 KILL model.f()
        0 SELECT 'still there'
        """,
    )
    if sides[1].kind == "mariadb":
        play(
            sides,
            """
            0 KILL LASTVAL(s)
            0 KILL QUERY ID 90000000
            0 KILL HARD QUERY ID 90000000
            0 KILL SOFT 90000000
            """,
        )


def test_S12_kill_of_a_parameter(sides):
    play(
        sides,
        """
        0 PREPARE s FROM 'KILL ?'
        0 SET @id = 90000000
        0 EXECUTE s USING @id
        0 PREPARE s FROM 'KILL CONNECTION_ID() * 0 + ?'
        0 EXECUTE s USING @id
        0 /prepared KILL 90000001
        """,
    )


@pytest.mark.parametrize("options", ["WITH CONSISTENT SNAPSHOT", "READ ONLY, with consistent snapshot"])
def test_S12_a_snapshot_is_of_the_moment_it_was_asked_for(sides, options):
    """What others commit between START TRANSACTION and the first statement is not in it."""
    play(
        sides,
        f"""
        0 INSERT INTO t0 (v) VALUES ('before')
        0 START TRANSACTION {options}
        1 INSERT INTO t0 (v) VALUES ('after')
        0 SELECT v FROM t0
        0 SELECT COUNT(*) FROM t0
        0 COMMIT
        0 SELECT v FROM t0 ORDER BY id
        0 SET TRANSACTION ISOLATION LEVEL READ COMMITTED
        0 START TRANSACTION {options}
        0 SHOW WARNINGS
        0 SELECT COUNT(*) FROM t0
        0 ROLLBACK AND CHAIN
        1 INSERT INTO t0 (v) VALUES ('later')
        0 SELECT COUNT(*) FROM t0
        0 ROLLBACK
        0 LOCK TABLES t0 WRITE
        0 START TRANSACTION {options}
        0 SELECT COUNT(*) FROM t0
        0 ROLLBACK
        """,
    )


@pytest.mark.parametrize("begin", ["BEGIN", "SET autocommit = 0"])
def test_S10_savepoints_that_a_prepared_statement_made(sides, begin):
    play(
        sides,
        f"""
        0 PREPARE make FROM 'SAVEPOINT p'
        0 PREPARE back FROM 'ROLLBACK TO SAVEPOINT p'
        0 {begin}
        0 INSERT INTO t0 (v) VALUES ('a')
        0 EXECUTE make
        0 INSERT INTO t0 (v) VALUES ('b')
        0 SAVEPOINT own
        0 ROLLBACK TO SAVEPOINT p
        0 SELECT v FROM t0 ORDER BY id
        0 ROLLBACK TO SAVEPOINT own
        0 INSERT INTO t0 (v) VALUES ('c')
        0 EXECUTE back
        0 SELECT v FROM t0 ORDER BY id
        0 RELEASE SAVEPOINT p
        0 RELEASE SAVEPOINT p
        0 ROLLBACK TO SAVEPOINT nobody
        0 COMMIT
        0 SELECT v FROM t0 ORDER BY id
        0 SET autocommit = 1
        """,
    )
