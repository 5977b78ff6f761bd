"""Tables and the chart of docs/benchmarks.md, from numbers to text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEVELS = ("must", "aim", "moonshot")

_STYLE = """svg{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;background:#fbfaf7}
text{fill:#1d1b16} .s{font-size:11.5px;fill:#5d584c} .bar{fill:#9c2f2b} .line{stroke:#8a8373;stroke-dasharray:4 4}
@media (prefers-color-scheme:dark){svg{background:#171612} text{fill:#f3efe6} .s{fill:#b7b0a0} .bar{fill:#d9776f}}"""
_LEFT, _WIDTH, _ROW, _TOP = 80, 480, 30, 40


@dataclass(frozen=True)
class Target:
    """A measured value and what it must, should and could be: rising levels where more is better, else falling."""

    name: str
    value: float
    levels: tuple[float, ...]

    def reached(self) -> str:
        """The highest level that the value meets, "missed" where it meets none."""
        is_more_better = self.levels[-1] > self.levels[0]
        met = [
            name
            for name, level in zip(LEVELS, self.levels, strict=False)
            if (self.value >= level if is_more_better else self.value <= level)
        ]
        return met[-1] if met else "missed"

    def row(self) -> tuple[str, ...]:
        levels = [*(f"{level:.3g}" for level in self.levels), "–", "–"][: len(LEVELS)]
        return (self.name, f"{self.value:.3g}", *levels, self.reached())


TARGETS_HEAD = ("target", "here", *LEVELS, "reached")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def chart(title: str, bars: Mapping[str, float], levels: Sequence[float]) -> str:
    """An SVG of horizontal bars, with a line at each of these levels; for light and dark pages. Names are trusted."""
    scale = _WIDTH / max(*bars.values(), *levels)
    bottom = _TOP + _ROW * len(bars)
    lines = [
        f'<line class="line" x1="{_LEFT + level * scale:.0f}" y1="{_TOP}" x2="{_LEFT + level * scale:.0f}" '
        f'y2="{bottom}"/><text class="s" text-anchor="middle" x="{_LEFT + level * scale:.0f}" y="{bottom + 16}">'
        f"{name} {level:g}</text>"
        for name, level in zip(LEVELS, levels, strict=True)
    ]
    drawn = [
        f'<text text-anchor="end" x="{_LEFT - 8}" y="{_TOP + _ROW * n + 19}">{name}</text>'
        f'<rect class="bar" x="{_LEFT}" y="{_TOP + _ROW * n + 5}" width="{value * scale:.0f}" height="20" rx="2"/>'
        f'<text x="{_LEFT + value * scale + 6:.0f}" y="{_TOP + _ROW * n + 19}">{value:.1f}</text>'
        for n, (name, value) in enumerate(bars.items())
    ]
    said = ", ".join(f"{name} {value:.1f}" for name, value in bars.items())
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 60} {bottom + 28}" '
            'role="img" aria-labelledby="title desc">',
            f'<title id="title">{title}</title><desc id="desc">{said}</desc>',
            f"<style>{_STYLE}</style>",
            f'<text x="{_LEFT}" y="24">{title}</text>',
            *lines,
            *drawn,
            "</svg>\n",
        ]
    )
