"""The reader of the page: the passages that a browser shows of a page text, with the marks that it draws."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from docctl.adapters.reading_back.list_marks import drawn
from docctl.adapters.reading_back.table_grid import Grid
from docctl.domain.issued_files.formula_forms import formula_in_form
from docctl.domain.issued_files.reading_forms import BULLET, letters_in
from docctl.domain.issued_files.readings import SIGN, Cell, Kind, Passage, Reading

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BREAKING = _HEADINGS | frozenset(
    (
        *("p", "li", "ul", "ol", "table", "tr", "td", "th", "div", "section", "blockquote", "pre", "hr", "caption"),
        *("dl", "dt", "dd", "figure", "figcaption", "thead", "tbody", "tfoot"),
    )
)
_STRIKING = frozenset(("s", "del", "strike"))
_NOTE_SIGN = re.compile(r"\[[^\[\]]{1,12}\]")
_NOTE = re.compile(r"fn\d+")
_STYLES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def read_page(html: str) -> Reading:
    """Return what a page says, passage by passage."""
    reader = _PageReader()
    reader.feed(html)
    reader.close()
    reader.end_passage()
    struck = letters_in("".join(reader.struck))
    return Reading(tuple(reader.passages), merged=frozenset(reader.merged), struck=struck)


@dataclass
class _List:
    """A list that is open: how its items are marked, and the number of the next one."""

    kind: str = ""
    next: int = 1
    closing: str = "."
    opening: str = ""
    is_unmarked: bool = False

    def mark(self, value: str) -> str:
        """Return the mark of the next item, which may state its number."""
        if self.is_unmarked:
            return ""
        if not self.kind:
            return BULLET
        self.next = int(value) if value.isdigit() else self.next
        self.next += 1
        return f"{self.opening}{drawn(self.next - 1, self.kind)}{self.closing}"


@dataclass
class _Table:
    """A table that is open: its number, the places its cells take, and the cell that is open."""

    number: int
    grid: Grid = field(default_factory=Grid)
    cell: Cell | None = None


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages: list[Passage] = []
        self.merged: set[int] = set()
        self.struck: list[str] = []
        self._striking = 0
        self._said: list[str] = []
        self._mark = ""
        self._kind = Kind.TEXT
        self._lists: list[_List] = []
        self._tables: list[_Table] = []
        self._table_count = 0
        self._silent: list[str] = []
        self._preformatted = False
        self._items: list[bool] = []
        self._sign = -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin what a tag begins."""
        attributes = {name: value or "" for name, value in attrs}
        classes = attributes.get("class", "").split()
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.append(tag)
            return
        if tag in _BREAKING:
            self.end_passage()
        if tag in _HEADINGS:
            self._kind = Kind.HEADING
        elif tag in _STRIKING:
            self._striking += 1
        elif tag == "br":
            self._said.append(" ")
        elif tag == "math":
            self._said.append(f"{SIGN}{formula_in_form(attributes.get('alttext', ''))}{SIGN}")
            self._silent.append(tag)
        elif (tag, *classes) in (("span", "missing-picture"), ("a", "footnote-backref")):
            self._silent.append(tag)
        elif tag == "sup" and "footnote-ref" in classes:
            self._said.append(SIGN)
        elif tag == "span" and "note-sign" in classes:
            self._sign = len(self._said)
        elif tag in ("ol", "ul"):
            self._lists.append(_list_of(tag, attributes, classes))
        elif tag == "li":
            own = self._lists[-1].mark(attributes.get("value", "")) if self._lists else ""
            self._mark = f"{self._mark} {own}".strip()
            if "task-list-item" in classes:
                self._mark = ""
            self._items.append(_NOTE.fullmatch(attributes.get("id", "")) is not None)
        elif tag == "pre":
            self._preformatted = True
        else:
            self._start_in_table(tag, attributes)

    def _start_in_table(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._tables.append(_Table(self._table_count))
            self._table_count += 1
        elif tag == "tr" and self._tables:
            self._tables[-1].grid.begin_row()
        elif tag in ("td", "th") and self._tables:
            table = self._tables[-1]
            across, down = (_number(attributes, name) for name in ("colspan", "rowspan"))
            row, column = table.grid.place(across, down)
            if across * down > 1:
                self.merged.add(table.number)
            table.cell = Cell(table.number, row, column)

    def handle_endtag(self, tag: str) -> None:
        """End what a tag ends."""
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if tag in _BREAKING:
            self.end_passage()
        if tag in _HEADINGS:
            self._kind = Kind.TEXT
        elif tag in _STRIKING:
            self._striking -= 1
        elif tag == "sup":
            self._said.append(SIGN if len(self._said) > 1 and self._said[-2] == SIGN else "")
        elif tag == "span" and self._sign >= 0:
            self._mark, self._sign = "".join(self._said[self._sign :]), -1
            self._said.clear()
        elif tag == "li" and self._items:
            kind = Kind.NOTE if self._items.pop() else self._kind
            if self._mark not in ("", BULLET):
                self.passages.append(Passage("", kind, self._mark, is_optional=True))
            self._mark = ""
        elif tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        elif tag == "pre":
            self._preformatted = False
        elif tag == "table" and self._tables:
            self._tables.pop()
        elif tag in ("td", "th") and self._tables:
            self._tables[-1].cell = None

    def handle_data(self, data: str) -> None:
        """Take up what is written."""
        if not self._silent:
            said = data.replace("\n", " ")
            self.struck += [said] if self._striking > 0 else []
            self._said.append(said.strip("[]") if self._said[-1:] == [SIGN] and _NOTE_SIGN.fullmatch(said) else said)

    def end_passage(self) -> None:
        """Keep what was said since the last passage as one of its own."""
        text = "".join(self._said)
        self._said.clear()
        if not text.strip():
            return
        cell = self._tables[-1].cell if self._tables else None
        is_note = any(self._items)
        mark = self._mark.rstrip(".") if is_note else self._mark
        self.passages.append(Passage(text, Kind.NOTE if is_note else self._kind, mark, cell))
        self._mark = ""


def _list_of(tag: str, attributes: dict[str, str], classes: list[str]) -> _List:
    if tag == "ul":
        return _List(is_unmarked="contains-task-list" in classes)
    start = attributes.get("start", "1")
    made = _List(_STYLES.get(attributes.get("type", "1"), "decimal"), int(start) if start.isdigit() else 1)
    for name in classes:
        if name.endswith(("-paren", "-parens")):
            made.opening, made.closing = ("(" if name.endswith("-parens") else ""), ")"
    return made


def _number(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "1")
    return max(1, int(value)) if value.isdigit() else 1
