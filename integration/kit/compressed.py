"""The compressed protocol for kit.wire's raw client: a socket that packs and unpacks.
https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_compression.html"""

import ctypes
import ctypes.util
import zlib

from . import wire

COMPRESS, ZSTD = 0x20, 0x4000000


class _Zstd:
    def __init__(self):
        self._lib = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
        for name in ("ZSTD_compress", "ZSTD_decompress", "ZSTD_compressBound"):
            getattr(self._lib, name).restype = ctypes.c_size_t
        self._lib.ZSTD_compress.argtypes = [
            ctypes.c_void_p,
            ctypes.c_size_t,
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_int,
        ]
        self._lib.ZSTD_decompress.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]

    def compress(self, data):
        room = ctypes.create_string_buffer(len(data) + len(data) // 128 + 512)
        size = self._lib.ZSTD_compress(room, len(room), data, len(data), 3)
        return room.raw[:size]

    def decompress(self, data, size):
        room = ctypes.create_string_buffer(size)
        assert self._lib.ZSTD_decompress(room, size, data, len(data)) == size
        return room.raw[:size]


class _Zlib:
    compress = staticmethod(zlib.compress)

    @staticmethod
    def decompress(data, size):
        plain = zlib.decompress(data)
        assert len(plain) == size
        return plain


CODECS = {"zlib": (COMPRESS, _Zlib), "zstd": (ZSTD, _Zstd)}


def packet(sequence, sent, announced):
    return len(sent).to_bytes(3, "little") + bytes([sequence & 255]) + announced.to_bytes(3, "little") + sent


class Socket:
    """`piece`: how much of the stream a packet holds. `received` has (bytes sent, bytes before) of each packet."""

    def __init__(self, raw, codec):
        self.raw, self.codec, self.sequence, self.piece = raw, codec, 0, 0xFFFFFF
        self.received, self._held = [], b""

    def __getattr__(self, name):
        return getattr(self.raw, name)

    def sendall(self, data):
        for at in range(0, len(data), self.piece):
            plain = data[at : at + self.piece]
            sent = self.codec.compress(plain) if len(plain) >= 50 else plain
            self.raw.sendall(packet(self.sequence, sent, len(plain) if sent is not plain else 0))
            self.sequence += 1

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            got = self.raw.recv(count - len(data))
            if not got:
                raise EOFError("the other side closed the connection")
            data += got
        return data

    def recv(self, count):
        if not self._held:
            head = self._exactly(7)
            assert head[3] == self.sequence & 255, f"compressed packet {head[3]} instead of {self.sequence & 255}"
            self.sequence += 1
            sent, before = int.from_bytes(head[:3], "little"), int.from_bytes(head[4:], "little")
            body = self._exactly(sent)
            self.received.append((sent, before or sent))
            self._held = self.codec.decompress(body, before) if before else body
        taken, self._held = self._held[:count], self._held[count:]
        return taken


class Wire(wire.Wire):
    def login(self, algorithm="zlib", level=3, capabilities=wire.USUAL, **options):
        flag, codec = CODECS[algorithm]
        self._level = bytes([level]) if algorithm == "zstd" else b""
        super().login(capabilities=capabilities | flag, **options)
        self.socket = Socket(self.socket, codec())
        return self

    def send(self, sequence, payload):
        if isinstance(self.socket, Socket):
            if sequence == 0:
                self.socket.sequence = 0  # a command
        elif sequence <= 2 and len(payload) > 36:
            payload += self._level  # the login request's last byte
        super().send(sequence, payload)
