"""The command lines of MariaDB and MySQL, as a user types them."""

import os
import subprocess

from . import mysql9
from .places import tool
from .server import APP_PASSWORD, APP_USER


class Said:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr


def _run(command, script, port, database, user, password, extra, host):
    command = [*map(str, command), f"--user={user}", f"--password={password}", *extra]
    if port:
        command += [f"--host={host}", f"--port={port}", "--protocol=tcp"]
    done = subprocess.run(
        command + ([database] if database else []),
        input=script,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "LEASEHOLD_MYSQL9_BIND": "/tmp"},
    )
    return Said(done)


def mariadb(script, port, database=None, user=APP_USER, password=APP_PASSWORD, extra=(), host="127.0.0.1"):
    return _run([tool("mariadb"), "--no-defaults"], script, port, database, user, password, extra, host)


def mysql(script, port, database=None, user=APP_USER, password=APP_PASSWORD, extra=(), host="127.0.0.1"):
    """MySQL 9's; mysql9.missing() says whether it is there."""
    return _run(mysql9.client_command(), script, port, database, user, password, extra, host)
