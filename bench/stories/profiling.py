"""Kvrocks switches jemalloc's profiling on in production. What does a statement cost with it, on at the default interval?"""

import threading
import time

from kit.crowd import Crowd
from kit.wire import Wire

from .story import Rss, Story

LIMIT_PERCENT, CLIENTS = 5, 4


def run():
    with Story("profiling") as story:
        target = story.field.leasehold(workers=1, size=CLIENTS)
        rss = Rss(target.process)
        work(target, 1)
        rounds, seconds = story.choose(10, 5), story.choose(4, 2)
        cost = {"OFF": [], "ON": []}
        for number in range(rounds):
            for switch in ("OFF", "ON") if number % 2 else ("ON", "OFF"):
                target.proxy.admin(f"SET memory_profiling = {switch}")
                rss.mark(switch)
                cost[switch].append(work(target, seconds))
        without, with_it = (sorted(cost[switch])[rounds // 2] for switch in ("OFF", "ON"))
        story.say(f"CPU a statement: {without * 1e6:.1f} us without, {with_it * 1e6:.1f} us with it, medians of {rounds}")
        story.hold("CPU a statement with profiling above", 100 * (with_it / without - 1), LIMIT_PERCENT, "%")
        story.settle(target)
        story.plot(rss)
        return story.failed


def work(target, seconds):
    """The proxy's CPU seconds a statement."""
    over = threading.Event()
    clients = [Wire(target.port).login(database="sbtest") for _ in range(CLIENTS)]

    def statements(number):
        done = 0
        while not over.is_set():
            clients[number].query("SELECT REPEAT('x', 200)")
            done += 1
        return done

    before = target.process.cpu_seconds()
    crowd = Crowd(CLIENTS, statements)
    time.sleep(seconds)
    over.set()
    done = sum(crowd.done(60))
    spent = target.process.cpu_seconds() - before
    for client in clients:
        client.close()
    return spent / done
