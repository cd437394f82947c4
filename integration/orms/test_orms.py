"""Every ORM makes its tables, writes and reads through the proxy as straight at the server: README.md."""

import difflib
import json
import os
import subprocess

import pytest

from kit import mariadb, mysql9
from kit.config import configuration, sharded, unsharded
from kit.places import BUILD
from kit.toolchains import Missing
from orms.matrix import ORMS

RESULTS = BUILD / "orms"  # scripts/driver-matrix makes docs/drivers.md of it
DATABASE = "bookshop"  # LIBRARY is a reserved word of MySQL 9
IDS = ("authors", "books", "django_migrations")
VSCHEMA = {
    "sharded": True,
    "vindexes": {"hash": {"type": "hash"}, "text": {"type": "xxhash"}},
    "tables": {
        name: {
            "column_vindexes": [{"column": "id" if name != "books" else "author_id", "name": "hash"}],
            "auto_increment": {"column": "id", "sequence": f"ids.{name}_seq"},
        }
        for name in IDS
    }
    | {
        name: {"column_vindexes": [{"column": column, "name": "text"}]}
        for name, column in {"schema_migrations": "version", "ar_internal_metadata": "key"}.items()
    },
}
SEQUENCE = "(id BIGINT NOT NULL PRIMARY KEY, next_id BIGINT, cache BIGINT) COMMENT 'vitess_sequence'"


def run(command, port, seconds=100):
    done = subprocess.run(
        [*map(str, command), "127.0.0.1", str(port), DATABASE],
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return (done.stdout + (f"exit {done.returncode}\n{done.stderr[-3000:]}" if done.returncode else "")).splitlines()


def afresh(*servers):
    for server in servers:
        server.sql(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.sql(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")


@pytest.fixture(scope="module")
def servers(run_folder):
    """Those of a layout, the first of which is asked directly too."""
    made = {}

    def get(layout):
        if layout == "mysql9" and mysql9.missing():
            pytest.skip(mysql9.missing())
        if layout == "mysql9":
            names, make = ["mysql9"], mysql9.MySql9
        else:
            names, make = ["whole", "low", "high"][: 3 if layout == "sharded" else 1], mariadb.MariaDb
        for name in names:
            if name not in made:
                made[name] = make(run_folder, f"orms-{name}").start()
        return [made[name] for name in names]

    yield get
    for server in made.values():
        server.stop()


def keyspaces(layout, servers):
    whole = servers[0]
    if layout != "sharded":
        return {DATABASE: unsharded(whole)}
    _, low, high = servers
    whole.sql("DROP DATABASE IF EXISTS ids")
    whole.sql("CREATE DATABASE ids")
    for name in IDS:
        whole.sql(f"CREATE TABLE {name}_seq {SEQUENCE}", database="ids")
        whole.sql(f"INSERT INTO {name}_seq VALUES (0, 1, 100)", database="ids")
    ids = {"vschema": {"tables": {f"{name}_seq": {"type": "sequence"} for name in IDS}}}
    return {"ids": unsharded(whole) | ids, DATABASE: sharded({"-80": low, "80-": high}, VSCHEMA)}


def note(orm, layout, result):
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{orm.name}-{layout}.json").write_text(json.dumps({"orm": orm.name, "layout": layout, "result": result}))


@pytest.mark.limit(400)
@pytest.mark.parametrize("layout", ["unsharded", "sharded", "mysql9"])
@pytest.mark.parametrize("orm", ORMS, ids=lambda orm: orm.name)
def test_orm(orm, layout, servers, make_proxy, thorough):
    if orm.heavy and not thorough:
        pytest.skip(f"{orm.name} runs only with --all")
    try:
        command = orm.prepare()
    except Missing as reason:
        note(orm, layout, f"SKIPPED: {reason}")
        pytest.skip(str(reason))
    servers = servers(layout)
    afresh(*servers)
    direct = run(command, servers[0].port)
    assert not any(line.startswith("exit ") for line in direct), "straight at the server:\n" + "\n".join(direct[-30:])
    assert len(direct) > 20
    afresh(*servers)
    # One worker: ids of a sequence come in order.
    proxy = make_proxy(configuration(keyspaces(layout, servers), workers=1))
    through = run(command, proxy.port)
    note(orm, layout, "=" if through == direct else "differs")
    assert through == direct, "\n".join(difflib.unified_diff(direct, through, "direct", "proxy", lineterm="", n=1))
    samples = proxy.quiet()
    if layout == "sharded":
        assert all(samples.sum("leasehold_leases_total", keyspace=DATABASE, shard=shard) > 5 for shard in ("-80", "80-"))
