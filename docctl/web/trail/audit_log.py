"""The audit log: every event of the audit trail, filtered, newest first, and taken away as a table."""

import json
from typing import Any

from flask import Blueprint, Response, render_template, request

from docctl.domain.rights.permission import Right, may
from docctl.registers.tables import of_trail
from docctl.registers.trail import audit_log, witnessing
from docctl.registers.trail.audit_log import AuditFilters
from docctl.web import control, only_with, person
from docctl.web.frame.asked import asked_day, asked_number, asked_text
from docctl.web.frame.taking_away import as_table_file
from docctl.web.trail.acts_in_words import act_in_words, kinds_in_words

bp = Blueprint("audit_log", __name__)

KNOWN_COLUMNS = ("seq", "time", "actor", "actor_name", "action", "subject", "document", "revision", "reason", "record")


@bp.get("/audit-log")
@only_with(Right.READ_AUDIT_TRAIL)
def show() -> str:
    """Show the newest events, or those before the event of a given number."""
    filters = asked_filters()
    with control().reading() as reading:
        found = audit_log.audit_log(
            control(), reading, person(), filters, before=asked_number("before", 0) or None
        )  # fmt: skip
        choices = audit_log.choices(control(), reading, person())
        witnessed = witnessing.witnessed(control(), reading)
    return render_template(
        "trail/audit_log.html",
        found=found,
        filters=filters,
        choices=choices,
        witnessed=witnessed,
        may_dispose=may(person(), Right.DISPOSE),
        kinds=kinds_in_words(choices.acts),
        is_filtered=filters != AuditFilters(),
        is_newest="before" not in request.args,
        act_in_words=act_in_words,
        details_in_words=details_in_words,
    )


@bp.get("/audit-log.<any(csv, xlsx):kind>")
@only_with(Right.READ_AUDIT_TRAIL)
def take_away(kind: str) -> Response:
    """Give all events that the filters find, oldest first, as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_trail.events(control(), reading, person(), asked_filters()))


def asked_filters() -> AuditFilters:
    """The filters that the address of the page asks for."""
    return AuditFilters(
        actor=asked_text("actor"),
        act=asked_text("act", 60),
        subject=asked_text("subject"),
        since=asked_day("since"),
        until=asked_day("until"),
        text=asked_text("text"),
    )


def details_in_words(details: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what else was recorded with an event, name by name; what has a column of its own is left out."""
    return [
        (name.replace("_", " "), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in details.items()
        if name not in KNOWN_COLUMNS and value not in (None, "", [], {})
    ]
