"""Sequences: ids for rows of sharded tables, from blocks leased of a table as Vitess has it (S9, L13)."""

import copy
import threading

import pymysql
import pytest

from kit import prepared, wire
from kit.config import XXHASH, configuration, sharded, unsharded
from kit.waiting import until

COLUMNS = "(id BIGINT NOT NULL PRIMARY KEY, next_id BIGINT, cache BIGINT) COMMENT 'vitess_sequence'"


def vschema(sequence="commerce.ticket_seq"):
    made = copy.deepcopy(XXHASH)
    made["tables"]["ticket"] = {
        "column_vindexes": [{"column": "id", "name": "xx"}],
        "auto_increment": {"column": "id", "sequence": sequence},
    }
    made["tables"]["note"] = {
        "column_vindexes": [{"column": "owner", "name": "xx"}],
        "auto_increment": {"column": "id", "sequence": sequence},
    }
    return made


def listed(tablet):
    return unsharded(tablet) | {"vschema": {"tables": {"ticket_seq": {"type": "sequence"}}}}


def make_tables(shards):
    for server in shards.values():
        server.sql("CREATE OR REPLACE TABLE customer.ticket (id BIGINT PRIMARY KEY, name VARCHAR(64) UNIQUE)")
        server.sql("CREATE OR REPLACE TABLE customer.note (id BIGINT PRIMARY KEY, owner BIGINT, what VARCHAR(64))")


def make_sequence(server, cache=10, next_id=1):
    server.sql("DROP TABLE IF EXISTS commerce.ticket_seq")
    server.sql(f"CREATE TABLE commerce.ticket_seq {COLUMNS}")
    server.sql(f"INSERT INTO commerce.ticket_seq VALUES (0, {next_id}, {cache})")


@pytest.fixture
def tickets(shards, commerce):
    make_tables(shards)
    make_sequence(commerce)
    yield shards
    for server in shards.values():
        server.sql("DROP TABLE IF EXISTS customer.ticket, customer.note")
    commerce.sql("DROP TABLE IF EXISTS commerce.ticket_seq")


def settings(tablet, shards, **more):
    return configuration({"commerce": listed(tablet), "customer": sharded(shards, vschema())}, **more)


@pytest.fixture
def proxy(make_proxy, commerce, tickets):
    return make_proxy(settings(commerce, tickets, workers=1))


def ids(shards, table="ticket"):
    return sorted(row[0] for server in shards.values() for row in server.sql(f"SELECT id FROM customer.{table}"))


def execute(client, statement, *values):
    """A prepared statement without rows; its OK."""
    number, _, _ = prepared.prepare(client, statement)
    prepared.execute(client, number, *values)
    ok = wire.Ok(prepared.answer(client))
    client.command(wire.STMT_CLOSE, number)
    return ok


@pytest.fixture
def client(proxy):
    made = wire.Wire(proxy.port).login(database="customer")
    yield made
    made.close()


def last_id(client):
    return int(client.rows("SELECT LAST_INSERT_ID()")[0][0])


@pytest.mark.parametrize("how", ["text", "prepared"])
def test_S9_last_insert_id_through_a_sequence(proxy, client, tickets, how):
    def insert(statement, *values):
        if how == "prepared":
            return execute(client, statement, *values)
        for value in values:
            statement = statement.replace("?", f"'{value.decode()}'", 1)
        return client.query(statement)[0]

    other = wire.Wire(proxy.port).login(database="customer")
    one = insert("INSERT INTO ticket (name) VALUES (?)", b"a")
    assert (one.affected, one.insert_id, last_id(client)) == (1, 1, 1)
    many = insert("INSERT INTO ticket (name) VALUES (?), (?), (?), (?), (?), (?), (?)", *(b"bcdefgh"[i : i + 1] for i in range(7)))
    assert (many.affected, many.insert_id, last_id(client)) == (7, 2, 2)
    # Over the end of a block: the ids still follow each other.
    more = insert("INSERT INTO ticket (name) VALUES (?), (?), (?), (?)", b"i", b"j", b"k", b"l")
    assert (more.insert_id, last_id(client)) == (9, 9)
    assert ids(tickets) == list(range(1, 13))
    assert client.rows("SELECT name FROM ticket ORDER BY id") == [[bytes([c])] for c in b"abcdefghijkl"]
    assert all(server.value("SELECT COUNT(*) FROM customer.ticket") for server in tickets.values())
    # Rows with values of their own, NULL, 0 and DEFAULT.
    mixed = insert("INSERT INTO ticket (name, id) VALUES (?, 1000), (?, NULL), (?, 0), (?, DEFAULT)", b"m", b"n", b"o", b"p")
    assert (mixed.affected, mixed.insert_id, last_id(client)) == (4, 13, 13)
    assert ids(tickets)[12:] == [13, 14, 15, 1000]
    bound = insert("INSERT INTO ticket (id, name) VALUES (?, ?)", b"0", b"q")
    assert (bound.insert_id, last_id(client)) == (16, 16)
    own = insert("INSERT INTO ticket (id, name) VALUES (?, ?)", b"2000", b"r")
    assert last_id(client) == 16
    assert own.affected == 1
    # Another session, and another form, have their own.
    assert last_id(other) == 0
    assert insert("INSERT INTO ticket SET name = ?", b"s").insert_id == 17
    assert insert("REPLACE INTO ticket (name) VALUES (?)", b"t").insert_id == 18
    with pytest.raises(wire.ServerError):
        insert("INSERT INTO ticket (id, name) VALUES (1, ?)", b"u")
    assert last_id(client) == 18
    # INSERT IGNORE that ignores its only row changes nothing.
    assert insert("INSERT IGNORE INTO ticket (id, name) VALUES (1, ?)", b"v").affected == 0
    assert last_id(client) == 18
    insert("INSERT INTO note (owner, what) SELECT LAST_INSERT_ID(), ?", b"of 18")
    assert client.rows("SELECT owner FROM note") == [[b"18"]]
    other.close()


def test_S9_insert_select_through_a_sequence(client, tickets):
    client.query("INSERT INTO ticket (name) VALUES ('a'), ('b'), ('c'), ('d'), ('e')")
    taken = client.query("INSERT INTO note (owner, what) SELECT id, name FROM ticket ORDER BY id")[0]
    assert (taken.affected, taken.insert_id, last_id(client)) == (5, 6, 6)
    assert ids(tickets, "note") == [6, 7, 8, 9, 10]
    # Some rows have ids, others ask for them; into the table that places rows by the id itself.
    client.query("INSERT INTO ticket (id, name) SELECT IF(id = 6, 100, NULL), CONCAT('n', id) FROM note")
    assert ids(tickets) == [1, 2, 3, 4, 5, 11, 12, 13, 14, 100]
    assert client.rows("SELECT COUNT(*) FROM ticket WHERE id = 100 AND name = 'n6'") == [[b"1"]]


def test_rows_land_where_their_ids_say(client, tickets):
    client.query("INSERT INTO ticket (name) VALUES " + ", ".join(f"('n{i}')" for i in range(50)))
    for number in range(1, 51):
        assert client.rows(f"SELECT id FROM ticket WHERE id = {number}") == [[str(number).encode()]]


def test_no_auto_value_on_zero(client, tickets):
    client.query("SET sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')")
    client.query("INSERT INTO ticket (id, name) VALUES (0, 'zero'), (NULL, 'one')")
    assert ids(tickets) == [0, 1]


def test_L13_nothing_is_reserved_for_a_sequence(proxy, client, tickets):
    """Neither in a transaction nor outside, neither as text nor prepared; and the block is no part of the transaction."""

    def reserved():
        return proxy.metrics().sum("leasehold_pool_connections", keyspace="commerce", state="reserved")

    for statement in ("BEGIN", "ROLLBACK"):
        for i in range(30):
            client.query(f"INSERT INTO ticket (name) VALUES ('{statement}{i}')")
            execute(client, "INSERT INTO ticket (name) VALUES (?)", f"p{statement}{i}".encode())
            assert reserved() == 0
        client.query(statement)
    assert ids(tickets) == list(range(1, 61))
    client.query("BEGIN")
    client.query("INSERT INTO ticket (name) VALUES ('gone')")
    client.query("ROLLBACK")
    assert client.query("INSERT INTO ticket (name) VALUES ('next')")[0].insert_id == 122


def test_S9_next_value(client, commerce):
    assert client.rows("SELECT NEXT VALUE FROM commerce.ticket_seq") == [[b"1"]]
    assert client.rows("select next 25 values from ticket_seq") == [[b"2"]]
    assert client.rows("SELECT NEXT VALUE FOR ticket_seq;") == [[b"27"]]
    assert last_id(client) == 0
    assert client.query("INSERT INTO ticket (name) VALUES ('a')")[0].insert_id == 28
    number, columns, parameters = prepared.prepare(client, "SELECT NEXT 3 VALUES FROM ticket_seq")
    assert (columns, parameters) == (1, 0)
    found = []
    for _ in range(2):
        prepared.execute(client, number)
        found.append(int.from_bytes(prepared.binary_rows(client)[0][2:10], "little"))
    assert found == [29, 32]
    with pytest.raises(wire.ServerError, match="expected a number of 1 or more"):
        client.query("SELECT NEXT 0 VALUES FROM ticket_seq")
    assert commerce.value("SELECT next_id FROM commerce.ticket_seq") == 41


@pytest.mark.limit(180)
def test_many_sessions_of_two_proxies_never_share_an_id(make_proxy, commerce, tickets):
    make_sequence(commerce, cache=50)
    proxies = [make_proxy(settings(commerce, tickets)) for _ in range(2)]
    given, problems = [], []

    def work(proxy, who):
        try:
            connection = proxy.connect("customer")
            with connection.cursor() as cursor:
                for i in range(40):
                    rows = 1 + (i + who) % 4
                    cursor.execute("INSERT INTO ticket (name) VALUES " + ", ".join(f"('{who}-{i}-{n}')" for n in range(rows)))
                    given.extend(range(cursor.lastrowid, cursor.lastrowid + rows))
                    if i % 10 == 9:
                        connection.commit()
            connection.commit()
            connection.close()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(daemon=True, target=work, args=(proxies[who % 2], who)) for who in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert len(given) == len(set(given)) == 1200
    assert ids(tickets) == sorted(given)
    # A restart and a reload: gaps, no id twice.
    proxies[0].write()
    proxies[0].reload()
    for proxy in proxies:
        proxy.sql("INSERT INTO ticket (name) VALUES (UUID())", database="customer")
    assert proxies[0].stop() == 0
    proxies[0].start()
    for proxy in proxies:
        proxy.sql("INSERT INTO ticket (name) VALUES (UUID())", database="customer")
    assert len(ids(tickets)) == 1204


def refills_waiting(commerce):
    return commerce.value(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%ticket_seq%FOR UPDATE%'"
        " AND command = 'Query' AND id <> CONNECTION_ID()"
    )


@pytest.fixture
def holder(commerce, tickets):
    """Holds the sequence's row until its rollback."""
    connection = commerce.connect("commerce")
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT * FROM ticket_seq WHERE id = 0 FOR UPDATE")
    yield connection
    connection.close()


def test_waiting_statements_cause_one_refill(make_proxy, commerce, tickets, holder):
    proxy = make_proxy(settings(commerce, tickets, workers=1))
    problems, made = [], []

    def insert(n):
        try:
            connection = proxy.connect("customer")
            with connection.cursor() as c:
                c.execute(f"INSERT INTO ticket (name) VALUES ('w{n}')")
                made.append(c.lastrowid)
            connection.commit()
            connection.close()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(daemon=True, target=insert, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    until(lambda: len(proxy.admin("SHOW CLIENTS")) >= 8, "the clients to be there")
    until(lambda: refills_waiting(commerce) == 1, "one refill to wait")
    holder.rollback()
    for thread in threads:
        thread.join()
    assert not problems
    assert sorted(made) == list(range(1, 9))
    assert commerce.value("SELECT next_id FROM commerce.ticket_seq") == 11


def test_who_waits_goes_on_when_the_one_that_refills_is_killed(make_proxy, commerce, tickets, holder):
    proxy = make_proxy(settings(commerce, tickets, workers=1))
    outcomes = {}

    def insert(connection, n):
        try:
            with connection.cursor() as c:
                c.execute(f"INSERT INTO ticket (name) VALUES ('k{n}')")
                outcomes[n] = c.lastrowid
            connection.commit()
        except pymysql.err.MySQLError as error:
            outcomes[n] = error.args[0]

    first, second = proxy.connect("customer"), proxy.connect("customer")
    number = first.thread_id()
    one = threading.Thread(daemon=True, target=insert, args=(first, 1))
    one.start()
    until(lambda: refills_waiting(commerce) == 1, "the refill to wait")
    two = threading.Thread(daemon=True, target=insert, args=(second, 2))
    two.start()
    until(lambda: sum(c["state"] != "idle" for c in proxy.admin("SHOW CLIENTS")) >= 2, "both to run")
    proxy.sql(f"KILL QUERY {number}", database="customer")
    one.join()
    assert outcomes == {1: 1317}
    holder.rollback()
    two.join()
    assert outcomes[2] >= 1
    for connection in (first, second):
        connection.close()
    assert ids(tickets) == [outcomes[2]]


def test_sequence_tablet_killed_and_back(make_proxy, tmp_server, tickets):
    tablet = tmp_server("sequences", options=("--innodb-flush-log-at-trx-commit=1",))
    make_sequence(tablet, cache=3)
    proxy = make_proxy(settings(tablet, tickets, pool={"wait_timeout": "1s"}, workers=1), errors_expected=True)
    client = wire.Wire(proxy.port).login(database="customer")
    given = [client.query(f"INSERT INTO ticket (name) VALUES ('a{i}')")[0].insert_id for i in range(4)]
    tablet.kill()
    given += [client.query(f"INSERT INTO ticket (name) VALUES ('b{i}')")[0].insert_id for i in range(2)]  # of the block
    for _ in range(2):
        with pytest.raises(wire.ServerError, match="sequence commerce.ticket_seq: "):
            client.query("INSERT INTO ticket (name) VALUES ('nothing')")
    assert client.query("INSERT INTO ticket (id, name) VALUES (500, 'own')")[0].affected == 1
    tablet.start()

    def again():
        try:
            given.append(client.query("INSERT INTO ticket (name) VALUES ('c')")[0].insert_id)
            return True
        except wire.ServerError:
            return False

    until(again, "the sequence to serve again", 30)
    client.close()
    assert len(set(given)) == 7
    assert ids(tickets) == sorted(given + [500])


def test_tables_that_make_no_sense(make_proxy, commerce, tickets):
    proxy = make_proxy(settings(commerce, tickets, workers=1))

    def refused(match):
        with pytest.raises(pymysql.err.MySQLError, match=match):
            proxy.sql("INSERT INTO ticket (name) VALUES ('x')", database="customer")

    commerce.sql("UPDATE commerce.ticket_seq SET cache = 0")
    refused("sequence commerce.ticket_seq: .*cache is 0; expected 1 or more")
    commerce.sql("DELETE FROM commerce.ticket_seq")
    refused("sequence commerce.ticket_seq: .*the table has no row whose id is 0")
    commerce.sql("DROP TABLE commerce.ticket_seq")
    refused("sequence commerce.ticket_seq: .*doesn't exist")
    make_sequence(commerce, next_id=9223372036854775800)
    refused("Failed to read auto-increment value")
    make_sequence(commerce, next_id=7)
    proxy.sql("INSERT INTO ticket (name) VALUES ('x')", database="customer", autocommit=True)
    assert ids(tickets) == [7]


def test_settings_of_the_session_stay_out_of_it(client, commerce, tickets):
    """A sql_select_limit of 0, a read-only session and autocommit=0 concern the session's own statements alone."""
    client.query("SET sql_select_limit = 0, autocommit = 0, completion_type = 'CHAIN'")
    assert client.query("INSERT INTO ticket (name) VALUES ('a')")[0].insert_id == 1
    client.query("ROLLBACK AND NO CHAIN")
    assert ids(tickets) == []
    assert commerce.value("SELECT next_id FROM commerce.ticket_seq") == 11


def test_replica_target_takes_no_ids(proxy, client, commerce):
    client.query("USE `customer@replica`")
    with pytest.raises(wire.ServerError, match="read-only"):
        client.query("INSERT INTO ticket (name) VALUES ('a')")
    with pytest.raises(wire.ServerError, match="read-only"):
        client.query("SELECT NEXT VALUE FROM commerce.ticket_seq")
    assert commerce.value("SELECT next_id FROM commerce.ticket_seq") == 1


def test_explain_route_takes_no_ids(client, commerce):
    lines = [row[0].decode() for row in client.rows("EXPLAIN ROUTE INSERT INTO ticket (name) VALUES ('a'), ('b')")]
    assert "needs: 2 ids of commerce.ticket_seq" in lines
    assert commerce.value("SELECT next_id FROM commerce.ticket_seq") == 1


def test_S9_sequence_on_mysql9(make_proxy, mysql9_server, tickets):
    make_sequence(mysql9_server)
    proxy = make_proxy(settings(mysql9_server, tickets, workers=1))
    client = wire.Wire(proxy.port).login(database="customer")
    assert client.query("INSERT INTO ticket (name) VALUES ('a'), ('b')")[0].insert_id == 1
    assert execute(client, "INSERT INTO ticket (name) VALUES (?)", b"c").insert_id == 3
    assert last_id(client) == 3
    assert client.rows("SELECT NEXT 20 VALUES FROM commerce.ticket_seq") == [[b"4"]]
    client.close()
    assert ids(tickets) == [1, 2, 3]
    assert mysql9_server.value("SELECT next_id FROM commerce.ticket_seq") == 31
    mysql9_server.sql("DROP TABLE commerce.ticket_seq")
