"""What a reminder says: everything that still waits for somebody, what is overdue first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from docctl.domain.documents.document_metadata import Classification
from docctl.domain.documents.revision import Revision
from docctl.domain.people.duty import SIGNING, Duty, Kind
from docctl.domain.people.reader import Reader
from docctl.domain.rights.asked_signer import signer_at
from docctl.domain.rights.permission import Right, may

_TO_DO = {
    Kind.REVIEW: "review",
    Kind.APPROVE: "approve",
    Kind.REVISE: "revise what came back",
    Kind.REASSIGN: "ask somebody else to sign, nobody is left to",
    Kind.PERIODIC_REVIEW: "periodic review",
}


class Concern(StrEnum):
    """Why a duty is somebody's concern."""

    OWN = "own"
    STANDS_IN = "stands in"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Waiting:
    """A duty as a reminder tells it, with the name of whoever owes it where that is somebody else."""

    duty: Duty
    revision: Revision
    concern: Concern
    owed_by: str = ""


def concern_of(reader: Reader, duty: Duty, revision: Revision) -> Concern | None:
    """Return why a duty is told to somebody, nothing where it is not: what nobody owes is for document controllers."""
    if duty.user_id == reader.id:
        return Concern.OWN
    if duty.user_id is None:
        return Concern.OWN if may(reader, Right.CONTROL) else None
    if duty.kind in SIGNING and duty.step is not None and duty.user_id in reader.signs_for:
        absent = signer_at(reader, revision, duty.step)
        return Concern.STANDS_IN if absent is not None and absent.id == duty.user_id else None
    if duty.escalated_at is not None and may(reader, Right.CONTROL):
        return Concern.ESCALATED
    return None


def reminder_subject(waiting: Collection[Waiting]) -> str:
    """Say how much waits, and whether it waits for the reader or is overdue with others alone."""
    revisions = {each.revision.id for each in waiting}
    own = {each.revision.id for each in waiting if each.concern != Concern.ESCALATED}
    if not own:
        count = len(revisions)
        return "A document is overdue with others" if count == 1 else f"{count} documents are overdue with others"
    return "A document waits for you" if len(own) == 1 else f"{len(own)} documents wait for you"


def reminder_text(waiting: Iterable[Waiting], today: date) -> str:
    """Say what waits, each on a line; the title of what is restricted is left out, because mail passes other hands."""
    ordered = sorted(waiting, key=lambda each: (_order(each.duty, today), _line(each)))
    own = [each for each in ordered if each.concern != Concern.ESCALATED]
    overdue = [_line(each) for each in own if not _order(each.duty, today)[0]]
    others = [_line(each) for each in own if _order(each.duty, today)[0]]
    escalated = [_line(each) for each in ordered if each.concern == Concern.ESCALATED]
    parts = (
        ("Overdue:", overdue),
        ("Also waiting:" if overdue else "Waiting for you:", others),
        ("Overdue with others:", escalated),
    )
    return "\n\n".join("\n".join([heading, *those]) for heading, those in parts if those)


def _order(duty: Duty, today: date) -> tuple[bool, date]:
    return duty.due is None or duty.due >= today, duty.due or date.max


def _line(waiting: Waiting) -> str:
    duty, revision = waiting.duty, waiting.revision
    title = "" if revision.classification == Classification.RESTRICTED else f", “{revision.title}”"
    owed_by = f" (for {waiting.owed_by})" if waiting.concern == Concern.STANDS_IN else ""
    owed_by = f" ({waiting.owed_by})" if waiting.concern == Concern.ESCALATED else owed_by
    due = f", wanted by {duty.due:%d %B %Y}" if duty.due else ""
    return f"- {revision.name}{title}: {_TO_DO[Kind(duty.kind)]}{owed_by}{due}, since {duty.since:%d %B %Y}"
