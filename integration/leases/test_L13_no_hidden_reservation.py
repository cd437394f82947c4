"""L13: statements that need another keyspace's tablet on the way (a sequence, a lookup) reserve nothing for the session."""

from kit import wire
from kit.waiting import until


def reserved(proxy):
    return proxy.metrics().sum("leasehold_pool_connections", state="reserved")


def test_L13_another_keyspace_in_passing(sharded_proxy, customers, commerce):
    """By qualified name, in a transaction of its own keyspace and outside one."""
    commerce.sql("CREATE OR REPLACE TABLE commerce.seq (id INT PRIMARY KEY, next_id BIGINT)")
    commerce.sql("INSERT INTO commerce.seq VALUES (0, 1)")
    client = wire.Wire(sharded_proxy.port).login(database="customer")
    for value in range(1, 11):
        client.query(f"INSERT INTO customer (id, name) VALUES ({value}, 'n')")
        client.query("UPDATE commerce.seq SET next_id = next_id + 1")
        assert reserved(sharded_proxy) == 0
    assert client.rows("SELECT next_id FROM commerce.seq") == [[b"11"]]
    client.close()
    commerce.sql("DROP TABLE commerce.seq")


def test_L13_sequence(sharded_proxy, customers, commerce):
    """auto_increment from a sequence table, as Vitess has it."""
    commerce.sql(
        "CREATE OR REPLACE TABLE commerce.customer_seq (id INT PRIMARY KEY, next_id BIGINT, cache BIGINT) COMMENT 'vitess_sequence'"
    )
    commerce.sql("INSERT INTO commerce.customer_seq VALUES (0, 1, 100)")
    config = sharded_proxy.config
    config["keyspaces"]["commerce"]["vschema"] = {"tables": {"customer_seq": {"type": "sequence"}}}
    config["keyspaces"]["customer"]["vschema"]["tables"]["customer"]["auto_increment"] = {
        "column": "id",
        "sequence": "commerce.customer_seq",
    }
    sharded_proxy.write(config)
    sharded_proxy.reload()
    client = wire.Wire(sharded_proxy.port).login(database="customer")

    def reloaded():
        try:
            return client.query("INSERT INTO customer (name) VALUES ('first')")
        except wire.ServerError as error:
            assert error.code == 1105, error
            return None

    until(reloaded, "the vschema to be read")
    client.query("BEGIN")
    for _ in range(300):
        client.query("INSERT INTO customer (name) VALUES ('more')")
        assert sharded_proxy.metrics().sum("leasehold_pool_connections", keyspace="commerce", state="reserved") == 0
    client.query("COMMIT")
    client.close()
    assert sum(s.value("SELECT COUNT(*) FROM customer.customer") for s in customers.values()) == 301
    commerce.sql("DROP TABLE commerce.customer_seq")
