"""Gathers on MySQL 9, which opens a temporary table once in a statement and has collations and a JSON type of its own."""

import pytest

from kit import mysql9, one_and_many
from kit.config import configuration, sharded
from kit.gathered_statements import statements
from kit.one_and_many import Answer, connect, differences


@pytest.fixture(scope="module")
def servers(run_folder, mysql9_server):
    high = mysql9.MySql9(run_folder, "mysql9-high").start()
    yield mysql9_server, high
    high.stop()


def suits(statement):
    """MariaDB's own syntax, tables of `commerce`, and a common table expression that is named twice stay out: MySQL opens
    its temporary tables again for each name (error 1137)."""
    twice = statement.startswith("WITH t AS (SELECT id, parent")
    return not twice and "JSON_ARRAYAGG(id ORDER" not in statement and "product" not in statement and "NATURAL" not in statement


def test_every_shape(make_proxy, servers):
    low, high = servers
    data = one_and_many.rows()
    low.sql("CREATE DATABASE IF NOT EXISTS whole")
    one_and_many.fill(low, "whole", data)
    for server, shard in ((low, "-80"), (high, "80-")):
        server.sql("CREATE DATABASE IF NOT EXISTS customer")
        one_and_many.fill(server, "customer", data, one_and_many.belongs(shard))
    proxy = make_proxy(configuration({"customer": sharded({"-80": low, "80-": high}, one_and_many.VSCHEMA)}))
    one, many = connect(low, "whole"), proxy.connect("customer", charset="utf8mb4")
    wrong = []
    for statement, ordered in statements():
        if not suits(statement):
            continue
        left, right = Answer(one, statement.replace("customer.customer", "customer")), Answer(many, statement)
        # Whether a group's column has its table's key flags depends on the plan, and that on statistics of the moment.
        found = differences(left, right, ordered, statement, key_flags="GROUP BY" not in statement)
        # The second use of a table has a copy of it.
        found = [f for f in found if ": db " not in f and "and 'leasehold_gather_" not in f]
        if found:
            wrong.append(statement + "\n    " + "\n    ".join(found[:6]))
    one.close()
    many.close()
    assert not wrong, "\n".join(wrong)
