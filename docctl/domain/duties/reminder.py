"""What a reminder says: everything that still waits for somebody, what is overdue first."""

from collections.abc import Iterable
from datetime import date

from docctl.domain.documents.document_metadata import Classification
from docctl.domain.documents.revision import Revision
from docctl.domain.people.duty import Duty, Kind

_TO_DO = {Kind.REVIEW: "review", Kind.APPROVE: "approve", Kind.REVISE: "revise what came back"}


def reminder_subject(count: int) -> str:
    """Say how much waits."""
    return "A document waits for you" if count == 1 else f"{count} documents wait for you"


def reminder_text(owed: Iterable[tuple[Duty, Revision]], today: date) -> str:
    """Say what waits, each on a line; the title of what is restricted is left out, because mail passes other hands."""
    lines = sorted((_order(duty, today), _line(duty, revision)) for duty, revision in owed)
    overdue = [line for (is_later, _), line in lines if not is_later]
    others = [line for (is_later, _), line in lines if is_later]
    parts = (("Overdue:", overdue), ("Also waiting:" if overdue else "Waiting for you:", others))
    return "\n\n".join("\n".join([heading, *those]) for heading, those in parts if those)


def _order(duty: Duty, today: date) -> tuple[bool, date]:
    return duty.due is None or duty.due >= today, duty.due or date.max


def _line(duty: Duty, revision: Revision) -> str:
    title = "" if revision.classification == Classification.RESTRICTED else f", “{revision.title}”"
    due = f", wanted by {duty.due:%d %B %Y}" if duty.due else ""
    return f"- {revision.name}{title}: {_TO_DO[Kind(duty.kind)]}{due}, since {duty.since:%d %B %Y}"
