"""S1 to S5, S16, S17: variables stay with the session that set them, and leave with it."""

import time

import pytest

from kit import wire
from sessions.scenario import play, text_and_prepared


@text_and_prepared
def test_S1_no_client_sees_what_another_set(sides, how):
    play(
        sides,
        """
        0 SET SESSION sql_mode = 'ANSI_QUOTES', time_zone = '+03:00', group_concat_max_len = 10
        1 SET sort_buffer_size = 65536, max_sort_length = 64
        * 6
        2 SELECT @@sql_mode, @@time_zone, @@group_concat_max_len, @@sort_buffer_size, @@max_sort_length
        * 4
        0 SELECT @@sql_mode, @@time_zone, @@group_concat_max_len, @@sort_buffer_size, @@max_sort_length
        * 4
        1 SELECT @@sql_mode, @@time_zone, @@group_concat_max_len, @@sort_buffer_size, @@max_sort_length
        =
        0 SELECT "id", GROUP_CONCAT('abcdefghijkl') FROM t0
        0 SET SESSION sql_mode = DEFAULT, time_zone = DEFAULT, group_concat_max_len = DEFAULT
        0 SELECT @@sql_mode, @@time_zone, @@group_concat_max_len
        0 /reconnect
        0 SELECT @@sql_mode, @@time_zone, @@group_concat_max_len
        """,
        how,
    )


@text_and_prepared
def test_S2_set_transaction_is_for_one_transaction(sides, how):
    play(
        sides,
        """
        0 SET TRANSACTION READ ONLY
        * 5
        1 INSERT INTO t1 (v) VALUES ('another session writes')
        0 SELECT 1
        * 5
        1 INSERT INTO t1 (v) VALUES ('another session writes')
        0 INSERT INTO t0 (v) VALUES ('refused')
        0 INSERT INTO t0 (v) VALUES ('still refused')
        0 SELECT COUNT(*) FROM t0
        0 INSERT INTO t0 (v) VALUES ('not refused')
        * 5
        1 INSERT INTO t1 (v) VALUES ('another session writes')
        0 SET TRANSACTION READ ONLY
        0 BEGIN
        0 INSERT INTO t0 (v) VALUES ('refused')
        0 COMMIT
        0 BEGIN
        0 INSERT INTO t0 (v) VALUES ('not refused')
        0 SET TRANSACTION READ ONLY
        0 COMMIT
        0 SET SESSION TRANSACTION READ ONLY
        * 2
        0 INSERT INTO t0 (v) VALUES ('refused')
        1 INSERT INTO t1 (v) VALUES ('another session writes')
        0 SET SESSION TRANSACTION READ WRITE, ISOLATION LEVEL READ COMMITTED
        0 INSERT INTO t0 (v) VALUES ('not refused')
        0 SELECT v FROM t0 ORDER BY id
        =
        """,
        how,
    )


@text_and_prepared
def test_S3_every_form_of_set(sides, how):
    play(
        sides,
        """
        0 SET group_concat_max_len = 100, max_sort_length = (SELECT 64 + 1), @c = 'x''y'
        0 SELECT @@group_concat_max_len, @@max_sort_length, @c
        0 /* before */ SET /* in */ group_concat_max_len = 101 -- after
        0 -- before
        0 SELECT @@group_concat_max_len
        0 SET @@session.group_concat_max_len = 102
        0 SELECT @@session.group_concat_max_len
        0 SET @@group_concat_max_len := 103, LOCAL max_sort_length = 70, @@local.div_precision_increment = 6
        0 SELECT @@group_concat_max_len, @@max_sort_length, 1 / 7
        0 SET NAMES latin1 COLLATE latin1_german1_ci
        0 SELECT @@character_set_client, @@collation_connection, @@character_set_results
        0 SET NAMES 'utf8mb4'
        0 SELECT @@character_set_client, @@collation_connection, @@character_set_results
        0 SET CHARACTER SET latin1
        0 SELECT @@character_set_client, @@collation_connection, @@character_set_results
        0 SET CHARSET DEFAULT
        0 SELECT @@character_set_client, @@collation_connection, @@character_set_results
        0 SET NAMES DEFAULT
        0 SELECT @@character_set_client, @@collation_connection, @@character_set_results
        0 SET character_set_results = NULL
        0 SELECT @@character_set_results
        0 SET sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT')
        0 SELECT 'a' || 'b'
        0 /* a comment */ USE model
        0 SELECT DATABASE()
        0 set autocommit=0, group_concat_max_len=104
        0 SELECT @@autocommit, @@group_concat_max_len
        0 COMMIT
        0 SET autocommit = ON
        0 SELECT @@autocommit
        1 SELECT @@group_concat_max_len, @@max_sort_length, @@div_precision_increment, @c, @@sql_mode, @@character_set_client
        """,
        how,
    )


@text_and_prepared
def test_S4_sql_mode_changes_the_lexer(sides, how):
    play(
        sides,
        r"""
        0 SELECT 'a\'; DROP TABLE t0; -- b'
        0 SET sql_mode = 'NO_BACKSLASH_ESCAPES'
        0 SELECT 'a\', 'b''c', "d\"
        0 SET @a = 'x\'
        0 SELECT @a, LENGTH(@a)
        1 SELECT 'a\'b'
        0 SET sql_mode = 'ANSI_QUOTES'
        0 INSERT INTO "t0" ("v") VALUES ('a\'b')
        0 SELECT "id", 'v"', `v` FROM "t0" WHERE "v" = 'a''b'
        0 SELECT "nowhere" FROM t0
        1 SELECT "id"
        0 SET sql_mode = 'PIPES_AS_CONCAT'
        0 SELECT 'a' || 'b'
        1 SELECT 'a' || 'b'
        0 SET sql_mode = 'IGNORE_SPACE'
        0 SELECT COUNT (*) FROM t0
        0 SET sql_mode = 'HIGH_NOT_PRECEDENCE'
        0 SELECT NOT 1 BETWEEN -5 AND 5
        0 SET sql_mode = ''
        0 SELECT NOT 1 BETWEEN -5 AND 5
        """,
        how,
    )


@text_and_prepared
def test_S5_user_variables(sides, how):
    play(
        sides,
        """
        0 SET @a = 1, @b = 'it''s', @c = NULL, @d = 2.50, @e = 0x4142, @f = -7
        =
        * 5
        0 SELECT @a, @b, @c, @d, @e, @f, @nothing
        1 SELECT @a, @b, @c
        =
        0 SELECT @a := 5
        0 SELECT @a
        = user_variable
        1 SELECT @a
        0 SELECT 'into' INTO @b
        0 SET @c = @a + 1
        0 SELECT @a, @b, @c
        0 /reset
        =
        0 SELECT @a, @b, @c
        1 SELECT @@max_allowed_packet > 0, @@version_comment IS NULL
        =
        """,
        how,
    )


@text_and_prepared
def test_S16_a_refused_set_wedges_nothing(sides, how):
    play(
        sides,
        """
        0 SET sql_mode = 'NONSENSE'
        0 SELECT 1
        0 SET time_zone = 'Nowhere/Nowhere'
        0 SET nowhere_at_all = 1
        0 SET group_concat_max_len = 50, nowhere_at_all = 1
        0 SELECT @@group_concat_max_len
        0 SET group_concat_max_len = 50, time_zone = 'Nowhere/Nowhere'
        0 SELECT @@group_concat_max_len, @@time_zone
        0 SET group_concat_max_len = 'text'
        0 SET time_zone = '+01:00'
        0 SELECT @@time_zone, @@group_concat_max_len
        0 SET @@global.nowhere_at_all = 1
        0 SET NAMES nothing
        0 SET version = 'x'
        0 SELECT @@time_zone, @@character_set_client
        0 BEGIN
        0 SET time_zone = 'Nowhere/Nowhere'
        0 INSERT INTO t0 (v) VALUES ('x')
        0 SET time_zone = '+02:00'
        0 ROLLBACK
        0 SELECT @@time_zone, COUNT(*) FROM t0
        1 SELECT @@time_zone
        =
        """,
        how,
    )


def test_S17_init_connect_survives_a_reset(sides):
    """`app` is no administrator, so the server runs init_connect for it at login, and does not at a reset: a pooled
    connection is made anew instead."""
    proxy, through, straight = sides
    through.set_global("init_connect", "SET SESSION max_sort_length = 77, @made = 1")
    straight.set_global("init_connect", "SET SESSION max_sort_length = 77, @made = 1")
    try:
        through.kill_connections()
        time.sleep(0.5)  # a probe later the proxy knows
        play(
            sides,
            """
            * 3
            0 SELECT @@max_sort_length
            0 SET max_sort_length = 99
            0 SELECT @@max_sort_length
            * 3
            1 SELECT @@max_sort_length
            0 SELECT @x := 1
            0 /reconnect
            * 4
            0 SELECT @@max_sort_length
            """,
        )
    finally:
        through.set_global("init_connect", "")
        straight.set_global("init_connect", "")


@pytest.mark.parametrize("name,value", [
    ("sql_mode", "'ANSI'"), ("time_zone", "'+04:00'"), ("group_concat_max_len", "17"), ("lc_time_names", "'de_DE'"),
    ("character_set_client", "latin1"), ("collation_connection", "latin1_bin"), ("div_precision_increment", "9"),
    ("sql_safe_updates", "1"), ("default_week_format", "3"), ("max_join_size", "1000000"), ("net_write_timeout", "61"),
    ("innodb_lock_wait_timeout", "7"), ("lock_wait_timeout", "9"), ("tmp_table_size", "1048576"),
])  # fmt: skip
def test_S17_default_is_the_default_again(sides, name, value):
    play(
        sides,
        f"""
        0 SELECT @@{name}
        0 SET {name} = {value}
        0 SELECT @@{name}
        1 SELECT @@{name}
        0 SET {name} = DEFAULT
        0 SELECT @@{name}
        0 SET {name} = {value}
        0 /reset
        0 SELECT @@{name}
        0 SET {name} = {value}
        0 /reconnect
        * 4
        1 SELECT @@{name}
        =
        """,
    )


def test_S1_many_settings_over_one_connection(sides):
    """Twenty sessions with a setting each take turns on four connections."""
    proxy, _, _ = sides
    clients = [wire.Wire(proxy.port).login(database="model") for _ in range(20)]
    for number, client in enumerate(clients):
        client.query(f"SET group_concat_max_len = {100 + number}")
    for _ in range(3):
        for number, client in enumerate(clients):
            assert client.rows("SELECT @@group_concat_max_len") == [[str(100 + number).encode()]]
    for client in clients:
        client.close()
