"""CPU time of lexing, the plan cache, parsing and planning: bench/router_cost.cpp, least of many rounds."""

import subprocess

from kit.places import BUILD, ROOT

# For a point select, in microseconds: the text lexed, its plan found in the cache and routed; planned without the cache.
HIT, MISS = 1.0, 10.0


def run():
    built = subprocess.run([ROOT / "scripts" / "build", "release", "router_cost"], capture_output=True, text=True)
    if built.returncode:
        raise SystemExit(built.stdout[-3000:] + built.stderr[-1000:])
    done = subprocess.run([BUILD / "release" / "bench" / "router_cost"], capture_output=True, text=True, check=True)
    figures = {name: (float(hit), float(miss)) for name, hit, miss in (line.split("\t") for line in done.stdout.splitlines())}
    print("CPU microseconds a statement: from the plan cache, and planned without it")
    for name, (hit, miss) in figures.items():
        print(f"{name:20} {hit:6.2f} us {miss:6.2f} us")
    hit, miss = figures["point select"]
    return [f"point select from the cache {hit:.2f} us"] * (hit > HIT) + [f"point select planned {miss:.2f} us"] * (miss > MISS)
