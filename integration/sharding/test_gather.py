"""What needs rows of several shards at once: the answers of one server that holds everything."""

import copy
import struct
import threading

import pymysql
import pytest

from kit import prepared, wire
from kit.config import configuration, sharded
from kit.gathered_statements import statements
from kit.one_and_many import VSCHEMA, Answer, connect, differences
from kit.waiting import until
from kit.xxh64 import values_in

JOIN = "SELECT c.id, o.id FROM customer c JOIN orders o ON o.id = c.id"

PREPARED = [
    ("SELECT COUNT(*) FROM customer WHERE name = ?", [b"apple"]),
    ("SELECT COUNT(*) FROM customer WHERE id > ?", [5]),
    ("SELECT id, name FROM customer WHERE id < ? ORDER BY name, id LIMIT ?", [40, 5]),
    ("SELECT c.id, o.id, ? FROM customer c JOIN orders o ON o.id = c.id WHERE o.quantity >= ? AND c.name <> ?", [b"x", 2, b"pear"]),
    ("SELECT c.id FROM customer c LEFT JOIN orders o ON o.id = c.id AND o.quantity = ? WHERE c.kind = ?", [3, b"old"]),
    ("SELECT SUM(amount), AVG(amount), MAX(at) FROM orders WHERE at >= ?", [b"2020-03-01 00:00:00"]),
    ("SELECT id FROM customer WHERE id = ? UNION SELECT id FROM orders WHERE customer_id = ?", [3, 4]),
    ("SELECT * FROM customer WHERE id IN (?, ?, ?) ORDER BY id", [1, 2, 30]),
    ("SELECT * FROM odd ORDER BY id", []),
    ("SELECT COUNT(*) FROM customer WHERE name = ? AND email IS NULL", [None]),
    ("SELECT id, ? + 1 FROM customer ORDER BY id LIMIT 3", [7]),
    ("SELECT o.what, p.weight FROM orders o JOIN commerce.product p ON p.name = o.what WHERE p.weight > ?", [0]),
    ("SELECT id FROM customer WHERE score = ? ORDER BY id", [0.1]),
    ("SELECT quantity, COUNT(*) FROM orders WHERE what = ? OR quantity = ? GROUP BY quantity", ["Ähre".encode(), 2]),
]


def prepared_answer(client, statement, values):
    """Definitions of the columns and rows, as bytes; the rows sorted where no ORDER BY fixes them."""
    number, _, _ = prepared.prepare(client, statement)
    nulls, types, bound = bytearray((len(values) + 7) // 8), b"", b""
    for i, value in enumerate(values):
        if value is None:
            nulls[i // 8] |= 1 << i % 8
            types += b"\x06\x00"
        elif isinstance(value, int):
            types, bound = types + b"\x08\x00", bound + struct.pack("<q", value)
        elif isinstance(value, float):
            types, bound = types + b"\x05\x00", bound + struct.pack("<d", value)
        else:
            types, bound = types + b"\xfd\x00", bound + bytes([len(value)]) + value
    client.command(
        wire.STMT_EXECUTE, number + b"\x00\x01\x00\x00\x00" + (bytes(nulls) + b"\x01" + types + bound if values else b"")
    )
    count = wire.lenenc(prepared.answer(client), 0)[0]
    definitions = [client.packet()[1] for _ in range(count)]
    client.packet()
    rows = []
    while (payload := prepared.answer(client))[0] != 0xFE or len(payload) > 9:
        rows.append(payload)
    client.command(wire.STMT_CLOSE, number)
    # The database of a table of another keyspace is the scratch tablet's.
    definitions = [d.replace(b"\x08commerce", b"\x08customer") for d in definitions]
    return definitions, rows if "ORDER" in statement else sorted(rows)


def leftovers(server):
    """Temporary tables of any connection; InnoDB lists them."""
    return server.sql("SELECT name FROM information_schema.innodb_sys_tables WHERE name LIKE '%#sql%'")


def test_every_shape(both):
    one, many = both
    wrong = []
    for statement, ordered in statements():
        found = differences(Answer(one, statement), Answer(many, statement), ordered, statement, not ("GROUP" in statement or "ORDER" in statement))
        # The database of a table of another keyspace is the scratch tablet's.
        found = [f for f in found if not ("product" in statement and f.endswith("db b'commerce' and b'customer'"))]
        if found:
            wrong.append(statement + "\n    " + "\n    ".join(found[:6]))
    assert not wrong, "\n".join(wrong)


def test_prepared(gather_proxy, whole):
    """The binary protocol, with parameters where they can stand."""
    proxy = gather_proxy()
    one = wire.Wire(whole.port).login(database="customer")
    many = wire.Wire(proxy.port).login(database="customer")
    wrong = []
    for statement, values in PREPARED:
        left, right = prepared_answer(one, statement, values), prepared_answer(many, statement, values)
        if left != right:
            wrong.append(f"{statement} {values}\n    {left}\n    {right}")
    one.close()
    many.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "settings",
    [
        "SET time_zone = '+05:30'",
        "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'",
        "SET sql_mode = 'TRADITIONAL,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH'",
        "SET NAMES latin1",
        "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
        "SET character_set_results = NULL",
        "SET sql_select_limit = 3",
        "SET autocommit = 0",
        "SET div_precision_increment = 9, group_concat_max_len = 12",
    ],
)
def test_under_the_sessions_settings(both, settings):
    """What the session set holds for the statement, and does not hurt the rows on their way."""
    one, many = both
    for connection in both:
        connection.use_unicode, connection.decoders = False, {}
        with connection.cursor() as cursor:
            cursor.execute(settings)
    wrong = []
    for statement in [
        "SELECT o.*, c.name, c.kind FROM odd o JOIN customer c ON c.id = o.id + 1 ORDER BY o.id",
        "SELECT GROUP_CONCAT(name ORDER BY id), AVG(id) FROM customer",
        "SELECT id, name || 'x', CONCAT(country, '|') FROM customer ORDER BY name, id LIMIT 20",
        "SELECT id, what FROM orders WHERE at > '2020-02-01' ORDER BY at, id",
    ]:
        found = differences(Answer(one, statement), Answer(many, statement), True)
        if found:
            wrong.append(statement + "\n    " + "\n    ".join(found[:6]))
    for connection in both:
        connection.rollback()
    assert not wrong, "\n".join(wrong)


def test_nothing_stays(gather_proxy, shards):
    """The next client of the connection meets the real tables, and no settings of the gather."""
    proxy = gather_proxy(workers=1, pool={"size": 2})
    for _ in range(5):
        assert len(proxy.sql(JOIN, database="customer")) > 10
        for shard in shards:
            target = f"customer:{shard}"
            right = shards[shard].value("SELECT COUNT(*) FROM customer.customer")
            assert proxy.value("SELECT COUNT(*) FROM customer", database=target) == right
            assert proxy.sql(
                "SELECT @@sql_mode, @@time_zone, @leasehold_sql_mode, @@sql_log_bin", database=target
            ) == shards[shard].sql("SELECT @@sql_mode, @@time_zone, NULL, @@sql_log_bin")
    proxy.quiet()
    for server in shards.values():
        until(lambda: not leftovers(server), "temporary tables are dropped")


def test_sees_the_transactions_own_writes(both, data_everywhere):
    one, many = both
    for connection in both:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE customer SET name = 'mine' WHERE id IN (1, 2, 3, 4)")
            cursor.execute("DELETE FROM orders WHERE customer_id = 5")
    for statement in ["SELECT name, COUNT(*) FROM customer GROUP BY name", JOIN, "SELECT MAX(id) FROM orders WHERE customer_id < 6"]:
        assert not differences(Answer(one, statement), Answer(many, statement), False)
    for connection in both:
        connection.rollback()
    assert not differences(Answer(one, JOIN), Answer(many, JOIN), False)


def test_locking_reads_lock_the_rows_themselves(gather_proxy):
    proxy = gather_proxy()
    holder, other = proxy.connect("customer"), proxy.connect("customer")
    with holder.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT MAX(name) FROM customer WHERE id IN (1, 2, 3) FOR UPDATE")
    with other.cursor() as cursor:
        cursor.execute("SET innodb_lock_wait_timeout = 1")
        with pytest.raises(pymysql.err.MySQLError) as raised:
            cursor.execute("UPDATE customer SET name = 'x' WHERE id = 2")
        assert raised.value.args[0] == 1205
    holder.rollback()
    holder.close()
    other.close()


@pytest.mark.parametrize("limit", ["max_rows", "max_bytes"])
def test_limits(gather_proxy, limit):
    """Reached: an error that names the limit, nothing left behind, and the session goes on."""
    proxy = gather_proxy(gather={limit: 50 if limit == "max_rows" else "16KiB"})
    connection = proxy.connect("customer")
    with connection.cursor() as cursor:
        for begin in ("SELECT 1", "BEGIN"):
            cursor.execute(begin)
            with pytest.raises(pymysql.err.MySQLError) as raised:
                cursor.execute("SELECT a.* FROM odd a JOIN odd b ON a.id = b.id + 1")
            assert raised.value.args[0] == 1104 and f"gather.{limit}" in raised.value.args[1], raised.value
            cursor.execute("SELECT COUNT(*) FROM odd WHERE id IN (1, 2)")
            assert cursor.fetchone() == (2,)
    connection.rollback()
    connection.close()


def test_what_is_not_needed_stays(gather_proxy):
    """Conditions and columns are left to the shards: the figures say how many rows came."""
    proxy = gather_proxy()
    rows, size = "leasehold_gathered_rows_total", "leasehold_gathered_bytes_total"

    def cost(statement):
        before = [proxy.metrics().sum(name, keyspace="customer") for name in (rows, size)]
        proxy.sql(statement, database="customer")
        return [proxy.metrics().sum(name, keyspace="customer") - b for name, b in zip((rows, size), before)]

    everything = cost("SELECT c.*, o.* FROM customer c JOIN orders o ON o.quantity = c.id")
    assert cost("SELECT c.*, o.* FROM customer c JOIN orders o ON o.quantity = c.id WHERE c.id = 7")[0] < everything[0] - 50
    assert cost("SELECT c.id FROM customer c JOIN orders o ON o.quantity = c.id")[1] < everything[1] / 2
    low, high = values_in("-80", 1)[0], values_in("80-", 1)[0]
    assert cost(f"SELECT a.id FROM customer a JOIN customer b ON a.parent = b.id WHERE a.id = {low} AND b.id = {high}")[0] == 2


def test_rows_that_are_unique_only_in_their_shard(gather_proxy, shards, data_everywhere):
    try:
        for name, server in shards.items():
            server.sql(f"INSERT INTO customer.orders (id, customer_id, what) VALUES (9999, 1, '{name}')")
        proxy = gather_proxy()
        got = proxy.sql("SELECT what FROM orders WHERE id = 9999 ORDER BY what", database="customer")
        assert got == [("-80",), ("80-",)]
    finally:
        data_everywhere()


def test_in_the_plan_the_metrics_and_the_log(gather_proxy):
    proxy = gather_proxy()
    lines = [line for (line,) in proxy.sql(f"EXPLAIN ROUTE {JOIN} WHERE c.kind = 'old'", database="customer")]
    text = "\n".join(lines)
    assert "plan: gather" in text and "gather customer.customer: where (kind = 'old'), from -80 80-" in text, text
    proxy.sql(JOIN, database="customer")
    assert proxy.metrics().sum("leasehold_queries_total", keyspace="customer", plan="gather", statement="select") == 1
    assert proxy.logged(" info ", "gathered", "orders")


def test_a_chosen_scratch_tablet(gather_proxy, commerce, whole):
    """The statement runs on a tablet of another keyspace, which needs none of the tables."""
    proxy = gather_proxy(gather={"scratch": "commerce:-"})
    one, many = connect(whole, "customer"), proxy.connect("customer", charset="utf8mb4")
    for statement, ordered in statements()[::5]:
        found = differences(Answer(one, statement), Answer(many, statement), ordered, statement)
        assert not [f for f in found if ": db " not in f], (statement, found)
    with many.cursor() as cursor:
        cursor.execute("SELECT MAX(@@server_id), COUNT(*) FROM customer c JOIN orders o ON o.id = c.id")
        assert cursor.fetchone()[0] == commerce.server_id
    one.close()
    many.close()


def test_kill_in_the_middle(gather_proxy):
    proxy = gather_proxy()
    connection, killer = proxy.connect("customer"), proxy.connect("customer")
    got = []

    def run():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT COUNT(*), MAX(SLEEP(0.2)) FROM customer c JOIN orders o ON o.id > c.id")
        except pymysql.err.MySQLError as error:
            got.append(error.args[0])

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: any("gather" in str(row) for row in proxy.admin("SHOW LEASES")), "the gather is under way")
    with killer.cursor() as cursor:
        cursor.execute(f"KILL QUERY {connection.thread_id()}")
    thread.join(20)
    assert got == [1317]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM customer")
        assert cursor.fetchone() == (60,)
    connection.close()
    killer.close()


def test_what_it_leaves_in_the_session(gather_proxy, whole):
    """User variables, FOUND_ROWS() and LAST_INSERT_ID() are the session's afterwards, on whatever tablet."""
    proxy = gather_proxy()
    one, many = connect(whole, "customer"), proxy.connect("customer", charset="utf8mb4")
    for statement in [
        "SELECT @n := COUNT(*), @w := MAX(name), @d := AVG(amount), @x := MAX(score) FROM customer c JOIN orders o ON o.id = c.id",
        "SELECT MAX(id), MIN(what), NULL INTO @a, @b, @c FROM orders",
    ]:
        for connection in (one, many):
            with connection.cursor() as cursor:
                cursor.execute(statement)
    for statement in [
        "SELECT @n, @w, @d, @x, @a, @b, @c",
        "SELECT @n + 1, CONCAT(@w, 'x'), @d * 2, @x / 3, @a, HEX(@b), @c IS NULL",
        "SELECT id FROM customer WHERE id = 7 AND @n > 0",
        "SELECT id FROM customer WHERE id < @a AND name <> @w",
    ]:
        found = differences(Answer(one, statement), Answer(many, statement), False)
        assert not [f for f in found if "column" not in f], (statement, found)
    for connection in (one, many):
        with connection.cursor() as cursor:
            cursor.execute("SELECT SQL_CALC_FOUND_ROWS id FROM customer ORDER BY id LIMIT 3")
            cursor.fetchall()
            cursor.execute("SELECT FOUND_ROWS()")
            assert cursor.fetchone() == (60,)
            cursor.execute("SELECT LAST_INSERT_ID(MAX(id) + 1000) FROM customer")
            cursor.execute("SELECT LAST_INSERT_ID()")
            assert cursor.fetchone() == (1060,)
        connection.close()


INSERTS = [
    "INSERT INTO customer (id, name, kind) SELECT id + 1000, what, 'old' FROM orders",
    "INSERT INTO customer (id, name, email, country, born, score, kind, parent, notes) SELECT id + 2000, name, email, country, born, score, kind, parent, notes FROM customer WHERE id < 50",
    "INSERT IGNORE INTO customer (id, name) SELECT id, 'twice' FROM customer",
    "INSERT INTO customer (id, name) SELECT customer_id, MAX(what) FROM orders GROUP BY customer_id ON DUPLICATE KEY UPDATE name = CONCAT(VALUES(name), '!'), score = 7",
    "REPLACE INTO customer (id, name) SELECT c.id + 10, o.what FROM customer c JOIN orders o ON o.id = c.id",
    "INSERT INTO odd (id, flags, bits, raw, picture, moment, clock, years, tiny, single, place, greek, wide, zero, words) SELECT id + 100, flags, bits, raw, picture, moment, clock, years, tiny, single, place, greek, wide, NULL, words FROM odd",
    "INSERT INTO orders (id, customer_id, amount, at, what, quantity) SELECT id + 5000, customer_id + 1, amount / 3, at, what, quantity FROM orders UNION ALL SELECT id + 9000, id, 1.5, NULL, name, 1 FROM customer",
    "INSERT INTO customer (id, name) (SELECT id + 3000, what FROM orders WHERE what <> '' ORDER BY id LIMIT 5)",
    "INSERT INTO customer (id, name) SELECT id, name FROM customer WHERE id > 5",
]


def test_insert_select(both, data_everywhere):
    """Rows go to their shards, whatever query they come from; the whole tables are the same afterwards."""
    one, many = both
    try:
        for statement in INSERTS:
            counts, errors = [], []
            for connection in both:
                with connection.cursor() as cursor:
                    try:
                        counts.append(cursor.execute(statement))
                        errors.append(None)
                    except pymysql.err.MySQLError as error:
                        errors.append(error.args[0])
                connection.commit()
            assert errors[0] == errors[1], (statement, errors)
            assert errors[0] or counts[0] == counts[1], (statement, counts)
            for table in ("customer", "orders", "odd"):
                sql = f"SELECT * FROM {table} ORDER BY {'id, customer_id' if table == 'orders' else 'id'}"
                found = differences(Answer(one, sql), Answer(many, sql), True)
                assert not found, (statement, table, [f[:300] for f in found])
    finally:
        for connection in both:
            connection.rollback()
        data_everywhere()


def test_insert_select_that_fails_changes_nothing(both, shards):
    one, many = both
    with many.cursor() as cursor:
        cursor.execute("SELECT COUNT(*), MAX(name) FROM customer")
        before = cursor.fetchall()
        with pytest.raises(pymysql.err.MySQLError) as raised:
            cursor.execute("INSERT INTO customer (id, name) SELECT 70 - id, 'x' FROM customer ORDER BY id")
        assert raised.value.args[0] == 1062, raised.value
        cursor.execute("SELECT COUNT(*), MAX(name) FROM customer")
        assert cursor.fetchall() == before


def test_views(make_proxy, shards, whole, data_everywhere):
    """A view that the vschema lists is gathered like a table."""
    made = "CREATE OR REPLACE VIEW customer.old_one AS SELECT id, name, kind, born, score * 2 AS twice FROM customer.customer WHERE kind = 'old'"
    vschema = copy.deepcopy(VSCHEMA)
    vschema["tables"]["old_one"] = {"column_vindexes": [{"column": "id", "name": "xx"}]}
    for server in (*shards.values(), whole):
        server.sql(made)
    proxy = make_proxy(configuration({"customer": sharded(shards, vschema)}))
    one, many = connect(whole, "customer"), proxy.connect("customer", charset="utf8mb4")
    try:
        for statement in (
            "SELECT v.id, v.twice, o.id FROM old_one v JOIN orders o ON o.id = v.id ORDER BY v.id",
            "SELECT COUNT(DISTINCT name), MAX(twice) FROM old_one",
            "SELECT a.id, b.name FROM old_one a JOIN old_one b ON b.id = a.id + 3 ORDER BY a.id",
        ):
            left, right = Answer(one, statement), Answer(many, statement)
            assert left.rows and not right.error and left.rows == right.rows, (statement, right.error, right.rows[:3])
    finally:
        one.close()
        many.close()
        for server in (*shards.values(), whole):
            server.sql("DROP VIEW IF EXISTS customer.old_one")
