import pytest

from kit import mariadb
from kit.config import configuration, unsharded
from kit.server import APP_PASSWORD


@pytest.fixture(scope="session")
def tls_tablet(run_folder, certificates):
    """A MariaDB tablet that offers TLS."""
    server = mariadb.MariaDb(run_folder, "tls-tablet", options=certificates.server_options(), server_id=5).start()
    server.sql("CREATE DATABASE commerce")
    yield server
    server.stop()


@pytest.fixture
def auth_proxy(make_proxy, certificates):
    """A proxy that offers TLS, over one tablet; keywords are merged into the configuration."""

    def make(tablet, tablet_tls="disabled", plugin="caching_sha2_password", users=None, **options):
        config = configuration(
            {"commerce": unsharded(tablet)}, listen={"tls": certificates.listen(), "default_auth_plugin": plugin}
        )
        config["tablet_defaults"]["tls"] = (
            {"mode": tablet_tls, "ca": str(certificates.ca)} if tablet_tls != "disabled" else {"mode": "disabled"}
        )
        config["users"] = users or [{"name": "app", "password": APP_PASSWORD}]
        return make_proxy(config, **options)

    return make
