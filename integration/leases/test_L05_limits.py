"""L5: every limit of the pool is reached, and answers as documented."""

import time

import pytest

from kit import wire
from kit.config import configuration, unsharded
from kit.crowd import Crowd, close, codes, sessions


def test_L5_wait_timeout(pooled):
    proxy = pooled(size=1, wait_timeout="300ms")
    holder, client = sessions(proxy, 2)
    holder.query("BEGIN")
    holder.query("SELECT 1")
    began = time.monotonic()
    with pytest.raises(wire.ServerError) as raised:
        client.query("SELECT 1")
    assert 0.25 < time.monotonic() - began < 1
    assert raised.value.code == 1203
    text = str(raised.value)
    assert "commerce" in text and "ms" in text, f"says neither where nor how long: {text}"
    close([holder, client])


def test_L5_wait_timeout_zero_means_no_waiting(pooled):
    proxy = pooled(size=1, wait_timeout="0s")
    holder, client = sessions(proxy, 2)
    holder.query("BEGIN")
    holder.query("SELECT 1")
    began = time.monotonic()
    with pytest.raises(wire.ServerError) as raised:
        client.query("SELECT 1")
    assert raised.value.code == 1203 and time.monotonic() - began < 0.2
    close([holder, client])


def test_L5_max_waiters(pooled):
    proxy = pooled(size=1, wait_timeout="2s", max_waiters=3, workers=1)
    holder, *waiting = sessions(proxy, 9)
    holder.query("BEGIN")
    holder.query("SELECT 1")
    began = time.monotonic()
    crowd = Crowd(8, lambda number: waiting[number].query("SELECT 1"))
    time.sleep(0.5)
    assert proxy.metrics().sum("leasehold_pool_waiters") == 3
    quick = [number for number in range(8) if crowd.results[number] is not None]
    assert len(quick) == 5 and time.monotonic() - began < 1.5
    holder.query("COMMIT")
    results = crowd.done(10)
    assert codes(results) == [1203] * 5
    assert sum(isinstance(result, list) for result in results) == 3
    close([holder, *waiting])


def test_L5_reserved_cap(pooled):
    """Reserved leases have a cap of their own: over it a clear error, and plain statements go on."""
    proxy = pooled(size=8, reserved=3)
    clients = sessions(proxy, 5)
    for number, client in enumerate(clients[:3]):
        assert client.rows(f"SELECT GET_LOCK('cap{number}', 0)") == [[b"1"]]
    with pytest.raises(wire.ServerError) as raised:
        clients[3].query("SELECT GET_LOCK('cap3', 0)")
    assert raised.value.code == 1226 and "reserved" in str(raised.value)
    assert clients[3].rows("SELECT 1") == clients[4].rows("SELECT 1") == [[b"1"]]
    clients[0].query("SELECT RELEASE_LOCK('cap0')")
    assert clients[3].rows("SELECT GET_LOCK('cap3', 0)") == [[b"1"]]
    close(clients)


def test_L5_pool_size_is_exact_for_the_process(pooled, commerce):
    """Both workers draw from one budget; the tablet sees no connection more."""
    proxy = pooled(size=5, wait_timeout="20s")
    clients = sessions(proxy, 40)
    most = 0
    crowd = Crowd(40, lambda number: [clients[number].query("SELECT SLEEP(0.02)") for _ in range(10)])
    while any(result is None for result in crowd.results):
        most = max(
            most,
            commerce.value(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app' AND info LIKE '%%SLEEP(0.02)%%'"
            ),
        )
        assert proxy.metrics().sum("leasehold_live_connections") <= 5
    assert not codes(crowd.done())
    assert 3 <= most <= 5
    close(clients)


def test_L5_max_clients(make_proxy, commerce):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, listen={"max_clients": 5}))
    clients = sessions(proxy, 5)
    with pytest.raises(wire.ServerError) as raised:
        wire.Wire(proxy.port).login()
    assert (raised.value.code, raised.value.state) == (1040, "08004")
    clients.pop().close()

    from kit.waiting import until

    def admitted():
        try:
            clients.append(wire.Wire(proxy.port).login())
        except wire.ServerError:
            return False
        return True

    until(admitted, "the place to be free again")
    close(clients)


def test_L5_max_user_connections(make_proxy, commerce):
    config = configuration({"commerce": unsharded(commerce)})
    config["users"] = [
        {"name": "app", "password": "secret", "max_user_connections": 2},
        {"name": "other", "password": "secret"},
    ]
    proxy = make_proxy(config)
    clients = sessions(proxy, 2)
    with pytest.raises(wire.ServerError) as raised:
        wire.Wire(proxy.port).login()
    assert raised.value.code in (1203, 1226)
    clients.append(wire.Wire(proxy.port).login(user="other"))
    close(clients)


def test_L5_prepared_statement_caps(make_proxy, commerce):
    from kit.prepared import prepare

    proxy = make_proxy(
        configuration({"commerce": unsharded(commerce)}, limits={"max_prepared_stmt_count_per_session": 5})
    )
    (client,) = sessions(proxy, 1)
    numbers = [prepare(client, f"SELECT {n}")[0] for n in range(5)]
    with pytest.raises(wire.ServerError) as raised:
        prepare(client, "SELECT 6")
    assert raised.value.code == 1461
    client.command(wire.STMT_CLOSE, numbers[0])
    prepare(client, "SELECT 7")
    client.close()


def test_L5_max_allowed_packet(make_proxy, commerce):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, limits={"max_allowed_packet": "1MiB"}))
    client, other = sessions(proxy, 2)
    client.socket.settimeout(10)
    try:
        client.query("SELECT '" + "x" * (2 << 20) + "'")
        raise AssertionError("a packet over the limit was taken")
    except wire.ServerError as error:
        assert error.code == 1153
    except (ConnectionError, EOFError):
        pass  # MySQL closes too; the reset may overtake the error
    assert other.rows("SELECT LENGTH('" + "x" * 1000000 + "')") == [[b"1000000"]]
    close([client, other])
