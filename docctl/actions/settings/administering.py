"""Administering: found the library, look after people, document types and approval routes."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.people import leaving, naming
from docctl.actions.rights.laying_routes import STANDARD_ROUTES, lay_route
from docctl.actions.settings.setting_types import STANDARD_TYPES, lay_type
from docctl.actions.sign_in.checking_credentials import check_link, owner_of_link
from docctl.actions.sign_in.recovering_access import use_up_links
from docctl.document_control import Decision, DocumentControl
from docctl.document_control.departments import checked_department
from docctl.document_control.laid_routes import broken_since, faults_of_routes
from docctl.domain.documents.document_metadata import checked_line
from docctl.domain.errors import (
    IncompleteRouteError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    SignInRefusedError,
    WrongStateError,
)
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.person import OWN_KEY, Person
from docctl.domain.people.unit import take_list
from docctl.domain.people.user import Role, User
from docctl.domain.rights.permission import Right, require
from docctl.domain.sign_in.commitments import commitment_to
from docctl.domain.sign_in.password import checked_password
from docctl.domain.trail.events.people import Account, UserAdded, UserChanged, UserDisabled, UserEnabled
from docctl.domain.trail.events.settings import (
    LibraryChanged,
    LibraryFounded,
)
from docctl.domain.trail.events.sign_in import UserLinkIssued, UserPasswordChosen
from docctl.texts.invisible_characters import says_nothing

LINK_HOURS = 72
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]*")
DEPARTMENTS = (
    "Management",
    "Quality",
    "Information Security",
    "Environment",
    "Health and Safety",
    "Human Resources",
    "Procurement",
)


def found_library(control: DocumentControl, name: str, time_zone: str = "UTC", language: str = "en") -> None:
    """Lay down the organisation, its document types and its approval routes."""
    checked_zone(time_zone)
    with control.deciding(None) as decision:
        if decision.session.scalar(select(func.count(Organisation.id))):
            raise WrongStateError("The library was founded already.")
        organisation = Organisation(
            id=1,
            name=checked_line(name.strip()) or "Our organisation",
            time_zone=time_zone,
            language=language,
            standards=[],
            second_factor_roles=[],
            demonstration=False,
            demonstration_logins=[],
        )
        decision.session.add(organisation)
        decision.session.add_all(take_list((), DEPARTMENTS, organisation.day_of(decision.now)))
        decision.record(
            LibraryFounded(
                time_zone=time_zone,
                language=language,
                departments=list(DEPARTMENTS),
                public_key=control.signing_key.public_line,
            ),
            organisation.name,
        )
        for route, steps in STANDARD_ROUTES.items():
            lay_route(decision, route, steps)
        decision.session.flush()
        for settings in STANDARD_TYPES:
            lay_type(decision, settings)


def change_organisation(
    control: DocumentControl,
    person_id: int,
    *,
    name: str,
    time_zone: str,
    standards: Iterable[str],
) -> None:
    """Change what the organisation is called, where it is, and the standards it works to."""
    checked_zone(time_zone)
    known = {standard.id for standard in control.catalogue.standards}
    with control.deciding(person_id) as decision:
        require(decision.person, Right.CONTROL)
        organisation = control.organisation(decision.session)
        organisation.name = checked_line(" ".join(name.split())) or organisation.name
        organisation.time_zone = time_zone
        organisation.standards = [row for row in standards if row in known]
        decision.record(LibraryChanged(time_zone=time_zone, standards=organisation.standards), organisation.name)


def mark_demonstration(
    control: DocumentControl, person_id: int, logins: list[dict[str, Any]], standards: Iterable[str]
) -> None:
    """Mark the library as the demonstration, whose logins its login page shows."""
    with control.deciding(person_id) as decision:
        organisation = control.organisation(decision.session)
        organisation.demonstration, organisation.demonstration_logins = True, logins
        organisation.standards = list(standards)
        decision.record(LibraryChanged(demonstration=True, standards=organisation.standards), organisation.name)


def add_user(
    control: DocumentControl,
    person_id: int | None,
    *,
    login: str,
    name: str,
    roles: Iterable[str],
    email: str = "",
    department: str = "",
    person: str = "",
    request_id: str = "",
) -> int:
    """Add an account; its owner chooses the password by a one-time link; ``person`` joins accounts of one human.

    An auditor sees nothing until they are engaged.
    """
    login = checked_line(login.strip().lower())
    name = checked_line(" ".join(name.split()))
    roles = list(roles)
    if says_nothing(name) or _LOGIN.fullmatch(login) is None:
        raise InvalidInputError(
            "A person needs a name, and a login of letters A to Z, digits, points, hyphens, underscores, + and @."
        )
    with control.deciding(
        person_id, request_id, ("add user", login, name, sorted(roles), email, department, person)
    ) as decision:
        if person_id is None:
            _require_first(decision)
        else:
            require(decision.person, Right.ADMINISTER)
        if decision.session.scalar(select(func.count(User.id)).where(User.login == login)):
            raise InvalidInputError("The login “%(login)s” is taken; choose another.", login=login)
        other = decision.session.scalar(select(User.person).where(User.login == person.strip().lower()))
        _require_known(decision, other or checked_line(person.strip()))
        user = User(
            login=login,
            name=name,
            email=checked_line(email.strip()),
            person=other or checked_line(person.strip()),
            department=checked_department(decision.session, department),
            roles=_checked_roles(roles),
            password_hash="",
            one_time_hash="",
            session_key=tools.password_hasher.new_secret()[:32],
            disabled=False,
            created_at=decision.now,
        )
        decision.session.add(user)
        decision.session.flush()
        user.person = user.person or str(user.id)
        naming.meet(decision, user)
        decision.record(user.as_recorded(UserAdded), user.subject)
        return user.id


def change_user(
    control: DocumentControl,
    person_id: int,
    user_id: int,
    *,
    name: str,
    email: str,
    department: str,
    roles: Iterable[str],
) -> tuple[IncompleteRouteError, ...]:
    """Change a person's particulars and roles; nobody raises themselves, and one administrator always remains.

    Other accounts of the same human take the name and the mail address, too.

    Returns of each approval route that can no longer be fulfilled why that is.
    """
    wanted = _checked_roles(roles)
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ADMINISTER)
        faulty = faults_of_routes(decision.session)
        user = _user(decision.session, user_id)
        if user.person == decision.person.person and set(wanted) - set(user.roles):
            raise NotPermittedError("Nobody gives themselves a role; ask another administrator.")
        old = user.as_recorded(Account)
        name, email = checked_line(" ".join(name.split())) or user.name, checked_line(email.strip())
        naming.rename_together(decision, user, name=name, email=email)
        user.department, user.roles = checked_department(decision.session, department, user.department), wanted
        _require_administrator(decision)
        decision.record(UserChanged(old=old, new=user.as_recorded(Account)), user.subject)
        return broken_since(decision.session, faulty)


def set_disabled(
    control: DocumentControl,
    person_id: int,
    user_id: int,
    disabled: bool,
    *,
    successor_id: int | None = None,
    left_open: str = "",
) -> tuple[IncompleteRouteError, ...]:
    """Disable an account, or enable it again; accounts are never deleted, so signatures keep their signers.

    What waits for somebody who is disabled goes to the successor, or is left open for the reason given.
    Returns of each approval route that can no longer be fulfilled why that is; a successor fulfils all, or is refused.
    """
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ADMINISTER)
        faulty = faults_of_routes(decision.session)
        user = _user(decision.session, user_id)
        reason = leaving.hand_over(decision, user, successor_id, left_open) if disabled else ""
        user.disabled = disabled
        user.session_key = tools.password_hasher.new_secret()[:32]
        _require_administrator(decision)
        decision.record(UserDisabled() if disabled else UserEnabled(), user.subject, reason=reason)
        broken = broken_since(decision.session, faulty)
        if broken and successor_id is not None:
            raise IncompleteRouteError(
                "The account was not disabled, because the successor does not fulfil a route that %(leaver)s did: "
                "%(fault)s",
                leaver=user.name,
                fault=broken[0],
            )
        return broken


def issue_link(control: DocumentControl, person_id: int | None, user_id: int) -> str:
    """Return a secret for a one-time link by which a person chooses a password; the only way to set one."""
    secret = tools.password_hasher.new_secret()
    with control.deciding(person_id) as decision:
        if person_id is not None:
            require(decision.person, Right.ADMINISTER)
        user = _user(decision.session, user_id)
        user.one_time_hash = kept = tools.password_hasher.hash_secret(secret)
        user.one_time_until = decision.now + timedelta(hours=LINK_HOURS)
        decision.record(UserLinkIssued(valid_hours=LINK_HOURS, link=commitment_to(kept)), user.subject)
    return secret


def choose_password(control: DocumentControl, secret: str, password: str, address: str = "") -> str:
    """Set the password of the person to whom the one-time link was given; return the login."""
    check_link(control, secret, address)
    with control.reading() as session:
        name = control.organisation(session).name
    hashed = tools.password_hasher.hash_password(checked_password(password, name))
    with control.deciding(None) as decision:
        user = owner_of_link(decision.session, tools.password_hasher.hash_secret(secret), decision.now)
        if user is None or user.disabled:
            raise SignInRefusedError("This link was used already or is too old; ask an administrator for a new one.")
        user.password_hash, user.one_time_hash, user.one_time_until = hashed, "", None
        user.session_key = tools.password_hasher.new_secret()[:32]
        decision.record(UserPasswordChosen(by=user.login, commitment=commitment_to(hashed)), user.subject)
        use_up_links(decision, user)
        return user.login


def _require_known(decision: Decision, key: str) -> None:
    """Raise NotFoundError for the key of a person who was added before any account, but is not there."""
    known = select(func.count(Person.id)).where(Person.key == key)
    if key.startswith(OWN_KEY) and not decision.session.scalar(known):
        raise NotFoundError("There is no such person.")


def _checked_roles(roles: Iterable[str]) -> list[str]:
    wanted = set(roles) | {Role.READER.value}
    if not wanted <= {role.value for role in Role}:
        raise InvalidInputError("There is no such role; choose roles from the list.")
    return sorted(wanted)


def checked_zone(name: str) -> None:
    """Raise InvalidInputError unless there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInputError("There is no time zone “%(name)s”; write it like Europe/Berlin.", name=name) from None


def _require_first(decision: Decision) -> None:
    if decision.session.scalar(select(func.count(User.id))):
        raise NotPermittedError("Only an administrator adds people.")


def _require_administrator(decision: Decision) -> None:
    decision.session.flush()
    users = decision.session.scalars(select(User)).all()
    if not any(user.holds(Role.ADMINISTRATOR) for user in users):
        raise WrongStateError("This is the last administrator; give somebody else the role first.")


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFoundError("There is no such person.")
    return user
