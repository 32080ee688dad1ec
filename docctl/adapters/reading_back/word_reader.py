"""The reader of the Word file: the passages that Word shows, read from the markup without the first conversion."""

import io
import zipfile
from dataclasses import dataclass, field, replace

from lxml import etree

from docctl.adapters.reading_back.table_grid import Grid
from docctl.adapters.reading_back.word_counting import PICTURE, Counting
from docctl.adapters.reading_back.word_figures import said_in_figures
from docctl.adapters.reading_back.word_looks import Looks
from docctl.adapters.reading_back.word_names import CHOICES, STRICT, Element, M, W, usual_names, value
from docctl.adapters.reading_back.word_notes import Notes, without_sign
from docctl.adapters.reading_back.word_pieces import (
    THROUGH,
    boxes_in,
    children_of,
    drawn_by,
    end_is_deleted,
    is_continued,
    is_drop_cap,
    is_made_contents,
    is_number,
    leaders_in,
    own_sign_of,
    stands_in_a_frame,
    symbol_of,
    title_of_record,
)
from docctl.adapters.reading_back.word_running import running_fields, running_lines, running_paragraphs
from docctl.domain.documents.word_controls import BODY_CONTROL, RECORD_CONTROLS
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.issued_files.read_back import Fault
from docctl.domain.issued_files.reading_forms import tell_title, titles_in_letters, words_of_figures
from docctl.domain.issued_files.readings import DRAWN, SIGN, Cell, Flaw, Kind, Passage, Reading
from docctl.word_format.markup import settle_choices
from docctl.word_format.style_sight import STRIKES, StyleSight

_GONE = frozenset(f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "sdtPr"))
_DRAWN_PIECES = tuple(f"{W}{name}" for name in ("drawing", "pict", "object"))
_BREAKS = frozenset(f"{W}{name}" for name in ("tab", "ptab", "br", "cr"))


def read_word(data: bytes, sheet: IssueSheet) -> Reading:
    """Return what a Word file says of the text, passage by passage, without what docctl fills in around it."""
    parts = _parts(data)
    reader = _WordReader(parts, titles_in_letters(sheet.title, sheet.number))
    body = parts["word/document.xml"].find(f"{W}body")
    assert body is not None
    if any(_tag(each) == BODY_CONTROL for each in body.iter(f"{W}sdt")):
        reader.begin_around()
    reader.blocks(body)
    return reader.reading()


def _parts(data: bytes) -> dict[str, Element]:
    found = {}
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        usual = usual_names(package)
        for name in package.namelist():
            if name.startswith("word/") and name.endswith(".xml") and "/theme/" not in name:
                part = package.read(name)
                for strict, ordinary in STRICT.items():
                    part = part.replace(strict, ordinary)
                found[usual.get(name, name)] = root = etree.fromstring(part, parser)
                settle_choices(root)
    return found


def _tag(control: Element) -> str:
    return value(control.find(f"{W}sdtPr"), "tag")


@dataclass
class _Open:
    """A paragraph that is being read: what it says so far, what hangs on it, and whether its end was deleted."""

    said: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    faults: dict[Fault, list[str]] = field(default_factory=dict)
    boxes: list[Element] = field(default_factory=list)
    cap: str = ""


@dataclass
class _Table:
    """A table that is being read."""

    number: int
    grid: Grid = field(default_factory=Grid)


class _WordReader:
    def __init__(self, parts: dict[str, Element], titles: frozenset[str]) -> None:
        self._parts = parts
        self._looks = Looks(parts.get("word/styles.xml"))
        self._sight = StyleSight(parts.get("word/styles.xml"))
        self._counting, self._counting_notes = (
            Counting(parts.get("word/numbering.xml"), parts.get("word/styles.xml")) for _ in range(2)
        )
        self._notes = Notes(parts)
        self._titles = titles
        self._in_figures = words_of_figures(said_in_figures(parts))
        self._passages: list[Passage] = []
        self._note_passages: list[Passage] = []
        self._flaws: list[Flaw] = []
        self._fields: list[list[str]] = []
        self._drawn: dict[int, tuple[str, int]] = {}
        self._cell: Cell | None = None
        self._table_count = 0
        self._kind = Kind.TEXT
        self._pending = _Open()
        self._is_around = False
        self._has_contents = False
        self._behind_contents = 0
        self._merged: set[int] = set()
        self._floats: list[tuple[int, int]] = []
        self._leaders = leaders_in(parts)
        self._read_above: list[tuple[str, str]] = []
        self._pictured: set[str] = set()
        self._contents: set[str] = set()
        self._drop_caps: list[tuple[str, str]] = []

    def begin_around(self) -> None:
        """Take what follows for what docctl fills in around the text, up to the control that holds the text."""
        self._is_around = True

    def reading(self) -> Reading:
        """Return what was read."""
        told = (*tell_title(self._passages, self._titles), *self._note_passages)
        return Reading(
            told,
            tuple(self._flaws),
            frozenset(self._merged),
            in_figures=self._in_figures,
            floats=tuple(self._floats),
            leaders=self._leaders,
            read_above=tuple(self._read_above),
            drop_caps=tuple(self._drop_caps),
            pictured=frozenset(self._pictured),
            contents=frozenset(self._contents),
            objects=sum(1 for _ in self._parts["word/document.xml"].iter(f"{W}object")),
            running=running_lines(self._parts),
            running_paragraphs=running_paragraphs(self._parts),
            running_fields=running_fields(self._parts),
        )

    def blocks(self, holder: Element | None) -> None:
        """Read paragraphs, tables and what wraps them."""
        for block in holder if holder is not None else ():
            if block.tag == f"{W}p":
                self._paragraph(block)
            elif block.tag == f"{W}tbl":
                self._read_table(block)
            elif block.tag == f"{W}sdt":
                self._block_control(block)
            elif block.tag in THROUGH:
                self.blocks(block)
            elif block.tag == f"{CHOICES}AlternateContent":
                self.blocks(next(iter(block), None))

    def _block_control(self, control: Element) -> None:
        tag, before = _tag(control), self._is_around
        if tag in RECORD_CONTROLS:
            if self._passages and self._passages[-1].text == title_of_record(tag):
                self._passages[-1] = replace(self._passages[-1], kind=Kind.AROUND)
            self._is_around = True
        elif tag == BODY_CONTROL:
            self._is_around = False
        self._read_control(control)
        self._is_around = before

    def _read_control(self, control: Element) -> None:
        properties = control.find(f"{W}sdtPr")
        gallery = properties.find(f"{W}docPartObj/{W}docPartGallery") if properties is not None else None
        if gallery is not None and gallery.get(f"{W}val") == "Table of Contents":
            self._announce_contents()
            since = len(self._passages)
            self.blocks(control.find(f"{W}sdtContent"))
            self._contents |= {each.text for each in self._passages[since:]}
            self._passages[since:] = [each.as_optional() for each in self._passages[since:]]
            return
        self.blocks(control.find(f"{W}sdtContent"))

    def _announce_contents(self) -> None:
        """The line above contents goes with them, where the page has left it out, and the headings above that line."""
        place, is_last = len(self._passages) - 1, True
        while place >= self._behind_contents and self._passages[place].cell is None:
            if not is_last and self._passages[place].kind != Kind.HEADING:
                break
            self._passages[place], is_last = self._passages[place].as_optional(), False
            place -= 1

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find(f"{W}pPr")
        style = value(properties, "pStyle")
        opened, self._pending = self._pending, _Open()
        was_in_contents = self._is_in_contents()
        self._has_contents = was_in_contents
        self._inline(paragraph, opened, style)
        if properties is not None and properties.find(f"{W}sectPr") is not None:
            self._notes.end_section()
        if properties is not None and (end_is_deleted(properties) or is_drop_cap(properties)):
            self._pending = opened
            opened.cap = "".join(opened.said) if is_drop_cap(properties) else opened.cap
            return
        text = "".join(opened.said)
        if (
            self._has_contents
            or self._is_in_contents()
            or is_made_contents(paragraph)
            or self._looks.is_contents(style, text)
        ):
            if not was_in_contents:
                self._announce_contents()
            self._behind_contents = len(self._passages)
            self._contents.add(text)
            return
        if opened.cap.strip():
            self._drop_caps.append((opened.cap.strip(), text))
        holds = bool(text.strip())
        # What only ends a section is drawn as a break, with no number before it.
        is_break = properties is not None and properties.find(f"{W}sectPr") is not None
        is_break = is_break and next(paragraph.iter(*_DRAWN_PIECES), None) is None
        is_list = holds or bool(opened.hidden) or not (opened.boxes or is_break)
        mark = self._counting.mark(properties, style) if is_list else ""
        if mark == PICTURE:
            self._pictured.add(text)
        kind = Kind.AROUND if self._is_around else self._kind
        if kind == Kind.TEXT and self._looks.is_heading(properties, style) and self._cell is None:
            kind = Kind.HEADING
        if holds or is_number(mark):
            self._passages.append(Passage(text, kind, mark, self._cell, not holds, kind == Kind.BOX))
            if properties is not None and properties.find(f"{W}framePr") is not None:
                self._floats_since(len(self._passages) - 1)
        if unseen := " ".join("".join(opened.hidden).split()):
            self._flaws.append(Flaw(Fault.UNSEEN, unseen, len(self._passages) - 1))
        for fault, told in opened.faults.items():
            if text := " ".join("".join(told).replace(SIGN, "").replace(DRAWN, "").split()):
                place = -1 if self._kind == Kind.NOTE else len(self._passages) - 1
                self._flaws.append(Flaw(fault, text, place))
        for box in opened.boxes:
            before, self._kind = self._kind, Kind.BOX
            self.blocks(box)
            self._kind = before

    def _is_in_contents(self) -> bool:
        return any(" ".join(each).upper().split()[:1] == ["TOC"] for each in self._fields)

    def _inline(self, holder: Element, opened: _Open, style: str) -> None:
        for piece in holder:
            if piece.tag == f"{W}r":
                self._run(piece, opened, style)
            elif piece.tag in _GONE or piece.tag == f"{W}pPr":
                continue
            elif piece.tag == f"{W}sdt":
                content = piece.find(f"{W}sdtContent")
                if content is not None:
                    self._inline(content, opened, style)
            elif piece.tag in THROUGH:
                self._inline(piece, opened, style)
            elif piece.tag in (f"{M}oMath", f"{M}oMathPara"):
                formula = "".join(each.text or "" for each in piece.iter(f"{M}t"))
                opened.said.append(f"{DRAWN}{formula}{DRAWN}")
            elif piece.tag == f"{CHOICES}AlternateContent":
                self._choice(piece, opened, style)
            elif piece.tag == f"{W}ruby":
                self._inline(piece, opened, style)

    def _run(self, run: Element, opened: _Open, style: str) -> None:
        said = opened.hidden if self._looks.is_hidden(run.find(f"{W}rPr"), style) else opened.said
        before = len(opened.said)
        self._pieces(run, opened, style, said)
        if not self._is_around and (fault := self._sight.fault_of(run)):
            kind = Fault.STRUCK if fault == STRIKES else Fault.UNSEEN
            opened.faults.setdefault(kind, []).extend(opened.said[before:])

    def _pieces(self, holder: Element, opened: _Open, style: str, said: list[str]) -> None:
        for piece in holder:
            if piece.tag == f"{W}fldChar":
                self._field(piece, said)
            elif piece.tag == f"{W}instrText" and self._fields:
                self._fields[-1].append(piece.text or "")
            elif self._is_instruction():
                continue
            elif piece.tag == f"{W}t":
                said.append(self._looks.signs_in(piece.text or "", holder, style))
            elif piece.tag in _BREAKS:
                said.append("\t" if piece.tag == f"{W}tab" else " ")
            elif piece.tag == f"{W}noBreakHyphen":
                said.append("-")
            elif piece.tag == f"{W}sym":
                said.append(symbol_of(piece))
            elif piece.tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                self._note(piece, holder, said)
            elif piece.tag == f"{CHOICES}AlternateContent":
                self._choice(piece, opened, style)
            elif piece.tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                opened.boxes.extend(boxes_in(piece))
            elif piece.tag == f"{W}ruby":
                self._ruby(piece, style, said)

    def _ruby(self, ruby: Element, style: str, said: list[str]) -> None:
        """East Asian text, and behind it in brackets how it is read."""
        found = []
        for name in ("rubyBase", "rt"):
            inner, part = _Open(), ruby.find(f"{W}{name}")
            if part is not None:
                self._inline(part, inner, style)
            found.append("".join(inner.said))
        base, above = found
        said.append(f"{base}{SIGN}({above})" if above else base)
        if base and above:
            self._read_above.append((base, above))

    def _choice(self, choice: Element, opened: _Open, style: str) -> None:
        """Of what is there twice, the newer form where it holds something, else the older."""
        for option in choice:
            inner = _Open()
            self._pieces(option, inner, style, inner.said)
            self._inline(option, inner, style)
            if inner.said or inner.boxes or inner.hidden:
                opened.said += inner.said
                opened.hidden += inner.hidden
                opened.boxes += inner.boxes
                return

    def _field(self, piece: Element, said: list[str]) -> None:
        kind = piece.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append([])
            self._drawn[id(self._fields[-1])] = (drawn_by(piece), len(said))
        elif kind == "separate" and self._fields:
            self._fields[-1].append(SIGN)
        elif kind == "end" and self._fields:
            self._has_contents |= self._is_in_contents()
            sign, since = self._drawn.pop(id(self._fields.pop()), ("", 0))
            said += [sign] if sign and not "".join(said[since:]).strip() else []

    def _is_instruction(self) -> bool:
        return any(SIGN not in each for each in self._fields)

    def _note(self, piece: Element, run: Element, said: list[str]) -> None:
        kind = piece.tag.removeprefix(W).removesuffix("Reference")
        own = own_sign_of(run)
        has_own = piece.get(f"{W}customMarkFollows", "0") not in ("0", "false")
        number, content = self._notes.next(kind, piece.get(f"{W}id", ""), counts=not has_own)
        # A sign of its own that shows nothing is a star on the page and in print, so that its note is found.
        said.append(f"{SIGN}{number if not has_own else '' if own else '*'}{SIGN}")
        if content is None:
            return
        kept = self._passages, self._kind, self._cell, self._fields
        self._passages, self._kind, self._cell, self._fields = [], Kind.NOTE, None, []
        self._counting, self._counting_notes = self._counting_notes, self._counting
        self.blocks(content)
        self._counting, self._counting_notes = self._counting_notes, self._counting
        read, (self._passages, self._kind, self._cell, self._fields) = self._passages, kept
        sign = own or "*" if has_own else number
        is_drawn = any(True for _ in content.iter(f"{W}{kind}Ref"))
        for place, passage in enumerate(read):
            text = passage.text.lstrip()
            text = without_sign(text, sign) if (has_own or not is_drawn) and not place else text
            self._note_passages.append(Passage(text, Kind.NOTE, passage.mark if place else sign))

    def _read_table(self, table: Element) -> None:
        opened = _Table(self._table_count)
        self._table_count += 1
        before, since = self._cell, len(self._passages)
        for row in children_of(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            opened.grid.begin_row()
            skipped = value(row.find(f"{W}trPr"), "gridBefore")
            if skipped.isdigit() and int(skipped):
                opened.grid.place(int(skipped), 1)
            for cell in children_of(row, f"{W}tc"):
                properties = cell.find(f"{W}tcPr")
                span = value(properties, "gridSpan")
                if span not in ("", "1") or (properties is not None and properties.find(f"{W}vMerge") is not None):
                    self._merged.add(opened.number)
                at, column = opened.grid.place(int(span) if span.isdigit() else 1, 1)
                self._cell = Cell(opened.number, at, column)
                if not is_continued(properties):
                    self.blocks(cell)
        self._cell = before
        if table.find(f"{W}tblPr/{W}tblpPr") is not None or stands_in_a_frame(table):
            self._floats_since(since)

    def _floats_since(self, place: int) -> None:
        if self._cell is None and self._kind != Kind.NOTE:
            self._floats.append((place, len(self._passages)))
