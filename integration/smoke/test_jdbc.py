"""JDBC drivers see the same through the proxy as straight at the tablet: jdbc/Check.java run both ways."""

import subprocess
from pathlib import Path

import pytest

from kit.places import ROOT, tool
from kit.server import APP_PASSWORD, APP_USER

CHECK = ROOT / "integration" / "jdbc" / "Check.java"
MARIADB_JAR = Path("/usr/share/java/mariadb-java-client.jar")


@pytest.fixture(scope="session")
def compiled(run_folder):
    if not tool("javac"):
        pytest.skip("javac is not installed (scripts/install-deps test)")
    folder = run_folder / "jdbc"
    subprocess.run(["javac", "-d", folder, CHECK], check=True, capture_output=True)
    return folder


def run(compiled, jar, url):
    done = subprocess.run(
        ["java", "-Xmx512m", "-cp", f"{compiled}:{jar}", "Check", url, APP_USER, APP_PASSWORD],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0 and done.stdout.endswith("done\n"), done.stdout + done.stderr
    return done.stdout


def same(compiled, jar, scheme, proxy, commerce, options):
    through, direct = (
        run(compiled, jar, f"{scheme}://127.0.0.1:{port}/commerce?{options}") for port in (proxy.port, commerce.port)
    )
    assert through == direct


@pytest.mark.parametrize("options", ["useServerPrepStmts=false", "useServerPrepStmts=true"])
def test_mariadb_connector_j(proxy, commerce, compiled, options):
    if not MARIADB_JAR.exists():
        pytest.skip("libmariadb-java is not installed (scripts/install-deps test)")
    same(compiled, MARIADB_JAR, "jdbc:mariadb", proxy, commerce, options)


@pytest.mark.parametrize(
    "options",
    ["useServerPrepStmts=false", "useServerPrepStmts=true", "rewriteBatchedStatements=true&useCursorFetch=true"],
)
def test_mysql_connector_j(proxy, commerce, compiled, options):
    got = subprocess.run([ROOT / "scripts" / "get-connector-j"], capture_output=True, text=True)
    if got.returncode != 0:
        pytest.skip(got.stderr.strip().splitlines()[-1])
    same(
        compiled,
        got.stdout.strip(),
        "jdbc:mysql",
        proxy,
        commerce,
        options + "&sslMode=PREFERRED&allowPublicKeyRetrieval=true",
    )
