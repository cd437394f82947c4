"""Many clients at once: threads that each run one function, with what they returned or raised."""

import threading
import time

from . import wire


class Crowd:
    """Starts `count` threads of work(number); done() joins them and gives results in order. An exception is a result."""

    def __init__(self, count, work):
        self.results = [None] * count
        self.seconds = [None] * count

        def run(number):
            began = time.monotonic()
            try:
                self.results[number] = work(number)
            except Exception as error:  # the test looks at it
                self.results[number] = error
            self.seconds[number] = time.monotonic() - began

        self._threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
        for thread in self._threads:
            thread.start()

    def done(self, seconds=120):
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0, deadline - time.monotonic()))
        hanging = sum(thread.is_alive() for thread in self._threads)
        assert not hanging, f"{hanging} of {len(self._threads)} clients still wait after {seconds} s"
        return self.results


def sessions(proxy, count, database="commerce"):
    return [wire.Wire(proxy.port, timeout=60).login(database=database) for _ in range(count)]


def close(clients):
    for client in clients:
        client.close()


def codes(results):
    """Error numbers among a crowd's results."""
    return [result.code for result in results if isinstance(result, wire.ServerError)]


def others(results):
    """Exceptions that are no answer of the proxy: lost connections, time-outs."""
    return [result for result in results if isinstance(result, Exception) and not isinstance(result, wire.ServerError)]
