"""The proxy under test: a configuration written to a folder, the process, its metrics, its admin port."""

import signal
import urllib.error
import urllib.request

import pymysql
import yaml

from .metrics import Samples, busy, law_broken
from .places import free_port, proxy_binary, socket_path
from .process import Process
from .server import APP_PASSWORD, APP_USER
from .waiting import until


class Proxy:
    """`config` is the YAML as a dict, in which ports left open are chosen, or later as text."""

    def __init__(self, folder, config, name="proxy", binary=None):
        self.folder = folder / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.admin_port, self.http_port = free_port(), free_port(), free_port()
        self.socket = socket_path(self.port)
        self.config, self.binary = config, binary or proxy_binary()
        listen = config.setdefault("listen", {})
        listen.setdefault("mysql", [f"127.0.0.1:{self.port}", f"unix:{self.socket}"])
        listen.setdefault("admin", f"127.0.0.1:{self.admin_port}")
        listen.setdefault("http", f"127.0.0.1:{self.http_port}")
        config.setdefault("users", [{"name": APP_USER, "password": APP_PASSWORD}])
        self.file, self.log = self.folder / "leasehold.yaml", self.folder / "proxy.log"
        self.process = None

    def write(self, config=None):
        self.config = config or self.config
        text = self.config if isinstance(self.config, str) else yaml.safe_dump(self.config, sort_keys=False)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.file)  # the proxy may be reading it

    def begin(self):
        self.write()
        self.process = Process([self.binary, "--config", self.file], self.log, cwd=self.folder)
        return self

    def start(self, seconds=30):
        self.begin()
        until(self._ready, lambda: f"/readyz: {self.tail()}", seconds)
        return self

    def _ready(self):
        if not self.process.alive():
            raise AssertionError(f"the proxy ended with {self.process.exit_code}: {self.tail()}")
        return self.http("/readyz")[0] == 200

    def tail(self, lines=30):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def logged(self, *words, seconds=5):
        """The lines with all these words, once there is one: the log is written behind the answers."""

        def lines():
            said = self.log.read_text(errors="replace").splitlines()
            return [line for line in said if all(word in line for word in words)]

        return until(lines, lambda: f"{words} in the log:\n{self.tail()}", seconds)

    def log_lines(self, level):
        """Records of one level ("warning", "error"). A sanitizer's report counts as an error."""
        lines = self.log.read_text(errors="replace").splitlines()
        found = [line for line in lines if line.split(" ")[1:2] == [level]]
        if level == "error":
            found += [
                line for line in lines if "Sanitizer" in line or "runtime error:" in line or "terminate called" in line
            ]
        return found

    def http(self, path):
        """Status and body; (0, reason) while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except OSError as error:
            return 0, str(error)

    def metrics(self):
        status, text = self.http("/metrics")
        assert status == 200, f"/metrics answered {status}: {text}"
        return Samples(text)

    def connect(self, database=None, user=APP_USER, password=APP_PASSWORD, **options):
        options = {"autocommit": None, "connect_timeout": 10, "read_timeout": 60, "local_infile": True} | options
        if not options.get("unix_socket"):
            options |= {"host": "127.0.0.1", "port": self.port}
        return pymysql.connect(user=user, password=password, database=database, **options)

    def sql(self, statement, *arguments, database=None, **options):
        """One statement on a session of its own; the rows."""
        connection = self.connect(database, **options)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, arguments or None)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def value(self, statement, *arguments, database=None, **options):
        return self.sql(statement, *arguments, database=database, **options)[0][0]

    def admin(self, statement):
        """Rows of an admin statement as dicts."""
        connection = pymysql.connect(
            host="127.0.0.1",
            port=self.admin_port,
            user="admin",
            password="",
            connect_timeout=10,
            read_timeout=30,
            cursorclass=pymysql.cursors.DictCursor,
            autocommit=None,
        )
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def leased(self):
        samples = self.metrics()
        return sum(samples.sum("leasehold_pool_connections", state=state) for state in ("leased", "reserved"))

    def quiet(self, seconds=10):
        """Waits until nothing is leased, dialled or waited for, then holds the proxy to the conservation law."""
        try:
            until(lambda: not busy(self.metrics()), "the leases to come back", seconds)
        except AssertionError as error:
            leases = self.admin("SHOW LEASES")
            raise AssertionError(f"{error}: {busy(self.metrics())}; {leases}") from None
        samples = self.metrics()
        wrong = law_broken(samples)
        if wrong:  # a dial may have begun between two reads of one scrape
            samples = until(
                lambda: _lawful(self.metrics()), lambda: f"the law to hold: {law_broken(self.metrics())}", 3
            )
        return samples

    def signal(self, number):
        self.process.send(number)

    def reload(self):
        self.signal(signal.SIGHUP)

    def stop(self, seconds=40):
        """SIGTERM; the exit code."""
        code = self.process.end(seconds)
        self.process = None
        self.socket.unlink(missing_ok=True)
        return code

    def kill(self):
        if self.process:
            self.process.kill()
            self.process = None


def _lawful(samples):
    return samples if not law_broken(samples) else None
