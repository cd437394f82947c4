"""PROXY headers, versions 1 and 2: raw ones, and HAProxy's."""

import socket
import ssl
import struct
import time

import pytest

from kit import wire
from kit.config import configuration, unsharded
from kit.haproxy import HaProxy
from kit.waiting import until

START = b"\r\n\r\n\0\r\nQUIT\n"
V1 = b"PROXY TCP4 203.0.113.9 192.0.2.1 51234 3306\r\n"
V1_6 = b"PROXY TCP6 2001:db8::9 2001:db8::1 51234 3306\r\n"


def v2(command=0x21, family=0x11, rest=None):
    if rest is None:
        rest = socket.inet_aton("203.0.113.9") + socket.inet_aton("192.0.2.1") + struct.pack(">HH", 51234, 3306)
    return START + struct.pack(">BBH", command, family, len(rest)) + rest


V2_6 = v2(
    family=0x21,
    rest=socket.inet_pton(socket.AF_INET6, "2001:db8::9") + bytes(16) + struct.pack(">HH", 51234, 3306),
)
TLVS = v2(rest=v2()[16:] + b"\x03\x00\x04abcd" + b"\x04\x03\xe8" + bytes(1000))


@pytest.fixture
def trusting(make_proxy, commerce):
    def make(networks=("127.0.0.0/8",), **listen):
        return make_proxy(
            configuration(
                {"commerce": unsharded(commerce)}, listen={"proxy_protocol_networks": list(networks), **listen}
            )
        )

    return make


def connect(proxy, header, **login):
    client = wire.Wire(proxy.port)
    client.socket.sendall(header)
    return client.login(database="commerce", **login)


def host_of(client):
    """As SHOW PROCESSLIST has it."""
    own = client.rows("SELECT CONNECTION_ID()")[0][0]
    return {row[0]: row[2].decode() for row in client.rows("SHOW PROCESSLIST")}[own]


@pytest.mark.parametrize(
    "header, host",
    [
        (V1, "203.0.113.9:51234"),
        (V1_6, "[2001:db8::9]:51234"),
        (v2(), "203.0.113.9:51234"),
        (V2_6, "[2001:db8::9]:51234"),
        (TLVS, "203.0.113.9:51234"),
    ],
    ids=["v1", "v1-ipv6", "v2", "v2-ipv6", "tlvs"],
)
def test_the_headers_address_is_the_clients(trusting, header, host):
    proxy = trusting()
    client = connect(proxy, header)
    assert host_of(client) == host
    assert client.rows("SELECT USER()") == [[b"app@" + host.rpartition(":")[0].encode()]]
    shown = [row for row in proxy.admin("SHOW CLIENTS") if row["user"] == "app"]
    assert [f"{row['addr']}:{row['port']}" for row in shown] == [host]
    client.close()
    with pytest.raises(wire.ServerError) as refused:
        connect(proxy, header, password="wrong")
    assert refused.value.code == 1045 and f"'app'@'{host.rpartition(':')[0]}'" in str(refused.value)
    assert proxy.logged("client=", host)


@pytest.mark.parametrize(
    "header",
    [b"", b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN ff 1 2 3\r\n", v2(0x20, 0, b""), v2(0x20), v2(0x21, 0x31, bytes(216))],
    ids=["none", "unknown", "unknown-with-more", "local", "local-with-addresses", "unix"],
)
def test_without_an_address_the_sockets_own_holds(trusting, header):
    proxy = trusting()
    client = connect(proxy, header)
    assert host_of(client) == "127.0.0.1:%d" % client.socket.getsockname()[1]
    client.close()


@pytest.mark.parametrize("header", [V1, v2(), TLVS], ids=["v1", "v2", "tlvs"])
def test_in_any_pieces(trusting, header):
    proxy = trusting()
    client = wire.Wire(proxy.port)
    for byte in header[:60]:
        client.socket.sendall(bytes([byte]))
    client.socket.sendall(header[60:])
    client.login(database="commerce")
    assert host_of(client).startswith("203.0.113.9")
    client.close()
    # And together with what the client says next.
    client = wire.Wire(proxy.port)
    client.greet()
    login = wire.login_payload(client.greeting.salt, "app", "secret", "commerce")
    client.socket.sendall(header + wire.frame(1, login))
    client.finish_login("secret")
    assert host_of(client).startswith("203.0.113.9")
    client.close()


def test_tls_begins_behind_it(trusting, certificates):
    proxy = trusting(tls=certificates.listen())
    client = connect(proxy, V1, tls=True)
    assert host_of(client) == "203.0.113.9:51234"
    client.close()
    # Header, TLS request and ClientHello in one segment.
    client = wire.Wire(proxy.port)
    client.greet()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    request = wire.frame(1, struct.pack("<IIB23x", wire.USUAL | wire.TLS, 1 << 24, 45))
    client.socket.sendall(v2() + request + outgoing.read())
    while True:
        incoming.write(client.socket.recv(65536))
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            client.socket.sendall(outgoing.read())
    assert tls.version() in ("TLSv1.2", "TLSv1.3")
    client.close()


@pytest.mark.parametrize("networks", [[], ["10.0.0.0/8"], ["localhost", "::1"]])
@pytest.mark.parametrize("header", [V1, v2(), v2(0x20, 0, b"")])
def test_from_elsewhere_it_is_refused(trusting, networks, header):
    proxy = trusting(networks)
    with pytest.raises(wire.ServerError) as refused:
        connect(proxy, header)
    assert refused.value.code == 1130 and "PROXY header is not accepted from 127.0.0.1" in str(refused.value)
    assert proxy.value("SELECT 1", database="commerce") == 1


@pytest.mark.parametrize(
    "header",
    [
        b"PROXY TCP4 203.0.113.9 192.0.2.1 51234\r\n",
        b"PROXY TCP4 203.0.113.9 192.0.2.1 51234 70000\r\n",
        b"PROXY" + b" " * 200,
        v2(0x22),
        v2(rest=b"12345"),
        START + struct.pack(">BBH", 0x21, 0x11, 0xFFFF),
    ],
)
def test_a_malformed_one_is_refused(trusting, header):
    proxy = trusting()
    with pytest.raises(wire.ServerError) as refused:
        connect(proxy, header)
    assert refused.value.code == 1043 and "PROXY header" in str(refused.value)
    assert proxy.value("SELECT 1", database="commerce") == 1


@pytest.mark.parametrize("header", [b"", b"PRO", V1[:-1], v2()[:15], v2()[:-1]])
def test_half_a_header_has_a_time_limit(trusting, header):
    proxy = trusting(handshake_timeout="600ms")
    began = time.monotonic()
    client = wire.Wire(proxy.port)
    client.greet()
    client.socket.sendall(header)
    with pytest.raises((EOFError, ConnectionError)):
        client.packet()
    assert 0.5 < time.monotonic() - began < 5
    client.close()
    until(lambda: proxy.metrics().sum("leasehold_clients") == 0, "the client to be gone", 5)


def test_a_unix_socket_is_not_secure_for_who_came_through_it(trusting, certificates):
    """The Unix socket leads to the load balancer only; its own client came from somewhere else."""
    proxy = trusting(["localhost"], tls=certificates.listen(required=True))
    for header, code in ((b"", None), (v2(0x20, 0, b""), None), (v2(), 3159)):
        client = wire.Wire.__new__(wire.Wire)
        client.socket, client._held = socket.socket(socket.AF_UNIX), b""
        client.socket.settimeout(20)
        client.socket.connect(str(proxy.socket))
        client.socket.sendall(header)
        if code is None:
            assert client.login(database="commerce").rows("SELECT USER()") == [[b"app@localhost"]]
        else:
            with pytest.raises(wire.ServerError) as refused:
                client.login(database="commerce")
            assert refused.value.code == code
        client.close()


def test_a_reload_changes_who_is_believed(trusting):
    proxy = trusting([])
    with pytest.raises(wire.ServerError):
        connect(proxy, V1)
    proxy.config["listen"]["proxy_protocol_networks"] = ["127.0.0.1"]
    proxy.write()
    proxy.reload()

    def believed():
        try:
            client = connect(proxy, V1)
        except wire.ServerError:
            return False
        host = host_of(client)
        client.close()
        return host == "203.0.113.9:51234"

    until(believed, "the reload", 10)


@pytest.mark.parametrize("option", ["send-proxy", "send-proxy-v2", ""])
def test_haproxy(trusting, need, run_folder, option):
    need("haproxy")
    proxy = trusting(["127.0.0.1"])
    haproxy = HaProxy(run_folder, proxy.port, option)
    try:
        for _ in range(3):
            client = haproxy.connect("commerce", bind_address="127.0.0.2")
            with client.cursor() as cursor:
                cursor.execute("SELECT USER()")
                assert cursor.fetchone() == ("app@127.0.0.2" if option else "app@127.0.0.1",)
                cursor.execute("SELECT REPEAT('x', 3000000)")
                assert len(cursor.fetchone()[0]) == 3000000
            client.close()
    finally:
        haproxy.stop()


def test_haproxys_health_checks(trusting, need, run_folder):
    """A check connects, says LOCAL (version 2) or tells itself (version 1), and goes: nothing is logged as an error."""
    need("haproxy")
    proxy = trusting(["127.0.0.1"])
    haproxy = HaProxy(run_folder, proxy.port, "check inter 50ms send-proxy-v2 check-send-proxy")
    try:
        time.sleep(0.6)
        haproxy.connect("commerce").close()
    finally:
        haproxy.stop()
