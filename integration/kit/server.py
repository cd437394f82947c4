"""What a MariaDB and a MySQL server have in common: a folder, a port, root's SQL, and ways to be hurt."""

import signal

import pymysql

from .places import free_port
from .process import Process
from .unsynced import unsynced
from .waiting import until

APP_USER, APP_PASSWORD = "app", "secret"


class Server:
    """One tablet on 127.0.0.1:port. start() may be called again after stop(), kill() or end of the process."""

    plugins = ()

    def __init__(self, folder, name, port=None, options=()):
        self.folder, self.name, self.port = folder / name, name, port or free_port()
        self.options = list(options)
        self.data, self.log = self.folder / "data", self.folder / "server.log"
        self.process = None
        self._fresh = not self.data.exists()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def prepare(self):
        """Makes the data folder."""
        raise NotImplementedError

    def command(self):
        """The command line."""
        raise NotImplementedError

    def users(self):
        """SQL that makes the application's users."""
        raise NotImplementedError

    def begin(self):
        """Starts the process; ready() waits for it. Several servers begun together start at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.data.exists():
            self.prepare()
        self.process = Process(self.command(), self.log, env=unsynced(), cwd=self.folder)
        return self

    def ready(self, seconds=60):
        until(self._answers, lambda: f"{self.name} to answer: {self.tail()}", seconds, 0.05)
        if self._fresh:
            for statement in self.users():
                self.sql(statement)
            self._fresh = False
        return self

    def start(self):
        return self.begin().ready()

    def _answers(self):
        if not self.process.alive():
            raise AssertionError(f"{self.name} ended with {self.process.exit_code}: {self.tail()}")
        try:
            self.sql("SELECT 1")
        except pymysql.err.OperationalError:
            return False
        return True

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else "no log"

    def connect(self, database=None, **options):
        return pymysql.connect(
            host="127.0.0.1",
            port=self.port,
            user="root",
            database=database,
            autocommit=True,
            connect_timeout=5,
            **options,
        )

    def sql(self, statement, *arguments, database=None):
        """One statement as root, straight to this server; the rows."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, arguments or None)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def value(self, statement, *arguments, database=None):
        return self.sql(statement, *arguments, database=database)[0][0]

    def threads(self, user=APP_USER):
        """Connections that the proxy holds here."""
        return self.value("SELECT COUNT(*) FROM information_schema.processlist WHERE user = %s", user)

    def stop(self):
        if self.process:
            self.process.end(20)
            self.process = None

    def kill(self):
        self.process.kill()
        self.process = None

    def freeze(self):
        self.process.send(signal.SIGSTOP)

    def thaw(self):
        self.process.send(signal.SIGCONT)
