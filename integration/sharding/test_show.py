"""SHOW on a sharded keyspace: what the proxy answers itself takes WHERE, and what one server answers is answered."""

import pymysql
import pytest

from kit.one_and_many import Answer

EVERY = [
    "SHOW AUTHORS", "SHOW BINARY LOGS", "SHOW BINLOG EVENTS", "SHOW BINLOG STATUS", "SHOW CHARACTER SET", "SHOW CHARSET LIKE 'utf8%'",
    "SHOW CLIENT_STATISTICS", "SHOW COLLATION WHERE Charset = 'latin1'", "SHOW COLUMNS FROM customer", "SHOW FULL COLUMNS FROM customer",
    "SHOW FIELDS FROM customer LIKE 'n%'", "SHOW CONTRIBUTORS", "SHOW CREATE DATABASE customer", "SHOW CREATE SCHEMA IF NOT EXISTS customer",
    "SHOW CREATE EVENT nosuch", "SHOW CREATE FUNCTION nosuch", "SHOW CREATE PACKAGE nosuch", "SHOW CREATE PACKAGE BODY nosuch",
    "SHOW CREATE PROCEDURE nosuch", "SHOW CREATE SEQUENCE nosuch", "SHOW CREATE SERVER nosuch", "SHOW CREATE TABLE customer",
    "SHOW CREATE TRIGGER nosuch", "SHOW CREATE USER CURRENT_USER", "SHOW CREATE VIEW nosuch", "SHOW ENGINE INNODB STATUS",
    "SHOW ENGINE INNODB MUTEX", "SHOW ENGINES", "SHOW STORAGE ENGINES", "SHOW ERRORS", "SHOW ERRORS LIMIT 1", "SHOW COUNT(*) ERRORS",
    "SHOW EVENTS", "SHOW EXPLAIN FOR 1", "SHOW ANALYZE FOR 1", "SHOW FUNCTION CODE nosuch", "SHOW FUNCTION STATUS", "SHOW GRANTS",
    "SHOW GRANTS FOR CURRENT_USER", "SHOW INDEX FROM customer", "SHOW KEYS FROM customer WHERE Key_name = 'PRIMARY'",
    "SHOW INDEXES IN customer IN customer", "SHOW INDEX_STATISTICS", "SHOW LOCALES", "SHOW MASTER LOGS", "SHOW MASTER STATUS",
    "SHOW OPEN TABLES", "SHOW PACKAGE BODY STATUS", "SHOW PACKAGE STATUS", "SHOW PLUGINS", "SHOW PLUGINS SONAME 'ha_example.so'",
    "SHOW PRIVILEGES", "SHOW PROCEDURE CODE nosuch", "SHOW PROCEDURE STATUS LIKE 'x%'", "SHOW PROFILE", "SHOW PROFILES",
    "SHOW QUERY_RESPONSE_TIME", "SHOW RELAYLOG EVENTS", "SHOW SLAVE HOSTS", "SHOW REPLICA HOSTS", "SHOW SLAVE STATUS", "SHOW REPLICA STATUS",
    "SHOW ALL SLAVES STATUS", "SHOW ALL REPLICAS STATUS", "SHOW STATUS", "SHOW GLOBAL STATUS LIKE 'Upt%'", "SHOW SESSION STATUS WHERE Variable_name = 'Uptime'",
    "SHOW TABLE STATUS", "SHOW TABLE_STATISTICS", "SHOW TABLES", "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'",
    "SHOW TABLES FROM customer LIKE 'c%'", "SHOW TRIGGERS", "SHOW USER_STATISTICS", "SHOW VARIABLES LIKE 'sql_mode'",
    "SHOW GLOBAL VARIABLES WHERE Value = 'ON'", "SHOW WARNINGS", "SHOW COUNT(*) WARNINGS", "SHOW PROCESSLIST", "SHOW FULL PROCESSLIST",
    "SHOW DATABASES", "SHOW SCHEMAS LIKE 'c%'", "SHOW DATABASES WHERE `Database` = 'customer'",
]  # fmt: skip


@pytest.mark.parametrize("keyspace", ["customer", "commerce"])
def test_every_show_of_the_manual(both, whole, keyspace):
    """Refused, or another error, only where the server itself says so."""
    one, many = both
    for connection in both:
        connection.select_db(keyspace)
    for statement in EVERY:
        if keyspace == "commerce":
            statement = statement.replace("customer", "product" if "FROM customer" in statement or "TABLE customer" in statement else "commerce")
            statement = statement.replace("IN customer IN customer", "IN product IN commerce").replace("IN commerce IN commerce", "IN product")
        left, right = Answer(one, statement), Answer(many, statement)
        assert (left.error or [0])[0] == (right.error or [0])[0], (statement, left.error, right.error)
        if "PROCESSLIST" not in statement:  # the proxy's own sessions, as MySQL shows them
            assert [column[0] for column in left.columns] == [column[0] for column in right.columns], statement


def test_where(both):
    _, many = both
    for statement, wanted in (
        ("SHOW DATABASES WHERE `Database` LIKE 'c%' AND `Database` <> 'commerce'", [("customer",)]),
        ("SHOW SCHEMAS WHERE LENGTH(`Database`) = 8", [("commerce",), ("customer",)]),
        ("SHOW DATABASES WHERE 0", []),
        ("SHOW VITESS_SHARDS WHERE Shards LIKE '%80-'", [("customer/80-",)]),
        ("SHOW VSCHEMA TABLES WHERE Tables = 'orders'", [("orders",)]),
    ):
        answer = Answer(many, statement)
        assert answer.rows == wanted, (statement, answer.rows, answer.error)
    answer = Answer(many, "SHOW DATABASES WHERE `Database` = 'customer'")
    assert [column[0] for column in answer.columns] == ["Database"]
    with pytest.raises(pymysql.err.MySQLError, match="nosuch"):
        many.query("SHOW DATABASES WHERE nosuch = 1")


def found_rows(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customer LIMIT 7")
        cursor.execute(statement)
        cursor.fetchall()
        cursor.execute("SELECT FOUND_ROWS()")
        return cursor.fetchone()[0]


def test_found_rows(both, data_everywhere):
    one, many = both
    for statement in (
        "INSERT INTO item (order_id, line, customer_id, product) SELECT id + 7000, 1, customer_id, 'x' FROM orders WHERE id < 20",
        "INSERT IGNORE INTO customer (id, name) SELECT id, 'x' FROM orders WHERE id < 9",
        "INSERT INTO customer (id, name) SELECT id + 90000, name FROM customer WHERE id = 5",
        "INSERT INTO customer (id, name) SELECT id, name FROM customer WHERE id > 1000000",
        "INSERT INTO customer (id, name) VALUES (80001, 'a'), (80002, 'b'), (80003, 'c')",
        "UPDATE customer SET name = 'x'",
        "DELETE FROM customer WHERE id > 80000 RETURNING id",
        "SELECT name INTO @name FROM customer WHERE id = 1",
        "SELECT COUNT(*) INTO @count FROM customer",
        "EXPLAIN SELECT * FROM customer",
        "SHOW WARNINGS",
        "SHOW TABLES LIKE 'cust%'",
        "SELECT name FROM customer WHERE id < 5",
    ):
        left, right = found_rows(one, statement), found_rows(many, statement)
        assert left == right, (statement, left, right)
    for connection in both:
        connection.rollback()
    data_everywhere()
