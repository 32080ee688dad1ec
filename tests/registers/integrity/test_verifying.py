"""Whatever is changed behind the library's back is found and named, and a sound library raises no alarm."""

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from docctl import tools
from docctl.actions.approval import reviewing
from docctl.actions.documents import withdrawing
from docctl.actions.settings import administering
from docctl.adapters.git_library import CommitText, GitObject, RefMove, blob, commit, tree
from docctl.document_control import DocumentControl
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.trail.audit_trail import Event, canonical_json, link
from docctl.followers import git_refs, library_snapshot
from docctl.recovery.repairing import repair
from docctl.registers.integrity.finding import BROKEN, FETCH
from docctl.registers.integrity.quick_check import quick_check
from docctl.registers.integrity.report import IntegrityReport
from docctl.registers.integrity.verifying import verify
from tests.factories.library import Clock, Founded, Office, lived_on
from tests.factories.once.packed import unpack

pytestmark = pytest.mark.both_databases

_GIVES = "UPDATE users SET roles = '[\"approver\"]' WHERE id = 3"
PLANTED = {
    "sqlite": [f"CREATE TRIGGER gives_roles AFTER INSERT ON events BEGIN {_GIVES}; END"],
    "postgresql": [
        f"CREATE FUNCTION gives() RETURNS trigger AS $$ BEGIN {_GIVES}; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER gives_roles AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION gives()",
    ],
}


def follow(control: DocumentControl) -> None:
    """Let references and snapshot catch up."""
    git_refs.follow(control)
    library_snapshot.follow(control)


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path) -> Founded:
    """A library with documents in several stages of life, whose references are up to date."""
    return lived_on(founded_library, once, _live)


def _live(office: Office, _: Clock) -> None:
    unpack(office.control.library.folder)
    office.publish(clauses=[("iso-9001-2015", "5.2")])
    office.revise("POL-001", "# Purpose\n\nThe second text.\n")
    office.publish("POL-002", "Other policy", departments=("Quality",))
    draft = office.write("SOP-01", "Procedure", type_name="procedure")
    office.submit(draft)
    office.review(draft)
    follow(office.control)


@pytest.fixture
def kept(office: Office) -> Office:
    """A copy of this library."""
    return office


def sql(office: Office, statement: str, **values: object) -> None:
    """Change the database behind the library's back."""
    with office.control.remembering() as session:
        done = session.execute(text(statement), values)
        assert done.rowcount > 0


def broken_rules(report: IntegrityReport) -> set[str]:
    """Return the rules that were broken."""
    return {finding.rule for finding in report.findings if finding.severity == "broken"}


def swap(office: Office, made: GitObject, data: bytes) -> None:
    """Put other bytes into the file of an object, as only somebody with the disk can."""
    path = office.control.library.folder / "objects" / made.id[:2] / made.id[2:]
    assert path.exists()
    path.chmod(0o600)
    path.write_bytes(zlib.compress(f"{made.kind} {len(data)}\0".encode() + data))


def test_sound_library_raises_no_alarm_in_any_stage_of_life(kept: Office, clock: Clock) -> None:
    control, people = kept.control, kept.people
    changed = kept.open_revision("POL-002")
    kept.save(changed, "# Changed\n")
    kept.submit(changed)
    shown = kept.revision(changed).fingerprint
    reviewing.request_changes(control, changed, people["rob"], "Not yet", shown=shown)
    withdrawing.withdraw(control, kept.document_id("POL-001"), people["carla"], "Not needed")
    administering.change_user(
        control, people["admin"], people["eve"], name="Eve Miller", email="", department="Management", roles=["author"]
    )
    administering.set_disabled(control, people["admin"], people["eve"], True)
    clock.forward(days=3)
    follow(control)
    told: list[tuple[str, int, int]] = []
    report = verify(control, lambda *step: told.append(step))
    assert report.findings == ()
    assert report.exit_code == 0
    assert report.checked["revisions"] == 5
    assert report.head_seq == report.checked["events"]
    assert {step[0] for step in told} == {"Checking events", "Checking revisions", "Checking references"}


def test_references_that_are_only_behind_are_repairable(kept: Office) -> None:
    kept.publish("POL-003", "Third")
    report = verify(kept.control)
    assert report.exit_code == 1
    assert {finding.rule for finding in report.findings} == {"I6", "I8"}
    follow(kept.control)
    assert verify(kept.control).exit_code == 0


ROWS = {
    "state": "UPDATE revisions SET state = 'OBSOLETE' WHERE state = 'IN_FORCE' AND number = 2",
    "effective date": "UPDATE revisions SET effective_date = '2020-01-01' WHERE state = 'IN_FORCE'",
    "review due": "UPDATE revisions SET review_due = '2099-01-01' WHERE state = 'IN_FORCE'",
    "evidence": "UPDATE revisions SET adopted_evidence = 'approved on paper' WHERE state = 'IN_FORCE'",
    "people asked": "UPDATE revisions SET asked_rows = '[]' WHERE state = 'IN_FORCE'",
    "title": "UPDATE revisions SET title = 'Other' WHERE number = 2",
    "audience": "UPDATE revisions SET audience = '|internal|', classification = 'internal' "
    "WHERE title = 'Other policy'",
    "clause": "UPDATE clause_citations SET clause = '9.3'",
    "signer": "UPDATE signatures SET printed_name = 'Somebody Else'",
    "time of signing": "UPDATE signatures SET signed_at = '2020-01-01 00:00:00.000000'",
    "meaning": "UPDATE signatures SET meaning = 'I have seen it.'",
    "lost signature": "DELETE FROM signatures WHERE id = (SELECT max(id) FROM signatures)",
    "copied signature": "INSERT INTO signatures (id, revision_id, round, step, user_id, person, printed_name, "
    "in_place_of_person, role, kind, meaning, rule, fingerprint, signed_at, time_zone, authenticated_by, comment) "
    "SELECT 999, (SELECT max(id) FROM revisions), round, 1, user_id, person, printed_name, "
    "in_place_of_person, role, kind, meaning, rule, fingerprint, signed_at, time_zone, authenticated_by, comment "
    "FROM signatures WHERE kind = 'approve' LIMIT 1",
    "author of a draft": "UPDATE saved_drafts SET author_id = 1",
    "file of a draft": "UPDATE saved_drafts SET file_sha256 = 'another'",
    "reason of a draft": "UPDATE saved_drafts SET reason = 'nothing'",
    "role": "UPDATE users SET roles = '[\"controller\"]' WHERE login = 'eve'",
    "account": "UPDATE users SET disabled = true WHERE login = 'rob'",
}


@pytest.mark.parametrize("statement", ROWS.values(), ids=ROWS.keys())
def test_row_changed_without_an_event_is_found(kept: Office, statement: str) -> None:
    sql(kept, statement)
    report = verify(kept.control)
    assert report.exit_code == 2
    assert broken_rules(report) & {"I3", "I4"}


def test_revision_in_force_signed_by_its_author_is_found(kept: Office) -> None:
    sql(kept, "UPDATE signatures SET person = '3' WHERE kind = 'approve'")
    report = verify(kept.control)
    assert any("signed by somebody who wrote it" in finding.sentence for finding in report.findings)


def test_changed_text_of_an_event_is_found(kept: Office) -> None:
    sql(kept, "UPDATE events SET text = replace(text, 'Alice', 'Malice') WHERE seq = 41")
    report = verify(kept.control)
    assert "I2" in broken_rules(report)
    assert [finding for finding in report.findings if finding.subject == "event 21"] == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor_name = 'Nobody' WHERE seq = 41",
        "UPDATE events SET act = 'revision:approved' WHERE seq = 41",
        "UPDATE events SET reason = 'because' WHERE seq = 41",
        "UPDATE events SET happened_at = '2020-01-01 00:00:00.000000' WHERE seq = 41",
        "DELETE FROM events WHERE seq = 41",
        "UPDATE chain_head SET seq = seq - 1",
    ],
)
def test_changed_row_of_an_event_or_of_the_head_is_found(kept: Office, statement: str) -> None:
    sql(kept, statement)
    assert "I2" in broken_rules(verify(kept.control))


def test_code_planted_in_the_database_is_found_by_verify_and_watch(kept: Office) -> None:
    with kept.control.engine.begin() as connection:
        for statement in PLANTED[connection.dialect.name]:
            connection.execute(text(statement))
    found = [finding.sentence for finding in verify(kept.control).findings if finding.severity == BROKEN]
    assert found == [
        "The database acts by itself on the table events: gives_roles is a trigger, and docctl makes none."
    ]
    assert quick_check(kept.control) == found[0]


def test_a_follower_that_notes_more_than_happened_is_named_and_begins_again(kept: Office) -> None:
    sql(kept, "UPDATE watermarks SET seq = seq + 100000 WHERE follower = 'library_snapshot'")
    assert verify(kept.control).exit_code == 1
    kept.publish("POL-009", "Another policy")
    follow(kept.control)
    assert repair(kept.control)[1].findings == ()
    sql(kept, "UPDATE watermarks SET seq = seq + 100000 WHERE follower = 'library_snapshot'")
    before, after = repair(kept.control)
    assert [finding.subject for finding in before.findings] == ["library_snapshot"]
    assert after.findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revisions SET earlier_issues = '[1]' WHERE id = 1",
        "UPDATE revisions SET issued_files = '[{}]' WHERE id = 1",
        "UPDATE revisions SET classification = 'internalx' WHERE id = 1",
        "UPDATE revisions SET state = 'NEVER' WHERE id = 1",
        "UPDATE saved_drafts SET files = '[{}]' WHERE id = 1",
        "UPDATE revisions SET asked_rows = '[3]' WHERE id = 1",
    ],
)
def test_a_row_that_holds_the_impossible_is_named_and_hides_no_other(kept: Office, statement: str) -> None:
    sql(kept, statement)
    sql(kept, "UPDATE documents SET number = 'POL-099' WHERE id = 2")
    report = verify(kept.control)
    said = [finding.sentence for finding in report.findings]
    assert report.exit_code == 2
    assert any("POL-001" in sentence for sentence in said), said
    assert any("POL-099" in sentence for sentence in said), said
    assert report.checked["revisions"] > 0


def test_what_else_was_put_into_the_database_is_named_and_stops_nobody(kept: Office) -> None:
    with kept.control.engine.begin() as connection:
        connection.execute(text("CREATE TABLE own_list (x INTEGER)"))
        connection.execute(text("CREATE VIEW own_view AS SELECT login FROM users"))
        connection.execute(text("ALTER TABLE users ADD COLUMN own_note TEXT"))
    report = verify(kept.control)
    assert report.exit_code == 0
    assert sorted(finding.subject for finding in report.findings) == ["own_list", "own_view", "users.own_note"]


def test_chain_recomputed_in_the_database_disagrees_with_the_signed_ledger(kept: Office) -> None:
    with kept.control.remembering() as session:
        events = session.query(Event).order_by(Event.seq).all()
        chain = events[18].chain
        for event in events[19:]:
            said = json.loads(event.text)
            if event.seq == 20:
                said["reason"] = event.reason = "forged"
            event.text = canonical_json(said)
            place = link(chain, event.salt, event.text)
            event.leaf, event.chain = place.leaf, place.chain
            chain = place.chain
        session.execute(text("UPDATE chain_head SET chain = :chain"), {"chain": chain})
    assert "I7" in broken_rules(verify(kept.control))


def test_newest_events_cut_off_in_the_database_leave_the_ledger_ahead(kept: Office) -> None:
    with kept.control.reading() as session:
        last = session.query(Event).order_by(Event.seq.desc()).offset(1).first()
    assert last is not None
    sql(kept, "DELETE FROM events WHERE seq > :seq", seq=last.seq)
    sql(
        kept,
        "UPDATE chain_head SET seq = :seq, chain = :chain, ledger_commit = :ledger",
        seq=last.seq, chain=last.chain, ledger=last.ledger_commit,
    )  # fmt: skip
    report = verify(kept.control)
    assert any("events were removed" in finding.sentence and finding.rule == "I6" for finding in report.findings)


def test_ledger_moved_back_is_not_mistaken_for_one_that_is_behind(kept: Office) -> None:
    with kept.control.reading() as session:
        earlier = session.get(Event, 10)
    assert earlier is not None
    kept.control.library.move_refs([RefMove("refs/heads/ledger", earlier.ledger_commit)])
    assert broken_rules(verify(kept.control)) == {"I6"}


def test_ledger_commit_forged_without_the_key_is_found(kept: Office, clock: Clock) -> None:
    with kept.control.reading() as session:
        last = session.query(Event).order_by(Event.seq.desc()).first()
    assert last is not None
    data = kept.control.library.read(last.ledger_commit)
    plain, _ = tools.git_library.without_signature(data)
    forged = GitObject("commit", plain)
    kept.control.library.write([forged])
    sql(kept, "UPDATE events SET ledger_commit = :forged WHERE seq = :seq", forged=forged.id, seq=last.seq)
    sql(kept, "UPDATE chain_head SET ledger_commit = :forged", forged=forged.id)
    assert "I7" in broken_rules(verify(kept.control))


def swap_text(office: Office) -> None:
    """Swap the approved text for another one."""
    with office.control.reading():
        file = office.revision(1).current.file(CONTENT)
    assert file is not None
    swap(office, blob(office.control.library.read(file.blob)), b"# Purpose\n\nSwapped.\n")


def swap_ledger_file(office: Office) -> None:
    """Swap an event in the ledger."""
    library = office.control.library
    with office.control.reading() as session:
        event = session.get(Event, 12)
    assert event is not None
    page = library.entries(
        library.entries(library.entries(library.tree_of(event.ledger_commit))["events"][1])["000000"][1]
    )
    swap(office, blob(library.read(page["000012.json"][1])), b"{}")


def swap_folder(office: Office) -> None:
    """Swap a folder of a saved draft for an empty one."""
    library = office.control.library
    folder = library.tree_of(office.revision(1).current.commit)
    swap(office, GitObject("tree", library.read(folder)), b"")


def lose_commit(office: Office) -> None:
    """Lose the commit of a saved draft."""
    made = office.revision(1).current.commit
    Path(office.control.library.folder / "objects" / made[:2] / made[2:]).unlink()


@pytest.mark.parametrize(
    ("harm", "rule"), [(swap_text, "I3"), (swap_ledger_file, "I7"), (swap_folder, "I3"), (lose_commit, "I3")]
)
def test_bytes_swapped_or_lost_in_git_are_found(kept: Office, harm: Callable[[Office], None], rule: str) -> None:
    harm(kept)
    kept.control.library.let_go()
    assert rule in broken_rules(verify(kept.control))


@pytest.mark.parametrize("data", [b"garbled", b""])
def test_an_object_that_only_the_ledger_names_is_read_where_every_one_is(kept: Office, data: bytes) -> None:
    library = kept.control.library
    with kept.control.reading() as session:
        folder = library.tree_of(session.get_one(Event, 12).ledger_commit)
    (path := library.folder / "objects" / folder[:2] / folder[2:]).chmod(0o600)
    path.write_bytes(data)
    library.let_go()
    [found] = verify(kept.control, every_object=True).findings
    assert (found.severity, found.rule, found.remedy) == ("broken", "I3", FETCH)
    assert folder in found.sentence


def test_a_damaged_object_that_nothing_needs_raises_no_alarm(kept: Office) -> None:
    library = kept.control.library
    library.write([lost := blob(b"of a power cut")])
    (path := library.folder / "objects" / lost.id[:2] / lost.id[2:]).chmod(0o600)
    path.write_bytes(b"")
    assert verify(kept.control, every_object=True).findings == ()


@pytest.mark.parametrize(
    ("ref", "rule"),
    [
        ("refs/heads/documents/POL-001", "I6"),
        ("refs/heads/documents/POL-999", "I6"),
        ("refs/tags/POL-001/9", "I6"),
        ("refs/heads/library", "I8"),
    ],
)
def test_reference_to_something_that_nobody_recorded_is_found(kept: Office, clock: Clock, ref: str, rule: str) -> None:
    empty = tree({})
    foreign = commit(CommitText(empty.id, (), "Mallory", "mallory@example.org", clock(), "mine"))
    kept.control.library.write([empty, foreign])
    kept.control.library.move_refs([RefMove(ref, foreign.id)])
    assert broken_rules(verify(kept.control)) == {rule}


def test_report_for_scripts_says_what_was_found_in_sentences(kept: Office) -> None:
    sql(kept, "UPDATE revisions SET state = 'SUPERSEDED' WHERE state = 'IN_FORCE' AND number = 1")
    report = verify(kept.control)
    told = json.loads(json.dumps(report.as_json()))
    assert told["sound"] is False
    assert told["exit_code"] == 2
    sentence = "POL-002 revision 1 was changed without an event: state is “SUPERSEDED”, the events say “IN_FORCE”."
    assert sentence in [finding["sentence"] for finding in told["findings"]]
