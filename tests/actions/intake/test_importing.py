"""Importing by the real actions: every file gets its verdict, whatever it holds."""

import io
import json
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import docx
import pytest
from sqlalchemy import select

from docctl import tools
from docctl.actions.documents import recognising, withdrawing
from docctl.actions.intake import importing, writing_in_word
from docctl.actions.intake.files_of_folders import files_below
from docctl.actions.intake.importing import Adoption
from docctl.actions.intake.past_source import FolderOfFiles
from docctl.actions.intake.unpacking import unpack
from docctl.actions.issued_files import exporting, templating
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft, file_sha256_in
from docctl.domain.documents.stored_file import sha256
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import (
    InvalidInputError,
    NotPermittedError,
    NumberTakenError,
    RefusedUploadError,
    UploadTooLargeError,
)
from docctl.domain.intake.import_verdict import IMPORTED, REFUSED, Verdict
from docctl.domain.rights.permission import Library
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.registers.search import search
from tests.factories.files import hostile_word
from tests.factories.files.hostile_word import paragraph, png, table, word_file
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.files.open_document import open_document
from tests.factories.library import Office

HEADED = paragraph("Purpose", "Heading1") + paragraph("Everybody locks their screen.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files to be imported."""
    made = tmp_path / "files"
    made.mkdir()
    return made


def _import(
    control: DocumentControl, people: dict[str, int], paths: list[Path], adoption: Adoption | None = None
) -> list[Verdict]:
    files = files_below(paths)
    return list(importing.import_files(control, people["carla"], files, adoption=adoption))


def _in_force(control: DocumentControl, number: str) -> Revision:
    with control.reading() as session:
        document = session.scalars(select(Document).where(Document.number == number)).one()
        revision = document.in_force
        assert revision is not None
        assert revision.current is not None
        assert revision.signatures == []
        return revision


def test_word_and_markdown_files_of_a_folder_become_drafts(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    cells = table(("Step", "Who"), ("Lock", "Everybody"))
    (folder / "POL-007 Screen locks.docx").write_bytes(word_file(HEADED + cells))
    (folder / "below").mkdir()
    (folder / "below" / "SOP-09-01 Visitors_at the gate.md").write_text(
        "# Purpose\n\nVisitors sign in.[^1]\n\n[^1]: At the gate.\n"
    )
    (folder / ".hidden.md").write_text("# Not seen\n")
    verdicts = _import(control, people, [folder])
    assert [(v.status, v.number, v.title) for v in verdicts] == [
        (IMPORTED, "POL-007", "Screen locks"),
        (IMPORTED, "SOP-09-01", "Visitors at the gate"),
    ]
    with control.reading() as session:
        found = session.scalars(select(Document).order_by(Document.number)).all()
        texts = [control.read_text(Library.ITSELF, document.revisions[0].current).text for document in found]
        assert [document.type.name for document in found] == ["policy", "procedure"]
        assert all(document.revisions[0].state == State.DRAFT for document in found)
    assert "Everybody" in texts[0]
    assert "At the gate" in texts[1]


HOSTILE = {
    "U01 nothing.docx": b"",
    "U01 cut short.docx": word_file()[:300],
    "U01 a pdf.docx": b"%PDF-1.7 and so on",
    "U05 reads a file.docx": hostile_word.with_dtd(),
    "U05 in utf-16.docx": hostile_word.with_dtd("utf-16", "word/styles.xml"),
    "U07 two parts of a name.docx": hostile_word.twice_named(),
    "U08 climbs out.docx": hostile_word.oddly_named("../../x"),
    "U08 a link.docx": hostile_word.with_symlink(),
    "U11 macros.docx": hostile_word.with_parts({"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
    "U13 a web page.docx": b"<html><body>Hello</body></html>",
    "U13 rich text.docx": b"{\\rtf1 Hello}",
    "U13 an old file.doc": hostile_word.protected(),
    "U14 a password.docx": hostile_word.protected(),
    "U16 no types.docx": hostile_word.packed(
        {k: v for k, v in hostile_word.word_parts().items() if k != "[Content_Types].xml"}
    ),
    "a picture.md": png(),
    "a program.exe": b"MZ\x90\x00",
    "empty.md": b" \n",
}


def test_bad_files_are_refused_with_a_reason_and_never_stop_the_rest(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    for name, data in HOSTILE.items():
        (folder / name).write_bytes(data)
    (folder / "POL-001 First.docx").write_bytes(word_file(HEADED))
    (folder / "zzz POL-002.md").write_text("---\nnumber: POL-002\n---\n# Last\n\nText.\n")
    verdicts = {Path(verdict.path).name: verdict for verdict in _import(control, people, [folder])}
    assert verdicts.keys() == {*HOSTILE, "POL-001 First.docx", "zzz POL-002.md"}
    for name in HOSTILE:
        assert verdicts[name].status == REFUSED, name
        assert verdicts[name].reason.endswith("."), name
        assert len(verdicts[name].reason) > 20, name
    assert verdicts["POL-001 First.docx"].number == "POL-001"
    assert verdicts["zzz POL-002.md"].number == "POL-002"


def test_a_table_in_a_table_very_deep_gets_a_verdict(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    (folder / "POL-015 Deep.docx").write_bytes(hostile_word.nested_tables(3000))
    (folder / "POL-016 Shallow.docx").write_bytes(word_file(HEADED))
    deep, shallow = _import(control, people, [folder])
    assert deep.status == REFUSED
    assert shallow.status == IMPORTED


def test_what_went_wrong_unforeseen_with_one_file_leaves_the_others_be(
    control: DocumentControl, people: dict[str, int], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "POL-001 Good.md").write_text("# A\n\nText.\n")
    (folder / "POL-002 Bad.md").write_text("# B\n\nText.\n")
    (folder / "POL-003 Good too.md").write_text("# C\n\nText.\n")
    recorded = importing.add_document

    def fail_at_one(decision: object, number: str, *rest: object) -> object:
        if number == "POL-002":
            raise KeyError("nobody thought of this")
        return recorded(decision, number, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "add_document", fail_at_one)
    verdicts = _import(control, people, [folder])
    assert [verdict.status for verdict in verdicts] == [IMPORTED, REFUSED, IMPORTED]
    assert "not foreseen" in verdicts[1].reason


def test_a_refused_file_leaves_no_trace_in_the_decision_of_the_others(
    control: DocumentControl, people: dict[str, int]
) -> None:
    reads = [
        importing.read_file(control, name, b"# A\n\nText.\n")
        for name in ("POL-001 A.md", "pol-001 B.md", "POL-003 C.md")
    ]
    with control.reading() as session:
        before = len(session.scalars(select(Event)).all())
    first, second, third = importing.import_documents(
        control, people["carla"], [importing.WantedDocument(read) for read in reads]
    )
    assert isinstance(second, NumberTakenError)
    with control.reading() as session:
        numbers = session.scalars(select(Document.number).order_by(Document.number)).all()
        events = session.scalars(select(Event).order_by(Event.seq)).all()[before:]
    assert numbers == ["POL-001", "POL-003"]
    assert [event.act for event in events] == 2 * [Act.DOCUMENT_CREATED, Act.REVISION_OPENED, Act.DRAFT_SAVED]
    assert not isinstance(first, Exception)
    assert not isinstance(third, Exception)
    catch_up(control)
    assert control.library.read(events[-1].ledger_commit)


def test_git_leads_to_nothing_of_what_was_refused(control: DocumentControl, people: dict[str, int]) -> None:
    reads = [
        importing.read_file(control, name, text)
        for name, text in (("POL-001 A.md", b"# A\n\nTaken in.\n"), ("POL-001 B.md", b"# B\n\nNot wanted here.\n"))
    ]
    wanted = [importing.WantedDocument(read) for read in reads]
    assert isinstance(importing.import_documents(control, people["carla"], wanted)[1], NumberTakenError)
    catch_up(control, issuing=False)
    stack, seen = list(control.library.refs().values()), set[str]()
    while stack:
        made = tools.git_library.sound(control.library, stack.pop())
        assert made is not None
        seen.add(made.id)
        stack += [part for part in tools.git_library.parts_of(made) if part not in seen]
    texts = [control.library.read(each) for each in seen]
    assert any(b"Taken in." in text for text in texts)
    assert not any(b"Not wanted here." in text for text in texts)


@pytest.mark.parametrize(
    "number", ["../../etc/x", "POL-١", "POL-1.", "CON", "x1.lock", "-h1", "--output=x1", "ＰＯＬ-1"]
)
def test_a_number_that_is_none_is_refused(
    control: DocumentControl, people: dict[str, int], folder: Path, number: str
) -> None:
    (folder / "odd.md").write_text(f"---\nnumber: {json.dumps(number)}\n---\n# Odd\n\nText.\n")
    verdict = _import(control, people, [folder])[0]
    assert verdict.status == REFUSED
    assert "document number" in verdict.reason
    assert not list(folder.parent.rglob("x1*"))


def test_numbers_that_differ_in_case_only_are_one_number(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "POL-007 One.md").write_text("# One\n\nText.\n")
    (folder / "pol-007 Two.md").write_text("# Two\n\nText.\n")
    first, second = _import(control, people, [folder])
    assert (first.status, second.status) == (IMPORTED, REFUSED)
    assert "POL-007 is taken" in second.reason


def test_things_are_read_ahead_in_their_order_and_not_all_at_once() -> None:
    gates = [threading.Event() for _ in range(3 * recognising.READ_AHEAD)]
    begun: list[int] = []

    def read(place: int) -> int:
        begun.append(place)
        assert gates[place].wait(10)
        return place

    with ThreadPoolExecutor(max_workers=len(gates)) as pool:
        reading = recognising.ReadAhead(pool, read, range(len(gates)))
        assert not reading.is_ready
        gates[1].set()
        gates[0].set()
        assert reading.take() == 0
        assert max(begun) <= recognising.READ_AHEAD
        for gate in gates:
            gate.set()
        assert [reading.take() for _ in gates[1:]] == list(range(1, len(gates)))
        assert not reading


def test_what_a_text_weighs_counts_all_of_it() -> None:
    text = WrittenText("four", {"assets/a.png": b"12"}, b"123", fixed_word=b"12345")
    assert text.weight == 14


def test_the_same_file_twice_is_refused_by_its_number(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    (folder / "POL-007 One.md").write_text("# One\n\nText.\n")
    assert _import(control, people, [folder])[0].status == IMPORTED
    again = _import(control, people, [folder])[0]
    assert again.status == REFUSED
    assert "POL-007 is taken or was once used" in again.reason


def test_the_same_file_without_a_number_is_refused_with_the_number_it_has(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    (folder / "Visitors.md").write_text("# Purpose\n\nVisitors sign in.\n")
    (folder / "Visitors copy.md").write_text("# Purpose\n\nVisitors sign in.\n")
    copy, original = _import(control, people, [folder])
    assert copy.status == IMPORTED
    assert original.status == REFUSED
    assert f"imported before, as {copy.number}" in original.reason
    with control.reading() as session:
        (draft,) = session.scalars(select(SavedDraft))
        (saved,) = session.scalars(select(Event).where(Event.act == Act.DRAFT_SAVED))
    file = sha256((folder / "Visitors.md").read_bytes())
    assert (draft.file_sha256, saved.plain_values["file_sha256"]) == (file, file)


@pytest.mark.parametrize(
    ("number", "reason", "found"),
    [
        (1, f"Imported from A, SHA-256 {'a' * 64}.md, SHA-256 {'b' * 64}", "b" * 64),
        (1, f"Adopted from a.docx, SHA-256 {'c' * 64}", "c" * 64),
        (2, f"Imported from a.md, SHA-256 {'b' * 64}", ""),
        (1, f"As in the minutes, SHA-256 {'b' * 64}", ""),
    ],
)
def test_the_file_of_a_draft_that_was_recorded_without_it_is_read_from_its_reason(
    number: int, reason: str, found: str
) -> None:
    assert file_sha256_in(number, reason) == found


def test_a_number_whose_prefix_no_type_claims_is_kept_under_the_default_type(
    control: DocumentControl, people: dict[str, int], folder: Path, office: Office
) -> None:
    (folder / "CRAN-0001.md").write_text("# Cranes\n\nText.\n")
    (folder / "CRAN-0002.md").write_text("# More cranes\n\nText.\n")
    one, two = files_below([folder])
    assert next(importing.import_files(control, people["carla"], [one])).number == "CRAN-0001"
    policy = office.type_id("policy")
    assert next(importing.import_files(control, people["carla"], [two], type_id=policy)).number == "CRAN-0002"
    with control.reading() as session:
        found = session.scalars(select(Document).order_by(Document.number)).all()
        assert [document.type.name for document in found] == ["procedure", "policy"]


def test_adopted_documents_are_in_force_by_an_event_of_its_own_kind_and_without_signatures(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    data = word_file(HEADED)
    (folder / "POL-007 Screen locks.docx").write_bytes(data)
    adoption = Adoption(date(2026, 1, 31), "minutes of the board, item 4")
    assert _import(control, people, [folder], adoption)[0].status == IMPORTED
    revision = _in_force(control, "POL-007")
    assert revision.effective_date == date(2026, 1, 31)
    with control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.REVISION_ADOPTED)).one()
        acts = set(session.scalars(select(Event.act)))
    assert event.actor_name == "Carla Controller"
    assert event.reason == f"minutes of the board, item 4; file POL-007 Screen locks.docx, SHA-256 {sha256(data)}"
    assert event.plain_values["effective_date"] == "2026-01-31"
    assert not acts & {Act.REVISION_APPROVED, Act.REVISION_REVIEWED}


def test_what_the_template_says_beside_a_text_is_named_where_it_comes_into_force_without_being_submitted(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    template = control.templates / "policy.docx"
    document = docx.Document(template)
    document.sections[0].header.add_paragraph("Not on Sundays")
    document.save(template)
    (folder / "POL-007 Screen locks.md").write_text("# Screen locks\n\nText.\n")
    (folder / "POL-008 Keys.docx").write_bytes(word_file(HEADED))
    found = _import(control, people, [folder], Adoption(date(2026, 1, 31), "minutes"))
    named = "The Word template, and so the Word file, says “Not on Sundays”; the page does not."
    assert [named in verdict.losses for verdict in found] == [True, False]
    (folder / "POL-009 Doors.md").write_text("# Doors\n\nText.\n")
    assert not _import(control, people, [folder / "POL-009 Doors.md"])[0].losses


def test_a_document_is_not_adopted_for_a_day_that_lies_ahead(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    (folder / "POL-007 Screen locks.md").write_text("# A\n\nText.\n")
    verdict = _import(control, people, [folder], Adoption(date(2031, 1, 1), "minutes"))[0]
    assert verdict.status == REFUSED
    assert "cannot lie ahead" in verdict.reason
    with control.reading() as session:
        assert session.scalars(select(Document)).all() == []


def test_only_a_controller_imports(control: DocumentControl, people: dict[str, int], folder: Path) -> None:
    read = importing.read_file(control, "POL-001 A.md", b"# A\n\nText.\n")
    with pytest.raises(NotPermittedError):
        importing.import_document(control, people["alice"], read)
    (folder / "POL-001 A.md").write_text("# A\n\nText.\n")
    verdict = next(importing.import_files(control, people["admin"], files_below([folder])))
    assert verdict.status == REFUSED
    assert "roles do not allow" in verdict.reason


def test_pictures_beside_a_markdown_file_come_along_and_others_are_named(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    (folder / "pictures").mkdir()
    (folder / "pictures" / "the gate.png").write_bytes(png())
    (folder / "alone.png").write_bytes(png(5))
    (folder.parent / "secret.png").write_bytes(png(6))
    shown = ("pictures/the%20gate.png", "gone.png", "%00.png", "../secret.png")
    (folder / "POL-007 Gate.md").write_text("# Gate\n\n" + "\n\n".join(f"![p]({name})" for name in shown))
    gate, alone = _import(control, people, [folder])
    assert gate.status == IMPORTED
    assert any("gone.png" in loss for loss in gate.losses)
    assert alone.status == REFUSED
    assert "Markdown file that shows it" in alone.reason
    with control.reading() as session:
        revision = session.scalars(select(Revision)).one()
        assets = [file for file in revision.current.files if file.path.startswith("assets/")]
    assert [control.library.read_file(file) for file in assets] == [png()]


def test_a_folder_or_file_that_is_not_there_gets_a_verdict(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    (folder / "POL-001 A.md").write_text("# A\n\nText.\n")
    (folder / "broken.md").symlink_to(folder / "nowhere.md")
    verdicts = _import(control, people, [folder / "missing.docx", folder])
    assert [verdict.status for verdict in verdicts] == [REFUSED, IMPORTED, REFUSED]
    assert verdicts[0].reason == "There is no such file."


def test_odd_file_names_are_written_plainly(control: DocumentControl, people: dict[str, int], folder: Path) -> None:
    (folder / "POL-001 fine\u202exod.md").write_text("# A\n\nText.\n")
    (folder / "POL-002 two\r\nlines.md").write_text("# A\n\nOther text.\n")
    (folder / b"POL-003 \xff.md".decode(errors="surrogateescape")).write_text("# A\n\nThird text.\n")
    verdicts = _import(control, people, [folder])
    assert [verdict.status for verdict in verdicts] == [IMPORTED] * 3
    report = json.dumps([verdict.as_row() for verdict in verdicts], ensure_ascii=False)
    assert report.encode()
    assert all(line.isprintable() for line in (verdict.in_one_line() for verdict in verdicts))
    assert all(verdict.title.isprintable() for verdict in verdicts)
    with control.reading() as session:
        reasons = session.scalars(select(Event.reason).where(Event.act == Act.DRAFT_SAVED)).all()
    assert all(reason.isprintable() for reason in reasons)


def test_a_name_of_five_thousand_characters_is_shortened(control: DocumentControl, people: dict[str, int]) -> None:
    read = importing.read_file(control, recognising.shown_name("A" * 5000 + ".md"), b"Text without a heading.\n")
    assert len(read.title) <= 200
    _, number = importing.import_document(control, people["carla"], read)
    assert number == "SOP-01"


def test_hostile_text_is_inert_where_it_is_read_listed_and_found(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    title = "<img src=x onerror=alert(1)> {{7*7}}"
    text = (
        f"---\nnumber: POL-020\ntitle: {json.dumps(title)}\n---\n# Purpose <script>alert(1)</script>\n\n"
        "Seven {{7*7}} swans. <x- onclick=alert(1)>x</x-> [link](javascript:alert(1)) <data:text/html,x>\n\n"
        '![p](x.png "a\\" onerror=alert(1)")\n\n<!-- comment --> <svg/onload=alert(1)>\n'
    )
    (folder / "hostile.md").write_text(text)
    assert _import(control, people, [folder], Adoption(date(2026, 1, 1), "minutes"))[0].status == IMPORTED
    revision = _in_force(control, "POL-020")
    assert revision.title == "{{7*7}}"
    html = control.read_text(Library.ITSELF, revision.current, revision).html
    assert "{{7*7}}" in html
    for active in ("<script", "onerror=", "onclick", "javascript:", "<svg", '"data:'):
        assert active not in html.replace("&lt;", "(").replace('onerror=alert(1)"', ""), active
    catch_up(control)
    hits = search.find_all(control, "swans").hits
    assert [hit.number for hit in hits] == ["POL-020"]
    assert "<script" not in hits[0].highlight
    assert "{{7*7}}" in hits[0].highlight


def test_entries_at_the_top_of_a_file_are_taken_over_and_unknown_clauses_named(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    (folder / "a.md").write_text(
        "---\nnumber: POL-021\ntitle: Quality\ntype: policy\nowner: Head of Quality\n"
        "classification: Public\nclauses:\n  - {standard: iso-9001-2015, clause: '5.2'}\n"
        "  - {standard: nobody-1, clause: '9'}\n---\nText.\n"
    )
    verdict = _import(control, people, [folder])[0]
    assert verdict.losses == ("The clause 9 of nobody-1 is in no standard of the catalogue; it was left out.",)
    with control.reading() as session:
        metadata = session.scalars(select(Revision)).one().document_metadata
    assert (metadata.owner, metadata.classification) == ("Head of Quality", "public")
    assert [(row.standard, row.clause) for row in metadata.clauses] == [("iso-9001-2015", "5.2")]


@pytest.mark.parametrize("said", ["Vertraulich", "TLP:AMBER"])
def test_a_classification_in_other_words_restricts_a_document_to_its_department_and_is_named(
    control: DocumentControl, people: dict[str, int], folder: Path, said: str
) -> None:
    (folder / "a.md").write_text(
        f"---\nnumber: POL-021\ntitle: Quality\ntype: policy\ndepartment: Quality\nclassification: {said}\n---\nText.\n"
    )
    (loss,) = _import(control, people, [folder])[0].losses
    assert f"“{said}”" in loss
    with control.reading() as session:
        metadata = session.scalars(select(Revision)).one().document_metadata
    assert (metadata.classification, metadata.audience) == ("restricted", ("department:Quality",))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    control: DocumentControl, people: dict[str, int], folder: Path
) -> None:
    with (folder / "POL-001 Large.docx").open("wb") as file:
        file.truncate(25 * 1024 * 1024 + 1)
    assert "larger than 25 MB" in _import(control, people, [folder])[0].reason
    with pytest.raises(RefusedUploadError):
        importing.read_file(control, "a.docx", bytes(25 * 1024 * 1024 + 1))


@pytest.mark.parametrize(("limit", "is_taken"), [(2, False), (30, True)])
def test_a_file_may_be_as_large_as_the_settings_say(
    control: DocumentControl, folder: Path, limit: int, is_taken: bool
) -> None:
    control.upload_limit_mb = limit
    large, text = folder / "a.bin", b"no Word file" + bytes(26 * 1024 * 1024)
    large.write_bytes(text)
    with nullcontext() if is_taken else pytest.raises(UploadTooLargeError):
        assert recognising.taken_in(control, large) == text
    with nullcontext() if is_taken else pytest.raises(UploadTooLargeError):
        assert FolderOfFiles.at(control, folder).read("a.bin") == text
    left_out = unpack(zipped({"a.bin": text}), folder / "unpacked", control.upload_limit_mb)
    assert bool(left_out) is not is_taken
    for reading in (
        lambda: importing.read_file(control, "a.docx", text),
        lambda: templating.check_template("a.docx", text, control.upload_limit_mb),
        lambda: writing_in_word.read_edited_word(control, "a.docx", text),
    ):
        with pytest.raises(RefusedUploadError) as refusal:
            reading()
        assert ("larger than 2 MB" in str(refusal.value)) is not is_taken


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip file of some files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return packed.getvalue()


def test_an_imported_document_lives_on_like_any_other(
    control: DocumentControl, people: dict[str, int], folder: Path, office: Office
) -> None:
    (folder / "SOP-01 Visitors.docx").write_bytes(word_file(HEADED))
    _import(control, people, [folder], Adoption(date(2026, 1, 1), "minutes"))
    office.revise("SOP-01", "# Purpose\n\nAnother text.\n")
    assert _in_force_signed(control, "SOP-01").number == 2
    withdrawing.withdraw(control, office.document_id("SOP-01"), people["carla"], "No longer needed")
    with pytest.raises(InvalidInputError):
        importing.import_document(
            control, people["carla"], importing.read_file(control, "a.md", b"---\nclassification: odd\n---\nText\n")
        )


def _in_force_signed(control: DocumentControl, number: str) -> Revision:
    with control.reading() as session:
        revision = session.scalars(select(Document).where(Document.number == number)).one().in_force
        assert revision is not None
        assert len(revision.signatures) == 2
        return revision


def test_a_word_file_that_docctl_issued_comes_back_as_its_text_alone(office: Office) -> None:
    made = office.publish("POL-001", "Quality policy", "# Purpose\n\nWe weigh zebras.\n")
    _, word = exporting.issued_file(office.control, made, None, exporting.WORD)
    read = recognising.read_file(office.control, "POL-009 Zebras.docx", word)
    assert read.text.markdown == "# Purpose\n\nWe weigh zebras.\n"
    assert read.number == "POL-009"


@needs_libreoffice
def test_a_document_of_another_office_suite_is_read_through_libreoffice(office: Office, tmp_path: Path) -> None:
    (tmp_path / "POL-042 Cranes.odt").write_bytes(open_document("Cranes lift loads."))
    files = [tmp_path / "POL-042 Cranes.odt"]
    [verdict] = importing.import_files(office.control, office.people["carla"], files)
    if not tools.libreoffice.is_usable():
        assert verdict.status == REFUSED
        return
    assert (verdict.status, verdict.number, verdict.recall) == (IMPORTED, "POL-042", 1.0)
    assert "LibreOffice turned the file into a Word file" in verdict.losses[0]
