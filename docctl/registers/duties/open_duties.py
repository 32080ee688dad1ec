"""Open duties: those of some accounts, and the revisions whose next signature nobody is left to give."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, literal_column, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from docctl.document_control.pending_tasks import stuck_places
from docctl.domain.documents.revision import Revision
from docctl.domain.people.duty import SIGNING, Duty, DutyState, Kind
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import RIGHT_AT
from docctl.domain.rights.permission import roles_with


@dataclass(frozen=True)
class Stuck:
    """A revision whose open steps too few people can still sign: the steps, and who was asked there."""

    revision: Revision
    places: tuple[int, ...]
    asked: tuple[str, ...]


REVIEW_DUE_SOON_DAYS = 60


def is_open(duty: type[Duty] = Duty) -> ColumnElement[bool]:
    """The duty is open; by the word itself and no parameter, because only then the indexes of open ones are used."""
    return duty.state == literal_column(f"'{DutyState.OPEN}'")


IS_OPEN = is_open()


def of_accounts(kinds: Collection[Kind], accounts: Collection[int] | Select[int]) -> ColumnElement[bool]:
    """The duty is open, of one of the kinds, and of one of the accounts."""
    return and_(IS_OPEN, Duty.user_id.in_(accounts), Duty.kind.in_(kinds))


def of_nobody(kind: Kind) -> ColumnElement[bool]:
    """The duty is open, of a kind, and of no account: whoever looks after the document owes it."""
    return and_(IS_OPEN, Duty.user_id.is_(None), Duty.kind == kind)


def stuck_revisions(session: Session) -> list[Stuck]:
    """Return the revisions whose next signature nobody is left to give, the longest submitted first.

    Looked at are those alone that asked too few from the beginning, or ask somebody who may not sign any more.
    """
    doubtful = of_accounts(SIGNING, _doubtful_accounts(session))
    wanted = select(Duty.revision_id).where(or_(of_nobody(Kind.REASSIGN), doubtful))
    query = select(Revision).where(Revision.id.in_(wanted)).order_by(Revision.submitted_at, Revision.id)
    parts = selectinload(Revision.saved_drafts), selectinload(Revision.signatures), selectinload(Revision.opened_by)
    revisions = session.scalars(query.options(*parts, selectinload(Revision.current))).all()
    asked = {account for revision in revisions for step in revision.asked for account in step.people}
    users = {user.id: user for user in session.scalars(select(User).where(User.id.in_(asked)))}
    found = []
    for revision in revisions:
        places = tuple(stuck_places(revision, users.values()))
        names = [users[each].name for place in places for each in revision.asked[place].people if each in users]
        if names:
            found.append(Stuck(revision, places, tuple(dict.fromkeys(names))))
    return found


def _doubtful_accounts(session: Session) -> list[int]:
    """Return the accounts asked to sign that are disabled, lack the role asked, or are not their person's only one.

    Thousands of people are asked in few ways and hold few different roles: these are looked at first.
    """
    several = select(User.person).group_by(User.person).having(func.count() > 1)
    held, is_doubtful = cast(User.roles, Text), or_(User.disabled, User.person.in_(several))
    present = session.scalars(select(held).distinct()).all()
    ways = [*_ways_of_asking(session)]
    lacking = [(kind, roles, each) for kind, roles in ways for each in present if not _may_sign(each, kind, roles)]
    # Said of the account alone as well, so that the duties of all others are not looked at.
    of_account = or_(is_doubtful, held.in_({each for *_, each in lacking}))
    of_duty = or_(is_doubtful, tuple_(Duty.kind, Duty.asks_roles, held).in_(lacking))
    is_asked = exists().where(Duty.user_id == User.id, IS_OPEN, Duty.kind.in_(SIGNING), of_duty)
    return list(session.scalars(select(User.id).where(of_account, is_asked)))


def _ways_of_asking(session: Session) -> Iterator[tuple[str, str]]:
    """Give out each kind of signature with the roles asked, from one to the next and past the thousands between."""
    following = select(Duty.asks_roles).where(IS_OPEN).order_by(Duty.asks_roles).limit(1)
    roles = session.scalar(following)
    while roles is not None:
        for kind in SIGNING:
            asked = select(Duty.kind).where(IS_OPEN, Duty.asks_roles == roles, Duty.kind == kind).limit(1)
            if session.scalar(asked) is not None:
                yield kind, roles
        roles = session.scalar(following.where(Duty.asks_roles > roles))


@cache
def _may_sign(held: str, kind: str, asked: str) -> bool:
    """Say whether roles, as a table keeps them, let somebody sign; thousands of people hold the same ones."""
    roles = {*json.loads(held)}
    return bool(roles & roles_with(RIGHT_AT[kind])) and (not asked or bool(roles & {*asked.split("|")}))
