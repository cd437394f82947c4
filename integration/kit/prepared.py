"""COM_STMT_PREPARE and COM_STMT_EXECUTE over the raw client."""

from . import wire


def answer(client):
    """One packet; raises when it is an error."""
    _, payload = client.packet()
    if payload[:1] == b"\xff":
        raise wire.ServerError(payload)
    return payload


def prepare(client, text):
    """Statement id (its four bytes), number of columns, number of parameters."""
    client.command(wire.STMT_PREPARE, text.encode())
    return read_prepared(client)


def read_prepared(client):
    payload = answer(client)
    number, columns, parameters = (
        payload[1:5],
        int.from_bytes(payload[5:7], "little"),
        int.from_bytes(payload[7:9], "little"),
    )
    for count in (parameters, columns):
        for _ in range(count + 1 if count else 0):
            client.packet()
    return number, columns, parameters


def execute(client, number, *values):
    """Sends it with values bound as strings."""
    bound = b"".join(bytes([len(value)]) + value for value in values)
    types = b"\x00" * ((len(values) + 7) // 8) + b"\x01" + b"\xfd\x00" * len(values) if values else b""
    client.command(wire.STMT_EXECUTE, number + b"\x00\x01\x00\x00\x00" + types + bound)


def binary_rows(client):
    """The rows' payloads."""
    for _ in range(wire.lenenc(answer(client), 0)[0] + 1):
        client.packet()
    rows = []
    while (payload := answer(client))[0] != 0xFE:
        rows.append(payload)
    return rows


def strings(client, statement, *values):
    """Prepares, executes and closes a SELECT of one short string column; its values."""
    number, columns, _ = prepare(client, statement)
    assert columns == 1
    execute(client, number, *values)
    found = [row[3:] for row in binary_rows(client)]  # header, NULL bitmap, length
    client.command(wire.STMT_CLOSE, number)
    return found
