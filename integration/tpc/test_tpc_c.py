"""TPC-C's five transactions over two shards give one server's answers, statement by statement, and leave the same tables."""

import random

from kit import tpc_c
from kit.one_and_many import Answer, differences

TRANSACTIONS = ["new_order"] * 10 + ["payment"] * 10 + ["order_status", "delivery", "stock_level"] * 2


def test_five_transactions(filled):
    one, many = filled("tpcc", tpc_c.SCHEMA, tpc_c.rows(), tpc_c.VSCHEMA)
    terminals = [tpc_c.Terminal(connection, seed=5) for connection in (one, many)]
    order = random.Random(9)
    for number in range(150):
        transaction = order.choice(TRANSACTIONS)
        left, right = (terminal.run(transaction) for terminal in terminals)
        assert left == right, f"{transaction} {number}"
    for table, key in tpc_c.KEYS.items():
        query = f"SELECT * FROM {table} ORDER BY {key}"
        assert not differences(Answer(one, query), Answer(many, query), ordered=True), table
    for condition, query in tpc_c.CONSISTENCY.items():
        assert Answer(one, query).rows == Answer(many, query).rows == [(0,)], condition
