"""Document types: how their documents are numbered, started, approved and reviewed; renamed and retired."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.settings import retiring, setting_types
from docctl.actions.settings.setting_types import TypeSettings
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.rights.permission import Right
from docctl.registers.documents.describing_choices import document_type
from docctl.registers.issued_files.word_templates import usable_templates
from docctl.registers.settings import administration
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import sent

bp = Blueprint("types", __name__)

NEW = "new"


@bp.get("/administration/types")
@only_with(Right.CONTROL)
def overview() -> str:
    """Show the document types."""
    with control().reading() as reading:
        found = administration.document_types(reading)
    return render_template("settings/types.html", types=found)


@bp.get("/administration/types/<name>")
@only_with(Right.CONTROL)
def show(name: str, refusal: DocctlError | None = None) -> str:
    """Show one document type, or the form for a new one."""
    with control().reading() as reading:
        found = None if name == NEW else document_type(reading, name)
        routes = [route for route, _used in administration.approval_routes(reading)]
        template_choices = usable_templates(control(), reading)
    offered = [route for route in routes if route.retired_at is None or (found and route.id == found.approval_route_id)]
    return render_template(
        "settings/type.html",
        found=found,
        route_choices=[(route.name, route.name) for route in offered],
        template_choices=template_choices,
        refusal=refusal,
    )


@bp.post("/administration/types/<name>")
@only_with(Right.CONTROL)
@shown_again(show)
def change(name: str) -> ResponseReturnValue:
    """Add a document type, or change it."""
    months = sent("review_cycle_months")
    if not (months.isascii() and months.isdigit() and len(months) <= 3 and 0 < int(months) <= 120):
        raise InvalidInputError("The review cycle is a number of months from 1 to 120.")
    settings = TypeSettings(
        name=sent("name") if name == NEW else _named(name).name,
        number_pattern=sent("number_pattern").strip(),
        template=sent("template"),
        route=sent("route"),
        review_cycle_months=int(months),
        is_default=sent("is_default") == "yes",
        is_external=sent("is_external") == "yes",
    )
    setting_types.set_type(control(), person().id, settings, is_new=name == NEW)
    flash(_("The document type is set."), "success")
    return redirect(url_for("types.overview"), code=303)


@bp.post("/administration/types/<name>/name")
@only_with(Right.CONTROL)
@shown_again(show)
def rename(name: str) -> ResponseReturnValue:
    """Give a document type another name."""
    retiring.rename_type(control(), person().id, _named(name).id, sent("new_name"))
    flash(_("The document type is renamed; it answers to its old name, too."), "success")
    return redirect(url_for("types.overview"), code=303)


@bp.post("/administration/types/<name>/retired")
@only_with(Right.CONTROL)
@shown_again(show)
def retire(name: str) -> ResponseReturnValue:
    """Retire a document type, or offer it again."""
    found, retired = _named(name), sent("retired") == "yes"
    (retiring.retire_type if retired else retiring.reinstate_type)(control(), person().id, found.id)
    said = _("“%(name)s” is retired: no new documents are of it.") if retired else _("“%(name)s” is offered again.")
    flash(said % {"name": found.name}, "success")
    return redirect(url_for("types.overview"), code=303)


def _named(name: str) -> DocumentType:
    with control().reading() as reading:
        return document_type(reading, name)
