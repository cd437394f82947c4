"""Writes docs/drivers.md from what test_drivers.py left in build/drivers."""

import json

from drivers.conformance import sections
from drivers.known_differences import KILLED, KNOWN, REPLACED
from drivers.matrix import DRIVERS
from kit.places import BUILD, ROOT
from orms.matrix import ORMS

SERVERS = {"mariadb": "MariaDB 10.11", "mysql9": "MySQL 9"}
SIGNS = {"same": "=", "known": "(=)", "unsupported": "-", "differs": "differs"}

LAYOUTS = {"unsharded": "an unsharded keyspace", "sharded": "two shards", "mysql9": "an unsharded keyspace of MySQL 9"}

HEAD = """# Drivers

Written by `scripts/driver-matrix`; `integration/drivers/README.md` tells how it is done. Every driver does the same steps
straight at a server and through the proxy, and what it prints is compared, step by step.

`=`: every answer is the same. `(=)`: the same but for a known difference, see below. `-`: the driver has no call for it.
`differs`: a bug, or one that is not yet understood. An empty row was not run.

The `mysql` and `mariadb` command lines, `mysqldump` and `mariadb-dump` with what they dump restored through the proxy are compared
by `integration/smoke/test_command_lines.py` and `test_dumps.py`.
"""

ORM_HEAD = """Every ORM makes two tables by its own migrations, changes them, looks at them, writes, reads, locks, rolls back and takes them away,
straight at a server (MariaDB 10.11, but in the last column) and through the proxy: `integration/orms/README.md`. `=`: it gets the same."""


def results():
    found = {}
    for file in (BUILD / "drivers").glob("*.json"):
        result = json.loads(file.read_text())
        found[result["driver"], result["server"]] = result
    return found


def row(driver, result, columns):
    if result is None:
        return [driver.name, driver.language, *[""] * len(columns)]
    if "skipped" in result:
        return [driver.name, driver.language, f"SKIPPED: {result['skipped']}", *[""] * (len(columns) - 1)]
    return [driver.name, driver.language, *(SIGNS[result["cells"][column]] for column in columns)]


def table(kind, found):
    columns = sections()
    lines = [["driver", "language", *columns], ["---"] * (len(columns) + 2)]
    lines += [row(driver, found.get((driver.name, kind)), columns) for driver in DRIVERS]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def orms():
    found = {}
    for file in (BUILD / "orms").glob("*.json"):
        result = json.loads(file.read_text())
        found[result["orm"], result["layout"]] = result["result"]
    lines = [["ORM", "language", *LAYOUTS.values()], ["---"] * (len(LAYOUTS) + 2)]
    lines += [[orm.name, orm.language, *(found.get((orm.name, layout), "") for layout in LAYOUTS)] for orm in ORMS]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def main():
    found = results()
    parts = [HEAD]
    for kind, name in SERVERS.items():
        parts.append(f"## {name}\n\n{table(kind, found)}\n")
    reasons = [*(reason for _, _, reason in KNOWN), REPLACED, KILLED]
    parts.append("## Known differences\n\n" + "\n".join(f"- {reason}" for reason in reasons) + "\n")
    parts.append(f"## ORMs\n\n{ORM_HEAD}\n\n{orms()}\n")
    (ROOT / "docs" / "drivers.md").write_text("\n".join(parts))


main()
