"""How large the letters of a Word file are, and which lines at its top stand out by that."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from docctl.adapters.conversion.word.one_line import one_line
from docctl.word_format.markup import WORD, Element, visible_text
from docctl.word_format.run_styles import RunStyles
from docctl.word_format.styles import heading_level, with_bases

LARGER = 1.25
LONGEST_LINE = 150
_LINES_AT_THE_TOP = 12
_LINES_MEASURED = 400
_USUAL = 20
_LOUDER = 0.5
"""Bold counts half a point, so that of two lines in one size the bold one is the title."""


def large_lines(root: Element, styles: Element | None, levels: dict[str, int]) -> tuple[str, ...]:
    """Return the line, or the lines one below the other, at the top of a text in its largest letters.

    Nothing is returned where these are not clearly larger than the letters of the text, or are headings of sections.
    """
    by_style = {style.get(f"{WORD}styleId", ""): style for style in _of(styles, f"{WORD}style")}
    default = _half_points(styles.find(f"{WORD}docDefaults/{WORD}rPrDefault")) if styles is not None else None
    usual = next((key for key, style in by_style.items() if _is_default(style)), "")
    sizes = _Sizes(by_style, usual, default or _USUAL)
    looks = RunStyles(styles)
    lines = ((line, text) for line in root.iter(f"{WORD}p") if (text := one_line(line, looks)))
    shown = list(islice(lines, _LINES_MEASURED))
    measured = [(text, sizes.of(line) if not heading_level(line, levels) else 0.0) for line, text in shown]
    letters: Counter[float] = Counter()
    for text, size in measured:
        letters[size] += len(text) if size else 0
    top = measured[:_LINES_AT_THE_TOP]
    letters += Counter()
    largest = max((size for text, size in top if len(text) <= LONGEST_LINE), default=0.0)
    if len(letters) < 2 or not largest or largest < LARGER * letters.most_common(1)[0][0]:
        return ()
    first = next(at for at, (text, size) in enumerate(top) if size == largest and len(text) <= LONGEST_LINE)
    together: list[str] = []
    for text, size in islice(top, first, first + 4):
        if size != largest or len(" ".join((*together, text))) > LONGEST_LINE:
            break
        together.append(text)
    return tuple(together)


class _Sizes:
    """The sizes that styles give."""

    def __init__(self, styles: dict[str, Element], usual: str, default: float) -> None:
        self._styles, self._usual, self._default = styles, usual, default

    def of(self, line: Element) -> float:
        """Return the size of most of a line, in half points; bold counts a little more."""
        named = line.find(f"{WORD}pPr/{WORD}pStyle")
        style = named.get(f"{WORD}val", "") if named is not None else self._usual
        from_style = self._of_style(style) or self._default
        weights: Counter[float] = Counter()
        for run in line.iter(f"{WORD}r"):
            text = visible_text(run)
            if text.strip():
                size = _half_points(run) or self._of_run_style(run) or from_style
                weights[size + (_LOUDER if _is_bold(run) else 0)] += len(text)
        return weights.most_common(1)[0][0] if weights else from_style

    def _of_run_style(self, run: Element) -> float | None:
        named = run.find(f"{WORD}rPr/{WORD}rStyle")
        return self._of_style(named.get(f"{WORD}val", "")) if named is not None else None

    def _of_style(self, key: str) -> float | None:
        for each in with_bases(key, self._styles):
            size = _half_points(self._styles[each])
            if size is not None:
                return size
        return None


def _of(tree: Element | None, name: str) -> Iterator[Element]:
    if tree is not None:
        yield from tree.iter(name)


def _is_default(style: Element) -> bool:
    return style.get(f"{WORD}default") in ("1", "true") and style.get(f"{WORD}type") == "paragraph"


def _half_points(element: Element | None) -> float | None:
    found = element.find(f"{WORD}rPr/{WORD}sz") if element is not None else None
    size = found.get(f"{WORD}val", "") if found is not None else ""
    return float(size) if size.replace(".", "", 1).isdigit() else None


def _is_bold(run: Element) -> bool:
    found = run.find(f"{WORD}rPr/{WORD}b")
    return found is not None and found.get(f"{WORD}val") not in ("0", "false", "off")
