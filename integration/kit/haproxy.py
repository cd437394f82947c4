"""HAProxy in front of the proxy, in TCP mode."""

import socket

import pymysql

from .places import free_port, tool
from .process import Process
from .server import APP_PASSWORD, APP_USER
from .waiting import until


class HaProxy:
    """`server_options`: what stands behind the server's address, such as `send-proxy-v2`."""

    def __init__(self, folder, target, server_options=""):
        self.folder = folder / f"haproxy-{target}-{server_options or 'plain'}".replace(" ", "-")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        file = self.folder / "haproxy.cfg"
        file.write_text(
            f"defaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n"
            f"listen mysql\n bind 127.0.0.1:{self.port}\n server one 127.0.0.1:{target} {server_options}\n"
        )
        self.process = Process([tool("haproxy"), "-db", "-f", file], self.folder / "log")
        until(self._listens, lambda: f"haproxy: {(self.folder / 'log').read_text()}", 10)

    def _listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def connect(self, database=None, **options):
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user=APP_USER, password=APP_PASSWORD, database=database, **options
        )

    def stop(self):
        self.process.end()
