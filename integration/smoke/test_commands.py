"""The commands of the protocol beside queries, byte by byte."""

import pytest

from kit import wire
from kit.prepared import answer, binary_rows, execute, prepare

pytestmark = pytest.mark.main


@pytest.fixture
def client(proxy):
    client = wire.Wire(proxy.port).login(database="commerce")
    yield client
    client.close()


def test_ping_and_unknown_command(client):
    client.command(wire.PING)
    assert answer(client)[0] == 0
    client.command(77)
    with pytest.raises(wire.ServerError) as raised:
        answer(client)
    assert (raised.value.code, raised.value.state) == (1047, "08S01")
    assert client.rows("SELECT 1") == [[b"1"]]


def test_init_db(client):
    client.command(wire.INIT_DB, b"commerce@primary")
    answer(client)
    assert client.rows("SELECT DATABASE()")[0][0].startswith(b"commerce")
    client.command(wire.INIT_DB, b"nowhere")
    with pytest.raises(wire.ServerError) as raised:
        answer(client)
    assert raised.value.code == 1049
    assert client.rows("SELECT DATABASE()")[0][0].startswith(b"commerce")


def test_statistics(client):
    client.command(wire.STATISTICS)
    assert b"Uptime" in client.packet()[1]


def test_field_list(client, proxy, table):
    proxy.sql(f"CREATE TABLE {table} (one INT, two VARCHAR(10))", database="commerce")
    client.command(wire.FIELD_LIST, table.encode() + b"\0")
    packets = [answer(client), answer(client), answer(client)]
    assert b"one" in packets[0] and b"two" in packets[1] and packets[2][0] == 0xFE


def test_reset_connection(client):
    client.query("SET @a = 5, time_zone = '+05:00'")
    client.query("BEGIN")
    client.command(wire.RESET_CONNECTION)
    answer(client)
    assert client.rows("SELECT @a, @@time_zone, @@in_transaction")[0][::2] == [None, b"0"]
    assert client.rows("SELECT @@time_zone") != [[b"+05:00"]]


def test_change_user(client):
    client.query("BEGIN")
    proof = wire.native_scramble(b"secret", client.greeting.salt)
    client.command(
        wire.CHANGE_USER,
        b"app\0" + bytes([len(proof)]) + proof + b"commerce\0" + b"\x2d\x00" + b"mysql_native_password\0",
    )
    client.finish_login("secret")
    assert client.rows("SELECT @@in_transaction, DATABASE()") == [[b"0", b"commerce"]]


def test_quit_closes(client):
    client.command(wire.QUIT)
    with pytest.raises((EOFError, ConnectionError)):
        client.packet()


def test_prepared_statements(client):
    number, columns, parameters = prepare(client, "SELECT CONCAT(?, '-', ?)")
    assert (columns, parameters) == (1, 2)
    for words in ((b"a", b"b"), (b"c", b"dd")):
        execute(client, number, *words)
        assert binary_rows(client)[0].endswith(b"-".join(words))
    client.command(wire.STMT_RESET, number)
    answer(client)
    client.command(wire.STMT_CLOSE, number)
    execute(client, number, b"a", b"b")
    with pytest.raises(wire.ServerError) as raised:
        answer(client)
    assert raised.value.code == 1243


def test_long_data(client):
    number, _, _ = prepare(client, "SELECT LENGTH(?), ?")
    for chunk in (b"x" * 70000, b"y" * 70000):
        client.command(wire.STMT_SEND_LONG_DATA, number + b"\x00\x00" + chunk)
    types = b"\x00" + b"\x01" + b"\xfc\x00\xfd\x00"
    client.command(wire.STMT_EXECUTE, number + b"\x00\x01\x00\x00\x00" + types + b"\x01z")
    assert (140000).to_bytes(4, "little") in binary_rows(client)[0]


def test_prepare_that_fails(client):
    with pytest.raises(wire.ServerError) as raised:
        prepare(client, "SELECT * FROM nowhere")
    assert raised.value.code == 1146
    assert client.rows("SELECT 1") == [[b"1"]]


def test_execute_of_an_unknown_statement(client):
    execute(client, b"\x63\x00\x00\x00")
    with pytest.raises(wire.ServerError) as raised:
        answer(client)
    assert raised.value.code == 1243
