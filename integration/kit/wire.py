"""A raw MySQL client of few lines, for what a proper driver would never send. Blocking; one object a connection.
Packets as in https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html."""

import hashlib
import socket
import ssl
import struct

from .server import APP_PASSWORD, APP_USER

LONG_PASSWORD, FOUND_ROWS, CONNECT_WITH_DB, LOCAL_FILES, PROTOCOL_41 = 0x1, 0x2, 0x8, 0x80, 0x200
TLS, TRANSACTIONS, SECURE_CONNECTION, MULTI_STATEMENTS, MULTI_RESULTS = 0x800, 0x2000, 0x8000, 0x10000, 0x20000
PLUGIN_AUTH, CONNECT_ATTRS, SESSION_TRACK, DEPRECATE_EOF = 0x80000, 0x100000, 0x800000, 0x1000000
USUAL = LONG_PASSWORD | PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION | MULTI_RESULTS | PLUGIN_AUTH

QUIT, INIT_DB, QUERY, FIELD_LIST, STATISTICS, PROCESS_INFO, PROCESS_KILL, DEBUG, PING = 1, 2, 3, 4, 9, 10, 12, 13, 14
CHANGE_USER, STMT_PREPARE, STMT_EXECUTE, STMT_SEND_LONG_DATA, STMT_CLOSE, STMT_RESET = 17, 22, 23, 24, 25, 26
SET_OPTION, STMT_FETCH, RESET_CONNECTION = 27, 28, 31
IN_TRANSACTION, AUTOCOMMIT, MORE_RESULTS = 0x1, 0x2, 0x8


class ServerError(Exception):
    def __init__(self, payload):
        self.code = int.from_bytes(payload[1:3], "little")
        text = payload[3:]
        self.state, self.text = ("", text) if text[:1] != b"#" else (text[1:6].decode(), text[6:])
        super().__init__(f"{self.code} ({self.state}): {self.text.decode(errors='replace')}")


def native_scramble(password, salt):
    if not password:
        return b""
    once = hashlib.sha1(password).digest()
    return bytes(a ^ b for a, b in zip(once, hashlib.sha1(salt + hashlib.sha1(once).digest()).digest()))


def sha2_scramble(password, salt):
    if not password:
        return b""
    once = hashlib.sha256(password).digest()
    return bytes(a ^ b for a, b in zip(once, hashlib.sha256(hashlib.sha256(once).digest() + salt).digest()))


SCRAMBLES = {"mysql_native_password": native_scramble, "caching_sha2_password": sha2_scramble}


class Greeting:
    def __init__(self, payload):
        if payload[:1] == b"\xff":
            raise ServerError(payload)
        end = payload.index(0, 1)
        self.protocol, self.version = payload[0], payload[1:end].decode()
        self.thread_id = int.from_bytes(payload[end + 1 : end + 5], "little")
        low, self.collation, self.status, high = struct.unpack_from("<HBHH", payload, end + 14)
        self.capabilities = low | high << 16
        length = max(13, payload[end + 21] - 8)
        self.salt = (payload[end + 5 : end + 13] + payload[end + 32 : end + 32 + length])[:20]
        self.plugin = payload[end + 32 + length :].split(b"\0")[0].decode()


class Wire:
    def __init__(self, port, host="127.0.0.1", timeout=20, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._held = b""

    def close(self):
        self.socket.close()

    def vanish(self):
        """Goes with a reset instead of a farewell."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def read(self, count):
        while len(self._held) < count:
            chunk = self.socket.recv(max(65536, count - len(self._held)))
            if not chunk:
                raise EOFError("the other side closed the connection")
            self._held += chunk
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def packet(self):
        """Sequence number and payload of one frame."""
        head = self.read(4)
        return head[3], self.read(int.from_bytes(head[:3], "little"))

    def send(self, sequence, payload):
        self.socket.sendall(frame(sequence, payload))

    def greet(self):
        self.greeting = Greeting(self.packet()[1])
        return self.greeting

    def start_tls(self, capabilities, sequence=1):
        self.send(sequence, struct.pack("<IIB23x", capabilities | TLS, 1 << 24, 45))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")

    def login(
        self,
        user=APP_USER,
        password=APP_PASSWORD,
        database=None,
        capabilities=USUAL,
        plugin="mysql_native_password",
        tls=False,
    ):
        """The whole handshake; raises ServerError when refused."""
        greeting, sequence = self.greet(), 1
        if tls:
            self.start_tls(capabilities)
            capabilities, sequence = capabilities | TLS, 2
        self.send(sequence, login_payload(greeting.salt, user, password, database, capabilities, plugin))
        self.finish_login(password, plugin, tls)
        return self

    def finish_login(self, password, plugin="mysql_native_password", tls=False):
        """Answers what the server asks until it is content; raises ServerError when refused."""
        password, salt = password.encode(), self.greeting.salt
        while True:
            sequence, answer = self.packet()
            if answer[:1] == b"\x00":
                return
            if answer[:1] == b"\xff":
                raise ServerError(answer)
            if answer[:1] == b"\xfe":
                name, _, rest = answer[1:].partition(b"\0")
                plugin, salt = name.decode(), rest[:20]
                self.send(sequence + 1, SCRAMBLES[plugin](password, salt))
            elif answer == b"\x01\x04":  # full authentication
                if tls:
                    self.send(sequence + 1, password + b"\0")
                else:
                    self.send(sequence + 1, b"\x02")
                    sequence, key = self.packet()
                    self.send(sequence + 1, _rsa(key[1:], password + b"\0", salt))
            elif answer != b"\x01\x03":
                raise AssertionError(f"unexpected packet in authentication: {answer!r}")

    def command(self, code, payload=b""):
        self.send(0, bytes([code]) + payload)

    def query(self, text):
        """Text protocol; all results of the statement, each a list of rows or an Ok."""
        self.command(QUERY, text if isinstance(text, bytes) else text.encode())
        return self.results()

    def results(self):
        found, more = [], True
        while more:
            result, more = self._result()
            found.append(result)
        return found

    def rows(self, text):
        return self.query(text)[0]

    def _result(self):
        payload = self._whole()
        if payload[:1] == b"\xff":
            raise ServerError(payload)
        if payload[:1] == b"\x00":
            ok = Ok(payload)
            return ok, ok.status & MORE_RESULTS
        if payload[:1] == b"\xfb":
            raise AssertionError("LOCAL INFILE was asked for")
        for _ in range(lenenc(payload, 0)[0]):
            self._whole()
        self._end(self._whole())
        rows = []
        while True:
            payload = self._whole()
            if payload[:1] == b"\xff":
                raise ServerError(payload)
            if payload[:1] == b"\xfe" and len(payload) < 9:
                return rows, int.from_bytes(payload[3:5], "little") & MORE_RESULTS
            rows.append(text_row(payload))

    def _end(self, payload):
        assert payload[:1] == b"\xfe" and len(payload) < 9, f"expected an EOF packet, got {payload[:40]!r}"

    def _whole(self):
        """One payload, joined when it spans frames."""
        _, payload = self.packet()
        last = payload
        while len(last) == 0xFFFFFF:
            _, last = self.packet()
            payload += last
        return payload


class Ok:
    def __init__(self, payload):
        self.affected, at = lenenc(payload, 1)
        self.insert_id, at = lenenc(payload, at)
        self.status, self.warnings = struct.unpack_from("<HH", payload, at)
        self.info = payload[at + 4 :]


def frame(sequence, payload):
    return len(payload).to_bytes(3, "little") + bytes([sequence & 255]) + payload


FULL = 0xFFFFFF  # a frame that another follows


def frames(payload):
    """A packet of any size as frames."""
    pieces = [payload[at : at + FULL] for at in range(0, len(payload) + 1, FULL)]
    return b"".join(frame(sequence, piece) for sequence, piece in enumerate(pieces))


def login_payload(salt, user, password, database=None, capabilities=USUAL, plugin="mysql_native_password"):
    if database:
        capabilities |= CONNECT_WITH_DB
    proof = SCRAMBLES[plugin](password.encode(), salt)
    payload = struct.pack("<IIB23x", capabilities, 1 << 30, 45) + user.encode() + b"\0" + bytes([len(proof)]) + proof
    return payload + (database.encode() + b"\0" if database else b"") + plugin.encode() + b"\0"


def lenenc(data, at):
    """A length-encoded integer and where it ends."""
    first = data[at]
    if first < 0xFB:
        return first, at + 1
    size = {0xFC: 2, 0xFD: 3, 0xFE: 8}[first]
    return int.from_bytes(data[at + 1 : at + 1 + size], "little"), at + 1 + size


def text_row(payload):
    values, at = [], 0
    while at < len(payload):
        if payload[at] == 0xFB:
            values.append(None)
            at += 1
            continue
        length, at = lenenc(payload, at)
        values.append(payload[at : at + length])
        at += length
    return values


def _rsa(pem, password, salt):
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding

    mixed = bytes(c ^ salt[i % len(salt)] for i, c in enumerate(password))
    return serialization.load_pem_public_key(pem).encrypt(
        mixed, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    )
