"""Query attributes (CLIENT_QUERY_ATTRIBUTES) of MySQL 9: handed on to a tablet that knows them, text and prepared."""

import pytest

from kit import cli, prepared, wire
from kit.config import configuration, unsharded

QUERY_ATTRIBUTES = 0x8000000
WITH = wire.USUAL | QUERY_ATTRIBUTES
TYPES = b"\xfe\x00"  # a string


def text(data):
    return bytes([len(data)]) + data


def query(client, sql, **attributes):
    """COM_QUERY with attributes, by its bytes."""
    payload = bytes([len(attributes), 1])
    if attributes:
        payload += b"\0" * ((len(attributes) + 7) // 8) + b"\x01"
        payload += b"".join(TYPES + text(name.encode()) for name in attributes)
        payload += b"".join(text(value) for value in attributes.values())
    client.command(wire.QUERY, payload + sql.encode())
    return client.results()


def execute(client, number, values, **attributes):
    """COM_STMT_EXECUTE with PARAMETER_COUNT_AVAILABLE."""
    count = len(values) + len(attributes)
    payload = number + b"\x08\x01\0\0\0" + bytes([count]) + b"\0" * ((count + 7) // 8) + b"\x01"
    payload += b"".join(TYPES + text(name) for name in [b""] * len(values) + [name.encode() for name in attributes])
    payload += b"".join(text(value) for value in [*values, *attributes.values()])
    client.command(wire.STMT_EXECUTE, payload)
    return [row[2:] for row in prepared.binary_rows(client)]


@pytest.fixture(scope="module")
def component(mysql9_server):
    mysql9_server.sql('INSTALL COMPONENT "file://component_query_attributes"')
    yield mysql9_server
    mysql9_server.sql('UNINSTALL COMPONENT "file://component_query_attributes"')


@pytest.fixture
def proxy9(component, make_proxy):
    return make_proxy(configuration({"commerce": unsharded(component)}, pool={"size": 1}))


def login(proxy, capabilities=WITH):
    return wire.Wire(proxy.port).login(database="commerce", capabilities=capabilities, plugin="caching_sha2_password")


def test_a_tablet_that_knows_them_gets_them(proxy9):
    client = login(proxy9)
    ask = "SELECT mysql_query_attribute_string('k')"
    assert query(client, ask, k=b"v1") == [[[b"v1"]]]
    assert query(client, ask) == [[[None]]]
    assert query(client, ask, other=b"x", k=b"v2") == [[[b"v2"]]]
    assert query(client, "SELECT 1", k=b"v" * 200) == [[[b"1"]]]
    client.close()


def test_prepared(proxy9):
    client = login(proxy9)
    number, _, parameters = prepared.prepare(client, "SELECT CONCAT(?, IFNULL(mysql_query_attribute_string('k'), '-'))")
    assert parameters == 1
    assert execute(client, number, [b"a"], k=b"v1") == [text(b"av1")]
    assert execute(client, number, [b"b"]) == [text(b"b-")]
    client.close()


def test_they_are_the_statements_alone(proxy9):
    """One tablet connection: the next session sees nothing of them, nor does one that speaks without them."""
    client, other, plain = login(proxy9), login(proxy9), login(proxy9, wire.USUAL)
    ask = "SELECT mysql_query_attribute_string('k')"
    assert query(client, ask, k=b"v") == [[[b"v"]]]
    assert query(other, ask) == [[[None]]]
    assert plain.rows(ask) == [[None]]
    for each in (client, other, plain):
        each.close()


def test_a_statement_that_the_proxy_changes_runs_without_them(proxy9):
    client = login(proxy9)
    rows = query(client, "SELECT CONNECTION_ID(), mysql_query_attribute_string('k')", k=b"v")[0]
    assert rows == [[b"%d" % client.greeting.thread_id, None]]
    client.close()


@pytest.mark.parametrize("payload", [b"", b"\x01", b"\x01\x01", b"\x01\x02\0\x01\xfe\0\x01k\x01vSELECT 1", b"\xfe" + b"\xff" * 8])
def test_malformed(proxy9, payload):
    client = login(proxy9)
    client.command(wire.QUERY, payload)
    with pytest.raises(wire.ServerError) as refused:
        client.results()
    assert refused.value.code == 1835
    assert query(client, "SELECT 1") == [[[b"1"]]]
    client.close()


def test_mariadb_tablets_have_none(proxy):
    client = wire.Wire(proxy.port)
    assert not client.greet().capabilities & QUERY_ATTRIBUTES
    client.close()


def test_mysql9_client(proxy9):
    script = "query_attributes k v1 l v2\nSELECT mysql_query_attribute_string('k') AS k;\nSELECT 2 AS k;\n"
    said = cli.mysql(script, proxy9.port, "commerce", extra=("--batch", "--named-commands", "--commands"))
    assert (said.code, said.out) == (0, "k\nv1\nk\n2\n"), said.err


def test_mysql9_client_before_mariadb(proxy, mysql9_server):
    script = "query_attributes k v1\nSELECT 1 AS k;\n"
    said = cli.mysql(script, proxy.port, "commerce", extra=("--batch", "--named-commands", "--commands"))
    assert (said.code, said.out) == (0, "k\n1\n"), said.err
