"""Gathered changes and split files that are interrupted: everything is given back, and nothing is half done. make_proxy
holds each proxy to the conservation law at the end of its test."""

import threading
import time

import pymysql
import pytest

from kit import wire
from kit.one_and_many import belongs
from kit.server import APP_PASSWORD, APP_USER
from kit.waiting import until

CHANGE = "UPDATE customer SET name = 'changed' WHERE kind <> 'nothing' ORDER BY id LIMIT 50"


class RowLock:
    """A row of one shard that others cannot change."""

    def __init__(self, server, key):
        self.connection = server.connect("customer")
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"UPDATE customer SET name = 'locked' WHERE id = {key}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.rollback()
        self.connection.close()


def waiting_for_a_row(server):
    time.sleep(0.15)  # the server renews this table only when nobody has read it for 0.1 s
    return server.value("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")


def names(shards):
    return [row for server in shards.values() for row in server.sql("SELECT id FROM customer.customer WHERE name = 'changed'")]


def in_thread(connection, statement):
    got = []

    def run():
        try:
            with connection.cursor() as cursor:
                got.append(cursor.execute(statement))
        except pymysql.err.MySQLError as error:
            got.append(error.args)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, got


@pytest.fixture
def fresh(data_everywhere):
    data_everywhere()


@pytest.mark.parametrize("transaction", [False, True])
def test_killed_while_it_waits_for_a_row(gather_proxy, shards, fresh, transaction):
    proxy = gather_proxy()
    connection, killer = proxy.connect("customer"), proxy.connect("customer")
    connection.autocommit(True)
    with connection.cursor() as cursor:
        if transaction:
            cursor.execute("BEGIN")
    key = next(i for i in range(1, 60) if belongs("80-")("customer", (i,)))
    with RowLock(shards["80-"], key):
        thread, got = in_thread(connection, CHANGE)
        until(lambda: waiting_for_a_row(shards["80-"]), "the change waits", 40)
        with killer.cursor() as cursor:
            cursor.execute(f"KILL QUERY {connection.thread_id()}")
        thread.join(60)
        assert got and got[0][0] == 1317, got
    with connection.cursor() as cursor:
        if transaction:
            cursor.execute("ROLLBACK")
        assert not names(shards)
        assert cursor.execute(CHANGE) == 50
    assert len(names(shards)) == 50
    connection.close()
    killer.close()
    until(lambda: proxy.leased() == 0, "the leases come back", 40)


def test_a_client_that_goes_away(gather_proxy, shards, fresh):
    proxy = gather_proxy()
    key = next(i for i in range(1, 60) if belongs("80-")("customer", (i,)))
    with RowLock(shards["80-"], key):
        client = wire.Wire(proxy.port).login(database="customer")
        client.command(wire.QUERY, CHANGE.encode())
        until(lambda: waiting_for_a_row(shards["80-"]), "the change waits", 40)
        client.close()
        until(lambda: proxy.leased() == 0, "the leases come back", 40)
    assert not names(shards)


def test_a_deadlock_is_told(gather_proxy, shards, fresh):
    """A row that another session holds for longer than the servers wait."""
    proxy = gather_proxy()
    connection = proxy.connect("customer")
    connection.autocommit(True)
    key = next(i for i in range(1, 60) if belongs("80-")("customer", (i,)))
    with connection.cursor() as cursor:
        cursor.execute("SET innodb_lock_wait_timeout = 1")
        with RowLock(shards["80-"], key), pytest.raises(pymysql.err.MySQLError) as error:
            cursor.execute(CHANGE)
        assert error.value.args[0] == 1205
        assert not names(shards)
        assert cursor.execute(CHANGE) == 50
    connection.close()


# --- files ---------------------------------------------------------------------------------------------------------------


def asked(proxy):
    """A client whose file is waited for, and the next packet's number."""
    client = wire.Wire(proxy.port).login(database="customer", capabilities=wire.USUAL | wire.LOCAL_FILES)
    client.command(wire.QUERY, b"LOAD DATA LOCAL INFILE 'f' INTO TABLE customer (id, name)")
    sequence, payload = client.packet()
    assert payload == b"\xfbf", payload
    return client, sequence + 1


def lines(numbers, text=b"changed"):
    return b"".join(b"%d\t%s\n" % (i, text) for i in numbers)


@pytest.fixture
def loading(gather_proxy, shards, fresh):
    for server in shards.values():
        server.sql("SET GLOBAL local_infile = 1")
    return gather_proxy()


@pytest.mark.parametrize("complete", [0, 3, 2000, None])
def test_a_client_that_vanishes_in_its_file(loading, shards, complete):
    client, sequence = asked(loading)
    client.socket.sendall(wire.frame(sequence, lines(range(1000, 9000)))[:complete])
    client.vanish()
    until(lambda: loading.leased() == 0, "the leases come back", 40)
    assert not names(shards)


def test_a_line_without_a_place_in_the_middle(loading, shards):
    """The client is heard to the end before it is told, and its session goes on."""
    client, sequence = asked(loading)
    client.send(sequence, lines(range(1000, 3000)) + b"what\tis this\n" + lines(range(3000, 4000)))
    client.send(sequence + 1, lines(range(4000, 30000)))
    client.send(sequence + 2, b"")
    number, payload = client.packet()
    assert number == sequence + 3
    error = wire.ServerError(payload)
    assert error.code == 1105 and b"(line 2001 of the file)" in error.text and b"nothing was changed" in error.text
    assert client.rows("SELECT COUNT(*) FROM customer") == [[b"60"]]
    client.close()
    assert not names(shards)


def test_a_shard_that_is_lost_in_the_file(loading, shards):
    client, sequence = asked(loading)
    client.send(sequence, lines(range(1000, 5000)))
    reading = "SELECT id FROM information_schema.processlist WHERE info LIKE 'LOAD DATA%'"
    until(lambda: shards["80-"].sql(reading), "the shard reads", 40)
    for (number,) in shards["80-"].sql(reading):
        shards["80-"].sql(f"KILL {number}")
    for more in range(1, 20):
        client.send(sequence + more, lines(range(5000 * more, 5000 * more + 5000)))
    client.send(sequence + 20, b"")
    _, payload = client.packet()
    assert payload[:1] == b"\xff", payload
    assert b"nothing was changed on any shard" in wire.ServerError(payload).text
    assert client.rows("SELECT COUNT(*) FROM customer") == [[b"60"]]
    client.close()
    assert not names(shards)


def test_a_shard_that_waits_makes_the_client_wait(loading, shards, sanitized):
    """Its lines are not collected."""
    key = next(i for i in range(1, 60) if belongs("80-")("customer", (i,)))
    chunk = lines((i for i in range(100_000, 120_000) if belongs("80-")("customer", (i,))), b"x" * 60)
    client, sequence = asked(loading)
    before = loading.process.resident_kib()
    with RowLock(shards["80-"], key):
        client.send(sequence, lines([key]))
        sent = 0
        client.socket.settimeout(1.5)
        try:
            for n in range(1, 200):
                client.send(sequence + n & 255, chunk)
                sent += len(chunk)
        except TimeoutError:
            pass
        assert sent < 60 << 20, sent
        assert sanitized or loading.process.resident_kib() - before < 24 << 10
    client.vanish()
    until(lambda: loading.leased() == 0, "the leases come back", 40)


def test_among_several_statements(loading, shards, tmp_path):
    file = tmp_path / "rows"
    file.write_bytes(lines(range(1000, 21000)))
    connection = pymysql.connect(
        host="127.0.0.1",
        port=loading.port,
        user=APP_USER,
        password=APP_PASSWORD,
        database="customer",
        local_infile=True,
        client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1; LOAD DATA LOCAL INFILE '{file}' INTO TABLE customer (id, name); SELECT COUNT(*) FROM customer")
        assert cursor.nextset() and cursor.rowcount == 20000
        assert cursor.nextset() and cursor.fetchall() == ((20060,),)
    connection.close()
