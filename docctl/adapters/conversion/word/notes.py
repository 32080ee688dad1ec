"""The signs of footnotes and endnotes as Word counts them: 1, i or *, each kind for itself and in its sections."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from docctl.adapters.conversion.numbers.list_counting import number_format, said
from docctl.adapters.conversion.numbers.number_kinds import written
from docctl.word_format.markup import CHOICES, WORD, Element, main_part
from docctl.word_format.symbol_fonts import NO_SIGN, sign_of
from docctl.word_format.symbols import code_of

NOTE_SIGN = "\U0010fd07"
"""Sign for the filter word_reading.lua, on both sides of the sign of a note."""
_KINDS = ("footnote", "endnote")
_USUAL = {"footnote": "decimal", "endnote": "lowerRoman"}
_UNREAD = (f"{WORD}del", f"{WORD}moveFrom", f"{CHOICES}Fallback")
_MARKS = (f"{WORD}t", f"{WORD}sym")
_LONGEST = 12
_UNWRITTEN = re.compile(r"[<>\[\]\s]+|--+|-$")


@dataclass
class _Count:
    """How notes of one kind are counted in a section, and how far."""

    kind: str
    form: str = ""
    start: int = 1
    restarts: str = "continuous"
    number: int = 0


@dataclass
class NoteSigns:
    """The sign of each note, by its kind and name, and what cannot be told."""

    signs: dict[tuple[str, str], str] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)


def sign_notes(trees: Mapping[str, Element]) -> NoteSigns:
    """Find the signs of all notes in the order in which the text refers to them; take own marks out of the text."""
    main = main_part(trees)
    settings = trees.get(posixpath.join(posixpath.dirname(main), "settings.xml"))
    found = NoteSigns()
    counts: dict[str, _Count] = {}
    for section in _sections(trees[main]):
        for kind in _KINDS:
            counts[kind] = _begun(kind, settings, section.properties, counts.get(kind), found)
        for reference in section.references:
            kind = reference.tag.removeprefix(WORD).removesuffix("Reference")
            own = reference.get(f"{WORD}customMarkFollows") in ("1", "true", "on")
            sign = _taken_mark(reference) if own else _counted(counts[kind], found)
            found.signs[kind, reference.get(f"{WORD}id", "")] = sign
    return found


def mark_notes(root: Element, found: NoteSigns) -> None:
    """Write the sign before each note, once, also where its author typed it."""
    for kind in _KINDS:
        for note in root.iterchildren(f"{WORD}{kind}"):
            sign = found.signs.get((kind, note.get(f"{WORD}id", "")))
            line = next(note.iter(f"{WORD}p"), None)
            if sign is None or line is None:
                continue
            if next(line.iter(f"{WORD}{kind}Ref"), None) is None:
                take_off(line, sign)
            run = etree.Element(f"{WORD}r")
            etree.SubElement(run, f"{WORD}t").text = f"{NOTE_SIGN}{sign}{NOTE_SIGN}"
            if line.find(f"{WORD}pPr/{WORD}numPr") is not None or line.getparent() is not note:
                above = etree.Element(f"{WORD}p")
                note.insert(0, above)
                line = above
            line.insert(0 if line.find(f"{WORD}pPr") is None else 1, run)


@dataclass
class _Section:
    references: list[Element] = field(default_factory=list)
    properties: Element | None = None


def _sections(root: Element) -> Iterator[_Section]:
    """Yield the sections of a text with the references to notes in each."""
    section = _Section()
    ends = (f"{WORD}p", f"{WORD}body", f"{WORD}footnoteReference", f"{WORD}endnoteReference")
    for _, element in etree.iterwalk(root, events=("end",), tag=ends):
        if element.tag not in (f"{WORD}p", f"{WORD}body"):
            if next(element.iterancestors(*_UNREAD), None) is None:
                section.references.append(element)
            continue
        properties = element.find(f"{WORD}pPr/{WORD}sectPr" if element.tag == f"{WORD}p" else f"{WORD}sectPr")
        if properties is not None:
            section.properties = properties
            yield section
            section = _Section()
    yield section


def _begun(
    kind: str, settings: Element | None, section: Element | None, before: _Count | None, found: NoteSigns
) -> _Count:  # fmt: skip
    """Return how a section counts its notes, going on from the section before it or not."""
    count = _Count(_USUAL[kind])
    for holder in (settings, section):
        properties = holder.find(f"{WORD}{kind}Pr") if holder is not None else None
        if properties is None:
            continue
        number, form = number_format(properties)
        start = said(properties, "numStart")
        count.kind, count.form = (number, form) if number else (count.kind, count.form)
        count.start = int(start) if start.isdigit() else count.start
        count.restarts = said(properties, "numRestart") or count.restarts
    if count.restarts == "eachPage":
        found.losses.append(
            "Word counts the notes anew on each page; the text, which has no pages, counts them through."
        )
    goes_on = before is not None and count.restarts != "eachSect"
    count.number = before.number if before is not None and goes_on else count.start - 1
    return count


def _counted(count: _Count, found: NoteSigns) -> str:
    count.number += 1
    sign = written(count.number, count.kind, "", count.form)
    if sign is None or _plain(sign) != sign:
        sign = None
        found.losses.append(
            f"Word numbers notes in a way that is not known here ({count.kind}); they are shown as 1, 2, 3."
        )
    return _plain(sign or str(count.number))


def _taken_mark(reference: Element) -> str:
    """Take the mark behind a reference out of the text, and return it."""
    run = reference.getparent()
    pieces = [piece for piece in reference.itersiblings() if piece.tag in _MARKS]
    if not pieces:
        behind = run.getnext()
        pieces = [piece for piece in behind if piece.tag in _MARKS] if behind is not None else []
        if len("".join(piece.text or "" for piece in pieces).strip()) > _LONGEST:
            return "*"
    sign = _plain("".join(_read(piece) for piece in pieces))
    for piece in pieces if sign else ():
        piece.getparent().remove(piece)
    return sign or "*"


def _read(piece: Element) -> str:
    if piece.tag == f"{WORD}t":
        return piece.text or ""
    sign = sign_of(piece.get(f"{WORD}font", ""), code_of(piece.get(f"{WORD}char", "")))
    return "" if sign == NO_SIGN else sign


def _plain(sign: str) -> str:
    return _UNWRITTEN.sub("", sign)[:_LONGEST]


def take_off(line: Element, sign: str) -> None:
    """Take a sign off the beginning of a note, where its author typed it: never a part of a word or of an amount."""
    pieces = list(line.iter(f"{WORD}t"))
    # A star hangs on its word; behind a letter or a figure a space says that it is no part of one.
    end = r"[.):\]]?(?=\s|$)" if sign.isalnum() else ""
    found = re.match(rf"\s*{re.escape(sign)}{end}\s*", "".join(piece.text or "" for piece in pieces))
    left = found.end() if found is not None else 0
    for piece in pieces:
        text = piece.text or ""
        piece.text, left = text[left:], max(0, left - len(text))
