"""Work in progress: what waits for whom, filtered, and taken away as a table."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from docctl.actions.duties import reminding
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.people.duty import Kind
from docctl.domain.rights.permission import Right
from docctl.registers.duties import work_in_progress as register
from docctl.registers.duties.work_in_progress import PAGE_SIZE, WorkFilters
from docctl.registers.settings.administration import document_types
from docctl.registers.tables import of_people
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.asked import asked_page, asked_text
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done
from docctl.web.frame.taking_away import as_table_file

bp = Blueprint("work_in_progress", __name__)


@bp.get("/work-in-progress")
@only_with(Right.CONTROL)
def show(refusal: DocctlError | None = None) -> str:
    """Show what waits for whom: what nobody is left to do first, then what is due first."""
    filters, page = asked_filters(), asked_page()
    with control().reading() as reading:
        found = register.work_in_progress(control(), reading, person(), filters, page)
        if not found.rows and page > 1:  # a page beyond the last one
            found, page = register.work_in_progress(control(), reading, person(), filters, 1), 1
        types = [(kind.name, kind.name.capitalize()) for kind, _count in document_types(reading)]
    return render_template(
        "duties/work_in_progress.html",
        found=found,
        page=page,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        filters=filters,
        is_filtered=filters != WorkFilters(),
        types=types,
        kinds=[(kind.value, kind_in_words(kind)) for kind in Kind],
        kind_in_words=kind_in_words,
        query=_query(filters),
        may_remind=control().mail_server is not None,
        refusal=refusal,
    )


@bp.get("/work-in-progress.<any(csv, xlsx):kind>")
@only_with(Right.CONTROL)
def take_away(kind: str) -> Response:
    """Give all the work that the filters find as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_people.work(control(), reading, person(), asked_filters()))


@bp.post("/work-in-progress/remind")
@only_with(Right.CONTROL)
@shown_again(show)
def remind() -> ResponseReturnValue:
    """Remind those for whom the chosen rows wait, or all that the filters find."""
    chosen = request.form.getlist("row")
    if not chosen and not sent("all"):
        raise InvalidInputError("Choose at least one row, or remind everybody.")
    with control().reading() as reading:
        if sent("all"):
            duties = register.duties_of(control(), reading, person(), asked_filters())
        else:
            duties = register.duties_at(reading, person(), chosen)
    count = 0

    def act() -> None:
        nonlocal count
        count = reminding.remind(control(), person().id, duties, request_id=sent_key())

    once(act)
    tell_done(ngettext("%(num)s person is reminded by mail.", "%(num)s people are reminded by mail.", count))
    return redirect(url_for("work_in_progress.show", **_query(asked_filters())), code=303)


def asked_filters() -> WorkFilters:
    """The filters that the address of the page asks for."""
    kind = asked_text("what")
    return WorkFilters(
        person=asked_text("person"),
        document_type=asked_text("type"),
        kind=kind if kind in {each.value for each in Kind} else "",
        overdue=bool(asked_text("overdue")),
    )


def _query(filters: WorkFilters) -> dict[str, Any]:
    """Return what an address says to ask for the same."""
    overdue = "yes" if filters.overdue else ""
    said = {"person": filters.person, "type": filters.document_type, "what": filters.kind, "overdue": overdue}
    return {name: value for name, value in said.items() if value}


def kind_in_words(kind: str) -> str:
    """Say what is to be done."""
    words: dict[str, str] = {
        Kind.REVIEW: _("Review"),
        Kind.APPROVE: _("Approve"),
        Kind.REVISE: _("Revise"),
        Kind.REASSIGN: _("Ask somebody else"),
        Kind.PERIODIC_REVIEW: _("Periodic review"),
    }
    return words[kind]
