"""L1: one session sits on a reserved connection while thousands of others reserve and leave: connections and memory stay flat
(vitess issue 17808)."""

import pytest

from kit import wire
from kit.crowd import Crowd

REASONS = [
    "SELECT GET_LOCK('lock{0}', 0)",
    "CREATE TEMPORARY TABLE tt (a INT)",
    "BEGIN",
    "SET @a := 1",
    "PREPARE p FROM 'SELECT 1'",
]


@pytest.mark.limit(900)
def test_L1_reserving_sessions_leave_nothing(pooled, commerce, thorough, sanitized):
    proxy = pooled(size=16, reserved=12)
    sitter = wire.Wire(proxy.port).login(database="commerce")
    assert sitter.rows("SELECT GET_LOCK('sitter', 5)") == [[b"1"]]

    def cycles(number, count):
        for turn in range(count):
            client = wire.Wire(proxy.port).login(database="commerce")
            client.query(REASONS[(number + turn) % len(REASONS)].format(number))
            client.rows("SELECT 1")
            if turn % 3 == 0:
                client.vanish()
            else:
                client.close()
        return count

    def burst(count):
        assert Crowd(4, lambda number: cycles(number, count)).done(600) == [count] * 4

    burst(250)  # warm-up
    before, live = proxy.process.resident_kib(), proxy.metrics().sum("leasehold_live_connections")
    burst(25000 if thorough else 1000)
    samples = proxy.metrics()
    assert samples.sum("leasehold_live_connections") <= 16
    assert live <= 16
    if not sanitized:
        grown = proxy.process.resident_kib() - before
        assert grown <= 1024, f"grew by {grown} KiB"
    assert sitter.rows("SELECT IS_USED_LOCK('sitter') = CONNECTION_ID()") == [[b"1"]], "the sitter still has its lock"
    leases = proxy.admin("SHOW LEASES")
    assert len(leases) == 1 and leases[0]["kind"] == "reserved" and "lock" in leases[0]["reasons"], leases
    sitter.close()
    proxy.quiet()
    assert commerce.value("SELECT IS_FREE_LOCK('sitter')") == 1
