"""The tables of what happened and how long it is kept: the audit log, the retention schedule, legal holds."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.described_fields import msgid
from docctl.domain.people.reader import Reader
from docctl.registers.retention import retention_schedule
from docctl.registers.retention.retention_schedule import ScheduleRow
from docctl.registers.tables.table import Table
from docctl.registers.trail import audit_log
from docctl.registers.trail.audit_log import AuditFilters

ALL = AuditFilters()
HOLDS = (
    msgid("Hold"), msgid("Document"), msgid("Reason"), msgid("Reference"), msgid("Placed by"), msgid("Placed (UTC)"),
    msgid("Lifted by"), msgid("Lifted (UTC)"), msgid("Lifted because"),
)  # fmt: skip


def events(
    control: DocumentControl, session: Session, person: Reader, filters: AuditFilters = ALL
) -> Table:  # fmt: skip
    """Return every event that the person may know of, or those that filters find, oldest first."""
    headings, rows = audit_log.as_table(audit_log.every_event(control, session, person, filters))
    return Table("audit-log", msgid("Audit log"), headings, rows)


def retention(
    control: DocumentControl, session: Session, person: Reader, standing: str = "", document_type: str = ""
) -> Table:
    """Return what has ended or is on hold, and how long it is kept."""
    found = retention_schedule.retention_schedule(
        control, session, person, standing=standing, document_type=document_type
    )
    return retention_table(found)


def retention_table(found: Iterable[ScheduleRow]) -> Table:
    """Return rows of the retention schedule as its table."""
    headings, rows = retention_schedule.as_table(found)
    return Table("retention-schedule", msgid("Retention schedule"), headings, rows)


def holds(_: DocumentControl, session: Session, person: Reader) -> Table:
    """Return every legal hold, those not lifted first."""
    rows = [
        (
            hold.id,
            number,
            hold.reason,
            hold.reference,
            hold.placed_by,
            hold.placed_at,
            hold.lifted_by,
            hold.lifted_at,
            hold.lifted_because,
        )
        for hold, number in retention_schedule.legal_holds(session, person)
    ]
    return Table("legal-holds", msgid("Legal holds"), HOLDS, rows)
