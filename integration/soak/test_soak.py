"""A million cycles of reserve and release over every reason, with --all (4,000 otherwise, $SOAK_CYCLES by hand): clients
vanish, statements are killed, the tablet is killed and started again. At every quiet point the law of conservation holds
(the fixture and quiet() look), and at the end nothing has grown."""

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pymysql
import pytest

from kit.config import configuration, unsharded
from kit.places import BUILD, ROOT
from kit.waiting import until

sys.path.insert(0, str(ROOT))
from bench.stories.plot import draw  # noqa: E402

PROCESSES = 4
GROWTH_KIB, SHORT_GROWTH_KIB = 1024, 2048  # a short run's warm-up has not met everything


class Rss(threading.Thread):
    """The resident set, four times a second."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.points, self.marks, self.began = process, [], [], time.monotonic()
        self.running = True
        self.start()

    def run(self):
        while self.running and self.process.alive():
            self.points.append((time.monotonic() - self.began, self.process.resident_kib()))
            time.sleep(0.25)

    def mark(self, text):
        self.marks.append((time.monotonic() - self.began, text))


def wave(port, cycles, seed):
    return [
        subprocess.Popen(
            [sys.executable, "-m", "soak.reasons", str(port), str(cycles // PROCESSES), str(n), str(seed * PROCESSES + n)],
            cwd=ROOT / "integration",
        )
        for n in range(PROCESSES)
    ]


def ended(children):
    assert [child.wait(3600) for child in children] == [0] * PROCESSES


def kill_some(proxy, rng, children):
    """Statements and sessions are killed while the wave lasts."""
    connection = proxy.connect("commerce")
    with connection.cursor() as cursor:
        while any(child.poll() is None for child in children):
            cursor.execute("SHOW PROCESSLIST")
            others = [row[0] for row in cursor.fetchall() if row[0] != connection.thread_id()]
            for number in rng.sample(others, min(1, len(others))):
                try:
                    cursor.execute(f"KILL {rng.choice(('', 'QUERY '))}{number}")
                except pymysql.err.MySQLError:
                    pass  # gone by itself
            time.sleep(0.05)
    connection.close()


@pytest.mark.limit(7200)
def test_soak(make_proxy, tmp_server, thorough, sanitized):
    cycles = int(os.environ.get("SOAK_CYCLES", 1_000_000 if thorough else 4_000))
    rounds = 10 if cycles >= 100_000 else 2
    tablet = tmp_server("tablet")
    tablet.sql("CREATE TABLE soak (n INT) ENGINE=InnoDB", database="commerce")
    tablet.sql("CREATE PROCEDURE soak_procedure() BEGIN SET @b = 1; END", database="commerce")
    proxy = make_proxy(
        configuration({"commerce": unsharded(tablet)}, pool={"size": 8, "reserved": 6, "wait_timeout": "2s"}), errors_expected=True
    )
    rng = random.Random(1)

    def round_of(number, count, hurt, mark=lambda _: None):
        children = wave(proxy.port, count, number)
        killer = threading.Thread(target=kill_some, args=(proxy, rng, children))
        killer.start()
        if hurt:
            time.sleep(1)
            tablet.kill()
            mark("tablet killed")
            tablet.start()
        ended(children)
        killer.join()
        until(lambda: proxy.metrics().sum("leasehold_clients") == 0, "the sessions to be gone", 15)
        proxy.quiet(20)
        tablet.sql("TRUNCATE TABLE soak", database="commerce")

    round_of(1, 40_000 if thorough else 3_000, True)  # warm-up: everything has happened once
    time.sleep(5)
    rss = Rss(proxy.process)
    objects = live_objects(proxy)
    began, before = time.monotonic(), proxy.process.resident_kib()
    for number in range(rounds):
        round_of(10 + number, cycles // rounds, number % 2 == 1, rss.mark)
    seconds = time.monotonic() - began
    time.sleep(10 if thorough else 1)
    rss.running = False
    grown = proxy.process.resident_kib() - before
    print(f"{cycles} cycles in {seconds:.0f} s; RSS {before} -> {before + grown} KiB; objects {objects} -> {live_objects(proxy)}")
    Path(BUILD / "soak.svg").write_text(draw(f"{cycles:,} reserve-release cycles: resident set in MiB", rss.points, rss.marks))
    after = live_objects(proxy)
    assert after["connections"] <= 8 and after["clients"] == objects["clients"] == 0
    assert proxy.metrics().sum("leasehold_reserved_leases") == 0
    if not sanitized:
        assert grown <= (GROWTH_KIB if thorough else SHORT_GROWTH_KIB), f"grew by {grown} KiB in {cycles} cycles"


def live_objects(proxy):
    samples = proxy.metrics()
    return {"connections": samples.sum("leasehold_live_connections"), "clients": samples.sum("leasehold_clients")}
