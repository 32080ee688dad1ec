"""Two texts as one Word file: accepting all its changes gives the newer text, rejecting them the older."""

import io
from copy import deepcopy
from pathlib import Path

import docx
import pytest
from docx.document import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from docctl.adapters.conversion import markdown_to_word
from docctl.adapters.word_document import ChangedBy, settle_word_changes, with_tracked_changes
from docctl.adapters.word_document.xml import text_of, w
from tests.factories.libreoffice import ACCEPT, REJECT, needs_libreoffice, text_in_libreoffice

TEMPLATE = (Path(__file__).resolve().parents[2] / "templates" / "procedure.docx").read_bytes()
BY = ChangedBy("Alice Author", "2026-03-02T09:00:00Z")
OLDER = """# Purpose

This document says what we do. It has a footnote[^1] and a [link](https://example.org/x) in it.

# Scope

It applies to everybody who works here, in every office of the town.

- one item
- two items
- three items

The paragraph that will move somewhere else in this document.

| Role | Does |
|---|---|
| Owner | Keeps the list |
| Author | Writes the text |
| Reader | Reads |

# End

Some **bold words** and more. Last one.

[^1]: A note of the old kind.
"""
NEWER = """# Purpose and aim

This document states what we always do. It has a footnote[^1] and a [link](https://example.org/x) in it.

The paragraph that will move somewhere else in this document.

# Scope

It applies to everybody who works here, in each office of the town.

- one item
- two and a half items
- three items
- four items

| Role | Does |
|---|---|
| Owner | Keeps the full list |
| Controller | Publishes it |
| Reader | Reads |

# End

Some *bold words* and more. Last one!

A closing paragraph.

[^1]: A note of the new kind.
"""


@pytest.fixture(scope="module")
def texts() -> tuple[bytes, bytes]:
    """The older and the newer text as Word files."""
    return markdown_to_word(OLDER, {}, TEMPLATE), markdown_to_word(NEWER, {}, TEMPLATE)


@needs_libreoffice
def test_libreoffice_accepts_into_the_newer_text_and_rejects_into_the_older(
    texts: tuple[bytes, bytes], tmp_path: Path
) -> None:
    older, newer = texts
    tracked = with_tracked_changes(older, newer, BY)
    assert text_in_libreoffice(tracked, tmp_path, ACCEPT) == text_in_libreoffice(newer, tmp_path)
    assert text_in_libreoffice(tracked, tmp_path, REJECT) == text_in_libreoffice(older, tmp_path)


def test_only_the_words_that_changed_are_marked_and_each_says_who_and_when(texts: tuple[bytes, bytes]) -> None:
    root = docx.Document(io.BytesIO(with_tracked_changes(*texts, BY))).element
    added = {text_of(mark).strip() for mark in root.iter(w("ins"))}
    assert {"and aim", "always", "each", "and a half", "full", "four items"} <= added
    marks = list(root.iter(w("ins"), w("del")))
    assert {mark.get(w("author")) for mark in marks} == {"Alice Author"}
    assert {mark.get(w("date")) for mark in marks} == {"2026-03-02T09:00:00Z"}
    assert len({mark.get(w("id")) for mark in marks}) == len(marks)


def test_a_paragraph_that_moved_is_told_as_a_move() -> None:
    moving = "The paragraph that will move somewhere else in this document."
    older = _word([moving, "Second words of text.", "Third words of text.", "Fourth words of text."])
    newer = _word(["Second words of text.", "Third words of text.", moving, "Fourth words of text."])
    root = docx.Document(io.BytesIO(with_tracked_changes(older, newer, BY))).element
    away, here = next(root.iter(w("moveFromRangeStart"))), next(root.iter(w("moveToRangeStart")))
    assert away.get(w("name")) == here.get(w("name"))
    assert "".join(part.text or "" for mark in root.iter(w("moveTo")) for part in mark.iter(w("t"))) == moving
    assert not list(root.iter(w("ins")))


def test_settling_all_changes_gives_either_text_back_without_a_mark(texts: tuple[bytes, bytes]) -> None:
    older, newer = texts
    tracked = with_tracked_changes(older, newer, BY)
    for accept, wanted in ((True, newer), (False, older)):
        root = docx.Document(io.BytesIO(settle_word_changes(tracked, accept=accept))).element
        assert _lines(root) == _lines(docx.Document(io.BytesIO(wanted)).element)
        left = {etree.QName(node).localname for node in root.iter(etree.Element)}
        assert not left & {"ins", "del", "delText", "moveFrom", "moveTo", "moveFromRangeStart", "pPrChange"}


def test_a_formula_that_differs_in_its_form_only_is_marked() -> None:
    older, newer = (markdown_to_word(f"Area $`x{sign}{{2}}`$ of it.\n", {}, TEMPLATE) for sign in "^_")
    tracked = with_tracked_changes(older, newer, BY)
    root = docx.Document(io.BytesIO(tracked)).element
    marked = [etree.QName(node).localname for mark in root.iter(w("del"), w("ins")) for node in mark.iterdescendants()]
    assert {"sSup", "sSub"} <= set(marked)
    for accept, form in ((True, "sSub"), (False, "sSup")):
        settled = docx.Document(io.BytesIO(settle_word_changes(tracked, accept=accept))).element
        assert {"sSub", "sSup"} & {etree.QName(node).localname for node in settled.iter(etree.Element)} == {form}


def test_equal_texts_have_no_changes(texts: tuple[bytes, bytes]) -> None:
    root = docx.Document(io.BytesIO(with_tracked_changes(texts[1], texts[1], BY))).element
    assert not list(root.iter(w("ins"), w("del"), w("moveFrom"), w("moveTo"), w("pPrChange")))


WORDS = st.text(alphabet="ab ,.", min_size=0, max_size=12)
TABLES = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=3)
BLOCKS = st.lists(st.one_of(WORDS, TABLES), max_size=6)


@settings(max_examples=40, deadline=None)
@given(BLOCKS, BLOCKS)
def test_whatever_changed_both_texts_can_be_had_back(old: list[object], new: list[object]) -> None:
    tracked = with_tracked_changes(_word(old), _word(new), BY)
    assert _settled(tracked, "ins", "del") == _lines(docx.Document(io.BytesIO(_word(new))).element)
    assert _settled(tracked, "del", "ins") == _lines(docx.Document(io.BytesIO(_word(old))).element)
    for accept, wanted in ((True, new), (False, old)):
        settled = docx.Document(io.BytesIO(settle_word_changes(tracked, accept=accept))).element
        assert _lines(settled) == _lines(docx.Document(io.BytesIO(_word(wanted))).element)


def _word(blocks: list[object]) -> bytes:
    document: Document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
        else:
            assert isinstance(block, list)
            table = document.add_table(rows=0, cols=2)
            for left, right in block:
                cells = table.add_row().cells
                cells[0].text, cells[1].text = left, right
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _settled(word: bytes, kept: str, dropped: str) -> list[str]:
    """Return the lines of a Word file once every change is settled one way, as the standard says Word does it."""
    root = deepcopy(docx.Document(io.BytesIO(word)).element)
    keeps = {w(kept), w("moveTo" if kept == "ins" else "moveFrom")}
    drops = {w(dropped), w("moveFrom" if kept == "ins" else "moveTo")}
    for row in list(root.iter(w("tr"))):
        if any(mark.tag in drops for mark in row.iterfind(f"{w('trPr')}/*")):
            row.getparent().remove(row)
    for mark in list(root.iter(*drops)):
        if mark.getparent().tag == w("p"):
            mark.getparent().remove(mark)
    for part in list(root.iter(w("delText"))):
        part.tag = w("t")
    for paragraph in list(root.iter(w("p"))):
        marks = {mark.tag for mark in paragraph.iterfind(f"{w('pPr')}/{w('rPr')}/*")}
        following = paragraph.getnext()
        while following is not None and following.tag not in (w("p"), w("tbl")):
            following = following.getnext()
        if marks & drops and not marks & keeps and following is not None and following.tag == w("p"):
            for child in reversed([each for each in paragraph if each.tag != w("pPr")]):
                following.insert(1 if following.find(w("pPr")) is not None else 0, child)
            paragraph.getparent().remove(paragraph)
    return _lines(root)


def _lines(root: etree._Element) -> list[str]:
    return [text for paragraph in root.iter(w("p")) if (text := text_of(paragraph).strip())]
