"""Writing in Word: take the draft, download it, and upload it again after looking at what has changed."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl import tools
from docctl.actions.documents import drafting
from docctl.actions.intake import writing_in_word
from docctl.actions.issued_files import exporting
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import DocctlError, InvalidInputError, RefusedUploadError, StaleDraftError
from docctl.domain.rights.permission import Right, require_writable
from docctl.registers.approval.approval_progress import revision_at_work
from docctl.texts.compared_text import without_far_context
from docctl.texts.differences import SAME
from docctl.web import control, only_with, person
from docctl.web.documents.drafting import ONE_REVISION, redirect_to_both, saved_once
from docctl.web.documents.previewing import file_answer
from docctl.web.documents.reading_pages import compared_pieces
from docctl.web.documents.staged_files import stage_word_file, staged_word_file
from docctl.web.frame.again import shown_again
from docctl.web.frame.errors import status_of
from docctl.web.frame.sent_files import sent_files
from docctl.web.frame.sent_forms import sent, tell_done

bp = Blueprint("writing_in_word", __name__)
KEEP_BOTH, MERGE = "keep both", "merge"


@bp.get(f"{ONE_REVISION}/write-in-word")
@only_with(Right.WRITE)
def word(number: str, revision: int, refusal: DocctlError | None = None) -> str:
    """Show who has the draft in Word, and the ways to take it and bring it back."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        if draft.state != State.DRAFT:
            return render_template("documents/frozen.html", draft=draft)
        return render_template("documents/word.html", draft=draft, refusal=refusal, limit_mb=control().upload_limit_mb)


@bp.post(f"{ONE_REVISION}/write-in-word/take")
@only_with(Right.WRITE)
def take(number: str, revision: int) -> ResponseReturnValue:
    """Note that the person has the draft in Word."""
    draft = _writable(number, revision)
    drafting.take_for_editing(control(), draft.id, person().id)
    flash(_("Noted: the draft is with you. Download it, edit it in Word, and upload it here."), "success")
    return redirect(url_for("writing_in_word.word", number=number, revision=revision), code=303)


@bp.post(f"{ONE_REVISION}/write-in-word/give-back")
@only_with(Right.WRITE)
def give_back(number: str, revision: int) -> ResponseReturnValue:
    """Note that nobody has the draft in Word any more."""
    draft = _writable(number, revision)
    drafting.give_back(control(), draft.id, person().id)
    flash(_("Noted: nobody has the draft in Word now."), "success")
    return redirect(url_for("writing_in_word.word", number=number, revision=revision), code=303)


@bp.get(f"{ONE_REVISION}/write-in-word/file")
@only_with(Right.WRITE)
def file(number: str, revision: int) -> Response:
    """Give the draft as a Word file, in the template of its type, to be edited."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        sheet = exporting.issue_sheet(control(), reading, draft)
        template = exporting.template_for(control(), reading, draft)
    content = writing_in_word.word_for_editing(control(), person(), draft, sheet, template)
    return file_answer(content, exporting.file_name(draft, exporting.WORD), exporting.WORD)


@bp.post(f"{ONE_REVISION}/write-in-word")
@only_with(Right.WRITE)
@shown_again(word)
def upload(number: str, revision: int) -> ResponseReturnValue:
    """Read an edited Word file and show what it would change; nothing is saved yet."""
    draft = _writable(number, revision)
    chosen = next(iter(sent_files("file")), None)
    if chosen is None:
        raise RefusedUploadError("Choose the Word file that you edited.")
    data = chosen.content()
    text = writing_in_word.read_edited_word(control(), chosen.name, data).under(draft.document.number, draft.title)
    draft.require(State.DRAFT, "write on")
    with control().reading() as reading:
        writing_in_word.base_of(control(), reading, draft, data)
    key = stage_word_file(control(), draft.id, data)
    return _differences_page(number, revision, Uploaded(chosen.name, data, key), text, draft.fingerprint)


@bp.post(f"{ONE_REVISION}/write-in-word/save")
@only_with(Right.WRITE)
def save(number: str, revision: int) -> ResponseReturnValue:
    """Save the Word file whose differences were shown, with a reason."""
    draft = _writable(number, revision)
    key = sent("file")
    data = staged_word_file(control(), draft.id, key)
    uploaded = Uploaded(sent("name")[:200], data, key)
    text = writing_in_word.read_edited_word(control(), uploaded.name, data).under(draft.document.number, draft.title)
    try:
        chosen, based_on = _chosen(number, revision, uploaded, text)
        saved = saved_once(draft.id, chosen, based_on)
    except StaleDraftError as refusal:
        return redirect_to_both(number, revision, draft.id, refusal)
    except DocctlError as refusal:
        return _differences_page(number, revision, uploaded, text, sent("based_on"), refusal), status_of(refusal)
    if saved and draft.held_by_id == person().id:
        drafting.give_back(control(), draft.id, person().id)
    if saved:
        tell_done(_("Saved from Word."))
    return redirect(url_for("drafting.write", number=number, revision=revision), code=303)


@dataclass(frozen=True)
class Uploaded:
    """An edited Word file whose differences are looked at: its name, its bytes, and the key by which it waits."""

    name: str
    data: bytes
    key: str


def _chosen(number: str, revision: int, uploaded: Uploaded, text: WrittenText) -> tuple[WrittenText, str]:
    """Return the text to save and the fingerprint of what it is saved over, as the person chose.

    Raises InvalidInputError where somebody's words would go unseen.
    """
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        base = writing_in_word.base_of(control(), reading, draft, uploaded.data)
        if not base.later:
            return text, sent("based_on")
        if base.draft is not None and sent("choice") == KEEP_BOTH:
            return text, base.draft.fingerprint
        if base.draft is not None and sent("choice") == MERGE:
            merged = writing_in_word.merge_with_draft(control(), person(), draft, base.draft, text)
            return merged, sent("based_on")
    if sent("seen") != "yes":
        raise InvalidInputError(
            "The draft was saved since, so nothing was saved now; look at what would go, and say that you have.",
        )
    return text, sent("based_on")


def _writable(number: str, revision: int) -> Revision:
    with control().reading() as reading:
        return require_writable(person(), revision_at_work(reading, person(), number, revision))


def _differences_page(
    number: str,
    revision: int,
    uploaded: Uploaded,
    text: WrittenText,
    based_on: str,
    refusal: Exception | None = None,
) -> str:
    after = tools.reading_view.render(text.markdown)
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        base = writing_in_word.base_of(control(), reading, draft, uploaded.data)
        now = control().read_text(person(), draft.current, draft)
        pieces, since, apart = compared_pieces(now, after), None, ""
        if base.draft is not None and base.later:
            before = control().read_text(person(), base.draft, draft)
            pieces, since = compared_pieces(before, after), without_far_context(compared_pieces(before, now))
            apart = _why_apart(draft, base.draft, text)
        return render_template(
            "documents/word_differences.html",
            draft=draft,
            name=uploaded.name,
            losses=text.losses,
            key=uploaded.key,
            base=base,
            since=since,
            apart=apart,
            based_on=based_on,
            reason=sent("reason"),
            pieces=without_far_context(pieces),
            is_identical=all(piece.change == SAME for piece in pieces),
            refusal=refusal,
        )


def _why_apart(draft: Revision, base: SavedDraft, text: WrittenText) -> str:
    """Say why what two people changed cannot be put together; nothing where it can."""
    try:
        writing_in_word.merge_with_draft(control(), person(), draft, base, text)
    except InvalidInputError as refusal:
        return str(refusal)
    return ""
