"""PREPARE, EXECUTE and DEALLOCATE PREPARE as text on a sharded keyspace: as one server answers them, with nothing reserved."""

import pymysql
import pytest

from kit.config import configuration, sharded


@pytest.fixture
def cursor(sharded_proxy, customers):
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as made:
        made.executemany("INSERT INTO customer (id, name) VALUES (%s, %s)", [(v, f"n{v % 3}") for v in range(1, 31)])
        yield made
    connection.close()


def refused(cursor, statement):
    with pytest.raises(pymysql.err.MySQLError) as raised:
        cursor.execute(statement)
    return raised.value.args


def rows(cursor, statement):
    cursor.execute(statement)
    return list(cursor.fetchall())


def test_values_of_user_variables(sharded_proxy, cursor):
    cursor.execute("PREPARE one FROM 'SELECT name FROM customer WHERE id = ?'")
    cursor.execute("SET @id = 7, @name = 'it''s'")
    assert rows(cursor, "EXECUTE one USING @id") == [("n1",)]
    cursor.execute("SET @id = 8")
    assert rows(cursor, "execute ONE using @ID") == [("n2",)]
    assert rows(cursor, "EXECUTE one USING @never_set") == []
    cursor.execute("PREPARE many FROM 'SELECT name, COUNT(*), ? FROM customer WHERE id <= ? GROUP BY name ORDER BY name LIMIT ?'")
    cursor.execute("SET @limit = 2, @most = 30")
    assert rows(cursor, "EXECUTE many USING @name, @most, @limit") == [("n0", 10, "it's"), ("n1", 10, "it's")]
    assert [d[0] for d in cursor.description] == ["name", "COUNT(*)", "?"]
    cursor.execute("PREPARE upd FROM 'UPDATE customer SET name = ? WHERE id IN (?, ?)'")
    assert cursor.execute("EXECUTE upd USING @name, @id, @most") == 2
    assert rows(cursor, "SELECT id FROM customer WHERE name = @name ORDER BY id") == [(8,), (30,)]
    assert not sharded_proxy.leased()


def test_text_from_a_variable_and_immediate(cursor):
    cursor.execute("SET @sql = 'SELECT COUNT(*) FROM customer WHERE name = ?', @n = 'n1'")
    cursor.execute("PREPARE s FROM @sql")
    assert rows(cursor, "EXECUTE s USING @n") == [(10,)]
    assert rows(cursor, "EXECUTE IMMEDIATE @sql USING @n") == [(10,)]
    assert rows(cursor, "EXECUTE IMMEDIATE 'SELECT ? + 1' USING 41") == [(42,)]
    # Another of the same name takes its place.
    cursor.execute("PREPARE s FROM 'SELECT 1'")
    assert rows(cursor, "EXECUTE s") == [(1,)]


def test_errors_are_mysqls(cursor):
    assert refused(cursor, "EXECUTE nothing") == (1243, "Unknown prepared statement handler (nothing) given to EXECUTE")
    assert refused(cursor, "DEALLOCATE PREPARE nothing")[0] == 1243
    cursor.execute("PREPARE s FROM 'SELECT ?'")
    assert refused(cursor, "EXECUTE s")[0] == 1210
    assert refused(cursor, "EXECUTE s USING @a, @b")[0] == 1210
    assert refused(cursor, "PREPARE t FROM 'SELEC 1'")[0] == 1064
    assert refused(cursor, "PREPARE t FROM @null")[0] == 1064
    assert refused(cursor, "PREPARE t FROM 'PREPARE u FROM \\'SELECT 1\\''")[0] == 1295
    assert refused(cursor, "EXECUTE IMMEDIATE 'EXECUTE s USING @a'")[0] == 1295
    # A refused one takes the old one with it.
    assert refused(cursor, "PREPARE s FROM 'SELEC 1'")[0] == 1064
    assert refused(cursor, "EXECUTE s USING @a")[0] == 1243
    cursor.execute("PREPARE s FROM 'SELECT 1'")
    cursor.execute("DEALLOCATE PREPARE S")
    assert refused(cursor, "EXECUTE s")[0] == 1243


def test_in_a_transaction(sharded_proxy, cursor):
    cursor.execute("PREPARE s FROM 'INSERT INTO customer (id, name) VALUES (?, ?)'")
    cursor.execute("BEGIN")
    for value in range(100, 110):
        cursor.execute(f"SET @id = {value}, @name = 'new'")
        cursor.execute("EXECUTE s USING @id, @name")
    assert rows(cursor, "SELECT COUNT(*) FROM customer WHERE name = 'new'") == [(10,)]
    cursor.execute("ROLLBACK")
    assert rows(cursor, "SELECT COUNT(*) FROM customer WHERE name = 'new'") == [(0,)]


def test_values_that_only_a_server_knows_are_refused(cursor):
    cursor.execute("PREPARE s FROM 'SELECT ?'")
    cursor.execute("SET @a = 1 + 1")
    code, text = refused(cursor, "EXECUTE s USING @a")
    assert code == 1105 and text.startswith("unsupported: EXECUTE with user variables")


def test_limits_and_reset(make_proxy, shards, customers):
    proxy = make_proxy(configuration({"customer": sharded(shards)}, limits={"max_prepared_stmt_count_per_session": 3}))
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        for name in "abc":
            cursor.execute(f"PREPARE {name} FROM 'SELECT 1'")
        assert refused(cursor, "PREPARE d FROM 'SELECT 1'")[0] == 1461
        cursor.execute("PREPARE a FROM 'SELECT 2'")
        assert rows(cursor, "EXECUTE a") == [(2,)]
        cursor.execute("DEALLOCATE PREPARE b")
        cursor.execute("PREPARE d FROM 'SELECT 1'")
    connection.close()
    proxy.quiet()
    # All places were given back.
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        for name in "abc":
            cursor.execute(f"PREPARE {name} FROM 'SELECT 1'")
    connection.close()
