"""mysqldump and mariadb-dump through the proxy, restored through it: the same schema and rows."""

import subprocess

import pytest

from kit import mysql9
from kit.config import configuration, unsharded
from kit.places import tool

TABLES = [
    "CREATE TABLE parent (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) COLLATE utf8mb4_bin, note TEXT, UNIQUE (name)) "
    "COMMENT = 'it''s \\\\ a \"comment\"'",
    "CREATE TABLE child (id INT PRIMARY KEY, parent INT, amount DECIMAL(10,2), at DATETIME(3), data BLOB, "
    "FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE CASCADE)",
    "CREATE VIEW both_of_them AS SELECT p.name, c.amount FROM parent p JOIN child c ON c.parent = p.id",
    "CREATE TRIGGER child_before BEFORE INSERT ON child FOR EACH ROW SET NEW.amount = IFNULL(NEW.amount, 0)",
    "CREATE FUNCTION twice (n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
    "CREATE PROCEDURE count_parents () BEGIN SELECT COUNT(*) FROM parent; END",
]
ROWS = [
    "INSERT INTO parent (name, note) VALUES ('a', NULL), ('A', 'it''s'), ('ünï', 'back\\\\slash \\n line'), ('', '\\0 zero')",
    "INSERT INTO child VALUES (1, 1, 1.50, '2026-01-02 03:04:05.678', X'00FF27225C0A'), (2, 2, NULL, NULL, NULL)",
]
MANY = "INSERT INTO child SELECT seq, 1, seq / 7, '2026-01-01', REPEAT(CHAR(seq % 256), 100) FROM seq_10_to_20000"


def contents(server, database):
    tables = sorted(row[0] for row in server.sql("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'", database=database))
    found = {name: server.sql(f"SELECT * FROM {name} ORDER BY 1", database=database) for name in tables}
    found["definitions"] = [server.sql(f"SHOW CREATE TABLE {name}", database=database)[0][1] for name in tables]
    found["view"] = server.sql("SELECT * FROM both_of_them ORDER BY 1, 2", database=database)[:50]
    found["function"] = server.sql("SELECT twice(21)", database=database)
    found["procedure"] = server.sql("CALL count_parents()", database=database)
    return found


def fill(server, many):
    server.sql("DROP DATABASE IF EXISTS source")
    server.sql("DROP DATABASE IF EXISTS copy")
    server.sql("CREATE DATABASE source CHARACTER SET utf8mb4")
    server.sql("CREATE DATABASE copy CHARACTER SET utf8mb4")
    for statement in TABLES + ROWS + ([MANY] if many else []):
        server.sql(statement, database="source")


def pipe(dump, restore):
    """Dumps to memory and restores from it."""
    dumped = subprocess.run(dump, capture_output=True, timeout=60)
    assert dumped.returncode == 0, dumped.stderr.decode()
    restored = subprocess.run(restore, input=dumped.stdout, capture_output=True, timeout=60)
    assert restored.returncode == 0, restored.stderr.decode()
    return dumped.stdout


def both_keyspaces(server):
    return configuration({"source": unsharded(server), "copy": unsharded(server)})


@pytest.mark.parametrize("options", [["--single-transaction"], ["--lock-tables"], ["--single-transaction", "--skip-extended-insert"]])
def test_mariadb_dump(make_proxy, tmp_server, need, options):
    dump, client = need("mariadb-dump", "mariadb")
    server = tmp_server("dumped")
    fill(server, many="--skip-extended-insert" not in options)
    proxy = make_proxy(both_keyspaces(server))
    login = ["--no-defaults", "--host=127.0.0.1", f"--port={proxy.port}", "--user=app", "--password=secret", "--skip-ssl"]
    pipe([dump, *login, "--routines", "--triggers", *options, "source"], [client, *login, "copy"])
    assert contents(server, "copy") == contents(server, "source")
    proxy.quiet()


def test_mysqldump_of_mysql_9(make_proxy, mysql9_server):
    server = mysql9_server
    fill(server, many=False)
    # It locks all tables of the server before it says which database it is about: with several tablets that is refused.
    source = make_proxy(configuration({"source": unsharded(server)}))
    copy = make_proxy(configuration({"copy": unsharded(server)}))
    login = ["--no-defaults", "--host=127.0.0.1", "--user=app", "--password=secret"]
    options = ["--routines", "--triggers", "--single-transaction", "--no-tablespaces"]
    run = [mysql9._SCRIPT, "--run"]
    pipe(
        [*run, "/usr/bin/mysqldump", *login, f"--port={source.port}", *options, "source"],
        [*run, "/usr/bin/mysql", *login, f"--port={copy.port}", "copy"],
    )
    assert contents(server, "copy") == contents(server, "source")
    source.quiet()
    copy.quiet()
