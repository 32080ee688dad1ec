"""Organising: add, rename, merge and retire the units of the organisation, with all that hangs on their names."""

from collections.abc import Iterable

from sqlalchemy import select

from docctl.document_control import Decision, DocumentControl
from docctl.document_control.departments import units_of_a_kind
from docctl.domain.documents.document_metadata import checked_line, checked_reason
from docctl.domain.errors import InvalidInputError, NotFoundError, WrongStateError
from docctl.domain.people.person import Person
from docctl.domain.people.unit import Unit, UnitKind, new_unit
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.people import Account, UserChanged
from docctl.domain.trail.events.units import UnitAdded, UnitHeadNamed, UnitMerged, UnitRenamed, UnitRetired, UnitSplit
from docctl.texts.invisible_characters import says_nothing

LONGEST_NAME = 80
MOST_NAMED = 3


def add_unit(
    control: DocumentControl,
    person_id: int,
    name: str,
    kind: UnitKind = UnitKind.DEPARTMENT,
    *,
    request_id: str = "",
) -> int:
    """Add a unit; documents and accounts that say the name of a department already are its own from then on."""
    name = _checked_name(name)
    with control.deciding(person_id, request_id, ("add unit", kind, name)) as decision:
        require(decision.person, Right.ORGANISE)
        units_of_a_kind(decision.session, kind).require_free(name)
        unit = new_unit(None, kind, name, control.today(decision.session))
        decision.session.add(unit)
        decision.session.flush()
        decision.record(UnitAdded(unit=unit.id, kind=unit.kind, name=name, day=unit.names[0].from_day), unit.subject)
        return unit.id


def rename_unit(control: DocumentControl, person_id: int, unit_id: int, name: str) -> None:
    """Rename a unit; its people go with it, and it goes on answering to its earlier names."""
    name = _checked_name(name)
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ORGANISE)
        unit, today = _living(decision, unit_id), control.today(decision.session)
        old = unit.name
        if name == old:
            raise InvalidInputError("It is called “%(name)s” already; type another name.", name=name)
        units_of_a_kind(decision.session, unit.kind).require_free(name, unit)
        unit.bear(name, today)
        _move(decision, unit, old, name)
        decision.record(UnitRenamed(unit=unit.id, old=old, new=name, day=today), unit.subject)


def merge_units(control: DocumentControl, person_id: int, unit_id: int, into_id: int, reason: str) -> None:
    """Merge a unit into another of its kind, which takes in its people and answers to its names."""
    reason = checked_reason(reason, "why they are merged")
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ORGANISE)
        unit, into = _living(decision, unit_id), _living(decision, into_id)
        if unit is into:
            raise InvalidInputError("Nothing is merged into itself; choose another one.")
        if unit.kind != into.kind:
            raise InvalidInputError("Nothing is merged into something of another kind; choose another one.")
        unit.retired_on, unit.merged_into = control.today(decision.session), into
        _move(decision, unit, unit.name, into.name)
        told = UnitMerged(unit=unit.id, name=unit.name, into=into.id, into_name=into.name, day=unit.retired_on)
        decision.record(told, unit.subject, reason=reason)


def split_unit(
    control: DocumentControl,
    person_id: int,
    unit_id: int,
    name: str,
    reason: str,
    *,
    members: Iterable[int] = (),
    request_id: str = "",
) -> int:
    """Make a part of a unit one of its own, with some of its people; both read what was said of a department so far."""
    name, reason, chosen = (
        _checked_name(name),
        checked_reason(reason, "why it is split"),
        sorted({*members}),
    )
    with control.deciding(person_id, request_id, ("split unit", unit_id, name, chosen, reason)) as decision:
        require(decision.person, Right.ORGANISE)
        session, unit = decision.session, _living(decision, unit_id)
        known = units_of_a_kind(session, unit.kind)
        known.require_free(name)
        part = new_unit(None, unit.kind, name, control.today(session))
        part.inherited = sorted(known.answering(unit.name))
        session.add(part)
        session.flush()
        told = UnitSplit(
            unit=unit.id, name=unit.name, part=part.id, part_name=name, answers_to=part.inherited,
            day=part.names[0].from_day,
        )  # fmt: skip
        decision.record(told, unit.subject, reason=reason)
        for user_id in chosen:
            _put_into(decision, user_id, unit, part)
        return part.id


def _put_into(decision: Decision, user_id: int, unit: Unit, part: Unit) -> None:
    user = decision.session.get(User, user_id)
    if user is None or unit.kind != UnitKind.DEPARTMENT or user.department != unit.name:
        raise InvalidInputError(
            "Only people of “%(name)s” go into its part, so nothing was split; reload the page.", name=unit.name
        )
    old = user.as_recorded(Account)
    user.department = part.name
    decision.record(UserChanged(old=old, new=user.as_recorded(Account)), user.subject)


def retire_unit(control: DocumentControl, person_id: int, unit_id: int, reason: str) -> None:
    """Retire a unit that nobody belongs to any more; documents that say its name go on saying it."""
    reason = checked_reason(reason, "why it is retired")
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ORGANISE)
        unit = _living(decision, unit_id)
        _require_nobody(decision, unit)
        unit.retired_on = control.today(decision.session)
        decision.record(
            UnitRetired(unit=unit.id, name=unit.name, day=unit.retired_on), unit.subject, reason=reason
        )  # fmt: skip


def name_head(control: DocumentControl, person_id: int, unit_id: int, head: int | None) -> None:
    """Name the person who is the head of a unit, or say that it has none."""
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ORGANISE)
        unit, today = _living(decision, unit_id), control.today(decision.session)
        person = None if head is None else decision.session.get(Person, head)
        if head is not None and person is None:
            raise NotFoundError("There is no such person.")
        if person is not None and person.ended_on is not None and person.ended_on < today:
            raise InvalidInputError(
                "%(name)s does not work here any more, so nothing was changed; name another head.", name=person.name
            )
        if person is unit.head:
            return
        unit.head = person
        name = "" if person is None else person.name
        told = UnitHeadNamed(unit=unit.id, name=unit.name, head=head, head_name=name, day=today)
        decision.record(told, unit.subject)


def _checked_name(name: str) -> str:
    """Return the name of a unit, tidied; raise InvalidInputError where it says nothing, or is too long."""
    name = checked_line(" ".join(name.split()))
    if says_nothing(name) or "|" in name:
        raise InvalidInputError("A name is needed, without “|”; type one.")
    if len(name) > LONGEST_NAME:
        raise InvalidInputError("The name has more than %(longest)s characters; shorten it.", longest=LONGEST_NAME)
    return name


def _living(decision: Decision, unit_id: int) -> Unit:
    unit = decision.session.get(Unit, unit_id)
    if unit is None:
        raise NotFoundError("There is no such department, site, position or group; choose one from the list.")
    if not unit.is_living:
        raise WrongStateError(
            "“%(name)s” is not there any more since %(day)s, so nothing was changed; choose another.",
            name=unit.name,
            day=unit.retired_on,
        )
    return unit


def _move(decision: Decision, unit: Unit, old: str, new: str) -> None:
    if unit.kind == UnitKind.DEPARTMENT:
        for user in decision.session.scalars(select(User).where(User.department == old)):
            user.department = new


def _require_nobody(decision: Decision, unit: Unit) -> None:
    if unit.kind != UnitKind.DEPARTMENT:
        return
    of_unit = (User.department == unit.name) & User.disabled.is_(False)
    names = decision.session.scalars(select(User.name).where(of_unit).order_by(User.name)).all()
    if names:
        raise WrongStateError(
            "“%(name)s” was not retired, because %(count)s belong to it (%(people)s); move them first, or merge it "
            "into another department.",
            name=unit.name,
            count=len(names),
            people=", ".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else ""),
        )
