"""Issued files made again from their commits: the same bytes, or one sentence that says why they are others."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from docctl.actions.issued_files.exporting import issue_sheet, template_for, word_file
from docctl.actions.issued_files.publishing import record_issue
from docctl.actions.issued_files.rebuilding_issues import rebuild_issues
from docctl.actions.settings.administering import change_organisation
from docctl.cli import main
from docctl.document_control.rendering_tools import made_with
from docctl.domain.documents.revision import Revision
from docctl.domain.issued_files.rendition import TYPST, Rebuilt, Verdict
from docctl.domain.rights.permission import Library
from docctl.followers.catching_up import catch_up
from tests.factories.library import TEXT, Office


@pytest.fixture
def issued(office: Office) -> Office:
    """A library with an address, in which a document was issued."""
    office.control.address = "https://docs.riverton.example"
    office.publish(text=TEXT + "\nGrüße.\n")
    catch_up(office.control)
    return office


def _verdicts(office: Office, **asked: int) -> dict[str, Verdict]:
    return {each.file: each.verdict for each in rebuild_issues(office.control, **asked)}


@pytest.mark.only_sqlite
def test_issued_files_come_out_the_same_whatever_happened_since(issued: Office, people: dict[str, int]) -> None:
    issued.revise("POL-001", TEXT + "\nMore.\n")
    change_organisation(issued.control, people["carla"], name="Renamed", time_zone="Asia/Tokyo", standards=[])
    issued.control.address = "https://elsewhere.example"
    assert _verdicts(issued) == {"POL-001-1.docx": Verdict.SAME, "POL-001-1.pdf": Verdict.SAME}
    checked = CliRunner().invoke(main, ["--data", str(issued.control.data), "verify", "--reissue", "--sample", "1"])
    assert "2 issued files made again, 2 of them the same" in checked.output
    assert "I9" not in checked.output


@pytest.mark.only_sqlite
def test_a_template_that_is_another_now_is_named_and_nothing_is_called_altered(issued: Office) -> None:
    template = issued.control.templates / "policy.docx"
    template.write_bytes((issued.control.templates / "form.docx").read_bytes())
    word, pdf = rebuild_issues(issued.control)
    assert (word.verdict, pdf.verdict) == (Verdict.NOT_COMPARED, Verdict.SAME)
    assert "its Word template policy.docx is no longer the one it was issued in" in word.sentence
    checked = CliRunner().invoke(main, ["--data", str(issued.control.data), "verify", "--reissue"])
    assert checked.exit_code == 3, checked.output
    assert "unchecked  POL-001-1.docx" in checked.output


@pytest.mark.parametrize(
    ("version", "verdict", "said", "exit_code"),
    [
        ("0.0.1", Verdict.OTHER_TOOLS, "Typst was 0.0.1, and is ", 3),
        ("", Verdict.DIFFERENT, "is not what its commit gives with the same tools", 2),
    ],
)
@pytest.mark.only_sqlite
def test_a_pdf_that_is_not_what_its_commit_gives_is_told_by_whether_the_tools_are_the_same(
    office: Office, version: str, verdict: Verdict, said: str, exit_code: int
) -> None:
    revision_id = office.publish()
    _issue_with_another_pdf(office, revision_id, {TYPST: version} if version else {})
    catch_up(office.control)
    word, pdf = rebuild_issues(office.control)
    assert word == Rebuilt("POL-001-1.docx", Verdict.SAME)
    assert pdf.verdict == verdict
    assert said in pdf.sentence
    checked = CliRunner().invoke(main, ["--data", str(office.control.data), "verify", "--reissue", "--json"])
    assert checked.exit_code == exit_code
    assert json.loads(checked.stdout)["findings"][0]["sentence"] == pdf.sentence


def _issue_with_another_pdf(office: Office, revision_id: int, programs: dict[str, str]) -> None:
    control = office.control
    with control.reading() as session:
        revision = session.get_one(Revision, revision_id)
        sheet, template = issue_sheet(control, session, revision), template_for(control, session, revision)
    tools = made_with(control, template, TYPST)
    tools = replace(tools, programs=tools.programs | programs)
    said = {"fingerprint": revision.fingerprint, "stated": sheet.as_row(), "made_with": tools.as_row()}
    files = {
        "issued/POL-001-1.docx": word_file(control, Library.ITSELF, revision, sheet, template).data,
        "issued/POL-001-1.pdf": b"%PDF-1.7 something else",
        "issued/signatures.json": json.dumps(said).encode(),
    }
    record_issue(control, revision_id, files, {})


@pytest.mark.only_sqlite
def test_a_sample_without_reissue_is_refused(office: Office) -> None:
    refused = CliRunner().invoke(main, ["--data", str(office.control.data), "verify", "--sample", "3"])
    assert refused.exit_code == 64
    assert "add --reissue" in refused.stderr
