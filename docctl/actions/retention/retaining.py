"""Retaining: rules for how long documents are kept, and legal holds."""

from datetime import date

from sqlalchemy import select

from docctl.document_control import Decision, DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import checked_line, checked_reason
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotFoundError, RetentionError
from docctl.domain.retention.retention import LegalHold, Retention, RetentionRule, Rule, ended_revisions, hold_ended_to
from docctl.domain.rights.permission import ABSENT, Right, require
from docctl.domain.trail.events.documents import Kept
from docctl.domain.trail.events.retention import HoldLifted, HoldPlaced, RetentionRuleSet


def set_rule(
    control: DocumentControl, person_id: int, type_id: int, rule: Rule, *, also_ended: bool, request_id: str = ""
) -> None:
    """Set the retention rule of a document type.

    Revisions that ended before keep the rule that was in force then, unless the organisation decides ``also_ended``.
    """
    rule = rule.checked()
    checked_line(rule.basis)
    with control.deciding(person_id, request_id, ("retention rule", type_id, rule, also_ended)) as decision:
        require(decision.person, Right.CONTROL)
        kind = decision.session.get(DocumentType, type_id)
        if kind is None:
            raise NotFoundError("There is no such document type; choose one from the list.")
        found = decision.session.get(RetentionRule, type_id)
        old = found.rule.as_row() if found is not None else None
        if found is None:
            found = RetentionRule(type_id=type_id, **rule.as_row())
            decision.session.add(found)
        found.months, found.then, found.basis = rule.months, rule.then, rule.basis
        zone = control.organisation(decision.session).time_zone
        if also_ended:
            kept = {row.revision_id: row for row in decision.session.scalars(select(Retention))}
            ended = ended_revisions(decision.session, type_id)
            decision.session.add_all(hold_ended_to(ended, kept.get, rule, zone))
        decision.record(
            RetentionRuleSet(old=old, new=rule.as_row(), also_ended=also_ended, time_zone=zone),
            f"document_type:{kind.name}",
        )


def start_retention(decision: Decision, revision: Revision, since: date | None = None) -> Kept | None:
    """Copy the rule in force to a revision that ends now, or ended on a day, as its event keeps it.

    Nothing where the type has no rule.
    """
    found = decision.session.get(RetentionRule, revision.document.type_id)
    if found is None:
        return None
    row = Retention(revision_id=revision.id, since=since or decision.control.today(decision.session))
    row.hold_to(found.rule)
    decision.session.add(row)
    return row.kept


def place_hold(
    control: DocumentControl, document_id: int, person_id: int, reason: str, reference: str, *, request_id: str = ""
) -> None:
    """Put a document on legal hold; until the hold is lifted nothing of it is disposed of."""
    reason = checked_reason(reason, "why the document is put on hold")
    reference = checked_line(" ".join(reference.split()))[:200]
    with control.deciding(person_id, request_id, ("hold", document_id, reason, reference)) as decision:
        require(decision.person, Right.CONTROL)
        document = kept_document(decision, document_id)
        hold = LegalHold(
            document_id=document.id,
            reason=reason,
            reference=reference,
            placed_by_id=decision.person.id,
            placed_by=decision.person.name,
            placed_at=decision.now,
        )
        decision.session.add(hold)
        decision.session.flush()
        decision.record(
            HoldPlaced(reference=reference, hold=hold.id), document.number, document=document, reason=reason
        )


def lift_hold(control: DocumentControl, hold_id: int, person_id: int, reason: str, *, request_id: str = "") -> None:
    """Lift a legal hold, with the reason; the retention rule then applies again."""
    reason = checked_reason(reason, "why the hold is lifted")
    with control.deciding(person_id, request_id, ("lift hold", hold_id, reason)) as decision:
        require(decision.person, Right.CONTROL)
        hold = decision.session.get(LegalHold, hold_id)
        if hold is None:
            raise NotFoundError("There is no such legal hold.")
        document = kept_document(decision, hold.document_id)
        if hold.lifted_at is not None:
            raise RetentionError(
                "This hold of %(document)s was lifted by %(lifted_by)s already.",
                document=document.number,
                lifted_by=hold.lifted_by,
            )
        hold.lifted_at, hold.lifted_because = decision.now, reason
        hold.lifted_by_id, hold.lifted_by = decision.person.id, decision.person.name
        decision.record(HoldLifted(hold=hold.id), document.number, document=document, reason=reason)


def kept_document(decision: Decision, document_id: int) -> Document:
    """Return a document that was not disposed of."""
    document = decision.session.get(Document, document_id)
    if document is None:
        raise NotFoundError(ABSENT)
    document.require_kept()
    return document
