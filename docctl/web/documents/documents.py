"""Documents: the page of a document, its earlier revisions, and the pictures in their texts."""

from collections.abc import Iterable
from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from docctl.domain.documents.document_number import MENTION, number_meant
from docctl.domain.documents.reading_text import ReadingView, ReferenceLink, mark_references, with_pictures_at
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.errors import NotFoundError
from docctl.domain.rights.permission import ABSENT, Right, may, may_write
from docctl.registers.documents.describing_choices import document_types
from docctl.registers.documents.document_sheet import DocumentSheet, ReferenceLine, document_sheet, reading_text
from docctl.texts.picture import SHOWN, picture_kind
from docctl.web import control, person
from docctl.web.frame.taking_away import CLOSED_POLICY, as_attachment

bp = Blueprint("documents", __name__)

NO_TEXT = ReadingView("", (), "")
REFERENCE_CLASSES = {"obsolete": "reference-obsolete", "not_in_force": "reference-open", "missing": "missing-reference"}


@bp.get("/documents/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show the revision in force, or the newest that the person may see, marked as what it is."""
    with control().reading() as reading:
        sheet = document_sheet(control(), reading, person(), number)
        if sheet.number != number:
            return redirect(url_for("documents.show", number=sheet.number))
        return _page(reading, sheet, is_asked_by_number=True)


@bp.get("/documents/<number>/revisions/<int:revision>")
def show_revision(number: str, revision: int) -> str:
    """Show one revision, marked at its top where it is not the one in force."""
    with control().reading() as reading:
        return _page(reading, document_sheet(control(), reading, person(), number, revision))


@bp.get("/documents/<number>/revisions/<int:revision>/pictures/<name>")
def picture(number: str, revision: int, name: str) -> Response:
    """Give a picture of a text to those who may read it; what browsers would run, such as SVG, only as a file."""
    with control().reading() as reading:
        sheet = document_sheet(control(), reading, person(), number, revision)
        draft = reading.get(SavedDraft, sheet.saved_draft_id)
        stored = draft.file(f"assets/{name}") if draft is not None else None
        if draft is None or stored is None:
            raise NotFoundError(ABSENT)
        content = control().read_document(person(), draft.revision, stored)
    kind = picture_kind(content)
    if kind not in SHOWN:
        return as_attachment(content, name, kind)
    answer = Response(content, content_type=f"image/{kind}")
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = CLOSED_POLICY
    return answer


def _page(reading: Session, sheet: DocumentSheet, *, is_asked_by_number: bool = False) -> str:
    view = NO_TEXT if sheet.keeping.is_disposed else reading_text(control(), reading, person(), sheet)
    sheet = replace(sheet, refers_to=_numbers_of_documents(reading, sheet.refers_to))
    return render_template(
        "documents/documents.html",
        sheet=sheet,
        sections=[section for section in view.sections if section.title],
        text=_text(sheet, view.html),
        is_asked_by_number=is_asked_by_number,
        steps=_steps(reading, sheet),
    )


def _numbers_of_documents(reading: Session, references: tuple[ReferenceLine, ...]) -> tuple[ReferenceLine, ...]:
    """Leave out what only looks like a document number, such as UTF-8: no document type numbers like that."""
    if all(reference.mark != "missing" for reference in references):
        return references
    types = document_types(reading)
    return tuple(each for each in references if each.mark != "missing" or any(t.claims(each.number) for t in types))


def _text(sheet: DocumentSheet, html: str) -> Markup:
    """Return the page text with its pictures, and with the document numbers in it as links."""
    pictures = url_for("documents.picture", number=sheet.number, revision=sheet.revision, name="x").removesuffix("/x")
    marked = with_pictures_at(_with_references(sheet.number, sheet.refers_to, html), pictures)
    return Markup(marked)  # noqa: S704  sanitised when it was rendered; numbers and titles are escaped on the way in


def _with_references(own: str, references: Iterable[ReferenceLine], html: str) -> str:
    known = {reference.number.upper(): reference for reference in references}

    def link_for(written: str) -> ReferenceLink | None:
        number = number_meant(written)
        reference = known.get(number.upper())
        if reference is None or number.upper() == own.upper():
            return None
        href = "" if reference.mark == "missing" else url_for("documents.show", number=reference.number)
        return ReferenceLink(href, REFERENCE_CLASSES.get(reference.mark, ""), reference.title, said_of(reference.mark))

    return mark_references(html, MENTION, link_for) if known else html


def said_of(mark: str) -> str:
    """Say in words what is the matter with a document referred to; nothing where it is in force."""
    words: dict[str, str] = {
        "obsolete": _("obsolete"),
        "not_in_force": _("not in force"),
        "missing": _("not available"),
    }
    return words.get(mark, "")


def _steps(reading: Session, sheet: DocumentSheet) -> frozenset[str]:
    """Return what the person may do with the document now: write, look at what is being signed, revise, withdraw."""
    steps = set()
    opened = sheet.open_revision
    writes = may(person(), Right.WRITE)
    if opened is not None:
        steps.add("follow" if opened.state != "DRAFT" else "write" if writes else "")
    if writes and opened is None:
        revision = reading.get(Revision, sheet.revision_id)
        if revision is not None and _may_be_revised(revision):
            steps.add("revise")
    if may(person(), Right.CONTROL):
        steps |= {"control", "withdraw"} if sheet.is_in_force else {"control"}
    if may(person(), Right.READ_EVERYTHING):
        steps.add("retention")
    if may(person(), Right.CONTROL) and not sheet.keeping.is_disposed:
        steps.add("hold")
    if writes or may(person(), Right.READ_EVERYTHING):
        steps.add("see losses")
    return frozenset(steps)


def _may_be_revised(revision: Revision) -> bool:
    document = revision.document
    if document.disposed_at is not None:
        return False
    is_newest = revision is document.latest_published and document.open_revision is None
    return is_newest and may_write(person(), revision)
