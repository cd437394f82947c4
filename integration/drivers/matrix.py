"""The drivers of the matrix: how each is made ready and called. A driver whose toolchain is missing says why."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kit.places import ROOT, tool

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "leasehold" / "drivers"


class Missing(Exception):
    """Why a driver cannot be run here."""


@dataclass(frozen=True)
class Driver:
    name: str
    language: str
    prepare: callable  # the command, to which host, port and steps.txt are appended; raises Missing
    heavy: bool = False  # only with --all


def _need(*names):
    for name in names:
        if not tool(name):
            raise Missing(f"{name} is not installed (scripts/install-deps test)")


def _quiet(command, cwd, what, seconds=600, **env):
    """Runs a step of making ready; a registry that cannot be reached is a reason to skip."""
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=seconds, env={**os.environ, **env}
    )
    if done.returncode:
        raise Missing(f"{what}: {((done.stderr or done.stdout).strip().splitlines() or ['it failed'])[-1][:200]}")


def _place(name, *files):
    """A folder outside the repository with the driver's own files."""
    folder = CACHE / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        source = HERE / name / file
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, target)
    return folder


def _debian_python(folder, module):
    def prepare():
        _need("/usr/bin/python3")
        if subprocess.run(["/usr/bin/python3", "-c", f"import {module}"], capture_output=True).returncode:
            raise Missing(f"Python's {module} is not installed (scripts/install-deps test)")
        return ["/usr/bin/python3", HERE / folder / "program.py"]

    return prepare


def _mysql_connector_python():
    python = CACHE / "mysql_connector_python" / "bin" / "python"
    if subprocess.run([python, "-c", "import mysql.connector"], capture_output=True).returncode if python.exists() else 1:
        _quiet(["/usr/bin/python3", "-m", "venv", python.parents[1]], HERE, "no virtual environment")
        _quiet([python, "-m", "pip", "install", "-q", "mysql-connector-python"], HERE, "mysql-connector-python")
    return [python, HERE / "mysql_connector_python" / "program.py"]


def _java(scheme):
    def prepare():
        _need("java", "javac")
        if scheme == "mariadb":
            jar = Path("/usr/share/java/mariadb-java-client.jar")
            if not jar.exists():
                raise Missing("libmariadb-java is not installed (scripts/install-deps test)")
        else:
            got = subprocess.run([ROOT / "scripts" / "get-connector-j"], capture_output=True, text=True)
            if got.returncode:
                raise Missing(got.stderr.strip().splitlines()[-1].removeprefix("SKIPPED: "))
            jar = got.stdout.strip()
        folder = _place("java", "Program.java")
        _quiet(["javac", "-d", folder / scheme, folder / "Program.java"], folder, "javac")
        return ["java", "-Xmx512m", "-cp", f"{folder / scheme}:{jar}", "Program", scheme]

    return prepare


def _go():
    go = tool("go") or (Path("/usr/local/go/bin/go").exists() and "/usr/local/go/bin/go")
    if not go:
        raise Missing("Go is not installed")
    folder = _place("go_mysql", "main.go", "go.mod", "go.sum")
    _quiet([go, "build", "-o", "program", "."], folder, "go build")
    return [folder / "program"]


def _rust():
    _need("cargo")
    folder = _place("rust_mysql_async", "main.rs", "Cargo.toml", "Cargo.lock")
    _quiet(["cargo", "build", "--release", "--locked", "--quiet"], folder, "cargo build")
    return [folder / "target" / "release" / "program"]


def _node():
    _need("node", "npm")
    folder = _place("node_mysql2", "package.json", "program.js")
    if not (folder / "node_modules" / "mysql2").exists():
        _quiet(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], folder, "mysql2")
    return ["node", folder / "program.js"]


def _php(extension):
    def prepare():
        _need("php")
        modules = subprocess.run(["php", "-m"], capture_output=True, text=True).stdout.split()
        if extension not in modules:
            raise Missing(f"PHP's {extension} is not installed (scripts/install-deps test)")
        return ["php", HERE / ("php_pdo" if extension == "pdo_mysql" else "php_mysqli") / "program.php"]

    return prepare


def _perl(dbd):
    def prepare():
        _need("perl")
        if subprocess.run(["perl", f"-MDBD::{dbd}", "-e1"], capture_output=True).returncode:
            raise Missing(f"DBD::{dbd} is not installed (scripts/install-deps test)")
        return ["perl", HERE / "perl_dbi" / "program.pl", dbd]

    return prepare


def _ruby():
    _need("ruby")
    if subprocess.run(["ruby", "-rmysql2", "-e1"], capture_output=True).returncode:
        raise Missing("Ruby's mysql2 is not installed (scripts/install-deps test)")
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
