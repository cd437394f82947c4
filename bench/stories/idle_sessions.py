"""Many logins, one statement each, then silence: what a session costs that does nothing."""

import time

from kit.tls import Certificates
from kit.wire import Wire

from .story import Rss, Story, many_files

LIMITS = {"clear": 4, "tls": 16}  # KiB a session


def run():
    files = many_files()
    with Story("idle-sessions") as story:
        sessions = min(story.choose(20000, 2000), files // 2 - 500)
        certificates = Certificates(story.field.folder / "tls")
        for kind, limit in LIMITS.items():
            target = story.field.leasehold(
                listen={"tls": certificates.listen(), "max_clients": sessions + 100}, memory={"limit": "8GiB"}
            )
            open_and_leave(target, 200, kind)  # the process's own growth
            time.sleep(8)  # until what these leave has gone back to the system: the others must not live in it
            rss = Rss(target.process)
            before = rss.now()
            time.sleep(0.5)
            rss.mark(f"{sessions} logins")
            began = time.monotonic()
            clients = open_all(target, sessions, kind)
            took = time.monotonic() - began
            rss.mark("silence")
            time.sleep(story.choose(10, 3))
            story.hold(f"{kind}, {sessions} sessions", (rss.now() - before) / sessions, limit, "KiB a session")
            story.say(f"{kind}: {sessions / took:.0f} logins and statements a second")
            rss.mark("all leave")
            for client in clients:
                client.vanish()
            time.sleep(story.choose(10, 2))
            story.plot(rss, f"-{kind}")
        return story.failed


def open_all(target, count, kind):
    clients = []
    for _ in range(count):
        client = Wire(target.port).login(database="sbtest", tls=kind == "tls")
        client.query("SELECT 1")
        clients.append(client)
    return clients


def open_and_leave(target, count, kind):
    for client in open_all(target, count, kind):
        client.vanish()
