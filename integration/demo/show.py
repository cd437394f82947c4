"""What the demo prints: a routed query and where it went, and what to try next."""

from kit.server import APP_PASSWORD, APP_USER
from kit.xxh64 import shard_of


def table(names, rows):
    """Rows as text, in columns."""
    cells = [list(names)] + [["NULL" if v is None else str(v) for v in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(names))]
    return "\n".join("    " + "  ".join(v.ljust(w) for v, w in zip(row, widths)).rstrip() for row in cells)


def run(proxy, statement, database):
    connection = proxy.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return [column[0] for column in cursor.description], cursor.fetchall()
    finally:
        connection.close()


def routed_query(topology, say):
    query = "SELECT id, name FROM customer WHERE id = 42"
    for statement in (query, f"EXPLAIN ROUTE {query}", "EXPLAIN ROUTE SELECT id FROM customer"):
        say(f"  {statement}")
        say(table(*run(topology.proxy, statement, "customer")))
    shard = shard_of(42)
    there = {
        name: pair.primary.value("SELECT COUNT(*) FROM customer.customer WHERE id = 42")
        for name, pair in topology.shards.items()
    }
    if there != {name: int(name == shard) for name in there}:
        raise AssertionError(f"customer 42 belongs on {shard}, the tablets hold {there}")
    say(f"  Asked directly, the tablet of shard {shard} has customer 42 and the other has not.")


def next_steps(topology, say):
    proxy, client = topology.proxy, f"mariadb -h127.0.0.1 -u{APP_USER} -p{APP_PASSWORD}"
    say(f"""
Try next (Ctrl-C here ends everything):
  {client} -P{proxy.port} customer
      SELECT * FROM customer WHERE id IN (1, 2, 3);
      EXPLAIN ROUTE SELECT * FROM orders WHERE customer_id = 7;
      USE customer:-80;  USE customer@replica;  USE commerce;
  mariadb -h127.0.0.1 -P{proxy.admin_port} -uadmin
      SHOW POOLS;  SHOW LEASES;  SHOW CLIENTS;  SHOW HELP;
  http://127.0.0.1:{proxy.http_port}/metrics
  {proxy.file}
  {proxy.log}
  the tablets, directly:""")
    for name, server in [("commerce", topology.commerce)] + [
        (f"customer {shard} {kind}", getattr(pair, kind))
        for shard, pair in topology.shards.items()
        for kind in ("primary", "replica")
    ]:
        say(f"      {client} -P{server.port}    # {name}")
