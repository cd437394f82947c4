import sys

sys.path.insert(0, sys.argv[4])
import pymysql  # noqa: E402
import pymysql.cursors  # noqa: E402
from pymysql.constants import CLIENT  # noqa: E402
from steps import Driver  # noqa: E402


class PyMySql(Driver):
    errors = (pymysql.err.Error, RuntimeError)
    unsupported = ("reset", "change_user")

    def connect(self, user, password, database, tls=None, charset="utf8mb4", **wanted):
        flags = (CLIENT.FOUND_ROWS if wanted.get("found_rows") else 0) | (
            CLIENT.MULTI_STATEMENTS if wanted.get("multi") else 0
        )
        return pymysql.connect(
            host=self.host,
            port=self.port,
            user=user,
            password=password,
            database=database,
            charset=charset,
            autocommit=True,
            client_flag=flags,
            local_infile=bool(wanted.get("infile")),
            ssl={"ca": self.ca} if tls else None,
            program_name=wanted.get("attributes"),
        )

    def facts(self, cursor):
        return "id", cursor.lastrowid, "warnings", cursor._result.warning_count

    def streaming(self, size):
        return self.connection.cursor(pymysql.cursors.SSCursor)

    def do_ping(self):
        self.connection.ping(reconnect=False)
        print("alive")


PyMySql().run()
