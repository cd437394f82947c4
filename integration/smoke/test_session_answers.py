"""Functions that tell of the statement before, and databases that are no keyspace."""

import pytest


@pytest.fixture
def cursor(proxy, table):
    connection = proxy.connect("commerce")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (id INT AUTO_INCREMENT PRIMARY KEY, v INT)")
        yield cursor
    connection.close()


def value(cursor, statement):
    cursor.execute(statement)
    return cursor.fetchone()[0]


def test_row_count(cursor, table):
    cursor.execute(f"INSERT INTO {table} (v) VALUES (1), (2), (3)")
    assert value(cursor, "SELECT ROW_COUNT()") == 3
    assert value(cursor, "SELECT ROW_COUNT()") == -1


def test_last_insert_id(cursor, table):
    cursor.execute(f"INSERT INTO {table} (v) VALUES (1), (2), (3)")
    assert value(cursor, "SELECT LAST_INSERT_ID()") == 1
    cursor.execute("SELECT 1")
    assert value(cursor, "SELECT @@last_insert_id") == 1
    assert value(cursor, f"SELECT COUNT(*) FROM {table} WHERE id = LAST_INSERT_ID()") == 1


def test_found_rows(cursor, table):
    cursor.execute(f"INSERT INTO {table} (v) VALUES (1), (2), (3)")
    cursor.execute(f"SELECT SQL_CALC_FOUND_ROWS v FROM {table} LIMIT 1")
    assert value(cursor, "SELECT FOUND_ROWS()") == 3


def test_show_warnings(cursor):
    cursor.execute("SELECT 1 / 0, CAST('x' AS SIGNED)")
    cursor.execute("SHOW WARNINGS")
    assert [row[1] for row in cursor.fetchall()] == [1365, 1292]
    cursor.execute("SELECT 1 / 0")
    assert value(cursor, "SELECT @@warning_count") == 1


def test_information_schema(cursor, table):
    assert value(cursor, f"SELECT COUNT(*) FROM information_schema.tables WHERE table_name = '{table}'") == 1
    cursor.execute("USE information_schema")
    assert value(cursor, "SELECT DATABASE()") == "information_schema"
    cursor.execute("USE commerce")
    assert value(cursor, f"SELECT COUNT(*) FROM {table}") == 0


def test_the_sessions_own_id_can_be_killed(proxy, cursor):
    """S12: KILL takes the id that CONNECTION_ID() gives, wherever the statement ran."""
    victim = proxy.connect("commerce")
    with victim.cursor() as asking:
        identity = value(asking, "SELECT CONNECTION_ID()")
        assert identity == victim.thread_id()
        cursor.execute(f"KILL {identity}")
        with pytest.raises(Exception):
            asking.execute("SELECT 1")


def test_columns_keep_their_names(proxy, cursor):
    cursor.execute("SELECT ROW_COUNT(), CONNECTION_ID() + 1, USER() AS me, current_user")
    assert [column[0] for column in cursor.description] == ["ROW_COUNT()", "CONNECTION_ID() + 1", "me", "current_user"]
    assert cursor.fetchone()[2].startswith("app@")


def test_row_count_of_several_shards(sharded_proxy, customers):
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customer (id, name) VALUES (1, 'a'), (2, 'a'), (3, 'a'), (4, 'a')")
        assert value(cursor, "SELECT ROW_COUNT()") == 4
        cursor.execute("UPDATE customer SET name = 'b'")
        assert value(cursor, "SELECT ROW_COUNT()") == 4
        cursor.execute("SELECT id FROM customer")
        assert value(cursor, "SELECT FOUND_ROWS()") == 4
    connection.close()


def test_schemas_of_the_servers(proxy, cursor, table):
    """Nobody else sees that a session has chosen one of them, though they share tablet connections."""
    others = [proxy.connect("commerce") for _ in range(6)]
    cursor.execute("USE mysql")
    for other in others:
        with other.cursor() as asking:
            assert value(asking, "SELECT DATABASE()") == "commerce"
            assert value(asking, f"SELECT COUNT(*) FROM {table}") == 0
        assert value(cursor, "SELECT DATABASE()") == "mysql"
    with pytest.raises(Exception) as raised:
        cursor.execute("USE nowhere")
    assert raised.value.args[0] == 1049
    for other in others:
        other.close()
