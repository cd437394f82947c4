"""Programs in other languages are made ready here: with what the machine has, in a cache that outlives the build folder."""

import os
import shutil
import subprocess
from pathlib import Path

from .places import tool

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "leasehold" / "drivers"


class Missing(Exception):
    """Why a program cannot be run here."""


def need(*names):
    for name in names:
        if not tool(name):
            raise Missing(f"{name} is not installed (scripts/install-deps test)")


def need_module(command, what):
    """`command` ends with 0 where the interpreter finds what it asks for."""
    if subprocess.run(command, capture_output=True).returncode:
        raise Missing(f"{what} is not installed (scripts/install-deps test)")


def quiet(command, cwd, what, seconds=600, **env):
    """Runs a step of making ready; a registry that cannot be reached is a reason to skip."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=seconds, env={**os.environ, **env}
    )
    if done.returncode:
        raise Missing(f"{what}: {((done.stderr or done.stdout).strip().splitlines() or ['it failed'])[-1][:200]}")


def place(source, *files):
    """A folder of the cache with files of `source`."""
    folder = CACHE / source.name
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != (source / file).read_bytes():
            shutil.copyfile(source / file, target)
    return folder


def go_build(source):
    """A Go module with main.go; the built program."""
    go = tool("go") or (Path("/usr/local/go/bin/go").exists() and "/usr/local/go/bin/go")
    if not go:
        raise Missing("Go is not installed")
    folder = place(source, "main.go", "go.mod", "go.sum")
    quiet([go, "build", "-o", "program", "."], folder, "go build")
    return folder / "program"


def npm_install(source, *modules):
    """A package with program.js; the program."""
    need("node", "npm")
    folder = place(source, "package.json", "program.js")
    if not all((folder / "node_modules" / module).exists() for module in modules):
        quiet(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], folder, ", ".join(modules))
    return folder / "program.js"
