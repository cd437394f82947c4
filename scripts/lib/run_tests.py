"""The steps of scripts/test, in order. A step returns a Tally; what it prints goes to build/test-logs/<step>.log."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tally import Tally, of_gtest, of_pytest

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "build" / "test-logs"
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=0:second_deadlock_stack=1",
    "LSAN_OPTIONS": "print_suppressions=0",
}


class Run:
    """One step's log and its children."""

    def __init__(self, step, options):
        self.step, self.options = step, options
        self.log = LOGS / f"{step.replace(' ', '-')}.log"
        self.log.write_text("")
        self.failed = []  # what the commands said that did not end well

    def call(self, *command, env=None, seconds=3600):
        """Exit code and what was said. 124 when it took too long."""
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **SANITIZERS, **(env or {})},
        )
        try:
            said, _ = child.communicate(timeout=seconds)
            code = child.returncode
        except subprocess.TimeoutExpired:
            child.kill()
            said, code = (child.communicate()[0] or "") + f"\nended after {seconds} s\n", 124
        record = f"$ {' '.join(map(str, command))}\n{said}\nexit {code}\n"
        with open(self.log, "a") as log:
            log.write(record)
        if code not in (0, 3):
            self.failed += record.splitlines()
        return code, said

    def check(self, *command, **more):
        """A command that is one test; exit 3 with a line "SKIPPED: reason" is a skip."""
        code, said = self.call(*command, **more)
        if code == 3:
            reason = next((line for line in said.splitlines() if line.startswith("SKIPPED")), "SKIPPED")
            return Tally(skipped=[reason.removeprefix("SKIPPED: ")])
        return Tally(passed=1) if code == 0 else Tally(failed=1)


def build(preset, *targets):
    def step(run):
        return run.check("scripts/build", preset, *targets)

    return step


def script(*command):
    def step(run):
        return run.check(*command)

    return step


def unit(preset):
    def step(run):
        tally = Tally()
        binaries = sorted((ROOT / "build" / preset / "tests").glob("*_test"))
        if not binaries:
            return Tally(failed=1)
        for binary in binaries:
            arguments = ["--gtest_brief=1"] + (
                [f"--gtest_filter=*{run.options.pattern}*"] if run.options.pattern else []
            )
            code, said = run.call(*unrandomized(preset), binary, *arguments, seconds=900)
            tally.add(of_gtest(binary.name, code, said))
        return tally

    return step


def unrandomized(preset):
    """GCC 12's ThreadSanitizer cannot map its shadow under the address randomization of newer kernels."""
    return ["setarch", "-R"] if preset == "tsan" else []


# So many failed integration tests are tried once more, by themselves: they share two cores with the servers under
# test, and one that a busy machine made late passes then. It is named as flaky; more failures than these stay failures.
SECOND_TRIES = 5


def integration(preset, *arguments):
    """`arguments` choose a part of the tests; --all runs every one."""

    def step(run):
        binary = ROOT / "build" / preset / "leasehold"
        if not binary.exists():
            return Tally(failed=1)
        chosen = [] if run.options.all else list(arguments)
        if run.options.pattern:
            chosen += ["-k", run.options.pattern]
        if run.options.all and preset == "release":
            chosen.append("--all")
        tally = pytest(run, preset, binary, "first", *chosen)
        if 0 < tally.failed <= SECOND_TRIES:
            again = pytest(run, preset, binary, "second", "--last-failed", *chosen)
            tally.flaky = {name: said for name, said in tally.failures.items() if name not in again.failures}
            tally.failed = again.failed
            tally.passed += again.passed
        return tally

    return step


def pytest(run, preset, binary, which, *arguments):
    report = run.log.with_suffix(f".{which}.xml")
    report.unlink(missing_ok=True)
    command = [*unrandomized(preset), "/usr/bin/python3", "-m", "pytest", "-q", "-rs"]
    command += [f"--junitxml={report}", "-o", "junit_family=xunit2"]
    command += ["--rootdir", "integration", "-c", "integration/pytest.ini", *arguments, "integration"]
    env = {"LEASEHOLD_BINARY": str(binary)}
    if preset == "tsan":  # whose runtime does not survive threads that jemalloc starts from a thread of its own
        env["MALLOC_CONF"] = "background_thread:false"
    code, _ = run.call(*command, env=env, seconds=7200)
    return of_pytest(code, report)


def fuzz_targets():
    return sorted(path.stem for path in (ROOT / "fuzz").glob("*.cpp"))


def build_fuzz(run):
    if not shutil.which("clang++-14"):
        return Tally(skipped=["clang++-14 is not installed"])
    return run.check("scripts/build", "fuzz")


def fuzz(run):
    """Each target from its seeds; new inputs stay in the build folder, a crash is kept there and named."""
    tally = Tally()
    for name in fuzz_targets():
        binary, seeds = ROOT / "build" / "fuzz" / "fuzz" / f"fuzz_{name}", ROOT / "fuzz" / "corpus" / name
        if run.options.pattern and run.options.pattern not in f"fuzz {name}":
            continue
        if not binary.exists():
            tally.add(Tally(skipped=[f"fuzz_{name} was not built"]))
            continue
        found = ROOT / "build" / "fuzz" / "found" / name
        found.mkdir(parents=True, exist_ok=True)
        seconds = 600 if run.options.all else 10
        tally.add(
            run.check(
                binary,
                f"-max_total_time={seconds}",
                "-timeout=10",
                "-rss_limit_mb=2048",
                "-max_len=65536",
                "-print_final_stats=1",
                f"-artifact_prefix={found}/crash-",
                found,
                *([seeds] if seeds.is_dir() else []),
                seconds=seconds + 120,
            )
        )
    return tally


# Name, what it needs to have passed, what it does, and whether only --all runs it.
STEPS = [
    ("check layers", [], script("scripts/check-layers"), False),
    ("check format", [], script("scripts/format", "--check"), False),
    ("build release", [], build("release"), False),
    ("check headers", [], script("scripts/check-headers"), False),
    ("unit release", ["build release"], unit("release"), False),
    ("demo", ["build release"], script("scripts/demo", "--once"), False),
    ("integration release", ["build release"], integration("release"), False),
    ("build asan", [], build("asan"), False),
    ("unit asan", ["build asan"], unit("asan"), False),
    ("integration asan", ["build asan"], integration("asan", "-m", "main"), False),
    ("build fuzz", [], build_fuzz, False),
    ("fuzz", ["build fuzz"], fuzz, False),
    ("build tsan", [], build("tsan"), True),
    ("unit tsan", ["build tsan"], unit("tsan"), True),
    ("integration tsan", ["build tsan"], integration("tsan"), True),
]


def build_ahead(steps):
    """Builds what later steps need, at the lowest priority, while the integration tests mostly wait for their servers: a
    first run, without a compiler cache, is a quarter shorter."""
    presets = [preset for preset in ("asan", "fuzz") if any(step[0] == f"build {preset}" for step in steps)]
    if not presets:
        return None
    with open(LOGS / "ahead.log", "w") as log:
        return subprocess.Popen(
            ["nice", "-n", "19", "sh", "-c", "; ".join(f"scripts/build {preset}" for preset in presets)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


class Options:
    def __init__(self, arguments):
        self.all = "--all" in arguments
        words = [word for word in arguments if not word.startswith("--")]
        self.steps = [step for step in STEPS if self.all or not step[3]]
        self.pattern = None
        if words:
            named = [step for step in STEPS if words[0] in step[0]]
            self.pattern = None if named else words[0]
            self.steps = (
                self._with_needs(named)
                if named
                else self._with_needs([s for s in STEPS if s[0] in ("unit release", "integration release")])
            )

    def _with_needs(self, steps):
        wanted = {step[0] for step in steps} | {need for step in steps for need in step[1]}
        return [step for step in STEPS if step[0] in wanted]


def main(arguments):
    unknown = [word for word in arguments if word.startswith("--") and word not in ("--all", "--list")]
    if unknown:
        print("usage: scripts/test [--all] [--list] [PATTERN]\n0 passed, 1 failed, 0 skipped")
        return 2
    options = Options(arguments)
    if "--list" in arguments:
        print("\n".join(name + ("  (--all)" if extra else "") for name, _, _, extra in STEPS))
        return 0
    LOGS.mkdir(parents=True, exist_ok=True)
    total, bad, ahead = Tally(), set(), None
    for name, needs, step, _ in options.steps:
        began = time.monotonic()
        missing = [need for need in needs if need in bad]
        if name == "integration release":
            ahead = build_ahead(options.steps)
        elif ahead:
            ahead.wait()
        run = Run(name, options)
        tally = Tally(skipped=[f"{name}: {missing[0]} failed"]) if missing else step(run)
        if tally.failed or missing:
            bad.add(name)
        print(f"{name:22} {str(tally):40} {time.monotonic() - began:6.1f} s", flush=True)
        if tally.failed:
            print(
                "    "
                + "\n    ".join((run.failed or run.log.read_text(errors="replace").splitlines())[-60:])
                + f"\n    (all of it: {run.log})",
                flush=True,
            )
        for test, said in tally.flaky.items():
            print(f"    FLAKY {test}: passed only on the second try; the first: {said}", flush=True)
        for reason in tally.skipped:
            print(f"    SKIPPED {reason}", flush=True)
        total.add(tally)
    if options.pattern and not total.passed + total.failed > sum(
        name.startswith("build") for name, *_ in options.steps
    ):
        print(f"no test has {options.pattern!r} in its name")
        total.failed += 1
    print(total, flush=True)
    return 1 if total.failed else 0


sys.exit(main(sys.argv[1:]))
