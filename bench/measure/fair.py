"""64 clients on 4 tablet connections: how much worse the slowest client fares than the median one."""

import statistics
import time

from kit.crowd import Crowd, close
from kit.wire import Wire

from .field import SECONDS, Field

CLIENTS = 64


def run():
    with Field() as field:
        field.prepare()
        target = field.leasehold(workers=2, size=4)
        clients = [Wire(target.port).login(database="sbtest") for _ in range(CLIENTS)]
        end = time.monotonic() + SECONDS * 2

        def work(number):
            served = 0
            while time.monotonic() < end:
                clients[number].query("SELECT c FROM sbtest1 WHERE id = 5")
                served += 1
            return served

        served = Crowd(CLIENTS, work).done()
        failed = [result for result in served if not isinstance(result, int)]
        close(clients)
        if failed:
            raise SystemExit(f"{len(failed)} clients met errors: {failed[0]}")
        print(
            f"{CLIENTS} clients on 4 connections: {sum(served)} statements, median client {statistics.median(served):.0f}, "
            f"slowest {min(served)}, fastest {max(served)}; median/slowest {statistics.median(served) / min(served):.2f}"
        )
