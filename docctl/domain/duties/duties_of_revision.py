"""Which duties a revision gives rise to as it stands, and what becomes of those that it gave rise to before."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from docctl.domain.documents.lifecycle import WAITING_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.people.duty import SIGNING, Duty, DutyState, Kind


@dataclass(frozen=True)
class Owed:
    """What an account owes a revision; without an account, whoever looks after the document owes it."""

    kind: Kind
    user_id: int | None = None
    step: int | None = None
    asks_roles: str = ""
    why: str = ""
    due: date | None = None


def owed_for(revision: Revision) -> Iterator[Owed]:
    """Give out what a revision asks for as it stands: of whom it asks a signature, of whom another draft."""
    if revision.state in WAITING_STATES:
        yield from _signatures(revision)
    elif revision.state == State.DRAFT and revision.round:
        yield from (Owed(Kind.REVISE, account) for account in sorted(_writers(revision)))
    elif revision.state == State.IN_FORCE:
        yield Owed(Kind.PERIODIC_REVIEW, due=revision.review_due)


def settle_duties(revision: Revision, now: datetime, event: int) -> None:
    """End the duties that an event did away with, and open those that it gave rise to."""
    wanted = {(each.kind, each.step, each.user_id): each for each in owed_for(revision)}
    still_open = [duty for duty in revision.duties if duty.is_open]
    for duty in still_open:
        if wanted.pop((Kind(duty.kind), duty.step, duty.user_id), None) is None:
            duty.end(DutyState.DONE if _is_done(revision, duty) else DutyState.DROPPED, now, event)
    # Whoever joins in what others owe already owes it since then, and because of the same event.
    asked = next((duty for duty in still_open if duty.is_open and duty.kind == Kind.REVISE), None)
    for each in wanted.values():
        revision.duties.append(
            Duty(
                user_id=each.user_id,
                kind=each.kind,
                step=each.step,
                asks_roles=each.asks_roles,
                why=each.why,
                due=each.due,
                fingerprint=asked.fingerprint if asked else revision.fingerprint,
                since=asked.since if asked else now,
                opened_by=asked.opened_by if asked else event,
                state=DutyState.OPEN,
            )
        )


def note_reminder(revision: Revision, accounts: Collection[int | None], now: datetime) -> None:
    """Note that accounts were reminded of what they owe a revision."""
    for duty in revision.duties:
        if duty.is_open and duty.user_id in accounts:
            duty.reminded_at = now


def note_escalation(revision: Revision, accounts: Collection[int | None], now: datetime) -> None:
    """Note that document controllers were told of what accounts owe a revision."""
    for duty in revision.duties:
        if duty.is_open and duty.user_id in accounts:
            duty.escalated_at = now


def _signatures(revision: Revision) -> Iterator[Owed]:
    """Ask everybody of each open step who has not signed; where too few are left, somebody else is to be asked."""
    signed = _signed(revision)
    given = [signature.step for signature in revision.valid_signatures]
    for place in revision.unfinished_steps():
        step = revision.asked[place]
        left = [account for account in dict.fromkeys(step.people) if account not in signed]
        roles, due = "|".join(step.roles), revision.wanted_effective_date
        for account in left:
            yield Owed(Kind(step.kind), account, place, roles, step.meaning, due)
        if given.count(place) + len(left) < step.needed:
            yield Owed(Kind.REASSIGN, None, place, "", step.meaning, due)


def _signed(revision: Revision) -> set[int | None]:
    """Return the accounts that signed in this round, themselves or by a delegate: one person counts once."""
    of_round = [signature for signature in revision.signatures if signature.round == revision.round]
    return {account for signature in of_round for account in (signature.user_id, signature.in_place_of_id)}


def _writers(revision: Revision) -> set[int]:
    """Return the accounts that wrote on a draft, and that of whoever has it now."""
    writers = {draft.author.id for draft in revision.saved_drafts if not draft.aside}
    holder = {revision.held_by.id} if revision.held_by is not None else set[int]()
    return writers | {revision.opened_by.id} | holder


def _is_done(revision: Revision, duty: Duty) -> bool:
    """Say whether a duty that is owed no more was done, and not dropped."""
    if duty.kind in SIGNING:
        at_step = [signature for signature in revision.valid_signatures if signature.step == duty.step]
        return any(duty.user_id in (each.user_id, each.in_place_of_id) for each in at_step)
    if duty.kind == Kind.REVISE:
        return revision.state in WAITING_STATES
    if duty.kind == Kind.REASSIGN:
        return revision.state in WAITING_STATES
    return revision.state == State.SUPERSEDED
