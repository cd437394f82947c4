"""vitess issue 17808: one session sits on GET_LOCK for hours while others reserve connections and leave. vttablet v19 kept
a chain of dead connections alive behind it: 2 GB in three days. Here nothing may be left of those that left."""

import time

from kit.crowd import Crowd
from kit.wire import ServerError, Wire

from .story import Rss, Story

SIZE = 16
LIMIT_KIB = 1024
WAYS = (
    ["SELECT GET_LOCK('own{}', 0)"],
    ["CREATE TEMPORARY TABLE t{} (a INT)"],
    ["BEGIN", "SELECT 1"],
)


def reserve_and_leave(port, number):
    client = Wire(port).login(database="sbtest")
    try:
        for statement in WAYS[number % len(WAYS)]:
            client.query(statement.format(number))
    except ServerError as error:
        if error.code not in (1203, 1226):  # all reserved places were taken for too long: an answer like others
            raise
    if number % 2:
        client.vanish()
    else:
        client.close()


def run():
    with Story("vitess-17808") as story:
        target = story.field.leasehold(workers=2, size=SIZE, plan_cache={"entries": 200})  # full after the warm-up
        sitter = Wire(target.port).login(database="sbtest")
        sitter.query("SELECT GET_LOCK('the one', 0)")
        wave(target.port, story.choose(5000, 1500))  # warm-up
        fill_the_pool(target.port)
        time.sleep(3)
        rss = Rss(target.process)
        live_before, before = live(target), rss.now()
        sessions = story.choose(200_000, 6_000)
        rss.mark(f"{sessions} sessions reserve and leave")
        wave(target.port, sessions)
        rss.mark("they are gone")
        time.sleep(story.choose(20, 8))
        growth = rss.now() - before
        story.hold("live tablet connections, more than before", live(target) - live_before, 0, "")
        story.hold(f"RSS growth over {sessions} sessions", growth, LIMIT_KIB, "KiB")
        sitter.query("SELECT RELEASE_LOCK('the one')")
        sitter.close()
        story.settle(target)
        story.plot(rss)
        return story.failed


def fill_the_pool(port):
    """So that it has as many connections as it may have: how many a wave needs at once is by chance."""
    clients = [Wire(port).login(database="sbtest") for _ in range(SIZE - 1)]
    for number, client in enumerate(clients):
        client.query(f"SELECT GET_LOCK('fill{number}', 0)")
    for client in clients:
        client.close()


def live(target):
    return target.proxy.metrics().sum("leasehold_live_connections")


def wave(port, sessions, threads=8):
    def work(thread):
        for number in range(thread, sessions, threads):
            reserve_and_leave(port, number)

    problems = [result for result in Crowd(threads, work).done(3600) if result is not None]
    if problems:
        raise SystemExit(f"vitess-17808: {problems[0]!r}")
