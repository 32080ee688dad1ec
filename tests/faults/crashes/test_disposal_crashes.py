"""A disposal that is killed at any named place is either not decided, or carried out after the next start."""

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from docctl.actions.documents import withdrawing
from docctl.actions.retention import disposing, retaining
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer
from docctl.domain.errors import DisposedError
from docctl.domain.retention.retention import DISPOSE, Rule
from docctl.domain.rights.permission import Library
from docctl.domain.sign_in.password import Credentials
from docctl.followers.catching_up import catch_up
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from tests.checks.faults import crew
from tests.factories.kept_libraries import brought_to
from tests.factories.library import PASSWORD, TEXT, Clock, Founded, Office, choose_passwords

NUMBER, CANARY = "POL-001", b"zanzicanarx"
DECIDING = ("write lock taken", "decision made", "events chained", "records written", "ledger written", "committed")
ERASING = (
    "search followed",
    "caches cleared",
    "tables wiped",
    "references taken away",
    "snapshot begun anew",
    "first object erased",
    "pack written anew",
    "objects erased",
    "committed:2",
    "search followed:2",
)


@pytest.fixture(scope="module")
def archive(founded_library: Founded, once: Path) -> tuple[Path, datetime]:
    """A library with one document whose disposal is proposed, and one in force; no test changes it."""
    kept = brought_to(founded_library, once, _live)
    return kept.data, kept.instant


def _live(office: Office, clock: Clock) -> None:
    control, people, data = office.control, office.people, office.control.data
    dora = administering.add_user(control, people["admin"], login="dora", name="Dora Second", roles=["controller"])
    choose_passwords(control, dora)
    identifying_signer.declare(control, dora)
    rule = Rule(1, DISPOSE, "Archives Act, section 4")
    retaining.set_rule(control, people["carla"], office.type_id("policy"), rule, also_ended=False)
    office.publish(NUMBER, text=f"{TEXT}\n{CANARY.decode()}\n")
    office.publish("POL-002", "Other policy")
    crew.recover(data).control.engine.dispose()
    withdrawing.withdraw(control, office.document_id(NUMBER), people["carla"], "Not needed")
    crew.recover(data).control.engine.dispose()
    clock.forward(days=40)
    disposing.propose_disposal(control, office.document_id(NUMBER), people["carla"], "Its time is up")
    crew.recover(data).control.engine.dispose()


def authorise_and_follow(data: Path, instant: datetime, crash_at: str, follow: bool) -> None:
    """Authorise the disposal in a process of its own that ends at a named place."""
    office = crew.office_at(data, instant)
    os.environ[CRASH_AT] = crash_at
    disposing.authorise_disposal(office.control, 1, office.people["dora"], credentials=Credentials(PASSWORD))
    if follow:
        catch_up(office.control)


def bytes_in_git(data: Path) -> bytes:
    """Return every object of the Git library, unpacked."""
    command = ["git", "-C", str(data / "library.git"), "cat-file", "--batch-all-objects", "--batch", "--buffer"]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.drawn(more=6)
@pytest.mark.parametrize("point", [*DECIDING, *ERASING])
def test_a_killed_disposal_is_not_decided_or_carried_out_afterwards(
    archive: tuple[Path, datetime], tmp_path: Path, point: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(archive[0], data)
    if point == "pack written anew":
        subprocess.run(["git", "-C", data / "library.git", "gc", "-q"], check=True)
    assert crew.run(authorise_and_follow, data, archive[1], point, point in ERASING) == EXIT_CODE
    office = crew.recover(data)
    assert crew.faults(office.control) == []
    is_decided = point in (*ERASING, "committed")
    assert (CANARY in bytes_in_git(data)) is not is_decided
    if is_decided:
        with pytest.raises(DisposedError):
            office.control.read_text(Library.ITSELF, office.revision(1).current, office.revision(1))
        assert office.control.library.refs(f"refs/heads/documents/{NUMBER}") == {}
    assert catch_up(office.control) == 0
    office.control.engine.dispose()
