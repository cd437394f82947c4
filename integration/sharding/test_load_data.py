"""LOAD DATA LOCAL INFILE into a sharded table: each line on its shard, everything else as on one server."""

import pymysql
import pytest

from kit.changing_statements import changed, tables_differ
from kit.one_and_many import belongs
from kit.server import APP_PASSWORD, APP_USER

FILES = [
    ("customer", "", "1001\tone\ta@b\n1002\ttwo\t\\N\n1003\tthr\\tee\t\\\\x\\\ny\n1004\tfour\n", "(id, name, email)"),
    (
        "customer",
        "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' LINES TERMINATED BY '\\r\\n' IGNORE 1 LINES",
        'name,id\r\n"a, ""b""",2001\r\n"two\r\nlines",2002\r\nplain,"2003"\r\n"Ähre",2004,more\r\n',
        "(name, id)",
    ),
    ("customer", "LINES STARTING BY '>'", "no\n>3001\tx\nnot >3002\ty\n", "(id, name)"),
    ("customer", "", "4001\tup\t7\n4002\tper\t8\n", "(id, @n, parent) SET name = UPPER(@n), score = parent / 2"),
    ("customer", "REPLACE", "1\treplaced\n2\treplaced too\n5001\tnew\n", "(id, name)"),
    ("customer", "IGNORE", "1\tkept\n5002\tnew\n5002\tagain\n", "(id, name)"),
    ("customer", "", "1\tkept, as LOCAL says\n5003\tnew\n", "(id, name)"),
    ("customer", "FIELDS ESCAPED BY '' TERMINATED BY '|'", "6001|a\\|x\n6002|b\\\\|y", "(id, name, email)"),
    ("customer", "CHARACTER SET latin1", "7001\t\udce9t\udce9\n", "(id, name)"),
    ("item", "", "1\t90\t5\tapple\t0.5\n2\t91\t6\tpear\t\\N\n3\t92\t7\tplum\t1e-3\n", ""),
    ("orders", "FIELDS TERMINATED BY ';'", "9001;3;1.5;x\n9002;4;2.5;y\n", "(id, customer_id, amount, what)"),
    ("country", "", "ab\tAbove\ncd\tBelow\n", ""),
    ("customer", "IGNORE", "9\tdoubled\n8\tkept\n300\tnew\n", "(@id, name) SET id = @id * 2, parent = @id"),
    ("customer", "", "", "(id, name)"),
    ("customer", "IGNORE 5 LINES", "1\tx\n", "(id, name)"),
]
REFUSED = [
    ("customer", "", "x1\tone\n", "(id, name)", "no plain integer"),
    ("customer", "", "8001\tfine\n007\tone\n", "(id, name)", "(line 2 of the file)"),
    ("customer", "", "one\n", "(name, id)", "without a value of customer.id"),
    ("orders", "", "1\t2\n", "", "generated"),
    ("customer", "FIELDS TERMINATED BY ''", "1\n", "(id)", "fixed width"),
]
LOADED = ("customer", "orders", "item", "country")


def connect(port):
    connection = pymysql.connect(
        host="127.0.0.1", port=port, user=APP_USER, password=APP_PASSWORD, database="customer", local_infile=True, charset="utf8mb4"
    )
    connection.autocommit(True)
    with connection.cursor() as cursor:
        cursor.execute("SET sql_mode = ''")
    return connection


@pytest.fixture
def loading(gather_proxy, whole, data_everywhere, shards):
    for server in [whole, *shards.values()]:
        server.sql("SET GLOBAL local_infile = 1")
    proxy = gather_proxy()
    one, many = connect(whole.port), connect(proxy.port)
    yield one, many, proxy
    one.close()
    many.close()
    proxy.quiet()
    data_everywhere()


def load(connection, path, table, options, columns):
    head = options.split(" ")[0]
    duplicates = head if head in ("REPLACE", "IGNORE") and "LINES" not in options else ""
    rest = options[len(duplicates) :]
    return changed(connection, f"LOAD DATA LOCAL INFILE '{path}' {duplicates} INTO TABLE {table} {rest} {columns}")


def misplaced(shards):
    return [
        (name, table, row)
        for name, server in shards.items()
        for table in ("customer", "orders", "item")
        for row in server.sql(f"SELECT * FROM customer.{table}")
        if not belongs(name)(table, row)
    ]


def test_as_one_server(loading, data_everywhere, shards, tmp_path):
    one, many, _ = loading
    path = tmp_path / "file"
    for table, options, text, columns in FILES:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        data_everywhere()
        left, right = load(one, path, table, options, columns), load(many, path, table, options, columns)
        assert left == right, (table, options, columns)
        assert left[1] is not None
        assert not tables_differ(one, many, LOADED), (table, options, columns)
        assert not misplaced(shards)


def test_refused(loading, tmp_path):
    one, many, _ = loading
    path = tmp_path / "file"
    for table, options, text, columns, why in REFUSED:
        path.write_bytes(text.encode())
        answer = load(many, path, table, options, columns)
        assert answer[0] == 1105 and answer[1].startswith("unsupported: ") and why in answer[1], answer
        assert not tables_differ(one, many, LOADED)
    path.write_bytes(b"1\n")
    assert load(many, path, "customer", "", "(nothing, id)")[0] == 1054
    assert load(many, tmp_path / "missing", "customer", "", "(id, name)")[0] in (2, 1017)
    with many.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM customer")
        assert cursor.fetchone() == (60,)


def test_a_large_file_and_a_transaction(loading, shards, tmp_path):
    """Lines of many sizes, over many packets; rolled back, and then not."""
    _, many, _ = loading
    path = tmp_path / "file"
    with path.open("w") as file:
        for i in range(60_000):
            file.write(f"{100_000 + i}\tname {i % 1000}\t{'y' * (i % 97)}\n")
        file.write("1000000\tlong\t" + "z" * 50 + "\n")
    with many.cursor() as cursor:
        cursor.execute("BEGIN")
        assert load(many, path, "customer", "", "(id, name, email)")[:2] == (60_001, [60_001, 0, 0, 0])
        cursor.execute("SELECT COUNT(*), SUM(LENGTH(email)) FROM customer WHERE id >= 100000")
        assert cursor.fetchone() == (60_001, sum(i % 97 for i in range(60_000)) + 50)
        cursor.execute("ROLLBACK")
        cursor.execute("SELECT COUNT(*) FROM customer")
        assert cursor.fetchone() == (60,)
    assert load(many, path, "customer", "", "(id, name, email)")[0] == 60_001
    assert not misplaced(shards)


def test_an_error_on_one_shard_undoes_all(loading, shards, tmp_path):
    _, many, _ = loading
    path = tmp_path / "file"
    path.write_text("".join(f"{i}\tx\n" for i in range(50_000, 50_100)))
    first = next(iter(shards.values()))
    first.sql("CREATE TRIGGER customer.no BEFORE INSERT ON customer.customer FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'")
    try:
        answer = load(many, path, "customer", "", "(id, name)")
        assert answer[0] == 1644 and "nothing was changed on any shard" in answer[1], answer
    finally:
        first.sql("DROP TRIGGER customer.no")
    with many.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM customer")
        assert cursor.fetchone() == (60,)
