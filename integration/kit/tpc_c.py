"""TPC-C in small: its tables, data of the same kind as its loader's, its five transactions and its consistency conditions,
sharded by warehouse. Source: TPC Benchmark C, Standard Specification, revision 5.11, clauses 1.3 (tables), 2.4 to 2.8
(transactions), 3.3.2 (consistency) and 4.3 (data)."""

import random

WAREHOUSES, DISTRICTS, CUSTOMERS, ITEMS, ORDERS = 4, 3, 12, 60, 12  # customers and orders: a district
NAMES = ["BAR", "OUGHT", "ABLE", "PRI", "PRES", "ESE", "ANTI", "CALLY", "ATION", "EING"]

HASHED = {
    "warehouse": "w_id",
    "district": "d_w_id",
    "customer": "c_w_id",
    "history": "h_w_id",
    "orders": "o_w_id",
    "new_order": "no_w_id",
    "order_line": "ol_w_id",
    "stock": "s_w_id",
}
VSCHEMA = {
    "sharded": True,
    "vindexes": {"hash": {"type": "hash"}},
    "tables": {
        **{table: {"column_vindexes": [{"column": column, "name": "hash"}]} for table, column in HASHED.items()},
        "item": {"type": "reference"},
    },
}
DISTRICT_TEXTS = ", ".join(f"s_dist_{i:02} CHAR(24)" for i in range(1, 11))
SCHEMA = {
    "warehouse": "w_id INT PRIMARY KEY, w_name VARCHAR(10), w_tax DECIMAL(4, 4), w_ytd DECIMAL(12, 2)",
    "district": """d_id INT, d_w_id INT, d_name VARCHAR(10), d_tax DECIMAL(4, 4), d_ytd DECIMAL(12, 2), d_next_o_id INT,
        PRIMARY KEY (d_w_id, d_id)""",
    "customer": """c_id INT, c_d_id INT, c_w_id INT, c_first VARCHAR(16), c_middle CHAR(2), c_last VARCHAR(16), c_credit CHAR(2),
        c_credit_lim DECIMAL(12, 2), c_discount DECIMAL(4, 4), c_balance DECIMAL(12, 2), c_ytd_payment DECIMAL(12, 2),
        c_payment_cnt INT, c_delivery_cnt INT, c_data VARCHAR(500), PRIMARY KEY (c_w_id, c_d_id, c_id),
        KEY (c_w_id, c_d_id, c_last, c_first)""",
    "history": """h_c_id INT, h_c_d_id INT, h_c_w_id INT, h_d_id INT, h_w_id INT, h_date DATETIME, h_amount DECIMAL(6, 2),
        h_data VARCHAR(24)""",
    "item": "i_id INT PRIMARY KEY, i_im_id INT, i_name VARCHAR(24), i_price DECIMAL(5, 2), i_data VARCHAR(50)",
    "stock": f"""s_i_id INT, s_w_id INT, s_quantity INT, {DISTRICT_TEXTS}, s_ytd INT, s_order_cnt INT, s_remote_cnt INT,
        s_data VARCHAR(50), PRIMARY KEY (s_w_id, s_i_id)""",
    "orders": """o_id INT, o_d_id INT, o_w_id INT, o_c_id INT, o_entry_d DATETIME, o_carrier_id INT, o_ol_cnt INT, o_all_local INT,
        PRIMARY KEY (o_w_id, o_d_id, o_id), KEY (o_w_id, o_d_id, o_c_id, o_id)""",
    "new_order": "no_o_id INT, no_d_id INT, no_w_id INT, PRIMARY KEY (no_w_id, no_d_id, no_o_id)",
    "order_line": """ol_o_id INT, ol_d_id INT, ol_w_id INT, ol_number INT, ol_i_id INT, ol_supply_w_id INT, ol_delivery_d DATETIME,
        ol_quantity INT, ol_amount DECIMAL(6, 2), ol_dist_info CHAR(24), PRIMARY KEY (ol_w_id, ol_d_id, ol_o_id, ol_number)""",
}
KEYS = {table: columns.split("PRIMARY KEY (")[1].split(")")[0] for table, columns in SCHEMA.items() if "PRIMARY KEY (" in columns}
KEYS |= {"warehouse": "w_id", "item": "i_id", "history": "h_w_id, h_d_id, h_c_w_id, h_c_d_id, h_c_id, h_date, h_amount"}
LOADED = "2026-01-01 00:00:00"


def last_name(number):
    return "".join(NAMES[number // unit % 10] for unit in (100, 10, 1))


def rows(seed=1):
    random_ = random.Random(seed)
    between, pick = random_.randint, random_.choice
    data = {table: [] for table in SCHEMA}
    for item in range(1, ITEMS + 1):
        text = pick(["ORIGINAL", "plain"])
        data["item"].append((item, between(1, 10000), f"item {item}", f"{between(1, 99)}.{between(0, 99):02}", text))
    for w in range(1, WAREHOUSES + 1):
        data["warehouse"].append((w, f"house {w}", "0.1000", DISTRICTS * 30000))
        for item in range(1, ITEMS + 1):
            texts = tuple(f"dist {w} {item} {i}" for i in range(1, 11))
            data["stock"].append((item, w, between(10, 100), *texts, 0, 0, 0, pick(["ORIGINAL", "plain"])))
        for d in range(1, DISTRICTS + 1):
            data["district"].append((d, w, f"part {d}", "0.0500", 30000, ORDERS + 1))
            for c in range(1, CUSTOMERS + 1):
                name = last_name(c % 4)
                data["customer"].append(
                    (c, d, w, f"first {between(1, 9)}", "OE", name, pick(["GC", "BC"]), 50000, "0.1000", -10, 10, 1, 0, "data")
                )
                data["history"].append((c, d, w, d, w, LOADED, 10, "history"))
            buyers = random_.sample(range(1, CUSTOMERS + 1), ORDERS)
            for o, c in enumerate(buyers, 1):
                lines, waits = between(5, 15), o > ORDERS * 2 // 3
                data["orders"].append((o, d, w, c, LOADED, None if waits else between(1, 10), lines, 1))
                if waits:
                    data["new_order"].append((o, d, w))
                for line in range(1, lines + 1):
                    amount = f"{between(1, 9999)}.{between(0, 99):02}" if waits else "0.00"
                    data["order_line"].append(
                        (o, d, w, line, between(1, ITEMS), w, None if waits else LOADED, 5, amount, f"dist {w} {d}")
                    )
    return data


class Terminal:
    """One of those that run transactions, on a connection; each gives what its queries answered."""

    def __init__(self, connection, seed):
        self.connection, self.random, self.clock, self.seen = connection, random.Random(seed), 0, []

    def ask(self, statement, *arguments):
        with self.connection.cursor() as cursor:
            count = cursor.execute(statement, arguments)
            rows = cursor.fetchall()
        self.seen.append((statement.split(None, 1)[0], count, rows))
        return rows

    def now(self):
        self.clock += 1
        return f"2026-02-01 {self.clock // 3600:02}:{self.clock // 60 % 60:02}:{self.clock % 60:02}"

    def any_place(self):
        between = self.random.randint
        return between(1, WAREHOUSES), between(1, DISTRICTS)

    def other_warehouse(self, w):
        return self.random.choice([other for other in range(1, WAREHOUSES + 1) if other != w])

    def run(self, transaction):
        self.seen = []
        self.connection.begin()
        if getattr(self, transaction)():
            self.connection.commit()
        else:
            self.connection.rollback()
        return self.seen

    def new_order(self):
        between, now = self.random.randint, self.now()
        (w, d), c = self.any_place(), between(1, CUSTOMERS)
        lines = [(between(1, ITEMS), w if between(1, 10) > 1 else self.other_warehouse(w), between(1, 10)) for _ in range(between(5, 15))]
        if between(1, 20) == 1:
            lines[-1] = (ITEMS + 1, w, 1)  # there is no such item: all is rolled back
        self.ask(
            """SELECT c_discount, c_last, c_credit, w_tax FROM customer, warehouse
               WHERE w_id = %s AND c_w_id = w_id AND c_d_id = %s AND c_id = %s""",
            *(w, d, c),
        )
        ((order, _),) = self.ask("SELECT d_next_o_id, d_tax FROM district WHERE d_id = %s AND d_w_id = %s FOR UPDATE", d, w)
        self.ask("UPDATE district SET d_next_o_id = %s WHERE d_id = %s AND d_w_id = %s", order + 1, d, w)
        local = int(all(supplier == w for _, supplier, _ in lines))
        self.ask("INSERT INTO orders VALUES (%s, %s, %s, %s, %s, NULL, %s, %s)", order, d, w, c, now, len(lines), local)
        self.ask("INSERT INTO new_order (no_o_id, no_d_id, no_w_id) VALUES (%s, %s, %s)", order, d, w)
        for number, (item, supplier, quantity) in enumerate(lines, 1):
            found = self.ask("SELECT i_price, i_name, i_data FROM item WHERE i_id = %s", item)
            if not found:
                return False
            ((stock, _, text),) = self.ask(
                f"SELECT s_quantity, s_data, s_dist_{d:02} FROM stock WHERE s_i_id = %s AND s_w_id = %s FOR UPDATE", item, supplier
            )
            stock = stock - quantity if stock >= quantity + 10 else stock - quantity + 91
            self.ask(
                """UPDATE stock SET s_quantity = %s, s_ytd = s_ytd + %s, s_order_cnt = s_order_cnt + 1,
                   s_remote_cnt = s_remote_cnt + %s WHERE s_i_id = %s AND s_w_id = %s""",
                *(stock, quantity, int(supplier != w), item, supplier),
            )
            self.ask(
                """INSERT INTO order_line (ol_o_id, ol_d_id, ol_w_id, ol_number, ol_i_id, ol_supply_w_id, ol_quantity, ol_amount,
                   ol_dist_info) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
                *(order, d, w, number, item, supplier, quantity, quantity * found[0][0], text),
            )
        return True

    def find_customer(self, w, d, columns, lock=""):
        """By last name in three of five cases, as the standard says: the middle one by first name."""
        if self.random.randint(1, 5) > 3:
            c = self.random.randint(1, CUSTOMERS)
            return self.ask(f"SELECT {columns} FROM customer WHERE c_w_id = %s AND c_d_id = %s AND c_id = %s {lock}", w, d, c)[0]
        name = last_name(self.random.randint(0, 3))
        ((count,),) = self.ask("SELECT COUNT(c_id) FROM customer WHERE c_last = %s AND c_d_id = %s AND c_w_id = %s", name, d, w)
        found = self.ask(
            f"""SELECT {columns} FROM customer WHERE c_w_id = %s AND c_d_id = %s AND c_last = %s ORDER BY c_first, c_id {lock}""",
            *(w, d, name),
        )
        return found[(count - 1) // 2]

    def payment(self):
        between, now = self.random.randint, self.now()
        w, d = self.any_place()
        cw, cd = (w, d) if between(1, 100) > 15 else (self.other_warehouse(w), between(1, DISTRICTS))
        amount = f"{between(1, 4999)}.{between(0, 99):02}"
        self.ask("UPDATE warehouse SET w_ytd = w_ytd + %s WHERE w_id = %s", amount, w)
        ((house,),) = self.ask("SELECT w_name FROM warehouse WHERE w_id = %s", w)
        self.ask("UPDATE district SET d_ytd = d_ytd + %s WHERE d_w_id = %s AND d_id = %s", amount, w, d)
        ((part,),) = self.ask("SELECT d_name FROM district WHERE d_w_id = %s AND d_id = %s", w, d)
        c, credit, _ = self.find_customer(cw, cd, "c_id, c_credit, c_balance", "FOR UPDATE")
        changes, values = "", ()
        if credit == "BC":
            changes, values = ", c_data = LEFT(CONCAT(%s, c_data), 500)", (f"{c} {cd} {cw} {d} {w} {amount}|",)
        self.ask(
            f"""UPDATE customer SET c_balance = c_balance - %s, c_ytd_payment = c_ytd_payment + %s,
                c_payment_cnt = c_payment_cnt + 1{changes} WHERE c_w_id = %s AND c_d_id = %s AND c_id = %s""",
            *(amount, amount, *values, cw, cd, c),
        )
        self.ask("INSERT INTO history VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", c, cd, cw, d, w, now, amount, f"{house}    {part}")
        return True

    def order_status(self):
        w, d = self.any_place()
        c, *_ = self.find_customer(w, d, "c_id, c_balance, c_first, c_middle, c_last")
        found = self.ask(
            """SELECT o_id, o_carrier_id, o_entry_d FROM orders WHERE o_w_id = %s AND o_d_id = %s AND o_c_id = %s
               ORDER BY o_id DESC LIMIT 1""",
            *(w, d, c),
        )
        for order, _, _ in found:
            self.ask(
                """SELECT ol_i_id, ol_supply_w_id, ol_quantity, ol_amount, ol_delivery_d FROM order_line
                   WHERE ol_o_id = %s AND ol_d_id = %s AND ol_w_id = %s ORDER BY ol_number""",
                *(order, d, w),
            )
        return True

    def delivery(self):
        w, carrier, now = self.random.randint(1, WAREHOUSES), self.random.randint(1, 10), self.now()
        for d in range(1, DISTRICTS + 1):
            ((order,),) = self.ask("SELECT MIN(no_o_id) FROM new_order WHERE no_d_id = %s AND no_w_id = %s", d, w)
            if order is None:
                continue
            self.ask("DELETE FROM new_order WHERE no_o_id = %s AND no_d_id = %s AND no_w_id = %s", order, d, w)
            place = (order, d, w)
            ((c,),) = self.ask("SELECT o_c_id FROM orders WHERE o_id = %s AND o_d_id = %s AND o_w_id = %s", *place)
            self.ask("UPDATE orders SET o_carrier_id = %s WHERE o_id = %s AND o_d_id = %s AND o_w_id = %s", carrier, *place)
            self.ask("UPDATE order_line SET ol_delivery_d = %s WHERE ol_o_id = %s AND ol_d_id = %s AND ol_w_id = %s", now, *place)
            ((total,),) = self.ask("SELECT SUM(ol_amount) FROM order_line WHERE ol_o_id = %s AND ol_d_id = %s AND ol_w_id = %s", *place)
            self.ask(
                """UPDATE customer SET c_balance = c_balance + %s, c_delivery_cnt = c_delivery_cnt + 1
                   WHERE c_id = %s AND c_d_id = %s AND c_w_id = %s""",
                *(total, c, d, w),
            )
        return True

    def stock_level(self):
        (w, d), threshold = self.any_place(), self.random.randint(10, 20)
        ((order,),) = self.ask("SELECT d_next_o_id FROM district WHERE d_w_id = %s AND d_id = %s", w, d)
        self.ask(
            """SELECT COUNT(DISTINCT s_i_id) FROM order_line, stock WHERE ol_w_id = %s AND ol_d_id = %s AND ol_o_id < %s
               AND ol_o_id >= %s - 20 AND s_w_id = %s AND s_i_id = ol_i_id AND s_quantity < %s""",
            *(w, d, order, order, w, threshold),
        )
        return True


# Each counts what breaks a condition, over all warehouses at once.
CONSISTENCY = {
    "warehouses have what their districts have": """
        SELECT COUNT(*) FROM (SELECT w_id FROM warehouse JOIN district ON d_w_id = w_id GROUP BY w_id, w_ytd
            HAVING w_ytd <> SUM(d_ytd)) AS broken""",
    "the next order follows the last": """
        SELECT COUNT(*) FROM (SELECT d_w_id, d_id FROM district JOIN orders ON o_w_id = d_w_id AND o_d_id = d_id
            GROUP BY d_w_id, d_id, d_next_o_id HAVING d_next_o_id - 1 <> MAX(o_id)) AS broken""",
    "new orders have no gap": """
        SELECT COUNT(*) FROM (SELECT no_w_id, no_d_id FROM new_order GROUP BY no_w_id, no_d_id
            HAVING MAX(no_o_id) - MIN(no_o_id) + 1 <> COUNT(*)) AS broken""",
    "orders have the lines that they say": """
        SELECT COUNT(*) FROM (SELECT o_w_id, o_d_id, o_id FROM orders
            LEFT JOIN order_line ON ol_w_id = o_w_id AND ol_d_id = o_d_id AND ol_o_id = o_id
            GROUP BY o_w_id, o_d_id, o_id, o_ol_cnt HAVING o_ol_cnt <> COUNT(ol_number)) AS broken""",
    "an order is new or has a carrier": """
        SELECT COUNT(*) FROM orders LEFT JOIN new_order ON no_w_id = o_w_id AND no_d_id = o_d_id AND no_o_id = o_id
        WHERE (o_carrier_id IS NULL) <> (no_o_id IS NOT NULL)""",
    "warehouses have what was paid": """
        SELECT COUNT(*) FROM warehouse JOIN (SELECT h_w_id, SUM(h_amount) AS paid FROM history GROUP BY h_w_id) AS h ON h_w_id = w_id
        WHERE w_ytd - 30000 * (SELECT COUNT(*) FROM district WHERE d_w_id = w_id)
            <> paid - 10 * (SELECT COUNT(*) FROM customer WHERE c_w_id = w_id)""",
    "stock went where orders say": """
        SELECT COUNT(*) FROM stock LEFT JOIN (SELECT ol_supply_w_id, ol_i_id, SUM(ol_quantity) AS sold, COUNT(*) AS times
            FROM order_line WHERE ol_o_id > 12 GROUP BY ol_supply_w_id, ol_i_id) AS l ON ol_supply_w_id = s_w_id AND ol_i_id = s_i_id
        WHERE s_ytd <> COALESCE(sold, 0) OR s_order_cnt <> COALESCE(times, 0)""",
}
