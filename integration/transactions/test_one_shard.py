"""Transactions on one shard and on the unsharded keyspace."""

import pytest

from kit import wire

pytestmark = pytest.mark.main


@pytest.fixture
def client(proxy, table):
    proxy.sql(f"CREATE TABLE {table} (id INT PRIMARY KEY)", database="commerce")
    client = wire.Wire(proxy.port).login(database="commerce")
    yield client
    client.close()


def status(client, text):
    return client.rows(text).status


def test_status_flags(client, table):
    assert status(client, "BEGIN") & wire.IN_TRANSACTION
    assert status(client, f"INSERT INTO {table} VALUES (1)") & wire.IN_TRANSACTION
    assert not status(client, "COMMIT") & wire.IN_TRANSACTION
    assert not status(client, "SET autocommit = 0") & wire.AUTOCOMMIT
    assert status(client, "SET autocommit = 1") & wire.AUTOCOMMIT


@pytest.mark.parametrize(
    "begin",
    [
        "BEGIN",
        "begin work",
        "START TRANSACTION",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT",
        "/* c */ START TRANSACTION READ WRITE",
        "SET autocommit = 0",
    ],
)
@pytest.mark.parametrize("end, left", [("COMMIT", 1), ("ROLLBACK", 0), ("COMMIT AND CHAIN", 1), ("ROLLBACK WORK", 0)])
def test_begin_and_end(proxy, client, table, begin, end, left):
    client.query(begin)
    client.query(f"INSERT INTO {table} VALUES (1)")
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 0
    client.query(end)
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == left
    client.query("ROLLBACK")


def test_read_only_refuses_writes(client, table):
    client.query("START TRANSACTION READ ONLY")
    with pytest.raises(wire.ServerError) as raised:
        client.query(f"INSERT INTO {table} VALUES (1)")
    assert raised.value.code == 1792
    client.query("ROLLBACK")
    client.query(f"INSERT INTO {table} VALUES (1)")


def test_savepoints(client, table):
    client.query("BEGIN")
    for number, name in ((1, "a"), (2, "b"), (3, "c")):
        client.query(f"INSERT INTO {table} VALUES ({number})")
        client.query(f"SAVEPOINT {name}")
    client.query("ROLLBACK TO b")
    client.query("RELEASE SAVEPOINT a")
    with pytest.raises(wire.ServerError) as raised:
        client.query("ROLLBACK TO SAVEPOINT c")
    assert raised.value.code == 1305
    client.query("COMMIT")
    assert client.rows(f"SELECT id FROM {table} ORDER BY id") == [[b"1"], [b"2"]]


def test_ddl_commits(proxy, client, table):
    client.query("BEGIN")
    client.query(f"INSERT INTO {table} VALUES (1)")
    client.query(f"ALTER TABLE {table} ADD COLUMN x INT")
    proxy.quiet()
    assert not status(client, "ROLLBACK") & wire.IN_TRANSACTION
    assert client.rows(f"SELECT COUNT(*) FROM {table}") == [[b"1"]]


def test_deadlock_leaves_a_usable_session(proxy, client, table):
    other = wire.Wire(proxy.port).login(database="commerce")
    client.query(f"INSERT INTO {table} VALUES (1), (2)")
    client.query("BEGIN")
    other.query("BEGIN")
    client.query(f"DELETE FROM {table} WHERE id = 1")
    other.query(f"DELETE FROM {table} WHERE id = 2")
    client.command(wire.QUERY, f"DELETE FROM {table} WHERE id = 2".encode())
    codes = []
    for one, act in ((other, lambda: other.query(f"DELETE FROM {table} WHERE id = 1")), (client, client.results)):
        try:
            act()
        except wire.ServerError as error:
            codes.append(error.code)
            assert not one.rows("ROLLBACK").status & wire.IN_TRANSACTION
    assert codes == [1213]
    for one in (client, other):
        one.query("ROLLBACK")
        assert one.rows("SELECT 1") == [[b"1"]]
    other.close()


def test_failed_statement_keeps_the_transaction(proxy, client, table):
    client.query("BEGIN")
    client.query(f"INSERT INTO {table} VALUES (1)")
    with pytest.raises(wire.ServerError):
        client.query(f"INSERT INTO {table} VALUES (1)")
    client.query(f"INSERT INTO {table} VALUES (2)")
    client.query("COMMIT")
    assert proxy.value(f"SELECT COUNT(*) FROM {table}", database="commerce") == 2


def test_metrics_of_outcomes(proxy, client, table):
    before = proxy.metrics()
    for end in ("COMMIT", "COMMIT", "ROLLBACK"):
        client.query("BEGIN")
        client.query(f"INSERT IGNORE INTO {table} VALUES (1)")
        client.query(end)
    after = proxy.metrics()
    name = "leasehold_transactions_total"
    assert after.sum(name) - before.sum(name) == 3, after.all(name)


def test_shutdown_of_the_tablet_inside(make_proxy, tablet):
    """The transaction is lost with its tablet: 2013, then the session goes on clean."""
    from kit.config import configuration, unsharded
    from kit.waiting import until

    proxy = make_proxy(configuration({"commerce": unsharded(tablet)}), errors_expected=True)
    client = wire.Wire(proxy.port).login(database="commerce")
    client.query("BEGIN")
    client.query("SELECT 1")
    tablet.kill()
    with pytest.raises(wire.ServerError) as raised:
        client.query("SELECT 2")
    assert raised.value.code == 2013
    tablet.start()

    def answers():
        try:
            return client.rows("SELECT @@in_transaction") == [[b"0"]]
        except wire.ServerError:
            return False

    until(answers, "the session to go on", 20)
    client.close()
