"""Grants: whether each event names as its authority and its credential the events that held at its moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.approval import DelegateNamed, DelegationRevoked, RevisionSubmitted, Signed
from docctl.domain.trail.events.operations import GitAdopted, LibraryRebuilt, LossAccepted
from docctl.domain.trail.events.people import UserAdded, UserChanged
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.retention import DocumentDisposed
from docctl.domain.trail.events.rights import EngagementChanged, EngagementEnded, EngagementOpened
from docctl.domain.trail.events.settings import RouteAsLaid, RouteRenamed, TypeAsSet, TypeRenamed
from docctl.domain.trail.events.sign_in import (
    RecoveryCodesRenewed,
    SecondFactorRemoved,
    SecondFactorSetUp,
    UserPasswordChosen,
    UserPasswordHashedAnew,
    UserSignedIn,
)

ACCOUNT, DELEGATION, ENGAGEMENT, ROUTE, TYPE = "account", "delegation", "engagement", "approval route", "document type"
PASSWORD, FACTOR, CODES, SIGN_IN = "password", "second factor", "recovery codes", "sign-in"
BY_PASSWORD = (Signed, UserSignedIn, LossAccepted, DocumentDisposed)
"""What nobody does without having given a password for it."""
GIVE_AUTHORITY = frozenset({ACCOUNT, DELEGATION, ENGAGEMENT, ROUTE, TYPE})
ARE_CREDENTIALS = frozenset({PASSWORD, FACTOR, CODES, SIGN_IN})
LONGEST_SIGN_IN = timedelta(days=2)
"""No session lasts so long, even where the clock jumps by a day."""
OF_AN_ACCOUNT = frozenset(
    {
        Act.USER_ADDED,
        Act.USER_CHANGED,
        Act.ENGAGEMENT_OPENED,
        Act.ENGAGEMENT_CHANGED,
        Act.USER_PASSWORD_CHOSEN,
        Act.USER_PASSWORD_HASHED_ANEW,
        Act.SECOND_FACTOR_SET_UP,
        Act.SECOND_FACTOR_REMOVED,
        Act.RECOVERY_CODES_RENEWED,
        Act.USER_SIGNED_IN,
    }
)
"""The acts of which an account is given something, or of which something is taken from it."""
Key = tuple[str, object]


@dataclass(frozen=True)
class Grant:
    """What an event gave: of which kind, to which account, and there the roles, or for whom a delegate stands in."""

    key: Key
    account: int | None
    roles: tuple[str, ...] = ()
    absent: int | None = None


class Grants:
    """Takes events in order, and says of each what it names otherwise than it was."""

    def __init__(self) -> None:
        self._given: dict[int, tuple[Grant, ...]] = {}
        self._newest: dict[Key, int] = {}
        self._replaced: dict[tuple[int, Key], tuple[int, datetime]] = {}
        self._signed_in: dict[int, tuple[int, datetime]] = {}
        self._is_said = False

    def take(self, event: Recorded[Details], about: int) -> None:
        """Take one event, with the number of the account that it is about."""
        if isinstance(event.details, UserSignedIn):
            self._sign_in(event, about)
            return
        gone = *_taken_by(event.details, about), *self._voided_by(event.details)
        granted = tuple(_granted_by(event, about))
        for key in (*gone, *(each.key for each in granted)):
            if (before := self._newest.pop(key, None)) is not None:
                self._replaced[before, key] = event.seq, event.time
        for each in granted:
            self._newest[each.key] = event.seq
        if granted:
            self._given[event.seq] = granted

    def faults(self, event: Recorded[Details]) -> Iterator[str]:
        """Find what an event names wrongly; nothing of events of versions that did not say it."""
        if event.authority is None:
            if self._is_said and event.actor is not None:
                yield "it does not say which event gave it its authority"
            return
        self._is_said = True
        named = [*self._named(event, event.authority, GIVE_AUTHORITY)]
        yield from (each for each in named if isinstance(each, str))
        grants = [each for each in named if isinstance(each, Grant)]
        yield from _account(event, [each for each in grants if each.key[0] == ACCOUNT])
        yield from _needed(event, grants)
        shown = [*self._named(event, event.credential or [], ARE_CREDENTIALS)]
        yield from (each for each in shown if isinstance(each, str))
        kinds = {each.key[0] for each in shown if isinstance(each, Grant)}
        if isinstance(event.details, BY_PASSWORD) and PASSWORD not in kinds:
            yield "it does not say by which password its actor was known"

    def _voided_by(self, details: Details) -> Iterator[Key]:
        """Give out the secrets that are kept no more from an event on, because no Git holds them."""
        match details:
            case LibraryRebuilt():
                after = 0
            case GitAdopted():
                after = details.after
            case _:
                return
        yield from [key for key, seq in self._newest.items() if key[0] in ARE_CREDENTIALS and seq > after]

    def _named(self, event: Recorded[Details], seqs: list[int], kinds: frozenset[str]) -> Iterator[Grant | str]:
        """Give out what the events gave that an event names, and a sentence for each that did not hold then."""
        for seq in seqs:
            known = self._known(seq, kinds) if seq < event.seq else ()
            if not known:
                yield f"it names event {seq}, which gave nothing of that kind"
            for each in known:
                replaced = self._replaced.get((seq, each.key))
                # Several events of one decision have one time, and what the first replaced still held for the others.
                if replaced is not None and replaced[1] < event.time:
                    yield f"it names event {seq}, but event {replaced[0]} had taken its place"
                elif each.account not in (None, event.actor):
                    yield f"it names event {seq}, which gave it to somebody else"
                else:
                    yield each

    def _known(self, seq: int, kinds: frozenset[str]) -> tuple[Grant, ...]:
        if SIGN_IN in kinds and seq in self._signed_in:
            return (Grant((SIGN_IN, seq), self._signed_in[seq][0]),)
        return tuple(each for each in self._given.get(seq, ()) if each.key[0] in kinds)

    def _sign_in(self, event: Recorded[Details], about: int) -> None:
        self._signed_in[event.seq] = about, event.time
        for seq, (_, time) in [*islice(self._signed_in.items(), 2)]:
            if event.time - time > LONGEST_SIGN_IN:
                del self._signed_in[seq]


def _account(event: Recorded[Details], accounts: list[Grant]) -> Iterator[str]:
    if len(accounts) != 1:
        yield "it does not name the one event that gave the account its roles"
    elif list(accounts[0].roles) != sorted(event.actor_roles):
        gave = ", ".join(accounts[0].roles) or "no role"
        yield f"{event.actor_name} acted as {', '.join(event.actor_roles)}, but the event that it names gave: {gave}"


def _needed(event: Recorded[Details], grants: list[Grant]) -> Iterator[str]:
    """Find what an act rests on beside the account, and does not name."""
    kinds = {each.key[0] for each in grants}
    match event.details:
        case Signed(in_place_of_id=int() as absent) if absent not in {each.absent for each in grants}:
            yield "it does not name the event that made the signer a delegate"
        case RevisionSubmitted(route=route) if (ROUTE, route) not in {each.key for each in grants} or TYPE not in kinds:
            yield f"it does not name the events that laid down the route “{route}” and the document type"


def _granted_by(event: Recorded[Details], about: int) -> Iterator[Grant]:
    match event.details:
        case UserAdded(roles=roles):
            yield Grant((ACCOUNT, about), about, tuple(sorted(roles)))
        case UserChanged(new=new):
            yield Grant((ACCOUNT, about), about, tuple(sorted(new.roles)))
        case DelegateNamed(delegation=number, delegate=delegate, absent=absent):
            yield Grant((DELEGATION, number), delegate, absent=absent)
        case EngagementOpened(engagement=number):
            yield Grant((ENGAGEMENT, number), about)
        case EngagementChanged(new=new):
            yield Grant((ENGAGEMENT, new.engagement), about)
        case RouteAsLaid():
            yield Grant((ROUTE, event.subject.removeprefix("approval_route:")), None)
        case TypeAsSet():
            yield Grant((TYPE, event.subject.removeprefix("document_type:")), None)
        case UserPasswordChosen() | UserPasswordHashedAnew():
            yield Grant((PASSWORD, about), about)
        case SecondFactorSetUp():
            yield Grant((FACTOR, about), about)
            yield Grant((CODES, about), about)
        case RecoveryCodesRenewed():
            yield Grant((CODES, about), about)


def _taken_by(details: Details, about: int) -> tuple[Key, ...]:
    match details:
        case DelegationRevoked(delegation=number):
            return ((DELEGATION, number),)
        case EngagementEnded(engagement=number):
            return ((ENGAGEMENT, number),)
        case RouteRenamed(old=str() as old):
            return ((ROUTE, old),)
        case TypeRenamed(old=str() as old):
            return ((TYPE, old),)
        case SecondFactorRemoved():
            return (FACTOR, about), (CODES, about)
    return ()
