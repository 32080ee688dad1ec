"""Writing: drafts, new documents, the draft with its editor, saving, discarding, opening the next revision."""

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl import tools
from docctl.actions.documents import drafting
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import (
    AlreadyDoneError,
    DocctlError,
    InvalidInputError,
    NotFoundError,
    RefusedUploadError,
    StaleDraftError,
)
from docctl.domain.rights.permission import ABSENT, Right, may_read_history, require_writable
from docctl.registers.approval.approval_progress import revision_at_work, sent_back
from docctl.registers.documents.describing_choices import describing_choices, document_type, document_types
from docctl.registers.lookup import document_numbered
from docctl.registers.people.work_queue import all_drafts
from docctl.texts.picture import picture_kind
from docctl.web import control, only_with, person
from docctl.web.documents.described_forms import metadata_sent
from docctl.web.documents.staged_files import clear_staged, picture_of_draft, pictures_of_text, stage_picture
from docctl.web.frame.again import shown_again
from docctl.web.frame.reasons import ReasonAsked, reason_page
from docctl.web.frame.sent_files import sent_files
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done

bp = Blueprint("drafting", __name__)

PICTURE_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
ONE_REVISION = "/documents/<number>/revisions/<int:revision>"


@bp.get("/drafts")
@only_with(Right.WRITE)
def drafts() -> str:
    """Show every open revision that the person may read, their own first."""
    with control().reading() as reading:
        items = all_drafts(control(), reading, person())
    return render_template("documents/drafts.html", items=items)


@bp.get("/documents/new")
@only_with(Right.WRITE)
def new_document(refusal: DocctlError | None = None) -> ResponseReturnValue:
    """Show the types a new document can be of, then the form for the one chosen."""
    name = request.values.get("type", "")
    if not name:
        with control().reading() as reading:
            proposals = [(kind, drafting.propose_number(reading, kind)) for kind in document_types(reading)]
        return render_template("documents/choose_type.html", proposals=proposals)
    return _new_document_page(name, refusal)


@bp.post("/documents/new")
@only_with(Right.WRITE)
@shown_again(new_document)
def create() -> ResponseReturnValue:
    """Create a document of the chosen type; its first draft starts from the type's Word template."""
    number = sent("number")
    with control().reading() as reading:
        kind = document_type(reading, sent("type"))
        choices = describing_choices(reading)
    metadata = metadata_sent(DocumentMetadata(title=""), choices, external=kind.is_external)
    try:
        drafting.create_document(control(), person().id, number, kind.id, metadata, request_id=sent_key())
    except AlreadyDoneError as done:
        number = done.subject
    flash(_("%(number)s is yours to write; it starts from the template of its type.", number=number), "success")
    return redirect(url_for("drafting.write", number=number, revision=1), code=303)


@bp.get("/documents/<number>/revise")
@only_with(Right.WRITE)
def ask_to_revise(number: str, refusal: DocctlError | None = None) -> str:
    """Ask why the next revision is opened."""
    with control().reading() as reading:
        document = document_numbered(reading, number)
        newest = document.in_force or document.latest_published
        if newest is None or not (may_read_history(person(), newest)):
            raise NotFoundError(ABSENT)
        asked = ReasonAsked(
            title=_("Revise %(number)s", number=document.number),
            heading=_("Open the next revision"),
            what_happens=_(
                "The draft starts from revision %(revision)s of %(number)s, “%(title)s”, which stays as it is until "
                "the new one comes into force.",
                revision=newest.number,
                number=document.number,
                title=newest.title,
            ),
            question=_("Why is it revised?"),
            hint=_("For example a finding of an audit, a change of the law, or the periodic review."),
            button=_("Open the revision"),
            address=url_for("drafting.open_revision", number=document.number),
            trail=((_("Drafts"), url_for("drafting.drafts")), (_("Revise %(number)s", number=document.number), None)),
            icon="file-earmark-plus",
        )
        return reason_page(asked, refusal, "documents/revise.html", opened=document.open_revision)


@bp.post("/documents/<number>/revise")
@only_with(Right.WRITE)
@shown_again(ask_to_revise)
def open_revision(number: str) -> ResponseReturnValue:
    """Open the next revision from the text in force."""
    with control().reading() as reading:
        document_id = document_numbered(reading, number).id
    once(lambda: drafting.open_revision(control(), document_id, person().id, sent("reason"), request_id=sent_key()))
    with control().reading() as reading:
        opened = document_numbered(reading, number).open_revision
    if opened is None:
        raise NotFoundError(ABSENT)
    return redirect(url_for("drafting.write", number=number, revision=opened.number), code=303)


@bp.get(f"{ONE_REVISION}/write")
@only_with(Right.WRITE)
def write(number: str, revision: int, refusal: DocctlError | None = None) -> str:
    """Show the draft in the editor."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        if draft.state != State.DRAFT:
            return render_template("documents/frozen.html", draft=draft)
        current = draft.current
    if "html" in request.form:
        html = sent("html")
    else:
        content = current.file(CONTENT)
        markdown = control().read_document(person(), draft, content).decode() if content is not None else ""
        tools.reading_view.require_openable(markdown)
        html = tools.conversion.markdown_to_html(markdown)
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        return render_template(
            "documents/write.html",
            draft=draft,
            html=html,
            based_on=sent("based_on") or current.fingerprint,
            reason=sent("reason"),
            back=sent_back(reading, draft),
            remarks=[remark for remark in draft.comments if remark.closed_at is None],
            refusal=refusal,
        )


@bp.post(f"{ONE_REVISION}/write")
@only_with(Right.WRITE)
@shown_again(write)
def save(number: str, revision: int) -> ResponseReturnValue:
    """Save what was written in the editor, over the draft it was started from."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
    try:
        text = _text_sent(draft.id)
        saved = saved_once(draft.id, text)
    except StaleDraftError as refusal:
        return redirect_to_both(number, revision, draft.id, refusal)
    if saved:
        tell_done(_("Saved."))
    if sent("then") == "submit":
        return redirect(url_for("reviewing.ask_to_submit", number=number, revision=revision), code=303)
    return redirect(url_for("drafting.write", number=number, revision=revision), code=303)


@bp.post(f"{ONE_REVISION}/pictures")
@only_with(Right.WRITE)
def add_picture(number: str, revision: int) -> ResponseReturnValue:
    """Take a picture for the text; it becomes part of the draft when the text is saved."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
    file = next(iter(sent_files("file")), None)
    if file is None:
        raise RefusedUploadError("No picture was sent; choose a file.")
    return {"src": stage_picture(control(), draft.id, file.content())}


@bp.get(f"{ONE_REVISION}/assets/<name>")
def asset(number: str, revision: int, name: str) -> Response:
    """Give a picture of the draft, for its own pages."""
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        return picture_answer(draft, draft.current, name)


def picture_answer(revision: Revision, draft: SavedDraft, name: str) -> Response:
    """A picture of a saved draft, which shows in its pages and does nothing when opened by itself."""
    content = picture_of_draft(control(), person(), revision, draft, name)
    answer = Response(content, mimetype=PICTURE_TYPES.get(picture_kind(content), "application/octet-stream"))
    answer.headers["Content-Disposition"] = "attachment"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.get(f"{ONE_REVISION}/discard")
@only_with(Right.WRITE)
def ask_to_discard(number: str, revision: int, refusal: DocctlError | None = None) -> str:
    """Ask why the draft is given up."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        write = url_for("drafting.write", number=number, revision=revision)
        asked = ReasonAsked(
            title=_("Discard %(name)s", name=draft.name),
            heading=_("Discard this draft"),
            what_happens=_(
                "Revision %(revision)s of %(number)s, “%(title)s”, is given up. What was saved stays on record, and "
                "its number is not used again.",
                revision=draft.number,
                number=draft.document.number,
                title=draft.title,
            ),
            question=_("Why is it given up?"),
            button=_("Discard the draft"),
            address=url_for("drafting.discard", number=number, revision=revision),
            trail=((_("Drafts"), url_for("drafting.drafts")), (draft.name, write), (_("Discard"), None)),
            way_back=(_("Keep it"), write),
            icon="trash3",
            kind="danger",
        )
    return reason_page(asked, refusal)


@bp.post(f"{ONE_REVISION}/discard")
@only_with(Right.WRITE)
@shown_again(ask_to_discard)
def discard(number: str, revision: int) -> ResponseReturnValue:
    """Give up the draft."""
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
    once(lambda: drafting.discard(control(), draft.id, person().id, sent("reason"), request_id=sent_key()))
    clear_staged(control(), draft.id)
    tell_done(_("Revision %(revision)s of %(number)s is discarded.", revision=revision, number=number))
    return redirect(url_for("drafting.drafts"), code=303)


def redirect_to_both(number: str, revision: int, revision_id: int, refusal: StaleDraftError) -> ResponseReturnValue:
    """Show the text that was saved meanwhile and the one that was kept beside it."""
    with control().reading() as reading:
        draft = reading.get(Revision, revision_id)
        aside = [each for each in draft.saved_drafts if each.aside] if draft is not None else []
        kept = next((each.number for each in reversed(aside) if each.author_id == person().id), None)
    if kept is None:
        raise refusal
    flash(str(refusal), "warning")
    return redirect(url_for("saved_drafts.kept", number=number, revision=revision, draft=kept), code=303)


def _text_sent(revision_id: int) -> WrittenText:
    """The text of the editor as it is stored, with the pictures it shows."""
    if "html" not in request.form:
        raise InvalidInputError("No text was sent, so nothing was saved; open the draft again.")
    markdown = tools.conversion.html_to_markdown(sent("html"))
    with control().reading() as reading:
        draft = reading.get_one(Revision, revision_id)
        return WrittenText(markdown, pictures_of_text(control(), person(), draft, sent("based_on"), markdown))


def _new_document_page(name: str, refusal: DocctlError | None) -> str:
    with control().reading() as reading:
        kind = document_type(reading, name)
        choices = describing_choices(reading)
        proposed, today = drafting.propose_number(reading, kind), control().today(reading)
    if refusal is not None:
        metadata = metadata_sent(DocumentMetadata(title=""), choices, external=kind.is_external)
    else:
        own = person().department if any(person().department == value for value, _label in choices.departments) else ""
        metadata = DocumentMetadata(title="", owner=person().name, department=own)
        if kind.is_external:
            metadata = replace(metadata, external=replace(metadata.external, checked_on=str(today)))
    return render_template(
        "documents/new_document.html",
        kind=kind,
        proposed=proposed,
        number=sent("number") or proposed,
        metadata=metadata,
        choices=choices,
        refusal=refusal,
    )


def saved_once(draft_id: int, text: WrittenText, based_on: str = "") -> bool:
    """Save a text over the draft it was started from; False where the same form was sent before."""
    return once(
        lambda: drafting.save_draft(
            control(),
            draft_id,
            person().id,
            reason=sent("reason"),
            based_on=based_on or sent("based_on"),
            text=text,
            request_id=sent_key(),
        )
    )
