"""The ORMs: how each is made ready and called. One whose toolchain is missing says why."""

from dataclasses import dataclass
from pathlib import Path

from kit.toolchains import CACHE, go_build, need, need_module, npm_install, place, quiet

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Orm:
    name: str
    language: str
    prepare: callable  # the command, to which host, port and database are appended; raises Missing
    heavy: bool = False  # only with --all


def _python(folder, module):
    def prepare():
        need_module(["/usr/bin/python3", "-c", f"import {module}"], f"Python's {module}")
        return ["/usr/bin/python3", HERE / folder / "program.py"]

    return prepare


def _go():
    return [go_build(HERE / "gorm")]


def _node():
    return ["node", npm_install(HERE / "sequelize", "sequelize", "mysql2")]


def _hibernate():
    need("java", "javac", "mvn")
    folder = place(HERE / "hibernate", "Program.java", "pom.xml")
    if not any((folder / "jars").glob("hibernate-core-*")):
        copy = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=jars"]
        quiet(copy, folder, "Hibernate from Maven")
    quiet(["javac", "-cp", "jars/*", "-d", "classes", "Program.java"], folder, "javac")
    return ["java", "-Xmx512m", "-cp", f"{folder / 'classes'}:{folder / 'jars'}/*", "Program"]


def _ruby():
    need("ruby")
    need_module(["ruby", "-ractive_record", "-rmysql2", "-e1"], "ActiveRecord")
    return ["ruby", HERE / "activerecord" / "program.rb"]


def _php():
    need("php")
    need_module(["php", "-r", "exit(file_exists('/usr/share/php/Illuminate/Database/autoload.php') ? 0 : 1);"], "Eloquent")
    return ["php", HERE / "eloquent" / "program.php"]


ORMS = [
    Orm("SQLAlchemy", "Python", _python("sqlalchemy", "sqlalchemy, pymysql")),
    Orm("Django", "Python", _python("django", "django, MySQLdb")),
    Orm("GORM", "Go", _go, heavy=True),
    Orm("Sequelize", "JavaScript", _node, heavy=True),
    Orm("Hibernate", "Java", _hibernate, heavy=True),
    Orm("ActiveRecord", "Ruby", _ruby, heavy=True),
    Orm("Eloquent", "PHP", _php, heavy=True),
]
