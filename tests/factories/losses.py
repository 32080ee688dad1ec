"""Losing objects of Git as a disk loses them, each of another kind, and accepting that by two persons."""

from collections.abc import Callable

from docctl.actions.operations.accepting_losses import accept_losses
from docctl.domain.operations.accepted_losses import LOSSES_NOTE, losses_as_text
from docctl.domain.sign_in.password import Credentials
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.finding import ACCEPTED, NOTED
from docctl.registers.integrity.report import IntegrityReport
from docctl.registers.integrity.verifying import verify
from tests.factories.library import PASSWORD, Office
from tests.factories.once.packed import unpack

Lose = Callable[[Office], str]


def issued_file(office: Office) -> str:
    """Name a file that was issued of the revision in force."""
    return str(office.revision(2).issued_files[0]["blob"])


def old_text(office: Office) -> str:
    """Name the text of a superseded revision."""
    return next(file.blob for file in office.revision(1).current.files if file.path == "content.md")


def folder(office: Office) -> str:
    """Name the folder of a saved draft."""
    return office.control.library.tree_of(office.revision(1).current.commit)


def commit(office: Office) -> str:
    """Name a commit in the line of a document, which others follow."""
    return office.revision(1).current.commit


def newest_commit(office: Office) -> str:
    """Name the commit that the branch of a document points to."""
    return office.revision(2).current.commit


EVERY_KIND = (issued_file, old_text, folder, commit, newest_commit)


def two_documents(office: Office) -> None:
    """Write a document with two issued revisions and a draft between, and another document."""
    office.publish("POL-001")
    office.revise("POL-001", "# Purpose\n\nAnew.\n")
    office.publish("POL-002", "Other policy", "# Purpose\n\nAnother text.\n")
    catch_up(office.control)
    unpack(office.control.library.folder)


def lose(office: Office, which: Lose) -> str:
    """Let an object be gone, and say which."""
    object_id = which(office)
    (office.control.library.folder / "objects" / object_id[:2] / object_id[2:]).unlink()
    office.control.library.let_go()
    return object_id


def accept_all(office: Office) -> IntegrityReport:
    """Accept by two persons what verify finds lost; return what it finds then, which is nothing else."""
    control = office.control
    losses = [each.loss for each in verify(control, every_object=True).findings if each.loss is not None]
    assert losses
    (control.data / LOSSES_NOTE).write_text(losses_as_text(losses, control.data))
    for login in ("admin", "carla"):
        accept_losses(control, office.people[login], [each.identity for each in losses], "Gone", Credentials(PASSWORD))
    catch_up(control, issuing=False)
    report = verify(control, every_object=True)
    assert ACCEPTED in {each.severity for each in report.findings} <= {ACCEPTED, NOTED}, report.lines
    return report
