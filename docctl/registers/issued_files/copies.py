"""Copies on paper and elsewhere: whether the one that carries a code is still in force."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.documents.document_metadata import Classification
from docctl.domain.documents.lifecycle import OPEN_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.errors import NotFoundError
from docctl.domain.issued_files.copy_link import read_code
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import ABSENT, may_read_history


@dataclass(frozen=True)
class CopyStanding:
    """All that whoever holds a copy is told about it: which one it is, and whether it still holds."""

    number: str
    revision: int
    state: State
    in_force_now: int | None
    is_changed_since: bool
    may_be_read: bool


def copy_standing(session: Session, person: Reader | None, code: str) -> CopyStanding:
    """Return how the copy that carries a code stands.

    Raises NotFoundError where there is none, or it is restricted and not for this person: nobody can tell which.
    """
    revision, fingerprint = _copy(session, code)
    if revision is None:
        raise NotFoundError(ABSENT)
    document = revision.document
    may_be_read = person is not None and may_read_history(person, revision)
    known = (revision, document.in_force or document.latest_published or revision)
    if not may_be_read and any(each.classification == Classification.RESTRICTED for each in known):
        raise NotFoundError(ABSENT)
    now = document.in_force
    return CopyStanding(
        number=document.number,
        revision=revision.number,
        state=State(revision.state),
        in_force_now=now.number if now is not None else None,
        is_changed_since=fingerprint != revision.fingerprint,
        may_be_read=may_be_read,
    )


def is_open(standing: CopyStanding) -> bool:
    """Say whether the copy is of a revision that is still being made."""
    return standing.state in OPEN_STATES


def _copy(session: Session, typed: str) -> tuple[Revision | None, str]:
    """Return the revision whose draft begins with the code's fingerprint, and that fingerprint in full."""
    code = read_code(typed)
    if code is None:
        return None, ""
    found = session.execute(
        select(Revision, SavedDraft.fingerprint)
        .join(SavedDraft, SavedDraft.revision_id == Revision.id)
        .where(SavedDraft.fingerprint >= code.fingerprint_start, SavedDraft.fingerprint < code.after)
        .where(Revision.number == code.revision)
        .order_by(SavedDraft.id.desc())
    ).first()
    return (found[0], found[1]) if found is not None else (None, "")
