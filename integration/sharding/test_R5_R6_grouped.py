"""Groups and aggregates of several shards: what one server gives (traps R4, R5, R6)."""

import pytest

from kit.compare import same
from kit.spread import KEYS

pytestmark = pytest.mark.main

SCALAR = [
    "SELECT COUNT(*) FROM customer",
    "SELECT COUNT(*), COUNT(small), COUNT(DISTINCT id) FROM customer",
    "SELECT COUNT(*) AS n FROM customer WHERE id < 0",
    "SELECT SUM(small), SUM(big), SUM(price), SUM(y) FROM customer",
    "SELECT SUM(small), MIN(small), MAX(ci), AVG(price), COUNT(ci) FROM customer WHERE id < 0",
    "SELECT AVG(small), AVG(big), AVG(price), AVG(y), AVG(bits) FROM customer",
    "SELECT MIN(small), MAX(small), MIN(big), MAX(big), MIN(price), MAX(price) FROM customer",
    "SELECT MIN(day), MAX(day), MIN(at), MAX(at), MIN(took), MAX(took), MIN(stamp), MAX(stamp), MIN(y), MAX(y) FROM customer",
    "SELECT MIN(d), MAX(d), MIN(f), MAX(f) FROM customer",
    "SELECT MIN(UPPER(bin)), MAX(LOWER(bin)), MIN(raw), MAX(raw) FROM customer WHERE bin > 'a'",
    "SELECT MIN(e), MAX(e), MIN(s), MAX(s) FROM customer",
    "SELECT BIT_AND(small), BIT_OR(small), BIT_XOR(small), BIT_AND(big) FROM customer",
    "SELECT BIT_AND(small), BIT_OR(small), BIT_XOR(small) FROM customer WHERE id < 0",
    "SELECT 'total', COUNT(*), 5 FROM customer",
    "SELECT COUNT(*) FROM customer HAVING COUNT(*) > 1000",
    "SELECT COUNT(*) FROM customer HAVING COUNT(*) > 100",
    "SELECT COUNT(*) FROM customer LIMIT 0",
    "SELECT COUNT(*) FROM customer LIMIT 1 OFFSET 1",
    "SELECT SUM(price) FROM customer ORDER BY 1 LIMIT 5",
    "SELECT DISTINCT COUNT(*) FROM customer",
    "SELECT COUNT(*), SUM(o.amount) FROM customer c JOIN orders o ON o.customer_id = c.id WHERE c.small > 0",
    "SELECT MAX(DISTINCT small), SUM(small * 2), AVG(small + price) FROM customer",
    "SELECT SUM(small > 0), COUNT(small > 0) FROM customer",
]


@pytest.mark.parametrize("statement", SCALAR)
def test_aggregates_of_all(sharded_proxy, one, statement):
    same(one, sharded_proxy, statement)


def test_parameters(sharded_proxy, one):
    same(one, sharded_proxy, "SELECT COUNT(*), SUM(small + ?), AVG(small + ?) FROM customer WHERE id > ?", (3, 4, 100))
    same(one, sharded_proxy, "SELECT what, COUNT(*) FROM orders WHERE id >= ? GROUP BY what HAVING COUNT(*) > ? LIMIT ?", (1, 20, 3))


def test_sums_of_doubles(sharded_proxy, one):
    """Doubles that add up without rounding; where they round, the order of the rows shows on one server too."""
    same(one, sharded_proxy, "SELECT SUM(small + 0e0), AVG(small / 2e0), SUM(small * 0.25e0) FROM customer")


GROUPED = [
    "SELECT what, COUNT(*) FROM orders GROUP BY what",
    "SELECT what, COUNT(*) AS n, SUM(amount), AVG(amount), MIN(id), MAX(amount) FROM orders GROUP BY what",
    "SELECT COUNT(*) FROM orders GROUP BY what",
    "SELECT what, COUNT(*) FROM orders GROUP BY what ORDER BY what DESC",
    "SELECT what, COUNT(*) AS n FROM orders GROUP BY what ORDER BY n DESC, what",
    "SELECT what, COUNT(*) FROM orders GROUP BY what ORDER BY COUNT(*) DESC, what LIMIT 3",
    "SELECT what FROM orders GROUP BY what ORDER BY SUM(amount) DESC, what LIMIT 2, 3",
    "SELECT what, amount, COUNT(*) FROM orders GROUP BY what, amount",
    "SELECT what, amount, COUNT(*) FROM orders GROUP BY what, amount ORDER BY amount, what LIMIT 7",
    "SELECT amount % 3 AS m, COUNT(*) FROM orders GROUP BY amount % 3 ORDER BY m",
    "SELECT what, COUNT(*) FROM orders GROUP BY 1 ORDER BY 2, 1",
    "SELECT what, COUNT(*) AS n FROM orders GROUP BY what HAVING n > 20",
    "SELECT what, SUM(amount) FROM orders GROUP BY what HAVING SUM(amount) >= 100.5 AND COUNT(*) < 1000 ORDER BY what LIMIT 4",
    "SELECT what, AVG(amount) FROM orders GROUP BY what HAVING AVG(amount) > 5.5",
    "SELECT what, MAX(amount) FROM orders GROUP BY what ORDER BY MAX(amount) DESC, what",
    "SELECT e, COUNT(*) FROM customer GROUP BY e",
    "SELECT e, MAX(price) FROM customer GROUP BY e ORDER BY e DESC",
    "SELECT small, COUNT(*) FROM customer GROUP BY small",
    "SELECT day, y, COUNT(*), SUM(price) FROM customer GROUP BY day, y ORDER BY y, day",
    "SELECT price, COUNT(*), AVG(d) FROM customer WHERE d IN (1.5, -2.25) GROUP BY price",
    "SELECT f, COUNT(*) FROM customer GROUP BY f",
    "SELECT d, COUNT(*) FROM customer GROUP BY d ORDER BY d",
    "SELECT COUNT(*), UPPER(LEFT(bin, 1)) AS first FROM customer WHERE bin REGEXP '^[a-z]' GROUP BY UPPER(LEFT(bin, 1))",
    "SELECT o.what, COUNT(*), COUNT(DISTINCT c.id) FROM customer c JOIN orders o ON o.customer_id = c.id GROUP BY o.what ORDER BY o.what",
    "SELECT COUNT(*) FROM orders GROUP BY NULL",
    "SELECT what, COUNT(*) FROM orders WHERE id > 100 GROUP BY what",
    "SELECT what, MIN(amount) AS least FROM orders WHERE id > 0 GROUP BY what ORDER BY least, what",
    # Groups that are whole on one shard go there as they are.
    "SELECT customer_id, COUNT(*), STDDEV(amount), GROUP_CONCAT(amount ORDER BY id) FROM orders GROUP BY customer_id ORDER BY customer_id",
    "SELECT customer_id, COUNT(*) FROM orders GROUP BY customer_id HAVING SUM(amount) > 10 ORDER BY SUM(amount) DESC, customer_id LIMIT 10",
    "SELECT customer_id, what, COUNT(DISTINCT amount) FROM orders GROUP BY what, customer_id ORDER BY 1 LIMIT 5",
    "SELECT id, amount, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY id) AS n FROM orders ORDER BY customer_id, id LIMIT 20",
    "SELECT c.id, SUM(o.amount) AS s FROM customer c JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY s DESC, c.id LIMIT 5",
]


@pytest.mark.parametrize("statement", GROUPED)
def test_groups(sharded_proxy, one, statement):
    same(one, sharded_proxy, statement)


@pytest.mark.parametrize("key", KEYS)
def test_groups_by_each_type(sharded_proxy, one, key):
    """Which of 'a' and 'A' names the group of both is the server's own choice: the groups' counts tell."""
    statement = f"SELECT COUNT(*), SUM(id) FROM customer GROUP BY {key} ORDER BY {key}"
    same(one, sharded_proxy, statement)
    assert sharded_proxy.sql(f"SELECT COUNT(*) AS n FROM customer GROUP BY {key} ORDER BY n DESC", database="customer") == one.sql(
        f"SELECT COUNT(*) AS n FROM customer GROUP BY {key} ORDER BY n DESC", database="customer"
    )
