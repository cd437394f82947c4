"""Addresses to names of functions: addr2line where there is debug information (our own program), the nearest dynamic
symbol elsewhere (libraries of the distribution)."""

import bisect
import os
import re
import subprocess


class Symbols:
    def __init__(self, mappings, binary=None):
        self._mappings = sorted(mappings)
        self._starts = [mapping[0] for mapping in self._mappings]
        self._binary = binary
        self._program = self._mappings[0][3] if self._mappings else None
        self._names = {}

    def resolve(self, addresses):
        by_file = {}
        for address in addresses:
            at = bisect.bisect_right(self._starts, address - 1) - 1
            if at >= 0 and address - 1 < self._mappings[at][1]:
                start, _, offset, file = self._mappings[at]
                # A return address belongs to the call before it.
                by_file.setdefault(file, {})[address] = (address - 1 - start, offset)
        for file, places in by_file.items():
            if os.path.basename(file).startswith("libjemalloc"):
                self._names.update((address, ["malloc"]) for address in places)
                continue
            found = str(self._binary) if self._binary and file == self._program else file
            if os.path.exists(found):
                self._resolve_in(found, places)

    def names(self, stack):
        """Outermost first; what was inlined is a frame of its own."""
        out = []
        for address in reversed(stack):
            out += reversed(self._names.get(address, [f"0x{address:x}"]))
        return tuple(out)

    def _resolve_in(self, file, places):
        segments = _segments(file)
        virtual = {}
        for address, (inside, offset) in places.items():
            position = inside + offset
            for file_offset, size, at in segments:
                if file_offset <= position < file_offset + size:
                    virtual[address] = position - file_offset + at
        order = list(virtual)
        found = _addr2line(file, [virtual[address] for address in order])
        dynamic = None
        for address, names in zip(order, found):
            if names == ["??"]:
                dynamic = dynamic or _dynamic_symbols(file)
                names = [_nearest(dynamic, virtual[address]) or f"{os.path.basename(file)}+0x{virtual[address]:x}"]
            self._names[address] = [shorten(name) for name in names]


def shorten(name):
    """Arguments and the coroutine's frame type are noise in a table."""
    name = re.sub(r" \[clone [^\]]*\]", "", name)
    frame = re.match(r"^_?Z?(?:N\d+\w+)?(.*)\((?:.*::)?(_Z\w+\.Frame|.*\.Frame|.*\.frame)\*\)$", name)
    if frame:
        name = frame[1] or name
    name = re.sub(r"\(anonymous namespace\)", "{anonymous}", name)
    depth, out = 0, []
    for letter in name:
        if letter in "(<":
            depth += 1
        elif letter in ")>" and depth:
            depth -= 1
        elif not depth:
            out.append(letter)
    short = "".join(out).replace("leasehold::", "").strip().removesuffix(" const").strip() or name
    return short.split(" ")[-1] if not short.startswith("operator") and "operator" not in short else short


def _run(*command, text=None):
    try:
        return subprocess.run(command, input=text, capture_output=True, text=True, errors="replace").stdout
    except FileNotFoundError:
        return ""


def _segments(file):
    """(offset in the file, size, virtual address) of what is loaded."""
    return [
        (int(m[1], 16), int(m[3], 16), int(m[2], 16))
        for m in re.finditer(r"LOAD\s+(0x\w+) (0x\w+) 0x\w+\s+(0x\w+)", _run("readelf", "-lW", file))
    ]


def _addr2line(file, addresses):
    """For each address the functions there, innermost first."""
    text = "\n".join(f"0x{address:x}" for address in addresses)
    found, current = [], None
    for line in _run("addr2line", "-afiC", "-e", file, text=text).splitlines():
        if re.match(r"0x[0-9a-f]+$", line):
            current, is_name = [], True
            found.append(current)
        elif current is not None:
            if is_name:
                current.append(line)
            is_name = not is_name
    return found if len(found) == len(addresses) else [["??"]] * len(addresses)


def _dynamic_symbols(file):
    symbols = []
    for line in _run("nm", "-DC", "--defined-only", file).splitlines():
        words = line.split(None, 2)
        if len(words) == 3 and words[1] in "TtWwiV":
            symbols.append((int(words[0], 16), words[2].split("@")[0]))
    return sorted(symbols)


def _nearest(symbols, address):
    at = bisect.bisect_right(symbols, (address, "\x7f")) - 1
    return symbols[at][1] if at >= 0 and address - symbols[at][0] < 1 << 16 else None
