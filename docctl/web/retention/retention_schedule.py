"""The retention schedule: what is due for disposal when, filtered, and taken away as a table."""

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from docctl.domain.rights.permission import Right
from docctl.registers.retention import retention_schedule
from docctl.registers.retention.retention_schedule import STANDINGS, ScheduleRow
from docctl.registers.settings.administration import document_types
from docctl.registers.tables import of_trail
from docctl.web import control, only_with, person
from docctl.web.frame.asked import asked_page, asked_text
from docctl.web.frame.taking_away import as_table_file

bp = Blueprint("retention_schedule", __name__)

PAGE_SIZE = 100


@bp.get("/retention")
@only_with(Right.READ_EVERYTHING)
def show() -> str:
    """Show the documents that have ended or are on hold, those to be dealt with first."""
    found = _found()
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(asked_page(), pages)
    with control().reading() as reading:
        kinds = [(kind.name, kind.name.capitalize()) for kind, _count in document_types(reading)]
    return render_template(
        "retention/retention_schedule.html",
        rows=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=len(found),
        page=page,
        pages=pages,
        types=kinds,
        standings=[(each, standing_in_words(each)) for each in STANDINGS],
        standing_in_words=standing_in_words,
        chosen={"standing": asked_text("standing"), "type": asked_text("type")},
    )


@bp.get("/retention.<any(csv, xlsx):kind>")
@only_with(Right.READ_EVERYTHING)
def take_away(kind: str) -> Response:
    """Give exactly the documents of the filtered schedule as a table."""
    with control().reading() as reading:
        table = of_trail.retention(control(), reading, person(), asked_text("standing"), asked_text("type"))
    return as_table_file(kind, table)


def standing_in_words(standing: str) -> str:
    """Say where a document stands on its way to disposal."""
    words: dict[str, str] = {
        "due": _("Due for disposal"),
        "proposed": _("Waits for the second person"),
        "on_hold": _("On legal hold"),
        "later": _("To be kept"),
        "for_ever": _("Kept for ever"),
        "no_rule": _("No rule holds"),
        "in_use": _("In use"),
        "disposed": _("Disposed of"),
    }
    return words.get(standing, standing)


def _found() -> tuple[ScheduleRow, ...]:
    with control().reading() as reading:
        return retention_schedule.retention_schedule(
            control(), reading, person(), standing=asked_text("standing"), document_type=asked_text("type")
        )
