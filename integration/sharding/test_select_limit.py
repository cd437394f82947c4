"""sql_select_limit counts for the whole answer, as on one server: text and prepared, in and outside of transactions."""

import pytest

from kit import prepared, wire
from kit.one_and_many import Answer, differences

# `!`: the order of the rows is fixed.
STATEMENTS = """
! SELECT id, name FROM customer ORDER BY id
! SELECT id FROM customer ORDER BY id DESC -- the last ones
! SELECT id FROM customer ORDER BY id LIMIT 9
! SELECT id FROM customer ORDER BY id LIMIT 2
! SELECT id FROM customer WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8, 9) ORDER BY id;
SELECT COUNT(*) FROM customer
! SELECT country, COUNT(*) FROM customer GROUP BY country ORDER BY country
! SELECT quantity, COUNT(*) AS n FROM orders GROUP BY quantity ORDER BY n DESC, quantity
! SELECT quantity, COUNT(*) AS n FROM orders GROUP BY quantity ORDER BY n DESC, quantity LIMIT 2
! SELECT DISTINCT quantity FROM orders ORDER BY quantity
! SELECT customer_id FROM orders UNION SELECT id FROM customer ORDER BY 1
! SELECT id FROM customer ORDER BY id FOR UPDATE
(SELECT COUNT(*) FROM customer)
! SELECT id, (SELECT COUNT(*) FROM orders) FROM customer ORDER BY id
! SELECT c.id, o.id FROM customer c JOIN orders o ON o.id = c.id ORDER BY c.id
SELECT COUNT(*) FROM (SELECT id FROM customer) x
! SELECT id FROM customer WHERE id = 3
"""


def statements():
    lines = [line for line in STATEMENTS.splitlines() if line]
    return [(line.removeprefix("! "), line.startswith("! ")) for line in lines]


@pytest.mark.parametrize("transaction", [False, True])
@pytest.mark.parametrize("limit", ["4", "0", "DEFAULT", "18446744073709551615", "1 + 3"])
def test_the_same_rows_as_one_server(both, transaction, limit):
    one, many = both
    for connection in both:
        with connection.cursor() as cursor:
            cursor.execute(f"SET sql_select_limit = {limit}")
            if transaction:
                cursor.execute("BEGIN")
                cursor.execute("UPDATE customer SET name = CONCAT(name, 'x')")
    wrong = []
    for statement, ordered in statements():
        found = differences(Answer(one, statement), Answer(many, statement), ordered, statement, key_flags=False)
        if found:
            wrong.append(statement + "\n    " + "\n    ".join(found[:4]))
    for connection in both:
        with connection.cursor() as cursor:
            cursor.execute("SELECT @@sql_select_limit")
            wrong += [str(row) for row in cursor.fetchall() if row[0] not in (0, 4, 2**64 - 1)]
        connection.rollback()
    assert not wrong, "\n".join(wrong)


def test_without_a_limit_rows_may_be_any(both):
    _, many = both
    with many.cursor() as cursor:
        cursor.execute("SET SESSION sql_select_limit = 7")
        for statement in ("SELECT * FROM customer", "SELECT DISTINCT name FROM customer", "SELECT name, COUNT(*) FROM customer GROUP BY name"):
            assert cursor.execute(statement) == 7, statement
        cursor.execute("SET sql_select_limit = DEFAULT")
        assert cursor.execute("SELECT * FROM customer") == 60


def test_prepared(gather_proxy):
    proxy = gather_proxy()
    client = wire.Wire(proxy.port).login(database="customer")
    number, _, _ = prepared.prepare(client, "SELECT id FROM customer WHERE name <> ? ORDER BY id")
    for setting, count in (("5", 5), ("5", 5), ("DEFAULT", 60), ("2", 2)):
        client.query(f"SET sql_select_limit = {setting}")
        prepared.execute(client, number, b"nobody")
        assert [int.from_bytes(row[-8:], "little") for row in prepared.binary_rows(client)] == list(range(1, count + 1))
    client.close()
