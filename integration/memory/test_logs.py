"""A log that nobody reads, or whose disk is full: clients do not notice, memory stays bounded, and losses are counted."""

import os
import time
from pathlib import Path

import pytest

from kit.config import configuration, unsharded
from kit.waiting import until
from kit.wire import ServerError, Wire

KIB = 1024
LOST = "leasehold_log_records_lost_total"


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


def one_record(proxy):
    """A failed login is logged by the worker."""
    with pytest.raises(ServerError):
        Wire(proxy.port).login(user="nobody" * 25, database="commerce")


def records_until_some_are_lost(proxy):
    for _ in range(30):
        for _ in range(100):
            one_record(proxy)
        if proxy.metrics().sum(LOST) > 0:
            return
    raise AssertionError("no record was lost")


class Reader:
    """The reading end of a log that is a pipe."""

    def __init__(self, path):
        os.mkfifo(path)
        self.file = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def read_all(self):
        text = b""
        while True:
            try:
                text += os.read(self.file, 1 << 20)
            except BlockingIOError:
                return text.decode()


@pytest.fixture
def piped(make_proxy, commerce):
    proxy = make_proxy(
        configuration({"commerce": unsharded(commerce)}, log={"queue": "64KiB"}), start=False, errors_expected=True
    )
    reader = Reader(proxy.log)
    proxy.start()
    yield proxy, reader
    os.close(reader.file)


def test_a_log_that_nobody_reads_stops_no_worker(piped):
    proxy, reader = piped
    client = Wire(proxy.port).login(database="commerce")
    records_until_some_are_lost(proxy)
    assert accounts(proxy)["logs"] <= 3 * 64 * KIB
    began = time.monotonic()
    for _ in range(100):
        client.query("SELECT 1")
        one_record(proxy)
    assert time.monotonic() - began < 20
    lost = proxy.metrics().sum(LOST)
    assert lost >= 100
    text = ""

    def told():
        nonlocal text
        text += reader.read_all()
        one_record(proxy)
        return "log records lost" in text

    until(told, "what was lost to be told")
    assert proxy.metrics().sum(LOST) < lost + 50, "records are written again"
    whole = [line for line in text.splitlines() if "client login failed" in line]
    assert len(whole) > 100 and all("event=" in line for line in whole)
    until(lambda: accounts(proxy)["logs"] <= 40 * KIB, lambda: f"the queue to empty: {accounts(proxy)}")
    client.close()


def test_leaving_does_not_wait_for_the_log(piped):
    proxy, _ = piped
    records_until_some_are_lost(proxy)
    began = time.monotonic()
    assert proxy.stop() == 0
    assert time.monotonic() - began < 10


def test_a_full_disk(make_proxy, commerce):
    """/dev/full answers every write with ENOSPC."""
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}), start=False, errors_expected=True)
    nothing = proxy.log
    nothing.touch()
    proxy.log = Path("/dev/full")
    proxy.begin()
    proxy.log = nothing
    until(lambda: proxy.http("/readyz")[0] == 200, "the proxy", 30)
    before = proxy.metrics().sum(LOST)
    assert before > 0
    for _ in range(50):
        one_record(proxy)
        assert proxy.value("SELECT 41 + 1", database="commerce") == 42
    until(lambda: proxy.metrics().sum(LOST) >= before + 50, "the losses to be counted")
    assert accounts(proxy)["logs"] <= 64 * KIB
