"""One server that holds all the data of the sharded keyspace, for comparisons: `whole` with the data of kit/one_and_many.py,
`one` with that of kit/spread.py."""

import pytest

from kit import mariadb, one_and_many
from kit.config import configuration, sharded, unsharded
from kit.spread import spread


@pytest.fixture(scope="session")
def whole(run_folder):
    server = mariadb.MariaDb(run_folder, "whole", server_id=9).start()
    server.sql("CREATE DATABASE customer")
    server.sql("CREATE DATABASE commerce")
    yield server
    server.stop()


PRODUCT = "CREATE OR REPLACE TABLE product (name VARCHAR(20) PRIMARY KEY, weight DECIMAL(6, 2), customer VARCHAR(10))"
PRODUCTS = "INSERT INTO product VALUES ('apple', 0.2, 'x'), ('pear', 0.3, NULL), ('zebra', 300, 'y'), ('plum', NULL, 'z')"


@pytest.fixture(scope="module")
def data_everywhere(whole, shards, commerce):
    """Loads the data of one_and_many; tests that change it load it again."""

    def load(seed=7, customers=60):
        data = one_and_many.rows(seed, customers)
        one_and_many.fill(whole, "customer", data)
        for name, server in shards.items():
            one_and_many.fill(server, "customer", data, one_and_many.belongs(name))
        for server in (whole, commerce):
            connection = one_and_many.connect(server, "commerce")
            with connection.cursor() as cursor:
                cursor.execute(PRODUCT)
                cursor.execute(PRODUCTS)
            connection.commit()
            connection.close()

    load()
    yield load
    # Tests of other modules have tables of the same names.
    for server in shards.values():
        for table in one_and_many.SCHEMA:
            server.sql(f"DROP TABLE IF EXISTS customer.{table}")


@pytest.fixture
def gather_proxy(make_proxy, commerce, shards, data_everywhere):
    def make(**more):
        return make_proxy(
            configuration(
                {"commerce": unsharded(commerce), "customer": sharded(shards, one_and_many.VSCHEMA)}, **more
            )
        )

    return make


@pytest.fixture
def both(gather_proxy, whole):
    """A connection to the one server and one to the proxy."""
    proxy = gather_proxy()
    one = one_and_many.connect(whole, "customer")
    many = proxy.connect("customer", charset="utf8mb4")
    yield one, many
    one.close()
    many.close()
    proxy.quiet()


@pytest.fixture(scope="module")
def one(run_folder, shards):
    """One server with all the rows that this module's shards have."""
    with spread(run_folder, shards) as server:
        yield server
