"""Benchmarks of memory, each a story of another system's trouble with a limit that Leasehold keeps (docs/memory.md)."""

NAMES = [
    "vitess-17808",
    "slatedb-backpressure",
    "slatedb-small-segments",
    "cnosdb-bulk-load",
    "slow-readers",
    "idle-sessions",
    "burst",
    "profiling",
]
