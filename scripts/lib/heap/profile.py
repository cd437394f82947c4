"""jemalloc's heap profile: the text format "heap_v2" (jemalloc 5.3, src/prof_data.c; jeprof's ReadHeapProfile).

    heap_v2/524288              the mean of bytes between two samples
      t*: 28106: 56637512 [0: 0]
      ...
    @ 0x5f025d8815b9 0x5f025d87fcf2 ...   a stack, innermost frame first
      t*: 13: 6688 [0: 0]                 objects and bytes that were sampled and are there
      ...
    MAPPED_LIBRARIES:                     /proc/self/maps
"""

import math
import re

_COUNTS = re.compile(r"\s*t\*:\s*(\d+):\s*(\d+)\s*\[")


class Profile:
    """`stacks`: addresses, innermost first, to (objects, bytes) as estimated from the samples."""

    def __init__(self, interval, stacks, mappings):
        self.interval, self.stacks, self.mappings = interval, stacks, mappings

    @classmethod
    def read(cls, path):
        with open(path, encoding="utf-8", errors="replace") as file:
            return cls.parse(file, str(path))

    @classmethod
    def parse(cls, lines, name="profile"):
        lines = iter(lines)
        head = re.match(r"heap_v2/(\d+)\s*$", next(lines, ""))
        if not head:
            raise ValueError(f"{name} is no heap profile of jemalloc's: it does not begin with heap_v2/")
        interval, stacks, mappings, stack = int(head[1]), {}, [], None
        for line in lines:
            if line.startswith("@"):
                stack = tuple(int(word, 16) for word in line[1:].split())
            elif line.startswith("MAPPED_LIBRARIES"):
                mappings = [mapping for mapping in map(_mapping, lines) if mapping]
            elif stack is not None:
                counts = _COUNTS.match(line)
                if counts and int(counts[1]):
                    stacks[stack] = _unsampled(int(counts[1]), int(counts[2]), interval)
        return cls(interval, stacks, mappings)


def difference(after, before):
    """What grew is positive, what went away negative."""
    grown = {}
    for stack in after.stacks.keys() | before.stacks.keys():
        now, then = after.stacks.get(stack, (0, 0)), before.stacks.get(stack, (0, 0))
        if now != then:
            grown[stack] = (now[0] - then[0], now[1] - then[1])
    return grown


def _unsampled(objects, size, interval):
    """An allocation of s bytes is sampled with probability 1 - exp(-s / interval), as jeprof corrects it."""
    mean = size / objects
    scale = 1 / (1 - math.exp(-mean / interval)) if interval > 1 else 1
    return objects * scale, size * scale


def _mapping(line):
    """(start, end, offset, file) of an executable part of a file."""
    words = line.split(None, 5)
    if len(words) < 6 or "x" not in words[1] or not words[5].startswith("/"):
        return None
    start, end = (int(word, 16) for word in words[0].split("-"))
    return start, end, int(words[2], 16), words[5].strip().removesuffix(" (deleted)")
