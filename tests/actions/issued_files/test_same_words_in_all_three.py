"""Page, Word file and PDF of any Word file carry the same words, or the difference is named: seen from outside."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import count
from xml.etree import ElementTree

import pypdfium2
from hypothesis import HealthCheck, Phase, given, settings

from docctl.actions.documents.recognising import ReadFile, read_file
from docctl.actions.intake.importing import import_document
from docctl.actions.issued_files.exporting import PDF, WORD, built_and_read_back, issue_sheet, template_for
from docctl.adapters.reading_back import differences
from docctl.domain.documents.revision import Revision
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.issued_files.read_back import Difference, ReadFrom
from docctl.domain.rights.permission import Library
from tests.factories.files.everything_word import BODY, COUNTED, GONE, RUNNING, Everything, files_with_everything
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.library import Office

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKS = {"parens": "({})", "paren": "{})", "": "{}."}
_KINDS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_numbers = count(100)
QUICK = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class _Page(HTMLParser):
    """The words of a page by Python's own parser, with the numbers that a browser draws before items."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.lists: list[tuple[str, str, int]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count the items of numbered lists."""
        said = dict(attrs)
        if tag == "ol":
            _, _, around = (said.get("class") or "").rpartition("-")
            mark = _MARKS[around if around in _MARKS else ""]
            self.lists.append((_KINDS.get(said.get("type") or "", "decimal"), mark, int(said.get("start") or 1)))
        if tag == "ul":
            self.lists.append(("", "", 0))
        if tag == "li" and self.lists and self.lists[-1][1]:
            kind, mark, number = self.lists[-1]
            self.said.append(f" {mark.format(COUNTED[kind](number))} ")
            self.lists[-1] = kind, mark, number + 1
        if tag in ("p", "td", "th", "li", "br", "div"):
            self.said.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Leave a list."""
        if tag in ("ol", "ul"):
            self.lists.pop()

    def handle_data(self, data: str) -> None:
        """Take words."""
        self.said.append(data)


def words_of_page(html: str) -> str:
    """What a browser shows of a page."""
    return " ".join("".join(_Page(html).said).split())


def words_of_word(data: bytes, part_name: str = "") -> str:
    """Every word in any part of a Word file, and every value, wherever it hides."""
    said: list[str] = []
    values: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")) and part_name in name:
                for part in ElementTree.fromstring(package.read(name)).iter():
                    said += [" " if part.tag in (f"{W}p", f"{W}tab", f"{W}br") else "", part.text or ""]
                    values += part.attrib.values()
    return " ".join("".join(said).split() + values)


def words_of_pdf(data: bytes) -> str:
    """What a PDF gives to somebody who copies it."""
    opened = pypdfium2.PdfDocument(data)
    text = "\n".join(page.get_textpage().get_text_range() for page in opened)
    opened.close()
    return " ".join(re.sub("[\ufffe\u00ad\u0002]\\s*", "", text).split())


def times(word: str, text: str) -> int:
    """How often a word stands in a text; print sets the sign of a note, a figure, right behind it."""
    return len(re.findall(rf"{re.escape(word)}(?!\d\d)", text, re.IGNORECASE))


@dataclass(frozen=True)
class Issued:
    """A file that was imported and issued: what was read, the page, the files, and what docctl finds different."""

    read: ReadFile
    sheet: IssueSheet
    page: str
    word: bytes
    pdf: bytes
    found: tuple[Difference, ...]

    @property
    def said(self) -> dict[str, str]:
        """The words of page, Word file and PDF."""
        page = f"{self.read.title} {words_of_page(self.page)}"
        return {"page": page, WORD: words_of_word(self.word), PDF: words_of_pdf(self.pdf)}

    def named(self, word: str) -> bool:
        """Whether the report of the import names a word."""
        return bool(times(word, " ".join(self.read.text.losses)))


def issued(office: Office, data: bytes) -> Issued:
    """Import a file by the real action, and make its files as they would be issued."""
    control = office.control
    read = read_file(control, "any.docx", data)
    numbered = replace(read, number=f"POL-{next(_numbers)}")
    revision_id, _ = import_document(control, office.people["carla"], numbered)
    with control.reading() as session:
        revision = session.get_one(Revision, revision_id)
        sheet, template = issue_sheet(control, session, revision), template_for(control, session, revision)
        page = control.read_text(Library.ITSELF, revision.current, revision).html
        made = built_and_read_back(control, revision, sheet, template)
    return Issued(read, sheet, page, made.files[WORD].data, made.files[PDF].data, made.differences)


def missing(words: Iterable[str], issue: Issued) -> list[tuple[str, str]]:
    """The words that page, Word file or PDF lacks, or that the page says twice, with where."""
    said = issue.said
    lacking = [(word, place) for word in words for place, text in said.items() if not times(word, text)]
    twice = [(word, "twice") for word in words if times(word, words_of_page(issue.page)) > 1]
    return lacking + twice


def check_words(made: Everything, issue: Issued) -> None:
    """Hold every word of a file against page, Word file and PDF."""
    lacking = [(word, made.kinds[word], place) for word, place in missing(made.seen, issue)]
    assert not lacking, lacking
    said = issue.said
    hidden = {word for word in made.words[GONE] if made.kinds[word] == "hidden"}
    for word in made.words[GONE]:
        stays = {place for place, text in said.items() if times(word, text)}
        assert not stays or (word in hidden and issue.named(word)), (word, made.kinds[word], stays)
    in_order = [word for word in made.words[BODY] if not times(word, issue.read.title)]
    for text in (words_of_page(issue.page), words_of_word(issue.word, "word/document.xml")):
        places = [found.start() for word in in_order if (found := re.search(rf"{re.escape(word)}(?!\d)", text))]
        assert places == sorted(places), [in_order[at] for at in range(1, len(places)) if places[at] < places[at - 1]]
    for word, mark in made.numbered.items():
        for place in ("page", PDF):
            assert times(f"{mark} {word}", said[place]), (mark, word, place)
    for different in issue.found:
        assert any(times(word, different.page + different.shown) for word in hidden), str(different)


def with_word(data: bytes, before: str, after: str) -> bytes:
    """A Word file in which one word reads otherwise."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as whole:
        for name in package.namelist():
            content = package.read(name)
            if name.startswith("word/") and name.endswith(".xml"):
                content = re.sub(rf"{before}(?!\d)".encode(), after.encode(), content)
            whole.writestr(name, content)
    return target.getvalue()


def check_planted(made: Everything, issue: Issued) -> None:
    """Plant another word in place of some on the page, and in the Word file, and look whether both are told of."""
    for word in made.seen[:: max(1, len(made.seen) // 5)]:
        if made.kinds[word] == "split" or times(word, issue.read.title):
            continue
        page = re.sub(rf"{word}(?!\d)", f"{word}77", issue.page)
        found = differences(page, issue.sheet, word=issue.word) + differences(page, issue.sheet, pdf=issue.pdf)
        assert {each.file for each in found if f"{word}77" in each.page} == {ReadFrom.WORD, ReadFrom.PDF}, word
        found = differences(issue.page, issue.sheet, word=with_word(issue.word, word, f"{word}77"))
        assert any(f"{word}77" in each.shown for each in found), word


@QUICK
@given(files_with_everything())
def test_page_word_file_and_pdf_carry_the_same_words(office: Office, made: Everything) -> None:
    issue = issued(office, made.data)
    check_words(made, issue)
    check_planted(made, issue)


def check_running(made: Everything, issue: Issued) -> None:
    """Look for the running lines in the Word file and on the printed pages, each known to the test."""
    in_word, printed = words_of_word(issue.word), words_of_pdf(issue.pdf)
    assert not [word for word in made.words[RUNNING] if not times(word, in_word) or not times(word, printed)]


@needs_libreoffice
@settings(QUICK, max_examples=2)
@given(files_with_everything())
def test_pages_that_libreoffice_prints_carry_them_too_and_the_running_lines(office: Office, made: Everything) -> None:
    office.control.keeps_word_pages = True
    issue = issued(office, made.data)
    check_words(made, issue)
    check_running(made, issue)
