"""A line over time as SVG, without a library."""

from html import escape

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760, 240, 56, 30, 34


def draw(title, points, marks):
    """`points`: (seconds, KiB); `marks`: (seconds, text)."""
    points = points or [(0, 0)]
    end = max(points[-1][0], 0.1)
    top = _nice(max(kib for _, kib in points) / 1024)

    def x(at):
        return LEFT + (WIDTH - LEFT - 12) * min(at, end) / end

    def y(mib):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * mib / top

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-size="13">{escape(title)}</text>',
    ]
    for step in range(5):
        mib = top * step / 4
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - 12}" y1="{y(mib):.1f}" y2="{y(mib):.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y(mib) + 4:.1f}" text-anchor="end">{mib:g}</text>')
    for step in range(6):
        at = end * step / 5
        out.append(f'<text x="{x(at):.1f}" y="{HEIGHT - 16}" text-anchor="middle">{at:.0f} s</text>')
    for number, (at, text) in enumerate(marks):
        out.append(
            f'<line x1="{x(at):.1f}" x2="{x(at):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#b60" '
            f'stroke-dasharray="3 3"/><text x="{x(at) + 3:.1f}" y="{TOP + 10 + 12 * (number % 3)}" fill="#b60">'
            f"{escape(text)}</text>"
        )
    # At most two points a pixel: the file stays small, and peaks stay in it.
    few, step = [], max(1, len(points) // WIDTH)
    for start in range(0, len(points), step):
        few.append(max(points[start : start + step], key=lambda point: point[1]))
    line = " ".join(f"{x(at):.1f},{y(kib / 1024):.1f}" for at, kib in few)
    out.append(f'<polyline points="{line}" fill="none" stroke="#06c" stroke-width="1.5"/>')
    return "\n".join(out + ["</svg>", ""])


def _nice(value):
    """The next round number above, so that the scale has round steps."""
    size = 1
    while size * 10 < value:
        size *= 10
    for factor in (1, 2, 4, 8, 10):
        if value <= factor * size:
            return factor * size
    return value
