"""MariaDB servers. Data folders are copies of one template, which is made once a version."""

import os
import shutil
import subprocess

from .places import BUILD, socket_path, tool
from .server import APP_PASSWORD, APP_USER, Server

_SMALL = ["--innodb-log-file-size=8M"]


def missing():
    """Why no MariaDB server can be started here, or None."""
    for name in ("mariadbd", "mariadb-install-db"):
        if not tool(name):
            return f"{name} is not installed (scripts/install-deps test)"
    return None


def _template():
    program = tool("mariadbd")
    version = subprocess.run(
        [program, "--no-defaults", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[2]
    template = BUILD / "servers" / f"mariadb-{version}"
    if not template.exists():
        making = template.with_name(f"{template.name}.{os.getpid()}")
        making.mkdir(parents=True)
        subprocess.run(
            [
                tool("mariadb-install-db"),
                "--no-defaults",
                f"--datadir={making}",
                "--skip-test-db",
                *_SMALL,
                "--auth-root-authentication-method=normal",
                f"--user={_user()}",
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        try:
            making.rename(template)
        except OSError:  # another run was quicker
            shutil.rmtree(making)
    return template


def _user():
    return "root" if os.getuid() == 0 else os.environ.get("USER", "mysql")


class MariaDb(Server):
    plugins = ("mysql_native_password",)
    version = "10.11"

    def __init__(self, folder, name, port=None, options=(), server_id=1):
        super().__init__(folder, name, port, options)
        self.server_id, self.socket = server_id, socket_path(self.port)

    def prepare(self):
        shutil.copytree(_template(), self.data)

    def command(self):
        return [
            tool("mariadbd"),
            "--no-defaults",
            f"--datadir={self.data}",
            f"--tmpdir={self.folder}",  # a server that starts deletes what it finds of another one's
            f"--port={self.port}",
            f"--user={_user()}",
            "--bind-address=127.0.0.1",
            f"--socket={self.socket}",
            f"--pid-file={self.folder / 'pid'}",
            *_SMALL,
            "--innodb-buffer-pool-size=64M",
            "--innodb-flush-log-at-trx-commit=0",
            "--key-buffer-size=1M",
            "--performance-schema=OFF",
            "--max-connections=600",
            "--skip-name-resolve",
            "--local-infile=1",
            "--max-allowed-packet=128M",
            "--net-read-timeout=120",
            "--net-write-timeout=120",
            "--back-log=500",
            f"--server-id={self.server_id}",
            *self.options,
        ]

    def stop(self):
        super().stop()
        self.socket.unlink(missing_ok=True)

    def users(self):
        return [
            f"CREATE USER '{APP_USER}'@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('{APP_PASSWORD}')",
            f"GRANT ALL ON *.* TO '{APP_USER}'@'%'",
        ]


class Pair:
    """A primary and a replica that really replicates from it."""

    def __init__(self, folder, name, ports=(None, None), server_id=10, options=()):
        binlog = ["--log-bin=binlog", "--binlog-format=ROW", "--sync-binlog=0", *options]
        self.primary = MariaDb(folder, f"{name}-primary", ports[0], binlog, server_id)
        self.replica = MariaDb(folder, f"{name}-replica", ports[1], [*binlog, "--read-only=1"], server_id + 1)

    def begin(self):
        self.primary.begin()
        self.replica.begin()
        return self

    def ready(self):
        fresh = self.primary._fresh
        self.primary.ready()
        if fresh:
            self.primary.sql("CREATE USER repl@'%' IDENTIFIED BY 'repl'")
            self.primary.sql("GRANT REPLICATION SLAVE ON *.* TO repl@'%'")
            # The replica gets its users by replication, from the first event on.
            self.replica._fresh = False
        self.replica.ready()
        if fresh:
            self.replica.sql(
                f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={self.primary.port}, MASTER_USER='repl', "
                "MASTER_PASSWORD='repl', MASTER_CONNECT_RETRY=1, MASTER_USE_GTID=slave_pos"
            )
            self.replica.sql("START SLAVE")
        return self

    def start(self):
        return self.begin().ready()

    def caught_up(self, seconds=30):
        """Waits until the replica has what the primary had when this was called."""
        position = self.primary.value("SELECT @@gtid_binlog_pos")
        if self.replica.value("SELECT MASTER_GTID_WAIT(%s, %s)", position, seconds) != 0:
            raise AssertionError(
                f"{self.replica.name} did not reach {position}: {self.replica.sql('SHOW SLAVE STATUS')}"
            )

    def stop(self):
        self.replica.stop()
        self.primary.stop()
