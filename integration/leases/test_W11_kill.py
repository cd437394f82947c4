"""W11: the KILL of a statement in flight leaves no bytes for the next one on that connection."""

import random
import struct
import time

import pytest

from kit import wire
from kit.crowd import sessions
from kit.waiting import until

BIG = b"SELECT seq, REPEAT('x', 1000) FROM seq_1_to_100000"


def read_to_end(client):
    """How the statement ended: 'rows', or the error's code."""
    try:
        client.results()
    except wire.ServerError as error:
        return error.code
    return "rows"


def kill(killer, victim, way):
    number = victim.greeting.thread_id
    if way == "statement":
        killer.query(f"KILL QUERY {number}")
    else:
        killer.command(wire.PROCESS_KILL, struct.pack("<I", number))
        killer.packet()


@pytest.mark.parametrize("statement", [b"SELECT SLEEP(30)", b"SELECT BENCHMARK(2000000000, MD5('x'))"])
def test_W11_kill_query(pooled, statement):
    proxy = pooled(size=2, workers=2)
    victim, killer = sessions(proxy, 2)
    victim.command(wire.QUERY, statement)
    time.sleep(0.3)
    began = time.monotonic()
    kill(killer, victim, "statement")
    assert read_to_end(victim) in (1317, "rows")  # SLEEP answers 1 when it is interrupted
    assert time.monotonic() - began < 3
    for number in range(20):
        assert victim.rows(f"SELECT {number}") == [[b"%d" % number]]
        assert killer.rows(f"SELECT {number}, {number}") == [[b"%d" % number] * 2]
    victim.close()
    killer.close()


def test_W11_kill_query_at_any_moment(pooled):
    """The kill may meet the statement before it, in it, or after it: no other statement is hurt, no bytes are left."""
    proxy = pooled(size=1, workers=2)
    victim, killer = sessions(proxy, 2)
    rng = random.Random(11)
    interrupted = 0
    for turn in range(150):
        victim.command(wire.QUERY, BIG if turn % 3 == 0 else b"SELECT SLEEP(0.004)")
        time.sleep(rng.random() * 0.008)
        # A waiting killer would wait for the only connection; KILL must not need one.
        kill(killer, victim, "statement")
        interrupted += read_to_end(victim) == 1317
        assert victim.rows(f"SELECT {turn}, 'mine'") == [[b"%d" % turn, b"mine"]]
        assert killer.rows(f"SELECT {turn}, 'killer'") == [[b"%d" % turn, b"killer"]], "the kill hit a bystander"
    assert interrupted > 10
    victim.close()
    killer.close()


@pytest.mark.parametrize("way", ["KILL", "COM_PROCESS_KILL"])
@pytest.mark.parametrize("busy", [True, False], ids=["busy", "idle"])
def test_W11_kill_connection(pooled, way, busy):
    proxy = pooled(size=2)
    victim, killer = sessions(proxy, 2)
    victim.query("BEGIN")
    if busy:
        victim.command(wire.QUERY, b"SELECT SLEEP(30)")
        time.sleep(0.2)
    if way == "KILL":
        killer.query(f"KILL {victim.greeting.thread_id}")
    else:
        kill(killer, victim, way)
    with pytest.raises((EOFError, ConnectionError, wire.ServerError)):
        victim.results() if busy else victim.query("SELECT 1")
    proxy.quiet(5)
    assert killer.rows("SELECT 1") == [[b"1"]]
    killer.close()


def test_W11_kill_of_nobody(pooled):
    proxy = pooled(size=2)
    (client,) = sessions(proxy, 1)
    for statement in ("KILL 999999", "KILL QUERY 999999"):
        with pytest.raises(wire.ServerError) as raised:
            client.query(statement)
        assert raised.value.code == 1094
    client.close()


def test_W11_kill_needs_the_same_user(make_proxy, commerce):
    from kit.config import configuration, unsharded

    config = configuration({"commerce": unsharded(commerce)})
    config["users"] = [{"name": "app", "password": "secret"}, {"name": "other", "password": "secret"}]
    proxy = make_proxy(config)
    victim, other = wire.Wire(proxy.port).login(), wire.Wire(proxy.port).login(user="other")
    with pytest.raises(wire.ServerError) as raised:
        other.query(f"KILL {victim.greeting.thread_id}")
    assert raised.value.code == 1095
    assert victim.rows("SELECT 1") == [[b"1"]]
    victim.close()
    other.close()


def test_W11_killed_on_the_tablet_in_a_result(pooled, commerce):
    """KILL QUERY given to the tablet itself: an error in the middle of rows, and the connection is sound after."""
    proxy = pooled(size=1)
    (client,) = sessions(proxy, 1)
    for _ in range(10):
        client.command(wire.QUERY, BIG)
        client.read(10000)
        running = until(
            lambda: commerce.sql(
                "SELECT id FROM information_schema.processlist WHERE user = 'app' AND info LIKE 'SELECT seq, %%'"
            ),
            "it to run",
        )
        commerce.sql(f"KILL QUERY {running[0][0]}")
        client.close()
        proxy.quiet(5)
        (client,) = sessions(proxy, 1)
        assert client.rows("SELECT 'clean'") == [[b"clean"]]
    client.close()


def test_W11_admin_kill(pooled):
    proxy = pooled(size=2)
    victim, other = sessions(proxy, 2)
    victim.query("BEGIN")
    rows = [row for row in proxy.admin("SHOW CLIENTS") if str(row.get("id")) == str(victim.greeting.thread_id)]
    assert rows, "SHOW CLIENTS knows the session by the id of its greeting"
    proxy.admin(f"KILL {victim.greeting.thread_id}")
    with pytest.raises((EOFError, ConnectionError, wire.ServerError)):
        victim.query("SELECT 1")
    assert other.rows("SELECT 1") == [[b"1"]]
    other.close()
    proxy.quiet(5)
