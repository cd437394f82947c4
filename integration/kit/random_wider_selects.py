"""More random SELECTs than kit/random_selects.py: every type of the tables, order by text and dates, rows as values, nested
queries with LIMIT, window frames, expressions of groups. What a statement leaves open (which of equal rows comes first) is
fixed by a key."""

from .random_selects import Generator

# Columns of all types whose values come back the same way from any plan.
ALL = {
    "customer": ["id", "name", "email", "country", "born", "score", "kind", "parent", "notes"],
    "orders": ["id", "customer_id", "amount", "at", "what", "quantity", "total"],
    "item": ["order_id", "line", "customer_id", "product", "price"],
    "odd": ["id", "flags", "bits", "raw", "picture", "moment", "clock", "years", "tiny", "single", "greek", "wide", "zero", "words"],
}
UNIQUE = {"customer": ["id"], "orders": ["id"], "item": ["order_id", "line"], "odd": ["id"]}
ORDERED = {
    "customer": ["name", "email", "country", "born", "score", "kind", "parent"],
    "orders": ["amount", "at", "what", "quantity", "total"],
    "item": ["product", "price", "line"],
    "odd": ["flags", "bits", "raw", "moment", "clock", "years", "tiny", "single", "greek", "zero", "words"],
}


class Wider(Generator):
    def statement(self):
        if self.chance(50):
            return super().statement()
        kind = self.one(
            [self.sorted_rows, self.sorted_rows, self.row_values, self.expressions, self.frames, self.limited_inside]
            + [self.group_expressions, self.top_groups, self.odd_types, self.nested_sets, self.scalar_with_limit, self.documents]
        )
        return kind()

    def limit(self, percent=60):
        if not self.chance(percent):
            return ""
        return f" LIMIT {self.random.randint(1, 25)}" + (f" OFFSET {self.random.randint(0, 12)}" if self.chance(40) else "")

    def sort_keys(self, table, alias):
        some = self.random.sample(ORDERED[table], self.random.randint(1, 2))
        return ", ".join(f"{alias}.{c}{self.one(['', ' DESC'])}" for c in [*some, *UNIQUE[table]])

    def where(self, tables, percent=60):
        return f" WHERE {self.condition(tables)}" if self.chance(percent) else ""

    def plain(self, tables=("customer", "orders", "item")):
        table = self.one(tables)
        return table, [("a", table)]

    def sorted_rows(self):
        """Sorted by text, dates and floats, whatever their collations; the key ends the order."""
        table, tables = self.plain()
        columns = ", ".join(f"a.{c}" for c in self.random.sample(ALL[table], self.random.randint(1, 4)))
        return f"SELECT {columns} FROM {table} a{self.where(tables)} ORDER BY {self.sort_keys(table, 'a')}{self.limit()}", True

    def row_values(self):
        table, tables = self.plain()
        left = f"({self.number(tables)}, {self.number(tables)})"
        if self.chance(50):
            some = ", ".join(f"({self.random.randint(0, 30)}, {self.random.randint(0, 30)})" for _ in range(self.random.randint(1, 5)))
            condition = f"{left} {self.one(['IN', 'NOT IN'])} ({some})"
        elif self.chance(50):
            inner, text = self.source(tables)
            condition = f"{left} IN (SELECT {self.number(inner)}, {self.number(inner)} FROM {text} WHERE {self.condition(inner, 2)})"
        else:
            condition = f"{left} {self.one(['=', '<', '>=', '<=>'])} ({self.random.randint(0, 30)}, {self.random.randint(0, 30)})"
        return f"SELECT a.{', a.'.join(UNIQUE[table])} FROM {table} a WHERE {condition} OR {self.condition(tables, 1)}", False

    def expression(self, tables):
        number, text = self.number(tables), self.column(tables, "text")
        date = self.column(tables, "date")
        real = self.column(tables, "real") or self.column(tables, "decimal")
        options = [
            f"CASE WHEN {self.condition(tables, 2)} THEN {number} ELSE -1 END",
            f"COALESCE({number}, 0) + {self.random.randint(1, 9)}",
            f"NULLIF({number}, {self.random.randint(0, 9)})",
            f"{number} DIV {self.random.randint(1, 5)}",
            f"{number} / {self.random.randint(2, 7)}",
            f"IF({self.condition(tables, 2)}, {text}, NULL)",
            f"CONCAT({text}, '-', {number})",
            f"LENGTH({text})",
            f"CAST({number} AS CHAR)",
            f"CAST({number} AS DECIMAL(10, 2))",
            f"HEX({text})",
            f"{number} IN (SELECT customer_id FROM orders WHERE quantity > {self.random.randint(0, 4)})",
            f"EXISTS (SELECT 1 FROM orders z WHERE z.customer_id = {number})",
        ]
        if date:
            options += [f"DATE_FORMAT({date}, '%Y-%m')", f"{date} + INTERVAL 1 DAY", f"TIMESTAMPDIFF(DAY, {date}, '2024-01-01')"]
        if real:
            options += [f"ROUND({real}, 1)", f"{real} * 2", f"-{real}"]
        return self.one(options)

    def expressions(self):
        tables, text = self.source()
        values = ", ".join(self.expression(tables) for _ in range(self.random.randint(1, 3)))
        return f"SELECT {values} FROM {text}{self.where(tables)}", False

    def frames(self):
        table, tables = self.plain()
        number = self.number(tables)
        function = self.one(
            ["ROW_NUMBER()", f"LAG({number})", f"LEAD({number}, 2)", f"FIRST_VALUE({number})", "NTILE(3)", f"SUM({number})"]
            + [f"AVG({number})", f"COUNT({number})", f"MIN({number})", "CUME_DIST()", "PERCENT_RANK()"]
        )
        part = f"PARTITION BY {self.column(tables, self.one(['number', 'text']))} " if self.chance(60) else ""
        framed = function.split("(")[0] in ("SUM", "AVG", "COUNT", "MIN")
        frame = f" ROWS BETWEEN {self.one(['UNBOUNDED', '2'])} PRECEDING AND {self.one(['CURRENT ROW', '1 FOLLOWING'])}" if framed else ""
        keys = ", ".join(f"a.{c}" for c in UNIQUE[table])
        return f"SELECT {keys}, {function} OVER ({part}ORDER BY {keys}{frame}) AS w FROM {table} a{self.where(tables)} ORDER BY {keys}{self.limit()}", True

    def limited_inside(self):
        """The first rows of a query, joined or counted."""
        table, tables = self.plain()
        keys = UNIQUE[table]
        inner = f"SELECT a.{', a.'.join(keys)} FROM {table} a{self.where(tables)} ORDER BY {self.sort_keys(table, 'a')} LIMIT {self.random.randint(1, 20)}"
        if self.chance(40):
            return f"SELECT COUNT(*), MIN(x.{keys[0]}), MAX(x.{keys[0]}) FROM ({inner}) x", False
        other, key = self.one([("customer", "id"), ("orders", "customer_id"), ("item", "order_id")])
        return f"SELECT x.{keys[0]}, y.{key} FROM ({inner}) x {self.one(['JOIN', 'LEFT JOIN'])} {other} y ON y.{key} = x.{keys[0]}", False

    def group_expressions(self):
        tables, text = self.source()
        number = self.number(tables)
        values = self.one(
            [
                f"STDDEV({number}), VARIANCE({number})",
                f"BIT_AND({number}), BIT_OR({number})",
                f"COUNT(DISTINCT {number}, {self.number(tables)})",
                f"SUM({number}) / COUNT({number}), MAX({number}) - MIN({number})",
                f"SUM({self.expression(tables)} IS NULL)",
                f"COUNT(*) + {self.random.randint(1, 9)}, SUM(CASE WHEN {self.condition(tables, 2)} THEN 1 ELSE 0 END)",
            ]
        )
        key = self.one([f"{number} % {self.random.randint(2, 7)}", self.column(tables, "number") or "1", f"{self.column(tables)} IS NULL"])
        having = f" HAVING {self.one(['k > 0', 'COUNT(*) > 2', f'SUM({number}) > 20', 'k IS NOT NULL AND COUNT(*) < 30'])}" if self.chance(40) else ""
        return f"SELECT {key} AS k, {values} FROM {text}{self.where(tables)} GROUP BY k{having}", False

    def top_groups(self):
        """Groups sorted by an aggregate; the group itself ends the order."""
        table, tables = self.plain()
        key = self.column(tables, "number")
        aggregate = self.one(["COUNT(*)", f"SUM({self.number(tables)})", f"MAX({self.number(tables)})", f"COUNT(DISTINCT {self.number(tables)})"])
        return f"SELECT {key}, {aggregate} AS v FROM {table} a{self.where(tables)} GROUP BY {key} ORDER BY v{self.one(['', ' DESC'])}, {key}{self.limit(80)}", True

    def odd_types(self):
        columns = ", ".join(self.random.sample(ALL["odd"], self.random.randint(1, 4)))
        condition = self.one(
            [
                "FIND_IN_SET('a', flags)", "bits > 1", "raw = ''", "raw > 'b'", "LENGTH(picture) > 256", "moment > '2021-06-01'",
                "clock < '00:00:01'", "years = 2024", "tiny", "NOT tiny", "single > 1", "greek = 'αβγ'", "wide IS NULL", "zero = '2024-02-29'",
                "words LIKE 'a%'", "id % 3 = 0", "id BETWEEN 10 AND 30", "moment IS NOT NULL AND id < 40",
            ]
        )  # fmt: skip
        if self.chance(40):
            key = self.one(["flags", "bits", "years", "tiny", "clock", "id % 4"])
            value = self.one(["COUNT(*)", "MIN(moment)", "MAX(clock)", "SUM(bits)", "MAX(years)", "MIN(id)", "BIT_OR(bits)", "COUNT(raw)"])
            return f"SELECT {key} AS k, {value} FROM odd WHERE {condition} OR id > 20 GROUP BY k ORDER BY k", True
        return f"SELECT {columns} FROM odd WHERE {condition} ORDER BY {self.sort_keys('odd', 'odd')}{self.limit()}", True

    def nested_sets(self):
        def operand():
            tables, text = self.source()
            return f"SELECT {self.number(tables)} AS a FROM {text} WHERE {self.condition(tables)}"

        first, second = self.one(["UNION", "UNION ALL", "EXCEPT"]), self.one(["UNION", "INTERSECT"])
        union = f"({operand()}) {first} (({operand()}) {second} ({operand()}))"
        if self.chance(50):
            return f"SELECT COUNT(*), SUM(u.a) FROM ({union}) u", False
        return f"{union} ORDER BY a", True

    def scalar_with_limit(self):
        table, tables = self.plain()
        inner = f"(SELECT z.what FROM orders z WHERE z.customer_id = {self.number(tables)} ORDER BY z.id{self.one(['', ' DESC'])} LIMIT 1)"
        return f"SELECT a.{UNIQUE[table][0]}, {inner} AS latest FROM {table} a{self.where(tables)}", False

    def documents(self):
        value = self.one(["JSON_EXTRACT(a.notes, '$.a')", "JSON_LENGTH(a.notes, '$.a')", "JSON_VALUE(a.notes, '$.a[1]')", "JSON_TYPE(a.notes)", "a.notes"])
        if self.chance(40):
            return f"SELECT {value} AS v, COUNT(*) FROM customer a GROUP BY v ORDER BY COUNT(*), v", False
        return f"SELECT a.id, {value} FROM customer a{self.where([('a', 'customer')])} ORDER BY a.id{self.limit()}", True
