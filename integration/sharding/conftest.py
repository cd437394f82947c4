"""One server that holds all the data of the sharded keyspace, for comparisons: `whole` with the data of kit/one_and_many.py,
`one` with that of kit/spread.py."""

import collections

import pytest

from kit import mariadb, one_and_many
from kit.config import configuration, sharded, unsharded
from kit.spread import spread

# Key ranges of very different sizes; the first of seven has hardly a row, or none.
UNEVEN = {
    4: ("-10", "10-70", "70-f0", "f0-"),
    7: ("-01", "01-2c", "2c-80", "80-84", "84-b0", "b0-fc", "fc-"),
}
PLANS_SEEN = pytest.StashKey()  # how many shards: how often EXPLAIN ROUTE gave each plan


@pytest.fixture(scope="session")
def whole(run_folder):
    server = mariadb.MariaDb(run_folder, "whole", server_id=9).start()
    server.sql("CREATE DATABASE customer")
    server.sql("CREATE DATABASE commerce")
    yield server
    server.stop()


PRODUCT = "CREATE OR REPLACE TABLE product (name VARCHAR(20) PRIMARY KEY, weight DECIMAL(6, 2), customer VARCHAR(10))"
PRODUCTS = "INSERT INTO product VALUES ('apple', 0.2, 'x'), ('pear', 0.3, NULL), ('zebra', 300, 'y'), ('plum', NULL, 'z')"


def pytest_terminal_summary(terminalreporter, config):
    for count, plans in config.stash.get(PLANS_SEEN, {}).items():
        total = sum(plans.values())
        shares = ", ".join(f"{plan} {100 * n / total:.1f} %" for plan, n in plans.most_common())
        terminalreporter.write_line(f"plans of {total} random statements over {count} shards: {shares}")


@pytest.fixture(scope="session")
def uneven_shards(run_folder):
    """Tablets of a keyspace of four or seven shards, by shard name; the four are among the seven."""
    servers = []

    def make(count):
        fresh = [mariadb.MariaDb(run_folder, f"uneven{n}", server_id=20 + n) for n in range(len(servers), count)]
        for server in fresh:
            server.begin()
        for server in fresh:
            server.ready()
            server.sql("CREATE DATABASE customer")
        servers.extend(fresh)
        return dict(zip(UNEVEN[count], servers))

    yield make
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def layout(shards):
    """The shards that hold the data, by name: a module may have others."""
    return shards


@pytest.fixture
def plans_seen(request, layout):
    """Counts plans of random statements over these shards; the end of the run shows them."""
    seen = request.config.stash.setdefault(PLANS_SEEN, {})
    return seen.setdefault(len(layout), collections.Counter())


@pytest.fixture(scope="module")
def data_everywhere(whole, layout, commerce):
    """Loads the data of one_and_many; tests that change it load it again, or only the tables that they have changed."""

    def load(seed=7, customers=60, again=()):
        data = one_and_many.rows(seed, customers)
        if again:
            one_and_many.refill(whole, "customer", data, again)
            for name, server in layout.items():
                one_and_many.refill(server, "customer", data, again, one_and_many.belongs(name))
            return
        one_and_many.fill(whole, "customer", data)
        for name, server in layout.items():
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
    for server in layout.values():
        for table in one_and_many.SCHEMA:
            server.sql(f"DROP TABLE IF EXISTS customer.{table}")


@pytest.fixture
def gather_proxy(make_proxy, commerce, layout, data_everywhere):
    def make(**more):
        return make_proxy(
            configuration(
                {"commerce": unsharded(commerce), "customer": sharded(layout, one_and_many.VSCHEMA)}, **more
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
