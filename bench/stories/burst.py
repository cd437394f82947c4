"""A burst of sessions with rows of 1 MiB and statements over everything, then quiet: where does RSS settle?"""

import time

from kit.crowd import Crowd
from kit.wire import Wire

from .story import MIB, Rss, Story, many_files

LIMIT_PERCENT, LIMIT_SECONDS = 10, 60


def run():
    many_files()
    with Story("burst") as story:
        sessions = story.choose(2000, 300)
        target = story.field.leasehold(
            workers=2, size=64, listen={"max_clients": sessions + 100}, memory={"limit": "8GiB"}
        )
        burst(target.port, 50, 1)  # what any first use leaves: plans, connections, threads of the tablet pool
        time.sleep(15 if not story.quick else 8)
        rss = Rss(target.process)
        time.sleep(1)
        before = rss.now()
        rss.mark(f"{sessions} sessions with rows of 1 MiB")
        burst(target.port, sessions, story.choose(3, 1))
        rss.mark("quiet")
        peak, ended = rss.peak(), rss.elapsed()
        waited = 0.0
        while rss.now() > before * (100 + LIMIT_PERCENT) / 100 and waited < LIMIT_SECONDS:
            time.sleep(0.5)
            waited = rss.elapsed() - ended
        time.sleep(min(5, LIMIT_SECONDS - min(waited, LIMIT_SECONDS)))
        story.say(f"RSS {before / 1024:.1f} MiB before, {peak / 1024:.1f} at its peak, {rss.now() / 1024:.1f} after")
        story.hold("RSS above what it was", 100 * (rss.now() - before) / before, LIMIT_PERCENT, "%")
        story.hold("seconds until then", waited, LIMIT_SECONDS, "s")
        story.settle(target)
        story.plot(rss)
        return story.failed


def burst(port, sessions, statements):
    """All are there at once; some of them send a packet of 1 MiB, all read rows of 1 MiB."""
    large = b"DO LENGTH('" + b"x" * MIB + b"')"
    crowd = [Wire(port, timeout=300).login(database="sbtest") for _ in range(sessions)]

    def work(thread):
        for client in crowd[thread::16]:
            for _ in range(statements):
                client.query("SELECT REPEAT('y', 1048576) FROM seq_1_to_3")
                client.query(large)
            client.close()

    problems = [result for result in Crowd(16, work).done(3600) if result is not None]
    if problems:
        raise SystemExit(f"burst: {problems[0]!r}")
