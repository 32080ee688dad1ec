"""Open duties: those of some accounts, and the revisions whose next signature nobody is left to give."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal_column, or_, select, tuple_
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
# The word itself and no parameter, because only then the indexes over open duties are used.
IS_OPEN = Duty.state == literal_column(f"'{DutyState.OPEN}'")


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

    Thousands of people are asked for few roles and hold few different ones: these are looked at first.
    """
    signing = IS_OPEN, Duty.user_id.is_not(None), Duty.kind.in_(SIGNING)
    asked = select(Duty.user_id, Duty.asks_roles, Duty.kind).where(*signing).distinct().subquery()
    several = select(User.person).group_by(User.person).having(func.count() > 1)
    held, is_doubtful = cast(User.roles, Text), or_(User.disabled, User.person.in_(several))
    of_account = User.id == asked.c.user_id
    kinds = select(asked.c.asks_roles, asked.c.kind, held, is_doubtful).join(asked, of_account).distinct()
    found = session.execute(kinds).all()
    lacking = [(roles, kind, present) for roles, kind, present, _ in found if not _may_sign(present, kind, roles)]
    if not lacking and not any(doubt for *_, doubt in found):
        return []
    wanted = or_(is_doubtful, tuple_(asked.c.asks_roles, asked.c.kind, held).in_(lacking))
    return list(session.scalars(select(User.id).join(asked, of_account).where(wanted).distinct()))


@cache
def _may_sign(held: str, kind: str, asked: str) -> bool:
    """Say whether roles, as a table keeps them, let somebody sign; thousands of people hold the same ones."""
    roles = {*json.loads(held)}
    return bool(roles & roles_with(RIGHT_AT[kind])) and (not asked or bool(roles & {*asked.split("|")}))
