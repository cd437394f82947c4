"""PyMySQL against an unsharded keyspace."""

import datetime
import decimal

import pymysql
import pytest

pytestmark = pytest.mark.main


@pytest.fixture
def connection(proxy):
    connection = proxy.connect("commerce")
    yield connection
    connection.close()


@pytest.fixture
def cursor(connection):
    with connection.cursor() as cursor:
        yield cursor


def test_types_and_nulls(cursor, table):
    cursor.execute(
        f"CREATE TABLE {table} (a BIGINT UNSIGNED, b DECIMAL(20,5), c DOUBLE, d DATE, e DATETIME(6), f TIME, "
        "g VARCHAR(20), h VARBINARY(20), i JSON, j ENUM('x','y'), k BIT(8)) DEFAULT CHARSET utf8mb4"
    )
    row = (
        2**64 - 1,
        decimal.Decimal("-123456789012345.00001"),
        1.5,
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 2, 29, 23, 59, 59, 999999),
        datetime.timedelta(hours=-1),
        "Grüße 🐢",
        b"\x00\xff\r\n",
        '{"a": [1, null]}',
        "y",
        b"\x05",
    )
    cursor.execute(f"INSERT INTO {table} VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s), ({','.join(['NULL'] * 11)})", row)
    assert cursor.rowcount == 2
    cursor.execute(f"SELECT * FROM {table} ORDER BY a DESC")
    assert cursor.fetchall() == (row, (None,) * 11)


def test_autoincrement_and_counts(cursor, table):
    cursor.execute(f"CREATE TABLE {table} (id INT AUTO_INCREMENT PRIMARY KEY, v INT)")
    cursor.execute(f"INSERT INTO {table} (v) VALUES (1), (2), (3)")
    assert (cursor.rowcount, cursor.lastrowid) == (3, 1)
    cursor.execute("SELECT LAST_INSERT_ID()")
    assert cursor.fetchone() == (1,)
    assert cursor.execute(f"UPDATE {table} SET v = 2") == 3 - 1  # the row that has it is matched, not changed


def test_errors_have_the_servers_code(connection, table):
    for statement, code in (
        ("SELECT * FROM nowhere", 1146),
        ("SELEC 1", 1064),
        ("SELECT * FROM no_schema.t", None),
        ("SELECT CAST('x' AS SIGNED) FROM (SELECT 1) t WHERE nothing = 1", 1054),
    ):
        with connection.cursor() as cursor, pytest.raises(pymysql.err.MySQLError) as raised:
            cursor.execute(statement)
        assert code is None or raised.value.args[0] == code
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'still here'")
            assert cursor.fetchone() == ("still here",)


def test_transactions(proxy, connection, cursor, table):
    cursor.execute(f"CREATE TABLE {table} (id INT PRIMARY KEY)")
    connection.begin()
    cursor.execute(f"INSERT INTO {table} VALUES (1)")
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 0
    connection.rollback()
    connection.begin()
    cursor.execute(f"INSERT INTO {table} VALUES (2)")
    connection.commit()
    assert proxy.sql(f"SELECT id FROM {table}", database="commerce") == [(2,)]


def test_autocommit_off(proxy, connection, cursor, table):
    cursor.execute(f"CREATE TABLE {table} (id INT PRIMARY KEY)")
    connection.autocommit(False)
    cursor.execute(f"INSERT INTO {table} VALUES (1)")
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 0
    connection.commit()
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 1
    cursor.execute(f"INSERT INTO {table} VALUES (2)")
    connection.rollback()
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 1


def test_a_session_that_leaves_rolls_back(proxy, table):
    proxy.sql(f"CREATE TABLE {table} (id INT PRIMARY KEY)", database="commerce")
    connection = proxy.connect("commerce")
    connection.begin()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} VALUES (1)")
    connection.close()
    proxy.quiet()
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 0


@pytest.mark.parametrize(
    "charset, text",
    [("latin1", "Grüße"), ("utf8mb4", "𝄞 Grüße"), ("cp1251", "Привет")],
    ids=["latin1", "utf8mb4", "cp1251"],
)
def test_character_sets(proxy, table, charset, text):
    connection = proxy.connect("commerce", charset=charset)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (t VARCHAR(40)) DEFAULT CHARSET utf8mb4")
        cursor.execute(f"INSERT INTO {table} VALUES (%s)", (text,))
        cursor.execute(f"SELECT t, HEX(t), @@character_set_client FROM {table}")
        assert cursor.fetchone() == (text, text.encode().hex().upper(), charset)
    connection.close()


def test_use_and_show(connection, cursor):
    connection.select_db("commerce")
    cursor.execute("SELECT DATABASE()")
    assert cursor.fetchone() == ("commerce",)
    cursor.execute("SHOW DATABASES")
    assert ("commerce",) in cursor.fetchall()
    connection.ping(reconnect=False)


def test_many_rows(cursor):
    cursor.execute("SELECT seq, REPEAT('x', 100) FROM seq_1_to_50000")
    rows = cursor.fetchall()
    assert len(rows) == 50000 and rows[-1] == (50000, "x" * 100)


def test_unbuffered_result_left_half_way(proxy):
    connection = proxy.connect("commerce", cursorclass=pymysql.cursors.SSCursor)
    cursor = connection.cursor()
    cursor.execute("SELECT seq, REPEAT('x', 100) FROM seq_1_to_50000")
    assert cursor.fetchone() == (1, "x" * 100)
    cursor.close()  # PyMySQL reads the rest
    with connection.cursor() as again:
        again.execute("SELECT 2")
        assert again.fetchone() == (2,)
    connection.close()
