"""What styles alone do to words of a Word file: strike them out, hide them, make them tiny or like what is behind."""

from collections.abc import Callable, Iterable, Iterator

from docctl.word_format.markup import WORD, Element
from docctl.word_format.run_styles import RunStyles, is_on
from docctl.word_format.styles import with_bases
from docctl.word_format.unseen import SMALLEST

STRIKES, HIDES = "strike their words out", "hide their words"
TINY, LIKE_BEHIND = "make their words too small to read", "give their words the colour of what is behind them"
_LEAST_CONTRAST = 1.5
_LARGEST_STEP = 127
"""Of red, green or blue: a bright colour, such as lime green, is seen on white although it is hardly darker."""
_WHITE = "FFFFFF"
_SWITCHES = frozenset({"strike", "dstrike", "vanish"})
_STRUCK = frozenset({"strike", "dstrike"})
_SET_ASIDE_BY = {"strike": _STRUCK, "dstrike": _STRUCK, "color": frozenset({"color", "highlight", "shd"})}
"""What a run that states of itself one of these does to what its styles state."""
_ROW, _CELL = ("firstRow", 0x0020), ("firstColumn", 0x0080)


def faults_in(stated: Callable[[str], Element | None], behind: Callable[[], str]) -> Iterator[str]:
    """Yield what looks do to words so that nobody reads them, by what they state and the colour behind the words."""
    if any(is_on(stated(name)) for name in ("strike", "dstrike")):
        yield STRIKES
    if is_on(stated("vanish")):
        yield HIDES
    if _number(stated("sz")) < SMALLEST:
        yield TINY
    if is_like(stated("color"), behind):
        yield LIKE_BEHIND


def is_like(colour: Element | None, behind: Callable[[], str]) -> bool:
    """Say whether letters hardly differ from what is behind them; of a colour of the theme nobody can tell."""
    said = _hex(colour, "val")
    ground = behind() if said else ""
    if not ground:
        return False
    if any(abs(mine - theirs) > _LARGEST_STEP for mine, theirs in zip(_parts(said), _parts(ground), strict=True)):
        return False
    light, dark = sorted((_luminance(said), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05) < _LEAST_CONTRAST


def ground_of(shades: Iterable[Element | None], otherwise: str = _WHITE) -> str:
    """Return the colour that shades show, the nearest first; nothing where it cannot be told."""
    return next((_shown(each) for each in shades if each is not None and not _is_unfilled(each)), otherwise)


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
        of_itself = {str(each.tag).removeprefix(WORD) for each in own} if own is not None else set()

        def stated(name: str) -> Element | None:
            is_in_box = name == "color" and next(run.iterancestors(f"{WORD}txbxContent"), None) is not None
            if of_itself & _SET_ASIDE_BY.get(name, {name}) or is_in_box or self._is_cancelled(run, name):
                return None
            return self._of_styles(run, name)

        return next(faults_in(stated, lambda: self._behind(run)), "")

    def _is_cancelled(self, run: Element, name: str) -> bool:
        return name in _SWITCHES and self._looks.is_cancelled(run, name)

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
        has_bands = any(
            next(each.iter(f"{WORD}shd"), None) is not None for table in tables for each in self._line(table)
        )
        return ground_of(shades, otherwise="" if has_bands else _WHITE)

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
    is_clear = shade.get(f"{WORD}val", "clear") in ("clear", "nil")
    return is_clear and shade.get(f"{WORD}fill", "auto") == "auto" and shade.get(f"{WORD}themeFill") is None


def _hex(stated: Element | None, name: str) -> str:
    said = str(stated.get(f"{WORD}{name}", "")) if stated is not None else ""
    return said if len(said) == 6 and all(sign in "0123456789abcdefABCDEF" for sign in said) else ""


def _shown(shade: Element) -> str:
    """Return the colour that a shading shows: a solid pattern that of the pattern, another one none for sure."""
    kind = shade.get(f"{WORD}val", "clear")
    return _hex(shade, {"clear": "fill", "solid": "color"}.get(kind, ""))


def _luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG counts it."""
    parts = [part / 255 for part in _parts(colour)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (0, 2, 4)]


def _number(found: Element | None) -> int:
    said = found.get(f"{WORD}val", "") if found is not None else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else SMALLEST
