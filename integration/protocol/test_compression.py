"""traps.md W9: compressed clients, zlib and zstd, and what lies in their packets."""

import os
import subprocess
import zlib

import pytest

from kit import cli, compressed, mysql9, prepared, wire
from kit.config import configuration, unsharded
from kit.crowd import Crowd
from kit.waiting import until

MIB = 1 << 20
both_algorithms = pytest.mark.parametrize("algorithm", ["zlib", "zstd"])


def login(proxy, algorithm, **options):
    return compressed.Wire(proxy.port, timeout=60).login(algorithm, database="commerce", **options)


@pytest.fixture
def made(make_proxy, commerce):
    def make(**more):
        return make_proxy(configuration({"commerce": unsharded(commerce)}, **more))

    return make


@both_algorithms
def test_W9_queries_and_prepared_statements(proxy, algorithm):
    client = login(proxy, algorithm)
    for n in range(300):  # both layers' sequence ids begin anew each time
        assert client.rows(f"SELECT {n}") == [[b"%d" % n]]
    assert client.rows("SELECT REPEAT('a', 100)") == [[b"a" * 100]]
    assert prepared.strings(client, "SELECT CONCAT(?, 'x')", b"abc") == [b"abcx"]
    with pytest.raises(wire.ServerError) as refused:
        client.query("SELEC")
    assert refused.value.code == 1064
    client.command(wire.PING)
    assert client.results()[0].status == wire.AUTOCOMMIT
    client.close()


@both_algorithms
def test_W9_a_large_result_comes_in_large_packets(proxy, algorithm):
    client = login(proxy, algorithm)
    rows = client.rows("SELECT seq, REPEAT(seq, 5) FROM seq_1_to_200000")
    assert len(rows) == 200000 and rows[-1] == [b"200000", b"200000" * 5]
    packets = client.socket.received
    before = sum(plain for _, plain in packets)
    assert before / len(packets) > 8192, f"{len(packets)} packets for {before} bytes"
    assert sum(sent for sent, _ in packets) < before / 2
    client.close()


@both_algorithms
def test_W9_slow_rows_are_not_kept_back(proxy, algorithm):
    client = login(proxy, algorithm)
    client.command(wire.QUERY, b"SELECT 1 UNION ALL SELECT SLEEP(0.3)")
    assert client.results() == [[[b"1"], [b"0"]]]
    client.close()


@pytest.mark.parametrize("piece", [1, 3, 11, 60, 70000])
@both_algorithms
def test_W9_frames_split_anywhere(proxy, algorithm, piece):
    client = login(proxy, algorithm)
    client.socket.piece = piece
    text = "a" * 5000
    assert client.rows(f"SELECT '{text}'") == [[text.encode()]]
    assert prepared.strings(client, "SELECT CONCAT(?, 'x')", b"b" * 200) == [b"b" * 200 + b"x"]
    client.close()


@both_algorithms
def test_W9_several_commands_in_one_packet(proxy, algorithm):
    client = login(proxy, algorithm)
    client.socket.sequence = 0
    client.socket.sendall(b"".join(wire.frame(0, b"\x03SELECT %d" % n) for n in range(20)))
    assert [client.results() for _ in range(20)] == [[[[b"%d" % n]]] for n in range(20)]
    client.close()


@pytest.mark.limit(180)
@pytest.mark.parametrize("size", [16 * MIB - 1, 16 * MIB, 33 * MIB])
@both_algorithms
def test_W9_over_16_MiB_both_ways(proxy, algorithm, size):
    client = login(proxy, algorithm)
    prefix = b"\x03SELECT LENGTH('"
    payload = prefix + b"x" * (size - len(prefix) - 2) + b"')"
    frames, sequence = b"", 0
    while True:
        frames += wire.frame(sequence, payload[:0xFFFFFF])
        sequence += 1
        if len(payload) < 0xFFFFFF:
            break
        payload = payload[0xFFFFFF:]
    client.socket.sequence = 0
    client.socket.sendall(frames)
    assert client.results() == [[[b"%d" % (size - len(prefix) - 2)]]]
    assert len(client.rows(f"SELECT REPEAT('y', {size})")[0][0]) == size
    client.close()


@both_algorithms
def test_W9_noise_does_not_compress(proxy, algorithm):
    client = login(proxy, algorithm)
    noise = os.urandom(300000)
    assert client.query(b"SELECT 0x" + noise.hex().encode()) == [[[noise]]]
    assert all(sent <= plain for sent, plain in client.socket.received)
    client.close()


@both_algorithms
def test_W9_local_infile(proxy, table, algorithm):
    proxy.sql(f"CREATE TABLE {table} (a VARCHAR(100))", database="commerce")
    client = login(proxy, algorithm, capabilities=wire.USUAL | wire.LOCAL_FILES)
    client.command(wire.QUERY, f"LOAD DATA LOCAL INFILE 'whatever' INTO TABLE {table}".encode())
    sequence, answer = client.packet()
    assert answer == b"\xfbwhatever"
    for n in range(30):
        client.send(sequence + 1 + n, b"a row of the file\n" * 1000)
    client.send(sequence + 31, b"")
    assert client.results()[0].affected == 30000
    assert client.rows(f"SELECT COUNT(*), MIN(a) FROM {table}") == [[b"30000", b"a row of the file"]]
    client.close()


@both_algorithms
def test_W9_several_statements_and_results(proxy, algorithm):
    client = login(proxy, algorithm, capabilities=wire.USUAL | wire.MULTI_STATEMENTS)
    assert client.query("SELECT 1; SELECT REPEAT('b', 3000); SELECT 3") == [[[b"1"]], [[b"b" * 3000]], [[b"3"]]]
    client.close()


@both_algorithms
def test_W9_change_user_and_reset(proxy, algorithm):
    client = login(proxy, algorithm)
    client.query("SET @a = 1")
    client.command(wire.RESET_CONNECTION)
    assert client.results()[0].affected == 0
    assert client.rows("SELECT @a") == [[None]]
    client.query("SET @a = 1")
    client.command(wire.CHANGE_USER, b"app\0\0commerce\0\x2d\0mysql_native_password\0")
    client.finish_login("secret")
    assert client.rows("SELECT @a, REPEAT('c', 200)") == [[None, b"c" * 200]]
    client.close()


@both_algorithms
def test_W9_over_tls(made, certificates, algorithm):
    proxy = made(listen={"tls": certificates.listen()})
    client = login(proxy, algorithm, tls=True)
    assert len(client.rows("SELECT REPEAT('t', 3000000)")[0][0]) == 3000000
    text = "u" * 2000000
    assert client.rows(f"SELECT LENGTH('{text}')") == [[b"2000000"]]
    for n in range(50):
        assert client.rows(f"SELECT {n}") == [[b"%d" % n]]
    client.close()


@both_algorithms
def test_W9_a_slow_reader(proxy, algorithm):
    """The socket is full again and again in the middle of a packet."""
    client = compressed.Wire(proxy.port, receive_buffer=4096, timeout=60)
    client.login(algorithm, database="commerce")
    noise = os.urandom(1000).hex()
    rows = client.rows(f"SELECT seq, SHA2(CONCAT(seq, '{noise}'), 512) FROM seq_1_to_20000")
    assert [int(row[0]) for row in rows] == list(range(1, 20001))
    client.close()


def bad(proxy, data):
    client = login(proxy, "zlib")
    client.socket.raw.sendall(data)
    client.socket.sequence = 1 + max(0, data[3])  # of the answer
    with pytest.raises(wire.ServerError) as refused:
        client.results()
    with pytest.raises((EOFError, ConnectionError)):
        client.query("SELECT 1")
    client.close()
    return refused.value.code


QUERY = wire.frame(0, b"\x03SELECT '" + b"x" * 100 + b"'")
PACKED = zlib.compress(QUERY)


def test_W9_packets_that_lie(proxy):
    packet = compressed.packet
    assert bad(proxy, packet(0, PACKED, len(QUERY) + 1)) == 1157
    assert bad(proxy, packet(0, PACKED, len(QUERY) - 1)) == 1157
    assert bad(proxy, packet(0, PACKED[:-4], len(QUERY))) == 1157
    assert bad(proxy, packet(0, b"no zlib at all", 14)) == 1157
    assert bad(proxy, packet(0, b"", 0)) == 1157
    assert bad(proxy, packet(7, PACKED, len(QUERY))) == 1156
    assert proxy.value("SELECT 1", database="commerce") == 1


def test_W9_a_bomb_is_refused_without_memory(proxy):
    """16 KiB that inflate to 16 MiB: what it announces is too long for a command, and more than that is an error."""
    bomb = zlib.compress(bytes(16 * MIB + 1000), 9)
    before = resident(proxy)
    codes = [bad(proxy, compressed.packet(0, bomb, 1000)) for _ in range(20)]
    # It begins with frames of no bytes, which are no command, or ends with more than was announced.
    assert set(codes) <= {1157, 1156, 1835, 1047}, codes
    assert resident(proxy) - before < 8 * MIB


def test_W9_a_command_over_the_limit_is_refused_as_ever(made):
    proxy = made(limits={"max_allowed_packet": "1MiB"})
    client = login(proxy, "zlib")
    client.socket.sequence = 0
    with pytest.raises((wire.ServerError, ConnectionError)) as refused:
        client.socket.sendall(wire.frame(0, b"\x03SELECT LENGTH('" + b"x" * (4 * MIB) + b"')"))
        client.results()
    assert getattr(refused.value, "code", 1153) == 1153
    client.close()


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


def resident(proxy):
    return accounts(proxy)["process: resident"]


def test_W9_nothing_is_held_at_rest(proxy, sanitized):
    """What the workers keep is a few hundred KiB, however many clients compress."""
    clients = [login(proxy, ("zlib", "zstd")[n % 2]) for n in range(100)]
    for client in clients:
        client.rows("SELECT REPEAT('x', 10000)")
        client.rows(f"SELECT LENGTH('{'y' * 10000}')")
    once = accounts(proxy)["compression"]
    assert 0 < once < 3 * MIB
    # In the middle of a packet the algorithm's window is held, and counted.
    for client in clients:
        half = wire.frame(0, b"\x03SELECT " + b"z" * 10000)
        client.socket.raw.sendall(compressed.packet(0, client.socket.codec.compress(half), len(half))[:-4])
    until(lambda: accounts(proxy)["compression"] > once + 50 * 30000, "the windows to be counted", 5)
    for client in clients:
        client.close()
    until(lambda: accounts(proxy)["compression"] <= once, lambda: f"them to go: {accounts(proxy)}", 5)


@pytest.mark.parametrize("offered", [[], ["zlib"], ["zstd"], ["zlib", "zstd"]])
def test_W9_what_is_offered(made, offered):
    proxy = made(listen={"compression": offered})
    client = wire.Wire(proxy.port)
    capabilities = client.greet().capabilities
    client.close()
    assert bool(capabilities & compressed.COMPRESS) == ("zlib" in offered)
    assert bool(capabilities & compressed.ZSTD) == ("zstd" in offered)
    # Who asks for what is not offered goes on without.
    said = cli.mariadb("SELECT REPEAT('x', 100) AS x", proxy.port, "commerce", extra=("--compress", "--batch"))
    assert (said.code, said.out) == (0, "x\n" + "x" * 100 + "\n"), said.err


def test_W9_zlib_goes_first(proxy):
    client = login(proxy, "zlib", capabilities=wire.USUAL | compressed.ZSTD)
    assert client.rows("SELECT REPEAT('x', 100)") == [[b"x" * 100]]
    client.close()


SCRIPT = "CREATE TEMPORARY TABLE w9 (a INT, b TEXT); INSERT INTO w9 VALUES (1, REPEAT('x', 100000)), (2, 'y');\n"
SCRIPT += "SELECT a, LENGTH(b), SHA1(b) FROM w9; SELECT seq FROM seq_1_to_20000; SELEC;\nSELECT 'on' AS b;\n"


def test_W9_mariadb_client(proxy, commerce, need):
    need("mariadb")
    through = cli.mariadb(SCRIPT, proxy.port, "commerce", extra=("--compress", "--force"))
    direct = cli.mariadb(SCRIPT, commerce.port, "commerce", extra=("--force",))
    assert (through.out, through.err) == (direct.out, direct.err)
    assert len(through.out) > 100000


@pytest.mark.parametrize("algorithms", ["zlib", "zstd", "zstd,zlib", "zlib,uncompressed"])
def test_W9_mysql9_client(proxy, commerce, algorithms):
    if mysql9.missing():
        pytest.skip(mysql9.missing())
    through = cli.mysql(
        SCRIPT, proxy.port, "commerce", extra=(f"--compression-algorithms={algorithms}", "--force", "--ssl-mode=DISABLED")
    )
    direct = cli.mariadb(SCRIPT, commerce.port, "commerce", extra=("--force",))
    assert through.out == direct.out
    assert "1064" in through.err


def test_W9_mysqlclient(proxy):
    MySQLdb = pytest.importorskip("MySQLdb")
    connection = MySQLdb.connect(
        host="127.0.0.1", port=proxy.port, user="app", passwd="secret", db="commerce", compress=True
    )
    cursor = connection.cursor()
    for n in range(20):
        cursor.execute("SELECT %s, REPEAT('x', %s)", (n, n * 5000))
        assert cursor.fetchone() == (n, "x" * (n * 5000))
    connection.close()


@both_algorithms
def test_W9_many_at_once_with_others_in_clear(proxy, algorithm):
    def work(number):
        client = login(proxy, algorithm) if number % 2 else wire.Wire(proxy.port).login(database="commerce")
        for n in range(30):
            text = f"{number}-{n}-" * 300
            assert client.rows(f"SELECT '{text}'") == [[text.encode()]]
        client.close()
        return True

    assert Crowd(16, work).done() == [True] * 16


PROGRAMS = {
    "php": """$c = mysqli_init(); $c->real_connect('127.0.0.1', 'app', 'secret', 'commerce', PORT, null, MYSQLI_CLIENT_COMPRESS);
foreach ([10, 300000, 20] as $n) { echo strlen($c->query("SELECT REPEAT('x', $n)")->fetch_row()[0]), "\\n"; }""",
    "perl": """use DBI; my $c = DBI->connect("DBI:mysql:database=commerce;host=127.0.0.1;port=PORT;mysql_compression=1", "app", "secret");
for my $n (10, 300000, 20) { print length($c->selectrow_array("SELECT REPEAT('x', $n)")), "\\n"; }""",
    "ruby": """require 'mysql2'
c = Mysql2::Client.new(host: '127.0.0.1', port: PORT, username: 'app', password: 'secret', database: 'commerce', flags: Mysql2::Client::COMPRESS)
[10, 300000, 20].each { |n| puts c.query("SELECT REPEAT('x', #{n}) AS x").first['x'].length }""",
}


@pytest.mark.parametrize("language", PROGRAMS)
def test_W9_other_drivers(proxy, need, language):
    (program,) = need(language)
    switch = "-r" if language == "php" else "-e"
    said = subprocess.run(
        [program, switch, PROGRAMS[language].replace("PORT", str(proxy.port))], capture_output=True, text=True, timeout=60
    )
    assert said.stdout.split() == ["10", "300000", "20"], said.stderr
