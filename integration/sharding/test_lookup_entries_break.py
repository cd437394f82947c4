"""Entries of lookups and their rows when something breaks on the way: neither of them, or both."""

import threading

import pymysql
import pytest

from kit import guests as hotel
from kit import one_and_many
from kit.config import configuration, sharded, unsharded
from kit.guests import assert_entries, rows, run, table, vschema
from kit.waiting import until

INSERT = "INSERT INTO guest (id, n, badge, room, town) VALUES "


@pytest.fixture(name="guests")
def the_guests(shards, commerce):
    hotel.make_tables(shards, commerce)
    yield shards
    hotel.drop_tables(shards, commerce)


@pytest.fixture
def proxy(make_proxy, commerce, guests):
    return make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(guests, vschema())}, workers=1))


@pytest.fixture
def held(commerce):
    """Somebody else's transaction holds the badge 'held'."""
    other = one_and_many.connect(commerce, "commerce")
    run(other, "BEGIN")
    run(other, "INSERT INTO badge_lookup VALUES ('held', 'x')")
    yield other
    other.close()


def test_a_lock_that_is_not_given(proxy, guests, commerce, held):
    session = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    run(session, "SET innodb_lock_wait_timeout = 1")
    run(session, INSERT + "(1, 1, 'a', 7, 'x')")
    run(session, "BEGIN")
    run(session, INSERT + "(2, 1, 'b', 7, 'x')")
    for statement in (
        INSERT + "(3, 1, 'c', 7, 'x'), (4, 1, 'held', 8, 'x')",
        "UPDATE guest SET badge = 'held' WHERE id = 1",
        "UPDATE guest SET badge = 'held' WHERE id = 1 LIMIT 1",
        "REPLACE INTO guest (id, n, badge, room, town) VALUES (1, 1, 'held', 9, 'y')",
    ):
        with pytest.raises(pymysql.err.OperationalError) as error:
            run(session, statement)
        assert error.value.args[0] == 1205, statement
        assert [row[2] for row in table(session)] == ["a", "b"]
    run(session, "COMMIT")
    held.rollback()
    assert_entries(guests, commerce)
    assert [row[2] for row in table(session)] == ["a", "b"]
    session.close()


@pytest.mark.parametrize("in_transaction", (False, True))
def test_killed_while_it_waits(proxy, guests, commerce, held, in_transaction):
    session = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    number = rows(session, "SELECT CONNECTION_ID()")[0][0]
    run(session, INSERT + "(1, 1, 'a', 7, 'x')")
    if in_transaction:
        run(session, "BEGIN")
        run(session, INSERT + "(2, 1, 'b', 7, 'x')")
    said = []

    def wait():
        try:
            said.append(run(session, INSERT + "(3, 1, 'c', 7, 'x'), (4, 1, 'held', 8, 'x')"))
        except pymysql.err.MySQLError as error:
            said.append(error.args[0])

    thread = threading.Thread(target=wait)
    thread.start()
    waits = "SELECT 1 FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'"
    until(lambda: rows(held, waits), lambda: f"the INSERT to wait; {said}", 40, every=0.3)  # the table is renewed only when left alone
    proxy.sql(f"KILL QUERY {number}", database="customer")
    thread.join(20)
    assert said == [1317]
    held.rollback()
    # The statement was taken back, and no more.
    assert [row[2] for row in table(session)] == (["a", "b"] if in_transaction else ["a"])
    if in_transaction:
        run(session, "COMMIT")
    until(lambda: run(session, INSERT + "(4, 1, 'held', 8, 'x')") == 1, lambda: "the badge to be free", 20)
    assert_entries(guests, commerce)
    session.close()


def test_the_lookups_tablet_is_lost(make_proxy, tmp_server, shards):
    tablet = tmp_server("entries", options=("--innodb-flush-log-at-trx-commit=1",))
    hotel.make_tables(shards, tablet)
    setup = configuration({"commerce": unsharded(tablet), "customer": sharded(shards, vschema())}, pool={"wait_timeout": "1s"}, workers=1)
    proxy = make_proxy(setup, errors_expected=True)
    session = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    run(session, INSERT + "(1, 1, 'a', 7, 'x'), (2, 1, 'b', 7, 'x')")
    before = table(session)
    run(session, "BEGIN")
    run(session, INSERT + "(5, 1, 'e', 7, 'x')")
    tablet.kill()
    for statement in (
        INSERT + "(3, 1, 'c', 7, 'x')",
        "UPDATE guest SET badge = 'q' WHERE id = 1",
        "UPDATE guest SET badge = 'q' ORDER BY id LIMIT 1",
        "DELETE FROM guest",
        "REPLACE INTO guest (id, n, badge, room, town) VALUES (1, 1, 'z', 9, 'y')",
    ):
        with pytest.raises(pymysql.err.MySQLError):
            run(session, statement)
        run(session, "ROLLBACK")
        assert table(session) == before, statement
    # What needs no entry goes on.
    assert run(session, "UPDATE guest SET note = 5 WHERE id = 1") == 1
    tablet.start()
    until(lambda: hotel.outcome(session, "UPDATE guest SET badge = 'q', town = 't' WHERE id = 1") == 1, lambda: "the lookup to answer again", 30)
    assert_entries(shards, tablet)
    session.close()
    for server in shards.values():
        server.sql("DROP TABLE IF EXISTS customer.guest, customer.room_lookup")
