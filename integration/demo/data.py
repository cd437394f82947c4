"""The demo's tables and rows, all of them loaded through the proxy."""

CUSTOMERS, ORDERS, PRODUCTS = 3000, 6000, 50

TABLES = {
    "commerce": ["CREATE TABLE product (sku VARCHAR(32) PRIMARY KEY, description VARCHAR(100), price DECIMAL(10,2))"],
    "customer": [
        "CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(64), email VARCHAR(128))",
        "CREATE TABLE orders (id BIGINT, customer_id BIGINT, sku VARCHAR(32), quantity INT, "
        "PRIMARY KEY (customer_id, id))",
    ],
}
_NAMES = [
    "Ada",
    "Barbara",
    "Claude",
    "Donald",
    "Edsger",
    "Frances",
    "Grace",
    "Hedy",
    "John",
    "Katherine",
    "Linus",
    "Margaret",
]


def product(number):
    return f"SKU-{number:04}", f"Thing number {number}", f"{5 + number * 7 % 90}.{number % 100:02}"


def customer(number):
    name = _NAMES[number % len(_NAMES)]
    return number, f"{name} {number}", f"{name.lower()}{number}@example.com"


def order(number):
    return number, 1 + number * 7 % CUSTOMERS, product(1 + number % PRODUCTS)[0], 1 + number % 5


ROWS = {
    ("commerce", "product"): (product, PRODUCTS),
    ("customer", "customer"): (customer, CUSTOMERS),
    ("customer", "orders"): (order, ORDERS),
}
COLUMNS = {
    "product": "sku, description, price",
    "customer": "id, name, email",
    "orders": "id, customer_id, sku, quantity",
}


def load(proxy, batch=500):
    """Makes the tables and fills them with multi-row INSERTs; the number of statements sent."""
    sent = 0
    for keyspace, statements in TABLES.items():
        connection = proxy.connect(keyspace)
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                sent += 1
            for (of, table), (row, count) in ROWS.items():
                if of != keyspace:
                    continue
                for first in range(1, count + 1, batch):
                    rows = [row(n) for n in range(first, min(first + batch, count + 1))]
                    places = ", ".join(["(" + ", ".join(["%s"] * len(rows[0])) + ")"] * len(rows))
                    affected = cursor.execute(
                        f"INSERT INTO {table} ({COLUMNS[table]}) VALUES {places}",
                        [value for one in rows for value in one],
                    )
                    assert affected == len(rows), f"{table}: {affected} of {len(rows)} rows inserted"
                    sent += 1
        connection.commit()
        connection.close()
    return sent
