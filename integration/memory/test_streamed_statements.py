"""Statements larger than a buffer pass through to their tablet while they come: what they take is a buffer."""

import struct
import time

import pytest

from kit import prepared
from kit.config import configuration, sharded, unsharded
from kit.waiting import until
from kit.wire import FULL, MULTI_STATEMENTS, QUERY, STMT_EXECUTE, USUAL, ServerError, Wire, frame, frames

KIB, MIB = 1 << 10, 1 << 20
QUERY_ATTRIBUTES = 1 << 27


@pytest.fixture
def blobs(commerce):
    commerce.sql("DROP TABLE IF EXISTS commerce.blobs")
    commerce.sql(
        "CREATE TABLE commerce.blobs (id INT PRIMARY KEY AUTO_INCREMENT, data LONGBLOB, note VARCHAR(40) UNIQUE)"
    )
    yield commerce
    commerce.sql("DROP TABLE commerce.blobs")


def ask(client, text):
    client.socket.sendall(frames(bytes([QUERY]) + text))
    return client.results()


def insert(size, note="n"):
    return f"INSERT INTO blobs (note, data) VALUES ('{note}', '".encode() + b"x" * size + b"')"


def prepare(client, text):
    number, _, _ = prepared.prepare(client, text.decode())
    return int.from_bytes(number, "little")


def lenenc(data):
    return b"\xfe" + struct.pack("<Q", len(data)) + data


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


def seen(commerce, note="n"):
    rows = commerce.sql("SELECT LENGTH(data), MD5(data) FROM commerce.blobs WHERE note = %s", note)
    return rows[0] if rows else None


@pytest.mark.parametrize("size", [16 * KIB - 80, 16 * KIB, 40_000, 3 * MIB, FULL - 100, FULL, FULL + 20_000, 40 * MIB])
def test_inserts_of_any_size(proxy, blobs, size):
    """Text, and prepared with and without types."""
    client = Wire(proxy.port, timeout=60).login(database="commerce")
    assert ask(client, insert(size))[0].affected == 1
    whole = seen(blobs)
    assert whole[0] == size
    statement = prepare(client, b"INSERT INTO blobs (note, data) VALUES (?, ?)")
    for note, types in ((b"with", b"\x01\xfd\x00\xfc\x00"), (b"none", b"\x00")):
        head = struct.pack("<BIBI", STMT_EXECUTE, statement, 0, 1) + b"\x00" + types
        client.socket.sendall(frames(head + lenenc(note) + lenenc(b"x" * size)))
        assert client.results()[0].affected == 1
        assert seen(blobs, note.decode()) == whole
    assert client.rows("SELECT 1") == [[b"1"]]
    client.close()


def test_many_rows_with_functions(proxy, blobs):
    client = Wire(proxy.port).login(database="commerce")
    rows = ",\n".join(f"({n}, CONCAT('a', {n}), _binary'it''s \\'{n}\\'')" for n in range(1, 5001))
    assert ask(client, f"INSERT INTO blobs (id, note, data) VALUES {rows};".encode())[0].affected == 5000
    assert blobs.sql("SELECT note, CONVERT(data USING utf8mb4) FROM commerce.blobs WHERE id = 4711") == [
        ("a4711", "it's '4711'")
    ]
    changed = ask(client, b"UPDATE blobs SET data = '" + b"y" * 50_000 + b"' WHERE id BETWEEN 10 AND 19")
    assert changed[0].affected == 10
    assert ask(client, b"SELECT LENGTH('" + b"y" * 50_000 + b"'), MAX(id) FROM blobs") == [[[b"50000", b"5000"]]]
    client.close()


def test_half_a_statement_takes_no_memory(make_proxy, blobs, sanitized):
    if sanitized:
        pytest.skip("a sanitizer's memory is not the proxy's")
    # A busy machine takes its time for all eight.
    proxy = make_proxy(configuration({"commerce": unsharded(blobs)}, limits={"net_read_timeout": "0s"}))
    one = Wire(proxy.port, timeout=60).login(database="commerce")  # the proxy's own growth
    ask(one, insert(MIB, "one"))
    one.close()
    before, clients = accounts(proxy)["process: resident"], []
    for number in range(8):
        client = Wire(proxy.port, timeout=60).login(database="commerce")
        whole = frames(bytes([QUERY]) + insert(30 * MIB, f"n{number}"))
        client.socket.sendall(whole[: 29 * MIB])
        clients.append((client, whole[29 * MIB :]))
    during = accounts(proxy)
    assert during["statements"] == 0, during
    assert during["process: resident"] - before < 4 * MIB  # of 232
    for client, rest in clients:
        client.socket.sendall(rest)
        assert client.results()[0].affected == 1
        client.close()
    proxy.quiet()


def test_an_error_of_the_tablet_is_the_answer(proxy, blobs):
    client = Wire(proxy.port).login(database="commerce")
    ask(client, insert(40_000))
    for size in (40_000, 17 * MIB):
        with pytest.raises(ServerError) as raised:
            ask(client, insert(size))
        assert raised.value.code == 1062
    with pytest.raises(ServerError) as raised:
        ask(client, b"INSERT INTO blobs (note, data) VALUES ('a', '" + b"x" * 40_000 + b"') nonsense here")
    assert raised.value.code == 1064
    assert client.rows("SELECT COUNT(*) FROM blobs") == [[b"1"]]
    client.close()


def test_in_a_transaction(proxy, blobs):
    client = Wire(proxy.port).login(database="commerce")
    client.query("BEGIN")
    ask(client, insert(100_000))
    assert seen(blobs) is None
    client.query("ROLLBACK")
    client.query("BEGIN")
    ask(client, insert(100_000))
    client.query("COMMIT")
    assert seen(blobs)[0] == 100_000
    assert client.rows("SELECT LAST_INSERT_ID() = MAX(id) FROM blobs") == [[b"1"]]
    client.close()
    proxy.quiet()


@pytest.mark.parametrize("cut", [0, 1, 7, 100])
def test_statements_behind_a_large_one(proxy, blobs, cut):
    """The tablet never sees them; they run when the first has run, whereever the pieces were cut."""
    client = Wire(proxy.port).login(database="commerce", capabilities=USUAL | MULTI_STATEMENTS)
    text = insert(16 * KIB * 3 - cut) + b"; SELECT note, LENGTH(data) FROM blobs; SELECT 'x;y', LAST_INSERT_ID() > 0"
    ok, rows, last = ask(client, text)
    assert ok.affected == 1
    assert rows == [[b"n", str(16 * KIB * 3 - cut).encode()]]
    assert last == [[b"x;y", b"1"]]
    with pytest.raises(ServerError) as raised:
        ask(client, text)
    assert raised.value.code == 1062
    assert client.rows("SELECT COUNT(*) FROM blobs") == [[b"1"]]
    client.close()


def test_without_multi_statements_a_second_one_is_an_error(proxy, blobs):
    client = Wire(proxy.port).login(database="commerce")
    with pytest.raises(ServerError) as raised:
        ask(client, insert(50_000) + b"; DELETE FROM blobs")
    assert raised.value.code == 1064
    client.close()


@pytest.mark.parametrize(
    "late",
    [
        "(GET_LOCK('a', 0), 'b')",
        "(NULL, CONNECTION_ID())",
        "(LAST_INSERT_ID(), 'b')",
        "(NULL, /*!50000 CONNECTION_ID() */)",
        "(NULL, /*M!100000 'b' */)",
    ],
)
def test_what_comes_too_late_runs_nothing(proxy, blobs, late):
    client = Wire(proxy.port).login(database="commerce")
    many = ",".join(f"(NULL, 'note {n}')" for n in range(5000))
    with pytest.raises(ServerError) as raised:
        ask(client, f"INSERT INTO blobs (data, note) VALUES {many}, {late}".encode())
    assert raised.value.code == 1105 and "beginning" in str(raised.value)
    assert client.rows("SELECT COUNT(*) FROM blobs") == [[b"0"]]
    early = f"INSERT INTO blobs (data, note) VALUES {late}, {many}"
    assert ask(client, early.encode())[0].affected == 5001
    client.query("SELECT RELEASE_ALL_LOCKS()")
    client.close()
    proxy.quiet()


def test_what_comes_too_late_says_what_is_lost_with_it(proxy, blobs):
    client = Wire(proxy.port).login(database="commerce")
    client.query("BEGIN")
    client.query("INSERT INTO blobs (note) VALUES ('first')")
    many = ",".join(f"(NULL, 'note {n}')" for n in range(5000))
    with pytest.raises(ServerError) as raised:
        ask(client, f"INSERT INTO blobs (data, note) VALUES {many}, (CONNECTION_ID(), 'x')".encode())
    assert raised.value.code == 1105 and "lost with it: transaction" in str(raised.value)
    assert client.rows("SELECT COUNT(*) FROM blobs") == [[b"0"]]
    client.close()


def test_a_client_that_vanishes_or_stops_in_the_middle(make_proxy, blobs):
    proxy = make_proxy(configuration({"commerce": unsharded(blobs)}, limits={"net_read_timeout": "300ms"}))
    for number in range(20):
        client = Wire(proxy.port).login(database="commerce")
        client.socket.sendall(frames(bytes([QUERY]) + insert(200_000))[: 20_000 + 5_000 * number])
        client.vanish()
    proxy.quiet()
    for statement in (insert(200_000), b"SET @a = '" + b"x" * 200_000 + b"'"):
        client = Wire(proxy.port).login(database="commerce")
        client.socket.sendall(frames(bytes([QUERY]) + statement)[:150_000])
        with pytest.raises(ServerError) as raised:
            client.results()
        assert raised.value.code == 1159
        with pytest.raises((EOFError, ConnectionError)):
            client.packet()
    slow = Wire(proxy.port).login(database="commerce")
    whole = frames(bytes([QUERY]) + insert(60_000))
    for at in range(0, len(whole), 10_000):  # slower than the timeout as a whole, never in one piece
        slow.socket.sendall(whole[at : at + 10_000])
        time.sleep(0.1)
    assert slow.results()[0].affected == 1
    proxy.quiet()
    assert blobs.value("SELECT COUNT(*) FROM commerce.blobs") == 1


def test_frames_out_of_order_and_over_the_limit(make_proxy, blobs):
    proxy = make_proxy(configuration({"commerce": unsharded(blobs)}, limits={"max_allowed_packet": "20MiB"}))
    for second, code in ((frame(3, b"x" * 100), 1156), (frame(1, b"x" * (5 * MIB)), 1153)):
        client = Wire(proxy.port).login(database="commerce")
        client.socket.sendall(frame(0, (bytes([QUERY]) + insert(17 * MIB))[:FULL]))
        try:
            client.socket.sendall(second)
            client.results()
            raise AssertionError("the packet was taken")
        except ServerError as error:
            assert error.code == code
        except (EOFError, ConnectionError):
            pass  # the reset may overtake the error
    proxy.quiet()


def test_the_tablet_goes_away_in_the_middle(make_proxy, tablet):
    tablet.sql("CREATE TABLE commerce.blobs (id INT PRIMARY KEY AUTO_INCREMENT, data LONGBLOB, note VARCHAR(40))")
    proxy = make_proxy(configuration({"commerce": unsharded(tablet)}), errors_expected=True)
    client = Wire(proxy.port, timeout=60).login(database="commerce")
    whole = frames(bytes([QUERY]) + insert(20 * MIB))
    client.socket.sendall(whole[: 10 * MIB])
    tablet.kill()
    client.socket.sendall(whole[10 * MIB :])
    sequence, answer = client.packet()
    assert answer[:1] == b"\xff" and int.from_bytes(answer[1:3], "little") in (2013, 1160), answer
    assert sequence == 2
    tablet.start()

    def again():
        try:
            return ask(client, insert(20 * MIB))[0].affected == 1
        except ServerError:
            return None

    until(again, "the tablet to serve again", 30)
    client.close()
    proxy.quiet()


def test_the_proxys_own_errors_count_on_from_many_frames(make_proxy, commerce, shards, customers):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(shards)}))
    client = Wire(proxy.port, timeout=60).login(database="customer")
    client.socket.sendall(frames(bytes([QUERY]) + b"SELEKT '" + b"x" * (17 * MIB) + b"'"))
    sequence, answer = client.packet()
    assert answer[:1] == b"\xff" and sequence == 2, (sequence, answer)
    rows = ",".join(f"({n}, '{'v' * 60}')" for n in range(100_000, 360_000))
    assert len(rows) > FULL
    client.socket.sendall(frames(bytes([QUERY]) + f"INSERT INTO customer (id, name) VALUES {rows}".encode()))
    sequence, answer = client.packet()
    assert answer[:1] == b"\x00" and sequence == 2, (sequence, answer)
    assert client.rows("SELECT COUNT(*) FROM customer WHERE id >= 100000") == [[b"260000"]]
    ask(client, b"DELETE FROM customer WHERE id >= 100000")
    client.close()


def test_query_attributes_pass_with_it(make_proxy, mysql9_server):
    """Clients of MySQL 9 send them in front of every text, and names of parameters in every execute."""
    mysql9_server.sql("CREATE DATABASE IF NOT EXISTS streamed")
    mysql9_server.sql("CREATE TABLE streamed.blobs (id INT PRIMARY KEY AUTO_INCREMENT, data LONGBLOB, note VARCHAR(40))")
    proxy = make_proxy(configuration({"streamed": unsharded(mysql9_server)}))
    client = Wire(proxy.port, timeout=60).login(database="streamed", capabilities=USUAL | QUERY_ATTRIBUTES)
    for size in (30_000, FULL + 1000):
        assert ask(client, b"\x00\x01" + insert(size))[0].affected == 1
        one = b"\x01\x01\x00\x01\xfd\x00\x04name\x05value"  # one attribute
        assert ask(client, one + insert(size))[0].affected == 1
        statement = prepare(client, b"INSERT INTO blobs (note, data) VALUES (?, ?)")
        head = struct.pack("<BIBI", STMT_EXECUTE, statement, 8, 1) + b"\x02\x00\x01\xfd\x00\x00\xfc\x00\x00"
        client.socket.sendall(frames(head + lenenc(b"n") + lenenc(b"x" * size)))
        assert client.results()[0].affected == 1
        assert ask(client, b"\x00\x01SELECT COUNT(*), COUNT(DISTINCT SHA2(data, 256)) FROM blobs")[0] == [[b"3", b"1"]]
        ask(client, b"\x00\x01TRUNCATE blobs")
    client.close()
    mysql9_server.sql("DROP DATABASE streamed")
