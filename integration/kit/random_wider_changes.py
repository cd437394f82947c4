"""Random changes of the table of odd types as well: its values travel through gathers, moves and INSERT ... SELECT."""

from .one_and_many import COLUMNS as ALL_COLUMNS
from .random_changes import Changes

CONDITIONS = (
    "FIND_IN_SET('a', flags)", "bits > 1", "raw > 'b'", "LENGTH(picture) > 256", "moment > '2021-06-01'", "clock < '00:00:01'", "years = 2024",
    "tiny", "single > 1", "greek = 'αβγ'", "wide IS NULL", "zero = '2024-02-29'", "words LIKE 'a%'", "id % 3 = 0", "id BETWEEN 10 AND 30",
)  # fmt: skip
VALUES = {
    "flags": ("'a,b'", "'c'", "''", "NULL"),
    "bits": ("b'101'", "0", "NULL"),
    "raw": ("x'00ff27'", "''", "REVERSE(raw)"),
    "picture": ("x'0001'", "CONCAT(picture, x'ff')", "NULL"),
    "moment": ("'2023-03-04 05:06:07.891011'", "NULL", "moment + INTERVAL 1 MICROSECOND"),
    "clock": ("'-12:34:56.78'", "NULL", "clock"),
    "years": ("1999", "NULL"),
    "tiny": ("1", "-tiny"),
    "single": ("0.1", "single * 2", "NULL"),
    "place": ("POINT(1, 2)", "NULL"),
    "greek": ("'ω'", "NULL"),
    "wide": ("'𝄞日'", "NULL"),
    "zero": ("'0000-00-00'", "'2024-00-00'", "NULL"),
    "words": ("'it''s'", "CONCAT(words, '\\\\')", "NULL"),
}


class WiderChanges(Changes):
    def change(self):
        return super().change() if self.chance(75) else self.one([self.odd_update, self.odd_limited, self.odd_move, self.odd_copy, self.odd_delete])()

    def condition_of_odd(self):
        return f"({self.one(CONDITIONS)} {self.one(['AND', 'OR'])} id % {self.random.randint(2, 6)} = 1)"

    def assignments_of_odd(self):
        columns = self.random.sample(list(VALUES), self.random.randint(1, 4))
        return ", ".join(f"{column} = {self.one(VALUES[column])}" for column in columns)

    def odd_update(self):
        if self.chance(50):
            return f"UPDATE odd SET {self.assignments_of_odd()} WHERE {self.condition_of_odd()}"
        # From another table: gathered.
        return f"UPDATE odd SET {self.assignments_of_odd()} WHERE id IN (SELECT quantity * 7 FROM orders) OR {self.condition_of_odd()}"

    def odd_limited(self):
        return f"UPDATE odd SET {self.assignments_of_odd()} WHERE {self.condition_of_odd()} ORDER BY id DESC LIMIT {self.random.randint(1, 15)}"

    def odd_move(self):
        # Beyond every id that there is.
        self.next_id *= 3
        added, self.next_id = self.next_id, self.next_id * 2
        return f"UPDATE odd SET id = id + {added}, {self.assignments_of_odd()} WHERE {self.condition_of_odd()} AND id % 4 = 1"

    def odd_copy(self):
        self.next_id *= 3
        added, self.next_id = self.next_id, self.next_id * 2
        columns = ALL_COLUMNS["odd"].removeprefix("id, ")
        verb = self.one(["INSERT", "INSERT IGNORE", "REPLACE"])
        return f"{verb} INTO odd (id, {columns}) SELECT id + {added}, {columns} FROM odd WHERE {self.condition_of_odd()} AND id < 2000"

    def odd_delete(self):
        if self.chance(50):
            return f"DELETE FROM odd WHERE {self.condition_of_odd()} ORDER BY moment, id LIMIT {self.random.randint(1, 9)}"
        return f"DELETE FROM odd WHERE {self.condition_of_odd()} AND id % 7 = 2"
