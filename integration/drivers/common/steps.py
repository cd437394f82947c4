"""Reads steps.txt for the Python drivers and says what each step gave; README.md has the words."""

import datetime
import decimal
import os
import sys


def value(text):
    kind, _, rest = text.partition(":")
    if kind == "n":
        return None
    return {
        "i": int,
        "f": float,
        "d": decimal.Decimal,
        "s": str,
        "x": bytes.fromhex,
        "b": lambda size: "x" * int(size),
        "t": datetime.datetime.fromisoformat,
        "D": datetime.date.fromisoformat,
        "T": datetime.time.fromisoformat,
    }[kind](rest)


def shown(cell):
    if isinstance(cell, (bytes, bytearray)):
        return "x'" + cell.hex() + "'"
    if isinstance(cell, (set, frozenset)):
        return "{" + ",".join(sorted(cell)) + "}"
    return str(cell)


def say(*words):
    print(*words, flush=True)


def options(words):
    return dict(word.split("=", 1) for word in words)


class Driver:
    """One module of the Python database API. Subclasses say how it connects and what it has beyond that API."""

    errors = Exception
    unsupported = ()  # words that the module has no call for

    def __init__(self):
        self.host, self.port, self.steps = sys.argv[1], int(sys.argv[2]), sys.argv[3]
        self.user, self.password, self.database = "app", "secret", "commerce"
        self.ca, self.file = os.environ.get("CONFORMANCE_CA"), os.environ.get("CONFORMANCE_FILE")
        self.connections, self.name, self.last = {}, None, None

    # What the modules differ in.
    def connect(self, user, password, database, **wanted):
        raise NotImplementedError

    def facts(self, cursor):
        """Insert id and warnings of what the cursor did."""
        raise NotImplementedError

    def describe(self, error):
        return f"{error.args[0]} {error.args[1] if len(error.args) > 1 else ''}"

    def execute(self, cursor, sql, values):
        cursor.execute(sql.replace("?", "%s"), values)

    def stumbled(self):
        """After an error of the driver's own making."""

    def streaming(self, size):
        return self.connection.cursor()

    def prepared_cursor(self):
        return self.connection.cursor()

    @property
    def connection(self):
        return self.connections[self.name]

    def run(self):
        for line in open(self.steps, encoding="utf-8"):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            word, *rest = line.split("\t")
            if word == "section":
                say("==", rest[0])
                continue
            say(">", line[:200])
            if word in self.unsupported:
                say("unsupported")
                continue
            try:
                getattr(self, f"do_{word}")(*rest)
            except self.errors as error:
                say("error", self.describe(error))
            except Exception as error:  # what the driver itself stumbles over, it does both ways
                say("failed", type(error).__name__)
                self.stumbled()

    def results(self, cursor):
        while True:
            if cursor.description:
                say("columns", *(f"{column[0]}:{column[1]}" for column in cursor.description))
                for row in cursor.fetchall():
                    say("row", "|".join(map(shown, row)))
            else:
                say("done", cursor.rowcount, *self.facts(cursor))
            if not cursor.nextset():
                return

    def do_connect(self, name, *words):
        wanted = options(words)
        self.name = name
        self.connections.pop(name, None)
        self.connections[name] = self.connect(
            wanted.pop("user", self.user),
            wanted.pop("password", self.password),
            wanted.pop("database", self.database),
            **wanted,
        )
        say("connected")

    def do_use(self, name):
        self.name = name

    def do_close(self):
        self.connections.pop(self.name).close()
        say("closed")

    def do_query(self, sql):
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql.replace("$FILE", self.file))
            self.results(cursor)
        finally:
            cursor.close()

    do_multi = do_query

    def do_length(self, sql):
        cursor = self.connection.cursor()
        cursor.execute(sql)
        say("length", *(len(cell) for row in cursor.fetchall() for cell in row))
        cursor.close()

    def do_exec(self, sql, *values):
        self.last = sql
        cursor = self.prepared_cursor()
        try:
            self.execute(cursor, sql, tuple(map(value, values)))
            self.results(cursor)
        finally:
            cursor.close()

    def do_again(self, *values):
        self.do_exec(self.last, *values)

    def do_batch(self, sql, *values):
        cursor = self.connection.cursor()
        cursor.executemany(sql.replace("?", "%s"), [tuple(map(value, values))] * 100)
        say("batch", cursor.rowcount)
        cursor.close()

    def do_stream(self, sql, size):
        cursor = self.streaming(int(size))
        cursor.execute(sql)
        count = characters = 0
        while rows := cursor.fetchmany(int(size)):
            count += len(rows)
            characters += sum(len(str(cell)) for row in rows for cell in row)
        say("streamed", count, characters)
        cursor.close()

    def do_begin(self):
        self.do_query("BEGIN")

    def do_commit(self):
        self.connection.commit()

    def do_rollback(self):
        self.connection.rollback()

    def do_autocommit(self, how):
        self.connection.autocommit(how == "on")

    def do_isolation(self, level):
        self.do_query(f"SET SESSION TRANSACTION ISOLATION LEVEL {level}")
        self.do_query("SHOW VARIABLES LIKE 't%_isolation'")

    def do_ping(self):
        self.connection.ping()
        say("alive")

    def do_schema(self, name):
        self.connection.select_db(name)

    def do_kill(self, name):
        cursor = self.connections[name].cursor()
        cursor.execute("SELECT CONNECTION_ID()")
        number = cursor.fetchone()[0]
        cursor.close()
        self.do_query_quietly(f"KILL {number}")

    def do_query_quietly(self, sql):
        cursor = self.connection.cursor()
        cursor.execute(sql)
        cursor.close()
