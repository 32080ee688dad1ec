"""A database older than Git is brought forward by the signed events that Git holds, all of them or none."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from docctl.actions.settings import administering
from docctl.actions.sign_in.signing_in import sign_in
from docctl.adapters.git_library import CommitText, GitObject, RefMove, commit
from docctl.adapters.signing_key import SigningKey
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.errors import LibraryDistrustedError, LibraryMismatchError
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import Act, Event
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.recovery.adopting import Adopted
from docctl.recovery.repairing import repair, repair_by_adopting
from docctl.registers.integrity import verifying
from docctl.registers.integrity.finding import ADOPT, BROKEN
from docctl.registers.integrity.library_digest import library_digest
from tests.checks.faults import crew
from tests.factories.databases import address_of, copy_library, drop_database
from tests.factories.library import PASSWORD, Office
from tests.factories.mixed_copies import Ages, keep_copy, put_together
from tests.factories.tampering import LEDGER, delete_newest_events, events_of, sql

POINTS = (
    "adopted into tables",
    "events chained",
    "ledger written",
    "adopted",
    "references moved",
    "references followed",
)
TRAIL = {"events", "chain_head"}


def _told(office: Office) -> dict[str, str]:
    return {name: value for name, value in library_digest(office.control).items() if name not in TRAIL}


def _texts(office: Office) -> list[str]:
    return [event.text for event in events_of(office.control)]


def test_what_the_database_lost_is_named_with_the_one_remedy(older_database: Office) -> None:
    report = verifying.verify(older_database.control)
    assert report.exit_code == verifying.TAMPERED
    assert [finding.remedy for finding in report.findings if finding.severity == BROKEN] == [ADOPT]
    assert "holds events" in report.findings[0].sentence
    assert report.lines[-1] == f"  → {ADOPT}"


def test_nothing_is_recorded_beside_what_git_holds(older_database: Office) -> None:
    before = _texts(older_database)
    with pytest.raises(LibraryDistrustedError, match="does not know"):
        older_database.write("POL-009")
    assert repair(older_database.control)[1].exit_code == verifying.TAMPERED
    assert _texts(older_database) == before


@pytest.mark.both_databases
def test_adopting_brings_every_event_and_row_back_and_says_so(older_database: Office, whole: Office) -> None:
    adopted, after = repair_by_adopting(older_database.control)
    assert (after.exit_code, after.findings) == (verifying.SOUND, ())
    assert _told(older_database) == _told(whole)
    assert _texts(older_database)[:-1] == _texts(whole)
    event = events_of(older_database.control)[-1]
    assert (event.act, event.plain_values["up_to"]) == (Act.GIT_ADOPTED, event.seq - 1)
    assert event.plain_values["up_to"] - event.plain_values["after"] == adopted.events
    older_database.write("POL-009")
    assert crew.faults(crew.recover(older_database.control.data).control) == []
    assert repair_by_adopting(older_database.control)[0] == Adopted(0)


def test_a_whole_life_is_adopted_with_its_rotated_key_and_what_was_disposed_of(
    control: DocumentControl, lived: Office, tmp_path: Path
) -> None:
    mixed = crew.office_at(put_together(control.data, lived.control.data, tmp_path / "mixed"))
    assert ADOPT in {finding.remedy for finding in verifying.verify(mixed.control).findings}
    adopted, after = repair_by_adopting(mixed.control)
    assert (after.exit_code, after.findings) == (verifying.SOUND, ())
    assert _told(mixed) == _told(lived)
    assert {"nia", "dora", "dan"} <= set(adopted.without_password)
    mixed.control.engine.dispose()
    drop_database(tmp_path / "mixed")


def test_no_password_and_no_session_of_before_comes_back_to_life(office: Office, tmp_path: Path) -> None:
    control, eve = office.control, office.people["eve"]
    sign_in(control, "eve", PASSWORD)
    crew.recover(control.data).control.engine.dispose()
    old = keep_copy(control, tmp_path / "old")
    secret = administering.issue_link(control, office.people["admin"], eve)
    administering.choose_password(control, secret, "another horse that staples")
    crew.recover(control.data).control.engine.dispose()
    mixed = crew.office_at(put_together(old, control.data, tmp_path / "mixed"))
    assert mixed.person("eve").account.password_hash
    assert repair_by_adopting(mixed.control)[0].without_password == ("eve",)
    assert not mixed.person("eve").account.password_hash
    with mixed.control.reading() as session:
        assert session.scalars(select(WebSession)).all() == []
    mixed.control.engine.dispose()
    for folder in (old, tmp_path / "mixed"):
        drop_database(folder)


def _forge(office: Office, key: SigningKey) -> None:
    """Put one more commit on the ledger, of the same folder, signed by a key."""
    library = office.control.library
    tip = library.refs()[LEDGER]
    text = CommitText(library.tree_of(tip), (tip,), "docctl", "ledger@docctl.invalid", office.control.now(), "x\n")
    made: GitObject = commit(text, key.sign)
    library.write([made])
    library.move_refs([RefMove(LEDGER, made.id)])


def test_a_ledger_that_goes_on_with_what_is_no_event_is_not_adopted(older_database: Office) -> None:
    _forge(older_database, SigningKey.create(older_database.control.data / "forged"))
    before = library_digest(older_database.control)
    report = verifying.verify(older_database.control)
    assert report.exit_code == verifying.TAMPERED
    assert ADOPT not in {finding.remedy for finding in report.findings}
    with pytest.raises(LibraryMismatchError, match="more is wrong"):
        repair_by_adopting(older_database.control)
    assert library_digest(older_database.control) == before


def test_rows_changed_beside_the_loss_stop_everything(older_database: Office) -> None:
    sql(older_database, "UPDATE signatures SET printed_name = 'Somebody Else'")
    before = library_digest(older_database.control)
    with pytest.raises(LibraryMismatchError, match="signatures"):
        repair_by_adopting(older_database.control)
    assert library_digest(older_database.control) == before


def test_events_deleted_by_hand_are_not_adopted_over_rows_that_know_them(whole: Office) -> None:
    delete_newest_events(whole)
    before = library_digest(whole.control)
    with pytest.raises(LibraryMismatchError):
        repair_by_adopting(whole.control)
    assert library_digest(whole.control) == before


@pytest.mark.both_databases
def test_a_database_that_went_its_own_way_is_not_adopted_over(ages: Ages, tmp_path: Path) -> None:
    """Somebody recorded in the old database with the old repository, and put the newer repository back after that."""
    copy_library(ages.older, tmp_path / "older")
    older = crew.office_at(tmp_path / "older")
    older.write("POL-777")
    older.control.engine.dispose()
    forked = crew.office_at(put_together(tmp_path / "older", ages.newer, tmp_path / "forked"))
    before = library_digest(forked.control)
    report = verifying.verify(forked.control)
    assert any("do not follow the newest event" in finding.sentence for finding in report.findings)
    with pytest.raises(LibraryMismatchError):
        repair_by_adopting(forked.control)
    assert library_digest(forked.control) == before
    forked.control.engine.dispose()
    for folder in ("older", "forked"):
        drop_database(tmp_path / folder)


def adopt_and_end(data: Path, point: str, instant: datetime) -> None:
    """Adopt in a process that ends at a named place."""
    crew.quick_issue()
    office = crew.office_at(data, instant)
    os.environ[CRASH_AT] = point
    repair_by_adopting(office.control)


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_and_repeated_it_comes_to_the_same(older_database: Office, whole: Office, point: str) -> None:
    data = older_database.control.data
    assert crew.run(adopt_and_end, data, point, whole.control.now()) == EXIT_CODE
    mixed = crew.office_at(data)
    after = repair_by_adopting(mixed.control)[1]
    assert (after.exit_code, after.findings) == (verifying.SOUND, ())
    assert _told(mixed) == _told(whole)
    assert _texts(mixed)[: len(_texts(whole))] == _texts(whole)
    with mixed.control.reading() as session:
        assert len(session.scalars(select(Event).where(Event.act == Act.GIT_ADOPTED)).all()) == 1
    mixed.control.engine.dispose()


def test_the_command_says_how_many_events_came_back(older_database: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCCTL_DATABASE_URL", address_of(older_database.control.data))
    ran = CliRunner().invoke(main, ["--data", str(older_database.control.data), "repair", "--adopt-git"])
    assert ran.exit_code == 0, ran.output
    assert "events were adopted from Git." in ran.output
    assert "The library is sound" in ran.output
