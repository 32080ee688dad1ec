"""What a signer has to give before signing, and who stands in for whom."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.approval.declaration import DECLARATION, DECLARATION_VERSION, Declaration
from docctl.domain.approval.delegation import Delegation
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, may, require_one_of
from docctl.domain.sign_in.web_session import WebSession
from docctl.registers.sign_in.second_factor import lacks_factor


@dataclass(frozen=True)
class SignerNeeds:
    """What the signature dialog asks for besides the password."""

    declaration: str
    declaration_version: str
    login: bool
    code: bool


def signer_needs(control: DocumentControl, session: Session, person: Reader, secret: str) -> SignerNeeds:
    """Return what the person still has to give: the declaration once, the login name once in each session."""
    declared = session.get(Declaration, (person.id, DECLARATION_VERSION)) is not None
    begun = session.get(WebSession, tools.password_hasher.hash_secret(secret))
    begins = begun is None or begun.signed_at is None
    return SignerNeeds(
        declaration="" if declared else DECLARATION,
        declaration_version=DECLARATION_VERSION,
        login=begins,
        code=begins and not lacks_factor(session, person),
    )


def delegations_of(session: Session, person: Reader, about: User) -> list[Delegation]:
    """Return the delegations by and to somebody, the newest first: one's own, or anybody's for administrators."""
    query = select(Delegation).order_by(Delegation.from_day.desc(), Delegation.id.desc())
    if about.id != person.id and not may(person, Right.ADMINISTER):
        return []
    return list(session.scalars(query.where(or_(Delegation.absent_id == about.id, Delegation.delegate_id == about.id))))


def all_delegations(session: Session, person: Reader) -> list[Delegation]:
    """Return every delegation, the newest first, for those who control documents, look after people or audit."""
    require_one_of(person, Right.CONTROL, Right.ADMINISTER, Right.READ_AUDIT_TRAIL)
    return list(session.scalars(select(Delegation).order_by(Delegation.from_day.desc(), Delegation.id.desc())))
