"""Word files made up by hypothesis out of fields, bound controls, changes and comments say one text once fixed."""

import io
import itertools
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.reading_view import render
from docctl.adapters.word_document import fix_word
from docctl.adapters.word_package import check_word_package
from docctl.word_format.markup import WORD, visible_text
from tests.factories.files import unfixed_word as word
from tests.factories.files.libreoffice import needs_libreoffice, texts_in_libreoffice

KINDS = (
    "REF _Ref1 \\h",
    "IF a = a b c",
    "DATE",
    "FILENAME",
    "AUTHOR",
    "= 1 + 1",
    "SEQ Figure",
    "MERGEFIELD a",
    "QUOTE a",
)
BODY, HEADER, FOOTNOTE, ENDNOTE = "document", "header1", "footnotes", "endnotes"


@dataclass
class Unfixed:
    """A made-up file, and the words that a reader sees in each of its parts, in order."""

    data: bytes = b""
    seen: dict[str, list[str]] = field(default_factory=dict)


class _Maker:
    """Draws pieces of a Word file; each word is there once, and noted where a reader sees it."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.made = Unfixed()
        self.numbers = itertools.count(100)
        self.seen: list[str] = []

    def word(self, *, is_seen: bool) -> str:
        """A word of its own."""
        made = f"w{next(self.numbers)}"
        self.seen += [made] if is_seen else []
        return f"{made} "

    def inline(self, depth: int, *, is_seen: bool) -> str:
        """A piece of a line."""
        deep = ("field", "told", "silent", "control", "simple", "link") if depth < 3 else ()
        kind = self.draw(st.sampled_from(("plain", "plain", "deleted", "inserted", "commented", "stray", *deep)))
        if kind == "field":
            return word.field(self.draw(st.sampled_from(KINDS)), self.line_of(depth + 1, is_seen=is_seen))
        if kind == "told":
            instruction = word.told("IF ") + self.inline(depth + 1, is_seen=False) + word.told(" = 1")
            return word.field(instruction, self.line_of(depth + 1, is_seen=is_seen))
        if kind == "silent":
            return word.field("SET a b", self.line_of(depth + 1, is_seen=False))
        if kind == "link":
            return word.field("HYPERLINK https://example.org", word.text(self.word(is_seen=is_seen)))
        if kind == "control":
            return word.bound(self.line_of(depth + 1, is_seen=is_seen))
        if kind == "simple":
            return word.simple(self.draw(st.sampled_from(KINDS)), self.word(is_seen=is_seen))
        if kind == "stray":
            return self.draw(st.sampled_from((word.mark("separate"), word.mark("end") if depth == 0 else "", "")))
        if kind == "deleted":
            return word.deleted(self.word(is_seen=False))
        if kind == "inserted":
            return word.inserted(self.word(is_seen=is_seen))
        said = word.text(self.word(is_seen=is_seen))
        return said if kind == "plain" else f'<w:commentRangeStart w:id="0"/>{said}<w:commentRangeEnd w:id="0"/>'

    def line_of(self, depth: int, *, is_seen: bool = True) -> str:
        """Pieces of a line; a word stands first, so that no field shows nothing."""
        first = word.text(self.word(is_seen=is_seen))
        return first + "".join(self.inline(depth, is_seen=is_seen) for _ in range(self.draw(st.integers(0, 2))))

    def block(self, depth: int) -> str:
        """A paragraph, a field over paragraphs, a control around one, or a table with rows and cells that went."""
        deep = ("table", "control") if depth < 1 else ()
        kind = self.draw(st.sampled_from(("line", "line", "over", "joined", *deep)))
        if kind == "over":
            first = word.line(word.text(self.word(is_seen=True)), word.mark("begin"), word.told("IF a = a x"))
            second = word.line(word.text(self.word(is_seen=False)), word.mark("separate"), self.line_of(1))
            return first + second + word.line(self.line_of(1), word.mark("end"), self.line_of(0))
        if kind == "joined":
            ends = f"<w:pPr><w:rPr><w:del {word.AT}/></w:rPr></w:pPr>"
            return f"<w:p>{ends}{self.line_of(0)}</w:p>{word.line(self.line_of(0))}"
        if kind == "control":
            return word.bound(self.block(depth + 1))
        if kind == "table":
            kept = f"<w:tr>{self.cell()}{word.bound(self.cell())}{self.cell(gone=True)}</w:tr>"
            gone = f"<w:tr><w:trPr><w:del {word.AT}/></w:trPr>{self.cell(gone=True)}</w:tr>"
            return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * 3}</w:tblGrid>{kept}{gone}</w:tbl>{word.line('')}"
        return word.line(self.line_of(0))

    def cell(self, *, gone: bool = False) -> str:
        """A cell, deleted in a tracked change or not."""
        inside = word.line(self.line_of(1, is_seen=not gone))
        return f"<w:tc><w:tcPr>{f'<w:cellDel {word.AT}/>' if gone else ''}</w:tcPr>{inside}</w:tc>"

    def part(self, name: str) -> str:
        """The blocks of a part."""
        self.seen = self.made.seen[name] = []
        return "".join(self.block(0 if name == BODY else 1) for _ in range(self.draw(st.integers(1, 3))))


@st.composite
def unfixed_files(draw: st.DrawFn) -> Unfixed:
    """Draw a Word file that says something else tomorrow."""
    maker = _Maker(draw)
    header, footnote, endnote = (maker.part(name) for name in (HEADER, FOOTNOTE, ENDNOTE))
    notes = word.line(word.noted(2), word.noted(2, "endnote"))
    maker.made.data = word.unfixed_word(
        maker.part(BODY) + notes,
        header=header,
        footnote=footnote,
        endnote=endnote,
        comment="nobody reads this",
        data="hidden",
        settings='<w:updateFields w:val="true"/>',
    )
    return maker.made


def _words(text: str) -> list[str]:
    return re.findall(r"w\d+", text)


QUICK = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@QUICK
@given(unfixed_files())
def test_every_part_and_the_page_say_what_a_reader_saw_and_nothing_else(made: Unfixed) -> None:
    fixed = fix_word(made.data)
    check_word_package(fixed)
    assert fix_word(fixed) == fixed
    with zipfile.ZipFile(io.BytesIO(fixed)) as package:
        for name, seen in made.seen.items():
            markup = package.read(f"word/{name}.xml")
            assert _words(visible_text(etree.fromstring(markup))) == seen
            assert _words(markup.decode()) == seen
            assert not re.search(rb"<w:(ins|del|cellDel|comment\w+|dataBinding|fldSimple)\b", markup)
            assert len(etree.fromstring(markup).findall(f".//{WORD}instrText")) == markup.count(b"HYPERLINK")
    page = _words(render(word_to_markdown(fixed).markdown).text)
    assert page == [*made.seen[BODY], *made.seen[FOOTNOTE], *made.seen[ENDNOTE]]


@needs_libreoffice
@settings(QUICK, max_examples=1)
@given(st.lists(unfixed_files(), min_size=12, max_size=12))
def test_libreoffice_shows_the_words_of_the_page(tmp_path_factory: object, files: list[Unfixed]) -> None:
    folder = tmp_path_factory.mktemp("libreoffice")  # type: ignore[attr-defined]
    shown = texts_in_libreoffice([(fix_word(made.data), "") for made in files], Path(folder))
    for made, lines in zip(files, shown, strict=True):
        there = _words(" ".join(lines))
        assert there[: len(made.seen[BODY])] == made.seen[BODY]
