"""Pairs of servers of one kind: behind the proxy stands the one, the comparison goes straight to the other."""

import pytest

from kit import mariadb, mysql9
from kit.config import configuration, unsharded
from sessions.side import Side

KINDS = ("mariadb", "mysql9")
CONNECTION_ADMIN = {"mariadb": "CONNECTION ADMIN", "mysql9": "CONNECTION_ADMIN"}


@pytest.fixture(scope="session")
def pairs(run_folder):
    made = {}

    def pair(kind):
        if kind == "mysql9" and mysql9.missing():
            pytest.skip(mysql9.missing())
        if kind not in made:
            make = mariadb.MariaDb if kind == "mariadb" else mysql9.MySql9
            made[kind] = [make(run_folder, f"model-{kind}-{name}") for name in ("proxied", "direct")]
            for server in made[kind]:
                server.start()
                server.sql("CREATE DATABASE model")
                # A server runs init_connect for those who are no administrators.
                server.sql(f"REVOKE SUPER, {CONNECTION_ADMIN[kind]} ON *.* FROM app")
        return made[kind]

    yield pair
    for servers in made.values():
        for server in servers:
            server.stop()


@pytest.fixture(params=KINDS)
def sides(request, pairs, make_proxy):
    """The proxy with few connections, a side through it and a side past it."""
    proxied, direct = pairs(request.param)
    proxy = make_proxy(configuration({"model": unsharded(proxied)}, pool={"size": 4, "reserved": 4}))
    through, straight = Side(proxy.port, proxied), Side(direct.port, direct)
    yield proxy, through, straight
    for side in (through, straight):
        side.end()
