"""Headings have the same numbers on the page, in the Word file and in the PDF: those of the Word template."""

import re

import pytest

from docctl.actions.issued_files.exporting import PDF, WORD, built_and_read_back, issue_sheet, template_for
from docctl.actions.issued_files.rebuilding_issues import Verdict, rebuild_issues
from docctl.actions.issued_files.templating import check_template, take_template, use_template
from docctl.adapters.reading_back import read_pdf, read_word
from docctl.document_control.heading_numbers import numbers_of_headings
from docctl.domain.documents.revision import Revision
from docctl.domain.issued_files.readings import Kind, Reading
from docctl.domain.rights.permission import Library
from docctl.followers.catching_up import catch_up
from docctl.registers.documents.document_sheet import document_sheet, reading_text
from docctl.texts.section_number import counted_levels
from tests.actions.issued_files.test_templating import BLOCKS, MARKS, typed
from tests.factories.held_up import broken_template
from tests.factories.library import Office

HEADINGS = {
    "counted": (
        (
            "# Purpose",
            "## Scope",
            "# Duties",
            "## First",
            "### Deep",
            "## Second",
            "# Annex A",
            "## In it",
            "# Records",
        ),
        ("1", "1.1", "2", "2.1", "2.1.1", "2.2", "", "", "3"),
    ),
    "typed": (("# 1 Purpose", "## 1.1 Scope", "# 2 Duties", "# Records"), ("", "", "", "")),
    "one typed": (("# Purpose", "## 1.1 Scope", "# Duties", "# Records"), ("", "", "", "")),
    "Persian digits": (("# ۱ هدف", "# دامنه", "# سوابق"), ("", "", "")),
    "a year is no number": (("# Purpose", "# 2026 in figures"), ("1", "2")),
}


def numbers_in(reading: Reading) -> list[str]:
    """The numbers of the headings of a file, as its reader finds them, before their titles."""
    told = [f"{each.mark} {each.text}".split() for each in reading.passages if each.kind == Kind.HEADING]
    return [words[0] if re.fullmatch(r"\d(\.\d)*", words[0]) else "" for words in told]


def numbers_on_page(html: str) -> list[str]:
    """The numbers that a page shows before its headings."""
    found = re.findall(r'<h\d[^>]*>(?:<span class="heading-number">([^<]*)</span> )?', html)
    return list(found)


def shown(office: Office, revision_id: int) -> tuple[list[str], list[str], list[str]]:
    """The numbers of the headings on the page, in the Word file and in the PDF; no file differs from the page."""
    control, reader = office.control, office.person("carla")
    with control.reading() as session:
        revision = session.get_one(Revision, revision_id)
        sheet, template = issue_sheet(control, session, revision), template_for(control, session, revision)
        made = built_and_read_back(control, revision, sheet, template)
        page = reading_text(
            control, session, reader, document_sheet(control, session, reader, revision.document.number)
        )
    assert made.differences == ()
    word, pdf = read_word(made.files[WORD].data, sheet), read_pdf(made.files[PDF].data, sheet)
    return numbers_on_page(page.html), numbers_in(word), numbers_in(pdf)


@pytest.mark.parametrize(("headings", "numbers"), HEADINGS.values(), ids=HEADINGS)
def test_page_word_file_and_pdf_number_their_headings_alike(
    office: Office, headings: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    use_template(office.control, office.people["carla"], "policy", "procedure.docx")
    revision_id = office.publish(text="\n\nAll is said.\n\n".join((*headings, "")))
    catch_up(office.control)
    on_page, in_word, in_pdf = shown(office, revision_id)
    typed_too = [
        number or (re.match(r"#+ (\d(?:\.\d)*) ", title) or ["", ""])[1]
        for title, number in zip(headings, numbers, strict=True)
    ]
    assert on_page == list(numbers)
    assert [number for number in in_word if number] == [number for number in typed_too if number]
    assert in_pdf == in_word
    assert [each.verdict for each in rebuild_issues(office.control)] == [Verdict.SAME, Verdict.SAME]


def test_a_template_that_numbers_nothing_gives_no_number_to_page_and_pdf_either(office: Office) -> None:
    revision_id = take_template(
        office.control, office.people["carla"], "Plain", check_template("plain.docx", typed(*MARKS, *BLOCKS))
    )
    office.carry_through(revision_id)
    use_template(office.control, office.people["carla"], "policy", office.revision(revision_id).document.number)
    issued = office.publish(text="# Purpose\n\nAll.\n\n# Duties\n\nNone.\n")
    assert shown(office, issued) == (["", ""], ["", ""], ["", ""])


def test_a_text_with_numbers_of_its_own_is_not_counted() -> None:
    assert counted_levels([(2, "Article 1 Scope"), (2, "Article 2 Duties"), (3, "More")]) == [0, 0, 0]
    assert counted_levels([]) == []


def test_a_damaged_template_numbers_no_heading(office: Office) -> None:
    revision = office.write("POL-007", text="# Purpose\n\nTo be safe.\n")
    with broken_template(office), office.control.reading() as reading:
        found = reading.get_one(Revision, revision)
        view = office.control.read_text(Library.ITSELF, found.current, found)
        assert numbers_of_headings(office.control, reading, found, view) == ("",)
