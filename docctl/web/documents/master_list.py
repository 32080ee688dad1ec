"""The master list: every document with its revision in force, filtered, sorted, and taken away as a table."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from docctl.domain.documents.described_fields import Place, fields_at
from docctl.domain.rights.permission import Right, may
from docctl.registers.documents import master_list
from docctl.registers.documents.master_list import OPEN, MasterListChoices, MasterListFilters
from docctl.registers.lookup import type_answering_to
from docctl.registers.tables import of_documents
from docctl.web import control, person
from docctl.web.frame.asked import asked_day, asked_page, asked_text
from docctl.web.frame.formatting import language_in_words, state_in_words
from docctl.web.frame.taking_away import as_table_file

bp = Blueprint("master_list", __name__)

PAGE_SIZE = 50


@bp.get("/documents")
def show() -> str:
    """Show the documents that the person may find."""
    filters = asked_filters()
    with control().reading() as reading:
        kind = type_answering_to(reading, filters.document_type) if filters.document_type else None
        filters = replace(filters, document_type=kind.name) if kind is not None else filters
        found = master_list.master_list(
            control(), reading, person(), filters, sort=asked_text("sort") or "number", page=asked_page(),
            page_size=PAGE_SIZE,
        )  # fmt: skip
        choices = master_list.choices(control(), reading, person())
    sees_all = may(person(), Right.READ_EVERYTHING) or bool(person().audit_scope)
    return render_template(
        "documents/master_list.html",
        found=found,
        filters=filters,
        options=_options(choices, sees_all),
        is_filtered=filters != MasterListFilters(),
        sees_open=any(row.open_revision for row in found.rows) or sees_all,
        sees_all=sees_all,
        sees_templates=may(person(), Right.CONTROL),
    )


@bp.get("/documents.<any(csv, xlsx):kind>")
def take_away(kind: str) -> Response:
    """Give exactly the documents of the filtered list as a table."""
    with control().reading() as reading:
        table = of_documents.documents(control(), reading, person(), asked_filters(), asked_text("sort") or "number")
    return as_table_file(kind, table)


def asked_filters() -> MasterListFilters:
    """The filters that the address of the page asks for."""
    return MasterListFilters(
        text=asked_text("text"),
        document_type=asked_text("type"),
        said={each.name: text for each in fields_at(Place.LIST_FILTER) if (text := asked_text(each.name))},
        state=asked_text("state"),
        standard=asked_text("standard"),
        clause=asked_text("clause", 20),
        review_due_before=asked_day("due"),
        on_hold=asked_text("hold") == "yes",
        older_template=asked_text("template") == "older",
    )


def _options(choices: MasterListChoices, sees_all: bool) -> dict[str, list[tuple[str, str]]]:
    """Return what each filter offers, with how many documents each choice finds."""

    def counted(rows: tuple[Any, ...]) -> list[tuple[str, str]]:
        return [(row.value, f"{row.label} ({row.count})") for row in rows]

    states = [(row.value, f"{state_in_words(row.value)} ({row.count})") for row in choices.states]
    if sees_all:
        states.append((OPEN, _("Being revised")))
    return {
        "type": counted(choices.document_types),
        **{name: counted(rows) for name, rows in choices.said.items()},
        "language": [(row.value, f"{language_in_words(row.value)} ({row.count})") for row in choices.said["language"]],
        "standard": counted(choices.standards),
        "state": states,
    }
