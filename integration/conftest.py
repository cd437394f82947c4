"""Fixtures. Servers are started once a run and shared; a proxy belongs to one test, which it leaves quiet and lawful."""

import os
import shutil
import signal

import pytest

from kit import mariadb, mysql9
from kit.config import configuration, sharded, unsharded
from kit.places import BUILD, proxy_binary, tool
from kit.proxy import Proxy
from kit.tls import Certificates
from known_gaps import GAPS


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="the long versions of soaks and load tests")


def pytest_configure(config):
    reason = mariadb.missing() or (None if proxy_binary().exists() else f"{proxy_binary()} does not exist")
    if reason:
        raise pytest.UsageError(reason)


def pytest_collection_modifyitems(items):
    for item in items:
        for name, reason in GAPS.items():
            if item.name.startswith(name):
                item.add_marker(pytest.mark.xfail(reason=reason, strict=False))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed:
        item.session.keep_folder = True


@pytest.fixture(autouse=True)
def time_limit(request):
    """A test that hangs fails after 90 s, or what its marker `limit` says, instead of stopping the run."""
    marker = request.node.get_closest_marker("limit")
    seconds = marker.args[0] if marker else 90

    def expired(*_):
        raise TimeoutError(f"the test took more than {seconds} s")

    previous = signal.signal(signal.SIGALRM, expired)
    signal.alarm(seconds)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, previous)


@pytest.fixture(scope="session")
def thorough(request):
    return request.config.getoption("--all")


@pytest.fixture(scope="session")
def sanitized():
    """Whether memory figures of the binary mean nothing."""
    return any(word in str(proxy_binary()) for word in ("asan", "tsan"))


@pytest.fixture(scope="session")
def run_folder(request):
    """This run's files. When a test failed, the logs and configurations are kept for a look, without the servers' data:
    that is a gigabyte a run."""
    runs = BUILD / "integration"
    folder = runs / str(os.getpid())
    folder.mkdir(parents=True)
    for other in runs.iterdir():
        if not os.path.exists(f"/proc/{other.name}"):  # it was killed, perhaps
            _drop_data(other)
    yield folder
    if getattr(request.session, "keep_folder", False):
        _drop_data(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _drop_data(folder):
    for depth in ("*/data", "*/*/*/data"):  # a server of the run, a server of one test
        for data in folder.glob(depth):
            shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def certificates(run_folder):
    return Certificates(run_folder / "tls")


@pytest.fixture(scope="session")
def commerce(run_folder):
    """The tablet of the unsharded keyspace."""
    server = mariadb.MariaDb(run_folder, "commerce").start()
    server.sql("CREATE DATABASE commerce")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shards(run_folder):
    """The tablets of the sharded keyspace, by shard name."""
    servers = {
        "-80": mariadb.MariaDb(run_folder, "low", server_id=2),
        "80-": mariadb.MariaDb(run_folder, "high", server_id=3),
    }
    for server in servers.values():
        server.begin()
    for server in servers.values():
        server.ready()
        server.sql("CREATE DATABASE customer")
    yield servers
    for server in servers.values():
        server.stop()


@pytest.fixture(scope="session")
def mysql9_server(run_folder, certificates):
    reason = mysql9.missing()
    if reason:
        pytest.skip(reason)
    server = mysql9.MySql9(run_folder, "mysql9", options=certificates.server_options()).start()
    server.sql("CREATE DATABASE commerce")
    yield server
    server.stop()


@pytest.fixture
def tablet(tmp_server):
    """A MariaDB server of the test's own, to be hurt."""
    return tmp_server("tablet")


@pytest.fixture
def tmp_server(run_folder, request):
    """Makes servers of the test's own, with database `commerce`."""
    made = []

    def make(name, options=(), server_id=50):
        folder = run_folder / "own" / f"{request.node.name[:60]}-{os.urandom(3).hex()}".replace("/", "_")
        server = mariadb.MariaDb(folder, name, options=options, server_id=server_id).start()
        made.append(server)
        server.sql("CREATE DATABASE commerce")
        return server

    yield make
    for server in made:
        if server.process:
            server.thaw()
            server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def make_proxy(run_folder, request):
    """Starts proxies. At the end of the test each must be at rest, obey the conservation law, have logged no error and
    leave with 0 on SIGTERM."""
    made = []

    def make(config, start=True, errors_expected=False):
        proxy = Proxy(
            run_folder, config, name=f"{request.node.name[:60]}-{len(made)}-{os.urandom(3).hex()}".replace("/", "_")
        )
        made.append((proxy, errors_expected))
        return proxy.start() if start else proxy

    yield make
    problems = []
    for proxy, errors_expected in made:
        problems += _finish(proxy, errors_expected)
    assert not problems, "\n".join(problems)


def _finish(proxy, errors_expected):
    if not proxy.process:
        return []
    problems = []
    if not proxy.process.alive():
        problems.append(f"the proxy ended by itself with {proxy.process.exit_code}: {proxy.tail()}")
    else:
        try:
            proxy.quiet()
        except Exception as error:  # the proxy must be stopped all the same
            problems.append(f"not at rest after the test: {error}")
        code = proxy.stop()
        if code != 0:
            problems.append(f"left with {code} on SIGTERM: {proxy.tail()}")
    if not errors_expected and proxy.log_lines("error"):
        problems.append("errors in the log:\n" + "\n".join(proxy.log_lines("error")[:10]))
    return problems


@pytest.fixture
def proxy(make_proxy, commerce):
    """Over the unsharded keyspace alone."""
    return make_proxy(configuration({"commerce": unsharded(commerce)}))


@pytest.fixture
def sharded_proxy(make_proxy, commerce, shards):
    return make_proxy(configuration({"commerce": unsharded(commerce), "customer": sharded(shards)}))


@pytest.fixture
def need():
    def check(*tools):
        for name in tools:
            if not tool(name):
                pytest.skip(f"{name} is not installed (scripts/install-deps test)")
        return [tool(name) for name in tools]

    return check


@pytest.fixture
def table(request, commerce):
    """A name for a table of the test's own in `commerce`, dropped at the end."""
    name = "t_" + os.urandom(4).hex()
    yield name
    if commerce.process and commerce.process.alive():
        commerce.sql(f"DROP TABLE IF EXISTS commerce.{name}")


@pytest.fixture
def customers(shards):
    """Empty tables customer and orders on both shards, made on the tablets directly."""
    for server in shards.values():
        server.sql("CREATE OR REPLACE TABLE customer.customer (id BIGINT PRIMARY KEY, name VARCHAR(64))")
        server.sql(
            "CREATE OR REPLACE TABLE customer.orders (id BIGINT, customer_id BIGINT, what VARCHAR(64), PRIMARY KEY (customer_id, id))"
        )
    yield shards
    for server in shards.values():
        if server.process and server.process.alive():
            server.sql("DROP TABLE IF EXISTS customer.customer, customer.orders")
