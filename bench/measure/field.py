"""The tablet, the proxy and the peers, each reachable at a port, with the process whose CPU time and memory count."""

import os
import shutil
import subprocess

from kit.config import configuration, unsharded
from kit.mariadb import MariaDb
from kit.places import BUILD, free_port, tool
from kit.process import Process
from kit.proxy import Proxy
from kit.waiting import until
from kit.wire import Wire

TABLES, ROWS = 4, 100000
SECONDS, ROUNDS = float(os.environ.get("BENCH_SECONDS", 4)), int(os.environ.get("BENCH_ROUNDS", 3))

HAPROXY = """\
global
  nbthread 1
  maxconn 4000
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen mysql
  bind 127.0.0.1:{port}
  server tablet {tablet}
"""


class Target:
    def __init__(self, name, port, process):
        self.name, self.port, self.process = name, port, process
        self.proxy = None  # of leasehold itself: its admin port and metrics


class Field:
    """Owns every process; a context manager."""

    def __enter__(self):
        self.folder = BUILD / "bench" / str(os.getpid())
        self.folder.mkdir(parents=True)
        self.tablet = MariaDb(self.folder, "tablet", options=["--max-connections=5000"]).start()
        self.tablet.sql("CREATE DATABASE sbtest")
        self._others = []
        return self

    def __exit__(self, *_):
        for target in self._others:
            target.process.end(20)
        self.tablet.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def prepare(self):
        """sysbench's tables, straight on the tablet."""
        self.sysbench(self.tablet.port, "oltp_point_select", "prepare", 2, 0)

    def sysbench(self, port, test, action, threads, seconds, *options):
        done = subprocess.run(
            [
                "sysbench",
                test,
                "--db-driver=mysql",
                "--mysql-host=127.0.0.1",
                f"--mysql-port={port}",
                "--mysql-user=app",
                "--mysql-password=secret",
                "--mysql-db=sbtest",
                f"--tables={TABLES}",
                f"--table-size={ROWS}",
                f"--threads={threads}",
                f"--time={seconds:g}",
                "--percentile=99",
                *options,
                action,
            ],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"sysbench at port {port}: {(done.stdout + done.stderr)[-1500:]}")
        return done.stdout

    def leasehold(self, workers=1, size=16, keyspaces=None, **more):
        proxy = Proxy(
            self.folder,
            configuration(
                {"sbtest": unsharded(self.tablet)} | (keyspaces or {}),
                pool={"size": size, "reserved": size, "wait_timeout": "30s"},
                workers=workers,
                health={"interval": "2s"},
                **more,
            ),
            name=f"leasehold-{len(self._others)}",
        ).start()
        target = Target("leasehold", proxy.port, proxy.process)
        target.proxy = proxy
        self._others.append(target)
        return target

    def relay_floor(self):
        port = free_port()
        return self._peer("relay_floor", port, [BUILD / "bench" / "relay_floor", port, self.tablet.port])

    def haproxy(self):
        if not tool("haproxy"):
            print("haproxy is not installed: no figures for it")
            return None
        port = free_port()
        file = self.folder / "haproxy.cfg"
        file.write_text(HAPROXY.format(port=port, tablet=self.tablet.address))
        return self._peer("haproxy", port, [tool("haproxy"), "-db", "-f", file])

    def _peer(self, name, port, command):
        target = Target(name, port, Process(command, self.folder / f"{name}.log"))
        self._others.append(target)
        until(lambda: answers(port), f"{name} to answer", 10)
        return target


def answers(port):
    try:
        Wire(port).login(database="sbtest").close()
    except OSError:
        return False
    return True


def ratio(ours, theirs):
    return f"{ours / theirs:.2f}" if theirs else "-"
