"""Gathered changes on MySQL 9, which opens a temporary table once in a statement and has a JSON type of its own."""

import pytest

from kit import mysql9, one_and_many
from kit.changing_statements import INSERTING, JOINED, LIMITED, MOVING, changed, tables_differ
from kit.config import configuration, sharded
from kit.one_and_many import belongs, connect


@pytest.fixture(scope="module")
def servers(run_folder, mysql9_server):
    high = mysql9.MySql9(run_folder, "mysql9-high").start()
    yield mysql9_server, high
    high.stop()


# The server refuses a subquery on the table that it changes (1093); on the scratch tablet that table is another one.
OWN = ("FROM customer x", "FROM customer z")


def test_as_one_server(make_proxy, servers):
    low, high = servers
    data = one_and_many.rows()
    for server in servers:
        server.sql("CREATE DATABASE IF NOT EXISTS customer")
    low.sql("CREATE DATABASE IF NOT EXISTS whole")
    proxy = make_proxy(configuration({"customer": sharded({"-80": low, "80-": high}, one_and_many.VSCHEMA)}))
    one, many = connect(low, "whole"), proxy.connect("customer", charset="utf8mb4")
    for connection in (one, many):
        connection.autocommit(True)
        with connection.cursor() as cursor:
            cursor.execute("SET sql_mode = 'STRICT_TRANS_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'")
    wrong = []
    for statement in LIMITED[::2] + JOINED + MOVING[::2] + INSERTING:
        if any(own in statement for own in OWN):
            continue
        one_and_many.fill(low, "whole", data)
        one_and_many.fill(low, "customer", data, belongs("-80"))
        one_and_many.fill(high, "customer", data, belongs("80-"))
        left, right = changed(one, statement.replace("customer.customer", "customer").replace("customer.orders", "orders")), changed(many, statement)
        if isinstance(left[1], str):
            right, left = right[:1], left[:1]
        if left != right:
            wrong.append(f"{statement}\n    {left} and {right}")
            continue
        wrong += [f"{statement}\n    {found[:600]}" for found in tables_differ(one, many) if ": db " not in found]
    one.close()
    many.close()
    assert not wrong, "\n".join(wrong)
