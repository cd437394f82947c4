"""INSERT ... SELECT over shards of TIMESTAMPs, which travel as the session's text: where a text is two instants, in the hour
that a time zone has twice, the statement is refused and nothing is an hour off."""

import subprocess

import pymysql
import pytest

from kit.places import tool

ZONE = "Europe/Berlin"
# Both are 02:30 there.
EARLY, LATE = "2024-10-27 00:30:00", "2024-10-27 01:30:00"


@pytest.fixture
def zone(shards, commerce):
    program, file = tool("mariadb-tzinfo-to-sql"), f"/usr/share/zoneinfo/{ZONE}"
    if not program:
        pytest.skip("mariadb-tzinfo-to-sql is not installed")
    text = subprocess.run([program, file, ZONE], check=True, capture_output=True, text=True).stdout
    text = text[text.index("INSERT INTO time_zone (") : text.index("UNLOCK TABLES")]
    for server in (*shards.values(), commerce):
        connection = server.connect("mysql", client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS)
        with connection.cursor() as cursor:
            cursor.execute(text)
            while cursor.nextset():
                pass
            connection.commit()
            cursor.execute("FLUSH TABLES")
        connection.close()


def instants(session, condition):
    with session.cursor() as cursor:
        cursor.execute(f"SELECT UNIX_TIMESTAMP(moment) FROM odd WHERE {condition} ORDER BY id")
        return [value for (value,) in cursor.fetchall()]


def test_an_hour_that_is_twice(gather_proxy, data_everywhere, zone):
    data_everywhere()
    proxy = gather_proxy()
    session = proxy.connect("customer", charset="utf8mb4", autocommit=True)
    with session.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
        for first, moment in ((1, EARLY), (11, LATE), (21, "2024-10-27 12:00:00")):
            cursor.execute(f"UPDATE odd SET moment = '{moment}' WHERE id BETWEEN {first} AND {first + 9}")
        before = instants(session, "id <= 30")
        cursor.execute(f"SET time_zone = '{ZONE}'")
        told = []
        for first in (1, 11, 21):
            try:
                cursor.execute(f"INSERT INTO odd (id, moment) SELECT id + 1000, moment FROM odd WHERE id BETWEEN {first} AND {first + 9}")
                told.append("")
            except pymysql.err.MySQLError as error:
                told.append(str(error))
        assert sum("the hour that the session's time zone has twice" in error for error in told) == 1, told
        assert told.count("") == 2 and told[2] == ""
        kept = [seconds for seconds, error in zip((before[:10], before[10:20], before[20:]), told) if not error]
        assert instants(session, "id > 1000") == [second for seconds in kept for second in seconds]
        cursor.execute("DELETE FROM odd WHERE id > 1000")
        cursor.execute("SET time_zone = '+00:00'")
        assert cursor.execute("INSERT INTO odd (id, moment) SELECT id + 1000, moment FROM odd WHERE id <= 30") == 30
        assert instants(session, "id > 1000") == before
    session.close()
    proxy.quiet()
