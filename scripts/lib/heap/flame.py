"""A flame graph as SVG: the outermost function below, width by bytes; hovering shows the figures."""

from html import escape

from .table import is_plumbing

WIDTH, ROW, NARROWEST = 1200, 17, 0.6


def draw(title, stacks):
    root = {"size": 0, "parts": {}}
    for names, (_, size) in stacks.items():
        if size <= 0:
            continue
        root["size"] += size
        at = root
        for name in names:
            if is_plumbing(name):
                continue
            at = at["parts"].setdefault(name, {"size": 0, "parts": {}})
            at["size"] += size
    boxes, depth = [], [0]
    if root["size"]:
        _place(root, 0, 0, WIDTH / root["size"], boxes, depth)
    height = (depth[0] + 1) * ROW + 40
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="monospace" font-size="11">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fffdf5"/>',
        f'<text x="8" y="18" font-size="13">{escape(title)}: {root["size"] / 1024:,.0f} KiB</text>',
    ]
    for name, size, left, width, level in boxes:
        top = height - (level + 1) * ROW - 6
        share = 100 * size / root["size"]
        letters = int(width / 6.7)
        label = name if len(name) <= letters else name[: max(letters - 2, 0)] + ".."
        out.append(
            f'<g><title>{escape(name)}: {size / 1024:,.1f} KiB, {share:.1f} %</title><rect x="{left:.1f}" y="{top}" '
            f'width="{max(width - 0.5, 0.3):.1f}" height="{ROW - 1}" fill="{_colour(name)}"/>'
            + (f'<text x="{left + 3:.1f}" y="{top + 12}">{escape(label)}</text>' if letters > 3 else "")
            + "</g>"
        )
    return "\n".join(out + ["</svg>", ""])


def _place(node, left, level, scale, boxes, depth):
    """Without recursion: stacks may be deep."""
    todo = [(node, left, level)]
    while todo:
        node, left, level = todo.pop()
        for name, part in sorted(node["parts"].items(), key=lambda item: -item[1]["size"]):
            width = part["size"] * scale
            if width >= NARROWEST:
                boxes.append((name, part["size"], left, width, level))
                depth[0] = max(depth[0], level + 1)
                todo.append((part, left, level + 1))
            left += width


def _colour(name):
    mixed = sum((at + 1) * ord(letter) for at, letter in enumerate(name))
    return f"hsl({20 + mixed % 40},{60 + mixed % 25}%,{62 + mixed % 14}%)"
