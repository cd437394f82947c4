"""A tablet behind a relay that delays and throttles, with a proxy in front of it."""

import subprocess
import sys

from kit.config import configuration
from kit.places import free_port
from kit.proxy import Proxy
from kit.waiting import until
from measure.field import Target, answers


class FarTablet:
    def __init__(self, story, milliseconds=0, bytes_per_second=0, size=16, **pool):
        self.port = free_port()
        self._relay = subprocess.Popen(
            [sys.executable, "-m", "stories.delay"]
            + [str(word) for word in (self.port, story.field.tablet.port, milliseconds, bytes_per_second)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        until(lambda: answers(self.port), "the delaying relay", 20)
        shards = {"shards": {"-": {"primary": f"127.0.0.1:{self.port}"}}}
        pool = {"size": size, "reserved": size, "wait_timeout": "120s"} | pool
        proxy = Proxy(
            story.field.folder,
            configuration(
                {"sbtest": shards}, pool=pool, workers=2, health={"interval": "5s", "timeout": "4s", "fall": 20}
            ),
            name=f"far-{self.port}",
        ).start()
        self.target = Target("leasehold", proxy.port, proxy.process)
        self.target.proxy = proxy

    def traffic(self):
        """Bytes and sends towards the tablet so far."""
        self._relay.stdin.write("report\n")
        self._relay.stdin.flush()
        return [int(word) for word in self._relay.stdout.readline().split()]

    def close(self):
        self.target.process.end(20)
        self._relay.stdin.close()
        self._relay.wait(10)
