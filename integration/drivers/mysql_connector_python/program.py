import sys

sys.path.insert(0, sys.argv[4])
import mysql.connector  # noqa: E402
from mysql.connector import FieldType  # noqa: E402, F401
from mysql.connector.constants import ClientFlag  # noqa: E402
from steps import Driver, say  # noqa: E402


class MySqlConnector(Driver):
    errors = (mysql.connector.Error,)

    def connect(self, user, password, database, tls=None, charset="utf8mb4", **wanted):
        flags = [ClientFlag.FOUND_ROWS] if wanted.get("found_rows") else [-ClientFlag.FOUND_ROWS]
        attributes = dict(pair.split(":") for pair in wanted.get("attributes", "").split(",") if pair)
        return mysql.connector.connect(
            host=self.host,
            port=self.port,
            user=user,
            password=password,
            database=database,
            charset=charset,
            client_flags=flags,
            allow_local_infile=bool(wanted.get("infile")),
            ssl_disabled=not tls,
            **({"ssl_ca": self.ca} if tls else {}),
            conn_attrs=attributes or None,
            use_pure=True,
            autocommit=True,
        )

    def connect_again(self):
        if self.name in self.connections:
            self.connections[self.name].shutdown()
        self.do_connect(self.name)

    stumbled = connect_again

    def describe(self, error):
        if error.errno == -1:  # its decoder failed (YEAR in a binary row) and the rest of the result lies in its way
            self.connect_again()
        return f"{error.errno} {error.sqlstate} {error.msg}"

    def facts(self, cursor):
        return "id", cursor.lastrowid, "warnings", cursor.warning_count

    def prepared_cursor(self):
        return self.connection.cursor(prepared=True)

    def execute(self, cursor, sql, values):
        cursor.execute(sql, values)

    def streaming(self, size):
        return self.connection.cursor(buffered=False)

    def do_autocommit(self, how):
        self.connection.autocommit = how == "on"

    def do_begin(self):
        self.connection.start_transaction()

    def do_ping(self):
        self.connection.ping(reconnect=False)
        say("alive")

    def do_schema(self, name):
        self.connection.database = name

    def do_reset(self):
        self.connection.cmd_reset_connection()
        say("reset")

    def do_change_user(self, user, password, database):
        self.connection.cmd_change_user(user, password, database)
        say("changed")


MySqlConnector().run()
