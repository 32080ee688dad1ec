"""The library taken away whole: every issued revision, the registers, the trail, and a recipe that checks it all."""

import csv
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from docctl.actions.documents import withdrawing
from docctl.actions.settings import administering
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.errors import DocctlError, InvalidInputError, NotPermittedError
from docctl.domain.operations.exits import Exit
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.recovery.exporting_library import Export, export_library
from docctl.registers.integrity.verifying import verify
from tests.factories import library as offices
from tests.factories.databases import address_of


@pytest.fixture
def at_work(office: offices.Office) -> offices.Office:
    """A library with a document in force, one withdrawn, and a draft; who controls it looks after people too."""
    control, people = office.control, office.people
    administering.change_user(
        control, people["admin"], people["carla"],
        name="", email="", department="Quality", roles=["controller", "administrator"],
    )  # fmt: skip
    administering.change_organisation(
        control, people["carla"], name="", time_zone="Europe/Berlin", standards=["iso-9001-2015"]
    )
    office.publish("POL-001", "Quality <policy> & more", clauses=[("iso-9001-2015", "5.2")])
    office.publish("POL-002", "Given up")
    office.write("POL-003", "Only a draft")
    catch_up(control)
    withdrawing.withdraw(control, office.document_id("POL-002"), people["carla"], "Not needed any more")
    return office


def _export(office: offices.Office, folder: Path, login: str = "carla") -> Export:
    data = office.control.data
    with DocumentControl.as_of_now(data, address_of(data), clock=office.control.now) as of_then:
        return export_library(office.control, of_then, office.people[login], folder)


@pytest.mark.both_databases
def test_everything_issued_is_there_and_named_in_both_indexes(at_work: offices.Office, tmp_path: Path) -> None:
    done = _export(at_work, tmp_path / "all")
    index = json.loads((tmp_path / "all" / "index.json").read_text())
    page = (tmp_path / "all" / "index.html").read_text()
    by_number = {each["number"]: each for each in index["documents"]}
    assert {number: [row["state"] for row in each["revisions"]] for number, each in by_number.items()} == {
        "POL-001": ["IN_FORCE"], "POL-002": ["OBSOLETE"], "POL-003": [],
    }  # fmt: skip
    [revision] = by_number["POL-001"]["revisions"]
    names = {name.rpartition("/")[2] for name in revision["files"]}
    assert {"POL-001-1.md", "POL-001-1.docx", "POL-001-1.pdf", "signatures.json"} <= names
    assert revision["is_issued"]
    assert revision["signed_by"] == ["Rob Reviewer", "Ann Approver"]
    assert (tmp_path / "all" / "documents/POL-001/revision-1/issued/POL-001-1.pdf").read_bytes().startswith(b"%PDF")
    assert "Quality &lt;policy&gt; &amp; more" in page
    linked = set(re.findall(r'href="([^"]+)"', page))
    assert {*revision["files"], "registers/people.csv", "registers/coverage-iso-9001-2015.csv"} <= linked
    assert all((tmp_path / "all" / name).is_file() for name in linked)
    found = {path.relative_to(tmp_path / "all").as_posix() for path in (tmp_path / "all").rglob("*") if path.is_file()}
    assert found == {*index["files"], "index.json", "SHA256SUMS", "SHA256SUMS.sig"}
    assert done.files == len(found) - 2
    with (tmp_path / "all" / "registers" / "master-list.csv").open(encoding="utf-8-sig") as file:
        assert {row["Number"] for row in csv.DictReader(file)} == {"POL-001", "POL-002", "POL-003"}


def test_the_recipe_in_it_checks_it_with_stock_tools_and_finds_what_was_changed(
    at_work: offices.Office, tmp_path: Path
) -> None:
    folder = _export(at_work, tmp_path / "all").folder
    assert _checked(folder, tmp_path / "room").returncode == 0
    with at_work.control.reading() as session:
        events = session.scalars(select(Event).order_by(Event.seq)).all()
    lines = (folder / "audit-trail.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == [json.loads(event.text) for event in events[:-1]]
    kept = (folder / "records.jsonl").read_text().splitlines()
    assert kept == [event.record for event in events[:-1] if event.record]
    for name, old, new in (
        ("documents/POL-001/revision-1/POL-001-1.md", "Purpose", "Nothing"),
        ("SHA256SUMS", "0", "1"),
        ("audit-trail.jsonl", "Carla", "Karla"),
    ):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace(old, new))
        assert _checked(folder, tmp_path / f"room of {Path(name).name}").returncode != 0, name
        (folder / name).write_text(text)
    assert _checked(folder, tmp_path / "again").returncode == 0


def _checked(folder: Path, room: Path) -> subprocess.CompletedProcess[str]:
    """Run the commands of the README, one after the other until one fails."""
    room.mkdir()
    recipe = (folder / "README.txt").read_text().partition("in this folder:\n")[2].partition("Each command")[0]
    commands = "set -e\n" + re.sub(r"(?m)^    ", "", recipe)
    return subprocess.run(
        ["bash", "-c", commands], cwd=folder, env={**os.environ, "TMPDIR": str(room)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


@pytest.mark.both_databases
def test_only_who_may_read_everything_takes_it_and_the_trail_keeps_who(at_work: offices.Office, tmp_path: Path) -> None:
    for login in ("admin", "rob", "eve"):
        with pytest.raises(NotPermittedError):
            _export(at_work, tmp_path / "all", login)
    assert list(tmp_path.glob("all*")) == []
    done = _export(at_work, tmp_path / "all")
    with at_work.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.LIBRARY_EXPORTED)).one()
    assert (event.actor_id, event.subject) == (at_work.people["carla"], "all")
    assert (event.plain_values["up_to_chain"], event.plain_values["sums"]) == (done.chain, done.sums)
    assert verify(at_work.control).exit_code in (0, 1)
    assert _export(at_work, tmp_path / "audited", "audra").documents == 3
    left_out = json.loads((tmp_path / "audited" / "index.json").read_text())["left_out"]
    assert [each.partition(":")[0] for each in left_out] == [
        "work-in-progress", "auditor-access", "audit-engagements", "units", "memberships", "people", "personnel",
        "people-records", "notices", "document-types", "approval-routes",
    ]  # fmt: skip
    assert "<h2>Left out</h2>" in (tmp_path / "audited" / "index.html").read_text()


def test_it_is_whole_or_not_there_and_writes_over_nothing(at_work: offices.Office, tmp_path: Path) -> None:
    (tmp_path / "all.part").mkdir()
    (tmp_path / "all.part" / "left by one that was killed").touch()
    _export(at_work, tmp_path / "all")
    assert not (tmp_path / "all.part").exists()
    assert not (tmp_path / "all" / "left by one that was killed").exists()
    with pytest.raises(InvalidInputError, match="is there already"):
        _export(at_work, tmp_path / "all")
    with pytest.raises(InvalidInputError, match="library's own folder"):
        _export(at_work, at_work.control.data / "all")
    blob = at_work.revision(1).current.files[0].blob
    (at_work.control.data / "library.git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(DocctlError):
        _export(at_work, tmp_path / "other")
    assert list(tmp_path.glob("other*")) == []


@pytest.mark.only_sqlite
def test_the_command_says_what_it_wrote(at_work: offices.Office, tmp_path: Path) -> None:
    at_work.publish("POL-004", "Not issued yet")
    done = CliRunner().invoke(main, ["--data", str(at_work.control.data), "export-library", str(tmp_path / "all")])
    assert (done.exit_code, done.stderr) == (Exit.DONE, "")
    assert "all holds 4 documents up to event" in done.output
    assert list((tmp_path / "all" / "documents" / "POL-004" / "revision-1").rglob("*.pdf"))
    refused = CliRunner().invoke(
        main, ["--data", str(at_work.control.data), "export-library", str(tmp_path / "b"), "--as", "eve"]
    )
    assert (refused.exit_code, refused.stderr.count("\n")) == (Exit.REFUSED, 1)
