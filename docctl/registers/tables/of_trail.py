"""The tables of what happened and how long it is kept: audit log, witnesses, retention schedule, legal holds."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.described_fields import msgid
from docctl.domain.people.reader import Reader
from docctl.registers.operations.losses import registered_losses
from docctl.registers.retention import retention_schedule
from docctl.registers.retention.retention_schedule import ScheduleRow
from docctl.registers.tables.table import Table, yes_or_no
from docctl.registers.trail import audit_log, witnessing
from docctl.registers.trail.audit_log import AuditFilters

ALL = AuditFilters()
HOLDS = (
    msgid("Hold"), msgid("Document"), msgid("Reason"), msgid("Reference"), msgid("Placed by"), msgid("Placed (UTC)"),
    msgid("Lifted by"), msgid("Lifted (UTC)"), msgid("Lifted because"),
)  # fmt: skip

LOSSES = (
    msgid("Loss"), msgid("About"), msgid("Found"), msgid("Objects in Git"), msgid("First found (UTC)"),
    msgid("Accepted by"), msgid("Accepted (UTC)"), msgid("Reason"), msgid("Counts"), msgid("Found again"),
)  # fmt: skip
WITNESSES = (
    msgid("Witness"), msgid("Asked at"), msgid("Registered (UTC)"), msgid("Dismissed (UTC)"),
    msgid("Co-signed up to event"), msgid("Co-signed (UTC)"), msgid("Refused (UTC)"), msgid("Refused because"),
    msgid("Key"),
)  # fmt: skip


def events(
    control: DocumentControl, session: Session, person: Reader, filters: AuditFilters = ALL
) -> Table:  # fmt: skip
    """Return every event that the person may know of, or those that filters find, oldest first."""
    headings, rows = audit_log.as_table(audit_log.every_event(control, session, person, filters))
    return Table("audit-log", msgid("Audit log"), headings, rows)


def witnesses(control: DocumentControl, session: Session, person: Reader) -> Table:
    """Return who co-signs the audit trail, up to which event and since when."""
    rows = [
        (
            each.name,
            each.address,
            each.registered_at,
            each.dismissed_at,
            each.size,
            each.seen_at,
            each.refused_at,
            each.refusal,
            each.key,
        )
        for each in witnessing.witnesses(control, session, person).witnesses
    ]
    return Table("witnesses", msgid("Witnesses"), WITNESSES, rows)


def losses(control: DocumentControl, session: Session, person: Reader) -> Table:
    """Return what was accepted as lost: a row for each person who accepted it."""
    rows = [
        (
            each.loss.identity,
            each.loss.subject,
            each.loss.sentence,
            " ".join(sorted(each.loss.objects)),
            each.loss.found_at,
            one.name,
            one.at,
            one.reason,
            yes_or_no(each.loss.counts),
            "" if each.is_found_again is None else yes_or_no(each.is_found_again),
        )
        for each in registered_losses(control, session, person)
        for one in each.loss.by
    ]
    return Table("accepted-losses", msgid("Accepted losses"), LOSSES, rows)


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
