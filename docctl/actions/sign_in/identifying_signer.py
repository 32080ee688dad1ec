"""Identifying the signer: who signs shows who they are, and declares that it binds."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.sign_in import signing_in
from docctl.actions.sign_in.checking_credentials import Claim, check
from docctl.actions.sign_in.second_factor import has_factor
from docctl.document_control import Decision, DocumentControl
from docctl.document_control.host_clock import require_clock
from docctl.domain.approval.declaration import DECLARATION, DECLARATION_VERSION, Declaration
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import (
    DeclarationMissingError,
    WrongPasswordError,
    WrongStateError,
)
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.permission import require_readable
from docctl.domain.sign_in.credential import Credential
from docctl.domain.sign_in.password import Credentials
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.events.approval import DeclarationAccepted, SigningRefused

BY_PASSWORD = "password"  # noqa: S105


def identify_signer(
    control: DocumentControl, revision_id: int, person_id: int, credentials: Credentials
) -> Credential:  # fmt: skip
    """Ask the signer who they are: the password each time, and the login name too at the first signing of a session.

    Whoever has a second factor gives its code at the first signing as well, which was not used before.
    What is wrong is refused and recorded, and the fifth time ends the session; a call without a session comes from
    the program itself, which has named the person. Returned are the events that set what was shown.
    """
    session = credentials.session
    with control.reading() as reading:
        user = reading.get(User, person_id)
        revision = reading.get(Revision, revision_id)
        if user is not None:
            require_readable(control.reader(reading, user), revision)
        begun = reading.get(WebSession, tools.password_hasher.hash_secret(session)) if session else None
        gives_code = has_factor(reading, person_id)
    names_self = not session or (begun is not None and begun.signed_at is not None)
    asked = "password" if names_self else "login name, password or code" if gives_code else "login name or password"
    claim = Claim(
        login=user.login if user is not None else "",
        user=user,
        password=credentials.password,
        code=credentials.code if gives_code and not names_self else None,
        is_named=names_self or (user is not None and credentials.login.strip().lower() == user.login),
        session=session,
        address=credentials.address,
    )
    return check(
        control,
        claim,
        WrongPasswordError("That is not your %(asked)s, so nothing was signed; type it again.", asked=asked),
        ended=f"The wrong {asked} was given five times, so nothing was signed and you were signed out; sign in again.",
        tell=_refused_signing(revision, f"wrong {asked}"),
    ).credential


def _refused_signing(revision: Revision | None, why: str) -> Callable[[Decision], None]:
    """Return what records that somebody was refused to sign, for a revision or for themselves."""

    def tell(decision: Decision) -> None:
        found = decision.session.get(Revision, revision.id) if revision is not None else None
        subject = found.name if found is not None else decision.person.subject
        decision.record(SigningRefused(), subject, revision=found, reason=why)

    return tell


def require_declared(reading: Session, person: Reader) -> None:
    """Raise DeclarationMissingError unless the person has accepted the declaration as it reads now."""
    if reading.get(Declaration, (person.id, DECLARATION_VERSION)) is None:
        raise DeclarationMissingError(
            "Before your first signature you have to declare that it binds you like one written by hand, so nothing "
            "was signed; tick the declaration and sign again."
        )


def accept_declaration(control: DocumentControl, person_id: int, credentials: Credentials, version: str) -> None:
    """Declare, by one's password, that one's electronic signature binds like one written by hand."""
    if version != DECLARATION_VERSION:
        raise DeclarationMissingError("The declaration reads differently by now; read it again and tick it.")
    with control.reading() as reading:
        user = reading.get_one(User, person_id)
    shown = check(
        control,
        Claim(
            user.login,
            user,
            password=credentials.password,
            session=credentials.session,
            address=credentials.address,
        ),
        WrongPasswordError("That is not your password, so nothing was declared or signed; type it again."),
        ended="The wrong password was given five times, so nothing was declared and you were signed out.",
        tell=_refused_signing(None, "wrong password at the declaration"),
    )
    declare(control, person_id, shown.credential)


def declare(control: DocumentControl, person_id: int, credential: Credential | None = None) -> None:
    """Record that a person, who has shown who they are, accepts the declaration; a second time changes nothing."""
    with control.deciding(person_id, credential=credential) as decision:
        person = decision.person
        if decision.session.get(Declaration, (person.id, DECLARATION_VERSION)) is not None:
            return
        decision.session.add(Declaration(user_id=person.id, version=DECLARATION_VERSION, accepted_at=decision.now))
        decision.record(DeclarationAccepted(version=DECLARATION_VERSION, declaration=DECLARATION), person.subject)


def require_able_to_sign(decision: Decision) -> None:
    """Raise WrongStateError while the clock is in doubt, or a one-time link is out whose holder could be the signer."""
    require_clock(decision.session)
    account = decision.person.account
    until = account.one_time_until
    if account.one_time_hash and until is not None and until >= decision.now:
        raise WrongStateError(
            "A one-time link was issued for your account, so nothing was signed; choose a password by that link first, "
            "and ask your administrator if you did not expect one."
        )


def note_identified(decision: Decision, session: str) -> None:
    """Note that the signer's session has signed."""
    signing_in.note_signing(decision, session)
