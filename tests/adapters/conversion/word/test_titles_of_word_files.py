"""Where a Word file has its title, and that no line is gone that is not the title."""

from dataclasses import replace

import pytest

from docctl.adapters.conversion import import_markdown, word_to_markdown
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_view import render
from docctl.texts.converted_document import ConvertedDocument
from tests.adapters.conversion.word.test_word_numbers import _form, _level, _list, _word
from tests.adapters.test_pdf_writer import SHEET
from tests.factories.files import hostile_word as word
from tests.factories.files.unfixed_word import line, noted, unfixed_word

BODY = word.paragraph("The archivist keeps the key of the gate house.") + word.paragraph("Nobody else has one.")
BOX = (
    '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>{inside}'
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)
CONTROL = "<w:sdt><w:sdtPr><w:alias w:val='T'/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def large(text: str, size: int = 36, *, bold: bool = True) -> str:
    looks = f"<w:rPr>{'<w:b/>' if bold else ''}<w:sz w:val='{size}'/></w:rPr>"
    return f'<w:p><w:r>{looks}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def read(body: str) -> ConvertedDocument:
    return word_to_markdown(word.word_file(body))


def test_a_large_line_at_the_top_is_the_title() -> None:
    found = read(large("PROCEDURE FOR THE ARCHIVE") + word.paragraph("Version 3 of 1 May 2024") + BODY)
    assert found.title == "Procedure for the archive"
    assert found.markdown.startswith("Version 3 of 1 May 2024\n")


def test_of_large_lines_the_largest_is_the_title_over_as_many_lines_as_it_has() -> None:
    found = read(large("Town of Riverton", 28) + large("Keys of the") + large("gate house") + BODY)
    assert found.title == "Keys of the gate house"
    assert found.markdown.startswith("**Town of Riverton**\n\nThe archivist")


def test_letters_as_large_as_the_text_are_no_title() -> None:
    assert read(large("Note", 40) + large("All of it is large.", 40) + large("Really.", 40)).title == ""
    assert read(BODY).title == ""


@pytest.mark.parametrize("place", ["{inside}", BOX, CONTROL], ids=["line", "text box", "content control"])
@pytest.mark.parametrize("title", ["Valve rules", "Rules for 12 valves of 2024", "Val\u00adve rules"])
def test_a_line_in_the_style_title_is_the_title_wherever_it_stands(place: str, title: str) -> None:
    found = read(place.replace("{inside}", word.paragraph(title, "Title")) + BODY)
    assert found.title == title.replace("\u00ad", "")
    assert found.markdown.startswith("The archivist")
    assert found.title_line == title


@pytest.mark.parametrize("place", ["{inside}", BOX, CONTROL], ids=["line", "text box", "content control"])
def test_the_heading_that_a_text_begins_with_is_the_title_wherever_it_stands(place: str) -> None:
    sections = word.paragraph("Keeping of keys", "Heading1") + BODY + word.paragraph("Duties", "Heading1") + BODY
    found = read(place.replace("{inside}", word.paragraph("Valve rules", "Heading1")) + sections)
    assert found.title == "Valve rules"
    assert "Keeping of keys" in found.markdown


def test_a_numbered_title_has_its_number_as_word_shows_it_once() -> None:
    numbering = _form(7, _level(0, "Part %1:", "upperRoman")) + _list(3, 7)
    made = _word(numbering, ("Title", "0/3", "Gate rules"), ("Normal", "", "Lock it."), ("Title", "0/3", "Fees"))
    found = word_to_markdown(made)
    assert (found.title, found.markdown) == ("Part I: Gate rules", "Lock it.\n\nPart II: Fees\n")
    assert (found.recall, found.losses) == (1, ())
    page, sheet = render(found.markdown).html, replace(SHEET, title=found.title)
    assert differences(page, sheet, word=made) == ()
    assert differences(page, replace(sheet, title="Part II: Gate rules"), word=made)
    assert differences(page.replace("Part II", "Part III"), sheet, word=made)


def test_a_subtitle_stays_in_the_text() -> None:
    found = read(word.paragraph("Valve rules", "Title") + word.paragraph("For the north depot only", "Subtitle") + BODY)
    assert (found.title, found.recall) == ("Valve rules", 1.0)
    assert "For the north depot only" in found.markdown


@pytest.mark.parametrize("line", ["SOP-36 Valve rules", "SOP\u201136 \u2013 Valve rules", "Valve rules (SOP-36)"])
def test_a_number_within_the_title_line_is_the_number(line: str) -> None:
    found = read(word.paragraph(line, "Title") + BODY)
    assert (found.number, found.title) == ("SOP-36", "Valve rules")
    assert found.markdown.startswith("The archivist")


def test_a_note_at_the_title_of_a_markdown_file_stays_in_the_text() -> None:
    found, _ = import_markdown(b"# Gate rules[^1]\n\n## Purpose\n\nWhy.\n\n[^1]: Since 1901.\n")
    assert found.title == "Gate rules"
    assert "Since 1901." in found.markdown


@pytest.mark.parametrize(
    "pieces",
    [
        ("Gate", "<w:r><w:br/></w:r>", "rules", noted(2)),
        ("Gate", noted(2), "<w:r><w:br/></w:r>", "rules"),
        ("Gate rules", noted(2)),
        ("Gate rules", noted(2, "endnote")),
    ],
)
def test_a_title_with_a_note_stays_in_the_text_so_that_the_note_explains_its_words(pieces: tuple[str, ...]) -> None:
    style = '<w:pPr><w:pStyle w:val="Title"/></w:pPr>'
    titled = line(*pieces).replace("<w:p>", f"<w:p>{style}", 1)
    kind = "endnote" if "endnote" in titled else "footnote"
    explained = {kind: line(f"<w:r><w:{kind}Ref/></w:r>", " Since 1901.")}
    made = unfixed_word(titled + line("Lock it."), **explained)
    found = word_to_markdown(made)
    assert (found.title, found.title_line, found.recall) == ("Gate rules", "", 1)
    page, sheet = render(found.markdown).html, replace(SHEET, title=found.title)
    assert page.startswith("<p>Gate")
    assert differences(page, sheet, word=made) == ()
    for said, planted in (("rules", "rule"), ("1901", "1910"), ("Lock", "Log")):
        assert differences(page.replace(said, planted), sheet, word=made)


def test_a_heading_that_says_more_than_the_title_of_the_front_matter_is_handed_on_whole() -> None:
    found, _ = import_markdown(b"---\ntitle: Gate rules\n---\n# Gate rules of the *north* depot\n\nShut.\n")
    assert (found.title, found.title_line) == ("Gate rules", "Gate rules of the *north* depot")


def _run(text: str, looks: str = "") -> str:
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _formula(inside: str) -> str:
    return f'<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">{inside}</m:oMath>'


def _sign(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize("style", ["Title", "Heading1"])
@pytest.mark.parametrize(
    ("pieces", "title"),
    [
        ((_run("Gates are "), _run("not ", "<w:strike/>"), _run("locked")), "Gates are locked"),
        ((_run("Gates are "), _run("not ", "<w:dstrike/>"), _run("locked")), "Gates are locked"),
        ((_run("Up to 10"), _run("6", '<w:vertAlign w:val="superscript"/>'), _run(" keys")), "Up to 10⁶ keys"),
        ((_run("Up to 10"), _run("6", '<w:position w:val="8"/>'), _run(" keys")), "Up to 10⁶ keys"),
        ((_run("CO"), _run("2", '<w:vertAlign w:val="subscript"/>'), _run(" in cellars")), "CO₂ in cellars"),
        ((_run("Up to 2"), _run("3x", '<w:vertAlign w:val="superscript"/>'), _run(" keys")), "Up to 2^3x keys"),
        ((_run("The 1"), _run("st", '<w:vertAlign w:val="superscript"/>'), _run(" gate")), "The 1st gate"),
        ((_run("Noise "), _formula(_sign("L≤80")), _run(" dB")), "Noise L≤80 dB"),
        (
            (_run("Use "), _formula(f"<m:f><m:num>{_sign('1')}</m:num><m:den>{_sign('2')}</m:den></m:f>")),
            "Use 1/2",
        ),
        (
            (_run("Use "), _formula(f"<m:sSup><m:e>{_sign('x')}</m:e><m:sup>{_sign('2')}</m:sup></m:sSup>")),
            "Use x²",
        ),
    ],
)
def test_a_title_says_in_letters_alone_what_its_line_shows(style: str, pieces: tuple[str, ...], title: str) -> None:
    line = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(pieces)}</w:p>'
    found = read(line + BODY)
    assert found.title == title


def test_words_struck_out_in_a_large_line_are_none_of_the_title_and_stay_in_the_text() -> None:
    looks = '<w:b/><w:sz w:val="36"/>'
    line = f"<w:p>{_run('Gates are ', looks)}{_run('not ', f'<w:strike/>{looks}')}{_run('locked', looks)}</w:p>"
    found = read(line + BODY)
    assert found.title == "Gates are locked"
    assert "~~not~~" in found.markdown


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Gates are ~~not~~ locked", "Gates are locked"),
        ("Up to 10<sup>6</sup> keys", "Up to 10⁶ keys"),
        ("The 1<sup>st</sup> gate, H<sub>2</sub>O", "The 1st gate, H₂O"),
        ("Up to 2<sup>3x</sup> keys", "Up to 2^3x keys"),
    ],
)
def test_a_title_of_a_markdown_file_says_in_letters_alone_what_its_heading_shows(heading: str, title: str) -> None:
    found, _ = import_markdown(f"# {heading}\n\nShut.\n".encode())
    assert found.title == title
    assert found.title_line == heading
