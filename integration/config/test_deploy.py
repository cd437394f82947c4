"""The files for docker compose: a configuration that loads, rules that Prometheus takes, a dashboard of metrics that exist."""

import json
import re
import shutil
import subprocess

import pymysql
import yaml

from kit.places import ROOT, proxy_binary

DEPLOY = ROOT / "deploy"
NAME = re.compile(r"leasehold_[a-z_]+")


def test_configuration_loads():
    done = subprocess.run(
        [proxy_binary(), "--config", DEPLOY / "leasehold.yaml", "--check-config"],
        capture_output=True,
        text=True,
        env={"LEASEHOLD_ADMIN_PASSWORD": "admin"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_file_mounts_what_exists():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            assert (ROOT / volume.split(":")[0]).exists(), (name, volume)


def test_prometheus_takes_the_rules(need, tmp_path):
    (promtool,) = need("promtool")
    for name in ("prometheus.yml", "alerts.yml"):
        shutil.copy(DEPLOY / name, tmp_path)
    done = subprocess.run([promtool, "check", "config", tmp_path / "prometheus.yml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_dashboard_and_rules_name_metrics_that_exist(sharded_proxy, customers):
    """A family is exposed once it has something to tell, so something of everything is done first."""
    connection = sharded_proxy.connect("customer")
    with connection.cursor() as cursor:
        for statement in (
            "SELECT * FROM customer",
            "BEGIN",
            "DELETE FROM customer WHERE id = 1",
            "COMMIT",
            "SELECT nothing",
        ):
            try:
                cursor.execute(statement)
            except pymysql.err.MySQLError as error:
                assert statement == "SELECT nothing", error
    types = set(re.findall(r"^# TYPE (\S+) ", sharded_proxy.http("/metrics")[1], re.M))
    connection.close()
    dashboard = json.loads((DEPLOY / "grafana/dashboards/leasehold.json").read_text())
    used = set(NAME.findall(json.dumps(dashboard["panels"]))) | set(NAME.findall((DEPLOY / "alerts.yml").read_text()))
    missing = {name for name in used if name not in types and name.removesuffix("_bucket") not in types}
    assert missing <= {"leasehold_replication_lag_seconds"}, missing  # this proxy has no replica
