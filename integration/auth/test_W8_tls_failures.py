"""traps.md W8: one failed TLS handshake does not poison others; a half-closed TLS client costs no CPU."""

import os
import socket
import ssl
import struct
import time

from kit import wire

SSL_REQUEST = struct.pack("<IIB23x", wire.USUAL | wire.TLS, 1 << 24, 45)


def test_W8_failed_handshakes_do_not_poison_others(auth_proxy, commerce):
    proxy = auth_proxy(commerce)
    good = [wire.Wire(proxy.port).login(tls=True) for _ in range(4)]
    for round_ in range(25):
        garbage, early, old, plain = (wire.Wire(proxy.port) for _ in range(4))
        for client in (garbage, early, old, plain):
            client.greet()
            client.send(1, SSL_REQUEST)
        garbage.socket.sendall(os.urandom(300))
        early.socket.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")  # a client hello that breaks off
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("AES128-SHA:@SECLEVEL=0")
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        try:
            context.wrap_socket(old.socket, do_handshake_on_connect=True)
            raise AssertionError("TLS 1.1 was accepted")
        except (ssl.SSLError, OSError):
            pass
        plain.send(2, wire.login_payload(plain.greeting.salt, "app", "secret"))  # goes on in clear
        for client in good:
            assert client.rows("SELECT 1") == [[b"1"]]
        for client in (garbage, plain):
            client.close()
        early.vanish()
    for client in good:
        assert client.rows("SELECT REPEAT('x', 100000)")[0][0] == b"x" * 100000
        client.close()


def test_W8_half_closed_client_costs_no_cpu(auth_proxy, commerce):
    proxy = auth_proxy(commerce)
    clients = [wire.Wire(proxy.port).login(tls=True) for _ in range(8)]
    for client in clients[:4]:
        # The TCP half-close without TLS's farewell; the socket stays open for reading.
        socket.socket.shutdown(client.socket, socket.SHUT_WR)
    for client in clients[4:]:
        client.socket.setblocking(False)
        try:
            client.socket.unwrap()
        except (ssl.SSLError, OSError):
            pass
    time.sleep(0.3)
    before = proxy.process.cpu_seconds()
    time.sleep(2)
    assert proxy.process.cpu_seconds() - before <= 0.1
    for client in clients:
        client.close()


def test_W8_a_client_that_closes_while_rows_flow(auth_proxy, commerce):
    proxy = auth_proxy(commerce)
    for _ in range(20):
        client = wire.Wire(proxy.port).login(tls=True)
        client.command(wire.QUERY, b"SELECT REPEAT('x', 1000) FROM seq_1_to_20000")
        client.packet()
        client.close()
    proxy.quiet()
