"""Word templates under control: checked, approved by others, put to use, and issued in; with every fault named."""

import io
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from docctl import tools
from docctl.actions.documents import drafting
from docctl.actions.issued_files.exporting import WORD, issued_file
from docctl.actions.issued_files.reading_back import measure
from docctl.actions.issued_files.templating import check_template, revise_template, take_template, use_template
from docctl.cli import main
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import InvalidInputError, NotPermittedError, RefusedUploadError, TemplateError
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.verifying import verify
from docctl.word_format.markup import unzipped, zipped
from tests.factories.library import Office

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
POLICY = (TEMPLATES / "policy.docx").read_bytes()
MARKS = ("title", "number", "revision", "effective date", "owner", "classification", "status")
BLOCKS = ("body", "approvals", "revision history", "clauses")


def typed(*marks: str, foot: str = "House style of Riverton") -> bytes:
    """A Word file in which somebody typed marks, one of them split over runs as Word does."""
    document = docx.Document()
    paragraph = document.add_paragraph("Policy: {{ti")
    paragraph.add_run("tle}} of ").bold = True
    paragraph.add_run("us")
    for mark in marks:
        document.add_paragraph(f"{{{{{mark}}}}}")
    document.sections[0].footer.paragraphs[0].text = foot
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def changed(colour: str) -> bytes:
    """The policy template with another text in its footer."""
    document = docx.Document(io.BytesIO(POLICY))
    document.sections[0].footer.add_paragraph(f"Printed in {colour}")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def put_in_force(office: Office, data: bytes, title: str = "House style") -> int:
    """Take a template and let others approve it."""
    revision_id = take_template(office.control, office.people["carla"], title, check_template("style.docx", data))
    office.carry_through(revision_id)
    return revision_id


def footers(data: bytes) -> str:
    """What the footers of a Word file say."""
    return "\n".join(p.text for p in docx.Document(io.BytesIO(data)).sections[0].footer.paragraphs)


def test_typed_marks_become_controls_and_the_words_around_them_stay(office: Office) -> None:
    checked = check_template("style.docx", typed(*MARKS[1:], *BLOCKS))
    assert not checked.faults
    assert sorted(checked.turned) == sorted(f"docctl:{mark.replace(' ', '_')}" for mark in (*MARKS, *BLOCKS))
    text = tools.conversion.word_to_markdown(checked.data).markdown
    assert "{{" not in text
    assert text.startswith("Policy: Title **of** us")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (typed(*MARKS[1:], *BLOCKS[1:]), "The control docctl:body is missing."),
        (typed(*MARKS[1:], *BLOCKS, "body"), "The control docctl:body is there 2 times"),
        (typed(*MARKS[1:], *BLOCKS, "cycler"), "The mark {{cycler}} is not known."),
        (typed(*MARKS[1:], *BLOCKS[1:], "body}} in a sentence, {{title"), "The mark {{body}} has to stand alone"),
    ],
)
def test_each_fault_is_named_and_nothing_is_taken(office: Office, data: bytes, said: str) -> None:
    checked = check_template("style.docx", data)
    assert any(said in fault for fault in checked.faults)
    with pytest.raises(TemplateError, match="was not taken"):
        take_template(office.control, office.people["carla"], "House style", checked)
    with pytest.raises(RefusedUploadError):
        check_template("style.pdf", data)


def _said_beside(data: bytes) -> bytes:
    """A template with a line of its own above the text and one in its header, beside a line that only counts pages."""
    document = docx.Document(io.BytesIO(data))
    document.element.body[0].addprevious(docx.Document().add_paragraph("For guests only.")._p)
    document.sections[0].header.add_paragraph("Not on Sundays")
    document.sections[0].header.add_paragraph("Page 1 of 2")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def test_lines_that_a_template_says_beside_the_text_are_named_and_the_template_is_taken(tmp_path: Path) -> None:
    data = _said_beside(POLICY)
    checked = check_template("style.docx", data)
    assert not checked.faults
    assert checked.own_words == ("For guests only.", "Not on Sundays")
    (tmp_path / "style.docx").write_bytes(data)
    result = CliRunner().invoke(main, ["template", "check", str(tmp_path / "style.docx")])
    assert result.exit_code == 0
    assert "say “Not on Sundays”, the page and the PDF do not." in result.output
    assert check_template("policy.docx", POLICY).own_words == ()
    with pytest.raises(TemplateError, match="is damaged"):
        tools.conversion.words_of_template(b"no Word file")


@pytest.mark.parametrize(
    ("numbering", "is_refused"),
    [("Kapitel %1 –", True), ("%1)", True), ("§ %1", True), ("%1.", False), ("%1", False)],
)
def test_a_template_that_numbers_headings_otherwise_than_the_page_shows_is_refused(
    numbering: str, is_refused: bool
) -> None:
    parts = unzipped((TEMPLATES / "procedure.docx").read_bytes())
    usual, other = (f'<w:pStyle w:val="Heading1"/><w:lvlText w:val="{each}"/>' for each in ("%1", numbering))
    assert usual.encode() in parts["word/numbering.xml"]
    parts["word/numbering.xml"] = parts["word/numbering.xml"].replace(usual.encode(), other.encode())
    faults = check_template("style.docx", zipped(parts)).faults
    assert len(faults) == is_refused
    assert all("digits and dots alone" in fault for fault in faults)


def test_a_template_is_used_only_after_others_approved_it(office: Office) -> None:
    control, carla = office.control, office.people["carla"]
    revision_id = take_template(control, carla, "House style", check_template("style.docx", changed("red")))
    with pytest.raises(InvalidInputError, match="no Word template of that name in force"):
        use_template(control, carla, "policy", "TPL-001")
    office.carry_through(revision_id)
    with pytest.raises(NotPermittedError):
        use_template(control, office.people["alice"], "policy", "TPL-001")
    use_template(control, carla, "policy", "TPL-001")
    issued = issued_file(control, office.publish(), None, WORD)[1]
    assert "Printed in red" in footers(issued)
    assert tools.conversion.word_to_markdown(issued).title == "Quality policy"


def test_a_template_without_an_outline_is_approved_and_used(office: Office) -> None:
    control, carla = office.control, office.people["carla"]
    own = check_template("style.docx", typed(*MARKS[1:], *BLOCKS))
    measured = measure(control, put_in_force(office, own.data))
    assert (measured.differences, measured.failure) == ((), "")
    use_template(control, carla, "policy", "TPL-001")
    page = tools.conversion.word_to_markdown(issued_file(control, office.publish(), None, WORD)[1]).markdown
    assert page.find("of** us") < page.find("Purpose")
    assert "of** us" in page


def test_the_next_revision_of_a_template_is_used_from_its_coming_into_force_on(office: Office) -> None:
    control, carla = office.control, office.people["carla"]
    put_in_force(office, changed("red"))
    use_template(control, carla, "policy", "TPL-001")
    policy = office.publish()
    catch_up(control)
    next_id = revise_template(control, carla, "TPL-001", "Another ink", check_template("style.docx", changed("blue")))
    office.publish("POL-002", "Another policy")
    office.carry_through(next_id)
    third = office.publish("POL-003", "A third policy")
    catch_up(control)
    for revision_id, colour in ((policy, "red"), (third, "blue")):
        assert f"Printed in {colour}" in footers(issued_file(control, revision_id, None, WORD)[1])
    report = verify(control)
    assert report.exit_code == 0, report.findings


def test_a_broken_template_stops_the_submission_before_anyone_signs(office: Office) -> None:
    control = office.control
    revision_id = put_in_force(office, changed("red"))
    use_template(control, office.people["carla"], "policy", "TPL-001")
    whole = check_template("style.docx", changed("blue"))
    draft = revise_template(control, office.people["carla"], "TPL-001", "Another ink", whole)
    broken = check_template("style.docx", typed(*MARKS[1:], *BLOCKS[1:]))
    with control.reading() as session:
        fingerprint = session.get_one(Revision, draft).fingerprint
    text = WrittenText("Text\n", {}, broken.data)
    drafting.save_draft(control, draft, office.people["carla"], reason="Shorter", based_on=fingerprint, text=text)
    with pytest.raises(TemplateError, match="docctl:body is missing"):
        office.submit(draft)
    with control.reading() as session:
        assert session.get_one(Revision, draft).state == State.DRAFT
        assert session.get_one(Revision, revision_id).state == State.IN_FORCE


@pytest.mark.only_sqlite
def test_the_command_writes_the_template_or_takes_it_into_the_library(office: Office, tmp_path: Path) -> None:
    file, target = tmp_path / "house.docx", tmp_path / "template.docx"
    file.write_bytes(typed(*MARKS[1:], *BLOCKS))
    command = ["--data", str(office.control.data), "template", "adopt", str(file)]
    assert CliRunner().invoke(main, command).exit_code == 64
    written = CliRunner().invoke(main, [*command, "--to", str(target)])
    assert written.exit_code == 0, written.output
    assert "docctl:title: made of a typed mark" in written.output
    found = CliRunner().invoke(main, ["template", "check", str(target)])
    assert "say “House style of Riverton”" in found.output
    assert found.output.endswith("Nothing wrong.\n")
    taken = CliRunner().invoke(main, [*command, "--title", "House style"])
    assert "TPL-001 revision 1: a draft now" in taken.output
    file.write_bytes(typed(*MARKS[1:]))
    faulty = CliRunner().invoke(main, [*command, "--title", "House style"])
    assert faulty.exit_code == 1
    assert "docctl:body is missing" in faulty.output
