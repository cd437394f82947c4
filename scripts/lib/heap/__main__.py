"""The command line of scripts/heap-report."""

import argparse
import pathlib
import sys

from .flame import draw
from .profile import Profile, difference
from .symbols import Symbols
from .table import table


def main():
    parser = argparse.ArgumentParser(prog="heap-report")
    parser.add_argument("profile", type=pathlib.Path)
    parser.add_argument("--base", type=pathlib.Path, help="an older profile: what has grown since")
    parser.add_argument("--binary", type=pathlib.Path, help="the program, if it is not where it ran")
    parser.add_argument("--svg", type=pathlib.Path, help="draw a flame graph into this file")
    parser.add_argument("--top", type=int, default=25, help="lines of the table (25)")
    parser.add_argument("--focus", default="", help="only stacks with this text in a function's name")
    asked = parser.parse_args()
    try:
        profile = Profile.read(asked.profile)
        stacks = profile.stacks
        if asked.base:
            stacks = difference(profile, Profile.read(asked.base))
    except (OSError, ValueError) as problem:
        sys.exit(f"heap-report: {problem}")
    symbols = Symbols(profile.mappings, asked.binary)
    symbols.resolve({address for stack in stacks for address in stack})
    named = {}
    for stack, size in stacks.items():
        names = symbols.names(stack)
        if asked.focus and not any(asked.focus in name for name in names):
            continue
        objects, bytes_ = named.get(names, (0, 0))
        named[names] = (objects + size[0], bytes_ + size[1])
    title = f"{asked.profile.name}" + (f" - {asked.base.name}" if asked.base else "")
    print(table(title, named, asked.top))
    if asked.svg:
        asked.svg.write_text(draw(title, named))


main()
