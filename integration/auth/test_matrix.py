"""Every client logs in with both plugins, in clear and by TLS, through to tablets with either plugin."""

import pytest

from kit import cli, mysql9, wire

PLUGINS = ["mysql_native_password", "caching_sha2_password"]
TRANSPORTS = ["clear", "tls"]
pytestmark = pytest.mark.main


@pytest.fixture(params=["mariadb-native-clear", "mariadb-native-tls", "mysql9-sha2-clear", "mysql9-sha2-tls"])
def tablet_case(request):
    """The tablet's kind, and how the proxy is to reach it."""
    kind, _, transport = request.param.split("-")
    server = request.getfixturevalue("tls_tablet" if kind == "mariadb" else "mysql9_server")
    if kind == "mysql9":
        server.sql("FLUSH PRIVILEGES")  # empties the cache of caching_sha2_password: the proxy has to do it in full
    return server, "disabled" if transport == "clear" else "verify_ca"


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("default", PLUGINS)
def test_raw_client(auth_proxy, tablet_case, plugin, default):
    """A client may come with another plugin than the greeting names: it is switched, or served."""
    proxy = auth_proxy(*tablet_case, plugin=default)
    for tls in (False, True, False):
        client = wire.Wire(proxy.port).login(database="commerce", plugin=plugin, tls=tls)
        assert client.greeting.plugin == default
        assert client.rows("SELECT CURRENT_USER(), DATABASE()") == [[b"app@%", b"commerce"]]
        client.close()


@pytest.mark.parametrize("default", PLUGINS)
def test_mariadb_command_line(auth_proxy, tablet_case, default, need, certificates):
    need("mariadb")
    proxy = auth_proxy(*tablet_case, plugin=default)
    # Its caching_sha2_password plugin asks for the RSA key by itself.
    for options in (["--skip-ssl"], ["--ssl", f"--ssl-ca={certificates.ca}"]):
        for plugin in PLUGINS:
            said = cli.mariadb(
                "SELECT 6 * 7",
                proxy.port,
                "commerce",
                extra=("--batch", "--skip-column-names", f"--default-auth={plugin}", *options),
            )
            assert said.out == "42\n", (options, plugin, said.err)


def test_mysql9_command_line(auth_proxy, tablet_case):
    if mysql9.missing():
        pytest.skip(mysql9.missing())
    proxy = auth_proxy(*tablet_case)
    for options in (["--ssl-mode=DISABLED", "--get-server-public-key"], ["--ssl-mode=REQUIRED"]):
        said = cli.mysql("SELECT 6 * 7", proxy.port, "commerce", extra=("--batch", "--skip-column-names", *options))
        assert said.out == "42\n", (options, said.err)


@pytest.mark.parametrize("default", PLUGINS)
def test_pymysql(auth_proxy, tablet_case, default, certificates):
    proxy = auth_proxy(*tablet_case, plugin=default)
    for ssl in (None, {"ca": str(certificates.ca)}):
        assert proxy.value("SELECT 6 * 7", database="commerce", ssl=ssl) == 42
