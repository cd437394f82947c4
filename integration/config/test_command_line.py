"""What the binary says on its command line."""

import subprocess

import pytest
import yaml

from kit.config import configuration, unsharded
from kit.places import proxy_binary


def run(*arguments):
    return subprocess.run([proxy_binary(), *map(str, arguments)], capture_output=True, text=True, timeout=30)


def test_version_and_help():
    version = run("--version")
    assert version.returncode == 0 and "0.1.0" in version.stdout
    helped = run("--help")
    assert helped.returncode == 0
    for option in ("--config", "--check-config", "--print-default-config", "--version"):
        assert option in helped.stdout


def test_unknown_option_and_no_configuration():
    assert run("--nonsense").returncode not in (0, -6, -11)
    assert run().returncode not in (0, -6, -11)


def test_default_configuration_loads(tmp_path):
    printed = run("--print-default-config")
    assert printed.returncode == 0 and yaml.safe_load(printed.stdout)
    file = tmp_path / "default.yaml"
    file.write_text(printed.stdout)
    checked = run("--config", file, "--check-config")
    assert checked.returncode == 0, checked.stdout + checked.stderr


BROKEN = """\
listen:
  mysql: 127.0.0.1:99999
  htpp: 127.0.0.1:15300
users:
  - {name: app, password: secret, keyspaces: [comerce]}
  - {name: app, password: again}
tablet_defaults:
  pool: {size: many, wait_timeout: 5 parsecs}
keyspaces:
  commerce:
    shards:
      "-": {primary: 127.0.0.1:3306}
  customer:
    shards:
      "-80": {primary: 127.0.0.1:3307}
      "90-": {primary: 127.0.0.1:3308}
"""


def test_check_config_lists_every_problem(tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN)
    checked = run("--config", file, "--check-config")
    said = checked.stdout + checked.stderr
    assert checked.returncode == 1
    for line, words in (
        (2, ["99999"]),
        (3, ["htpp", "http"]),
        (5, ["comerce", "commerce"]),
        (6, ["app"]),
        (8, ["many"]),
        (8, ["parsecs"]),
    ):
        found = [
            one for one in said.splitlines() if one.startswith(f"{file}:{line}:") and all(word in one for word in words)
        ]
        assert found, f"line {line} ({words}) is not among:\n{said}"
    assert any(
        "customer" in one or "90-" in one for one in said.splitlines() if one.startswith(f"{file}:1")
    ), f"the gap between -80 and 90- is not named:\n{said}"


@pytest.mark.parametrize(
    "text",
    ["", "listen: [", "- 1", "\x00\x01", "a: &a [*a]", "keyspaces: 5"],
    ids=["empty", "open", "list", "binary", "alias", "scalar"],
)
def test_unusable_files(tmp_path, text):
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    for arguments in (("--config", file, "--check-config"), ("--config", file)):
        done = run(*arguments)
        assert done.returncode == 1 and str(file) in done.stdout + done.stderr, done


def test_missing_file():
    done = run("--config", "/nowhere/at/all.yaml")
    assert done.returncode == 1 and "/nowhere/at/all.yaml" in done.stdout + done.stderr


def test_check_config_passes_a_good_one(tmp_path, commerce):
    file = tmp_path / "good.yaml"
    config = configuration({"commerce": unsharded(commerce)})
    config["users"] = [{"name": "app", "password": "secret", "keyspaces": ["commerce"]}]
    file.write_text(yaml.safe_dump(config))
    done = run("--config", file, "--check-config")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_port_that_is_taken(make_proxy, commerce):
    first = make_proxy(configuration({"commerce": unsharded(commerce)}))
    second = make_proxy(
        configuration({"commerce": unsharded(commerce)}, listen={"mysql": f"127.0.0.1:{first.port}"}), start=False
    )
    second.begin()
    assert second.process.wait(15) == 1
    assert str(first.port) in second.tail()
    second.process = None
