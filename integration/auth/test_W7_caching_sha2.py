"""traps.md W7: caching_sha2_password towards clients: full over RSA, full over TLS, cached; and a clear error when it cannot."""

import hashlib

import pymysql
import pytest

from kit import wire
from kit.config import configuration, unsharded
from kit.waiting import until

SHA2 = "caching_sha2_password"


class Watched(wire.Wire):
    """Remembers what the server answered in authentication."""

    def login(self, **options):
        self.seen = []
        return super().login(**options)

    def packet(self):
        sequence, payload = super().packet()
        self.seen.append(payload[:2])
        return sequence, payload


@pytest.mark.parametrize("tls", [False, True], ids=["rsa", "tls"])
def test_W7_a_real_servers_hash(auth_proxy, commerce, mysql9_server, tls):
    mysql9_server.sql("CREATE USER IF NOT EXISTS hashed@'%%' IDENTIFIED WITH caching_sha2_password BY 'geheim'")
    stored = mysql9_server.value("SELECT authentication_string FROM mysql.user WHERE user = 'hashed'")
    proxy = auth_proxy(commerce, users=[{"name": "hashed", "password_hash": stored}])
    first = Watched(proxy.port).login(user="hashed", password="geheim", plugin=SHA2, tls=tls)
    assert b"\x01\x04" in first.seen, "nothing was cached yet: the full exchange was due"
    again = Watched(proxy.port).login(user="hashed", password="geheim", plugin=SHA2, tls=tls)
    assert b"\x01\x03" in again.seen and b"\x01\x04" not in again.seen, "the second login is answered from the cache"
    for client in (first, again):
        assert client.rows("SELECT 1") == [[b"1"]]
        client.close()
    for password in ("falsch", ""):
        with pytest.raises(wire.ServerError) as raised:
            wire.Wire(proxy.port).login(user="hashed", password=password, plugin=SHA2, tls=tls)
        assert raised.value.code == 1045


def test_W7_a_native_hash_makes_the_client_switch(auth_proxy, commerce):
    stored = "*" + hashlib.sha1(hashlib.sha1(b"geheim").digest()).hexdigest().upper()
    proxy = auth_proxy(commerce, users=[{"name": "old", "password_hash": stored}])
    client = Watched(proxy.port).login(user="old", password="geheim", plugin=SHA2)
    assert any(seen[:1] == b"\xfe" for seen in client.seen)
    assert client.rows("SELECT 1") == [[b"1"]]
    client.close()


def test_W7_no_password(auth_proxy, commerce):
    proxy = auth_proxy(commerce, users=[{"name": "open", "password": ""}])
    for plugin in (SHA2, "mysql_native_password"):
        client = wire.Wire(proxy.port).login(user="open", password="", plugin=plugin)
        assert client.rows("SELECT 1") == [[b"1"]]
        client.close()
        with pytest.raises(wire.ServerError) as raised:
            wire.Wire(proxy.port).login(user="open", password="some", plugin=plugin)
        assert raised.value.code == 1045


@pytest.mark.parametrize("tls_mode", ["disabled", "required"])
def test_W7_tablet_full_and_cached(auth_proxy, mysql9_server, tls_mode):
    """The tablet's cache is emptied, so the first dial has to do it in full: over RSA in clear, plainly over TLS."""
    mysql9_server.sql("FLUSH PRIVILEGES")
    proxy = auth_proxy(mysql9_server, tls_mode)
    sessions = [proxy.connect("commerce") for _ in range(4)]
    for session in sessions:
        session.begin()
        with session.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            assert cursor.fetchone()[0].startswith("9.")
    for session in sessions:
        session.close()


def test_W7_tablet_refuses_the_proxys_password(make_proxy, commerce):
    config = configuration({"commerce": unsharded(commerce)}, pool={"wait_timeout": "1s"})
    config["tablet_defaults"]["password"] = "wrong"
    proxy = make_proxy(config, start=False, errors_expected=True).begin()
    until(lambda: proxy.http("/healthz")[0] == 200, "the proxy to listen")
    with pytest.raises(pymysql.err.MySQLError) as raised:
        proxy.sql("SELECT * FROM t", database="commerce")
    text = str(raised.value)
    assert (
        "commerce" in text and "Access denied" in text
    ), f"names neither the keyspace nor the tablet's own words: {text}"
