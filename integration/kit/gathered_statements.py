"""SELECTs of every shape over the data of kit/one_and_many.py. A statement whose ORDER BY fixes the order of all rows
begins with `!`; one whose LIMIT leaves open which rows come is not here."""

STATEMENTS = """
! SELECT id, name FROM customer ORDER BY id
! SELECT id, name FROM customer ORDER BY name, id DESC LIMIT 7
! SELECT id, name FROM customer ORDER BY name DESC, id LIMIT 5, 10
! SELECT country, id FROM customer ORDER BY country, id
! SELECT id FROM customer ORDER BY score DESC, id
! SELECT id FROM customer ORDER BY born IS NULL, born, id LIMIT 20 OFFSET 3
! SELECT what, id FROM orders ORDER BY what COLLATE utf8mb4_bin, id
SELECT COUNT(*) FROM customer
SELECT COUNT(email), COUNT(DISTINCT email), MIN(name), MAX(name) FROM customer
SELECT SUM(amount), AVG(amount), MIN(at), MAX(at) FROM orders
SELECT SUM(score), AVG(score) FROM customer WHERE score < 1000
SELECT country, COUNT(*) FROM customer GROUP BY country
SELECT country, COUNT(*) AS n FROM customer GROUP BY country HAVING n > 3
SELECT name, COUNT(*) FROM customer GROUP BY name
SELECT what, SUM(amount), AVG(quantity) FROM orders GROUP BY what
! SELECT what, SUM(total) AS s FROM orders GROUP BY what ORDER BY s, what
SELECT country, kind, COUNT(*) FROM customer GROUP BY country, kind WITH ROLLUP
SELECT DISTINCT country FROM customer
SELECT DISTINCT kind, country FROM customer WHERE id < 30
SELECT DISTINCT name FROM customer
SELECT STDDEV(quantity), VARIANCE(quantity), BIT_OR(quantity), BIT_AND(quantity), BIT_XOR(id) FROM orders
SELECT GROUP_CONCAT(id ORDER BY id SEPARATOR ';') FROM customer WHERE kind = 'old'
SELECT country, GROUP_CONCAT(DISTINCT kind ORDER BY kind DESC) FROM customer GROUP BY country
SELECT COUNT(DISTINCT country, kind) FROM customer
SELECT JSON_ARRAYAGG(id ORDER BY id) FROM customer WHERE id < 10
SELECT c.id, o.id FROM customer c JOIN orders o ON o.id = c.id
SELECT c.id, o.id, o.what FROM customer c JOIN orders o ON o.customer_id = c.id
SELECT c.id, o.id FROM customer c LEFT JOIN orders o ON o.id = c.id AND o.quantity > 2
SELECT c.id, o.id FROM customer c LEFT JOIN orders o ON o.id = c.id WHERE o.id IS NULL
SELECT c.id, o.id FROM customer c RIGHT JOIN orders o ON o.id = c.id
SELECT c.id, p.id, p.name FROM customer c JOIN customer p ON c.parent = p.id
SELECT c.id, p.id FROM customer c LEFT JOIN customer p ON c.parent = p.id AND p.kind = 'old'
SELECT c.id, p.id, g.id FROM customer c JOIN customer p ON p.id = c.parent LEFT JOIN customer g ON g.id = p.parent
SELECT a.id, b.id FROM customer a, customer b WHERE a.name = b.name AND a.id < b.id
SELECT c.name, o.what, i.product FROM customer c JOIN orders o ON o.customer_id = c.id JOIN item i ON i.order_id = o.id
SELECT o.id, i.product FROM orders o JOIN item i ON i.order_id = o.id WHERE i.product = 'apple'
SELECT o.id, i.product FROM orders o JOIN item i USING (customer_id) WHERE i.line = o.quantity
SELECT * FROM orders o NATURAL JOIN item i
SELECT * FROM customer c JOIN orders o ON o.quantity = c.id
SELECT c.*, o.what FROM customer c STRAIGHT_JOIN orders o ON o.id = c.id
SELECT c.id, k.title FROM customer c JOIN country k ON k.code = c.country
SELECT k.title, COUNT(c.id) FROM country k LEFT JOIN customer c ON c.country = k.code GROUP BY k.code, k.title
SELECT k.title, c.id FROM country k LEFT JOIN customer c ON c.country = k.code
SELECT customer.id, country.title FROM customer, country WHERE customer.country = country.code AND customer.name LIKE 'a%'
SELECT id FROM customer WHERE id IN (SELECT customer_id FROM orders WHERE quantity > 3)
SELECT id FROM customer WHERE id NOT IN (SELECT customer_id FROM orders)
SELECT id FROM customer WHERE name IN (SELECT what FROM orders)
SELECT id FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = c.id)
SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.what = c.name AND o.quantity > 1)
SELECT id, (SELECT COUNT(*) FROM orders o WHERE o.customer_id = c.id) FROM customer c
SELECT id, (SELECT MAX(what) FROM orders o WHERE o.id <= c.id) AS best FROM customer c
SELECT (SELECT MAX(id) FROM orders) FROM customer
SELECT id FROM customer WHERE score > (SELECT AVG(quantity) FROM orders)
SELECT id FROM customer WHERE score >= ALL (SELECT quantity FROM orders)
SELECT id FROM customer WHERE (name, kind) IN (SELECT name, kind FROM customer WHERE id < 10)
SELECT id FROM orders o WHERE amount > (SELECT AVG(amount) FROM orders i WHERE i.customer_id = o.customer_id)
SELECT id FROM orders o WHERE amount = (SELECT MAX(amount) FROM orders i WHERE i.what = o.what)
SELECT d.country, d.n FROM (SELECT country, COUNT(*) AS n FROM customer GROUP BY country) d WHERE d.n > 2
SELECT d.id, o.what FROM (SELECT id FROM customer WHERE kind = 'new') d JOIN orders o ON o.id = d.id
SELECT x.n, COUNT(*) FROM (SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id) x GROUP BY x.n
SELECT AVG(n) FROM (SELECT COUNT(*) AS n FROM orders GROUP BY customer_id) x
SELECT id FROM customer UNION SELECT id FROM orders
SELECT id FROM customer UNION ALL SELECT customer_id FROM orders
SELECT name FROM customer UNION SELECT what FROM orders
! SELECT id, 'c' FROM customer UNION SELECT id, 'o' FROM orders ORDER BY 1, 2 LIMIT 20
SELECT id FROM customer INTERSECT SELECT id FROM orders
SELECT id FROM customer EXCEPT SELECT customer_id FROM orders
(SELECT id FROM customer ORDER BY id LIMIT 3) UNION ALL (SELECT id FROM orders ORDER BY id DESC LIMIT 3)
SELECT id, NULL FROM customer WHERE id < 5 UNION SELECT order_id, product FROM item WHERE line = 1
WITH big AS (SELECT * FROM orders WHERE quantity > 2) SELECT customer_id, COUNT(*) FROM big GROUP BY customer_id
WITH a AS (SELECT id FROM customer WHERE kind = 'old'), b AS (SELECT id FROM orders) SELECT a.id FROM a JOIN b ON a.id = b.id
WITH t AS (SELECT id, parent FROM customer) SELECT x.id, y.id FROM t x JOIN t y ON x.parent = y.id
! WITH RECURSIVE up AS (SELECT id, parent, 0 AS d FROM customer WHERE id = 7 UNION ALL SELECT c.id, c.parent, up.d + 1 FROM customer c JOIN up ON c.id = up.parent WHERE up.d < 5) SELECT id, d FROM up ORDER BY d
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT n.i, c.name FROM n JOIN customer c ON c.id = n.i
WITH RECURSIVE down AS (SELECT id FROM customer WHERE parent IS NULL UNION SELECT c.id FROM customer c JOIN down d ON c.parent = d.id) SELECT COUNT(*) FROM down
! SELECT id, ROW_NUMBER() OVER (ORDER BY id) FROM customer ORDER BY id
SELECT id, RANK() OVER (PARTITION BY country ORDER BY id DESC) FROM customer
SELECT id, customer_id, SUM(quantity) OVER (PARTITION BY customer_id ORDER BY id) FROM orders
SELECT id, LAG(id, 1) OVER w, LEAD(id) OVER w FROM orders WINDOW w AS (PARTITION BY what ORDER BY id)
SELECT id, AVG(amount) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM orders
SELECT country, SUM(COUNT(*)) OVER (ORDER BY country) FROM customer GROUP BY country
SELECT id, NTILE(4) OVER (ORDER BY id), PERCENT_RANK() OVER (ORDER BY id), CUME_DIST() OVER (ORDER BY id) FROM customer
SELECT id, FIRST_VALUE(name) OVER (PARTITION BY kind ORDER BY id), DENSE_RANK() OVER (ORDER BY name) FROM customer
! SELECT * FROM customer ORDER BY id
! SELECT * FROM orders ORDER BY id
! SELECT * FROM odd ORDER BY id
! SELECT o.*, c.kind FROM odd o JOIN customer c ON c.id = o.id + 1 ORDER BY o.id
! SELECT id, flags + 0, bits + 0, HEX(raw), HEX(picture), HEX(wide), HEX(greek), HEX(words) FROM odd ORDER BY id
! SELECT id, moment, clock, years, zero FROM odd ORDER BY id
! SELECT id, single, single * 1.0, tiny FROM odd ORDER BY single, id
! SELECT id, greek FROM odd ORDER BY greek, id
! SELECT id, wide FROM odd ORDER BY wide DESC, id
! SELECT id, ST_AsText(place) FROM odd ORDER BY id
! SELECT id, JSON_EXTRACT(notes, '$.a'), JSON_OBJECT('n', notes) FROM customer ORDER BY id
SELECT years, COUNT(*), MAX(moment), MIN(clock) FROM odd GROUP BY years
SELECT flags, COUNT(*) FROM odd GROUP BY flags
SELECT UNIX_TIMESTAMP(MAX(moment)), MIN(zero), MAX(words) FROM odd
SELECT SQL_NO_CACHE kind, MAX(born) FROM customer GROUP BY kind
SELECT id FROM customer WHERE id BETWEEN 3 AND 20 AND name = 'apple' AND (kind = 'old' OR country = 'de') ORDER BY NULL
SELECT COUNT(*) FROM customer WHERE id = 3 OR id = 9 OR id = 12
SELECT MAX(name) FROM customer WHERE id IN (1, 2, 3, 4, 5)
SELECT COUNT(*) FROM customer WHERE id IN (1, 2, 3) AND name <> ''
SELECT c.id, o.id FROM customer c JOIN orders o ON o.customer_id = c.id WHERE c.id IN (1, 2, 3, 4) AND o.quantity >= 1 ORDER BY c.id, o.id
SELECT COUNT(*) FROM customer WHERE name LIKE 'a%' AND email IS NOT NULL AND id % 2 = 1
SELECT c.id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL OR o.quantity = 0 GROUP BY c.id
SELECT CASE WHEN score IS NULL THEN 'none' ELSE kind END AS k, COUNT(*) FROM customer GROUP BY k
SELECT YEAR(at) AS y, MONTH(at) AS m, COUNT(*) FROM orders GROUP BY y, m
SELECT IF(quantity > 2, 'many', 'few') AS q, SUM(amount) FROM orders GROUP BY q
SELECT p.weight, o.what FROM orders o JOIN commerce.product p ON p.name = o.what
SELECT commerce.product.name, COUNT(*) FROM commerce.product JOIN customer ON customer.name = commerce.product.name GROUP BY commerce.product.name
SELECT p.name FROM commerce.product p WHERE p.name NOT IN (SELECT what FROM orders WHERE quantity = 3)
SELECT p.customer, c.id FROM commerce.product p LEFT JOIN customer c ON c.name = p.name AND c.kind = 'gone'
SELECT customer.customer.id FROM customer.customer ORDER BY customer.customer.id LIMIT 3
SELECT c.id AS `select`, c.name AS "two words" FROM customer AS c ORDER BY `select` LIMIT 2
SELECT LENGTH(name), MAX(id) FROM customer GROUP BY 1 ORDER BY 1
SELECT id, name FROM customer WHERE MATCH_ME = 1
SELECT nothing FROM customer ORDER BY id
SELECT id FROM customer GROUP BY nothing
SELECT COUNT(*) FROM customer, orders, item WHERE customer.id = item.customer_id AND orders.id = item.order_id
SELECT COUNT(*) FROM (SELECT 1 FROM customer LIMIT 10) x
SELECT COUNT(*) AS n FROM customer HAVING n > 1000
SELECT 1 FROM customer WHERE 1 = 0 GROUP BY id
SELECT COUNT(*), SUM(id), MAX(id) FROM customer WHERE id > 100000
SELECT id, name FROM customer ORDER BY id LIMIT 0
SELECT (SELECT name FROM customer WHERE id = 4) AS four, (SELECT COUNT(*) FROM orders) AS o
SELECT * FROM (SELECT id, name FROM customer ORDER BY name, id LIMIT 5) a JOIN (SELECT id, what FROM orders) b ON a.id = b.id
SELECT DATE(at), COUNT(*) FROM orders WHERE at >= '2020-06-01' GROUP BY DATE(at)
SELECT c.name, SUM(o.amount) FROM customer c, orders o WHERE o.customer_id = c.id GROUP BY c.name HAVING SUM(o.amount) > 20
SELECT o.customer_id, MAX(i.price) FROM orders o JOIN item i ON i.order_id = o.id GROUP BY o.customer_id
SELECT id, name FROM customer LIMIT 1000
! SELECT id, notes FROM customer ORDER BY notes, id
SELECT MAX(notes), MIN(notes) FROM customer WHERE id < 30
SELECT kind, COUNT(*) FROM customer GROUP BY kind HAVING MAX(id) > '20'
SELECT a.id, COUNT(DISTINCT b.what) FROM customer a LEFT JOIN orders b ON b.customer_id = a.id AND b.id < (SELECT MAX(c.id) FROM orders c JOIN item d ON c.id = d.order_id WHERE c.what = a.name) GROUP BY a.id
"""


def statements():
    """(statement, whether the order of its rows is fixed)"""
    lines = [line for line in STATEMENTS.splitlines() if line]
    return [(line.removeprefix("! "), line.startswith("! ")) for line in lines]
