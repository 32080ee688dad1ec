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

from docctl.adapters.conversion import markdown_to_word, word_to_markdown
from docctl.adapters.word_document import ChangedBy, comparison_in_template, settle_word_changes, with_tracked_changes
from docctl.adapters.word_document.comparing.tracked_changes import Tracking
from docctl.adapters.word_document.package import open_word, write_word
from docctl.adapters.word_document.xml import element, run, style_of, text_of, w
from docctl.adapters.word_package import read_word_facts
from tests.adapters.test_pdf_writer import SHEET, png
from tests.checks.drawn_cases import Draw
from tests.factories.files.libreoffice import ACCEPT, REJECT, needs_libreoffice, texts_in_libreoffice
from tests.factories.revision_pairs import PAIRS

TEMPLATE = (Path(__file__).resolve().parents[3] / "templates" / "procedure.docx").read_bytes()
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
IN_TEMPLATE = (
    "two from the end to the start",
    "two from the start to the end",
    "a picture to the end",
    "a note to the end",
)


@pytest.fixture(scope="module")
def texts() -> tuple[bytes, bytes]:
    """The older and the newer text as Word files."""
    return markdown_to_word(OLDER, {}, TEMPLATE), markdown_to_word(NEWER, {}, TEMPLATE)


@pytest.fixture(scope="module")
def pairs(texts: tuple[bytes, bytes]) -> dict[str, tuple[bytes, bytes, bytes]]:
    """Each pair of revisions as Word files, with the file that tracks how one became the other."""
    files = iter(_word_files([text for pair in PAIRS.values() for text in pair]))
    made = {name: (next(files), next(files)) for name in PAIRS} | {"nearly everything at once": texts}
    return {name: (older, newer, with_tracked_changes(older, newer, BY)) for name, (older, newer) in made.items()}


def _word_files(texts: list[str]) -> list[bytes]:
    """Write many texts in one conversion, and give each a Word file of its own."""
    border = "This line stands between two texts."
    one_after_the_other = "\n".join(f"{text.replace('[^1]', f'[^{at}]')}\n{border}\n" for at, text in enumerate(texts))
    whole = markdown_to_word(one_after_the_other, {"assets/plan.png": png()}, TEMPLATE)
    blocks: list[list[etree._Element]] = [[]]
    for child in docx.Document(io.BytesIO(whole)).element.body:
        if text_of(child) == border:
            blocks.append([])
        else:
            blocks[-1].append(child)
    document = open_word(whole)
    page = document.element.body.sectPr
    files = []
    for own in blocks[:-1]:
        document.element.body[:] = [*own, page]
        files.append(write_word(document))
    return files


@needs_libreoffice
def test_libreoffice_accepts_into_the_newer_text_and_rejects_into_the_older(
    pairs: dict[str, tuple[bytes, bytes, bytes]], tmp_path: Path, drawn: Draw
) -> None:
    """LibreOffice says the numbers of lists and headings too; each name is of a pair that fails.

    Every run tries a quarter of the pairs, make faults all of them.
    """
    in_template = {f"{name} in its template": tuple(map(_in_template, pairs[name])) for name in IN_TEMPLATE}
    every = pairs | in_template
    exports = dict(drawn(list(every.items()), lambda each: {list(every).index(each[0]) // 4}))
    asked = [
        step
        for older, newer, tracked in exports.values()
        for step in ((newer, ""), (older, ""), (tracked, ACCEPT), (tracked, REJECT))
    ]
    shown = texts_in_libreoffice(asked, tmp_path)
    assert [
        name for at, name in enumerate(exports) if shown[at * 4 : at * 4 + 2] != shown[at * 4 + 2 : at * 4 + 4]
    ] == []


def _in_template(word: bytes) -> bytes:
    return comparison_in_template(TEMPLATE, word, SHEET)


@pytest.mark.parametrize("name", [*PAIRS, "nearly everything at once"])
def test_accepting_gives_the_newer_text_and_rejecting_the_older(
    pairs: dict[str, tuple[bytes, bytes, bytes]], name: str
) -> None:
    older, newer, tracked = pairs[name]
    for accept, wanted in ((True, newer), (False, older)):
        lines = _styled_lines(_root(wanted))
        assert _styled_lines(_root(settle_word_changes(tracked, accept=accept))) == lines
        assert _settled(_root(tracked), *(("ins", "del") if accept else ("del", "ins"))) == lines


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
    others = ["Second words of text.", "Third words of text.", "Fourth words of text."]
    older, newer = (
        _word([("", line) for line in lines]) for lines in ([moving, *others], [*others[:2], moving, others[2]])
    )
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


@needs_libreoffice
def test_libreoffice_carries_out_the_change_of_a_formula(tmp_path: Path) -> None:
    older, newer = (
        markdown_to_word(f"Noise $`L{sign}\\frac{{x^2}}{{a+b}}`$ dB.\n\nThe end.\n", {}, TEMPLATE)
        for sign in ("\\le ", "<")
    )
    exported = _in_template(with_tracked_changes(older, newer, BY))
    shown = texts_in_libreoffice([(exported, ACCEPT), (exported, REJECT)], tmp_path)
    assert [line for text in shown for line in text if "Noise" in line] == [
        "Noise L<(x^2)/(a+b) dB.",
        "Noise L≤(x^2)/(a+b) dB.",
    ]
    assert [
        line
        for accept in (True, False)
        for line in word_to_markdown(settle_word_changes(exported, accept=accept)).markdown.splitlines()
        if "Noise" in line
    ] == ["Noise $`L < \\frac{x^{2}}{a + b}`$ dB.", "Noise $`L \\leq \\frac{x^{2}}{a + b}`$ dB."]
    assert any("inserted “L<" in each and "(" not in each for each in read_word_facts(exported).tracked_changes)


def test_equal_texts_have_no_changes(texts: tuple[bytes, bytes]) -> None:
    root = docx.Document(io.BytesIO(with_tracked_changes(texts[1], texts[1], BY))).element
    assert not list(root.iter(w("ins"), w("del"), w("moveFrom"), w("moveTo"), w("pPrChange")))


WORDS = st.text(alphabet="ab ,.", min_size=0, max_size=12)
SENTENCES = st.sampled_from([f"{word} is a line of more than four words" for word in ("one", "two", "three", "four")])
LINES = st.tuples(st.sampled_from(["BodyText", "Heading1", "ListBullet", "ListNumber"]), WORDS | SENTENCES)
TABLES = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=3)
BLOCKS = st.lists(LINES | TABLES, max_size=7)


@st.composite
def revisions(draw: st.DrawFn) -> tuple[list[object], list[object]]:
    """Two texts of which the second holds blocks of the first in another order, some twice, and blocks of its own."""
    old = draw(BLOCKS)
    kept = draw(st.lists(st.sampled_from(old), max_size=7)) if old else []
    return old, draw(st.permutations([*kept, *draw(st.lists(LINES | TABLES, max_size=2))]))


@settings(max_examples=150, deadline=None)
@given(revisions())
def test_whatever_changed_and_moved_both_texts_can_be_had_back(texts: tuple[list[object], list[object]]) -> None:
    old, new = (element("body", *map(_block, text)) for text in texts)
    tracked = element("body", *Tracking(BY, {}).blocks(list(deepcopy(old)), list(deepcopy(new))))
    assert _settled(tracked, "ins", "del") == _styled_lines(new)
    assert _settled(tracked, "del", "ins") == _styled_lines(old)


@settings(max_examples=10, deadline=None)
@given(revisions())
def test_settling_gives_both_texts_back_whatever_changed_and_moved(texts: tuple[list[object], list[object]]) -> None:
    old, new = (_word(text) for text in texts)
    tracked = with_tracked_changes(old, new, BY)
    for accept, wanted in ((True, new), (False, old)):
        lines = _styled_lines(_root(wanted))
        assert _styled_lines(_root(settle_word_changes(tracked, accept=accept))) == lines
        assert _settled(_root(tracked), *(("ins", "del") if accept else ("del", "ins"))) == lines


def _block(block: object) -> etree._Element:
    """A line with its style, or a table of two columns, as Word keeps it."""
    if isinstance(block, tuple):
        style, text = block
        return element("p", element("pPr", element("pStyle", val=style)), run(text))
    assert isinstance(block, list)
    rows = [element("tr", *(element("tc", element("p", run(cell))) for cell in row)) for row in block]
    return element("tbl", element("tblGrid", element("gridCol"), element("gridCol")), *rows)


def _word(blocks: list[object]) -> bytes:
    document: Document = docx.Document()
    document.element.body[:] = [*map(_block, blocks), document.element.body.sectPr]
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _root(word: bytes) -> etree._Element:
    return docx.Document(io.BytesIO(word)).element


def _settled(root: etree._Element, kept: str, dropped: str) -> list[tuple[str, bool, str]]:
    """Return the lines of a Word file once every change is settled one way, as the standard says Word does it."""
    root = deepcopy(root)
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
    for change in list(root.iter(w("pPrChange"))):
        properties = change.getparent()
        properties.remove(change)
        if kept == "del":
            former = list(change[0])
            for child in [each for each in properties if each.tag not in (w("rPr"), w("sectPr"))]:
                properties.remove(child)
            properties[:0] = former
    return _styled_lines(root)


def _styled_lines(root: etree._Element) -> list[tuple[str, bool, str]]:
    """Return each line that holds text with its style, and whether it is an item of a list."""
    found = [
        (style_of(each), each.find(f"{w('pPr')}/{w('numPr')}") is not None, text_of(each)) for each in root.iter(w("p"))
    ]
    return [line for line in found if line[2].strip()]


def _lines(root: etree._Element) -> list[str]:
    return [text for paragraph in root.iter(w("p")) if (text := text_of(paragraph).strip())]
