"""The demo's servers, ports, folder and configuration."""

import fcntl
import os
import shutil

from kit.mariadb import MariaDb, Pair
from kit.places import BUILD, free_port, port_is_free, socket_path
from kit.proxy import Proxy
from kit.server import APP_PASSWORD, APP_USER

CONFIGURATION = """\
# Written by scripts/demo. A running proxy reads it again on SIGHUP, or when the admin port is told RELOAD.
listen:
  mysql: [127.0.0.1:{mysql}, "unix:{socket}"]
  admin: 127.0.0.1:{admin}
  http: 127.0.0.1:{http}
users:
  - {{name: {user}, password: {password}, keyspaces: [commerce, customer]}}
tablet_defaults:
  user: {user}
  password: {password}
  pool: {{size: 16, reserved: 8}}
keyspaces:
  commerce:                        # one server
    shards:
      "-": {{primary: {commerce}}}
  customer:                        # two shards, each a primary with a replica
    shards:
      "-80": {{primary: {low}, replicas: [{low_replica}]}}
      "80-": {{primary: {high}, replicas: [{high_replica}]}}
    vschema:
      sharded: true
      vindexes:
        by_hash: {{type: xxhash}}
      tables:
        customer: {{column_vindexes: [{{column: id, name: by_hash}}]}}
        orders: {{column_vindexes: [{{column: customer_id, name: by_hash}}]}}
"""


def port(wanted):
    return wanted if port_is_free(wanted) else free_port()


class Topology:
    def __init__(self):
        self.folder = _private_folder()
        self.commerce = MariaDb(self.folder, "commerce", port(3311), server_id=1)
        self.shards = {
            "-80": Pair(self.folder, "customer-low", (port(3321), port(3322)), server_id=10),
            "80-": Pair(self.folder, "customer-high", (port(3331), port(3332)), server_id=20),
        }
        low, high = self.shards["-80"], self.shards["80-"]
        self.proxy = Proxy(self.folder, {"listen": {}})
        self.proxy.port, self.proxy.admin_port, self.proxy.http_port = port(15306), port(15307), port(15300)
        self.proxy.socket = socket_path(self.proxy.port)
        self.proxy.config = CONFIGURATION.format(
            mysql=self.proxy.port,
            socket=self.proxy.socket,
            admin=self.proxy.admin_port,
            http=self.proxy.http_port,
            user=APP_USER,
            password=APP_PASSWORD,
            commerce=self.commerce.address,
            low=low.primary.address,
            low_replica=low.replica.address,
            high=high.primary.address,
            high_replica=high.replica.address,
        )

    def _servers(self):
        return [self.commerce] + [server for pair in self.shards.values() for server in (pair.primary, pair.replica)]

    def start_tablets(self):
        parts = [self.commerce, *self.shards.values()]
        for part in parts:
            part.begin()
        for part in parts:
            part.ready()
        self.commerce.sql("CREATE DATABASE commerce")
        for pair in self.shards.values():
            pair.primary.sql("CREATE DATABASE customer")
        for pair in self.shards.values():
            pair.caught_up()

    def stop(self):
        """Ends every process that is still there; the proxy's exit code, None when it was gone already."""
        code = self.proxy.stop() if self.proxy.process else None
        for server in self._servers():
            server.stop()
        return code


def _private_folder():
    """build/demo, or a folder beside it while another demo runs there. Made anew each time."""
    BUILD.mkdir(exist_ok=True)
    for name in ("demo", f"demo-{os.getpid()}"):
        lock = os.open(BUILD / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held until this process ends
        except OSError:
            continue
        shutil.rmtree(BUILD / name, ignore_errors=True)
        (BUILD / name).mkdir()
        return BUILD / name
    raise SystemExit("no folder for the demo")
