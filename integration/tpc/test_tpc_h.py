"""TPC-H's 22 queries over two shards give one server's answers, rows and columns."""

from kit import tpc_h
from kit.one_and_many import Answer, differences


def test_the_22_queries(filled):
    one, many = filled("tpch", tpc_h.SCHEMA, tpc_h.rows(), tpc_h.VSCHEMA)
    assert len(tpc_h.QUERIES) == 22
    wrong, empty = [], []
    for name, query in tpc_h.QUERIES.items():
        left, right = Answer(one, query), Answer(many, query)
        wrong += [f"{name}: {found[:500]}" for found in differences(left, right, ordered=True, key_flags=False)]
        if not any(value is not None for row in left.rows or [] for value in row):
            empty.append(name)
    assert not wrong, "\n".join(wrong)
    assert not empty, "these prove nothing"
