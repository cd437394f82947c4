"""Where things are: the repository, its builds, and the folder of this run."""

import os
import shutil
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"


def proxy_binary():
    """The binary under test: $LEASEHOLD_BINARY, else the release build."""
    return Path(os.environ.get("LEASEHOLD_BINARY") or BUILD / "release" / "leasehold")


def tool(name):
    """The path of a program, /usr/sbin included, or None."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")


def socket_path(port):
    """For a Unix socket beside that port: below a deep checkout it would be too long (107 bytes at most)."""
    return Path(f"/tmp/leasehold-{port}.sock")


_given = set()


def free_port():
    """One that nobody listens on, and that no earlier call of this run has given away."""
    while True:
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def port_is_free(port):
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
