"""SlateDB with latency in front of its store wrote tiny segments. Here latency between proxy and tablet may cost time, but
neither more sends nor more bytes a statement."""

import threading
import time

from kit.crowd import Crowd
from kit.wire import Wire

from .far_tablet import FarTablet
from .story import Rss, Story

LIMIT_PERCENT, LEASES, CLIENTS = 5, 8, 16
WRITE = b"INSERT INTO sink (a, b) VALUES (1, 'some text of a row'), (2, 'another')"
READ = b"SELECT a, b FROM sink LIMIT 3"


def run():
    with Story("slatedb-small-segments") as story:
        story.field.tablet.sql("CREATE TABLE sbtest.sink (a INT, b VARCHAR(200)) ENGINE=MyISAM")
        without = None
        for milliseconds in (0, 5, 20, 50):
            far = FarTablet(story, milliseconds, size=LEASES)
            work(far, 1 + milliseconds / 25)
            rss = Rss(far.target.process)
            done, seconds, sent, sends = work(far, story.choose(10, 2) + milliseconds / 25)
            per_statement = sent / done, sends / done
            story.say(
                f"{milliseconds} ms: {done / seconds:.0f} statements/s, {per_statement[0]:.1f} bytes and "
                f"{per_statement[1]:.2f} sends each"
            )
            if without is None:
                without = per_statement
            else:
                for what, now, then in zip(("bytes", "sends"), per_statement, without):
                    story.hold(f"{milliseconds} ms, {what} a statement above", 100 * (now / then - 1), LIMIT_PERCENT, "%")
                possible = LEASES / (milliseconds / 1000)
                story.hold(
                    f"{milliseconds} ms, share of what {LEASES} leases allow",
                    100 * done / seconds / possible,
                    story.choose(80, 70) if milliseconds > 5 else 40,
                    "%",
                    at_least=True,
                )
            if milliseconds == 50:
                story.plot(rss)
            else:
                rss.stop()
            far.close()
        return story.failed


def work(far, seconds):
    """Statements, seconds, bytes and sends towards the tablet; a fifth are writes."""
    over = threading.Event()
    clients = [Wire(far.target.port, timeout=60).login(database="sbtest") for _ in range(CLIENTS)]

    def statements(number):
        done = 0
        while not over.is_set():
            clients[number].query(WRITE if (done + number) % 5 == 0 else READ)
            done += 1
        return done

    began, (bytes_before, sends_before) = time.monotonic(), far.traffic()
    crowd = Crowd(CLIENTS, statements)
    time.sleep(seconds)
    over.set()
    done = sum(crowd.done(60))
    took = time.monotonic() - began
    sent, sends = far.traffic()
    for client in clients:
        client.close()
    return done, took, sent - bytes_before, sends - sends_before
