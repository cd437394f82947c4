"""Timeouts that a session sets for itself: wait_timeout ends a silent client and concerns no tablet connection;
max_execution_time (MySQL) and max_statement_time (MariaDB) reach the tablet, which ends the statement."""

import time

import pytest

from kit import prepared, wire
from kit.config import configuration, unsharded
from kit.waiting import until

INTERACTIVE = 0x400
SHORT = [
    "SET wait_timeout = 1",
    "SET SESSION wait_timeout = 1",
    "SET @@session.wait_timeout = 1, @@session.sql_safe_updates = 0",
    "SET @@wait_timeout := 1",
    "SET SESSION wait_timeout = 1, interactive_timeout = 5000",
    "SET wait_timeout = 0",  # the server makes it 1
    "SET wait_timeout = 3 - 2",
]


@pytest.fixture(params=["mariadb", "mysql9"])
def server(request):
    return request.getfixturevalue("commerce" if request.param == "mariadb" else "mysql9_server")


@pytest.fixture
def both(server, make_proxy):
    def make(size=4, **more):
        return make_proxy(configuration({"commerce": unsharded(server)}, pool={"size": size}, **more))

    return make


def login(proxy, **options):
    return wire.Wire(proxy.port).login(database="commerce", **options)


def ended_after(client):
    """Seconds of silence until the client is ended: by MySQL with error 4031 and then nothing, by MariaDB with nothing."""
    began = time.monotonic()
    with pytest.raises((wire.ServerError, EOFError, ConnectionError)) as ended:
        client.results()
    words = "inactivity. See wait_timeout and interactive_timeout for configuring this behavior."
    if "MariaDB" in client.greeting.version:
        assert not isinstance(ended.value, wire.ServerError), ended.value
    else:
        assert ended.value.code == 4031 and str(ended.value).endswith(words), ended.value
    with pytest.raises((EOFError, ConnectionError)):
        client.query("SELECT 1")
    client.close()
    return time.monotonic() - began


def value(client, name="@@wait_timeout"):
    return int(client.rows(f"SELECT {name}")[0][0])


@pytest.mark.parametrize("statement", SHORT)
def test_wait_timeout_ends_a_silent_client(both, statement):
    proxy = both()
    client, other = login(proxy), login(proxy)
    client.query(statement)
    assert value(client) == 1
    assert 0.9 < ended_after(client) < 6
    assert other.rows("SELECT 1") == [[b"1"]]
    other.close()


def test_by_prepared_statement_and_in_several(both):
    proxy = both()
    client = login(proxy)
    number, _, _ = prepared.prepare(client, "SET SESSION wait_timeout = 1")
    prepared.execute(client, number)
    client.results()
    assert 0.9 < ended_after(client) < 6
    client = login(proxy, capabilities=wire.USUAL | wire.MULTI_STATEMENTS)
    client.query("SELECT 1; SET wait_timeout = 1; SELECT 2")
    assert 0.9 < ended_after(client) < 6


def test_no_tablet_connection_keeps_it(both):
    """One connection for all: whoever comes next has it as before, and the tablet does not close it."""
    proxy = both(size=1)
    client, other = login(proxy), login(proxy)
    before = value(other)
    client.query("SET SESSION wait_timeout = 1, interactive_timeout = 1")
    assert value(other) == before > 1000
    opened = proxy.metrics().sum("leasehold_connections_opened_total")
    ended_after(client)
    time.sleep(1.5)
    assert value(other) == before
    other.query("BEGIN")
    time.sleep(1.5)
    assert value(other) == before
    other.query("COMMIT")
    assert proxy.metrics().sum("leasehold_connections_opened_total") == opened
    other.close()


def test_in_a_transaction_it_is_rolled_back(both, server):
    proxy = both()
    server.sql("DROP TABLE IF EXISTS commerce.waits")
    server.sql("CREATE TABLE commerce.waits (a INT)")
    client = login(proxy)
    client.query("SET wait_timeout = 1")
    client.query("BEGIN")
    client.query("INSERT INTO waits VALUES (1)")
    ended_after(client)
    proxy.quiet()
    assert proxy.value("SELECT COUNT(*) FROM waits", database="commerce") == 0


def test_what_the_session_reads(both):
    proxy = both()
    client = login(proxy)
    ours, interactive, everybodys = value(client), value(client, "@@interactive_timeout"), value(client, "@@global.wait_timeout")
    client.query("SET wait_timeout = 77")
    assert client.rows("SELECT @@wait_timeout, @@session.wait_timeout + 1, @@local.wait_timeout = 77 AS b") == [
        [b"77", b"78", b"1"]
    ]
    assert prepared.strings(client, "SELECT CONCAT(@@wait_timeout)") == [b"77"]
    assert value(client, "@@interactive_timeout") == interactive
    assert value(client, "@@global.wait_timeout") == everybodys
    client.query("SET @old = @@wait_timeout, SESSION wait_timeout = 78")
    assert value(client, "@old") == 77 and value(client) == 78
    client.query("SET interactive_timeout = 99")
    assert (value(client), value(client, "@@interactive_timeout")) == (78, 99)
    client.query("SET SESSION wait_timeout = DEFAULT")
    assert (value(client), value(client, "@@interactive_timeout")) == (ours, 99)
    client.query("SET wait_timeout = 77")
    client.command(wire.RESET_CONNECTION)
    client.results()
    assert (value(client), value(client, "@@interactive_timeout")) == (ours, interactive)
    client.close()


def test_a_refused_set_changes_nothing(both):
    proxy = both()
    client = login(proxy)
    client.query("SET wait_timeout = 50")
    for statement in ("SET wait_timeout = 'x'", "SET wait_timeout = 1, no_such_variable = 1"):
        with pytest.raises(wire.ServerError):
            client.query(statement)
    assert value(client) == 50
    client.close()


def begin_anew(client, how):
    if how == "reset":
        client.command(wire.RESET_CONNECTION)
        client.results()
    else:  # without a proof, which makes the server ask for one
        user, plugin = wire.APP_USER.encode(), b"mysql_native_password"
        client.command(wire.CHANGE_USER, user + b"\0\0commerce\0\x2d\x00" + plugin + b"\0")
        client.finish_login(wire.APP_PASSWORD)


def test_an_interactive_client_begins_with_the_other_one(both, server):
    """What the server itself says at every step."""
    server.sql("SET GLOBAL interactive_timeout = 1234")
    try:
        proxy = both()
        for capabilities in (wire.USUAL | INTERACTIVE, wire.USUAL):
            ways = [wire.Wire(to.port).login(database="commerce", capabilities=capabilities) for to in (proxy, server)]

            def same():
                through, straight = (way.rows("SELECT @@wait_timeout, @@interactive_timeout") for way in ways)
                assert through == straight
                return int(through[0][0])

            assert (same() == 1234) == (capabilities != wire.USUAL)
            for statement in ("wait_timeout = 5", "interactive_timeout = 6", "wait_timeout = DEFAULT", "wait_timeout = 7"):
                for way in ways:
                    way.query(f"SET {statement}")
                same()
            for how in ("reset", "change of user"):
                for way in ways:
                    begin_anew(way, how)
                same()
            for way in ways:
                way.close()
    finally:
        server.sql("SET GLOBAL interactive_timeout = DEFAULT")


def test_an_interactive_client_has_a_limit_of_its_own(both, server):
    proxy = both(limits={"client_idle_timeout": "0s", "interactive_idle_timeout": "1s"})
    interactive = wire.USUAL | INTERACTIVE
    plain, patient = login(proxy), login(proxy, capabilities=interactive)
    default, reset = login(proxy, capabilities=interactive), login(proxy, capabilities=interactive)
    patient.query("SET wait_timeout = 600")
    default.query("SET wait_timeout = DEFAULT")
    begin_anew(reset, "reset")
    assert 0.8 < ended_after(login(proxy, capabilities=interactive)) < 6
    time.sleep(0.5)
    assert value(patient) == 600
    assert plain.rows("SELECT 1") == default.rows("SELECT 1") == [[b"1"]]
    if "MariaDB" in plain.greeting.version:
        assert reset.rows("SELECT 1") == [[b"1"]], "which forgets that its client is interactive"
    else:
        ended_after(reset)
    for client in (plain, patient, default, reset):
        client.close()


def test_who_says_it_is_mysql_ends_a_client_as_mysql(commerce, make_proxy):
    proxy = make_proxy(
        configuration({"commerce": unsharded(commerce)}, server_version="8.0.40", limits={"client_idle_timeout": "300ms"})
    )
    ended_after(login(proxy))


def test_without_one_the_limit_holds(both):
    proxy = both(limits={"client_idle_timeout": "1s"})
    client, patient = login(proxy), login(proxy)
    patient.query("SET wait_timeout = 600")
    assert 0.8 < ended_after(client) < 6
    time.sleep(0.5)
    assert value(patient) == 600
    patient.query("SET wait_timeout = DEFAULT")
    assert 0.8 < ended_after(patient) < 6


def test_nothing_is_reserved_and_sessions_share(both):
    """What Rails sends on connect."""
    proxy = both(size=2)
    clients = [login(proxy) for _ in range(20)]
    for client in clients:
        client.query("SET @@SESSION.sql_auto_is_null = 0, @@SESSION.wait_timeout = 2147483")
    for client in clients:
        assert value(client) == 2147483
        client.close()
    proxy.quiet()


def test_a_statements_own_limit_is_the_tablets(both, server):
    proxy = both(size=2)
    client, other = login(proxy), login(proxy)
    if server.version.startswith("9"):
        client.query("SET SESSION max_execution_time = 200")
        many = ", ".join(f"information_schema.collations {name}" for name in "abcd")
        code, slow = 3024, f"SELECT COUNT(*) FROM {many}"
    else:
        client.query("SET SESSION max_statement_time = 0.2")
        code, slow = 1969, "SELECT SLEEP(20)"
    other.query("BEGIN")  # takes one of the two connections away
    other.query("SELECT 1")
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(wire.ServerError) as ended:
            client.query(slow)
        assert ended.value.code == code
    assert time.monotonic() - began < 15
    assert client.rows("SELECT 1") == [[b"1"]]
    assert other.rows("SELECT SLEEP(0.5)") == [[b"0"]], "nobody else has it"
    other.query("COMMIT")
    client.close()
    other.close()
    until(lambda: proxy.leased() == 0, "the leases to come back")
