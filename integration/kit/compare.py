"""The same rows on one server and spread over shards: statements that both must answer alike."""

import pymysql
import pytest

from . import prepared, wire
from .server import APP_PASSWORD, APP_USER


def described(cursor):
    """What the answer says of its columns, all of it."""
    return [
        (f.name, f.org_name, f.table_name, f.org_table, f.type_code, f.flags, f.charsetnr, f.length, f.scale)
        for f in cursor._result.fields
    ]


def text_answer(port, statement, arguments=(), database="customer"):
    """Columns and rows as bytes, and the number of warnings; or the error's number."""
    connection = pymysql.connect(
        host="127.0.0.1", port=port, user=APP_USER, password=APP_PASSWORD, database=database, charset="utf8mb4"
    )
    try:
        with connection.cursor() as cursor:
            cursor._get_db().decoders = {}
            cursor.execute(statement, arguments or None)
            return described(cursor), list(cursor.fetchall()), cursor._result.warning_count
    except pymysql.err.MySQLError as error:
        return error.args[0], error.args[1]
    finally:
        connection.close()


def binary_answer(port, statement, arguments=(), database="customer"):
    """The packets of the columns' definitions and of the rows."""
    client = wire.Wire(port).login(database=database)
    try:
        number, _, _ = prepared.prepare(client, statement)
        prepared.execute(client, number, *[str(a).encode() for a in arguments])
        count = wire.lenenc(prepared.answer(client), 0)[0]
        columns = [prepared.answer(client) for _ in range(count)]
        prepared.answer(client)
        rows = []
        while True:
            payload = client._whole()
            if payload[:1] == b"\xff":
                raise wire.ServerError(payload)
            if payload[:1] == b"\xfe" and len(payload) < 9:
                return columns, rows
            rows.append(payload)
    except wire.ServerError as error:
        return error.code, error.text
    finally:
        client.close()


def same(one, proxy, statement, arguments=(), ordered=True, prepare=True):
    """`one`: the server that has all rows, in a database of the keyspace's name. Fails with both answers. The proxy is asked
    twice: what a merge learns from the first answer changes how it asks the second time."""
    ways = [(text_answer, statement.replace("?", "%s"))] + ([(binary_answer, statement)] if prepare else [])
    for way, text in ways:
        expected = comparable(way(one.port, text, arguments), ordered)
        for time in ("first", "second"):
            got = comparable(way(proxy.port, text, arguments), ordered)
            if got != expected:
                difference = first_difference(expected, got)
                pytest.fail(f"{way.__name__}, {time} time: {statement} {arguments}: {difference}", pytrace=False)


def comparable(answer, ordered):
    if ordered or not isinstance(answer[1], list):
        return answer
    return answer[0], sorted(answer[1], key=repr), *answer[2:]


def first_difference(expected, got):
    for what, one, other in zip(("columns", "rows", "warnings"), expected, got):
        if one == other:
            continue
        if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            at = next(i for i, pair in enumerate(zip(one, other)) if pair[0] != pair[1])
            return f"{what}[{at}] of {len(one)}: one server {one[at]!r}, leasehold {other[at]!r}"
        return f"{what}: one server {str(one)[:600]}, leasehold {str(other)[:600]}"
    return f"one server {str(expected)[:600]}, leasehold {str(got)[:600]}"
