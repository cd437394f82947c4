"""Clients that connect, say something, and vanish at a random point: thousands of them, fast, from one thread each."""

import random
import socket

from . import wire

SMALL, LARGE = b"SELECT 1", b"SELECT seq, REPEAT('x', 500) FROM seq_1_to_2000"
WORDS = [
    SMALL,
    LARGE,
    b"BEGIN",
    b"SELECT GET_LOCK('vanish', 0)",
    b"CREATE TEMPORARY TABLE v (a INT)",
    b"SET @a := 1",
    b"SELECT SLEEP(0.01)",
    b"SELECT * FROM nowhere",
    b"SET autocommit = 0",
]


def cycle(port, rng, database="commerce"):
    """One life of a client; it may end anywhere in what it sends or reads."""
    try:
        client = wire.Wire(port, timeout=30)
    except ConnectionError:
        return
    try:
        if rng.random() < 0.1:
            return  # before the greeting
        client.greet()
        login = wire.frame(
            1, wire.login_payload(client.greeting.salt, "app", "secret" if rng.random() < 0.95 else "wrong", database)
        )
        if rng.random() < 0.15:
            client.socket.sendall(login[: rng.randrange(len(login))])
            return
        client.socket.sendall(login)
        if rng.random() < 0.1:
            return
        try:
            client.finish_login("secret")
        except wire.ServerError:
            return
        for _ in range(rng.randrange(1, 5)):
            statement = wire.frame(0, b"\x03" + rng.choice(WORDS))
            if rng.random() < 0.15:
                client.socket.sendall(statement[: rng.randrange(len(statement))])
                return
            client.socket.sendall(statement)
            if rng.random() < 0.2:
                client.socket.recv(rng.randrange(1, 5000))  # a part of the answer
                return
            try:
                client.results()
            except wire.ServerError:
                pass
        if rng.random() < 0.3:
            client.command(wire.QUIT)
    except (ConnectionError, EOFError, socket.timeout):
        pass  # the proxy may end a connection that misbehaves
    finally:
        if rng.random() < 0.5:
            client.vanish()
        else:
            client.close()


def many(port, count, seed, database="commerce"):
    rng = random.Random(seed)
    for _ in range(count):
        cycle(port, rng, database)
    return count
