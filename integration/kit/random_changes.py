"""Random INSERTs, UPDATEs and DELETEs over the tables of kit/one_and_many.py whose effect does not depend on the order in
which rows are met, and in which no two rows get the same value of a unique key: over shards that is none (the id of an order
stands on the shard of its customer). One generator is one seed; it remembers which ids it has given out."""

from .random_selects import COLUMNS, WORDS, Generator

KEY = {"customer": ["id"], "orders": ["id"], "item": ["order_id", "line"]}
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
        if kind < 22:
            return self.insert()
        if kind < 34:
            return self.insert_select()
        if kind < 52:
            return self.update()
        if kind < 62:
            return self.joined_update()
        if kind < 70:
            return self.moving_update()
        if kind < 80:
            return self.limited()
        if kind < 88:
            return self.joined_delete()
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
        # One row a key: a number of its own for every group, in a range of the statement's own.
        first, self.next_id = self.next_id + 1, self.next_id + 100_000
        key = f"ABS(COALESCE({self.number(tables)}, 0)) % 99000 + {first}"
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

    def limited(self):
        """ORDER BY that fixes the order, and LIMIT."""
        table = self.one(FREE)
        own = [f"{table}.{column}" for columns in COLUMNS[table].values() for column in columns]
        order = ", ".join(f"{c}{self.one(['', ' DESC'])}" for c in [*self.random.sample(own, self.random.randint(0, 2)), *KEY[table]])
        where = f" WHERE {self.plain_condition(table).replace('t.', table + '.')}" if self.chance(70) else ""
        tail = f"{where} ORDER BY {order} LIMIT {self.random.randint(0, 12)}"
        return f"DELETE FROM {table}{tail}" if self.chance(40) else f"UPDATE {table} SET {self.assignments(table)}{tail}"

    def joined_update(self):
        """Values from another table, of which each row meets one row at the most; or from none, then any join will do."""
        if self.chance(40):
            one, other = self.one(
                [("customer t", "orders o ON o.id = t.parent"), ("orders t", "customer o ON o.id = t.quantity"), ("item t", "orders o ON o.id = t.order_id")]
            )
            table = one.split()[0]
            value = {"customer": "t.name = LEFT(o.what, 20), t.parent = o.quantity", "orders": "t.what = o.name", "item": "t.product = LEFT(o.what, 20)"}[table]
            kind = self.one(["JOIN", "LEFT JOIN"]) if table != "item" else "JOIN"
            value = value if kind == "JOIN" else {"customer": "t.parent = COALESCE(o.quantity, 3)", "orders": "t.what = COALESCE(o.name, 'none')"}[table]
            return f"UPDATE {one} {kind} {other} SET {value} WHERE {self.condition([('t', table)], 1)}"
        table = self.one(FREE)
        if self.chance(50):
            return f"UPDATE {table} SET {self.assignments(table)} WHERE {self.with_subquery([(table, table)])}"
        other = self.one(["customer", "orders", "item"])
        on = self.join_condition([("t", table)], "o", other)
        return f"UPDATE {table} t JOIN {other} o ON {on} SET {self.assignments(table, 't.')} WHERE {self.condition([('t', table), ('o', other)], 1)}"

    def moving_update(self):
        if self.chance(40):
            # Beyond every id that there is.
            self.next_id *= 3
            added, self.next_id = self.next_id, self.next_id * 2
            return f"UPDATE customer SET id = id + {added} WHERE {self.plain_condition('customer').replace('t.', 'customer.')} AND id % 5 = 1"
        table = self.one(["orders", "item"])
        value = self.one([f"customer_id + {self.random.randint(1, 9)}", str(self.random.randint(1, 60)), f"{self.one(COLUMNS[table]['number'])} % 50"])
        more = f", {self.assignments(table)}" if self.chance(40) else ""
        return f"UPDATE {table} SET customer_id = {value}{more} WHERE {self.plain_condition(table).replace('t.', table + '.')}"

    def joined_delete(self):
        table, other = self.one(["orders", "item", "customer"]), self.one(["customer", "orders", "item"])
        narrow = f"{self.one(COLUMNS[table]['number'])} % {self.random.randint(3, 7)} = 1"
        if self.chance(50):
            return f"DELETE FROM {table} WHERE {self.with_subquery([(table, table)])} AND {table}.{narrow}"
        on = self.join_condition([("t", table)], "o", other)
        both = ", o" if table != other and self.chance(30) else ""
        return f"DELETE t{both} FROM {table} t JOIN {other} o ON {on} WHERE t.{narrow} AND {self.condition([('t', table), ('o', other)], 1)}"

    def delete(self):
        table = self.one(["orders", "item", "customer"])
        narrow = f" AND {self.one(COLUMNS[table]['number'])} % {self.random.randint(3, 7)} = 1"
        return f"DELETE FROM {table} WHERE ({self.plain_condition(table).replace('t.', '')}){narrow}"
