"""Naming: a person and their accounts bear one name and one mail address, whichever of them is changed."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.document_control import Decision, authority
from docctl.domain.people.person import Person, person_of
from docctl.domain.people.user import User
from docctl.domain.trail.events.people import Account, UserChanged


def meet(decision: Decision, account: User) -> None:
    """Make the person of a new account, unless they were there before."""
    session = decision.session
    person = session.scalars(select(Person).where(Person.key == account.person)).first()
    if person is None:
        session.add(person_of(next_number(session), account))
    elif person.account_id is None:
        person.belongs_to(account)


def person_behind(decision: Decision, account: User) -> Person:
    """Return the person of an account; raise AuthorityChangedError where either is not as its events made it."""
    decision.touched.rely_on("users", account.id)
    person = decision.session.scalars(select(Person).where(Person.key == account.person)).first()
    if person is None:
        raise authority.refusal(f"The person behind the account of {account.name}")
    return person


def next_number(session: Session) -> int:
    """Return the number of the next person, as replaying numbers them."""
    return (session.scalar(select(func.max(Person.id))) or 0) + 1


def rename_together(decision: Decision, account: User, *, name: str, email: str) -> None:
    """Give what is new of a name and a mail address to the other accounts of the person of an account, and to them."""
    session = decision.session
    person = person_behind(decision, account)
    new = {key: given for key, given in {"name": name, "email": email}.items() if given != getattr(account, key)}
    others = select(User).where(User.person == account.person, User.id != account.id).order_by(User.id)
    for other in session.scalars(others) if new else ():
        old = other.as_recorded(Account)
        for key, given in new.items():
            setattr(other, key, given)
        if (changed := other.as_recorded(Account)) != old:
            decision.record(UserChanged(old=old, new=changed), other.subject)
    for key, given in new.items():
        setattr(account, key, given)
    if person.account_id is not None and new:
        person.take_from(session.get_one(User, person.account_id))
