"""information_schema and SHOW over a sharded keyspace whose database has another name: as one database under the
keyspace's name, with the sums of its shards; on MariaDB and on MySQL 9."""

import pymysql
import pytest

from kit import mysql9, wire
from kit.config import configuration, sharded, unsharded
from kit.prepared import binary_rows, execute, prepare
from kit.server import APP_USER

VSCHEMA = {
    "sharded": True,
    "vindexes": {"xx": {"type": "xxhash"}},
    "tables": {
        "customer": {"column_vindexes": [{"column": "id", "name": "xx"}]},
        "orders": {"column_vindexes": [{"column": "customer_id", "name": "xx"}]},
        "country": {"type": "reference"},
    },
}
OBJECTS = [
    "CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(20), KEY by_name (name)) COMMENT 'c'",
    "CREATE TABLE orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, customer_id BIGINT,"
    " CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customer (id))",
    "CREATE TABLE country (code CHAR(2) PRIMARY KEY)",
    "INSERT INTO country VALUES ('DE'), ('FR')",
    "CREATE VIEW v AS SELECT c.id FROM customer AS c",
    "CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
    "CREATE PROCEDURE p() SELECT 1",
    "CREATE TRIGGER tr BEFORE INSERT ON customer FOR EACH ROW SET NEW.name = UPPER(NEW.name)",
]
PHYSICAL = "phys_db"


@pytest.fixture(scope="module", params=["mariadb", "mysql9"])
def tablets(request, run_folder):
    if request.param == "mariadb":
        shards = request.getfixturevalue("shards")
        low, high = shards["-80"], shards["80-"]
    else:
        low = request.getfixturevalue("mysql9_server")
        high = mysql9.MySql9(run_folder, "mysql9-catalog").start()
        request.addfinalizer(high.stop)
    for number, server in enumerate((low, high)):
        server.sql("SET GLOBAL log_bin_trust_function_creators = 1")
        server.sql(f"DROP DATABASE IF EXISTS {PHYSICAL}")
        server.sql(f"CREATE DATABASE {PHYSICAL}")
        for statement in OBJECTS:
            server.sql(statement, database=PHYSICAL)
        for row in range(10 * (number + 1)):
            server.sql(f"INSERT INTO customer VALUES ({row}, 'n')", database=PHYSICAL)
        server.sql(f"ALTER TABLE orders AUTO_INCREMENT = {100 * (number + 1)}", database=PHYSICAL)
        server.sql("ANALYZE TABLE customer, orders, country", database=PHYSICAL)
    low.sql("DROP DATABASE IF EXISTS side_db")
    low.sql("CREATE DATABASE side_db")
    low.sql("CREATE TABLE side_db.aside (a INT)")
    low.sql("DROP DATABASE IF EXISTS hidden")
    low.sql("CREATE DATABASE hidden")
    low.sql("CREATE TABLE hidden.secret (a INT)")
    yield low, high
    for server in (low, high):
        server.sql(f"DROP DATABASE {PHYSICAL}")
    low.sql("DROP DATABASE side_db")
    low.sql("DROP DATABASE hidden")


@pytest.fixture
def proxy(make_proxy, tablets):
    low, high = tablets
    ks = sharded({"-80": low, "80-": high}, VSCHEMA) | {"database": PHYSICAL}
    side = unsharded(low) | {"database": "side_db"}
    users = [{"name": APP_USER, "password": "secret"}, {"name": "narrow", "password": "secret", "keyspaces": ["ks"]}]
    return make_proxy(configuration({"ks": ks, "side": side}, users=users))


@pytest.fixture
def connection(proxy):
    made = proxy.connect("ks")
    yield made
    made.close()


def rows(connection, statement, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments or None)
        return list(cursor.fetchall())


def headings(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()
        return [column[0] for column in cursor.description]


# What drivers, ORMs and tools ask, and the first column of the answer.
QUESTIONS = [
    ("SELECT table_name FROM information_schema.tables WHERE table_schema = 'ks'", ["country", "customer", "orders", "v"]),
    ("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()", ["country", "customer", "orders", "v"]),
    ("SELECT table_name FROM information_schema.tables WHERE table_schema LIKE 'k%' AND table_type = 'BASE TABLE'", ["country", "customer", "orders"]),
    ("SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_schema IN ('ks', 'x')", ["ks"]),
    ("SELECT t.TABLE_SCHEMA FROM information_schema.tables t WHERE t.TABLE_NAME = 'customer'", ["ks"]),
    ("SELECT information_schema.tables.table_schema FROM information_schema.tables WHERE table_name = 'orders'", ["ks"]),
    ("SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')", ["ks", "side"]),
    ("SELECT column_name FROM information_schema.columns WHERE table_schema = 'ks' AND table_name = 'customer' ORDER BY ordinal_position", ["id", "name"]),
    ("SELECT c.column_name FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name) WHERE t.table_schema = 'ks' AND t.table_name = 'orders'", ["customer_id", "id"]),
    ("SELECT k.referenced_table_schema, k.constraint_schema FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r ON r.constraint_name = k.constraint_name AND r.constraint_schema = k.constraint_schema WHERE k.table_schema = 'ks' AND r.unique_constraint_schema = 'ks'", ["ks"]),
    ("SELECT constraint_name FROM information_schema.table_constraints WHERE constraint_schema = 'ks' AND table_name = 'orders'", ["PRIMARY", "of_customer"]),
    ("SELECT index_name FROM information_schema.statistics WHERE table_schema = 'ks' AND table_name = 'customer'", ["PRIMARY", "by_name"]),
    ("SELECT table_name FROM information_schema.views WHERE table_schema = 'ks'", ["v"]),
    ("SELECT trigger_name FROM information_schema.triggers WHERE event_object_schema = 'ks'", ["tr"]),
    ("SELECT routine_name FROM information_schema.routines WHERE routine_schema = 'ks'", ["p"]),
    ("SELECT event_name FROM information_schema.events WHERE event_schema = 'ks'", ["ev"]),
    ("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'ks'", [4]),
    ("SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'ks') AS n", [4]),
    ("SELECT d.s FROM (SELECT table_schema AS s FROM information_schema.tables WHERE table_name = 'customer') AS d", ["ks"]),
    ("WITH t AS (SELECT table_schema FROM information_schema.tables WHERE table_name = 'v') SELECT * FROM t", ["ks"]),
    ("SELECT table_schema FROM information_schema.tables WHERE table_name = 'v' UNION SELECT schema_name FROM information_schema.schemata WHERE schema_name = 'ks'", ["ks"]),
    ("SELECT table_name FROM information_schema.partitions WHERE table_schema = 'ks' AND table_rows > 0", ["country", "customer"]),
    ("SELECT table_name FROM information_schema.tables WHERE table_schema = 'side'", ["aside"]),
    (f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{PHYSICAL}'", []),
    ("SELECT table_name FROM information_schema.tables WHERE table_schema = 'hidden'", []),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_questions(connection, number):
    statement, wanted = QUESTIONS[number]
    assert sorted(str(row[0]) for row in rows(connection, statement)) == sorted(map(str, wanted))


def test_prepared(proxy):
    client = wire.Wire(proxy.port).login(database="ks")
    for statement, values, wanted in [
        ("SELECT table_name FROM information_schema.tables WHERE table_schema = ? AND table_name = ?", ("ks", "customer"), b"customer"),
        ("SELECT table_schema FROM information_schema.tables WHERE table_schema = ? AND table_name = ?", ("ks", "orders"), b"ks"),
        ("SELECT table_name FROM information_schema.tables WHERE table_schema = ?", ("side",), b"aside"),
        ("SELECT name FROM ks.customer WHERE id = ?", ("3",), b"N"),
    ]:  # fmt: skip
        number, columns, parameters = prepare(client, statement)
        assert (columns, parameters) == (1, len(values))
        for _ in range(2):
            execute(client, number, *[value.encode() for value in values])
            assert {row[3:] for row in binary_rows(client)} == {wanted}, statement
    number, _, _ = prepare(client, "SHOW EVENTS")
    execute(client, number)
    answer = b"".join(binary_rows(client))
    assert b"\x02ks\x02ev" in answer and PHYSICAL.encode() not in answer
    client.close()


def test_rows_and_bytes_are_the_sum_of_the_shards(connection, tablets):
    def of(server, column, table):
        return server.sql(
            f"SELECT {column} FROM information_schema.tables WHERE table_schema = '{PHYSICAL}' AND table_name = '{table}'"
        )[0][0]

    for column in ("table_rows", "data_length", "index_length", "data_free"):
        wanted = sum(of(server, column, "customer") for server in tablets)
        assert rows(connection, f"SELECT {column} FROM information_schema.tables WHERE table_schema = 'ks' AND table_name = 'customer'") == [(wanted,)]  # fmt: skip
    assert of(tablets[0], "table_rows", "customer") < 15
    status = {row[0]: row for row in rows(connection, "SHOW TABLE STATUS")}
    names = headings(connection, "SHOW TABLE STATUS")
    assert status["customer"][names.index("Rows")] == 30
    assert status["customer"][names.index("Comment")] == "c"
    assert status["orders"][names.index("Auto_increment")] == 200
    assert status["country"][names.index("Rows")] == 2
    assert status["v"][names.index("Rows")] is None
    assert headings(connection, "SHOW TABLE STATUS") == [
        column[0] for column in describe(tablets[0], f"SHOW TABLE STATUS FROM {PHYSICAL}")
    ]
    assert [row[0] for row in rows(connection, "SHOW TABLE STATUS FROM ks LIKE 'c%'")] == ["country", "customer"]
    assert [row[0] for row in rows(connection, "SHOW TABLE STATUS WHERE `Rows` > 20")] == ["customer"]
    partitions = rows(connection, "SELECT table_rows FROM information_schema.partitions WHERE table_schema = 'ks' AND table_name = 'customer'")  # fmt: skip
    assert partitions == [(30,)]
    # A session that has chosen one shard is told of that shard.
    low = pymysql.connect(host=connection.host, port=connection.port, user="app", password="secret", database="ks:-80")
    assert rows(low, "SELECT table_rows FROM information_schema.tables WHERE table_schema = 'ks' AND table_name = 'customer'") == [(of(tablets[0], "table_rows", "customer"),)]  # fmt: skip
    low.close()


def describe(server, statement):
    made = server.connect()
    with made.cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()
        made.close()
        return cursor.description


def long_text(number):
    return 252 if number in (249, 250, 251) else number


def test_columns_are_the_servers_own(connection, tablets):
    for table in ("TABLES", "COLUMNS", "SCHEMATA", "STATISTICS", "KEY_COLUMN_USAGE", "VIEWS", "PARTITIONS", "ROUTINES"):
        statement = f"SELECT * FROM information_schema.{table} LIMIT 1"
        wanted = describe(tablets[0], statement)
        with connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.fetchall()
            assert [c[0] for c in cursor.description] == [c[0] for c in wanted], table
            # Text with a name replaced may be longer: another of the types of long texts.
            assert [long_text(c[1]) for c in cursor.description] == [long_text(c[1]) for c in wanted], table
    for statement in (
        "SELECT table_name, Table_Schema, COUNT(*) FROM information_schema.tables GROUP BY table_name, table_schema",
        "SELECT tables.table_name, t2.table_schema FROM information_schema.tables, information_schema.views t2",
    ):
        assert headings(connection, statement) == [c[0] for c in describe(tablets[0], statement)]


SHOWN = [
    "SHOW DATABASES", "SHOW TABLES", "SHOW FULL TABLES FROM ks LIKE 'c%'", "SHOW TABLE STATUS", "SHOW CREATE TABLE ks.orders",
    "SHOW CREATE TABLE v", "SHOW CREATE VIEW ks.v", "SHOW CREATE DATABASE ks", "SHOW COLUMNS FROM customer FROM ks",
    "SHOW INDEX FROM ks.customer", "DESCRIBE ks.customer", "SHOW TRIGGERS", "SHOW EVENTS", "SHOW PROCEDURE STATUS WHERE Name = 'p'",
    "SHOW OPEN TABLES FROM ks", "SHOW CREATE PROCEDURE ks.p", "ANALYZE TABLE customer", "CHECK TABLE ks.customer, ks.nosuch",
    "EXPLAIN SELECT * FROM customer", "SHOW WARNINGS", "SELECT * FROM information_schema.views", "SELECT DATABASE()",
    "SELECT * FROM information_schema.tables", "SELECT * FROM information_schema.key_column_usage",
    "SELECT * FROM information_schema.triggers", "SELECT * FROM information_schema.routines",
]  # fmt: skip


def test_the_databases_name_is_never_shown(connection):
    more = ["SELECT * FROM customer", "SELECT * FROM customer WHERE id = 1", "SELECT name FROM customer ORDER BY name LIMIT 1"]
    for statement in SHOWN + more:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            databases = {field.db for field in cursor._result.fields}
            shown = repr(cursor.fetchall()) + repr(cursor.description) + repr(databases)
        assert PHYSICAL not in shown, statement
    assert headings(connection, "SHOW TABLES") == ["Tables_in_ks"]
    assert rows(connection, "SHOW CREATE DATABASE ks")[0][1].startswith("CREATE DATABASE `ks`")
    assert [row[0] for row in rows(connection, "SHOW EVENTS")] == ["ks"]
    assert {row[0] for row in rows(connection, "ANALYZE TABLE customer")} == {"ks.customer"}


def test_messages(connection):
    for statement, number in [
        ("SELECT * FROM ks.customer WHERE nosuch.id = 1", None),
        ("SHOW CREATE TABLE nosuch", 1146),
        ("ALTER TABLE nosuch ADD COLUMN a INT", 1146),
        ("DROP TABLE nosuch", 1051),
        ("SHOW CREATE PROCEDURE nosuch", 1305),
        ("INSERT INTO orders (id, customer_id) VALUES (5, 777777)", 1452),
    ]:
        with connection.cursor() as cursor, pytest.raises(pymysql.err.MySQLError) as raised:
            cursor.execute(statement)
        assert PHYSICAL not in str(raised.value), raised.value
        assert number is None or raised.value.args[0] == number, raised.value


def test_a_user_sees_its_own_keyspaces(proxy):
    narrow = proxy.connect("ks", user="narrow")
    names = [row[0] for row in rows(narrow, "SELECT schema_name FROM information_schema.schemata")]
    assert "ks" in names and "side" not in names and "hidden" not in names
    assert rows(narrow, "SELECT table_name FROM information_schema.tables WHERE table_name IN ('aside', 'secret')") == []
    assert rows(narrow, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'side'") == []
    narrow.close()


def test_an_unsharded_keyspace(proxy):
    side = proxy.connect("side")
    assert rows(side, "SHOW TABLES") == [("aside",)]
    assert headings(side, "SHOW TABLES") == ["Tables_in_side"]
    assert rows(side, "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = DATABASE()") == [("side", "aside")]
    with pytest.raises(pymysql.err.ProgrammingError, match="Table 'side.nosuch' doesn't exist"):
        rows(side, "SELECT * FROM nosuch")
    with pytest.raises(pymysql.err.ProgrammingError, match="Table 'side.nosuch' doesn't exist"):
        rows(side, "SELECT * FROM side.nosuch")
    side.select_db("information_schema")
    assert rows(side, "SELECT table_schema FROM tables WHERE table_name = 'aside'") == [("side",)]
    side.close()


def test_without_a_keyspace(proxy):
    made = proxy.connect()
    assert rows(made, "SELECT table_schema FROM information_schema.tables WHERE table_name = 'aside' AND table_schema = 'side'") == [("side",)]
    assert rows(made, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'ks'") == [(4,)]
    made.close()


def test_sums_where_the_names_are_the_same(sharded_proxy, customers):
    rows_of = "SELECT table_rows FROM information_schema.tables WHERE table_schema = 'customer' AND table_name = 'customer'"
    for number, server in enumerate(customers.values()):
        for row in range(5 + number):
            server.sql(f"INSERT INTO customer.customer VALUES ({row}, 'n')")
        server.sql("ANALYZE TABLE customer.customer")
    made = sharded_proxy.connect("customer")
    assert rows(made, rows_of) == [(11,)]
    status = rows(made, "SHOW TABLE STATUS LIKE 'customer'")
    assert len(status) == 1 and status[0][4] == 11
    assert headings(made, "SHOW TABLES") == ["Tables_in_customer"]
    # Another keyspace's tables are asked where they are.
    commerce = sharded_proxy.connect("commerce")
    assert rows(commerce, rows_of) == [(11,)]
    commerce.close()
    made.close()


def test_a_shard_that_does_not_answer_is_named(make_proxy, tmp_server):
    low, high = tmp_server("low", server_id=61), tmp_server("high", server_id=62)
    for server in (low, high):
        server.sql("CREATE DATABASE ks")
        server.sql("CREATE TABLE ks.customer (id BIGINT PRIMARY KEY)")
    proxy = make_proxy(configuration({"ks": sharded({"-80": low, "80-": high}, VSCHEMA)}), errors_expected=True)
    made = proxy.connect("ks")
    high.stop()
    with pytest.raises(pymysql.err.MySQLError, match="80-"):
        rows(made, "SELECT table_name, table_rows FROM information_schema.tables WHERE table_schema = 'ks'")
    assert rows(made, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'ks'") == [("customer",)]
    made.close()
