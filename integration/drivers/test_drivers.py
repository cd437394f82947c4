"""Every driver gets the same answers through the proxy as straight from the server."""

import json

import pytest

from drivers.conformance import compare, run
from kit.config import configuration, unsharded
from kit.places import BUILD
from drivers.matrix import DRIVERS, Missing

RESULTS = BUILD / "drivers"  # scripts/driver-matrix makes docs/drivers.md of it
NATIVE_SECRET = "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7"  # of "secret"


@pytest.fixture(scope="session")
def servers(run_folder, certificates, request):
    """Servers with TLS and users of their own for the matrix, started when first asked for."""
    from kit import mariadb, mysql9

    made = {}

    def get(kind):
        if kind not in made:
            if kind == "mysql9" and mysql9.missing():
                pytest.skip(mysql9.missing())
            make = mariadb.MariaDb if kind == "mariadb" else mysql9.MySql9
            server = make(run_folder, f"drivers-{kind}", options=certificates.server_options()).start()
            for user in ("native", "sha2"):
                server.sql(f"CREATE USER {user}@'%%' IDENTIFIED BY 'secret'")
                server.sql(f"GRANT ALL ON *.* TO {user}@'%%'")
            made[kind] = server
        return made[kind]

    yield get
    for server in made.values():
        server.stop()


def note(driver, kind, result):
    RESULTS.mkdir(parents=True, exist_ok=True)
    name = f"{driver.name}-{kind}.json".replace("/", "_")
    (RESULTS / name).write_text(
        json.dumps({"driver": driver.name, "language": driver.language, "server": kind, **result})
    )


@pytest.mark.limit(240)
@pytest.mark.parametrize("kind", ["mariadb", "mysql9"])
@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_driver(driver, kind, servers, make_proxy, certificates, tmp_path, thorough):
    if driver.heavy and not thorough:
        pytest.skip(f"{driver.name} runs only with --all")
    try:
        command = driver.prepare()
    except Missing as reason:
        note(driver, kind, {"skipped": str(reason)})
        pytest.skip(str(reason))
    server = servers(kind)
    config = configuration({"commerce": unsharded(server)}, listen={"tls": certificates.listen()})
    config["users"] = [
        {"name": "app", "password": "secret"},
        {"name": "native", "password_hash": NATIVE_SECRET},
        {"name": "sha2", "password": "secret"},
    ]
    proxy = make_proxy(config)
    answers = {}
    for way, port in (("direct", server.port), ("proxy", proxy.port)):
        server.sql("DROP DATABASE IF EXISTS commerce")
        server.sql("CREATE DATABASE commerce")
        answers[way] = run(command, port, certificates, tmp_path)
    verdict = compare(answers["proxy"], answers["direct"])
    note(driver, kind, {"cells": verdict.cells})
    assert not verdict.differences, "\n".join(verdict.differences)
