"""A keyspace of two shards, filled through the proxy, and one server with the same rows."""

import pytest

from kit import mariadb
from kit.config import configuration, sharded
from kit.one_and_many import connect


@pytest.fixture
def filled(run_folder, shards, make_proxy):
    """Makes the tables and rows in both; gives a connection to each: the one server's, and the proxy's."""
    server = mariadb.MariaDb(run_folder, "tpc", server_id=9).start()
    opened = []

    def fill(database, tables, rows, vschema):
        for each in (server, *shards.values()):
            each.sql(f"CREATE OR REPLACE DATABASE {database}")
        proxy = make_proxy(configuration({database: sharded(shards, vschema)}))
        for target in (server, proxy):
            connection = connect(target, database)
            opened.append(connection)
            with connection.cursor() as cursor:
                for table, columns in tables.items():
                    cursor.execute(f"CREATE TABLE {table} ({columns})")
                    values = ", ".join(["%s"] * len(rows[table][0]))
                    assert cursor.executemany(f"INSERT INTO {table} VALUES ({values})", rows[table]) == len(rows[table])
            connection.commit()
        return opened

    yield fill
    for connection in opened:
        connection.close()
    server.stop()
