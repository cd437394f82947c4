"""SIGHUP and RELOAD apply a changed file without dropping sessions; a broken file changes nothing and says why."""

import copy

import pymysql
import pytest

from kit import wire
from kit.config import configuration, sharded, unsharded
from kit.waiting import until


def changed(proxy, change):
    config = copy.deepcopy(proxy.config)
    change(config)
    return config


@pytest.fixture
def session(proxy):
    client = wire.Wire(proxy.port).login(database="commerce")
    client.query("BEGIN")
    client.query("SELECT 1")
    yield client
    assert client.rows("SELECT @@in_transaction") == [[b"1"]], "the session lost its transaction"
    client.close()


def test_users_come_and_go(proxy, session):
    with pytest.raises(pymysql.err.OperationalError):
        proxy.sql("SELECT 1", user="new", password="neu")
    proxy.write(changed(proxy, lambda c: c["users"].append({"name": "new", "password": "neu"})))
    proxy.reload()
    until(lambda: _can(proxy, "new", "neu"), "the new user to be let in", 5)
    proxy.write(changed(proxy, lambda c: c["users"].pop()))
    proxy.admin("RELOAD")
    until(lambda: not _can(proxy, "new", "neu"), "the removed user to be refused", 5)


def _can(proxy, user, password):
    try:
        return proxy.value("SELECT 1", user=user, password=password) == 1
    except pymysql.err.OperationalError as error:
        assert error.args[0] == 1045
        return False


def test_pool_size(proxy, session):
    def capacity():
        return {value for _, value in proxy.metrics().all("leasehold_pool_capacity")}

    assert capacity() == {16}
    for size in (5, 30):
        proxy.write(changed(proxy, lambda c: c["tablet_defaults"]["pool"].update(size=size)))
        proxy.reload()
        until(lambda: capacity() == {size}, f"capacity {size}", 5)


def test_shrinking_below_what_is_open(make_proxy, commerce):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, pool={"size": 16, "reserved": 16}))
    clients = [wire.Wire(proxy.port).login(database="commerce") for _ in range(10)]
    for client in clients:
        client.query("BEGIN")
        client.query("SELECT 1")
    proxy.write(changed(proxy, lambda c: c["tablet_defaults"]["pool"].update(size=3, reserved=3)))
    proxy.reload()
    until(lambda: {v for _, v in proxy.metrics().all("leasehold_pool_capacity")} == {3}, "the new size", 5)
    for client in clients:
        assert client.rows("SELECT @@in_transaction") == [[b"1"]]
        client.query("COMMIT")
        client.close()
    until(lambda: proxy.metrics().sum("leasehold_live_connections") <= 3, "the surplus to be closed", 10)


def test_keyspaces_come_and_go(proxy, session, shards, customers):
    proxy.write(changed(proxy, lambda c: c["keyspaces"].update(customer=sharded(shards))))
    proxy.reload()
    until(lambda: _has(proxy, "customer"), "the new keyspace", 5)
    proxy.sql("INSERT INTO customer (id, name) VALUES (1, 'x'), (2, 'y')", database="customer")
    lingering = wire.Wire(proxy.port).login(database="customer")
    lingering.query("SELECT * FROM customer")
    proxy.write(changed(proxy, lambda c: c["keyspaces"].pop("customer")))
    proxy.reload()
    until(lambda: not _has(proxy, "customer"), "the keyspace to be gone", 5)
    with pytest.raises(wire.ServerError):
        lingering.query("SELECT * FROM customer")
    lingering.close()
    for server in shards.values():
        until(lambda: server.threads() == 0, "its tablets to be left alone", 10)


def _has(proxy, keyspace):
    try:
        proxy.connect(keyspace).close()
    except pymysql.err.OperationalError as error:
        assert error.args[0] == 1049
        return False
    return True


@pytest.mark.parametrize(
    "text", ["listen: [", "keyspaces: {}\nusers: 7\n", "nonsense: 1\n", ""], ids=["syntax", "type", "key", "empty"]
)
def test_broken_file_changes_nothing(make_proxy, commerce, text):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}), errors_expected=True)
    client = wire.Wire(proxy.port).login(database="commerce")
    proxy.file.write_text(text)
    proxy.reload()
    proxy.logged(str(proxy.file))
    with pytest.raises(pymysql.err.MySQLError) as raised:
        proxy.admin("RELOAD")
    assert proxy.file.name in str(raised.value), raised.value
    assert client.rows("SELECT 1") == [[b"1"]]
    assert proxy.value("SELECT 1", database="commerce") == 1
    client.close()


def test_file_that_is_gone(make_proxy, commerce):
    proxy = make_proxy(configuration({"commerce": unsharded(commerce)}), errors_expected=True)
    proxy.file.unlink()
    proxy.reload()
    proxy.logged(str(proxy.file))
    assert proxy.value("SELECT 1", database="commerce") == 1


def test_reloads_in_a_row(proxy, session):
    """A hundred of them, statements all the while."""
    client = wire.Wire(proxy.port).login(database="commerce")
    for turn in range(100):
        proxy.write(changed(proxy, lambda c: c["tablet_defaults"]["pool"].update(size=8 + turn % 5)))
        proxy.reload()
        assert client.rows("SELECT 1") == [[b"1"]]
    client.close()
