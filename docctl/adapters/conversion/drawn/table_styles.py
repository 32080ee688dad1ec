"""What the style of a table does to its rows and columns, and no page shows: to their words, and their shading."""

from collections.abc import Iterator

from docctl.word_format.markup import WORD, Element, visible_text
from docctl.word_format.run_styles import is_on
from docctl.word_format.style_sight import is_looked_at
from docctl.word_format.styles import with_bases

_DONE = {
    "The style of a table strikes words out, the page does not": ("strike", "dstrike"),
    "The style of a table hides words, the page shows them": ("vanish",),
    "The style of a table draws words in capitals, the page shows them as they were typed": ("caps", "smallCaps"),
}
_PARTS = {
    "firstRow": ("firstRow", 0x0020),
    "lastRow": ("lastRow", 0x0040),
    "firstCol": ("firstColumn", 0x0080),
    "lastCol": ("lastColumn", 0x0100),
}


class TableStyles:
    """The styles of tables of one file, and what each does to words."""

    def __init__(self, styles: Element | None) -> None:
        found = styles.iter(f"{WORD}style") if styles is not None else ()
        self._own = {each.get(f"{WORD}styleId", ""): each for each in found if each.get(f"{WORD}type") == "table"}
        self._known: dict[str, list[tuple[str, str]]] = {}

    def named(self, table: Element) -> Iterator[tuple[str, str]]:
        """Yield what the style of a table does, and the words to which it does that."""
        style = table.find(f"{WORD}tblPr/{WORD}tblStyle")
        for sentence, part in self._does(style.get(f"{WORD}val", "")) if style is not None else ():
            text = " ".join(visible_text(each) for each in _cells(table, part))
            if text.strip():
                yield sentence, text

    def shaded(self, table: Element) -> dict[Element, Element]:
        """Return the shading that the style of a table has for the cells at its edges; bands mark no cell."""
        style = table.find(f"{WORD}tblPr/{WORD}tblStyle")
        name = style.get(f"{WORD}val", "") if style is not None else ""
        found: dict[Element, Element] = {}
        for base in reversed(list(with_bases(name, self._own))):
            for part in _PARTS:
                for shade in self._own[base].iterfind(f"{WORD}tblStylePr[@{WORD}type='{part}']/{WORD}tcPr[{WORD}shd]"):
                    found |= dict.fromkeys(_cells_in(table, part), shade)
        return found

    def _does(self, name: str) -> list[tuple[str, str]]:
        if name not in self._known:
            self._known[name] = [each for base in with_bases(name, self._own) for each in _does(self._own[base])]
        return self._known[name]


def _does(style: Element) -> Iterator[tuple[str, str]]:
    kinds = ((style, ""), *((each, each.get(f"{WORD}type", "")) for each in style.iterchildren(f"{WORD}tblStylePr")))
    for holder, part in kinds:
        for sentence, names in _DONE.items():
            if any(is_on(holder.find(f"{WORD}rPr/{WORD}{name}")) for name in names):
                yield sentence, part


def _cells(table: Element, part: str) -> list[Element]:
    """Return the rows or cells that a part of a style is for; of bands and corners, the whole table."""
    rows = list(table.iterchildren(f"{WORD}tr"))
    if part not in _PARTS:
        return rows
    if not is_looked_at(table, *_PARTS[part]):
        return []
    place = 0 if part.startswith("first") else -1
    if part.endswith("Row"):
        return rows[place:][:1]
    return [cells[place] for row in rows if (cells := list(row.iterchildren(f"{WORD}tc")))]


def _cells_in(table: Element, part: str) -> Iterator[Element]:
    for each in _cells(table, part):
        yield from each.iterchildren(f"{WORD}tc") if each.tag == f"{WORD}tr" else (each,)
