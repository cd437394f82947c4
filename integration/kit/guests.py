"""Guests of a hotel on several shards, whose table owns three lookups: one unique, one in the keyspace itself, one of binary
strings. Statements that change them, and whether the entries are those of the rows."""

import copy

import pymysql

from .config import XXHASH
from .one_and_many import connect
from .xxh64 import keyspace_id


def lookup(kind, table, column, owner="guest", **more):
    return {"type": kind, "owner": owner, "params": {"table": table, "from": column, "to": "keyspace_id"} | more}


def vschema():
    made = copy.deepcopy(XXHASH)
    made["vindexes"]["by_badge"] = lookup("lookup_unique", "commerce.badge_lookup", "badge", ignore_nulls="true")
    made["vindexes"]["by_room"] = lookup("consistent_lookup", "room_lookup", "room", ignore_nulls="true")
    made["vindexes"]["by_town"] = lookup("lookup", "commerce.town_lookup", "town")
    made["tables"]["room_lookup"] = {"column_vindexes": [{"column": "room", "name": "xx"}]}
    made["tables"]["guest"] = {
        "column_vindexes": [
            {"column": "id", "name": "xx"},
            {"column": "badge", "name": "by_badge"},
            {"column": "room", "name": "by_room"},
            {"column": "town", "name": "by_town"},
        ]
    }
    return made


GUEST = (
    "CREATE OR REPLACE TABLE customer.guest (id BIGINT, n INT, badge VARCHAR(40), room BIGINT, town VARBINARY(20) NOT NULL DEFAULT 'Bern',"
    " note INT, seen TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (id, n)) CHARSET utf8mb4"
)
ROOMS = "CREATE OR REPLACE TABLE customer.room_lookup (room BIGINT, keyspace_id VARBINARY(10), PRIMARY KEY (room, keyspace_id))"
LOOKUPS = (
    "CREATE OR REPLACE TABLE commerce.badge_lookup (badge VARCHAR(40) PRIMARY KEY, keyspace_id VARBINARY(10)) CHARSET utf8mb4",
    "CREATE OR REPLACE TABLE commerce.town_lookup (town VARBINARY(20), keyspace_id VARBINARY(10), PRIMARY KEY (town, keyspace_id))",
)


def make_tables(shards, commerce):
    for server in shards.values():
        for statement in (GUEST, ROOMS):
            make_table(server, statement)
    for statement in LOOKUPS:
        make_table(commerce, statement)


def make_table(server, statement):
    """MySQL has no CREATE OR REPLACE."""
    name = statement.split()[4]
    server.sql(f"DROP TABLE IF EXISTS {name}")
    server.sql(statement.replace("CREATE OR REPLACE", "CREATE"))


def drop_tables(shards, commerce):
    for server in shards.values():
        server.sql("DROP TABLE IF EXISTS customer.guest, customer.room_lookup")
    commerce.sql("DROP TABLE IF EXISTS commerce.badge_lookup, commerce.town_lookup")


def run(session, statement, *arguments):
    """Affected rows."""
    with session.cursor() as cursor:
        return cursor.execute(statement, arguments or None)


def rows(session, statement, *arguments):
    with session.cursor() as cursor:
        cursor.execute(statement, arguments or None)
        return sorted(cursor.fetchall(), key=repr)


def on_server(server, statement):
    connection = connect(server, "mysql")
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall()
    connection.close()
    return found


def assert_entries(guests, commerce):
    """On the servers themselves: every row is where it belongs, and the entries are those of the rows."""
    of_rows = {"badge": [], "room": set(), "town": set()}
    of_entries = {"badge": list(on_server(commerce, "SELECT badge, keyspace_id FROM commerce.badge_lookup")), "room": [], "town": []}
    of_entries["town"] = list(on_server(commerce, "SELECT town, keyspace_id FROM commerce.town_lookup"))
    for name, server in guests.items():
        for number, badge, room, town in on_server(server, "SELECT id, badge, room, town FROM customer.guest"):
            place = keyspace_id(number)
            assert (place < b"\x80") == (name == "-80")
            if badge is not None:
                of_rows["badge"].append((badge, place))
            if room is not None:
                of_rows["room"].add((room, place))
            of_rows["town"].add((town, place))
        of_entries["room"] += on_server(server, "SELECT room, keyspace_id FROM customer.room_lookup")
    for column, entries in of_entries.items():
        assert sorted(entries) == sorted(of_rows[column])


def table(session):
    return rows(session, "SELECT id, n, badge, room, town, note FROM guest")


def outcome(session, statement):
    try:
        return run(session, statement)
    except pymysql.err.MySQLError as error:
        return error.args[0]


BADGES = (None, "a", "b", "c", "it's", "d\\e", "Ø", "x y")
TOWNS = ("Bern", "Genf", "it's", "")


def a_literal(value):
    return "NULL" if value is None else str(value) if isinstance(value, int) else pymysql.converters.escape_string(value).join("''")


def a_row(random_):
    return (
        random_.randrange(8),
        random_.randrange(3),
        random_.choice(BADGES) if random_.random() < 0.3 else f"r{random_.randrange(200)}",
        random_.choice((None, 1, 2, 3, -4)),
        random_.choice(TOWNS),
    )


def a_condition(random_):
    return random_.choice(
        (
            f"id = {random_.randrange(8)}",
            f"id IN ({random_.randrange(8)}, {random_.randrange(8)})",
            f"room = {random_.randrange(4)}",
            f"town = {a_literal(random_.choice(TOWNS))}",
            f"badge = {a_literal(random_.choice(BADGES[1:]))}",
            f"n = {random_.randrange(3)}",
            f"badge LIKE 'r{random_.randrange(10)}%'",
        )
    )


def a_statement(random_):
    kind = random_.random()
    if kind < 0.45:
        made = [a_row(random_) for _ in range(random_.randrange(1, 4))]
        tuples = ", ".join("(" + ", ".join(a_literal(value) for value in row) + ")" for row in made)
        verb = random_.choice(("INSERT", "INSERT", "INSERT IGNORE", "REPLACE"))
        if verb == "INSERT" and random_.random() < 0.2:
            # Of a badge that another row has only one server could say which row is meant.
            badge = f"'only {random_.random()}'"
            tuples = f"({made[0][0]}, {made[0][1]}, {badge}, {a_literal(made[0][3])}, {a_literal(made[0][4])})"
            tuples += " ON DUPLICATE KEY UPDATE " + random_.choice(
                ("badge = VALUES(badge)", "room = room + 1, note = 5", "town = VALUES(town), badge = CONCAT(badge, 'u')")
            )
        return f"{verb} INTO guest (id, n, badge, room, town) VALUES {tuples}"
    limit = " ORDER BY id, n LIMIT 2" if random_.random() < 0.2 else ""
    if kind < 0.65:
        return f"DELETE FROM guest WHERE {a_condition(random_)}{limit}"
    changes = random_.sample(
        (
            f"badge = {a_literal(random_.choice(BADGES))}",
            "badge = CONCAT(badge, '+')",
            f"room = {a_literal(random_.choice((None, 1, 2, 3)))}",
            "room = room + 1",
            f"town = {a_literal(random_.choice(TOWNS))}",
            "note = 4",
            f"id = {random_.randrange(8)}",
        ),
        random_.randrange(1, 3),
    )
    return f"UPDATE guest SET {', '.join(changes)} WHERE {a_condition(random_)}{limit}"
