"""The mariadb and mysql command lines say the same through the proxy as straight to the tablet."""

from pathlib import Path

import pytest

from kit import cli, mysql9

SCRIPT = (Path(__file__).parent / "session.sql").read_text()
EXTRA = ("--table", "--force", "--comments", "--show-warnings", "--default-character-set=utf8mb4", "-vv")


def strip_times(text):
    """ "Query OK, 1 row affected (0.001 sec)": the time is not the proxy's to keep."""
    return [line.split(" (0.")[0] for line in text.splitlines()]


def same(client, proxy_port, tablet_port, extra=()):
    through = client(SCRIPT, proxy_port, "commerce", extra=(*EXTRA, *extra))
    direct = client(SCRIPT, tablet_port, "commerce", extra=EXTRA)
    assert strip_times(through.out) == strip_times(direct.out)
    assert through.err == direct.err
    assert "1062" in through.err and "Zoë 🐢" in through.out  # the script did run


@pytest.mark.main
def test_mariadb_client(proxy, commerce, need):
    need("mariadb")
    same(cli.mariadb, proxy.port, commerce.port)


@pytest.mark.main
def test_mysql9_client(proxy, commerce):
    reason = mysql9.missing()
    if reason:
        pytest.skip(reason)
    # The client sends its --default-character-set by the handshake; MySQL 9's collations are unknown to MariaDB.
    same(cli.mysql, proxy.port, commerce.port)


def test_mariadb_client_by_unix_socket(proxy, need):
    need("mariadb")
    said = cli.mariadb("SELECT 1 + 1", None, "commerce", extra=("--batch", f"--socket={proxy.socket}"))
    assert (said.code, said.out) == (0, "1 + 1\n2\n"), said.err


def test_status_command(proxy, need):
    need("mariadb")
    said = cli.mariadb("\\s", proxy.port, "commerce")
    assert said.code == 0 and "10.11" in said.out, said.out + said.err
