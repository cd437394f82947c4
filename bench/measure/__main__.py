"""python3 -m measure [--list | NAME...]; started by scripts/bench."""

import importlib
import sys

NAMES = ["point", "bulk", "idle", "slow", "fair"]

if "--list" in sys.argv:
    print("\n".join(NAMES))
    sys.exit(0)
chosen = sys.argv[1:] or NAMES
if set(chosen) - set(NAMES):
    sys.exit(f"no benchmark {sorted(set(chosen) - set(NAMES))}; there are {', '.join(NAMES)}")
for name in chosen:
    print(f"== {name}", flush=True)
    importlib.import_module(f"measure.{name}").run()
