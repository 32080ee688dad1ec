"""What styles alone do to words of a Word file: strike them out, hide them, make them tiny or like what is behind."""

from collections.abc import Iterator

from docctl.word_format.markup import WORD, Element
from docctl.word_format.run_styles import RunStyles, is_on
from docctl.word_format.styles import with_bases
from docctl.word_format.unseen import SMALLEST

STRIKES, HIDES = "strike their words out", "hide their words"
TINY, LIKE_BEHIND = "make their words too small to read", "give their words the colour of what is behind them"
_BARELY = 24
"""Steps of 256 by which a colour has to differ from what is behind it."""
_WHITE = "FFFFFF"
_ROW, _CELL = ("firstRow", 0x0020), ("firstColumn", 0x0080)


class StyleSight:
    """Answers what the styles of one file do to a run; what a run states of itself is its author's affair."""

    def __init__(self, styles: Element | None) -> None:
        self._looks = RunStyles(styles)
        found = styles.iter(f"{WORD}style") if styles is not None else ()
        self._own = {each.get(f"{WORD}styleId", ""): each for each in found}

    def fault_of(self, run: Element) -> str:
        """Return what styles do to a run, so that nobody reads it as it stands on the page; nothing where they do not.

        What a text box has behind its words is not told here.
        """
        own = run.find(f"{WORD}rPr")
        stated = {str(each.tag).removeprefix(WORD) for each in own} if own is not None else set()
        if not stated & {"strike", "dstrike"} and any(self._is_on(run, name) for name in ("strike", "dstrike")):
            return STRIKES
        if "vanish" not in stated and self._is_on(run, "vanish"):
            return HIDES
        if "sz" not in stated and _number(self._of_styles(run, "sz")) < SMALLEST:
            return TINY
        is_in_box = next(run.iterancestors(f"{WORD}txbxContent"), None) is not None
        if is_in_box or stated & {"color", "highlight", "shd"}:
            return ""
        colour, behind = _hex(self._of_styles(run, "color"), "val"), self._behind(run)
        return LIKE_BEHIND if colour and behind and _is_barely_other(colour, behind) else ""

    def _is_on(self, run: Element, name: str) -> bool:
        return is_on(self._of_styles(run, name)) and not self._looks.is_cancelled(run, name)

    def _of_styles(self, run: Element, name: str) -> Element | None:
        """Return what the style of a run says, or that of its paragraph, of its table, or of the whole file."""
        of_table = (style.find(f"{WORD}rPr/{WORD}{name}") for style in self._of_table(run))
        told = (each for each in (*self._looks.of_styles(run, name), *of_table) if each is not None)
        return next(told, self._looks.of_all(name))

    def _behind(self, run: Element) -> str:
        """Return the colour behind a run, white where nothing is said, and nothing where it cannot be told."""
        around = next(run.iterancestors(f"{WORD}p"), run)
        shades = [
            *self._looks.of_styles(run, "shd"),
            around.find(f"{WORD}pPr/{WORD}shd"),
            self._looks.of_paragraph_style(around, "shd"),
            *(each.find(f"{WORD}tcPr/{WORD}shd") for each in run.iterancestors(f"{WORD}tc")),
        ]
        tables = list(run.iterancestors(f"{WORD}tbl"))
        for holder in ("tblPr", "tcPr"):
            shades += [each.find(f"{WORD}{holder}/{WORD}shd") for each in (*tables, *self._of_table(run))]
        for shade in shades:
            if shade is not None and not _is_unfilled(shade):
                return _hex(shade, "fill") if shade.get(f"{WORD}val", "clear") == "clear" else ""
        has_bands = any(
            next(each.iter(f"{WORD}shd"), None) is not None for table in tables for each in self._line(table)
        )
        return "" if has_bands else _WHITE

    def _of_table(self, run: Element) -> Iterator[Element]:
        """Yield what the style of a table says of the first row or column, where a run stands there, and of all."""
        table, row, cell = (next(run.iterancestors(f"{WORD}{name}"), None) for name in ("tbl", "tr", "tc"))
        if table is None or row is None or cell is None:
            return
        parts = []
        if row.getprevious() is None or row.getprevious().tag != f"{WORD}tr":
            parts += ["firstRow"] if is_looked_at(table, *_ROW) else []
        if cell.getprevious() is None or cell.getprevious().tag != f"{WORD}tc":
            parts += ["firstCol"] if is_looked_at(table, *_CELL) else []
        for part in parts:
            for style in self._line(table):
                yield from (each for each in style.iterfind(f"{WORD}tblStylePr") if each.get(f"{WORD}type") == part)
        yield from self._line(table)

    def _line(self, table: Element) -> Iterator[Element]:
        style = table.find(f"{WORD}tblPr/{WORD}tblStyle")
        for key in with_bases(style.get(f"{WORD}val", "") if style is not None else "", self._own):
            yield self._own[key]


def is_looked_at(table: Element, name: str, bit: int) -> bool:
    """Say whether a table takes a part of its style over."""
    look = table.find(f"{WORD}tblPr/{WORD}tblLook")
    if look is None:
        return False
    stated, said = look.get(f"{WORD}{name}"), look.get(f"{WORD}val", "0")
    if stated is not None:
        return str(stated) in ("1", "true", "on")
    return bool(int(said, 16) & bit) if all(sign in "0123456789abcdefABCDEF" for sign in said) and said else False


def _is_unfilled(shade: Element) -> bool:
    is_clear = shade.get(f"{WORD}val", "clear") == "clear"
    return is_clear and shade.get(f"{WORD}fill", "auto") == "auto" and shade.get(f"{WORD}themeFill") is None


def _hex(stated: Element | None, name: str) -> str:
    said = str(stated.get(f"{WORD}{name}", "")) if stated is not None else ""
    return said if len(said) == 6 and all(sign in "0123456789abcdefABCDEF" for sign in said) else ""


def _is_barely_other(one: str, other: str) -> bool:
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) < _BARELY for at in (0, 2, 4))


def _number(found: Element | None) -> int:
    said = found.get(f"{WORD}val", "") if found is not None else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else SMALLEST
