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
