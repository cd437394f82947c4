"""Who may not in is told so, with MySQL's own code, whatever the plugin and transport."""

import pymysql
import pytest

from kit import cli, wire
from kit.config import configuration, sharded, unsharded
from kit.prepared import strings

CASES = [(plugin, tls) for plugin in ("mysql_native_password", "caching_sha2_password") for tls in (False, True)]
pytestmark = pytest.mark.main


@pytest.fixture
def proxy(auth_proxy, commerce):
    return auth_proxy(commerce, users=[{"name": "app", "password": "secret"}])


@pytest.mark.parametrize("plugin, tls", CASES)
@pytest.mark.parametrize(
    "user, password",
    [("app", "wrong"), ("app", ""), ("app", "x" * 200), ("nobody", "secret"), ("", ""), ("u" * 300, "secret")],
    ids=["wrong", "empty", "long", "unknown", "anonymous", "long-user"],
)
def test_access_denied(proxy, plugin, tls, user, password):
    with pytest.raises(wire.ServerError) as raised:
        wire.Wire(proxy.port).login(user=user, password=password, plugin=plugin, tls=tls)
    assert (raised.value.code, raised.value.state) == (1045, "28000")
    assert user[:10] in str(raised.value)
    assert proxy.value("SELECT 1") == 1


@pytest.mark.parametrize("plugin, tls", CASES)
def test_unknown_database(proxy, plugin, tls):
    with pytest.raises(wire.ServerError) as raised:
        wire.Wire(proxy.port).login(database="nowhere", plugin=plugin, tls=tls)
    assert (raised.value.code, raised.value.state) == (1049, "42000")
    assert "nowhere" in str(raised.value)


def test_an_unknown_database_is_not_told_to_strangers(proxy):
    with pytest.raises(wire.ServerError) as raised:
        wire.Wire(proxy.port).login(database="nowhere", password="wrong")
    assert raised.value.code == 1045


def test_keyspace_not_granted(make_proxy, commerce, shards, customers):
    config = configuration({"commerce": unsharded(commerce), "customer": sharded(shards)})
    config["users"] = [{"name": "narrow", "password": "secret", "keyspaces": ["commerce"]}]
    proxy = make_proxy(config)
    with pytest.raises(pymysql.err.MySQLError) as raised:
        proxy.connect("customer", user="narrow")
    assert raised.value.args[0] == 1044
    connection = proxy.connect("commerce", user="narrow")
    for statement in (
        "USE customer",
        "USE `customer:-80`",
        "USE `customer@replica`",
        "SELECT * FROM customer.customer WHERE id = 1",
    ):
        with connection.cursor() as cursor, pytest.raises(pymysql.err.MySQLError) as raised:
            cursor.execute(statement)
        assert raised.value.args[0] in (1044, 1142), statement
    connection.close()


def test_command_line_says_it_plainly(proxy, need):
    need("mariadb")
    said = cli.mariadb("SELECT 1", proxy.port, password="wrong")
    assert said.code == 1 and "ERROR 1045 (28000): Access denied for user 'app'@" in said.err


def test_tls_required(make_proxy, commerce, certificates):
    proxy = make_proxy(
        configuration({"commerce": unsharded(commerce)}, listen={"tls": certificates.listen(required=True)})
    )
    with pytest.raises(wire.ServerError) as raised:
        wire.Wire(proxy.port).login()
    assert raised.value.code == 3159
    client = wire.Wire(proxy.port).login(tls=True)
    assert client.rows("SELECT 1") == [[b"1"]]
    client.close()
    assert proxy.value("SELECT 1", unix_socket=str(proxy.socket)) == 1


def test_a_user_of_one_keyspace_needs_no_database(make_proxy, commerce, shards):
    """What needs no database runs on the keyspace that the user may use; the others stay closed."""
    proxy = make_proxy(
        configuration(
            {"aaa": unsharded(commerce) | {"database": "mysql"}, "commerce": unsharded(commerce)},
            users=[{"name": "only", "password": "secret", "keyspaces": ["commerce"]}],
        )
    )
    connection = proxy.connect(user="only")
    with connection.cursor() as cursor:
        for statement in ("SELECT 1", "SET NAMES latin1", "SET @a = 5", "SELECT @a", "UNLOCK TABLES", "SHOW VARIABLES LIKE 'version'"):
            cursor.execute(statement)
        cursor.execute("SHOW DATABASES")
        assert "aaa" not in [row[0] for row in cursor.fetchall()]
        for statement in ("SELECT * FROM aaa.user", "USE aaa"):
            with pytest.raises(pymysql.err.OperationalError) as raised:
                cursor.execute(statement)
            assert raised.value.args[0] == 1044
    connection.close()
    raw = wire.Wire(proxy.port).login(user="only")
    assert strings(raw, "SELECT CONCAT('p', 1)") == [b"p1"]
    raw.close()
