"""Review: submit a revision, comment on its sections, sign a review, request changes, recall."""

from datetime import date

from docctl.actions.approval.open_places import open_places
from docctl.actions.approval.settling import require_settled
from docctl.actions.approval.signing import sign
from docctl.actions.issued_files.reading_back import measure_draft
from docctl.actions.notices import notifying
from docctl.actions.sign_in.identifying_signer import identify_signer
from docctl.document_control import Decision, DocumentControl, authority
from docctl.document_control.laid_routes import signers_for
from docctl.document_control.word_templates import faults_of_template, template_of
from docctl.domain.approval.approval_route import REVIEW, ApprovalRoute
from docctl.domain.approval.signature import ReviewComment
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.documents.lifecycle import WAITING_STATES, Step
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import CONTENT, WORD_SOURCE
from docctl.domain.documents.word_template import WordTemplate
from docctl.domain.errors import (
    BarriersLeftError,
    EffectiveDatePassedError,
    InvalidInputError,
    NotFoundError,
    NotYourTurnError,
    TemplateError,
    WrongStateError,
)
from docctl.domain.operations.stops import Stop
from docctl.domain.rights.permission import Library, Right, may, require, require_readable, require_writable
from docctl.domain.rights.route_trial import asked_steps
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.events.approval import (
    ChangesRequested,
    CommentClosed,
    RevisionCommented,
    RevisionRecalled,
    RevisionSubmitted,
)
from docctl.texts.accessibility import barriers_in
from docctl.texts.invisible_characters import without_disorder

LONGEST_COMMENT = 10_000
MEND_THEM = "Mend that in the text or in its Word file, then submit again."


def submit(
    control: DocumentControl,
    revision_id: int,
    person_id: int,
    *,
    change_summary: str,
    based_on: str,
    effective_date: date | None = None,
    at_once: bool = False,
    despite_barriers: bool = False,
    despite_open_places: bool = False,
    request_id: str = "",
) -> None:
    """Freeze a draft and ask the people of its type's approval route; nothing of it changes from here on.

    Raises UnsettledChangesError where its Word file still has tracked changes or comments; DifferencesLeftError where
    its files would not say what its page says; OpenPlacesLeftError where it has places left open, and
    BarriersLeftError where some could not read all of it, unless that is accepted.
    """
    summary = checked_reason(change_summary, "what this revision changes")
    form = ("submit", revision_id, summary, based_on, effective_date, at_once, despite_barriers, despite_open_places)
    measured = measure_draft(control, revision_id, person_id, based_on)
    with control.deciding(person_id, request_id, form) as decision:
        revision = require_writable(decision.person, decision.session.get(Revision, revision_id))
        revision.require_shown(based_on)
        effective_date = _wanted_day(revision, effective_date, control.today(decision.session), at_once=at_once)
        _require_text(control, revision)
        _require_whole_template(decision, revision)
        require_settled(control, revision)
        places = open_places(control, revision, accepted=despite_open_places)
        if measured is not None:
            measured.require_sound(revision.name, MEND_THEM)
        barriers = _barriers(control, revision)
        if barriers and not despite_barriers:
            raise BarriersLeftError(
                "A screen reader cannot tell all of %(revision)s (%(count)s found, first a %(first)s); mend "
                "that, or say that it is submitted with it.",
                revision=revision.name,
                count=len(barriers),
                first=barriers[0],
            )
        route = _route_of(decision, revision)
        asked = asked_steps(route, signers_for(decision.session, route.steps), revision.author_persons)
        revision.submit(asked, decision.person, summary, effective_date, decision.now)
        decision.record(
            RevisionSubmitted(
                fingerprint=revision.fingerprint,
                round=revision.round,
                route=route.name,
                asked=revision.asked_rows,
                effective_date=effective_date,
                barriers=barriers,
                open_places=places,
            ),
            revision.name,
            revision=revision,
            reason=summary,
        )
        notifying.ask_for_signatures(decision, revision)


def _route_of(decision: Decision, revision: Revision) -> ApprovalRoute:
    """Return the route that a revision is submitted to, as its events laid it down."""
    kind = revision.document.type
    decision.control.trust.require_sound(Stop.TYPE, kind.name)
    decision.control.trust.require_sound(Stop.ROUTE, kind.approval_route.name)
    decision.rely_on(authority.of_type(decision.session, kind))
    decision.rely_on(authority.of_route(decision.session, kind.approval_route))
    return kind.approval_route


def _wanted_day(revision: Revision, chosen: date | None, today: date, *, at_once: bool) -> date | None:
    """Return from when a revision is wanted: the day chosen, otherwise the one asked for before it went back.

    A day that has passed is never taken for today unseen: the author chooses anew.
    """
    if chosen is not None and chosen < today:
        raise InvalidInputError("The effective date lies in the past; choose today or a later day, or leave it empty.")
    wanted = chosen or (None if at_once else revision.wanted_effective_date)
    if wanted is not None and wanted < today:
        raise EffectiveDatePassedError(
            "%(revision)s was wanted from %(wanted)s, which has passed, so it was not submitted; choose "
            "another day, or say that it comes into force with the last signature.",
            revision=revision.name,
            wanted=f"{wanted:%d %B %Y}",
        )
    return wanted


def comment(
    control: DocumentControl, revision_id: int, person_id: int, text: str, section: str = "", *, request_id: str = ""
) -> None:
    """Remark on a section of a revision under review."""
    remark = without_disorder(text.strip())
    checked_reason(remark, "what you want to remark", LONGEST_COMMENT)
    with control.deciding(person_id, request_id, ("comment", revision_id, section, remark)) as decision:
        revision = require_readable(decision.person, decision.session.get(Revision, revision_id))
        require(decision.person, Right.REVIEW)
        if revision.state not in WAITING_STATES:
            raise WrongStateError(
                "%(revision)s is not under review, so it takes no comments now.", revision=revision.name
            )
        revision.comments.append(
            ReviewComment(
                round=revision.round,
                user_id=decision.person.id,
                printed_name=decision.person.name,
                section=section[:200],
                text=remark,
                made_at=decision.now,
            )
        )
        decision.record(
            RevisionCommented(section=section[:200], round=revision.round),
            revision.name,
            revision=revision,
            reason=remark,
        )


def close_comment(control: DocumentControl, revision_id: int, person_id: int, comment_id: int) -> None:
    """Close a comment once it is dealt with."""
    with control.deciding(person_id) as decision:
        revision = require_readable(decision.person, decision.session.get(Revision, revision_id))
        found = next((remark for remark in revision.comments if remark.id == comment_id), None)
        if found is None:
            raise NotFoundError("%(revision)s has no such comment.", revision=revision.name)
        if found.user_id != decision.person.id:
            require_writable(decision.person, revision)
        if found.closed_at is None:
            found.closed_at, found.closed_by = decision.now, decision.person.name
            decision.record(
                CommentClosed(comment=found.text, commented_at=found.made_at),
                revision.name,
                revision=revision,
            )


def review(
    control: DocumentControl,
    revision_id: int,
    person_id: int,
    *,
    shown: str,
    credentials: Credentials,
    comment: str = "",
    request_id: str = "",
) -> None:
    """Sign a review of exactly what was shown; the last review moves the revision on to approval."""
    credential = identify_signer(control, revision_id, person_id, credentials)
    asked = ("review", revision_id, shown, comment)
    with control.deciding(person_id, request_id, asked, credential=credential) as decision:
        revision = require_readable(decision.person, decision.session.get(Revision, revision_id))
        sign(decision, revision, REVIEW, shown, comment, credentials.session)


def request_changes(
    control: DocumentControl, revision_id: int, person_id: int, reason: str, *, shown: str, request_id: str = ""
) -> None:
    """Send a revision back to its author with a reason."""
    reason = checked_reason(reason, "what has to change")
    with control.deciding(person_id, request_id, ("request changes", revision_id, shown, reason)) as decision:
        revision = require_readable(decision.person, decision.session.get(Revision, revision_id))
        revision.require_shown(shown)
        _require_asked(decision, revision)
        _return(decision, revision, Step.REQUEST_CHANGES, reason)


def recall(control: DocumentControl, revision_id: int, person_id: int, reason: str, *, request_id: str = "") -> None:
    """Take a submitted revision back to its draft, with a reason."""
    reason = checked_reason(reason, "why the revision is recalled")
    with control.deciding(person_id, request_id, ("recall", revision_id, reason)) as decision:
        revision = require_writable(decision.person, decision.session.get(Revision, revision_id))
        _return(decision, revision, Step.RECALL, reason)


def _return(decision: Decision, revision: Revision, step: Step, reason: str) -> None:
    frozen, old = revision.fingerprint, revision.state
    happened = "is sent back for changes" if step == Step.REQUEST_CHANGES else "is recalled"
    notifying.tell_authors(decision, revision, happened, f"Reason: {reason}", "/write")
    notifying.tell_asked(decision, revision, happened, reason)
    revision.return_to_draft(step)
    kind = ChangesRequested if step == Step.REQUEST_CHANGES else RevisionRecalled
    details = kind(fingerprint=frozen, round=revision.round, old=old)
    decision.record(details, revision.name, revision=revision, reason=reason)


def _require_asked(decision: Decision, revision: Revision) -> None:
    asked = {user for place in revision.unfinished_steps() for user in revision.asked[place].people}
    mine = decision.person.signs_for
    if not mine & asked and not may(decision.person, Right.CONTROL):
        raise NotYourTurnError(
            "You are not asked to sign %(revision)s now, so you cannot send it back.", revision=revision.name
        )


def _require_text(control: DocumentControl, revision: Revision) -> None:
    if revision.document.type.is_template:
        return
    content = revision.current.file(CONTENT)
    if content is None or not control.read_document(Library.ITSELF, revision, content).strip():
        raise WrongStateError("%(revision)s has no text yet; write it before you submit it.", revision=revision.name)


def _barriers(control: DocumentControl, revision: Revision) -> list[str]:
    found = barriers_in(control.read_text(Library.ITSELF, revision.current).html)
    return [f"{each.barrier}: {each.shown}" for each in found]


def _require_whole_template(decision: Decision, revision: Revision) -> None:
    """Raise TemplateError where the revision could not be issued in its template, or is a template with faults."""
    control, source = decision.control, revision.current.file(WORD_SOURCE)
    if revision.document.type.is_template:
        data = control.read_document(Library.ITSELF, revision, source) if source is not None else b""
        checked = WordTemplate(revision.name, data)
    else:
        checked = template_of(control, decision.session, revision.document.type)
    faults = faults_of_template(checked.data)
    if faults:
        raise TemplateError(
            "The Word template %(template)s cannot be issued: %(first)s Mend the template, then submit again.",
            template=checked.name,
            first=faults[0],
        )
