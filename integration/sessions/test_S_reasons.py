"""S6 to S8, S13 to S15: what reserves a connection does so from the statement that begins it to the one that ends it,
and nobody else sees it."""

import pytest

from kit import wire
from sessions.scenario import play, text_and_prepared

pytestmark = pytest.mark.main


@text_and_prepared
def test_S6_temporary_tables(sides, how):
    play(
        sides,
        """
        0 CREATE TEMPORARY TABLE tmp (n INT)
        = temporary_table
        0 INSERT INTO tmp VALUES (1), (2)
        * 5
        1 SELECT * FROM tmp
        0 SELECT * FROM tmp ORDER BY n
        0 CREATE TEMPORARY TABLE IF NOT EXISTS tmp2 AS SELECT * FROM tmp
        0 SELECT COUNT(*) FROM tmp2
        0 DROP TABLE tmp
        = temporary_table
        0 DROP TEMPORARY TABLE tmp2
        =
        0 SELECT * FROM tmp
        0 CREATE TEMPORARY TABLE t0 (only_here INT)
        0 SELECT * FROM t0
        0 DROP TEMPORARY TABLE t0
        0 SELECT * FROM t0
        =
        0 CREATE TEMPORARY TABLE tmp (n INT)
        0 BEGIN
        0 INSERT INTO tmp VALUES (5)
        0 COMMIT
        0 SELECT * FROM tmp
        0 /reset
        =
        0 SELECT * FROM tmp
        0 CREATE TEMPORARY TABLE tmp (n INT)
        0 /reconnect
        =
        * 6
        1 SELECT * FROM tmp
        """,
        how,
    )


@text_and_prepared
def test_S7_locks_are_counted(sides, how):
    play(
        sides,
        """
        0 SELECT GET_LOCK('a', 0)
        = advisory_lock
        1 SELECT GET_LOCK('a', 0)
        = advisory_lock
        1 SELECT IS_FREE_LOCK('a'), IS_USED_LOCK('a') IS NULL
        0 SELECT GET_LOCK('a', 0)
        0 SELECT RELEASE_LOCK('a')
        = advisory_lock
        1 SELECT GET_LOCK('a', 0)
        0 SELECT RELEASE_LOCK('a')
        =
        1 SELECT GET_LOCK('a', 0)
        = advisory_lock
        1 SELECT RELEASE_LOCK('a')
        =
        0 SELECT RELEASE_LOCK('a')
        0 SELECT id FROM t0 WHERE GET_LOCK('b', 0) = 1
        1 SELECT IS_FREE_LOCK('b')
        0 INSERT INTO t0 (v) VALUES (GET_LOCK('c', 0))
        1 SELECT IS_FREE_LOCK('c')
        0 UPDATE t0 SET v = GET_LOCK('d', 0)
        1 SELECT GET_LOCK('d', 0)
        0 DO GET_LOCK('e', 0)
        1 SELECT GET_LOCK('e', 0)
        0 SELECT RELEASE_ALL_LOCKS()
        =
        1 SELECT IS_FREE_LOCK('b'), IS_FREE_LOCK('c'), IS_FREE_LOCK('d'), IS_FREE_LOCK('e')
        0 SELECT GET_LOCK('f', 0)
        0 /reset
        =
        1 SELECT IS_FREE_LOCK('f')
        0 SELECT GET_LOCK('g', 0)
        0 /change_user
        =
        1 SELECT IS_FREE_LOCK('g')
        0 SELECT GET_LOCK('h', 0)
        0 /reconnect
        =
        1 SELECT GET_LOCK('h', 5)
        """,
        how,
    )


@text_and_prepared
def test_S8_lock_tables(sides, how):
    play(
        sides,
        """
        0 LOCK TABLES t0 WRITE, u0 READ
        = lock_tables
        0 INSERT INTO t0 (v) VALUES ('x')
        0 INSERT INTO u0 VALUES (1, 'x')
        0 SELECT COUNT(*) FROM t1
        0 UNLOCK TABLES
        =
        0 SELECT COUNT(*) FROM t1
        0 LOCK TABLES t0 READ
        0 BEGIN
        = transaction
        0 INSERT INTO t0 (v) VALUES ('y')
        0 ROLLBACK
        =
        0 LOCK TABLES t0 READ
        0 /reset
        =
        0 INSERT INTO t0 (v) VALUES ('z')
        0 LOCK TABLES t0 WRITE
        0 /reconnect
        =
        1 SELECT COUNT(*) FROM t0
        0 UNLOCK TABLES
        0 SELECT v FROM t0 ORDER BY id
        """,
        how,
    )


def test_S8_global_read_lock(sides):
    play(
        sides,
        """
        0 FLUSH TABLES WITH READ LOCK
        = global_read_lock
        0 INSERT INTO t0 (v) VALUES ('x')
        1 SELECT COUNT(*) FROM t0
        0 UNLOCK TABLES
        =
        1 INSERT INTO t1 (v) VALUES ('x')
        0 FLUSH TABLES WITH READ LOCK
        0 /reset
        =
        1 INSERT INTO t1 (v) VALUES ('x')
        """,
    )


@text_and_prepared
def test_S13_transaction_state(sides, how):
    play(
        sides,
        """
        0 BEGIN
        0 INSERT INTO t0 (id, v) VALUES (1, 'x')
        = transaction
        0 INSERT INTO t0 (id, v) VALUES (1, 'again')
        0 SELECT COUNT(*) FROM t0
        1 SELECT COUNT(*) FROM t0
        0 COMMIT
        =
        0 SET autocommit = 0
        0 INSERT INTO t0 (id, v) VALUES (2, 'x')
        = transaction
        0 ROLLBACK
        0 SELECT COUNT(*) FROM t0
        0 SET autocommit = 1
        =
        0 START TRANSACTION
        0 INSERT INTO t0 (id, v) VALUES (3, 'x')
        0 CREATE TABLE IF NOT EXISTS u0 (n INT)
        =
        0 ROLLBACK
        0 SELECT COUNT(*) FROM t0
        0 BEGIN
        0 INSERT INTO t0 (id, v) VALUES (4, 'x')
        0 COMMIT AND CHAIN
        0 INSERT INTO t0 (id, v) VALUES (5, 'x')
        = transaction
        0 ROLLBACK AND CHAIN
        0 INSERT INTO t0 (id, v) VALUES (6, 'x')
        0 COMMIT
        =
        0 SELECT id FROM t0 ORDER BY id
        0 SAVEPOINT nothing
        0 ROLLBACK TO nothing
        0 BEGIN
        0 SAVEPOINT one
        0 INSERT INTO t0 (id, v) VALUES (7, 'x')
        0 ROLLBACK TO one
        0 ROLLBACK TO two
        0 RELEASE SAVEPOINT one
        0 COMMIT
        0 SELECT id FROM t0 ORDER BY id
        0 SET completion_type = 1
        0 BEGIN
        0 INSERT INTO t0 (id, v) VALUES (8, 'x')
        0 COMMIT
        0 INSERT INTO t0 (id, v) VALUES (9, 'x')
        0 ROLLBACK AND NO CHAIN
        0 SET completion_type = DEFAULT
        0 SELECT id FROM t0 ORDER BY id
        =
        0 BEGIN
        0 SELECT COUNT(*) FROM t0
        0 BEGIN
        0 ROLLBACK
        =
        """,
        how,
    )


def test_S13_xa(sides):
    play(
        sides,
        """
        0 XA START 'x'
        0 INSERT INTO t0 (id, v) VALUES (1, 'x')
        0 BEGIN
        0 XA END 'x'
        0 XA PREPARE 'x'
        0 XA COMMIT 'x'
        0 SELECT id FROM t0
        0 XA START 'y'
        0 INSERT INTO t0 (id, v) VALUES (2, 'x')
        0 XA END 'y'
        0 XA ROLLBACK 'y'
        0 SELECT id FROM t0
        """,
    )


def test_S13_rollback_release_ends_the_connection(sides):
    proxy, _, _ = sides
    client = wire.Wire(proxy.port).login(database="model")
    client.query("BEGIN")
    client.query("SELECT 1")
    client.query("ROLLBACK RELEASE")
    client.socket.settimeout(5)
    assert client.socket.recv(10) == b"", "the server says goodbye"
    proxy.quiet()


def test_S13_deadlock_ends_the_transaction(sides):
    """1213 rolls back on the tablet: the session goes on without a transaction, the lease is free again."""
    from kit.crowd import Crowd

    proxy, through, _ = sides
    through.begin()
    one, two = (wire.Wire(proxy.port, timeout=30).login(database="model") for _ in range(2))
    one.query("INSERT INTO t0 (id, v) VALUES (1, 'a'), (2, 'b')")
    for client, row in ((one, 1), (two, 2)):
        client.query("BEGIN")
        client.query(f"UPDATE t0 SET v = 'x' WHERE id = {row}")
    crowd = Crowd(2, lambda n: (one, two)[n].query(f"UPDATE t0 SET v = 'y' WHERE id = {2 - n}"))
    results = crowd.done(30)
    loser = [n for n in (0, 1) if isinstance(results[n], wire.ServerError)]
    assert len(loser) == 1 and results[loser[0]].code == 1213
    lost = (one, two)[loser[0]]
    assert lost.query("DO 1")[0].status & wire.IN_TRANSACTION == 0
    lost.query("UPDATE t1 SET v = 'z'")
    (one, two)[1 - loser[0]].query("COMMIT")
    for client in (one, two):
        client.close()
    through.end()
    proxy.quiet()


@text_and_prepared
def test_S14_call(sides, how):
    play(
        sides,
        """
        0 CALL make_state0()
        0 SELECT @b, @@max_sort_length
        * 4
        1 SELECT @b, @@max_sort_length
        0 /reset
        =
        * 4
        0 SELECT @b, @@max_sort_length
        * 2
        0 CALL make_state0()
        0 CALL nowhere()
        0 SELECT @b
        0 /reconnect
        =
        * 4
        0 SELECT @b, @@max_sort_length
        """,
        how,
    )


def test_S14_a_procedure_leaves_what_it_made(sides):
    play(
        sides,
        """
        0 DROP PROCEDURE IF EXISTS leaves0
        0 CREATE PROCEDURE leaves0() BEGIN CREATE TEMPORARY TABLE left0 (n INT); DO GET_LOCK('left', 0); SET time_zone = '+05:00'; INSERT INTO left0 VALUES (1), (2); END
        0 CALL leaves0()
        0 SELECT COUNT(*) FROM left0
        0 SELECT @@time_zone, IS_FREE_LOCK('left')
        * 4
        1 SELECT @@time_zone, IS_FREE_LOCK('left')
        1 SELECT COUNT(*) FROM left0
        0 /change_user
        =
        1 SELECT IS_FREE_LOCK('left')
        0 SELECT @@time_zone
        0 SELECT COUNT(*) FROM left0
        0 DROP PROCEDURE leaves0
        """,
    )


def test_S15_reset_and_change_user_free_everything(sides):
    everything = """
        0 SET @a = 1, group_concat_max_len = 12
        0 SELECT @b := 2
        0 SELECT GET_LOCK('a', 0)
        0 CREATE TEMPORARY TABLE tmp (n INT)
        0 PREPARE p0 FROM 'SELECT 1'
        0 BEGIN
        0 INSERT INTO t0 (v) VALUES ('lost')
        = advisory_lock temporary_table text_prepare transaction user_variable
        0 /{how}
        =
        0 SELECT @a, @b, @@group_concat_max_len
        0 EXECUTE p0
        0 SELECT COUNT(*) FROM t0
        0 SELECT * FROM tmp
        0 SELECT DATABASE()
        0 SELECT LAST_INSERT_ID(), ROW_COUNT()
        1 SELECT GET_LOCK('a', 5)
        1 SELECT RELEASE_LOCK('a')
        =
    """
    for how in ("reset", "change_user", "reconnect"):
        play(sides, everything.format(how=how))
