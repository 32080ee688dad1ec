"""Keeping people: add those who have no account, change what is kept of anybody, and say when somebody leaves."""

import re
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from docctl.actions.people import naming
from docctl.document_control import Decision, DocumentControl
from docctl.domain.documents.document_metadata import checked_line, checked_reason
from docctl.domain.errors import InvalidInputError, NotFoundError, WrongStateError
from docctl.domain.people.person import Person, PersonalData, person_without_account
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.people import Account, UserChanged
from docctl.domain.trail.events.personnel import PersonAdded, PersonChanged, PersonEnded, PersonEndTakenBack
from docctl.texts.invisible_characters import says_nothing

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


def add_person(control: DocumentControl, person_id: int, data: PersonalData, *, request_id: str = "") -> int:
    """Add somebody who has no account; return their number."""
    data = _checked(data)
    with control.deciding(person_id, request_id, ("add person", *vars(data).values())) as decision:
        require(decision.person, Right.ADMINISTER)
        person = person_without_account(naming.next_number(decision.session), data.name)
        person.email = data.email
        _take(decision, person, data)
        decision.session.add(person)
        decision.record(PersonAdded(**vars(person.particulars)), person.subject)
        return person.id


def change_person(control: DocumentControl, person_id: int, number: int, data: PersonalData) -> None:
    """Change what is kept of somebody; their accounts take a new name and mail address in the same step."""
    data = _checked(data)
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ADMINISTER)
        person = _person(decision, number)
        old = person.particulars
        _call(decision, person, data)
        _take(decision, person, data)
        person.require_no_loop()
        if (new := person.particulars) != old:
            decision.record(PersonChanged(old=old, new=new), person.subject)


def end_person(
    control: DocumentControl, person_id: int, number: int, last_day: date, reason: str = "", *, request_id: str = ""
) -> None:
    """Say which day is the last on which somebody works here; their accounts are disabled by themselves."""
    with control.deciding(person_id, request_id, ("end person", number, last_day.isoformat(), reason)) as decision:
        require(decision.person, Right.ADMINISTER)
        person = _person(decision, number)
        if person.started_on is not None and last_day < person.started_on:
            raise InvalidInputError(
                "%(name)s began on %(first)s, so nothing was changed; name a last day after it.",
                name=person.name,
                first=person.started_on,
            )
        person.ended_on = last_day
        said = PersonEnded(person=person.id, name=person.name, last_day=last_day)
        decision.record(said, person.subject, reason=reason.strip())


def take_back_end(control: DocumentControl, person_id: int, number: int, reason: str) -> None:
    """Take back that somebody leaves, or left."""
    reason = checked_reason(reason, "why they do not leave")
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ADMINISTER)
        person = _person(decision, number)
        if person.ended_on is None:
            raise WrongStateError("%(name)s has no last day, so nothing was changed.", name=person.name)
        person.ended_on = None
        decision.record(PersonEndTakenBack(person=person.id, name=person.name), person.subject, reason=reason)


def _checked(data: PersonalData) -> PersonalData:
    """Return what is said of a person, tidied; raise InvalidInputError for what cannot be."""
    name, number = (checked_line(" ".join(text.split())) for text in (data.name, data.personnel_number))
    if says_nothing(name):
        raise InvalidInputError("A person needs a name; type one.")
    if data.language and _LANGUAGE.fullmatch(data.language) is None:
        raise InvalidInputError(
            "“%(language)s” is no language; write its letters, such as de or en.", language=data.language
        )
    return replace(data, name=name, personnel_number=number, email=checked_line(data.email.strip()))


def _person(decision: Decision, number: int) -> Person:
    person = decision.session.get(Person, number)
    if person is None:
        raise NotFoundError("There is no such person.")
    return person


def _call(decision: Decision, person: Person, data: PersonalData) -> None:
    """Give a person a name and a mail address, and their accounts with them."""
    if person.account_id is None:
        person.name, person.email = data.name, data.email
        return
    account = decision.session.get_one(User, person.account_id)
    old = account.as_recorded(Account)
    naming.rename_together(decision, account, name=data.name, email=data.email)
    if (new := account.as_recorded(Account)) != old:
        decision.record(UserChanged(old=old, new=new), account.subject)


def _take(decision: Decision, person: Person, data: PersonalData) -> None:
    """Let a person have the particulars beside name and mail address."""
    number = data.personnel_number or None
    if number is not None:
        _require_free(decision, person, number)
    person.personnel_number, person.language, person.started_on = number, data.language, data.started_on
    person.supervisor = None if data.supervisor is None else _person(decision, data.supervisor)


def _require_free(decision: Decision, person: Person, number: str) -> None:
    same = select(Person.name).where(Person.personnel_number == number, Person.id != person.id)
    with decision.session.no_autoflush:
        other = decision.session.scalars(same).first()
    if other is not None:
        raise InvalidInputError(
            "The personnel number “%(number)s” is that of %(name)s, so nothing was changed; give another one.",
            number=number,
            name=other,
        )
