"""Memory of idle sessions, fresh and after their first query, in clear and by TLS; logins a second; CPU while idle."""

import time

from kit.tls import Certificates
from kit.wire import Wire

from .field import Field

SESSIONS = 2000


def measure(target, tls):
    before, began = target.process.resident_kib(), time.monotonic()
    sessions = [Wire(target.port).login(database="sbtest", tls=tls) for _ in range(SESSIONS)]
    took = time.monotonic() - began
    time.sleep(1)
    fresh, cpu = target.process.resident_kib(), target.process.cpu_seconds()
    time.sleep(3)
    cpu = target.process.cpu_seconds() - cpu
    for session in sessions:
        session.query("SELECT 1")
    time.sleep(2)
    used = target.process.resident_kib()
    for session in sessions:
        session.close()
    return (fresh - before) / SESSIONS, (used - before) / SESSIONS, SESSIONS / took, cpu / 3 * 100


def run():
    with Field() as field:
        certificates = Certificates(field.folder / "tls")
        for tls in (False, True):
            target = field.leasehold(listen={"tls": certificates.listen()})
            measure_again = [measure(target, tls) for _ in range(2)]  # the first has the process's own growth in it
            for turn, (fresh, used, logins, cpu) in zip(("first", "again"), measure_again):
                print(
                    f"{'tls' if tls else 'clear':5} {turn}: {SESSIONS} sessions, KiB a session {fresh:.2f} fresh, {used:.2f} after a query; "
                    f"{logins:.0f} logins/s; idle CPU {cpu:.1f} %",
                    flush=True,
                )
