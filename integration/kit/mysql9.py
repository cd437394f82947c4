"""A MySQL 9 server (scripts/get-mysql9), which knows only caching_sha2_password, and its command line."""

import os
import shutil
import subprocess

from .places import BUILD, ROOT
from .process import Process
from .server import APP_PASSWORD, APP_USER, Server
from .unsynced import unsynced

_SCRIPT = ROOT / "scripts" / "get-mysql9"
_asked = {}


def missing():
    """Why there is no MySQL 9 here, or None; tries to get it once."""
    if "reason" not in _asked:
        got = subprocess.run([_SCRIPT], capture_output=True, text=True)
        _asked["reason"] = (
            None if got.returncode == 0 else (got.stderr.strip().splitlines() or ["get-mysql9 failed"])[-1]
        )
    return _asked["reason"]


def client_command(*arguments):
    """The real mysql 9 command line; files below the repository and /tmp are seen under their own names."""
    return [_SCRIPT, "--run", "/usr/bin/mysql", "--no-defaults", *arguments]


def _template():
    template = BUILD / "servers" / "mysql9"
    if not template.exists():
        making = template.with_name(f"mysql9.{os.getpid()}")
        making.parent.mkdir(parents=True, exist_ok=True)
        first = making.with_suffix(".sql")
        # Names are not resolved, so the root of the template, who is at "localhost", could not come by TCP.
        first.write_text("CREATE USER root@'127.0.0.1';\nGRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n")
        subprocess.run(
            [
                _SCRIPT,
                "--run",
                "/usr/sbin/mysqld",
                "--no-defaults",
                "--initialize-insecure",
                "--user=root",
                f"--datadir={making}",
                f"--init-file={first}",
            ],
            check=True,
            capture_output=True,
            env={**os.environ, "LEASEHOLD_MYSQL9_BIND": str(BUILD)},
        )
        first.unlink()
        try:
            making.rename(template)
        except OSError:  # another run was quicker
            shutil.rmtree(making)
    return template


class MySql9(Server):
    plugins = ("caching_sha2_password",)
    version = "9."

    def prepare(self):
        shutil.copytree(_template(), self.data)
        (self.data / "auto.cnf").unlink(missing_ok=True)

    def begin(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.data.exists():
            self.prepare()
        env = {"LEASEHOLD_MYSQL9_BIND": str(self.folder.parent), **unsynced(self.folder)}
        self.process = Process(self.command(), self.log, env=env)
        return self

    def command(self):
        return [
            _SCRIPT,
            "--run",
            "/usr/sbin/mysqld",
            "--no-defaults",
            "--user=root",
            f"--datadir={self.data}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            f"--socket=/tmp/m{self.port}.sock",
            f"--pid-file={self.folder / 'pid'}",
            "--mysqlx=OFF",
            "--innodb-buffer-pool-size=64M",
            "--innodb-flush-log-at-trx-commit=0",
            "--performance-schema=OFF",
            "--local-infile=1",
            "--max-allowed-packet=128M",
            "--max-connections=600",
            "--skip-name-resolve",
            "--skip-log-bin",
            *self.options,
        ]

    def users(self):
        return [f"CREATE USER '{APP_USER}'@'%' IDENTIFIED BY '{APP_PASSWORD}'", f"GRANT ALL ON *.* TO '{APP_USER}'@'%'"]
