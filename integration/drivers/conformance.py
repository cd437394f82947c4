"""One driver's run of steps.txt, and the comparison of two runs."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from drivers.known_differences import KNOWN, LAST_WORDS, SESSION_FUNCTIONS

STEPS = Path(__file__).parent / "steps.txt"
COMMON = Path(__file__).parent / "common"


def sections():
    return [line.split("\t")[1] for line in STEPS.read_text().splitlines() if line.startswith("section\t")]


def run(command, port, certificates, folder, seconds=100):
    """What the driver said, by section: a list of (step, answer)."""
    rows = folder / "rows.csv"
    rows.write_text("1,one\n2,two\n3,three\n")
    done = subprocess.run(
        [*map(str, command), "127.0.0.1", str(port), str(STEPS), str(COMMON)],
        capture_output=True,
        timeout=seconds,
        env={
            **os.environ,
            "CONFORMANCE_CA": str(certificates.ca),
            "CONFORMANCE_FILE": str(rows),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    said = done.stdout.decode(errors="backslashreplace")
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}:\n{said[-500:]}\n{done.stderr[-2000:]}"
    return parse(said, port)


def parse(said, port):
    """The port is the one word in which the runs have to differ."""
    found, section = {}, None
    for line in said.replace(f"={port})", "=PORT)").splitlines():
        if line.startswith("== "):
            section = line[3:]
            found[section] = []
        elif line.startswith("> "):
            found[section].append((line[2:], []))
        elif section and found[section]:
            found[section][-1][1].append(line)
    assert list(found) == sections(), f"sections are missing: the driver stopped in {section!r}"
    return found


@dataclass
class Verdict:
    """`cells`: section to "same", "known", "unsupported" or "differs"; `differences`: what to look at."""

    cells: dict = field(default_factory=dict)
    differences: list = field(default_factory=list)


def _without_columns(answer):
    return [line for line in answer if not line.startswith("columns")]


def _is_known(section, step, told, heard):
    if any(words in step and answer in "\n".join(heard) for words, answer, _ in KNOWN):
        return True
    if any(name in step for name in SESSION_FUNCTIONS) and _without_columns(told) == _without_columns(heard):
        return True
    return section == LAST_WORDS and all(answer[:1] and answer[0].startswith("error") for answer in (told, heard))


def compare(through, direct):
    """Of two runs of one driver."""
    verdict = Verdict()
    for section, steps in direct.items():
        cell = "same" if any(answer != ["unsupported"] for _, answer in steps) else "unsupported"
        for (step, told), (_, heard) in zip(steps, through[section]):
            if told == heard:
                continue
            if _is_known(section, step, told, heard):
                cell = "known" if cell == "same" else cell
                continue
            cell = "differs"
            verdict.differences.append(f"{section}: {step}\n  direct: {told}\n  proxy:  {heard}")
        verdict.cells[section] = cell
    return verdict
