"""What the drivers of integration/drivers stumbled over, each in its smallest form, as on a connection of one's own."""

import pytest

from kit import prepared, wire
from kit.config import configuration, unsharded

pytestmark = pytest.mark.main


@pytest.fixture(params=["mariadb", "mysql9"])
def both(request, make_proxy):
    """A proxy over either server."""
    server = request.getfixturevalue("commerce" if request.param == "mariadb" else "mysql9_server")
    proxy = make_proxy(configuration({"commerce": unsharded(server)}))
    server.sql("DROP TABLE IF EXISTS commerce.findings")
    server.sql("CREATE TABLE commerce.findings (id INT PRIMARY KEY AUTO_INCREMENT, v INT) ENGINE=InnoDB")
    return proxy


def test_prepare_leaves_the_transaction_open(both):
    """The answer to PREPARE carries no status flags: the transaction goes on (PDO prepares SAVEPOINT)."""
    client = wire.Wire(both.port).login(database="commerce")
    client.query("BEGIN")
    client.query("INSERT INTO findings (v) VALUES (1)")
    prepared.prepare(client, "DELETE FROM findings")
    prepared.prepare(client, "SELECT ? + 1")
    assert client.rows("SELECT COUNT(*) FROM findings") == [[b"1"]]
    client.query("ROLLBACK")
    assert client.rows("SELECT COUNT(*) FROM findings") == [[b"0"]]
    client.close()


def test_warnings_survive_a_remembered_insert_id(both):
    """SET LAST_INSERT_ID in front of SHOW WARNINGS emptied what that shows (Connector/J on MySQL)."""
    writer = both.connect(database="commerce")
    other = both.connect(database="commerce")
    with writer.cursor() as cursor, other.cursor() as busy:
        cursor.execute("INSERT INTO findings (v) VALUES (1)")
        busy.execute("BEGIN")  # takes away the connection that has the insert id
        busy.execute("SELECT * FROM findings")
        cursor.execute("DROP TABLE IF EXISTS no_such_table_here")
        cursor.execute("SHOW WARNINGS")
        assert [row[1] for row in cursor.fetchall()] == [1051]
        busy.execute("ROLLBACK")
    writer.close()
    other.close()


def test_set_transaction_is_for_the_next_one(both):
    """go-sql-driver's BeginTx with options."""
    connection = both.connect(database="commerce")
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY")
        cursor.execute("START TRANSACTION")
        with pytest.raises(Exception) as refused:
            cursor.execute("INSERT INTO findings (v) VALUES (1)")
        assert refused.value.args[0] == 1792
        cursor.execute("COMMIT")
        cursor.execute("INSERT INTO findings (v) VALUES (1)")
    connection.close()


def test_change_user_with_the_greetings_scramble(both):
    """libmariadb answers to the greeting's scramble, whatever the auth switch of COM_CHANGE_USER says."""
    MySQLdb = pytest.importorskip("MySQLdb", reason="python3-mysqldb is not installed (scripts/install-deps test)")
    connection = MySQLdb.connect(
        host="127.0.0.1", port=both.port, user="app", password="secret", database="commerce", autocommit=True
    )
    cursor = connection.cursor()
    cursor.execute("SET @mine = 1")
    connection.change_user("app", "secret", "commerce")
    cursor = connection.cursor()
    cursor.execute("SELECT @mine, DATABASE()")
    assert cursor.fetchall() == ((None, "commerce"),)
    connection.close()
