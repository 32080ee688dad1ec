"""Repair goes forward only: it mends what is behind, and touches nothing where something was changed or lost."""

import pytest
from sqlalchemy import select

from docctl.domain.trail.audit_trail import Act, Event
from docctl.recovery.repairing import repair
from docctl.registers.integrity import verifying
from docctl.registers.integrity.library_digest import library_digest
from tests.checks.faults import crew
from tests.factories.library import Office

LIBRARY, LEDGER = "refs/heads/library", "refs/heads/ledger"


@pytest.fixture
def published(office: Office) -> Office:
    """A library with a document in force and everything caught up with."""
    office.publish("POL-001")
    crew.recover(office.control.data).control.engine.dispose()
    return office


@pytest.mark.parametrize("ref", [LIBRARY, LEDGER, "refs/heads/documents/POL-001"])
def test_a_torn_reference_is_mended_with_an_event_that_says_what_was_found(published: Office, ref: str) -> None:
    (published.control.library.folder / ref).write_bytes(b"")
    before, after = repair(published.control)
    assert (before.exit_code, after.exit_code) == (verifying.BEHIND, verifying.SOUND)
    with published.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.LIBRARY_REPAIRED)).one()
    assert any(ref in found for found in event.plain_values["found"])


def test_a_deleted_snapshot_is_built_again_whole(published: Office) -> None:
    published.publish("POL-002")
    (published.control.library.folder / LIBRARY).unlink()
    assert verifying.verify(published.control).exit_code == verifying.BEHIND
    assert repair(published.control)[1].findings == ()


def test_what_nobody_recorded_is_never_written_over(published: Office) -> None:
    library = published.control.library
    (library.folder / LEDGER).write_text(library.refs()["refs/heads/documents/POL-001"] + "\n")
    before, refs = library_digest(published.control), library.refs()
    assert repair(published.control)[1].exit_code == verifying.TAMPERED
    assert (library_digest(published.control), library.refs()) == (before, refs)


def test_a_sound_library_is_left_as_it_is(published: Office) -> None:
    before = library_digest(published.control)
    assert repair(published.control)[1].exit_code == verifying.SOUND
    assert library_digest(published.control) == before
