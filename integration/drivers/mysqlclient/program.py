import sys

sys.path.insert(0, sys.argv[4])
import MySQLdb  # noqa: E402
import MySQLdb.cursors  # noqa: E402
from MySQLdb.constants import CLIENT  # noqa: E402
from steps import Driver, say  # noqa: E402


class MySqlClient(Driver):
    errors = (MySQLdb.Error,)
    unsupported = ("reset",)

    def connect(self, user, password, database, tls=None, charset="utf8mb4", **wanted):
        flags = CLIENT.FOUND_ROWS if wanted.get("found_rows") else 0
        flags |= CLIENT.MULTI_STATEMENTS if wanted.get("multi") else 0
        more = {"ssl": {"ca": self.ca}} if tls else {}
        connection = MySQLdb.connect(
            host=self.host,
            port=self.port,
            user=user,
            password=password,
            database=database,
            charset=charset,
            client_flag=flags,
            local_infile=1 if wanted.get("infile") else 0,
            autocommit=True,
            **more,
        )
        return connection

    def facts(self, cursor):
        return "id", cursor.lastrowid, "warnings", self.connection.warning_count()

    def streaming(self, size):
        return self.connection.cursor(MySQLdb.cursors.SSCursor)

    def do_change_user(self, user, password, database):
        self.connection.change_user(user, password, database)
        say("changed")


MySqlClient().run()
