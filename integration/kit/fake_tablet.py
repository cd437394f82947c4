"""A tablet in Python that speaks just enough: it lets anybody in, answers statements with one row or OK, and can greet
wrongly or answer one marked statement with packets of the test's choice."""

import re
import socket
import threading

from . import wire

GREETING = (
    b"\x0a5.5.5-10.11.0-fake\0"
    + (7).to_bytes(4, "little")
    + b"12345678\0"
    + b"\xff\xf7\x2d\x02\x00\xff\x81\x15"
    + b"\0" * 10
    + b"123456789012\0mysql_native_password\0"
)
OK, EOF = b"\x00\x00\x00\x02\x00\x00\x00", b"\xfe\x00\x00\x02\x00"
COLUMN = b"\x03def\x00\x00\x00\x01a\x00\x0c\x3f\x00\x0b\x00\x00\x00\x08\x81\x00\x00\x00\x00"


class _Client:
    def __init__(self, sock):
        self.socket = sock

    def read(self, count):
        data = b""
        while len(data) < count:
            chunk = self.socket.recv(count - len(data))
            if not chunk:
                raise EOFError
            data += chunk
        return data

    def packet(self):
        head = self.read(4)
        return head[3], self.read(int.from_bytes(head[:3], "little"))

    def send_raw(self, data):
        self.socket.sendall(data)

    def send(self, sequence, *payloads):
        self.socket.sendall(b"".join(wire.frame(sequence + n, payload) for n, payload in enumerate(payloads)))


class FakeTablet:
    """`greet(client)` replaces the handshake and whatever follows; `answer` are the payloads for a statement with `marked`."""

    def __init__(self, greet=None, marked=None, answer=()):
        self._greet, self._marked, self._answer = greet, marked, list(answer)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.statements = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(_Client(sock),), daemon=True).start()

    def _serve(self, client):
        try:
            if self._greet:
                self._greet(client)
                client.read(1 << 20)  # until the other side has enough
                return
            client.send(0, GREETING)
            sequence, _ = client.packet()
            client.send(sequence + 1, OK)
            while True:
                self._command(client, *client.packet())
        except (OSError, EOFError):
            pass
        finally:
            client.socket.close()

    def _command(self, client, sequence, payload):
        if payload[:1] == b"\x01":
            raise EOFError
        if payload[:1] == b"\x03":
            self.statements.append(payload[1:])
            if self._marked and self._marked in payload:
                client.send(sequence + 1, *self._answer)
                return
            if re.match(rb"\s*(select|show)", payload[1:], re.I):
                client.send(sequence + 1, b"\x01", COLUMN, EOF, b"\x011", EOF)
                return
        client.send(sequence + 1, OK)
