"""The tables of what is set: document types and approval routes."""

from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.document_control.laid_routes import faults_of_routes
from docctl.domain.approval.approval_route import RouteStep
from docctl.domain.documents.described_fields import msgid
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, require
from docctl.registers.retention.retention_schedule import rule_of
from docctl.registers.settings.administration import approval_routes, document_types, logins
from docctl.registers.tables.table import Cell, Table, yes_or_no

TYPES = (
    msgid("Type"), msgid("Number pattern"), msgid("Word template"), msgid("Approval route"),
    msgid("Review cycle in months"), msgid("Default"), msgid("External"), msgid("Retention rule"), msgid("Documents"),
    msgid("Retired"), msgid("Former names"),
)  # fmt: skip
ROUTES = (
    msgid("Route"), msgid("Step"), msgid("Kind"), msgid("Meaning"), msgid("Needed"), msgid("People"), msgid("Roles"),
    msgid("Used by"), msgid("Cannot be fulfilled"), msgid("Retired"), msgid("Former names"),
)  # fmt: skip


def types(_: DocumentControl, session: Session, person: Reader) -> Table:
    """Return the document types, and what all documents of each have in common."""
    require(person, Right.CONTROL)
    rows = [
        (
            kind.name,
            kind.number_pattern,
            kind.template,
            kind.approval_route.name,
            kind.review_cycle_months,
            yes_or_no(kind.is_default),
            yes_or_no(kind.is_external),
            rule.in_words() if (rule := rule_of(session, kind.id)) else "",
            count,
            yes_or_no(kind.retired_at is not None),
            ", ".join(kind.former_names),
        )
        for kind, count in document_types(session)
    ]
    return Table("document-types", msgid("Document types"), TYPES, rows)


def routes(_: DocumentControl, session: Session, person: Reader) -> Table:
    """Return the approval routes: one row for each step."""
    require(person, Right.CONTROL)
    known, faults = logins(session), faults_of_routes(session)
    rows = [
        (
            route.name,
            place,
            *_step(step, known),
            ", ".join(used),
            str(faults.get(route.id, "")),
            yes_or_no(route.retired_at is not None),
            ", ".join(route.former_names),
        )
        for route, used in approval_routes(session)
        for place, step in enumerate(route.steps, 1)
    ]
    return Table("approval-routes", msgid("Approval routes"), ROUTES, rows)


def _step(step: RouteStep, known: dict[int, str]) -> tuple[Cell, ...]:
    people = ", ".join(known[user_id] for user_id in step.people)
    return step.kind, step.meaning, step.needed, people, ", ".join(step.roles)
