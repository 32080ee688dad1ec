"""Reviewing: submitting a draft, the page its reviewers and approvers see, remarks, sending back, recalling."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from docctl.actions.approval import reviewing, settling
from docctl.domain.approval.approval_route import REVIEW
from docctl.domain.approval.signature import ReviewComment
from docctl.domain.documents.lifecycle import PUBLISHED_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.section_pieces import SectionPiece, section_pieces
from docctl.domain.errors import DifferencesLeftError, DocctlError, InvalidInputError
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.rights.permission import Right, require_part, require_writable
from docctl.domain.trail.audit_trail import Act
from docctl.registers.approval.approval_progress import approval_progress, asked_if_submitted, revision_at_work
from docctl.registers.approval.signer import signer_needs
from docctl.registers.documents.comparison import compare
from docctl.registers.documents.document_sheet import numbered_text
from docctl.registers.documents.readiness import readiness_of
from docctl.registers.standards.clause_coverage import clauses_of
from docctl.texts.accessibility import Barrier
from docctl.texts.compared_text import without_far_context
from docctl.web import control, only_with, person, today
from docctl.web.approval import signing
from docctl.web.documents.drafting import ONE_REVISION
from docctl.web.documents.reading_pages import with_saved_pictures
from docctl.web.documents.staged_files import clear_staged
from docctl.web.frame.again import shown_again
from docctl.web.frame.reasons import ReasonAsked, WayBack, reason_page
from docctl.web.frame.sent_forms import once, sent, sent_day, sent_key, tell_done, was_done_before
from docctl.word_format.open_places import OpenKind

bp = Blueprint("reviewing", __name__)


@bp.get(f"{ONE_REVISION}/submit")
@only_with(Right.WRITE)
def ask_to_submit(number: str, revision: int, refusal: DocctlError | None = None) -> ResponseReturnValue:
    """Show who will be asked, and ask what the revision changes and when it is to come into force."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        if draft.state != State.DRAFT:
            return redirect(url_for("reviewing.read", number=number, revision=revision))
        asked, obstacle = asked_if_submitted(reading, draft)
        first = draft.document.latest_published is None
        return render_template(
            "approval/submit.html",
            draft=draft,
            asked=asked,
            obstacle=obstacle,
            change_summary=sent("change_summary") or (_("First issue") if first else draft.change_summary),
            effective_date=sent("effective_date") or (_day_proposed(draft) if refusal is None else ""),
            at_once=sent("at_once"),
            today=today(),
            remarks=[remark for remark in draft.comments if remark.closed_at is None],
            readiness=readiness_of(control(), reading, person(), draft),
            open_kinds=open_kinds(),
            measured=MeasuredIssue(refusal.differences) if isinstance(refusal, DifferencesLeftError) else None,
            barrier_names=barrier_names(),
            barrier_remedies=barrier_remedies(),
            refusal=refusal,
        )


@bp.post(f"{ONE_REVISION}/submit")
@only_with(Right.WRITE)
@shown_again(ask_to_submit)
def submit(number: str, revision: int) -> ResponseReturnValue:
    """Freeze the draft and ask the people of its route."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
    once(
        lambda: reviewing.submit(
            control(),
            draft.id,
            person().id,
            change_summary=sent("change_summary"),
            based_on=sent("based_on"),
            effective_date=sent_day("effective_date", _("The effective date")),
            at_once=sent("at_once") == "yes" or _has_cleared_day(draft),
            despite_barriers=sent("despite_barriers") == "yes",
            despite_open_places=sent("despite_open_places") == "yes",
            request_id=sent_key(),
        )
    )
    clear_staged(control(), draft.id)
    tell_done(_("%(name)s is submitted; nothing of it changes from here on.", name=draft.name))
    return redirect(url_for("reviewing.read", number=number, revision=revision), code=303)


@bp.post(f"{ONE_REVISION}/settle")
@only_with(Right.WRITE)
@shown_again(ask_to_submit)
def settle(number: str, revision: int) -> ResponseReturnValue:
    """Accept or reject all tracked changes of the draft's Word file, and close its comments."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
    accept = sent("decision") == "accept"
    once(
        lambda: settling.settle_changes(
            control(), draft.id, person().id, accept=accept, based_on=sent("based_on"), request_id=sent_key()
        )
    )
    tell_done(_("All changes are accepted.") if accept else _("All changes are rejected."))
    return redirect(url_for("reviewing.ask_to_submit", number=number, revision=revision), code=303)


@bp.get(f"{ONE_REVISION}/review")
def read(number: str, revision: int, refusal: DocctlError | None = None) -> ResponseReturnValue:
    """Show a revision to those who review and approve it: text, remarks, what changed, who is asked."""
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        if draft.state in (State.DRAFT, State.DISCARDED, *PUBLISHED_STATES):
            page = "publishing.show" if draft.state in PUBLISHED_STATES else "previewing.preview"
            return redirect(url_for(page, number=number, revision=revision))
        view = numbered_text(control(), reading, person(), draft, draft.current)
        before = draft.document.in_force
        metadata = draft.document_metadata
        comparison = None
        if before is not None and request.args.get("show") == "changes":
            comparison = compare(control(), reading, person(), number, before.number, revision)
        return render_template(
            "approval/review.html",
            draft=draft,
            view=view,
            parts=_with_remarks(draft, section_pieces(view)),
            remarks=draft.comments,
            metadata=metadata,
            clauses=clauses_of(control(), [(row.standard, row.clause, row.section) for row in metadata.clauses]),
            progress=approval_progress(reading, person(), draft),
            before=before,
            comparison=comparison,
            pieces=without_far_context(comparison.pieces) if comparison else (),
            ask_view=signing.ASK_VIEWS,
            needs=signer_needs(control(), reading, person(), current_user.get_id()),
            refusal=refusal,
        )


@bp.get(f"{ONE_REVISION}/review/sign")
def ask_to_review(number: str, revision: int, refusal: DocctlError | None = None) -> ResponseReturnValue:
    """Ask for the reviewer's signature."""
    return signing.ask(number, revision, REVIEW, refusal)


@bp.post(f"{ONE_REVISION}/review")
@shown_again(ask_to_review, only=signing.TO_GIVE_AGAIN)
def review(number: str, revision: int) -> ResponseReturnValue:
    """Sign the review of exactly what was shown."""
    return signing.sign(number, revision, REVIEW, reviewing.review)


@bp.post(f"{ONE_REVISION}/comments")
@shown_again(read)
def comment(number: str, revision: int) -> ResponseReturnValue:
    """Remark on a section, or on the whole."""
    draft = _at_work(number, revision)
    text, section = sent("text"), sent("section")
    once(lambda: reviewing.comment(control(), draft.id, person().id, text, section, request_id=sent_key()))
    place = sent("anchor") if sent("anchor").replace("-", "").isalnum() else "remarks"
    return redirect(url_for("reviewing.read", number=number, revision=revision, _anchor=place), code=303)


@bp.post(f"{ONE_REVISION}/comments/<int:comment_id>/close")
def close_comment(number: str, revision: int, comment_id: int) -> ResponseReturnValue:
    """Close a remark once it is dealt with."""
    draft = _at_work(number, revision)
    reviewing.close_comment(control(), draft.id, person().id, comment_id)
    flash(_("The remark is closed; it stays on record."), "success")
    back = "drafting.write" if draft.state == State.DRAFT else "reviewing.read"
    return redirect(url_for(back, number=number, revision=revision), code=303)


@bp.get(f"{ONE_REVISION}/request-changes")
def ask_for_changes(number: str, revision: int, refusal: DocctlError | None = None) -> ResponseReturnValue:
    """Ask what has to change."""
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        asked = ReasonAsked(
            title=_("Request changes to %(name)s", name=draft.name),
            heading=_("Request changes"),
            what_happens=_(
                "Revision %(revision)s of %(number)s, “%(title)s”, goes back to its author. Signatures of this round "
                "stay on record and count no more; remarks on sections are kept.",
                revision=draft.number,
                number=draft.document.number,
                title=draft.title,
            ),
            question=_("What has to change?"),
            rows=4,
            button=_("Send it back"),
            hidden={"shown": sent("shown") or draft.fingerprint},
            **_on_its_way(draft, "reviewing.request_changes", _("Request changes")),
        )
    return reason_page(asked, refusal)


@bp.post(f"{ONE_REVISION}/request-changes")
@shown_again(ask_for_changes, only=(InvalidInputError,))
def request_changes(number: str, revision: int) -> ResponseReturnValue:
    """Send the revision back to its author with the reason."""
    if was_done_before(Act.CHANGES_REQUESTED, number):
        return redirect(_next_work(), code=303)
    draft = _at_work(number, revision)
    once(
        lambda: reviewing.request_changes(
            control(), draft.id, person().id, sent("reason"), shown=sent("shown"), request_id=sent_key()
        )
    )
    tell_done(_("%(name)s went back to its author with your reason.", name=draft.name))
    return redirect(_next_work(), code=303)


@bp.get(f"{ONE_REVISION}/recall")
@only_with(Right.WRITE)
def ask_to_recall(number: str, revision: int, refusal: DocctlError | None = None) -> ResponseReturnValue:
    """Ask why the revision is taken back."""
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        asked = ReasonAsked(
            title=_("Recall %(name)s", name=draft.name),
            heading=_("Recall to the draft"),
            what_happens=_(
                "Revision %(revision)s of %(number)s, “%(title)s”, becomes a draft again. Signatures of this round "
                "stay on record and count no more.",
                revision=draft.number,
                number=draft.document.number,
                title=draft.title,
            ),
            question=_("Why is it recalled?"),
            button=_("Recall it"),
            **_on_its_way(draft, "reviewing.recall", _("Recall")),
        )
    return reason_page(asked, refusal)


@bp.post(f"{ONE_REVISION}/recall")
@only_with(Right.WRITE)
@shown_again(ask_to_recall, only=(InvalidInputError,))
def recall(number: str, revision: int) -> ResponseReturnValue:
    """Take a submitted revision back to its draft."""
    draft = _at_work(number, revision)
    once(lambda: reviewing.recall(control(), draft.id, person().id, sent("reason"), request_id=sent_key()))
    tell_done(_("%(name)s is a draft again.", name=draft.name))
    return redirect(url_for("drafting.write", number=number, revision=revision), code=303)


def _at_work(number: str, revision: int) -> Revision:
    with control().reading() as reading:
        return require_part(person(), revision_at_work(reading, person(), number, revision))


def _next_work() -> str:
    return url_for("work_queue.my_tasks") if "work_queue.my_tasks" in current_app.view_functions else "/"


def open_kinds() -> dict[OpenKind, str]:
    """Return what the kinds of open places are called."""
    return {
        OpenKind.NO_RESULT: _("A field without a result"),
        OpenKind.ERROR: _("An error is shown"),
        OpenKind.LEADS_NOWHERE: _("A reference to nothing in the file"),
        OpenKind.TO_FILL_IN: _("A place to fill in"),
        OpenKind.OTHER_DATA: _("A control in which Word shows other words than the page"),
        OpenKind.NO_HEADING: _("The contents say what is no heading of the text; update them in Word"),
        OpenKind.NO_CAPTION: _("A list says what is no caption of the text; update it in Word"),
    }


def _day_proposed(draft: Revision) -> str:
    """Return the day that was asked for before the revision went back, unless it has passed."""
    wanted = draft.wanted_effective_date
    return wanted.isoformat() if wanted is not None and wanted >= today() else ""


def _has_cleared_day(draft: Revision) -> bool:
    """Say whether the author took the day out that the form proposed, which was wanted before and still lies ahead."""
    wanted = draft.wanted_effective_date
    return wanted is not None and wanted >= today() and request.form.get("effective_date") == ""


def barrier_names() -> dict[Barrier, str]:
    """Return what the barriers in a text are called."""
    return {
        Barrier.PICTURE_WITHOUT_TEXT: _("Picture without alternative text"),
        Barrier.LEVEL_SKIPPED: _("Heading level skipped"),
        Barrier.TABLE_WITHOUT_HEADER: _("Table without a header row"),
        Barrier.COLOUR_ALONE: _("Sign that says something by its colour alone"),
    }


def barrier_remedies() -> dict[Barrier, str]:
    """Return how each barrier is mended."""
    return {
        Barrier.PICTURE_WITHOUT_TEXT: _("Say in a few words what the picture shows, in its alternative text."),
        Barrier.LEVEL_SKIPPED: _("Give the heading the level below the heading before it."),
        Barrier.TABLE_WITHOUT_HEADER: _("Mark the first row of the table as its header row."),
        Barrier.COLOUR_ALONE: _(
            "Say it in words too: print shows the sign in grey, and some people do not see colours."
        ),
    }


def _on_its_way(draft: Revision, act: str, here: str) -> WayBack:
    """Where an act on a revision under review is sent to, and how one comes from and back to its page."""
    number, revision = draft.document.number, draft.number
    read = url_for("reviewing.read", number=number, revision=revision)
    return {
        "address": url_for(act, number=number, revision=revision),
        "trail": ((draft.name, read), (here, None)),
        "way_back": (_("Cancel"), read),
        "icon": "arrow-counterclockwise",
    }


def _with_remarks(
    draft: Revision, pieces: tuple[SectionPiece, ...]
) -> list[tuple[SectionPiece, str, Markup, list[ReviewComment]]]:
    """Each section with the name remarks call it by, its text, and its remarks; repeated titles carry their number."""
    titles = [piece.section.title for piece in pieces if piece.section]
    rest = list(draft.comments)
    parts = []
    for piece in pieces:
        title = piece.section.title if piece.section else ""
        name = f"{piece.section.number} {title}".strip() if piece.section and titles.count(title) > 1 else title
        own = [remark for remark in rest if piece.section and remark.section in (name[:200], title[:200])]
        rest = [remark for remark in rest if remark not in own]
        html = Markup(with_saved_pictures(draft, draft.current, piece.html))  # noqa: S704
        parts.append((piece, name[:200], html, own))
    return parts
