"""Somebody's second factor, as they see it themselves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.sign_in.second_factor import RecoveryCode, SecondFactor, must_have_factor


@dataclass(frozen=True)
class OwnFactor:
    """Where a person's second factor stands; the key is known only while the device is being set up."""

    is_asked: bool
    set_up_at: datetime | None
    codes_left: int
    key: str
    address: str


def own_factor(control: DocumentControl, session: Session, person: User | Reader) -> OwnFactor:
    """Return where somebody's second factor stands."""
    organisation, factor = control.organisation(session), session.get(SecondFactor, person.id)
    unused = select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == person.id)
    codes, key = tools.one_time_codes, ""
    if factor is not None and factor.confirmed_at is None:
        key = codes.device_key(factor.seed, control.secret_key)
    return OwnFactor(
        is_asked=must_have_factor(person.roles, organisation.second_factor_roles),
        set_up_at=factor.confirmed_at if factor is not None else None,
        codes_left=session.scalar(unused.where(RecoveryCode.used_at.is_(None))) or 0,
        key=key,
        address=codes.address_for(key, person.login, organisation.name) if key else "",
    )


def lacks_factor(session: Session, person: Reader) -> bool:
    """Say whether a device is not set up yet."""
    factor = session.get(SecondFactor, person.id)
    return factor is None or factor.confirmed_at is None
