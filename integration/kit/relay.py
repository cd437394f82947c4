"""A TCP relay in front of a tablet that can be told to misbehave: to cut, stall, refuse or answer nothing.
One thread; what it is told takes effect at once, for connections that exist as well."""

import selectors
import socket
import struct
import threading


class Relay:
    def __init__(self, target_port):
        self.target_port = target_port
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self._listener.getsockname()[1]
        self._pairs = {}
        self._lock = threading.RLock()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self.refusing = False  # accept and close at once
        self.silent = False  # accept, and say nothing: a greeting that never comes
        self.stalled = False  # pass nothing on
        self._cut_after = None
        self._cut_when_asked = None
        self.accepted = 0
        self._running = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def cut_after(self, count):
        """Lets the next `count` bytes of the tablet through, of all connections together, and then resets them all; None: never."""
        with self._lock:
            self._cut_after = count

    def cut_when_asked(self, text):
        """Resets all connections when something with these bytes is sent to the tablet, which does not get it."""
        with self._lock:
            self._cut_when_asked = text

    def cut_now(self):
        with self._lock:
            for sock in list(self._pairs):
                self._close(sock)

    def stop(self):
        self._running = False
        self._thread.join(5)
        with self._lock:
            self.cut_now()
            self._listener.close()

    def _run(self):
        while self._running:
            for key, _ in self._selector.select(0.02):
                with self._lock:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif key.fileobj in self._pairs and not self.stalled:
                        self._pass(key.fileobj)

    def _accept(self):
        client, _ = self._listener.accept()
        self.accepted += 1
        if self.refusing:
            client.close()
            return
        if self.silent:
            self._pairs[client] = None
            return
        try:
            tablet = socket.create_connection(("127.0.0.1", self.target_port), 2)
        except OSError:
            client.close()
            return
        for one, other in ((client, tablet), (tablet, client)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pairs[one] = other
            self._selector.register(one, selectors.EVENT_READ, one is tablet)

    def _pass(self, sock):
        from_tablet = self._selector.get_key(sock).data
        try:
            data = sock.recv(65536)
            if not from_tablet and self._cut_when_asked is not None and self._cut_when_asked in data:
                self._cut_when_asked = None
                self.cut_now()
                return
            if from_tablet and self._cut_after is not None:
                data, self._cut_after = data[: self._cut_after], self._cut_after - len(data)
                if self._cut_after <= 0:
                    if data:
                        self._pairs[sock].sendall(data)
                    self._cut_after = None
                    self.cut_now()
                    return
            if data:
                self._pairs[sock].sendall(data)
                return
        except OSError:
            pass
        self._close(sock)

    def _close(self, sock):
        other = self._pairs.pop(sock, None)
        for one in (sock, other):
            if one is None:
                continue
            self._pairs.pop(one, None)
            try:
                self._selector.unregister(one)
            except (KeyError, ValueError):
                pass
            try:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                pass
            one.close()
