"""Leaving: what waits for somebody who leaves goes to a successor in one step, or is left open with a reason."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from docctl.actions.notices import notifying
from docctl.actions.rights.laying_routes import put_successor, replaced
from docctl.document_control import Decision, DocumentControl
from docctl.document_control.pending_tasks import owner_now, pending_tasks, places_asking
from docctl.domain.approval.approval_route import AskedStep
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import InvalidInputError, NotFoundError, SelfApprovalError, TasksPendingError, WrongStateError
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import RIGHT_AT, asks, has_signed, may_sign
from docctl.domain.rights.permission import Right, may_write, require
from docctl.domain.rights.route_trial import check_distinct_signers
from docctl.domain.trail.events.people import DocumentReassigned, RevisionReassigned


def hand_over(decision: Decision, leaver: User, successor_id: int | None, left_open: str) -> str:
    """Give everything that waits for a leaver to a successor, or leave it open; return the reason of the latter.

    Raises TasksPendingError where something waits and neither was chosen.
    """
    pending = pending_tasks(decision.session, leaver)
    if not pending:
        return ""
    if successor_id is None:
        if not left_open.strip():
            raise TasksPendingError(
                "%(leaver)s is needed for %(pending)s, so the account was not disabled; name a successor, or "
                "leave it open with a reason.",
                pending=", ".join(pending.names),
                leaver=leaver.name,
            )
        return checked_reason(left_open, "why the tasks are left open")
    successor = _successor(decision, leaver, successor_id)
    reason = f"{leaver.name} leaves; {successor.name} takes over"
    for revision in pending.signatures:
        _ask_instead(decision, revision, leaver, successor, reason)
    for revision in pending.drafts:
        _give_draft(decision, revision, leaver, successor, reason)
    put_successor(decision, pending.routes, leaver, successor, reason)
    for revision in pending.owned:
        decision.record(
            DocumentReassigned(old=owner_now(decision.session, revision), new=successor.name),
            revision.document.number,
            document=revision.document,
            reason=reason,
        )
    decision.notify(
        successor,
        f"You take over from {leaver.name}",
        f"{leaver.name} leaves, and you were named to take over what waited for them: {len(pending.names)} in all.",
        path="/tasks",
    )
    return ""


def reassign(
    control: DocumentControl,
    revision_id: int,
    person_id: int,
    *,
    instead_of_id: int,
    successor_id: int,
    reason: str,
    request_id: str = "",
) -> None:
    """Ask somebody else for a signature that somebody cannot give any more, with the reason."""
    reason = checked_reason(reason, "why somebody else is asked")
    with control.deciding(
        person_id, request_id, ("reassign", revision_id, instead_of_id, successor_id, reason)
    ) as decision:
        require(decision.person, Right.CONTROL)
        revision = decision.session.get(Revision, revision_id)
        instead_of = decision.session.get(User, instead_of_id)
        if revision is None or instead_of is None:
            raise NotFoundError("There is no such document, or no such person.")
        if not places_asking(revision, instead_of):
            raise WrongStateError(
                "%(revision)s does not wait for %(instead_of)s; reload the page.",
                revision=revision.name,
                instead_of=instead_of.name,
            )
        successor = _successor(decision, instead_of, successor_id)
        _ask_instead(decision, revision, instead_of, successor, reason)


def _successor(decision: Decision, leaver: User, successor_id: int) -> User:
    successor = decision.session.get(User, successor_id)
    if successor is None or successor.disabled or successor.person == leaver.person:
        raise InvalidInputError("The successor is another person, whose account is not disabled; choose one.")
    decision.touched.rely_on("users", successor.id)
    return successor


def _ask_instead(decision: Decision, revision: Revision, leaver: User, successor: User, reason: str) -> None:
    """Ask the successor at every step that asks the leaver; what was signed stays as it is."""
    if successor.person in revision.author_persons:
        raise SelfApprovalError(
            "%(successor)s wrote on %(revision)s, and nobody signs what they wrote; choose somebody else.",
            successor=successor.name,
            revision=revision.name,
        )
    if has_signed(successor, revision):
        raise InvalidInputError(
            "%(successor)s has signed %(revision)s already, and one person counts once; choose somebody else.",
            successor=successor.name,
            revision=revision.name,
        )
    asked, places = list(revision.asked), places_asking(revision, leaver)
    for place in places:
        step = asked[place]
        _require_may_sign(leaver, successor, step, revision)
        asked[place] = replace(
            step,
            people=replaced(step.people, leaver, successor),
            named=replaced(step.named, leaver, successor),
        )
    _require_enough(decision, revision, asked, places, leaver)
    notifying.tell_replaced(decision, revision, leaver, successor, reason)
    revision.asked_rows = [step.as_row() for step in asked]
    decision.record(
        RevisionReassigned(
            round=revision.round, asked=revision.asked_rows, old=leaver.name, new=successor.name, steps=places
        ),
        revision.name,
        revision=revision,
        reason=reason,
    )
    if set(places) & set(revision.unfinished_steps()):
        page = f"/documents/{revision.document.number}/revisions/{revision.number}/review"
        text = f"{revision.name} waits for your signature in the place of {leaver.name}.\n\nReason: {reason}"
        decision.notify(successor, f"{revision.name} waits for your signature", text, revision=revision, path=page)


def _require_may_sign(leaver: User, successor: User, step: AskedStep, revision: Revision) -> None:
    by_role = bool(step.roles) and leaver.id not in step.named
    if not may_sign(successor, step.kind) or (by_role and not successor.holds(*step.roles)):
        needed = " or ".join(step.roles) if by_role else "to " + RIGHT_AT[step.kind].value
        raise InvalidInputError(
            "%(successor)s cannot sign “%(meaning)s” of %(revision)s, which asks for %(needed)s; choose "
            "somebody else, or give the role first.",
            successor=successor.name,
            meaning=step.meaning,
            revision=revision.name,
            needed=needed,
        )


def _require_enough(
    decision: Decision, revision: Revision, asked: Iterable[AskedStep], places: list[int], leaver: User
) -> None:
    """Raise IncompleteRouteError where too few different people could complete the steps that change.

    A step that is stuck for another reason waits for a reassignment of its own.
    """
    signed = {(signature.step, signature.user_id) for signature in revision.valid_signatures}
    users = {user.id: user for user in decision.session.scalars(select(User).where(User.id != leaver.id))}
    possible = [
        replace(
            step,
            people=tuple(
                person
                for person in step.people
                if person in users and ((place, person) in signed or asks(step, users[person]))
            ),
        )
        for place, step in enumerate(asked)
    ]
    person_of = {user.id: user.person for user in users.values()}
    wanted = [
        step
        for place, step in enumerate(possible)
        if place in places or len({person_of[each] for each in step.people}) >= step.needed
    ]
    check_distinct_signers(revision.name, wanted, person_of)


def _give_draft(decision: Decision, revision: Revision, leaver: User, successor: User, reason: str) -> None:
    """Let the successor hold a draft, so that it stands among their tasks."""
    if not may_write(decision.control.reader(decision.session, successor), revision):
        raise InvalidInputError(
            "%(successor)s may not write %(revision)s; choose somebody else, or give the role first.",
            successor=successor.name,
            revision=revision.name,
        )
    revision.held_by, revision.held_at = successor, decision.now
    decision.record(
        RevisionReassigned(
            round=revision.round, asked=revision.asked_rows, old=leaver.name, new=successor.name, held_by=successor.id
        ),
        revision.name,
        revision=revision,
        reason=reason,
    )
