"""A program with a leak built in (leasehold_leaking: every fourth connection that is given back is forgotten) must be found
out by each of the three alarms."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from kit.config import configuration, unsharded
from kit.metrics import law_broken
from kit.places import proxy_binary
from kit.proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def leaking(run_folder, commerce, sanitized):
    binary = proxy_binary().parent / "leasehold_leaking"
    if not binary.exists():
        pytest.skip(f"{binary} is not built")
    proxy = Proxy(
        run_folder,
        configuration(
            {"commerce": unsharded(commerce)},
            workers=1,
            memory={"profiling_interval": "4KiB", "profile_pause": "0s", "profile_folder": str(run_folder)},
        ),
        name=f"leaking-{os.urandom(3).hex()}",
        binary=binary,
    ).start()
    yield proxy
    proxy.kill()


def leak(proxy, times=40):
    connection = proxy.connect("commerce")
    with connection.cursor() as cursor:
        for _ in range(times * 4):
            cursor.execute("SELECT 1")
    connection.close()


def test_the_conservation_law(leaking):
    assert not law_broken(leaking.metrics())
    leak(leaking)
    broken = law_broken(leaking.metrics())
    assert any(re.search(r"opened \d+ - closed \d+ != held", line) for line in broken), broken


def test_the_live_object_gauge(leaking):
    before = leaking.metrics().sum("leasehold_live_connections")
    leak(leaking)
    samples = leaking.metrics()
    assert samples.sum("leasehold_live_connections") >= before + 30
    assert samples.sum("leasehold_live_connections") > samples.sum("leasehold_pool_connections") + 30


def test_a_heap_profile_difference_names_the_function(leaking, sanitized):
    if sanitized:
        pytest.skip("a sanitizer's allocator has no heap profiles")
    leaking.admin("SET memory_profiling = ON")
    leak(leaking, 5)
    before = leaking.admin("DUMP HEAP PROFILE")[0]["file"]
    leak(leaking, 80)
    after = leaking.admin("DUMP HEAP PROFILE")[0]["file"]
    done = subprocess.run(
        [ROOT / "scripts" / "heap-report", "--base", before, after, "--top", "12"], capture_output=True, text=True
    )
    assert "pool::" in done.stdout and re.search(r"Pool::|Connection|keep", done.stdout), done.stdout + done.stderr
