"""SlateDB without backpressure took 30 GB where 1 GB was expected: writers outran what could be stored. Here writers at full
speed meet a tablet that takes a tenth of it."""

import threading
import time

from kit.crowd import Crowd
from kit.wire import ServerError, Wire

from .far_tablet import FarTablet
from .story import KIB, Rss, Story

LIMIT = 64  # KiB a writer
ROWS = ",".join(f"({n},'{'v' * 120}')" for n in range(80))  # some 11 KiB a statement
INSERT, SELECT = f"INSERT INTO sink (a, b) VALUES {ROWS}".encode(), b"SELECT 1"


def run():
    with Story("slatedb-backpressure") as story:
        story.field.tablet.sql("CREATE TABLE sbtest.sink (a INT, b VARCHAR(200)) ENGINE=MyISAM")
        seconds = story.choose(20, 4)
        near = FarTablet(story)
        rate = write(near, 8, 100, story.choose(5, 2))[0]
        near.close()
        story.say(f"8 writers, tablet at its own speed: {rate / KIB:.0f} KiB/s of statements")
        throttle = max(int(rate / 10), 20_000)
        for writers in story.choose((4, 16, 64), (4, 16)):
            for share in (80, 100):
                far = FarTablet(story, 0, throttle, size=8, max_waiters=100)
                write(far, writers, share, 1)
                time.sleep(1)
                rss = Rss(far.target.process)
                before = rss.now()
                rss.mark(f"{writers} writers, {share} % writes")
                passed, refused = write(far, writers, share, seconds)
                rss.mark("over")
                name = f"{writers} writers, {share} % writes"
                story.hold(f"{name}, RSS growth", (rss.peak() - before) / writers, LIMIT, "KiB a writer")
                story.hold(f"{name}, errors that are no pool wait", refused, 0, "")
                story.hold(f"{name}, share of the tablet's rate", 100 * passed / throttle, 80, "%", at_least=True)
                if writers == story.choose(64, 16) and share == 100:
                    story.plot(rss)
                else:
                    rss.stop()
                far.close()
        return story.failed


def write(far, writers, share, seconds):
    """Bytes a second that went to the tablet, and errors other than pool waits."""
    over = threading.Event()
    clients = [Wire(far.target.port, timeout=180).login(database="sbtest") for _ in range(writers)]

    def work(number):
        turn, wrong = number, 0
        while not over.is_set():
            turn += 1
            try:
                clients[number].query(INSERT if turn * 37 % 100 < share else SELECT)
            except ServerError as error:
                wrong += error.code != 1203
        return wrong

    began, (sent, _) = time.monotonic(), far.traffic()
    crowd = Crowd(writers, work)
    time.sleep(seconds)
    passed = (far.traffic()[0] - sent) / (time.monotonic() - began)
    over.set()
    wrong = crowd.done(300)
    for client in clients:
        client.close()
    return passed, sum(count if isinstance(count, int) else 1 for count in wrong)
