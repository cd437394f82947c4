"""The lines of a file that is split over shards are bounded like everything that a merge holds."""

import pymysql
import pytest

from kit.config import configuration, sharded, unsharded


@pytest.fixture
def small(make_proxy, commerce, shards, customers):
    return make_proxy(
        configuration({"commerce": unsharded(commerce), "customer": sharded(shards)}, limits={"merge_memory": "1MiB"})
    )


def merges(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}["merges"]


@pytest.mark.parametrize("length", [1_100_000, 30 << 20])
def test_a_line_that_is_too_long(small, tmp_path, length):
    path = tmp_path / "file"
    path.write_bytes(b"1\tshort\n2\t" + b"x" * length + b"\n3\tshort\n")
    connection = small.connect("customer")
    with connection.cursor() as cursor:
        with pytest.raises(pymysql.err.MySQLError) as refused:
            cursor.execute(f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE customer (id, name)")
        code, text = refused.value.args
        assert code == 1041 and "line 2 of the file" in text and "limits.merge_memory" in text, text
        cursor.execute("SELECT COUNT(*) FROM customer")
        assert cursor.fetchone() == (0,), "nothing is loaded"
    connection.close()
    small.quiet()
    assert merges(small) == 0


def test_a_line_that_fits(small, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"1\tshort\n2\t" + b"x" * 900_000 + b"\n3\tshort\n")
    small.sql(f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE customer (id, name)", database="customer", autocommit=True)
    rows = small.sql("SELECT id, LENGTH(name) FROM customer ORDER BY id", database="customer")
    assert rows == [(1, 5), (2, 64), (3, 5)], "LOCAL cuts what does not fit its column"
    assert merges(small) == 0
