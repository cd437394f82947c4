"""What client libraries' own test suites found in the protocol (docs/compatibility.md), each in its smallest form, on
either server, straight and through the proxy."""

import struct

import pytest

from kit import prepared, wire
from kit.config import configuration, unsharded

CURSOR = 1
REFRESH = 0x07
REFRESH_TABLES = b"\x04"
UCS2, UTF16, UTF32, LATIN1 = 35, 54, 60, 8


@pytest.fixture(params=["mariadb", "mysql9"])
def server(request):
    return request.getfixturevalue("commerce" if request.param == "mariadb" else "mysql9_server")


@pytest.fixture
def proxy(server, make_proxy):
    server.sql("DROP TABLE IF EXISTS commerce.found")
    server.sql("CREATE TABLE commerce.found (id INT PRIMARY KEY, v VARCHAR(20)) ENGINE=InnoDB")
    return make_proxy(configuration({"commerce": unsharded(server)}))


def open_cursor(client, text):
    number, _, _ = prepared.prepare(client, text)
    client.command(wire.STMT_EXECUTE, number + bytes([CURSOR]) + b"\x01\x00\x00\x00")
    for _ in range(wire.lenenc(prepared.answer(client), 0)[0] + 1):
        client.packet()
    return number


def fetch(client, number, count):
    """The rows' first bytes of text."""
    client.command(wire.STMT_FETCH, number + struct.pack("<I", count))
    rows = []
    while (payload := prepared.answer(client))[0] != 0xFE:
        rows.append(payload[-1:])
    return rows


def test_W4_several_cursors_of_one_session(proxy, server):
    """The end of the first cursor let go of the connection that had the others too."""
    for port in (server.port, proxy.port):
        client = wire.Wire(port).login(database="commerce")
        client.query("REPLACE INTO found VALUES (1, 'a'), (2, 'b'), (3, 'c')")
        first = open_cursor(client, "SELECT v FROM found ORDER BY id")
        second = open_cursor(client, "SELECT v FROM found ORDER BY id DESC")
        third = open_cursor(client, "SELECT v FROM found WHERE id < 3 ORDER BY id")
        assert fetch(client, first, 2) == [b"a", b"b"]
        assert fetch(client, second, 1) == [b"c"]
        assert fetch(client, first, 5) == [b"c"]
        client.query("SELECT 1")
        assert fetch(client, second, 1) == [b"b"]
        client.command(wire.STMT_CLOSE, second)
        assert fetch(client, third, 1) == [b"a"]
        client.command(wire.STMT_RESET, third)
        prepared.answer(client)
        with pytest.raises(wire.ServerError) as closed:
            fetch(client, third, 1)
        assert closed.value.code == 1421
        client.close()
    assert not proxy.admin("SHOW LEASES")


def test_W4_long_data_of_several_statements(proxy, server):
    """The execute of one statement let go of the connection that had the long data of another."""
    for port in (server.port, proxy.port):
        client = wire.Wire(port).login(database="commerce")
        first, _, _ = prepared.prepare(client, "SELECT CONCAT('1', ?)")
        second, _, _ = prepared.prepare(client, "SELECT CONCAT('2', ?)")
        for number in (first, second):
            client.command(wire.STMT_SEND_LONG_DATA, number + b"\x00\x00" + b"sent")
        other = [wire.Wire(port).login(database="commerce") for _ in range(2)]
        for number, expected in ((first, b"1sent"), (second, b"2sent")):
            for one in other:
                one.query("SELECT 1")  # takes what was given back
            client.command(wire.STMT_EXECUTE, number + b"\x00\x01\x00\x00\x00" + b"\x00\x01\xfd\x00")
            assert [row[3:] for row in prepared.binary_rows(client)] == [expected]
        for one in (client, *other):
            one.close()


def test_logins_in_wide_character_sets_are_refused(proxy, server):
    """SQL cannot be written in them."""
    for port in (server.port, proxy.port):
        for collation in (UCS2, UTF16, UTF32):
            client = wire.Wire(port)
            greeting = client.greet()
            payload = bytearray(
                wire.login_payload(greeting.salt, wire.APP_USER, wire.APP_PASSWORD, "commerce", wire.USUAL, PLUGIN[server.version[:1]])
            )
            payload[8] = collation
            client.send(1, bytes(payload))
            with pytest.raises(wire.ServerError) as refused:
                client.finish_login(wire.APP_PASSWORD, PLUGIN[server.version[:1]])
            assert (refused.value.code, refused.value.state) == (1231, "42000")
            client.close()


PLUGIN = {"1": "mysql_native_password", "9": "caching_sha2_password"}


def test_refresh_is_passed_on(proxy, server):
    """COM_REFRESH commits what is open, as FLUSH does. MySQL 9 has it no more, and says so."""
    for port in (server.port, proxy.port):
        client = wire.Wire(port).login(database="commerce")
        client.query("DELETE FROM found")
        client.query("SET autocommit = 0")
        client.query("INSERT INTO found VALUES (7, 'kept')")
        client.command(REFRESH, REFRESH_TABLES)
        if server.version.startswith("9"):
            with pytest.raises(wire.ServerError) as refused:
                prepared.answer(client)
            assert refused.value.code == 1047
        else:
            prepared.answer(client)
        client.query("ROLLBACK")
        assert client.rows("SELECT id FROM found") == ([] if server.version.startswith("9") else [[b"7"]])
        client.close()
    assert not proxy.admin("SHOW LEASES")


def test_prepare_and_execute_in_one(commerce, make_proxy):
    """MariaDB's connector for Node.js does not wait for the statement's id."""
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}))
    newest, once = b"\xff\xff\xff\xff", b"\x00\x01\x00\x00\x00"

    def told(port):
        client = wire.Wire(port).login(database="commerce")
        for text in (b"SELECT 7", b"SELEC 8", b"SELECT 9"):
            both = bytes([wire.STMT_PREPARE]) + text, bytes([wire.STMT_EXECUTE]) + newest + once
            client.socket.sendall(b"".join(wire.frame(0, payload) for payload in both))
            for read in (lambda: prepared.read_prepared(client)[1:], lambda: prepared.binary_rows(client)):
                yield outcome(read)
        client.command(wire.STMT_CLOSE, newest)
        client.command(wire.STMT_EXECUTE, newest + once)
        yield outcome(lambda: prepared.binary_rows(client))

    def outcome(read):
        try:
            return read()
        except wire.ServerError as error:
            return error.code, error.text

    answers = list(told(proxy.port))
    assert answers == list(told(commerce.port))
    assert [answer[0] for answer in answers[2:4]] == [1064, 1243]


CHANGES = (
    "SET NAMES utf8mb4",
    "SET SESSION sql_mode = ''",
    "SET time_zone = '+01:00'",
    "SET autocommit = 0",
    "SET autocommit = 1",
    "SET @a = 1",
    "USE commerce",
    "CREATE TEMPORARY TABLE found_state (n INT)",
    "BEGIN",
    "COMMIT",
    "SET session_track_system_variables = 'sql_mode'",
    "SET SESSION sql_mode = 'ANSI'",
    "SET NAMES latin1",
    "SET session_track_state_change = 1",
    "SET @a = 2",
    "SET session_track_schema = OFF",
    "USE commerce",
)


TRANSACTION_ITEMS = (4, 5)  # MySQL 9's, of what BEGIN and COMMIT do: the proxy does not tell


def test_session_state_is_a_servers(proxy, server):
    """A tablet connection tracks everything; Connector/J 3.3 took the state-change flag of MariaDB for a database's name."""

    def told(port):
        client = wire.Wire(port).login(database="commerce", capabilities=wire.USUAL | wire.SESSION_TRACK)
        for text in CHANGES:
            client.command(wire.QUERY, text.encode())
            yield text, sorted(state_items(prepared.answer(client)))
        for command, rest in ((wire.RESET_CONNECTION, b""), (wire.INIT_DB, b"commerce")):
            client.command(command, rest)
            yield str(command), sorted(state_items(prepared.answer(client)))

    ours, theirs = list(told(proxy.port)), list(told(server.port))
    assert [item for text, items in theirs for item in items if item[0] == 2], "the server tells nothing"
    for mine, its in zip(ours, theirs):
        # The proxy notes what is to be tracked when the answer has been passed on.
        if not mine[0].startswith("SET session_track"):
            assert mine == its


def state_items(ok):
    """Type and data of each item, without the lengths in front that MariaDB and MySQL write differently."""
    at = 1
    for _ in range(2):
        _, at = wire.lenenc(ok, at)
    flags, at = int.from_bytes(ok[at : at + 2], "little"), at + 4
    if not flags & 0x4000:
        return []
    size, at = wire.lenenc(ok, at)  # info
    size, at = wire.lenenc(ok, at + size)
    end, items = at + size, []
    while at < end:
        kind = ok[at]
        size, at = wire.lenenc(ok, at + 1)
        data, at = ok[at : at + size], at + size
        if kind == 0:
            strings = []
            while data:
                size, start = wire.lenenc(data, 0)
                strings.append(data[start : start + size])
                data = data[start + size :]
            items += [(kind, name + b"=" + value) for name, value in zip(strings[::2], strings[1::2])]
        elif kind not in TRANSACTION_ITEMS:
            items.append((kind, data[-1:] if kind == 2 else data))
    return items
