"""A library that cannot be trusted is read, with the exact reason on the page, and nothing is recorded (O01)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import event, text
from werkzeug.routing.converters import AnyConverter, BaseConverter, NumberConverter

from docctl import tools
from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.document_control.trust import QUICK_CHECK, VERIFY
from docctl.domain.errors import (
    DatabaseUnreachableError,
    LibraryDistrustedError,
    LibraryMismatchError,
    LibraryMissingError,
)
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.finding import BROKEN
from docctl.registers.integrity.quick_check import quick_check
from docctl.registers.integrity.verifying import verify
from tests.factories.library import Clock, Founded, Office, found_library, lived_on, open_library
from tests.factories.mixed_copies import keep_copy
from tests.factories.tampering import LEDGER, cut_newest_everywhere, delete_newest_events, events_of, sql
from tests.web.conftest import SignedIn

TABLES = ("events", "chain_head", "documents", "revisions", "saved_drafts", "signatures", "users", "document_types")
Damage = Callable[[Office], str]


def value_for(kind: BaseConverter) -> object:
    """Return something that may stand in an address in that place."""
    if isinstance(kind, AnyConverter):
        return min(kind.items)
    return 1 if isinstance(kind, NumberConverter) else "POL-001"


def foreign_commit(office: Office) -> str:
    library = office.control.library
    own = library.read(events_of(office.control)[0].ledger_commit)
    foreign = tools.git_library.GitObject("commit", own + b"foreign")
    library.write([foreign])
    library.move_refs([tools.git_library.RefMove(LEDGER, foreign.id)])
    return "points to a commit that the database does not know"


def edited_head(office: Office) -> str:
    sql(office, "UPDATE chain_head SET chain = :chain", chain="1" * 64)
    return "The head of the chain is not the last event"


def edited_event(office: Office) -> str:
    sql(office, "UPDATE events SET text = replace(text, 'POL', 'XXX') WHERE seq = (SELECT max(seq) FROM events)")
    return f"Event {events_of(office.control)[-1].seq} was changed after it was recorded."


def deleted_events(office: Office) -> str:
    delete_newest_events(office)
    return "events were added or removed"


def missing_repository(office: Office) -> str:
    shutil.rmtree(office.control.library.folder)
    office.control.library.let_go()
    return "The Git library is missing from the data folder"


def missing_key(office: Office) -> str:
    (office.control.data / "keys" / "ledger_key").unlink()
    return "The key that signs the ledger is missing"


DAMAGES = [foreign_commit, edited_head, edited_event, deleted_events, missing_repository, missing_key]


def revision_of(office: Office, number: str) -> int:
    with office.control.reading() as session:
        of_number = "SELECT r.id FROM revisions r JOIN documents d ON d.id = r.document_id WHERE d.number = :number"
        return int(session.execute(text(of_number), {"number": number}).scalar_one())


def rows_of(office: Office) -> dict[str, list[str]]:
    with office.control.reading() as session:
        return {
            name: sorted(str(tuple(row)) for row in session.execute(text(f"SELECT * FROM {name}"))) for name in TABLES
        }


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path) -> Founded:
    """A library with two documents in force, caught up with."""
    return lived_on(founded_library, once, _live)


def _live(office: Office, _: Clock) -> None:
    office.publish("POL-001")
    office.publish("POL-002", "Other policy", "# Purpose\n\nAnother text.\n")
    catch_up(office.control, issuing=False)


@pytest.fixture
def kept(office: Office) -> Office:
    """A copy of this library."""
    return office


def look(office: Office) -> None:
    office.control.trust.watch(lambda: quick_check(office.control))


def test_a_sound_library_is_trusted_after_few_questions(kept: Office) -> None:
    asked: list[str] = []
    event.listen(kept.control.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert quick_check(kept.control) == ""
    assert 0 < len(asked) <= 12
    kept.write("POL-003")
    assert quick_check(kept.control) == ""


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_reason_stands_on_the_page_and_nothing_is_recorded(
    kept: Office, app: Flask, signed_in: SignedIn, damage: Damage
) -> None:
    catch_up(kept.control, issuing=False)
    reason = damage(kept)
    look(kept)
    assert reason in kept.control.distrust
    before = rows_of(kept)
    admin, controller, employee = signed_in("admin"), signed_in("carla"), signed_in("eve")
    page = admin.get("/master-list").text
    assert 'role="alert"' in page
    assert reason in page
    seen = employee.get("/")
    assert "The library is read-only at the moment; the administrator knows." in seen.text
    assert reason not in seen.text
    if damage is not missing_repository:
        assert employee.get("/documents/POL-001").status_code == 200
    with app.test_request_context():
        addresses = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("signing_in."):
                values = {name: value_for(kind) for name, kind in rule._converters.items()}
                address = addresses.build(rule.endpoint, values, method="POST")
                for browser in (admin, controller):
                    assert browser.post(address, data={"reason": "Why not"}).status_code != 500
    with pytest.raises(LibraryDistrustedError, match="Nothing was recorded"):
        kept.write("POL-009")
    with pytest.raises(LibraryDistrustedError):
        catch_up(kept.control)
    assert rows_of(kept) == before
    assert "trust" in app.test_client().get("/readyz").json["missing"]


def test_a_refusal_is_a_page_that_says_why(kept: Office, signed_in: SignedIn) -> None:
    edited_head(kept)
    look(kept)
    answer = signed_in("admin").post("/administration/operations/notices")
    assert answer.status_code == 503
    assert "The head of the chain is not the last event" in answer.text


def test_after_mending_it_is_recorded_again(kept: Office) -> None:
    chain = events_of(kept.control)[-1].chain
    edited_head(kept)
    look(kept)
    assert kept.control.distrust
    sql(kept, "UPDATE chain_head SET chain = :chain", chain=chain)
    kept.control.trust.look()
    kept.write("POL-003")
    assert catch_up(kept.control, issuing=False)


def test_a_reference_torn_by_a_loss_of_power_is_mended_and_no_reason(kept: Office, clock: Clock) -> None:
    (kept.control.library.folder / LEDGER).write_bytes(b"")
    assert quick_check(kept.control) == ""
    opened = open_library(kept.control.data, clock)
    kept.write("POL-003")
    catch_up(opened, issuing=False)
    assert opened.library.tip(LEDGER) == events_of(opened)[-1].ledger_commit


def test_what_verify_found_holds_for_every_process_until_verify_takes_it_back(kept: Office, clock: Clock) -> None:
    other = open_library(kept.control.data, clock)
    assert other.trust.remember("A signature was changed.", VERIFY, "2026-03-02T09:00:00+00:00")
    assert kept.control.distrust == "A signature was changed."
    kept.control.trust.forget(QUICK_CHECK)
    assert not kept.control.trust.remember("Something else.", QUICK_CHECK, "2026-03-02T09:00:00+00:00")
    assert kept.control.distrust == "A signature was changed."
    other.trust.forget(VERIFY)
    assert kept.control.distrust == ""


@pytest.mark.only_sqlite
def test_a_database_that_is_gone_is_not_replaced_by_an_empty_one(kept: Office, clock: Clock) -> None:
    kept.control.engine.dispose()
    path = kept.control.data / "docctl.db"
    path.unlink()
    with pytest.raises(DatabaseUnreachableError, match="lost its database"):
        open_library(kept.control.data, clock)
    assert not path.exists()


@pytest.mark.only_sqlite
def test_a_damaged_database_is_said_to_be_damaged(kept: Office, clock: Clock) -> None:
    kept.control.engine.dispose()
    path = kept.control.data / "docctl.db"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    assert "The database of the library cannot be used" in quick_check(kept.control)
    path.write_bytes(b"no database at all")
    with pytest.raises(DatabaseUnreachableError, match="cannot be used"):
        open_library(kept.control.data, clock)
    assert path.read_bytes() == b"no database at all"


def test_a_repository_that_is_gone_is_not_replaced_by_an_empty_one(kept: Office, clock: Clock) -> None:
    missing_repository(kept)
    with pytest.raises(LibraryMissingError, match="The Git library is missing"):
        open_library(kept.control.data, clock)
    assert not kept.control.library.folder.exists()


def test_a_database_of_another_library_is_refused_in_one_sentence(kept: Office, tmp_path: Path) -> None:
    other = found_library(tmp_path / "other")
    catch_up(other, issuing=False)
    other.engine.dispose()
    with pytest.raises(LibraryMismatchError, match="belongs to another library"):
        DocumentControl.open(kept.control.data, f"sqlite:///{tmp_path}/other/docctl.db")


@pytest.mark.only_sqlite
def test_what_a_checkpoint_showed_is_forgotten_only_when_it_agrees_again(
    kept: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = kept.control
    monkeypatch.setenv("DOCCTL_DATABASE_URL", control.engine.url.render_as_string(hide_password=False))
    seen = write_checkpoint(control, take_checkpoint(control), tmp_path / "kept")
    catch_up(control, issuing=False)
    whole = keep_copy(control, tmp_path / "whole")
    cut_newest_everywhere(kept)

    def looked(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, ["--data", str(control.data), "verify", *map(str, arguments)])

    def verified(*arguments: str | Path) -> int:
        return looked(*arguments).exit_code

    assert verified("--checkpoint", seen) == 2
    assert "gone" in control.distrust
    for arguments in ((), ("--round",), ("--head", f"1:{events_of(control)[0].chain[:12]}")):
        told = looked(*arguments)
        assert told.exit_code == 2
        assert "gone" in told.output
        assert "docctl verify --checkpoint FILE, with that very checkpoint" in told.output
        assert "is sound" not in told.output
    assert "gone" in control.distrust
    with pytest.raises(LibraryDistrustedError):
        kept.write("POL-009")
    control.engine.dispose()
    shutil.copy(whole / "docctl.db", control.data / "docctl.db")
    shutil.rmtree(control.library.folder)
    shutil.copytree(whole / "library.git", control.library.folder)
    control.library.let_go()
    assert verified() == 2
    assert verified("--checkpoint", seen) == 0
    assert control.distrust == ""
    assert verified() == 0


@pytest.mark.only_sqlite
def test_a_note_of_checkpoints_that_cannot_be_read_is_told(kept: Office) -> None:
    catch_up(kept.control, issuing=False)
    note = kept.control.data / "distrusted_by_witnesses"
    note.write_text("{torn")
    report = verify(kept.control)
    assert [(each.subject, each.severity) for each in report.findings] == [("distrusted_by_witnesses", BROKEN)]
    note.unlink()
    assert verify(kept.control).findings == ()


def test_the_reason_stands_beside_what_mends_it(kept: Office, signed_in: SignedIn) -> None:
    kept.control.trust.remember("A row was changed.", VERIFY, "2026-03-02T09:00:00+00:00", "Restore a backup")
    assert "A row was changed. What to do: Restore a backup." in signed_in("admin").get("/master-list").text
    assert "Restore a backup" in signed_in("admin").get("/administration/operations").text
