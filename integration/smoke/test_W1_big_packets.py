"""traps.md W1: rows and statements at the edges of a frame, both ways."""

import pytest

SIZES = [2**24 - 6, 2**24 - 5, 2**24 - 2, 2**24 - 1, 2**24, 2**24 + 1, 2**25]
pytestmark = pytest.mark.main


@pytest.fixture
def connection(proxy):
    connection = proxy.connect("commerce")
    yield connection
    connection.close()


@pytest.mark.parametrize("size", SIZES)
def test_W1_big_row_down(connection, size):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT REPEAT('r', {size}), 'end'")
        value, end = cursor.fetchone()
    assert (len(value), set(value), end) == (size, {"r"}, "end")


@pytest.mark.parametrize("size", SIZES)
def test_W1_big_statement_up(connection, size):
    """`size` is that of the payload: command byte and text."""
    head, tail = "SELECT LENGTH('", "')"
    filler = "s" * (size - 1 - len(head) - len(tail))
    with connection.cursor() as cursor:
        cursor.execute(head + filler + tail)
        assert cursor.fetchone() == (len(filler),)
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
