"""What was accepted as lost, and how far: gone, or with these very bytes; what is intact is never called lost."""

import zlib
from collections.abc import Callable

import pytest

from docctl.actions.operations.accepting_losses import accept_losses
from docctl.domain.documents.stored_file import CONTENT, METADATA
from docctl.domain.errors import NotFoundError
from docctl.domain.operations.accepted_losses import LOSSES_NOTE, losses_as_text, losses_in
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.outcome import Outcome
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.finding import ACCEPTED, NOTED
from docctl.registers.integrity.verifying import verify
from tests.factories.library import PASSWORD, Office
from tests.factories.losses import accept_all, lose
from tests.factories.once.packed import unpack

pytestmark = pytest.mark.only_sqlite
MENTIONING = "# Purpose\n\nAs POL-002 and POL-002, 3 say.\n"


@pytest.fixture
def mentioning(office: Office) -> Office:
    """A library with a document in force that mentions another."""
    office.publish("POL-002", "Other policy", "# Purpose\n\nAnother text.\n")
    office.publish("POL-001", text=MENTIONING)
    catch_up(office.control)
    unpack(office.control.library.folder)
    return office


def file_of(path: str) -> Callable[[Office], str]:
    """Name a file of the second revision, which mentions the first."""
    return lambda office: next(file.blob for file in office.revision(2).current.files if file.path == path)


def bring(office: Office, blob: str, data: bytes) -> None:
    """Put bytes in the place of a file in Git."""
    path = office.control.library.folder / "objects" / blob[:2] / blob[2:]
    path.unlink(missing_ok=True)
    path.write_bytes(zlib.compress(f"blob {len(data)}\0".encode() + data))
    office.control.library.let_go()


@pytest.mark.parametrize("path", [CONTENT, METADATA])
def test_a_lost_file_that_was_accepted_is_sound_and_what_is_made_of_it_is_named(mentioning: Office, path: str) -> None:
    lose(mentioning, file_of(path))
    report = verify(mentioning.control)
    assert report.exit_code == Outcome.CHANGED
    assert not any("no event made it" in each.sentence for each in report.findings), report.lines
    report = accept_all(mentioning)
    assert report.exit_code == Outcome.SOUND
    noted = [each.sentence for each in report.findings if each.severity == NOTED]
    assert any("POL-001 revision 1" in each for each in noted) == (path == CONTENT), noted


@pytest.mark.parametrize("path", [CONTENT, METADATA])
def test_wrong_bytes_that_were_accepted_are_these_alone(mentioning: Office, path: str) -> None:
    blob = file_of(path)(mentioning)
    bring(mentioning, blob, b"Torn by a disk.")
    assert accept_all(mentioning).exit_code == Outcome.SOUND
    bring(mentioning, blob, b"Torn by a hand.")
    assert verify(mentioning.control).exit_code == Outcome.CHANGED
    lose(mentioning, lambda _: blob)
    report = verify(mentioning.control, every_object=True)
    assert {each.severity for each in report.findings} == {ACCEPTED} | ({NOTED} if path == CONTENT else set())


def test_what_is_gone_and_was_accepted_is_found_again_with_other_bytes(mentioning: Office) -> None:
    blob = lose(mentioning, file_of(CONTENT))
    accept_all(mentioning)
    bring(mentioning, blob, MENTIONING.replace("say", "forbid").encode())
    assert verify(mentioning.control).exit_code == Outcome.CHANGED


def test_an_intact_object_is_not_called_lost_for_bytes_that_stand_elsewhere_too(mentioning: Office) -> None:
    blob, intact = file_of(CONTENT)(mentioning), mentioning.revision(1).current.file(CONTENT)
    assert intact is not None
    bring(mentioning, blob, mentioning.control.library.read(intact.blob))
    control = mentioning.control
    losses = [each.loss for each in verify(control, every_object=True).findings if each.loss is not None]
    (control.data / LOSSES_NOTE).write_text(losses_as_text(losses, control.data))
    for login in ("admin", "carla"):
        chosen = [each.identity for each in losses]
        accept_losses(control, mentioning.people[login], chosen, "Gone", Credentials(PASSWORD))
    catch_up(control, issuing=False)
    told = " ".join(each.sentence for each in verify(control, every_object=True).findings)
    assert blob in told
    assert intact.blob not in told


def test_only_what_a_check_found_and_is_lost_still_can_be_accepted(mentioning: Office) -> None:
    control = mentioning.control
    lose(mentioning, file_of(CONTENT))
    [loss, *_] = [each.loss for each in verify(control).findings if each.loss is not None]
    note = control.data / LOSSES_NOTE
    note.write_text(losses_as_text([loss], control.data).replace(loss.sentence, "The title was changed."))
    assert losses_in(control.data) == []
    note.write_text(losses_as_text([loss], control.data))
    bring(mentioning, loss.objects[0], MENTIONING.encode())
    with pytest.raises(NotFoundError, match="is not lost any more"):
        accept_losses(control, mentioning.people["admin"], [loss.identity], "Gone", Credentials(PASSWORD))
