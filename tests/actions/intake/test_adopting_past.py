"""Adopting a past by the real actions: three sources, earlier revisions kept as claimed, nothing done twice."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.actions.documents import drafting
from docctl.actions.intake import sources_of_a_past
from docctl.actions.intake.adopting_past import adopt_past
from docctl.actions.intake.past_source import PastSource
from docctl.actions.intake.recording_past import Terms
from docctl.actions.issued_files import exporting
from docctl.actions.retention import retaining
from docctl.actions.settings import administering
from docctl.domain.documents.document import Document
from docctl.domain.documents.lifecycle import State
from docctl.domain.errors import InvalidInputError, NotPermittedError
from docctl.domain.intake.adoption_plan import ADOPTED, REFUSED, TO_ADOPT, UNCHANGED, AdoptionVerdict
from docctl.domain.retention.retention import DISPOSE, Retention, Rule
from docctl.domain.rights.permission import Library
from docctl.domain.trail.audit_trail import Act, Event
from docctl.registers.documents import comparison
from docctl.registers.documents.revision_history import revision_history
from docctl.registers.integrity import verifying
from tests.checks.faults import crew
from tests.factories.files.hostile_word import paragraph, with_dtd, word_file
from tests.factories.foreign_repository import ForeignRepository
from tests.factories.library import Office

HEADED = paragraph("Purpose", "Heading1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for the files of a past."""
    made = tmp_path / "past"
    made.mkdir()
    return made


@pytest.fixture
def repository(tmp_path: Path) -> ForeignRepository:
    """Somebody else's repository."""
    return ForeignRepository(tmp_path / "their-documents")


def _adopt(office: Office, source: PastSource, *, dry_run: bool = False) -> list[AdoptionVerdict]:
    return list(adopt_past(office.control, office.people["carla"], source, Terms("binder 12"), dry_run=dry_run))


def _adopt_repository(office: Office, repository: ForeignRepository, **chosen: object) -> list[AdoptionVerdict]:
    with sources_of_a_past.of_repository(office.control, repository.folder, **chosen) as source:  # type: ignore[arg-type]
        return _adopt(office, source)


def _register(office: Office, folder: Path, *rows: str, heading: str = "") -> PastSource:
    lines = [heading or "Dok.-Nr.;Titel;Rev.;Gültig ab;Owner;Approved by;Datei", *rows]
    register = folder / "register.csv"
    register.write_bytes("\n".join(lines).encode("cp1252"))
    return sources_of_a_past.of_register(office.control, register, folder)


def _document(office: Office, number: str) -> Document:
    with office.control.reading() as session:
        document = session.scalars(select(Document).where(Document.number == number)).one()
        for revision in document.revisions:
            assert revision.claimed is not None
            assert revision.current is not None
            assert revision.signatures == []
        return document


def _text(office: Office, document: Document, number: int) -> str:
    revision = document.revision(number)
    return office.control.read_text(Library.ITSELF, revision.current, revision).text


def _events(office: Office) -> int:
    return crew.newest_event(office.control)


def _log(office: Office, number: str, pattern: str) -> list[str]:
    crew.recover(office.control.data).control.engine.dispose()
    return office.control.library.plumb("log", f"--format={pattern}", f"refs/heads/documents/{number}").splitlines()


@pytest.mark.both_databases
def test_a_register_becomes_documents_with_their_earlier_revisions(office: Office, folder: Path) -> None:
    (folder / "old").mkdir()
    (folder / "old" / "quality.docx").write_bytes(word_file(HEADED + paragraph("We weigh by hand.")))
    (folder / "quality.docx").write_bytes(word_file(HEADED + paragraph("We weigh by machine.")))
    source = _register(
        office,
        folder,
        "POL-007;Quality policy;B;03.05.2021;Head of Quality;Old Chief;quality.docx",
        "POL-007;Quality aims;A;2019-02-01;Head of Weights;Older Chief;old\\quality.docx",
    )
    (verdict,) = _adopt(office, source)
    assert (verdict.status, verdict.number, [line.label for line in verdict.revisions]) == (
        ADOPTED,
        "POL-007",
        ["A", "B"],
    )
    document = _document(office, "POL-007")
    first, second = document.revisions
    assert [(r.state, r.title, r.owner, str(r.effective_date)) for r in document.revisions] == [
        (State.SUPERSEDED, "Quality aims", "Head of Weights", "2019-02-01"),
        (State.IN_FORCE, "Quality policy", "Head of Quality", "2021-05-03"),
    ]
    assert first.claimed is not None
    assert (first.claimed.label, first.claimed.approved_by, first.claimed.place) == ("A", "Older Chief", "row 3")
    assert first.claimed.ended_on == date(2021, 5, 3)
    assert first.ended_at is not None
    assert first.ended_at.isoformat() == "2021-05-02T22:00:00+00:00"
    assert "binder 12" in first.adopted_evidence
    assert second.ended_at is None
    assert "by hand" in _text(office, document, 1)
    assert "by machine" in _text(office, document, 2)
    assert crew.faults(crew.recover(office.control.data).control) == []


def test_earlier_revisions_are_read_compared_and_shown_as_adopted(office: Office, folder: Path) -> None:
    (folder / "POL-007 Weights v1.md").write_text("# Purpose\n\nWe weigh by hand.\n")
    (folder / "POL-007 Weights v2_2021-05-03.md").write_text("# Purpose\n\nWe weigh by machine.\n")
    _adopt(office, sources_of_a_past.of_folder(office.control, folder))
    with office.control.reading() as session:
        found = comparison.compare(office.control, session, office.person("carla"), "POL-007", 1, 2)
        history = revision_history(office.control, session, office.person("eve"), "POL-007")
    assert (found.words_added, found.words_removed) == (1, 1)
    newest, oldest = history.revisions
    assert newest.claimed is not None
    assert oldest.claimed is not None
    assert (newest.claimed.label, oldest.claimed.label) == ("2", "1")
    assert oldest.state == State.SUPERSEDED
    assert oldest.signatures == ()


def test_files_of_a_folder_are_put_together_by_their_names(office: Office, folder: Path) -> None:
    for name in ("SOP-09-01 Visitors v3.md", "Archive/SOP-09-01 Visitors_rev2_2021-05-03.md", "Gate keeping v1.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"# Purpose\n\n{name} is read.\n")
    (folder / "plan.pdf").write_bytes(b"%PDF-1.7")
    (folder / "elsewhere.md").symlink_to("/etc/hostname")
    source = sources_of_a_past.of_folder(office.control, folder)
    assert [file for file, _ in source.left_out] == ["elsewhere.md", "plan.pdf"]
    numbered, unnumbered = sorted(_adopt(office, source), key=lambda verdict: verdict.title, reverse=True)
    assert [(line.number, line.label) for line in numbered.revisions] == [(2, "2"), (3, "3")]
    assert numbered.number == "SOP-09-01"
    assert unnumbered.title == "Gate keeping"
    assert unnumbered.number
    assert [r.number for r in _document(office, "SOP-09-01").revisions] == [2, 3]
    assert {verdict.status for verdict in _adopt(office, source)} == {UNCHANGED}


def test_a_repository_is_adopted_with_its_authors_days_and_renames(
    office: Office, repository: ForeignRepository
) -> None:
    text = (
        "---\nnumber: POL-007\ntitle: Screens\n---\n# Purpose\n\nEverybody locks the screen.\n\n"
        + "Screens are dear.\n" * 9
    )
    repository.write("docs/screens.md", text)
    repository.write("docs/SOP-09 Gates.docx", word_file(HEADED + paragraph("Gates are shut.")))
    repository.write("docs/over.md", "# Over\n\nIt was once.\n")
    repository.write("other/SOP-10 Elsewhere.md", "# Elsewhere\n\nText.\n")
    repository.commit("First screens", "2019-03-04")
    repository.git("mv", "docs/screens.md", "docs/locking.md")
    repository.write("docs/locking.md", text.replace("locks", "always locks"))
    (repository.folder / "docs" / "over.md").unlink()
    (repository.folder / "docs" / "passwords.md").symlink_to("/etc/passwd")
    repository.commit("Always lock", "2020-05-06", "Rob Reviewer <rob@weights.example>")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.write("docs/locking.md", text.replace("locks", "always and ever locks"))
    repository.commit("For ever", "2021-01-02", "Dora <dora@weights.example>")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side", day="2021-02-03")
    administering.change_user(
        office.control,
        office.people["admin"],
        office.people["rob"],
        name="Rob Reviewer",
        roles=["reviewer"],
        email="rob@weights.example",
        department="Quality",
    )
    verdicts = {verdict.number: verdict for verdict in _adopt_repository(office, repository, folder="docs")}
    assert set(verdicts) >= {"POL-007", "SOP-09"}
    assert len(verdicts) == 3
    document = _document(office, "POL-007")
    claims = [revision.claimed for revision in document.revisions if revision.claimed]
    assert [claim.authors for claim in claims] == [("Zoë Author",), ("Rob Reviewer",), ("Dora",)]
    assert [claim.file for claim in claims] == ["docs/screens.md", "docs/locking.md", "docs/locking.md"]
    assert [claim.written_by[0]["account"] for claim in claims] == [None, office.people["rob"], None]
    assert [r.change_summary for r in document.revisions] == ["First screens", "Always lock", "Merge side"]
    assert "always and ever" in _text(office, document, 3)
    (gone,) = (verdict for verdict in verdicts.values() if verdict.withdrawn)
    withdrawn = _document(office, gone.number).revisions[-1]
    assert (withdrawn.state, str(gone.withdrawn)) == (State.OBSOLETE, "2020-05-06")
    assert withdrawn.ended_because == "Always lock"
    written = _log(office, "POL-007", "%an|%ae|%as|%cn")
    assert written == [
        "Dora|dora@weights.example|2021-01-02|Carla Controller",
        "Rob Reviewer|rob@weights.example|2020-05-06|Carla Controller",
        "Zoë Author|zoe@weights.example|2019-03-04|Carla Controller",
    ]
    assert {v.status for v in _adopt_repository(office, repository, folder="docs")} == {UNCHANGED}
    assert crew.faults(office.control) == []


def test_tags_alone_are_revisions_where_that_is_wanted(office: Office, repository: ForeignRepository) -> None:
    for place, day in enumerate(("2019-01-01", "2019-02-01", "2019-03-01", "2019-04-01"), start=1):
        repository.write("POL-007 Aims.md", f"# Aims\n\nAim number {place}.\n")
        repository.commit(f"Aim {place}", day, f"Writer {place} <w{place}@weights.example>")
        if place in (2, 4):
            repository.git("tag", *(("-a", "-m", "Said") if place == 4 else ()), f"v{place}")
    (verdict,) = _adopt_repository(office, repository, only_tags=True)
    assert [(line.label, line.written_by) for line in verdict.revisions] == [
        ("v2", ("Writer 1", "Writer 2")),
        ("v4", ("Writer 3", "Writer 4")),
    ]
    assert "Aim number 4" in _text(office, _document(office, "POL-007"), 2)


def test_a_repository_that_went_on_adds_its_new_revisions_and_nothing_else(
    office: Office, repository: ForeignRepository
) -> None:
    repository.write("POL-007 Aims.md", "# Aims\n\nOne aim.\n")
    repository.commit("One", "2019-01-01")
    _adopt_repository(office, repository)
    repository.write("POL-007 Aims.md", "# Aims\n\nTwo aims.\n")
    repository.commit("Two", "2019-02-01")
    (verdict,) = _adopt_repository(office, repository)
    assert (verdict.status, verdict.known, [line.number for line in verdict.revisions]) == (ADOPTED, 1, [2])
    document = _document(office, "POL-007")
    assert [r.state for r in document.revisions] == [State.SUPERSEDED, State.IN_FORCE]
    office.revise("POL-007", "# Aims\n\nThree aims.\n")
    repository.write("POL-007 Aims.md", "# Aims\n\nFour aims.\n")
    repository.commit("Four", "2019-03-01")
    (verdict,) = _adopt_repository(office, repository)
    assert verdict.status == REFUSED
    assert "has gone on in this library" in verdict.reasons[0]
    assert crew.faults(crew.recover(office.control.data).control) == []


def test_a_dry_run_says_what_would_become_of_each_document_and_stores_nothing(office: Office, folder: Path) -> None:
    office.write("POL-001")
    files = {"a.md": b"# A\n\nText.\n", "b.docx": with_dtd(), "c.md": b" \n", "d.md": b"# D\n\nText.\n"}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    source = _register(
        office,
        folder,
        "POL-001;Taken;1;2019-01-01;;;a.md",
        "POL-002;Damaged;1;2019-01-01;;;b.docx",
        "POL-002;Damaged;2;2018-01-01;;;missing.docx",
        "POL-003;Empty;1;2019-01-01;;;c.md",
        "POL-004;Twice;1;2019-01-01;;;d.md",
        "POL-004;Twice;1;2019-01-02;;;a.md",
        "POL-005;Ahead;1;2099-01-01;;;d.md",
        "POL-006;Either;1;03/04/2019;;;d.md",
        "POL-008;Outside;1;2019-01-01;;;../../etc/passwd",
        "POL-009;Outside;1;2019-01-01;;;/etc/passwd",
        "no number;Bad;1;2019-01-01;;;d.md",
        "POL-010;Good;1;2019-01-01;;;d.md",
    )
    before, objects = _events(office), sorted((office.control.data / "library.git" / "objects").rglob("*"))
    verdicts = {verdict.number: verdict for verdict in _adopt(office, source, dry_run=True)}
    said = {number: " ".join(verdict.reasons) for number, verdict in verdicts.items()}
    assert {number for number, verdict in verdicts.items() if verdict.status == TO_ADOPT} == {"POL-010"}
    for number, words in {
        "POL-001": "is taken",
        "POL-002": "no file missing.docx",
        "POL-003": "is empty",
        "POL-004": "same label",
        "POL-005": "lies ahead",
        "POL-006": "2019-04-03 or 2019-03-04",
        "POL-008": "outside the folder",
        "POL-009": "outside the folder",
        "no number": "cannot be a document number",
    }.items():
        assert words in said[number], number
    assert (_events(office), sorted((office.control.data / "library.git" / "objects").rglob("*"))) == (before, objects)
    assert [v.status for v in _adopt(office, source)].count(ADOPTED) == 1


def test_what_was_adopted_before_is_left_and_another_past_is_refused(office: Office, folder: Path) -> None:
    (folder / "POL-007 Aims v1.md").write_text("# Aims\n\nOne.\n")
    _adopt(office, sources_of_a_past.of_folder(office.control, folder))
    before = _events(office)
    assert [v.status for v in _adopt(office, sources_of_a_past.of_folder(office.control, folder))] == [UNCHANGED]
    assert _events(office) == before
    (folder / "POL-007 Aims v1.md").write_text("# Aims\n\nForged.\n")
    (verdict,) = _adopt(office, sources_of_a_past.of_folder(office.control, folder))
    assert verdict.status == REFUSED
    assert "never changed" in verdict.reasons[0]


def test_one_bad_revision_refuses_its_document_whole_and_leaves_the_others(office: Office, folder: Path) -> None:
    (folder / "POL-007 Aims v1.md").write_text("# Aims\n\nOne.\n")
    (folder / "POL-007 Aims v2.docx").write_bytes(b"no Word file")
    (folder / "POL-008 Ends v1.md").write_text("# Ends\n\nOne.\n")
    verdicts = {
        verdict.number: verdict.status
        for verdict in _adopt(office, sources_of_a_past.of_folder(office.control, folder))
    }
    assert verdicts == {"POL-007": REFUSED, "POL-008": ADOPTED}
    with office.control.reading() as session:
        assert session.scalars(select(Document.number)).all() == ["POL-008"]


def test_only_a_controller_adopts(office: Office, folder: Path) -> None:
    (folder / "POL-007 Aims.md").write_text("# Aims\n\nOne.\n")
    for login in ("alice", "admin", "eve"):
        with pytest.raises(NotPermittedError):
            list(
                adopt_past(
                    office.control, office.people[login], sources_of_a_past.of_folder(office.control, folder), Terms()
                )
            )


def test_what_is_no_register_or_no_repository_is_refused_in_a_sentence(office: Office, folder: Path) -> None:
    with pytest.raises(InvalidInputError, match="column headed"):
        _register(office, folder, heading="a,b")
    with pytest.raises(InvalidInputError, match="There is no folder"):
        sources_of_a_past.of_folder(office.control, folder / "nowhere")
    with (
        pytest.raises(Exception, match="cannot be read as a clone"),
        sources_of_a_past.of_repository(office.control, folder),
    ):
        pytest.fail("an empty folder was opened as a repository")


def test_an_ended_revision_is_kept_from_the_day_it_ended_on(office: Office, folder: Path) -> None:
    retaining.set_rule(
        office.control, office.people["carla"], office.type_id("policy"), Rule(12, DISPOSE, "Act"), also_ended=False
    )
    for name in ("POL-007 Aims v1_2018-01-01.md", "POL-007 Aims v2_2019-01-01.md"):
        (folder / name).write_text(f"# Aims\n\n{name}.\n")
    _adopt(office, sources_of_a_past.of_folder(office.control, folder))
    with office.control.reading() as session:
        kept = session.scalars(select(Retention)).one()
        assert (str(kept.since), str(kept.until)) == ("2019-01-01", "2020-01-01")
    assert crew.faults(crew.recover(office.control.data).control) == []


def test_claims_that_are_changed_in_the_table_are_found(office: Office, folder: Path) -> None:
    for name in ("POL-007 Aims v1_2018-01-01.md", "POL-007 Aims v2_2019-01-01.md"):
        (folder / name).write_text(f"# Aims\n\n{name}.\n")
    _adopt(office, sources_of_a_past.of_folder(office.control, folder))
    crew.recover(office.control.data).control.engine.dispose()
    with office.control.remembering() as session:
        claimed = session.scalars(select(Document)).one().revisions[0].claimed
        assert claimed is not None
        claimed.approved_by = "Somebody else"
    assert [f.sentence for f in verifying.verify(office.control).findings] == [
        "A row of adopted revisions of POL-007 revision 1 was changed without an event: "
        "approved by is “Somebody else”, "
        "the events say “”."
    ]


def test_adoption_is_no_signature_and_the_next_revision_goes_on_from_it(office: Office, folder: Path) -> None:
    for name in ("POL-007 Aims v6.md", "POL-007 Aims v7.md"):
        (folder / name).write_text(f"# Aims\n\n{name}.\n")
    _adopt(office, sources_of_a_past.of_folder(office.control, folder))
    opened = drafting.open_revision(office.control, office.document_id("POL-007"), office.people["alice"], "Anew")
    assert office.revision(opened).number == 8
    with office.control.reading() as session:
        acts = [event.act for event in session.scalars(select(Event).order_by(Event.seq.desc()).limit(9))]
    assert acts.count(Act.EARLIER_ADOPTED) == acts.count(Act.REVISION_ADOPTED) == 1


def test_issued_pages_say_where_an_adopted_revision_comes_from_and_who_is_said_to_have_approved_it(
    office: Office, folder: Path
) -> None:
    (folder / "a.md").write_text("# Aims\n\nOne.\n")
    _adopt(office, _register(office, folder, "POL-007;Aims;B;2020-01-01;;Old Chief;a.md"))
    with office.control.reading() as session:
        revision = session.scalars(select(Document)).one().revisions[0]
        (line,) = exporting.issue_sheet(office.control, session, revision).history
    assert line.summary == "Adopted from the register register.csv, row 2, there B."
    assert line.approved_by == "Old Chief (as claimed)"
    assert line.effective_date == "1 January 2020"


def test_a_register_says_the_types_and_one_that_is_none_is_refused(office: Office, folder: Path) -> None:
    (folder / "a.md").write_text("# Aims\n\nOne.\n")
    heading = "number;type;file"
    good, bad = _adopt(office, _register(office, folder, "X-1;Form;a.md", "X-2;wish;a.md", heading=heading))
    assert (good.status, bad.status) == (ADOPTED, REFUSED)
    assert "no document type “wish”" in bad.reasons[0]
    assert _document(office, "X-1").type.name == "form"
