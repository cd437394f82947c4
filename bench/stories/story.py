"""What every story has: a field, the proxy's RSS over time, limits, and the verdict."""

import os
import sys
import threading
import time
from pathlib import Path

from measure.field import Field

from .plot import draw

ROOT = Path(__file__).resolve().parents[2]
KIB, MIB = 1024, 1 << 20


class Rss:
    """The resident memory of a process, sampled by a thread until stopped."""

    def __init__(self, process, interval=0.2):
        self._process, self._interval = process, interval
        self.began, self.points, self.marks = time.monotonic(), [], []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._over.wait(self._interval):
            try:
                self.points.append((time.monotonic() - self.began, self.now()))
            except (OSError, AssertionError):
                return

    def now(self):
        """KiB."""
        fields = Path(f"/proc/{self._process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGESIZE") // KIB

    def mark(self, text):
        self.marks.append((time.monotonic() - self.began, text))

    def peak(self, since=0.0):
        return max([kib for at, kib in self.points if at >= since] + [self.now()])

    def elapsed(self):
        return time.monotonic() - self.began

    def stop(self):
        self._over.set()
        self._thread.join()


class Story:
    """Used as a context manager; `quick` is the short form for CI."""

    def __init__(self, name, **field):
        self.name, self.quick = name, "--quick" in sys.argv
        self._field, self.failed, self.lines = Field(), [], []

    def __enter__(self):
        self.field = self._field.__enter__()
        return self

    def __exit__(self, *problem):
        self._field.__exit__(*problem)

    def choose(self, long, quick):
        return quick if self.quick else long

    def say(self, text):
        print(f"{self.name}: {text}", flush=True)

    def hold(self, what, value, limit, unit, at_least=False):
        """Prints a figure against its limit."""
        kept = value >= limit if at_least else value <= limit
        relation = ">=" if at_least else "<="
        verdict = "kept" if kept else "NOT KEPT"
        self.say(f"{what}: {value:,.1f} {unit} (limit {relation} {limit:,.1f} {unit}) {verdict}")
        if not kept:
            self.failed.append(what)

    def plot(self, rss, suffix=""):
        rss.stop()
        folder = ROOT / ("docs/memory" if "--docs" in sys.argv else "build/bench/stories")
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.name}{suffix}.svg"
        file.write_text(draw(f"{self.name}{suffix}: RSS of leasehold, MiB", rss.points, rss.marks))
        self.say(f"plot: {file.relative_to(ROOT)}")

    def settle(self, target, seconds=10):
        """Waits for the leases to come back and holds the proxy to the conservation law."""
        target.proxy.quiet(seconds)


def many_files():
    """As many descriptors as the system lets a process have: thousands of clients."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(hard, 65536), max(hard, 65536)))
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
