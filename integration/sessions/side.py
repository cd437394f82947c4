"""One side of the comparison: clients on raw connections, either through the proxy or straight to the server. What a
step gives is a value that can be compared: columns, rows, counts, ids, warnings, flags, or an error."""

import time

from kit import wire
from sessions.steps import CLIENTS, lock_names

FLAGS = wire.IN_TRANSACTION | wire.AUTOCOMMIT

TABLES = """
DROP TABLE IF EXISTS t{n}, u{n}
CREATE TABLE t{n} (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(100) CHARACTER SET utf8mb4)
CREATE TABLE u{n} (id INT, v VARCHAR(100) CHARACTER SET utf8mb4)
DROP PROCEDURE IF EXISTS make_state{n}
CREATE PROCEDURE make_state{n}() BEGIN SET @b = 'from the procedure'; SET SESSION max_sort_length = 100; SELECT 'called'; END
"""


class Side:
    def __init__(self, port, server):
        """`server`: where the tables are made, past the proxy."""
        self.port = port
        self.kind = "mysql9" if server.version.startswith("9") else "mariadb"
        self._owner = server.connect("model").cursor()
        self.clients = [None] * CLIENTS

    def begin(self):
        for number in range(CLIENTS):
            for text in TABLES.strip().splitlines():
                self._owner.execute(text.format(n=number))
            self._connect(number)

    def end(self):
        for client in self.clients:
            if client:
                client.close()
        self.clients = [None] * CLIENTS

    def set_global(self, name, value):
        self._owner.execute(f"SET GLOBAL {name} = %s", (value,))

    def kill_connections(self):
        """Ends every connection of the application's user on the server."""
        self._owner.execute("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = %s", (wire.APP_USER,))
        for (number,) in self._owner.fetchall():
            self._owner.execute(f"KILL {number}")

    def _connect(self, number):
        if self.clients[number]:
            self.clients[number].close()
            self._until_locks_are_free(number)
        self.clients[number] = wire.Wire(self.port).login(database="model")

    def _until_locks_are_free(self, number):
        """A server frees them some time after the connection is closed."""
        names = ", ".join(f"IS_USED_LOCK('{name}')" for name in lock_names(number))
        for _ in range(1000):
            self._owner.execute(f"SELECT COALESCE({names}) IS NULL")
            if self._owner.fetchone()[0]:
                return
            time.sleep(0.005)
        raise AssertionError(f"client {number} is gone, its locks are not")

    def step(self, number, kind, text):
        client = self.clients[number]
        try:
            if kind == "reconnect":
                self._connect(number)
                return "connected"
            if kind == "reset":
                client.command(wire.RESET_CONNECTION)
            elif kind == "change_user":
                return _change_user(client)
            elif kind == "init_db":
                client.command(wire.INIT_DB, text.encode())
            elif kind == "prepared":
                return _prepared(client, text)
            else:
                client.command(wire.QUERY, text.encode())
            return _results(client)
        except wire.ServerError as error:
            return ("error", error.code, error.state)


def _change_user(client):
    """Without a proof, which makes the server ask for one."""
    user, plugin = wire.APP_USER.encode(), b"mysql_native_password"
    client.command(wire.CHANGE_USER, user + b"\0\0model\0\x2d\x00" + plugin + b"\0")
    client.finish_login(wire.APP_PASSWORD)
    return "changed"


def _payload(client):
    payload = client._whole()
    if payload[:1] == b"\xff":
        raise wire.ServerError(payload)
    return payload


def _prepared(client, text):
    client.command(wire.STMT_PREPARE, text.encode())
    payload = _payload(client)
    number = payload[1:5]
    columns, parameters = int.from_bytes(payload[5:7], "little"), int.from_bytes(payload[7:9], "little")
    for count in (parameters, columns):
        for _ in range(count + 1 if count else 0):
            client.packet()
    try:
        client.command(wire.STMT_EXECUTE, number + b"\x00\x01\x00\x00\x00")
        return _results(client)
    finally:
        client.command(wire.STMT_CLOSE, number)


def _results(client):
    """Rows stay as they came: the bytes of either protocol must be the same."""
    found, more = [], True
    while more:
        payload = _payload(client)
        if payload[:1] == b"\x00":
            ok = wire.Ok(payload)
            found.append(("ok", ok.affected, ok.insert_id, ok.warnings, ok.status & FLAGS))
            more = ok.status & wire.MORE_RESULTS
            continue
        names = [_column_name(_payload(client)) for _ in range(wire.lenenc(payload, 0)[0])]
        _payload(client)
        rows = []
        while not ((payload := _payload(client))[:1] == b"\xfe" and len(payload) < 9):
            rows.append(payload)
        warnings, status = int.from_bytes(payload[1:3], "little"), int.from_bytes(payload[3:5], "little")
        found.append(("rows", names, rows, warnings, status & FLAGS))
        more = status & wire.MORE_RESULTS
    return found


def _column_name(definition):
    at = 0
    for _ in range(5):  # catalog, schema, table, original table, name
        length, at = wire.lenenc(definition, at)
        value, at = definition[at : at + length], at + length
    return value
