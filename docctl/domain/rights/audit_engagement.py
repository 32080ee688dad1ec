"""Audit engagements: which documents an auditor may look at, and from when until when."""

from collections.abc import Iterable, Set
from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.documents.document_metadata import checked_line
from docctl.domain.errors import InvalidInputError
from docctl.domain.mapping import Record
from docctl.domain.people.unit import Departments
from docctl.domain.trail.events.rights import View

EVERYTHING = "everything"
STANDARD, TYPE, DEPARTMENT, DOCUMENT = "standard:", "type:", "department:", "document:"
KINDS = (STANDARD, TYPE, DEPARTMENT, DOCUMENT)
LONGEST_SCOPE = 500
USUAL_DAYS = 30


class AuditEngagement(Record):
    """What one auditor was engaged to look at; it ends by itself after its last day, and is never deleted."""

    __tablename__ = "audit_engagements"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    purpose: Mapped[str] = mapped_column(String(200), default="")
    scope: Mapped[list[str]] = mapped_column(default=list)
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def is_running(self, today: date) -> bool:
        """Say whether the auditor may look at documents on that day."""
        return self.ended_at is None and self.begins_on <= today <= self.ends_on


class AuditorView(Record):
    """Something an auditor looked at that is not in the audit trail yet; a batch a minute takes such rows there."""

    __tablename__ = "auditor_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(String(60))
    document: Mapped[str] = mapped_column(String(60), default="")
    revision: Mapped[int | None]
    asked: Mapped[str] = mapped_column(String(300), default="")

    def as_recorded(self) -> View:
        """Return the row as the audit trail says it."""
        return View(self.seen_at, self.what, self.document, self.revision, self.asked)


def scope_today(engagements: Iterable[AuditEngagement], today: date, known: Departments) -> frozenset[str]:
    """Return all that an auditor may look at on a day, from every engagement that runs then.

    A department is there under every name to which it answers.
    """
    scope = {entry for each in engagements if each.is_running(today) for entry in each.scope}
    named = (known.answering(name) for name in entries_of(scope, DEPARTMENT))
    return frozenset(scope.union(DEPARTMENT + name for names in named for name in names))


def scope_under_present_names(scope: Iterable[str], known: Departments) -> frozenset[str]:
    """Return a scope as it is shown: its departments as they are called now."""
    return frozenset(
        DEPARTMENT + known.present(entry.removeprefix(DEPARTMENT)) if entry.startswith(DEPARTMENT) else entry
        for entry in scope
    )


def scope_entries(
    document: str, document_types: Iterable[str], department: str, standards: Iterable[str]
) -> frozenset[str]:  # fmt: skip
    """Return the entries of a scope that a revision falls under, any of which lets an auditor look at it."""
    entries = {EVERYTHING, DOCUMENT + document.upper(), *(TYPE + name for name in document_types)}
    if department:
        entries.add(DEPARTMENT + department)
    return frozenset(entries.union(STANDARD + standard for standard in standards))


def entries_of(scope: Set[str], kind: str) -> list[str]:
    """Return the values that a scope names of one kind, such as its document types."""
    return sorted(entry.removeprefix(kind) for entry in scope if entry.startswith(kind))


def checked_scope(scope: Iterable[str]) -> list[str]:
    """Return a scope in order; raise InvalidInputError where it names nothing, or something of no kind."""
    entries = sorted({checked_line(entry) for entry in scope})
    if not entries:
        raise InvalidInputError("Choose what the auditor may look at: everything, or at least one entry of the lists.")
    if len(entries) > LONGEST_SCOPE:
        raise InvalidInputError(
            "A scope has %(longest_scope)s entries at most; choose a document type or a department.",
            longest_scope=LONGEST_SCOPE,
        )
    if any(entry != EVERYTHING and not entry.startswith(KINDS) for entry in entries):
        raise InvalidInputError("A scope names standards, document types, departments or documents; choose of those.")
    return [EVERYTHING] if EVERYTHING in entries else entries


def checked_days(begins_on: date, ends_on: date) -> None:
    """Raise InvalidInputError unless an engagement ends on its first day or later."""
    if ends_on < begins_on:
        raise InvalidInputError("The engagement would end before it begins; choose a later last day.")
