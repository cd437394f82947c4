"""Heap profiles of the running process: on, dumped, read by our report and by jeprof, off."""

import os
import re
import subprocess
import threading
import time
from pathlib import Path

import pymysql
import pytest

from kit.config import configuration, unsharded
from kit.crowd import Crowd
from kit.places import proxy_binary, tool
from kit.wire import Wire

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def needs_jemalloc(sanitized):
    if sanitized:
        pytest.skip("a sanitizer's allocator has no heap profiles")


@pytest.fixture
def profiled(make_proxy, commerce):
    """`make(**memory)`: a proxy with these keys under `memory`, profiles beside its configuration."""

    def make(**memory):
        keys = {"profile_folder": "profiles", "profile_pause": "0s", "profiling_interval": "4KiB"} | memory
        proxy = make_proxy(configuration({"commerce": unsharded(commerce)}, memory=keys), start=False)
        proxy.folder.joinpath("profiles").mkdir()
        return proxy.start()

    return make


def report(*arguments):
    done = subprocess.run([ROOT / "scripts" / "heap-report", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def dump(proxy):
    return Path(proxy.admin("DUMP HEAP PROFILE")[0]["file"])


def refused(proxy, statement):
    with pytest.raises(pymysql.err.MySQLError) as caught:
        proxy.admin(statement)
    return caught.value.args[1]


def test_sessions_are_found_by_the_name_of_their_function(profiled, tmp_path):
    proxy = profiled()
    proxy.admin("SET memory_profiling = ON")
    for _ in range(400):  # a thread's first sample is still as far away as the interval was before, up to 512 KiB
        Wire(proxy.port).login(database="commerce").close()
    before = dump(proxy)
    sessions = [Wire(proxy.port).login(database="commerce") for _ in range(300)]
    after = dump(proxy)
    text = report("--base", before, after, "--svg", tmp_path / "heap.svg", "--top", 60)
    assert "serve_client" in text and "Channel::Core" in text, text
    assert "serve_client" in (tmp_path / "heap.svg").read_text()
    total = float(re.search(r": ([\d,.]+) KiB", text)[1].replace(",", ""))
    assert 300 < total < 300 * 16, text  # some KiB a session
    if tool("jeprof"):
        done = subprocess.run(
            [tool("jeprof"), "--text", f"--base={before}", proxy_binary(), after], capture_output=True, text=True
        )
        assert done.returncode == 0 and "Total:" in done.stdout, done.stdout + done.stderr
    for session in sessions:
        session.close()
    proxy.admin("SET memory_profiling = OFF")


@pytest.mark.limit(240)
def test_on_dumped_and_off_a_hundred_times_under_load(profiled):
    proxy = profiled(profile_files=5, profiling_interval="512KiB")
    over = threading.Event()

    def work(_):
        done = 0
        session = Wire(proxy.port).login(database="commerce")
        while not over.is_set():
            session.query("SELECT REPEAT('x', 3000)")
            done += 1
        session.close()
        return done

    crowd = Crowd(8, work)
    for turn in range(100):
        if turn == 30:
            rss = proxy.process.resident_kib()
        proxy.admin("SET memory_profiling = ON")
        dump(proxy)
        proxy.admin("SET memory_profiling = OFF")
    grown = proxy.process.resident_kib() - rss
    over.set()
    assert all(isinstance(done, int) and done > 100 for done in crowd.done()), crowd.results
    assert len(list(proxy.folder.joinpath("profiles").iterdir())) == 5
    assert grown < 4096, f"{grown} KiB more after 70 turns"


def test_on_from_the_start(profiled):
    proxy = profiled(profiling=True)
    text = report(dump(proxy), "--focus", "pool::learn")  # what was made before any client came
    assert float(re.search(r": ([\d,.]+) KiB", text)[1].replace(",", "")) > 10, text


def test_what_cannot_be_done_is_told(profiled):
    proxy = profiled(profile_pause="1h", profile_size="64KiB")
    assert "profiling is off" in refused(proxy, "DUMP HEAP PROFILE")
    assert "ON or OFF" in refused(proxy, "SET memory_profiling = MAYBE")
    assert "Unknown system variable 'nothing'" in refused(proxy, "SET nothing = 1")
    proxy.admin("SET memory_profiling = ON")
    try:
        dump(proxy)
    except pymysql.err.MySQLError as error:
        assert "memory.profile_size" in error.args[1]
    assert "too recent" in refused(proxy, "DUMP HEAP PROFILE")


def test_a_disk_that_takes_no_file_is_told_and_leaves_nothing(profiled):
    proxy = profiled()
    profiles = proxy.folder / "profiles"
    proxy.admin("SET memory_profiling = ON")
    profiles.rmdir()
    assert "No such file or directory" in refused(proxy, "DUMP HEAP PROFILE")
    profiles.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", profiles], capture_output=True).returncode == 0:
        try:
            assert "No space left on device" in refused(proxy, "DUMP HEAP PROFILE")
            assert not list(profiles.iterdir())
        finally:
            subprocess.run(["umount", profiles], check=True)
    written = dump(proxy)
    assert written.stat().st_size > 1000 and os.stat(written).st_mode & 0o777 == 0o600


def test_over_http(profiled):
    proxy = profiled()
    assert proxy.http("/debug/heap")[0] == 409
    assert proxy.http("/debug/heap?seconds=x")[0] == 400
    began = time.monotonic()
    status, text = proxy.http("/debug/heap?seconds=1")
    assert status == 200 and text.startswith("heap_v2/4096\n") and "MAPPED_LIBRARIES" in text
    assert time.monotonic() - began >= 1
    assert proxy.http("/debug/heap")[0] == 409  # off again


def test_leaving_does_not_wait_for_a_profile(profiled):
    proxy = profiled()
    asking = subprocess.Popen(
        ["/usr/bin/python3", "-c", f"import urllib.request as u; u.urlopen('http://127.0.0.1:{proxy.http_port}/debug/heap?seconds=60')"],
        stderr=subprocess.DEVNULL,
    )
    time.sleep(0.5)
    began = time.monotonic()
    assert proxy.stop() == 0
    assert time.monotonic() - began < 10
    asking.wait(10)
