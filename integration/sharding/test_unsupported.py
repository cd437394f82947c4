"""Every SELECT is answered. What the router does not reach answers 1105 `unsupported: ...`, says what, and disturbs nothing."""

import pymysql
import pytest

STATEMENTS = [
    "SELECT name FROM customer ORDER BY name",
    "SELECT COUNT(*) FROM customer",
    "SELECT name, COUNT(*) FROM customer GROUP BY name",
    "SELECT DISTINCT name FROM customer",
    "SELECT id FROM customer LIMIT 3",
    "SELECT c.id FROM customer c JOIN orders o ON o.id = c.id",
    "SELECT id FROM customer UNION SELECT id FROM orders",
    "INSERT INTO customer SELECT id, what FROM orders",
    "UPDATE customer SET name = 'x' ORDER BY id LIMIT 1",
    "SELECT (SELECT MAX(id) FROM orders) FROM customer",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_answered_rightly_or_refused_clearly(sharded_proxy, customers, statement):
    """A wrong result is never an answer: it is MySQL's own rows, or an error that begins with `unsupported:`."""
    rows = [(v, f"n{v % 3}") for v in range(1, 31)]
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO customer (id, name) VALUES (%s, %s)", rows)
        try:
            cursor.execute(statement)
        except pymysql.err.MySQLError as error:
            assert not statement.startswith("SELECT"), error
            assert error.args[0] == 1105 and error.args[1].startswith("unsupported:") and len(error.args[1]) > 15, error
        else:
            got = list(cursor.fetchall())
            names = ["n0", "n1", "n2"]
            right = {
                STATEMENTS[0]: lambda: [r[0] for r in got] == sorted(r[1] for r in rows),
                STATEMENTS[1]: lambda: got == [(30,)],
                STATEMENTS[2]: lambda: sorted(got) == [(n, 10) for n in names],
                STATEMENTS[3]: lambda: sorted(got) == [(n,) for n in names],
                STATEMENTS[4]: lambda: len(got) == 3,
                STATEMENTS[5]: lambda: got == [],
                STATEMENTS[6]: lambda: sorted(got) == [(v,) for v in range(1, 31)],
                STATEMENTS[9]: lambda: got == [(None,)] * 30,
            }.get(statement, lambda: True)
            assert right(), got
        cursor.execute("SELECT name FROM customer WHERE id = 1")
        assert cursor.fetchone()[0] in ("n1", "x")
    connection.close()
    sharded_proxy.quiet()
