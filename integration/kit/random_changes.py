"""Random INSERTs, UPDATEs and DELETEs over the tables of kit/one_and_many.py whose effect does not depend on the order in
which rows are met. One generator is one seed; it remembers which ids it has given out."""

from .random_selects import COLUMNS, WORDS, Generator

FREE = {"customer": ["name", "email", "country", "kind", "parent"], "orders": ["what", "quantity", "amount"], "item": ["product"]}


class Changes(Generator):
    def __init__(self, seed):
        super().__init__(seed)
        self.next_id = 10_000

    def new_id(self):
        self.next_id += self.random.randint(1, 3)
        return self.next_id

    def change(self):
        kind = self.random.randrange(100)
        if kind < 30:
            return self.insert()
        if kind < 45:
            return self.insert_select()
        if kind < 80:
            return self.update()
        return self.delete()

    # --- the parts -----------------------------------------------------------------------------------------------

    def value(self, column):
        if column == "kind":
            return self.one(["'old'", "'new'", "'gone'"])
        if column == "country":
            return self.one(["'de'", "'DE'", "'fr'", "NULL"])
        if column in ("parent", "quantity"):
            return str(self.random.randint(0, 60))
        if column == "amount":
            return self.one(["NULL", f"{self.random.randint(-999, 9999) / 100}"])
        if column == "email":
            return self.one(["NULL", "'x@example.org'", "'é@x.fr'"])
        return "'" + self.one([w for w in WORDS if len(w) < 20]) + "'"

    def expression(self, column):
        """A new value for a column of the row, from the row itself."""
        if column in ("parent", "quantity", "amount") and self.chance(50):
            return f"{column} + {self.random.randint(0, 3)}"
        if column in ("name", "what", "product") and self.chance(40):
            return self.one([f"UPPER({column})", f"REVERSE({column})", f"CONCAT(LEFT({column}, 5), '+')"])
        return self.value(column)

    def assignments(self, table, qualifier=""):
        columns = self.random.sample(FREE[table], self.random.randint(1, min(3, len(FREE[table]))))
        return ", ".join(f"{qualifier}{c} = {self.expression(c) if not qualifier else self.value(c)}" for c in columns)

    def plain_condition(self, table):
        """On the row alone."""
        tables = [("t", table)]
        text = self.condition(tables, 1)
        return text if self.chance(60) else f"{text} AND {self.condition(tables, 2)}"

    def insert(self):
        if self.chance(50):
            ids = [self.one([self.new_id(), self.random.randint(1, 60)]) for _ in range(self.random.randint(1, 4))]
            rows = ", ".join(f"({i}, {self.value('name')}, {self.value('kind')}, {self.value('parent')})" for i in dict.fromkeys(ids))
            head = self.one(["INSERT INTO", "INSERT INTO", "INSERT IGNORE INTO", "REPLACE INTO"])
            tail = ""
            if head == "INSERT INTO" and self.chance(60):
                tail = f" ON DUPLICATE KEY UPDATE name = {self.one(['VALUES(name)', self.value('name')])}, parent = {self.random.randint(0, 9)}"
            return f"{head} customer (id, name, kind, parent) VALUES {rows}{tail}"
        rows = ", ".join(
            f"({self.new_id()}, {self.random.randint(1, 60)}, {self.value('amount')}, {self.value('what')}, {self.value('quantity')})"
            for _ in range(self.random.randint(1, 4))
        )
        return f"INSERT INTO orders (id, customer_id, amount, what, quantity) VALUES {rows}"

    def insert_select(self):
        tables, text = self.source()
        where = self.condition(tables, 1)
        self.next_id += 100_000
        key = f"COALESCE({self.number(tables)}, 0) + {self.next_id}"
        some = self.column(tables, "number")
        if self.chance(50):
            return f"INSERT INTO customer (id, name, parent) SELECT {key}, 'made', MAX({some}) FROM {text} WHERE {where} GROUP BY 1 HAVING COUNT(*) >= 1"
        return f"INSERT INTO orders (id, customer_id, quantity, what) SELECT {key}, COUNT(*), COUNT(DISTINCT {some}), 'made' FROM {text} WHERE {where} GROUP BY 1"

    def update(self):
        table = self.one(FREE)
        if table != "item" and self.chance(20):
            # Both sides meet on the vindex: each shard changes its own.
            return (
                f"UPDATE customer t JOIN orders o ON o.customer_id = t.id SET {self.assignments('customer', 't.')}"
                f" WHERE {self.condition([('t', 'customer'), ('o', 'orders')], 1)}"
            )
        return f"UPDATE {table} t SET {self.assignments(table)} WHERE {self.plain_condition(table)}"

    def delete(self):
        table = self.one(["orders", "item", "customer"])
        narrow = f" AND {self.one(COLUMNS[table]['number'])} % {self.random.randint(3, 7)} = 1"
        return f"DELETE FROM {table} WHERE ({self.plain_condition(table).replace('t.', '')}){narrow}"
