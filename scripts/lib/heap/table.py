"""The text table: what each function allocated itself, and with what it calls."""

# Frames of the allocator's: not who asked.
PLUMBING = (
    "operator new",
    "prof_backtrace",
    "prof_tctx_create",
    "je_",
    "do_rallocx",
    "malloc",
    "calloc",
    "realloc",
    "default_zalloc",
    "new_allocator",
    "allocator_traits",
    "std::allocator",
    "__gnu_cxx::",
    "std::__",
    "std::vector",
    "std::basic_string",
    "std::unique_ptr",
    "std::make_",
    "std::unordered_",
    "std::map",
    "std::function",
    "std::optional",
    "std::deque",
    "CRYPTO_",
)


def is_plumbing(name):
    return name.startswith(PLUMBING) or name.endswith(("::allocate", "_M_allocate", "operator new"))


def owner(names):
    """The innermost function that is nobody's plumbing."""
    for name in reversed(names):
        if not is_plumbing(name):
            return name
    return names[-1] if names else "?"


def table(title, stacks, top):
    own, within = {}, {}
    for names, (objects, size) in stacks.items():
        name = owner(names)
        counted = own.get(name, (0, 0))
        own[name] = (counted[0] + objects, counted[1] + size)
        for name in set(names):
            within[name] = within.get(name, 0) + size
    total = sum(size for _, size in stacks.values())
    lines = [f"{title}: {kib(total)} KiB in {sum(count for count, _ in own.values()):.0f} objects", ""]
    lines.append(f"{'KiB':>12} {'%':>6} {'objects':>10} {'with calls':>12}  function")
    for name, (objects, size) in sorted(own.items(), key=lambda item: -abs(item[1][1]))[:top]:
        share = 100 * size / total if total else 0
        lines.append(f"{kib(size):>12} {share:6.1f} {objects:10.0f} {kib(within[name]):>12}  {name}")
    return "\n".join(lines)


def kib(size):
    return f"{size / 1024:,.1f}"
