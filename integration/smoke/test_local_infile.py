"""traps.md W3: LOAD DATA LOCAL INFILE streams the client's file, never one of the proxy's host."""

import pymysql
import pytest

from kit import wire


def test_W3_the_clients_file(proxy, table, run_folder):
    proxy.sql(f"CREATE TABLE {table} (a INT, b VARCHAR(100))", database="commerce")
    file = run_folder / f"{table}.csv"
    file.write_text("".join(f"{n},{'x' * 90}\n" for n in range(50000)))
    connection = proxy.connect("commerce", local_infile=True)
    with connection.cursor() as cursor:
        assert cursor.execute(f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE {table} FIELDS TERMINATED BY ','") == 50000
        connection.commit()
        cursor.execute(f"SELECT COUNT(*), SUM(a), MIN(LENGTH(b)) FROM {table}")
        assert cursor.fetchone() == (50000, 50000 * 49999 // 2, 90)
    connection.close()


def test_W3_file_packets_are_data_not_commands(proxy, table):
    proxy.sql(f"CREATE TABLE {table} (a VARCHAR(100))", database="commerce")
    client = wire.Wire(proxy.port).login(database="commerce", capabilities=wire.USUAL | wire.LOCAL_FILES)
    client.command(wire.QUERY, f"LOAD DATA LOCAL INFILE 'whatever' INTO TABLE {table}".encode())
    sequence, answer = client.packet()
    assert answer == b"\xfbwhatever"
    client.send(sequence + 1, b"\x01quit\n")  # begins like COM_QUIT
    client.send(sequence + 2, b"\x0ekill\n")
    client.send(sequence + 3, b"")
    assert client.results()[0].affected == 2
    assert client.rows(f"SELECT HEX(a) FROM {table}") == [[b"0171756974"], [b"0E6B696C6C"]]
    client.close()


def test_W3_client_that_did_not_offer_it(proxy, table):
    proxy.sql(f"CREATE TABLE {table} (a VARCHAR(100))", database="commerce")
    connection = proxy.connect("commerce", local_infile=False)
    with connection.cursor() as cursor, pytest.raises(pymysql.err.MySQLError):
        cursor.execute(f"LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE {table}")
    connection.close()
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 0


def test_W3_a_client_that_vanishes_in_its_file(proxy, table):
    proxy.sql(f"CREATE TABLE {table} (a VARCHAR(100))", database="commerce")
    for complete in (0, 3, 200000):
        client = wire.Wire(proxy.port).login(database="commerce", capabilities=wire.USUAL | wire.LOCAL_FILES)
        client.command(wire.QUERY, f"LOAD DATA LOCAL INFILE 'whatever' INTO TABLE {table}".encode())
        sequence, _ = client.packet()
        client.socket.sendall(wire.frame(sequence + 1, b"row\n" * 60000)[:complete])
        client.vanish()
    proxy.quiet()
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 0
