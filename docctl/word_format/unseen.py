"""Words of a Word file that nobody sees: hidden, in the colour of what is behind them, tiny or pressed together."""

from collections.abc import Iterator

from docctl.word_format.markup import WORD, Element, visible_text
from docctl.word_format.run_styles import RunStyles, is_on

_WHITE = "FFFFFF"
_WHITES = (_WHITE, "FEFEFE")
SMALLEST = 6
"""Half-points; below three points nobody reads in print."""
_NARROWEST = 10
"""Hundredths of the width that letters have."""
_MARKERS = {
    **{"black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF"},
    **{"red": "FF0000", "yellow": "FFFF00", "white": _WHITE, "darkBlue": "000080", "darkCyan": "008080"},
    **{"darkGreen": "008000", "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000"},
    **{"darkGray": "808080", "lightGray": "C0C0C0"},
}


def unseen_texts(root: Element, styles: Element | None) -> Iterator[str]:
    """Yield each row and each run of a part that nobody sees."""
    for row in root.iter(f"{WORD}tr"):
        switch = row.find(f"{WORD}trPr/{WORD}hidden")
        if is_on(switch):
            yield f"the row {' '.join(visible_text(row).split())}"
    sight = _Sight(styles)
    for run in root.iter(f"{WORD}r"):
        text = " ".join(visible_text(run).split())
        if text and sight.is_unseen(run):
            yield text


class _Sight:
    """Answers whether a run is seen, by what it and its styles state."""

    def __init__(self, styles: Element | None) -> None:
        self._looks = RunStyles(styles)
        self._stated = self._looks.stated

    def is_unseen(self, run: Element) -> bool:
        """Say whether nobody sees a run in print."""
        switch, size, width = (self._stated(run, name) for name in ("vanish", "sz", "w"))
        return (
            (is_on(switch) and not self._looks.is_cancelled(run, "vanish"))
            or _number(size, SMALLEST) < SMALLEST
            or _number(width, 100) <= _NARROWEST
            or self._has_colour_behind(run)
        )

    def _has_colour_behind(self, run: Element) -> bool:
        colour = self._stated(run, "color")
        stated = colour.get(f"{WORD}val", "auto").upper() if colour is not None else "AUTO"
        if stated == "AUTO":
            return False
        behind = self._behind(run)
        if not behind:
            # What a style of tables or a box has behind its words is not told here.
            around = run.iterancestors(f"{WORD}tbl", f"{WORD}txbxContent")
            return stated in _WHITES and next(around, None) is None
        return stated == behind or (stated in _WHITES and behind in _WHITES)

    def _behind(self, run: Element) -> str:
        """Return the colour that is stated for what is behind a run, if one is."""
        marker, shade = self._stated(run, "highlight"), self._stated(run, "shd")
        name = marker.get(f"{WORD}val", "none") if marker is not None else "none"
        if name in _MARKERS:
            return _MARKERS[name]
        shades = [shade]
        for around in run.iterancestors(f"{WORD}p", f"{WORD}tc", f"{WORD}txbxContent"):
            if around.tag == f"{WORD}txbxContent":
                break
            shades.append(around.find(f"{WORD}{'pPr' if around.tag == f'{WORD}p' else 'tcPr'}/{WORD}shd"))
            if around.tag == f"{WORD}p":
                shades.append(self._looks.of_paragraph_style(around, "shd"))
        return next((colour for each in shades if (colour := _filled(each))), "")


def _filled(shade: Element | None) -> str:
    """Return the colour that a shading shows: a solid pattern shows that of the pattern, another one none for sure."""
    if shade is None:
        return ""
    pattern = shade.get(f"{WORD}val", "clear")
    colour = {"clear": shade.get(f"{WORD}fill", "auto"), "solid": shade.get(f"{WORD}color", "auto")}.get(pattern, "?")
    colour = "000000" if (pattern, colour) == ("solid", "auto") else colour
    return "" if colour.lower() == "auto" else colour.upper()


def _number(found: Element | None, otherwise: int) -> int:
    said = found.get(f"{WORD}val", "") if found is not None else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else otherwise
