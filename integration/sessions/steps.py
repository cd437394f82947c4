"""Random sequences of statements that change or read the state of a session. A sequence is a list of steps (client,
kind, text); the same seed gives the same sequence. Each client has tables, locks and names of its own, so that one never
waits for another: what is tested is what belongs to whom."""

import random

CLIENTS = 3

VALUES = ("1", "0", "-5", "'a'", "''", "NULL", "2.50", "'it''s'", "0x4142", "'ünï'")
MODES = ("''", "'STRICT_ALL_TABLES'", "'ANSI_QUOTES'", "'NO_BACKSLASH_ESCAPES'", "'PIPES_AS_CONCAT'", "'TRADITIONAL'", "DEFAULT")
VARIABLES = {
    "sql_mode": MODES,
    "time_zone": ("'+02:00'", "'-07:30'", "'SYSTEM'", "DEFAULT"),
    "group_concat_max_len": ("10", "1024", "DEFAULT"),
    "foreign_key_checks": ("0", "1", "OFF", "ON", "DEFAULT"),
    "unique_checks": ("0", "1", "DEFAULT"),
    "sql_select_limit": ("2", "DEFAULT"),
    "sql_auto_is_null": ("0", "1"),
    "auto_increment_increment": ("1", "5"),
    "div_precision_increment": ("2", "8", "DEFAULT"),
    "max_sort_length": ("64", "DEFAULT"),
    "lc_time_names": ("'de_DE'", "'en_US'"),
    "character_set_results": ("NULL", "utf8mb4", "latin1"),
    "collation_connection": ("'utf8mb4_bin'", "'utf8mb4_general_ci'"),
    "insert_id": ("50",),
    "timestamp": ("1000000000", "DEFAULT"),
    "tx_isolation": ("'READ-COMMITTED'", "'SERIALIZABLE'", "DEFAULT"),
    "autocommit": ("0", "1", "1", "1"),
    "last_insert_id": ("77",),
    "nowhere_at_all": ("1",),
}
READ = [name for name in VARIABLES if name not in ("timestamp", "insert_id", "nowhere_at_all")] + [
    "character_set_client",
    "character_set_connection",
    "identity",
    "tx_read_only",
]


# MySQL's names for what MariaDB calls otherwise.
RENAMED = {"tx_isolation": "transaction_isolation", "tx_read_only": "transaction_read_only"}
# MySQL 9 lets a BEGIN that ends such a transaction begin a read-only one again. Here BEGIN is BEGIN.
RENAMED |= {"START TRANSACTION READ ONLY": "START TRANSACTION READ WRITE"}


def lock_names(client):
    return [f"lock{client}{letter}" for letter in "ab"]


def statements(rng, client):
    """Kinds of statements with their weights; a kind is a function that makes one text."""
    table, other, temporary = f"t{client}", f"u{client}", f"tmp{client}"
    lock = lambda: f"'{rng.choice(lock_names(client))}'"  # noqa: E731
    value = lambda: rng.choice(VALUES)  # noqa: E731
    number = lambda: str(rng.randint(1, 9))  # noqa: E731

    def set_variable():
        name = rng.choice(list(VARIABLES))
        scope = rng.choice(("", "SESSION ", "@@", "@@session.", "LOCAL "))
        assign = rng.choice((" = ", " := ", "="))
        text = f"SET {scope}{name}{assign}{rng.choice(VARIABLES[name])}"
        if rng.random() < 0.2:
            text += f", @b = {value()}"
        return text

    return [
        (6, lambda: f"INSERT INTO {table} (v) VALUES ({value()}), ({value()})"),
        (3, lambda: f"INSERT INTO {table} (id, v) VALUES ({number()}, 'x')"),
        (2, lambda: f"INSERT IGNORE INTO {table} (id, v) VALUES ({number()}, 'x'), ({number()}, REPEAT('y', 300))"),
        (2, lambda: f"REPLACE INTO {table} (id, v) VALUES ({number()}, {value()})"),
        (2, lambda: f"INSERT INTO {table} (id, v) VALUES ({number()}, 'd') ON DUPLICATE KEY UPDATE v = {value()}"),
        (4, lambda: f"UPDATE {table} SET v = {value()} WHERE id < {number()}"),
        (2, lambda: f"DELETE FROM {table} WHERE id = {number()}"),
        (4, lambda: f"SELECT id, v FROM {table} ORDER BY id LIMIT {number()}"),
        (2, lambda: f"SELECT SQL_CALC_FOUND_ROWS id FROM {table} ORDER BY id LIMIT 1"),
        (1, lambda: f"INSERT INTO {other} SELECT id, v FROM {table} LIMIT {number()}"),
        (4, lambda: "BEGIN"),
        (1, lambda: "START TRANSACTION READ ONLY"),
        (1, lambda: "START TRANSACTION WITH CONSISTENT SNAPSHOT"),
        (4, lambda: "COMMIT"),
        (1, lambda: "COMMIT AND CHAIN"),
        (3, lambda: "ROLLBACK"),
        (2, lambda: f"SAVEPOINT s{rng.randint(1, 2)}"),
        (2, lambda: f"ROLLBACK TO s{rng.randint(1, 2)}"),
        (1, lambda: f"RELEASE SAVEPOINT s{rng.randint(1, 2)}"),
        (1, lambda: "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"),
        (1, lambda: "SET SESSION TRANSACTION READ ONLY"),
        (1, lambda: "SET SESSION TRANSACTION READ WRITE, ISOLATION LEVEL READ COMMITTED"),
        (10, set_variable),
        (8, lambda: "SELECT " + ", ".join("@@" + rng.choice(("", "session.")) + rng.choice(READ) for _ in range(2))),
        (2, lambda: "SET NAMES " + rng.choice(("utf8mb4", "latin1", "utf8mb4 COLLATE utf8mb4_bin", "nothing", "DEFAULT"))),
        (1, lambda: "SET CHARACTER SET " + rng.choice(("utf8mb4", "latin1"))),
        (3, lambda: f"SET @a = {value()}"),
        (1, lambda: "SET @a = @a + 1"),
        (1, lambda: f"SELECT @a := {number()}"),
        (1, lambda: f"SELECT COUNT(*) INTO @c FROM {table}"),
        (4, lambda: "SELECT @a, @b, @c"),
        (2, lambda: f"CREATE TEMPORARY TABLE {temporary} (n INT)"),
        (2, lambda: f"INSERT INTO {temporary} VALUES ({number()})"),
        (2, lambda: f"SELECT COUNT(*) FROM {temporary}"),
        (2, lambda: f"DROP TEMPORARY TABLE IF EXISTS {temporary}"),
        (2, lambda: f"SELECT GET_LOCK({lock()}, 0)"),
        (2, lambda: f"SELECT RELEASE_LOCK({lock()})"),
        (1, lambda: "SELECT RELEASE_ALL_LOCKS()"),
        (2, lambda: f"SELECT IS_FREE_LOCK({lock()}), IS_USED_LOCK({lock()}) IS NULL"),
        (1, lambda: f"LOCK TABLES {table} WRITE, {other} READ"),
        (2, lambda: "UNLOCK TABLES"),
        (1, lambda: f"HANDLER {table} OPEN"),
        (1, lambda: f"HANDLER {table} READ FIRST"),
        (1, lambda: f"HANDLER {table} CLOSE"),
        (2, lambda: f"PREPARE p{client} FROM 'SELECT ? + 1, COUNT(*) FROM {table}'"),
        (2, lambda: f"EXECUTE p{client} USING @a"),
        (1, lambda: f"DEALLOCATE PREPARE p{client}"),
        (4, lambda: rng.choice(("SELECT LAST_INSERT_ID()", "SELECT LAST_INSERT_ID() + 1 AS x", "SELECT LAST_INSERT_ID(42)"))),
        (3, lambda: rng.choice(("SELECT ROW_COUNT()", "SELECT DATABASE()"))),
        (2, lambda: "SELECT 1/0, CAST('x1' AS SIGNED)"),
        (1, lambda: "SELECT * FROM nowhere"),
        (1, lambda: "SELEC 1"),
        (1, lambda: f"CALL make_state{client}()"),
        (1, lambda: f"SELECT \"id\" FROM {table} LIMIT 1"),
        (1, lambda: "SELECT 'a\\'b'" if rng.random() < 0.5 else "SELECT 'a' || 'b'"),
        (1, lambda: f"ALTER TABLE {other} COMMENT = 'c{number()}'"),
        (1, lambda: f"TRUNCATE {other}"),
        (1, lambda: "DO SLEEP(0)"),
    ]


# A statement that tells of the one before; asked only right after one that leaves a list of its own. (A server keeps the
# old list over statements that touch no table, such as SET. Here a question comes too late then.)
QUESTIONS = ("SHOW WARNINGS", "SHOW ERRORS", "SHOW COUNT(*) WARNINGS", "SELECT @@warning_count, @@error_count", "GET DIAGNOSTICS @n = NUMBER")
LEAVES_A_LIST = ("INSERT", "UPDATE", "DELETE", "REPLACE", "SELEC 1", "SELECT 1/0", "SELECT * FROM nowhere")


def sequence(seed, length, kind="mariadb"):
    """The steps for a server of that kind."""
    steps = _sequence(seed, length)
    if kind == "mysql9":
        for ours, theirs in RENAMED.items():
            steps = [(client, how, text.replace(ours, theirs)) for client, how, text in steps]
    return steps


def _sequence(seed, length):
    rng = random.Random(seed)
    steps = []
    kinds = [statements(rng, client) for client in range(CLIENTS)]
    for _ in range(length):
        client = rng.randrange(CLIENTS)
        draw = rng.random()
        if draw < 0.02:
            steps.append((client, "reset", ""))
        elif draw < 0.03:
            steps.append((client, "change_user", ""))
        elif draw < 0.04:
            steps.append((client, "reconnect", ""))
        elif draw < 0.06:
            steps.append((client, "init_db", rng.choice(("model", "nowhere"))))
        elif draw < 0.16:
            kind = rng.choices(kinds[client], [weight for weight, _ in kinds[client]])[0]
            steps.append((client, "prepared", kind[1]()))
        else:
            kind = rng.choices(kinds[client], [weight for weight, _ in kinds[client]])[0]
            text = kind[1]()
            steps.append((client, "query", text))
            if text.startswith(LEAVES_A_LIST) and rng.random() < 0.3:
                steps.append((client, "query", rng.choice(QUESTIONS)))
            if text.startswith(("SELECT id", "SELECT SQL_CALC")) and rng.random() < 0.5:
                steps.append((client, rng.choice(("query", "prepared")), "SELECT FOUND_ROWS()"))
    return steps
