"""W1, W4, W5, W6 of prepared statements: their state is the session's, whichever tablet connection executes them."""

import struct

import pytest

from kit import wire
from kit.config import configuration, unsharded
from kit.prepared import answer, binary_rows, execute, prepare, strings
from kit.waiting import until

CURSOR = 1
pytestmark = pytest.mark.main


@pytest.fixture
def clients(sides):
    """Makes sessions over the tables of a fresh scenario."""
    proxy, through, _ = sides
    through.begin()
    made = []

    def make():
        made.append(wire.Wire(proxy.port, timeout=60).login(database="model"))
        return made[-1]

    yield make
    for client in made:
        client.close()
    through.end()
    proxy.quiet()


def long_data(client, number, parameter, data):
    client.command(wire.STMT_SEND_LONG_DATA, number + struct.pack("<H", parameter) + data)


def fetch(client, number, count):
    """Rows, and whether they were the last."""
    client.command(wire.STMT_FETCH, number + struct.pack("<I", count))
    rows = []
    while (payload := answer(client))[0] != 0xFE:
        rows.append(payload)
    return rows, bool(int.from_bytes(payload[3:5], "little") & 0x80)


def open_cursor(client, text):
    number, _, _ = prepare(client, text)
    client.command(wire.STMT_EXECUTE, number + bytes([CURSOR]) + b"\x01\x00\x00\x00")
    for _ in range(wire.lenenc(answer(client), 0)[0]):
        client.packet()
    _, end = client.packet()
    assert end[0] == 0xFE and int.from_bytes(end[3:5], "little") & 0x40, "a cursor exists"
    return number


def test_W4_cursors_of_two_sessions(clients, sides):
    proxy, _, _ = sides
    one, two, writer = clients(), clients(), clients()
    writer.query("INSERT INTO t0 (v) VALUES " + ", ".join(f"('{n}')" for n in range(10)))
    first, second = open_cursor(one, "SELECT id FROM t0 ORDER BY id"), open_cursor(two, "SELECT id FROM t0 ORDER BY id DESC")
    assert [row[-4] for row in fetch(one, first, 3)[0]] == [1, 2, 3]
    assert [row[-4] for row in fetch(two, second, 3)[0]] == [10, 9, 8]
    assert [row[-4] for row in fetch(one, first, 3)[0]] == [4, 5, 6]
    one.command(wire.STMT_RESET, first)
    answer(one)
    with pytest.raises(wire.ServerError) as raised:
        fetch(one, first, 1)
    assert raised.value.code in (1421, 1243)
    rows, last = [], False
    while not last:
        more, last = fetch(two, second, 4)
        rows += more
    assert [row[-4] for row in rows] == [7, 6, 5, 4, 3, 2, 1]
    reasons = lambda: [lease["reasons"] for lease in proxy.admin("SHOW LEASES")]  # noqa: E731
    until(lambda: not reasons(), lambda: f"no lease: {reasons()}", 3)


def test_W4_long_data_is_one_clients_own(clients):
    one, two = clients(), clients()
    numbers = [prepare(client, "SELECT CONCAT(?, ?)")[0] for client in (one, two)]
    long_data(one, numbers[0], 0, b"one-")
    long_data(two, numbers[1], 0, b"two-")
    long_data(one, numbers[0], 0, b"more-")
    for client, number, value in ((one, numbers[0], b"one-more-X"), (two, numbers[1], b"two-X")):
        client.command(wire.STMT_EXECUTE, number + b"\x00\x01\x00\x00\x00" + b"\x00\x01\xfc\x00\xfd\x00\x01X")
        assert [row[3:] for row in binary_rows(client)] == [value]


def test_W4_long_data_ends_with_a_reset(clients):
    client = clients()
    number, _, _ = prepare(client, "SELECT ?")
    long_data(client, number, 0, b"forgotten")
    client.command(wire.STMT_RESET, number)
    answer(client)
    execute(client, number, b"new")
    assert [row[3:] for row in binary_rows(client)] == [b"new"]


def test_W4_errors_of_long_data_come_with_the_execute(clients):
    client = clients()
    number, _, _ = prepare(client, "SELECT ?")
    long_data(client, number, 5, b"there is no such parameter")
    client.command(wire.PING)
    answer(client)
    with pytest.raises(wire.ServerError):
        execute(client, number, b"x")
        binary_rows(client)
    long_data(client, b"\xff\xff\x00\x00", 0, b"there is no such statement")
    assert client.rows("SELECT 1") == [[b"1"]]


def test_W5_statement_ids_after_a_reset(clients):
    client, other = clients(), clients()
    number, _, _ = prepare(client, "SELECT CONCAT('a', ?)")
    stays, _, _ = prepare(other, "SELECT CONCAT('b', ?)")
    client.command(wire.RESET_CONNECTION)
    answer(client)
    with pytest.raises(wire.ServerError) as raised:
        execute(client, number, b"x")
        binary_rows(client)
    assert raised.value.code == 1243
    assert strings(client, "SELECT CONCAT('c', ?)", b"x") == [b"cx"]
    execute(other, stays, b"x")
    assert [row[3:] for row in binary_rows(other)] == [b"bx"]


def test_W5_a_statement_closed_by_one_session_stays_with_another(clients):
    one, two = clients(), clients()
    text = "SELECT CONCAT('shared', ?)"
    numbers = [prepare(client, text)[0] for client in (one, two)]
    for _ in range(4):
        for client, number in zip((one, two), numbers):
            execute(client, number, b"!")
            assert [row[3:] for row in binary_rows(client)] == [b"shared!"]
    one.command(wire.STMT_CLOSE, numbers[0])
    for _ in range(4):
        execute(two, numbers[1], b"?")
        assert [row[3:] for row in binary_rows(two)] == [b"shared?"]


def test_W5_after_the_tablets_connections_were_lost(clients, sides):
    proxy, through, _ = sides
    client = clients()
    number, _, _ = prepare(client, "SELECT CONCAT('still', ?)")
    for _ in range(3):
        through.kill_connections()
        execute(client, number, b"!")
        assert [row[3:] for row in binary_rows(client)] == [b"still!"]


def test_W5_metadata_after_alter_table(clients):
    client, other = clients(), clients()
    client.query("INSERT INTO t0 (v) VALUES ('x')")
    number, columns, _ = prepare(client, "SELECT * FROM t0")
    assert columns == 2
    for change, width in (("ADD COLUMN w INT DEFAULT 7", 3), ("DROP COLUMN w", 2), ("ADD COLUMN z INT DEFAULT 8", 3)):
        other.query(f"ALTER TABLE t0 {change}")
        execute(client, number)
        width_now = wire.lenenc(answer(client), 0)[0]
        assert width_now == width
        for _ in range(width + 1):
            client.packet()
        rows = []
        while (payload := answer(client))[0] != 0xFE:
            rows.append(payload)
        assert len(rows) == 1


def test_W5_re_executed_without_types(clients):
    client = clients()
    number, _, _ = prepare(client, "SELECT CONCAT(?, 'x')")
    execute(client, number, b"1")
    assert [row[3:] for row in binary_rows(client)] == [b"1x"]
    client.query("SELECT 1")
    client.command(wire.STMT_EXECUTE, number + b"\x00\x01\x00\x00\x00" + b"\x00\x00" + b"\x012")  # no types again
    assert [row[3:] for row in binary_rows(client)] == [b"2x"]


def test_W5_as_many_parameters_as_there_can_be(clients):
    client = clients()
    count = 65535
    number, _, parameters = prepare(client, _sum_of(count))
    assert parameters == count
    types = b"\x00" * ((count + 7) // 8) + b"\x01" + b"\x01\x00" * count
    client.command(wire.STMT_EXECUTE, number + b"\x00\x01\x00\x00\x00" + types + b"\x01" * count)
    (row,) = binary_rows(client)
    assert int.from_bytes(row[2:10], "little") == count
    with pytest.raises(wire.ServerError) as raised:
        prepare(client, _sum_of(count + 1))
    assert raised.value.code == 1390


def _sum_of(count):
    """One column: how many of the parameters are 1. As rows of an IN list, so that no expression gets deep."""
    return f"SELECT {count} - (1 NOT IN (" + ",".join("?" * count) + "))"


@pytest.mark.parametrize("length", [2**24 - 1 - 40, 2**24 - 1, 2**24, 2**24 + 1, 2**25])
def test_W1_big_executes(clients, length):
    client = clients()
    number, _, _ = prepare(client, "SELECT CAST(LENGTH(?) AS CHAR)")
    payload = bytes([wire.STMT_EXECUTE]) + number + b"\x00\x01\x00\x00\x00\x00\x01\xfb\x00"
    value = b"\xfd" if length < 2**24 else b"\xfe"
    payload += value + (length.to_bytes(3, "little") if length < 2**24 else length.to_bytes(8, "little")) + b"y" * length
    at, sequence = 0, 0
    while True:
        part = payload[at : at + 0xFFFFFF]
        client.send(sequence, part)
        at, sequence = at + len(part), sequence + 1
        if len(part) < 0xFFFFFF:
            break
    assert [row[3:] for row in binary_rows(client)] == [str(length).encode()]


def test_W6_prepared_statements_are_capped(make_proxy, pairs):
    from kit.config import configuration, unsharded

    proxied, _ = pairs("mariadb")
    proxy = make_proxy(
        configuration(
            {"model": unsharded(proxied)},
            limits={
                "max_prepared_stmt_count": 12,
                "max_prepared_stmt_count_per_session": 8,
                "tablet_prepared_stmt_cache": 2,
            },
            pool={"size": 1},
        )
    )
    one, two = (wire.Wire(proxy.port).login(database="model") for _ in range(2))
    numbers = [prepare(one, f"SELECT CONCAT('{n}', ?)")[0] for n in range(8)]
    with pytest.raises(wire.ServerError) as raised:
        prepare(one, "SELECT 1")
    assert raised.value.code == 1461
    for n in range(4):
        prepare(two, f"SELECT CONCAT('two{n}', ?)")
    with pytest.raises(wire.ServerError) as raised:
        prepare(two, "SELECT 1")
    assert raised.value.code == 1461
    for _ in range(2):
        for n, number in enumerate(numbers):
            execute(one, number, b"!")
            assert [row[3:] for row in binary_rows(one)] == [f"{n}!".encode()]
    kept = int(proxied.sql("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'")[0][1])
    assert kept <= 3, "two in the cache, and one that may be in use"
    one.close()
    two.close()
    proxy.quiet()


def test_W4_a_cursor_lost_with_its_tablet(make_proxy, tablet):
    """The fetch is told what was lost, not that there never was a cursor."""
    proxy = make_proxy(configuration({"commerce": unsharded(tablet)}), errors_expected=True)
    client = wire.Wire(proxy.port, timeout=60).login(database="commerce")
    number = open_cursor(client, "SELECT seq FROM seq_1_to_20")
    tablet.kill()
    until(lambda: proxy.leased() == 0, "the lease to be gone")
    with pytest.raises(wire.ServerError, match="lost with it: cursor") as raised:
        fetch(client, number, 3)
    assert raised.value.code == 2013
    with pytest.raises(wire.ServerError) as raised:
        fetch(client, number, 3)
    assert raised.value.code == 1421
    tablet.start()
    until(lambda: proxy.metrics().sum("leasehold_tablet_up") == 1, "the tablet to be up", 20)
    number = open_cursor(client, "SELECT seq FROM seq_1_to_20")
    assert len(fetch(client, number, 30)[0]) == 20
    client.command(wire.STMT_CLOSE, number)
    client.close()
