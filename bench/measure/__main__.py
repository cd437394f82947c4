"""python3 -m measure [--list | NAME...]; started by scripts/bench."""

import importlib
import sys

import stories

NAMES = ["router", "point", "prepared", "bulk", "scatter", "idle", "slow", "fair"]

if "--list" in sys.argv:
    print("\n".join(NAMES + stories.NAMES))
    sys.exit(0)
chosen = [argument for argument in sys.argv[1:] if not argument.startswith("--")] or NAMES
if "stories" in chosen:
    at = chosen.index("stories")
    chosen[at : at + 1] = stories.NAMES
unknown = set(chosen) - set(NAMES) - set(stories.NAMES)
if unknown:
    sys.exit(f"no benchmark {sorted(unknown)}; there are {', '.join(NAMES + stories.NAMES)}, and `stories` for the last")
missed = []
for name in chosen:
    print(f"== {name}", flush=True)
    folder = "stories" if name in stories.NAMES else "measure"
    missed += importlib.import_module(f"{folder}.{name.replace('-', '_')}").run() or []
if missed:
    sys.exit(f"limits not kept: {', '.join(missed)}")
