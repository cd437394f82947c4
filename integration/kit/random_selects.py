"""Random SELECTs over the tables of kit/one_and_many.py: valid on any server, with an answer that is fixed but for the
order of its rows. One generator is one seed."""

import random

COLUMNS = {
    "customer": {
        "number": ["id", "parent"],
        "text": ["name", "country", "kind"],
        "date": ["born"],
        "real": ["score"],
    },
    "orders": {"number": ["id", "customer_id", "quantity"], "text": ["what"], "date": ["at"], "decimal": ["amount", "total"]},
    "item": {"number": ["order_id", "line", "customer_id"], "text": ["product"], "real": ["price"]},
    "country": {"text": ["code", "title"]},
}
WORDS = ["apple", "Apple", "pear", "Ähre", "zebra", "straße", "plum", "", "de", "fr", "old", "new", "a%"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, things):
        return self.random.choice(list(things))

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def statement(self):
        """(statement, whether its rows come in a fixed order)"""
        kind = self.random.randrange(100)
        if kind < 12:
            return self.set_operation(), False
        if kind < 20:
            return self.with_common_table(), False
        if kind < 28:
            return self.window(), False
        if kind < 36:
            return self.derived(), False
        if kind < 42:
            return self.using()
        if kind < 47:
            return self.ordered_set_operation(), True
        if kind < 50:
            return self.recursive(), True
        return self.select()

    # --- the parts -----------------------------------------------------------------------------------------------

    def source(self, outer=()):
        """Tables with their aliases, and the FROM clause."""
        taken = {alias for alias, _ in outer}
        names = [n for n in "abcdefgh" if n not in taken]
        tables = [(names[0], self.one(["customer", "orders", "item", "orders", "customer"]))]
        text = f"{tables[0][1]} {names[0]}"
        for alias in names[1 : 1 + self.one([0, 0, 1, 1, 1, 2])]:
            table = self.one(["customer", "orders", "item", "country"])
            on = self.join_condition(tables, alias, table)
            join = self.one(["JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "INNER JOIN"])
            tables.append((alias, table))
            extra = f" AND {self.condition([(alias, table)])}" if self.chance(25) else ""
            text += f" {join} {table} {alias} ON {on}{extra}"
        return tables, text

    def join_condition(self, tables, alias, table):
        other, name = self.one(tables)
        for kind in self.random.sample(["number", "number", "text"], 3):
            left, right = COLUMNS[name].get(kind), COLUMNS[table].get(kind)
            if left and right:
                return f"{other}.{self.one(left)} = {alias}.{self.one(right)}"
        return f"{other}.{self.one(COLUMNS[name]['text'])} = {alias}.{self.one(COLUMNS[table]['text'])}"

    def column(self, tables, kind=None):
        options = [
            f"{alias}.{column}"
            for alias, table in tables
            for of, columns in COLUMNS[table].items()
            if kind is None or of == kind
            for column in columns
        ]
        return self.one(options) if options else None

    def number(self, tables):
        return self.column(tables, "number") or "1"

    def text(self):
        return "'" + self.one(WORDS) + "'"

    def condition(self, tables, depth=0):
        roll = self.random.randrange(100)
        if depth < 2 and roll < 15:
            word = self.one(["AND", "OR", "OR"])
            return f"({self.condition(tables, depth + 1)} {word} {self.condition(tables, depth + 1)})"
        if depth < 2 and roll < 20:
            return f"NOT ({self.condition(tables, depth + 1)})"
        if depth < 1 and roll < 30:
            return self.with_subquery(tables)
        if roll < 45:
            return f"{self.number(tables)} {self.one(['=', '<', '>', '<=', '>=', '<>'])} {self.random.randint(0, 40)}"
        if roll < 52:
            some = ", ".join(str(self.random.randint(0, 60)) for _ in range(self.random.randint(1, 5)))
            return f"{self.number(tables)} {self.one(['IN', 'IN', 'NOT IN'])} ({some})"
        if roll < 58:
            return f"{self.number(tables)} BETWEEN {self.random.randint(0, 20)} AND {self.random.randint(5, 60)}"
        text = self.column(tables, "text")
        if roll < 70 and text:
            return f"{text} {self.one(['=', '<>', '<', '>=', 'LIKE'])} {self.text()}"
        if roll < 76:
            return f"{self.column(tables)} IS {self.one(['', 'NOT '])}NULL"
        if roll < 82 and text:
            return f"{self.one(['LOWER', 'UPPER', 'TRIM'])}({text}) = {self.text()}"
        date = self.column(tables, "date")
        if roll < 90 and date:
            return f"{date} {self.one(['<', '>='])} '{self.random.randint(1990, 2022)}-0{self.random.randint(1, 9)}-15'"
        return f"{self.number(tables)} % {self.random.randint(2, 5)} = {self.random.randint(0, 1)}"

    def with_subquery(self, tables):
        inner, text = self.source(tables)
        where = self.condition(inner, 2)
        if self.chance(50):
            where += f" AND {self.number(inner)} {self.one(['=', '>', '<='])} {self.number(tables)}"
        kind = self.random.randrange(4)
        if kind == 0:
            return f"{self.one(['EXISTS', 'NOT EXISTS'])} (SELECT 1 FROM {text} WHERE {where})"
        if kind == 1:
            inside = self.number(inner)
            return f"{self.number(tables)} {self.one(['IN', 'NOT IN'])} (SELECT {inside} FROM {text} WHERE {where})"
        if kind == 2:
            return f"{self.number(tables)} {self.one(['>', '<', '='])} (SELECT {self.one(['MAX', 'MIN', 'COUNT'])}({self.number(inner)}) FROM {text} WHERE {where})"
        return f"{self.number(tables)} {self.one(['>', '<=', '='])} {self.one(['ANY', 'ALL'])} (SELECT {self.number(inner)} FROM {text} WHERE {where})"

    def aggregate(self, tables):
        number = self.number(tables)
        exact = self.column(tables, "decimal") or number
        return self.one(
            [
                "COUNT(*)",
                f"COUNT({self.column(tables)})",
                f"COUNT(DISTINCT {number})",
                f"SUM({exact})",
                f"AVG({exact})",
                f"MIN({number})",
                f"MAX({exact})",
                f"MAX({self.column(tables, 'date') or number})",
                f"BIT_XOR({number})",
                f"GROUP_CONCAT(DISTINCT {number} ORDER BY {number} SEPARATOR '-')",
                f"SUM(DISTINCT {number})",
            ]
        )

    # --- statements ----------------------------------------------------------------------------------------------

    def select(self):
        tables, text = self.source()
        where = f" WHERE {self.condition(tables)}" if self.chance(70) else ""
        if self.chance(45):
            return self.grouped(tables, text, where)
        columns = [self.column(tables) for _ in range(self.random.randint(1, 4))]
        distinct = "DISTINCT " if self.chance(15) else ""
        if self.chance(10):
            columns = ["*"] if self.chance(50) else [f"{tables[0][0]}.*"]
        if self.chance(15) and columns[0] != "*":
            columns.append(f"(SELECT COUNT(*) FROM orders z WHERE z.customer_id = {self.number(tables)})")
        statement = f"SELECT {distinct}{', '.join(columns)} FROM {text}{where}"
        if self.chance(45) and "*" not in columns[0] and not distinct:
            # Numbers alone fix the order: of equal texts any may come first.
            keys = list(dict.fromkeys(self.number(tables) for _ in range(3)))
            ordered = f"SELECT {', '.join(keys)} FROM {text}{where} ORDER BY "
            ordered += ", ".join(f"{key}{self.one(['', ' DESC', ' ASC'])}" for key in keys)
            if self.chance(60):
                ordered += f" LIMIT {self.one(['', f'{self.random.randint(0, 9)}, '])}{self.random.randint(1, 20)}"
            return ordered, True
        return statement, False

    def grouped(self, tables, text, where):
        keys = list(dict.fromkeys(self.column(tables) for _ in range(self.one([0, 1, 1, 2]))))
        keys = [k for k in keys if k.split(".")[1] not in ("name", "what", "product", "score", "price", "total", "amount")]
        values = [self.aggregate(tables) for _ in range(self.random.randint(1, 3))]
        statement = f"SELECT {', '.join(keys + values)} FROM {text}{where}"
        if keys:
            statement += f" GROUP BY {', '.join(keys)}"
            if self.chance(10):
                return statement + " WITH ROLLUP", False
        if self.chance(25):
            statement += f" HAVING COUNT(*) {self.one(['>', '<', '>='])} {self.random.randint(0, 6)}"
        if keys and self.chance(40):
            statement += f" ORDER BY {', '.join(keys)}"
            return statement, True
        return statement, False

    def set_operation(self):
        def operand():
            tables, text = self.source()
            return f"SELECT {self.number(tables)}, {self.number(tables)} FROM {text} WHERE {self.condition(tables)}"

        word = self.one(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"])
        statement = f"{operand()} {word} {operand()}"
        return statement + (f" UNION {operand()}" if word.startswith("UNION") and self.chance(30) else "")

    def with_common_table(self):
        tables, text = self.source()
        inside = f"SELECT {self.number(tables)} AS n, COUNT(*) AS c FROM {text} WHERE {self.condition(tables)} GROUP BY n"
        other, table = self.one([("customer", "id"), ("orders", "id"), ("item", "order_id")])
        join = self.one(["JOIN", "LEFT JOIN"])
        return f"WITH w AS ({inside}) SELECT w.n, w.c, t.{table} FROM w {join} {other} t ON t.{table} = w.{self.one('nc')}"

    def window(self):
        tables, text = self.source()
        alias, table = tables[0]
        order = {"customer": "id", "orders": "id", "item": "order_id"}[table]
        number = self.number(tables[:1])
        function = self.one(["RANK()", "DENSE_RANK()", f"SUM({number})", f"COUNT({number})", f"MAX({number})"])
        part = f"PARTITION BY {self.number(tables[:1])} " if self.chance(60) else ""
        return (
            f"SELECT {alias}.{order}, {function} OVER ({part}ORDER BY {alias}.{order}) FROM {text}"
            f" WHERE {self.condition(tables)}"
        )

    def derived(self):
        """A query in FROM, beside a table or another query."""

        def inner(name):
            tables, text = self.source()
            where = f" WHERE {self.condition(tables)}" if self.chance(60) else ""
            if self.chance(50):
                return f"(SELECT {self.number(tables)} AS n, COUNT(*) AS c FROM {text}{where} GROUP BY 1) {name}"
            if self.chance(30):
                return f"(SELECT DISTINCT {self.number(tables)} AS n, {self.random.randint(1, 9)} AS c FROM {text}{where}) {name}"
            return f"(SELECT {self.number(tables)} AS n, {self.number(tables)} AS c FROM {text}{where}) {name}"

        left = inner("x")
        if self.chance(40):
            table, key = self.one([("customer", "id"), ("orders", "customer_id"), ("item", "order_id")])
            join = self.one(["JOIN", "LEFT JOIN"])
            return f"SELECT x.n, x.c, y.{key} FROM {left} {join} {table} y ON y.{key} = x.{self.one('nc')}"
        if self.chance(50):
            return f"SELECT x.n, SUM(x.c), MAX(y.c) FROM {left} JOIN {inner('y')} ON x.n = y.n GROUP BY x.n"
        outer = self.one(["COUNT(*), SUM(x.n), MIN(x.c)", "x.n, x.c", "COUNT(DISTINCT x.n, x.c)", "AVG(x.c)"])
        return f"SELECT {outer} FROM {left} WHERE x.{self.one('nc')} {self.one(['<', '>', '<>'])} {self.random.randint(0, 30)}"

    def using(self):
        """Columns that two tables share, and expressions of groups."""
        tables = [("o", "orders"), ("i", "item")]
        join = self.one(["JOIN", "LEFT JOIN", "RIGHT JOIN"])
        text = f"orders o {join} item i USING (customer_id)"
        where = f" WHERE {self.condition(tables, 1)}" if self.chance(60) else ""
        if self.chance(50):
            return f"SELECT customer_id, o.id, i.line FROM {text}{where}", False
        key = self.one(
            [
                "customer_id % 7",
                "CASE WHEN o.quantity > 2 THEN 'many' WHEN o.quantity IS NULL THEN 'none' ELSE 'few' END",
                "IF(i.line = 0, 'first', 'other')",
                "YEAR(o.at)",
                "o.quantity + 1",
            ]
        )
        number = self.number(tables[:1])
        values = self.one(
            [
                f"COUNT(*), GROUP_CONCAT(DISTINCT {number} ORDER BY {number} DESC SEPARATOR '/')",
                f"SUM(DISTINCT {number}), COUNT(DISTINCT i.line)",
                "SUM(o.amount) / COUNT(*), MAX(o.amount) - MIN(o.amount)",
                f"BIT_XOR({number}), STDDEV({number}) > 1",
            ]
        )
        having = f" HAVING {self.one(['COUNT(*)', 'MAX(o.id)'])} > {self.random.randint(0, 30)}" if self.chance(30) else ""
        return f"SELECT {key} AS k, {values} FROM {text}{where} GROUP BY k{having} ORDER BY k", True

    def ordered_set_operation(self):
        def operand():
            tables, text = self.source()
            return f"(SELECT {self.number(tables)} AS a, {self.number(tables)} AS b FROM {text} WHERE {self.condition(tables)})"

        word = self.one(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"])
        limit = f" LIMIT {self.random.randint(0, 5)}, {self.random.randint(1, 20)}" if self.chance(60) else ""
        return f"{operand()} {word} {operand()} ORDER BY a {self.one(['', 'DESC'])}, b{limit}"

    def recursive(self):
        start, steps = self.random.randint(1, 60), self.random.randint(1, 6)
        where = self.one(["", " AND c.kind <> 'gone'", " AND c.score IS NOT NULL"])
        return (
            f"WITH RECURSIVE up AS (SELECT id, parent, 0 AS d FROM customer WHERE id <= {start} UNION ALL "
            f"SELECT c.id, c.parent, up.d + 1 FROM customer c JOIN up ON c.id = up.parent WHERE up.d < {steps}{where}) "
            "SELECT d, COUNT(*), COUNT(DISTINCT id), SUM(id) FROM up GROUP BY d ORDER BY d"
        )
