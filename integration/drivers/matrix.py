"""The drivers of the matrix: how each is made ready and called. A driver whose toolchain is missing says why."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from kit.places import ROOT
from kit.toolchains import CACHE, Missing, go_build, need, need_module, npm_install, place, quiet

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Driver:
    name: str
    language: str
    prepare: callable  # the command, to which host, port and steps.txt are appended; raises Missing
    heavy: bool = False  # only with --all


def _debian_python(folder, module):
    def prepare():
        need("/usr/bin/python3")
        need_module(["/usr/bin/python3", "-c", f"import {module}"], f"Python's {module}")
        return ["/usr/bin/python3", HERE / folder / "program.py"]

    return prepare


def _mysql_connector_python():
    python = CACHE / "mysql_connector_python" / "bin" / "python"
    if subprocess.run([python, "-c", "import mysql.connector"], capture_output=True).returncode if python.exists() else 1:
        quiet(["/usr/bin/python3", "-m", "venv", python.parents[1]], HERE, "no virtual environment")
        quiet([python, "-m", "pip", "install", "-q", "mysql-connector-python"], HERE, "mysql-connector-python")
    return [python, HERE / "mysql_connector_python" / "program.py"]


def _java(scheme):
    def prepare():
        need("java", "javac")
        if scheme == "mariadb":
            jar = Path("/usr/share/java/mariadb-java-client.jar")
            if not jar.exists():
                raise Missing("libmariadb-java is not installed (scripts/install-deps test)")
        else:
            got = subprocess.run([ROOT / "scripts" / "get-connector-j"], capture_output=True, text=True)
            if got.returncode:
                raise Missing(got.stderr.strip().splitlines()[-1].removeprefix("SKIPPED: "))
            jar = got.stdout.strip()
        folder = place(HERE / "java", "Program.java")
        quiet(["javac", "-d", folder / scheme, folder / "Program.java"], folder, "javac")
        return ["java", "-Xmx512m", "-cp", f"{folder / scheme}:{jar}", "Program", scheme]

    return prepare


def _go():
    return [go_build(HERE / "go_mysql")]


def _rust():
    need("cargo")
    folder = place(HERE / "rust_mysql_async", "main.rs", "Cargo.toml", "Cargo.lock")
    quiet(["cargo", "build", "--release", "--locked", "--quiet"], folder, "cargo build")
    return [folder / "target" / "release" / "program"]


def _node():
    return ["node", npm_install(HERE / "node_mysql2", "mysql2")]


def _php(extension):
    def prepare():
        need("php")
        modules = subprocess.run(["php", "-m"], capture_output=True, text=True).stdout.split()
        if extension not in modules:
            raise Missing(f"PHP's {extension} is not installed (scripts/install-deps test)")
        return ["php", HERE / ("php_pdo" if extension == "pdo_mysql" else "php_mysqli") / "program.php"]

    return prepare


def _perl(dbd):
    def prepare():
        need("perl")
        need_module(["perl", f"-MDBD::{dbd}", "-e1"], f"DBD::{dbd}")
        return ["perl", HERE / "perl_dbi" / "program.pl", dbd]

    return prepare


def _ruby():
    need("ruby")
    need_module(["ruby", "-rmysql2", "-e1"], "Ruby's mysql2")
    return ["ruby", HERE / "ruby_mysql2" / "program.rb"]


DRIVERS = [
    Driver("PyMySQL", "Python", _debian_python("pymysql", "pymysql")),
    Driver("mysqlclient", "Python, by libmariadb", _debian_python("mysqlclient", "MySQLdb")),
    Driver("mysql-connector-python", "Python", _mysql_connector_python, heavy=True),
    Driver("MySQL Connector/J", "Java", _java("mysql"), heavy=True),
    Driver("MariaDB Connector/J", "Java", _java("mariadb"), heavy=True),
    Driver("go-sql-driver/mysql", "Go", _go, heavy=True),
    Driver("mysql_async", "Rust", _rust, heavy=True),
    Driver("mysql2 for Node.js", "JavaScript", _node, heavy=True),
    Driver("mysqli", "PHP", _php("mysqli"), heavy=True),
    Driver("PDO", "PHP", _php("pdo_mysql"), heavy=True),
    Driver("DBD::mysql", "Perl, by libmariadb", _perl("mysql"), heavy=True),
    Driver("DBD::MariaDB", "Perl, by libmariadb", _perl("MariaDB"), heavy=True),
    Driver("mysql2 for Ruby", "Ruby, by libmariadb", _ruby, heavy=True),
]
