"""Entries of contents and of lists of captions are looked up in the text, and those that are not there are named."""

import pytest
from lxml import etree

from docctl.adapters.word_package import read_word_facts
from docctl.word_format.open_places import OpenKind, open_places_in
from tests.factories.files.hostile_word import document, paragraph
from tests.factories.files.unfixed_word import boxed, deleted, field, line, mark, text, told, unfixed_word

LEVELS = {"Heading1": 1, "Heading2": 2}
TAB = "<w:r><w:tab/></w:r>"
CAPTION = line("Figure ", field("SEQ Figure", "1"), " Two valves")


def _contents(*entries: str, instruction: str = 'TOC \\o "1-3" \\h') -> str:
    """A generated list of one paragraph for each entry; a bar in an entry is a tab."""
    lines = ["".join(TAB if piece == "|" else text(piece) for piece in _cut(entry)) for entry in entries]
    lines[0] = mark("begin") + told(f" {instruction} ") + mark("separate") + lines[0]
    lines[-1] += mark("end")
    return "".join(f"<w:p>{each}</w:p>" for each in lines)


def _cut(entry: str) -> list[str]:
    return [piece for part in entry.split("|") for piece in ("|", part)][1:]


def _named(*blocks: str, styles: str = "") -> list[tuple[OpenKind, str]]:
    body = etree.fromstring(document("".join(blocks)).encode())
    known = etree.fromstring(document(styles).encode()) if styles else None
    return [(each.kind, each.shown) for each in open_places_in([body], [], LEVELS, {}, known)]


@pytest.mark.parametrize(
    "entry",
    [
        *("Open the valve|8", "2|Open the valve|8", "2 Open the valve|8", "2.1.|OPEN THE  VALVE|iv", "Open the valve"),
        *("Chapter 2|Open the valve|8", "Annex B Open the valve|A-3", "Open the valve ..... 8", "Open the|valve"),
        *("第2章 Open the valve|8", "II. Open the valve|8"),
    ],
)
def test_an_entry_that_is_a_heading_is_not_named_whatever_its_number_and_page(entry: str) -> None:
    assert _named(_contents(entry), paragraph("Open the valve", "Heading1")) == []
    assert _named(_contents(entry), paragraph("7.3 Open the valve", "Heading2")) == []


@pytest.mark.parametrize(
    "entry", ["2 Do not open the valve|8", "2|Open|8", "Open the valves|8", "Do not Open the valve", "Valve|Open|8"]
)
def test_an_entry_that_is_no_heading_is_named_without_its_page(entry: str) -> None:
    ((kind, shown),) = _named(
        _contents("1 Purpose|7", entry), *(paragraph(p, "Heading1") for p in ("Purpose", "Open the valve"))
    )
    assert kind == OpenKind.NO_HEADING
    assert shown == entry.removesuffix("|8").replace("|", " ")


def test_a_number_in_the_words_of_a_heading_counts() -> None:
    heading = paragraph("Pressure up to 40 bar", "Heading1")
    assert _named(_contents("Pressure up to 40 bar|3"), heading) == []
    assert _named(_contents("Pressure up to 65 bar|3"), heading) == [(OpenKind.NO_HEADING, "Pressure up to 65 bar")]


def test_words_of_the_text_and_of_the_contents_themselves_are_no_heading() -> None:
    assert len(_named(_contents("Purpose|1", "Scope|2"), line("Purpose"), line("Scope"))) == 2


def test_pages_and_links_that_are_fields_and_what_is_deleted_do_not_count() -> None:
    entry = field("HYPERLINK \\l _Toc1", text("Purpose") + TAB + field("PAGEREF _Toc1 \\h", "7"))
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    heading = f"<w:p>{style}{text('Purpose')}{deleted(' and scope')}{boxed(line('Note'))}</w:p>"
    assert _named(line(field("TOC \\o", entry)), heading) == []
    assert [kind for kind, _ in _named(line(field("TOC \\o", entry)), paragraph("Scope", "Heading1"))] == [
        OpenKind.NO_HEADING
    ]


def test_captions_are_looked_up_for_a_list_of_captions_and_headings_are_not() -> None:
    listed = _contents("Figure 1 Two valves|7", "Figure 9 Purpose|8", instruction='TOC \\h \\z \\c "Figure"')
    heading = paragraph("Purpose", "Heading1")
    assert _named(listed, heading, CAPTION) == [(OpenKind.NO_CAPTION, "Figure 9 Purpose")]
    assert _named(_contents("Figure 4: Two valves|7", instruction="TOC \\c Figure"), CAPTION) == []
    assert len(_named(_contents("Table 1 Two valves|7", instruction="TOC \\c Table"), CAPTION)) == 1


def test_styles_that_contents_list_and_entries_that_the_text_adds_count_as_headings() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="Ax"><w:name w:val="Annex Title"/></w:style>'
    listed = _contents("Drawings|9", "Forms|9", instruction='TOC \\o "1-2" \\f \\t "Annex Title,1"')
    added = line(field('TC "Forms" \\l 1', None))
    assert _named(listed, paragraph("Drawings", "Ax"), added, styles=styles) == []
    assert len(_named(listed, paragraph("Drawings", "Other"), styles=styles)) == 2


def test_contents_of_several_files_are_left_alone() -> None:
    assert _named(_contents("Purpose|1"), line(field("RD other.docx", None))) == []


def test_stale_contents_of_a_file_are_told_with_what_to_do() -> None:
    word = unfixed_word(_contents("2 Do not open the valve|8") + paragraph("Purpose", "Heading1"))
    (found,) = read_word_facts(word).open_places
    assert str(found) == (
        "entry of the contents that is no heading of the text, to be updated in Word: “2 Do not open the valve”"
    )
