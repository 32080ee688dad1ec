"""Fields of a Word file: where each begins and ends, what it is told to show, and what it showed last."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from docctl.word_format.markup import CHOICES, MATHS, WORD, Element

PAGES = frozenset(("PAGE", "NUMPAGES", "SECTIONPAGES"))
"""Fields that count pages: alive where they run along with every page; within the text they are words of it."""
LIVE = PAGES | {"TOC", "PAGEREF", "HYPERLINK", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN"}
_SHOWN_AS_TOLD = frozenset(("AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "LISTNUM", "EQ", "SYMBOL"))
DRAWN = _SHOWN_AS_TOLD | {"ADVANCE", "TC"}
"""Fields that Word draws from their instruction alone, or that tell the contents something."""
SILENT = frozenset(("SET", "ASK", "XE", "TA", "RD", "NEXT", "NEXTIF", "SKIPIF", "PRIVATE"))
"""Fields that show nothing, whatever stands as their result."""

BUTTONS = frozenset(("GOTOBUTTON", "MACROBUTTON"))
"""Fields whose words stand in their instruction."""
_WORKED_OUT_WHEN_OPENED = frozenset(("calculated", "currentDate", "currentTime"))

_KIND = re.compile(r"\s*+\\?\s*+(=|\w+)")
_HIDES = re.compile(r"\\h\b", re.IGNORECASE)
_ARGUMENT = re.compile(r'"([^"]*)"|(\S+)')
_FORMULAS = (f"{MATHS}oMath", f"{MATHS}oMathPara")
_BOX = f"{WORD}txbxContent"
_CLOSED = frozenset((f"{WORD}tc", f"{WORD}footnote", f"{WORD}endnote", f"{CHOICES}Choice", f"{CHOICES}Fallback"))
_PASSED_OVER = (_BOX, f"{WORD}del", f"{WORD}moveFrom")
_MOST_NESTED = 40
_MARK, _TOLD, _SIMPLE, _RUN = (f"{WORD}{name}" for name in ("fldChar", "instrText", "fldSimple", "r"))


@dataclass(eq=False)
class WordField:
    """One field: its marks, the pieces of its instruction and of its last result that are in no field within it."""

    begin: Element
    outer: "WordField | None" = None
    is_in_instruction: bool = False
    separate: Element | None = None
    end: Element | None = None
    instruction: str = ""
    told: list[Element] = field(default_factory=list)
    shown: list[Element] = field(default_factory=list)
    inner: list["WordField"] = field(default_factory=list)

    @property
    def is_simple(self) -> bool:
        """Whether the field is one element around its result, and not marks before and behind it."""
        return bool(self.begin.tag == _SIMPLE)

    @property
    def marks(self) -> list[Element]:
        """The marks in the text that make the field, one element where it is simple."""
        marks = (self.begin, self.separate, self.end)
        return [self.begin] if self.is_simple else [mark for mark in marks if mark is not None]

    @property
    def kind(self) -> str:
        """The first word of its instruction, such as REF; the sign = for a formula."""
        found = _KIND.match(self.instruction)
        return found[1].upper() if found else ""

    @property
    def arguments(self) -> list[str]:
        """The words of its instruction behind the first that are no switches."""
        words = [quoted or plain for quoted, plain in _ARGUMENT.findall(self.instruction)]
        return [word for word in words[1:] if not word.startswith("\\")]

    @property
    def is_hidden(self) -> bool:
        """Whether it only counts, and shows nothing."""
        return self.kind == "SEQ" and bool(_HIDES.search(self.instruction)) and "\\*" not in self.instruction

    @property
    def result(self) -> str:
        """The text that it showed last, with that of the fields in its result."""
        own = (piece.text or "" for piece in self.shown if piece.tag == f"{WORD}t")
        return "".join(own) + "".join(each.result for each in self.inner if not each.is_in_instruction)

    @property
    def shows_something(self) -> bool:
        """Whether words, a picture or a formula stand as its result."""
        if any(piece.tag != f"{WORD}t" or (piece.text or "").strip() for piece in self.shown):
            return True
        return any(each.shows_something for each in self.inner if not each.is_in_instruction)


@dataclass
class FieldsRead:
    """The fields of a part in the order in which they begin, and marks that belong to no whole field."""

    fields: list[WordField] = field(default_factory=list)
    strays: list[Element] = field(default_factory=list)


def fields_of(root: Element) -> FieldsRead:
    """Read the fields of a part; each text box, cell and note is read for itself, because no field leaves one."""
    read = FieldsRead()
    for story in (root, *root.iter(_BOX)):
        open_fields: list[WordField] = []
        _walk(story, open_fields, 0, read)
        _give_up(open_fields, 0, read)
    read.fields = [each for each in read.fields if each.end is not None]
    return read


def bookmarks_of(root: Element) -> Iterator[str]:
    """Yield the names of what in a part fields may point at, in lower case."""
    for start in root.iter(f"{WORD}bookmarkStart"):
        yield start.get(f"{WORD}name", "").casefold()


class Fate(Enum):
    """What becomes of a field where its text is fixed."""

    LIVE = auto()
    FIXED = auto()
    SPELT = auto()
    DROPPED = auto()
    GONE = auto()
    TOLD = auto()


def fates_of(read: FieldsRead, bookmarks: frozenset[str], *, is_on_every_page: bool) -> dict[WordField, Fate]:
    """Say of each field of a part whether it lives on, stands as its text, or goes with what it stands in.

    What stands in the instruction of a field that lives on is told to it as text.
    """
    fates: dict[WordField, Fate] = {}
    for each in read.fields:
        around = fates.get(each.outer) if each.outer is not None else None
        told_to = around if each.is_in_instruction else None
        if around in (Fate.DROPPED, Fate.GONE) or told_to in (Fate.FIXED, Fate.SPELT, Fate.TOLD):
            fates[each] = Fate.GONE
        elif around == Fate.TOLD:
            fates[each] = Fate.TOLD
        elif told_to == Fate.LIVE:
            fates[each] = Fate.TOLD if each.outer is not None and each.outer.kind in LIVE else Fate.LIVE
        else:
            fates[each] = _own_fate(each, bookmarks, is_on_every_page)
    return fates


def _own_fate(each: WordField, bookmarks: frozenset[str], is_on_every_page: bool) -> Fate:
    kind = each.kind
    if kind in SILENT:
        return Fate.DROPPED
    if kind in BUTTONS:
        return Fate.SPELT
    if kind == "PAGEREF":
        return Fate.LIVE if points_at(each) in bookmarks else Fate.FIXED
    if kind == "FORMTEXT":
        told = each.begin.find(f"{WORD}ffData/{WORD}textInput/{WORD}type")
        is_worked_out = told is not None and told.get(f"{WORD}val") in _WORKED_OUT_WHEN_OPENED
        return Fate.FIXED if is_worked_out else Fate.LIVE
    if kind in _SHOWN_AS_TOLD and each.shows_something:
        return Fate.FIXED  # other programs draw it, and its last result beside it
    if kind in DRAWN or kind in LIVE - PAGES:
        return Fate.LIVE
    told = [inner.kind for inner in each.inner if inner.is_in_instruction]
    counts_pages = kind == "STYLEREF" or any(counted in PAGES for counted in (kind, *told))
    return Fate.LIVE if is_on_every_page and counts_pages else Fate.FIXED


def points_at(each: WordField) -> str:
    """Return the name of the bookmark that a field is told to point at, in lower case; empty where it names none."""
    return each.arguments[0].casefold() if each.arguments else ""


def _walk(parent: Element, open_fields: list[WordField], floor: int, read: FieldsRead) -> None:
    for child in parent:
        tag = child.tag
        if tag == _RUN:
            for piece in child:
                if piece.tag != f"{WORD}rPr":
                    _take(piece, open_fields, floor, read)
        elif tag in _FORMULAS:
            _take(child, open_fields, floor, read)
        elif tag == _SIMPLE:
            _open(child, open_fields, read).instruction = child.get(f"{WORD}instr", "")
            open_fields[-1].separate = open_fields[-1].end = child
            _walk(child, open_fields, len(open_fields), read)
            open_fields.pop()
        elif tag in _CLOSED:
            _walk(child, open_fields, len(open_fields), read)
        elif tag not in _PASSED_OVER and isinstance(tag, str):
            _walk(child, open_fields, floor, read)
    if parent.tag in _CLOSED or parent.tag == _SIMPLE:
        _give_up(open_fields, floor, read)


def _take(piece: Element, open_fields: list[WordField], floor: int, read: FieldsRead) -> None:
    """Take in one piece of a run: a mark of a field, or what the innermost open field is told or shows."""
    inmost = open_fields[-1] if open_fields else None
    if piece.tag != _MARK:
        if inmost is None:
            read.strays += [piece] if piece.tag == _TOLD else []
        elif inmost.separate is None:
            inmost.told.append(piece)
            inmost.instruction += (piece.text or "") if piece.tag == _TOLD else ""
        else:
            (inmost.told if piece.tag == _TOLD else inmost.shown).append(piece)
        return
    kind = piece.get(f"{WORD}fldCharType")
    if kind == "begin" and len(open_fields) < _MOST_NESTED:
        _open(piece, open_fields, read)
    elif (
        kind == "begin"
        or inmost is None
        or len(open_fields) <= floor
        or (kind == "separate" and inmost.separate is not None)
    ):
        read.strays.append(piece)
    elif kind == "separate":
        inmost.separate = piece
    else:
        inmost.end = piece
        open_fields.pop()


def _open(begin: Element, open_fields: list[WordField], read: FieldsRead) -> WordField:
    outer = open_fields[-1] if open_fields else None
    made = WordField(begin, outer, is_in_instruction=outer is not None and outer.separate is None)
    if outer is not None:
        outer.inner.append(made)
    open_fields.append(made)
    read.fields.append(made)
    return made


def _give_up(open_fields: list[WordField], floor: int, read: FieldsRead) -> None:
    """Take fields that never end for none: their marks and instruction mean nothing, and all else is text."""
    while len(open_fields) > floor:
        endless = open_fields.pop()
        read.strays += [mark for mark in (endless.begin, endless.separate) if mark is not None]
        read.strays += [piece for piece in endless.told if piece.tag == _TOLD]
        text = [piece for piece in (*endless.told, *endless.shown) if piece.tag != _TOLD]
        outer = endless.outer
        for each in endless.inner:
            each.outer, each.is_in_instruction = outer, endless.is_in_instruction
        if outer is not None:
            (outer.told if endless.is_in_instruction else outer.shown).extend(text)
            outer.inner = [each for each in outer.inner if each is not endless] + endless.inner
