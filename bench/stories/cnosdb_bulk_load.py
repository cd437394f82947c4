"""CnosDB's bulk load went on until it was out of memory. Here: many loaders of large batches, LOAD DATA LOCAL, packets as
large as they may be, and the restore of a dump."""

import subprocess
import time

from kit.crowd import Crowd
from kit.places import tool
from kit.server import APP_PASSWORD, APP_USER
from kit.wire import QUERY, Wire, frames

from .story import MIB, Rss, Story

LIMIT = 2 * 16 + 4  # KiB a loader: two relay buffers, and the session that was not there before
LOADERS = 10


def run():
    with Story("cnosdb-bulk-load") as story:
        sql = story.field.tablet.sql
        sql("CREATE TABLE sbtest.rows_in (a INT, b VARCHAR(200)) ENGINE=MyISAM")
        large = story.choose(63, 8)  # max_allowed_packet is 64 MiB, headers included
        for part, name, load in (
            ("small-batches", "batches of 100 rows", batches(100, story.choose(2000, 100))),
            ("batches", "batches of 1,000 rows", batches(1000, story.choose(500, 30))),
            ("load-data", "LOAD DATA LOCAL", load_data(story, story.choose(2048, 100))),
            ("packets", f"packets of {large} MiB", packets(large, story.choose(4, 2))),
            ("restore", "restore of a dump", restore(story, story.choose(200_000, 20_000))),
        ):
            target = story.field.leasehold(workers=2, size=LOADERS, memory={"limit": "16GiB"})
            batches(5, 20)(target)  # warm-up
            time.sleep(2)
            rss = Rss(target.process)
            before = rss.now()
            time.sleep(0.3)
            rss.mark(name)
            load(target)
            story.hold(f"{name}, {LOADERS} loaders, RSS growth", (rss.peak() - before) / LOADERS, LIMIT, "KiB a loader")
            rss.mark("over")
            time.sleep(story.choose(8, 2))
            story.plot(rss, f"-{part}")
            sql("TRUNCATE sbtest.rows_in")
        return story.failed


def everyone(work):
    problems = [result for result in Crowd(LOADERS, work).done(3600) if result is not None]
    if problems:
        raise SystemExit(f"cnosdb-bulk-load: {problems[0]!r}")


def batches(rows, count):
    values = ",".join(f"({n},'{'v' * 100}')" for n in range(rows))
    statement = f"INSERT INTO rows_in (a, b) VALUES {values}".encode()

    def load(target):
        def work(_):
            client = Wire(target.port, timeout=300).login(database="sbtest")
            for _ in range(count):
                client.query(statement)
            client.close()

        everyone(work)

    return load


def packets(mebibytes, count):
    statement = frames(bytes([QUERY]) + b"SELECT LENGTH('" + b"x" * (mebibytes * MIB - 100) + b"')")

    def load(target):
        def work(_):
            client = Wire(target.port, timeout=300).login(database="sbtest")
            for _ in range(count):
                client.socket.sendall(statement)
                client.results()
            client.close()

        everyone(work)

    return load


def client(target, *more, **options):
    command = ["mariadb", "-h127.0.0.1", f"-P{target.port}", f"-u{APP_USER}", f"-p{APP_PASSWORD}", "--skip-ssl"]
    done = subprocess.run([*command, *more, "sbtest"], capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])


def load_data(story, mebibytes):
    """All loaders together load so many MiB."""
    file = story.field.folder / "rows.csv"
    line = f"1\t{'v' * 98}\n"
    with open(file, "w", encoding="ascii") as out:
        for _ in range(mebibytes // LOADERS):
            out.write(line * (MIB // len(line)))

    def load(target):
        statement = f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE rows_in"
        everyone(lambda _: client(target, "--local-infile=1", "-e", statement))

    return load


def restore(story, rows):
    """mariadb-dump's statements of up to a MiB, by the command line client."""
    sql = story.field.tablet.sql
    sql("CREATE TABLE sbtest.dumped (a INT PRIMARY KEY, b VARCHAR(200)) ENGINE=MyISAM")
    sql(f"INSERT INTO sbtest.dumped SELECT seq, REPEAT('d', 150) FROM sbtest.seq_1_to_{rows}")
    login = ["-h127.0.0.1", f"-P{story.field.tablet.port}", f"-u{APP_USER}", f"-p{APP_PASSWORD}", "--skip-ssl"]
    form = ["--skip-add-locks", "--skip-disable-keys", "--no-create-info", "--replace"]
    dump = subprocess.run(
        [tool("mariadb-dump") or "mysqldump", *login, *form, "sbtest", "dumped"], capture_output=True, text=True
    )
    if dump.returncode:
        raise SystemExit(f"cnosdb-bulk-load: {dump.stderr[-500:]}")

    def load(target):
        everyone(lambda _: client(target, input=dump.stdout))

    return load
