"""Replacing a lost key: the ledger goes on with a new one, by an event that says so for ever and proves nothing alone.

Whoever has the database and the repository, but not the key, could claim the same. So verify names it as a break, which
only a checkpoint from after it bridges, kept outside.
"""

from sqlalchemy import select

from docctl.actions.sign_in.checking_credentials import Claim, Shown, check
from docctl.actions.sign_in.second_factor import has_factor, note_code
from docctl.actions.trail.rotating_keys import settle
from docctl.document_control import DocumentControl
from docctl.document_control.trust import VERIFY
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.errors import InvalidInputError, LibraryMismatchError, NotPermittedError, WrongPasswordError
from docctl.domain.people.user import Role, User
from docctl.domain.trail.events.trail import SigningKeyLost
from docctl.domain.trail.ledger_keys import LOSS, loss_text
from docctl.machine.crash_point import crash_point
from docctl.registers.integrity import verifying
from docctl.registers.integrity.finding import BROKEN, KEYS, Progress

HERE = "this server"


def replace_lost_key(
    control: DocumentControl, login: str, password: str, reason: str, progress: Progress | None = None, *,
    code: str = "",
) -> str:  # fmt: skip
    """Let a new key sign from this event on, because the last one is lost; return its fingerprint.

    Only an administrator may, with their password, and the code of their second factor where they have one, and only
    where the key is really not there and all else is sound.
    """
    reason = checked_reason(reason, "how the key was lost")
    person_id, shown = _administrator(control, login.strip().lower(), password, code)
    _require_lost(control, progress)
    control.trust.forget(VERIFY)
    with control.keys.rotating():
        new = control.keys.prepare_next()
        with control.deciding(person_id, credential=shown.credential) as decision:
            note_code(decision, shown.code)
            lost, seq = decision.keys.current, decision.head.seq + 1
            stated = loss_text(lost, new.public_line, seq, decision.head.chain)
            decision.keys = decision.keys.replaced_by(new.public_line, seq, decision.now)
            decision.record(
                SigningKeyLost(old_key=lost, new_key=new.public_line, countersignature=new.sign(stated, LOSS)),
                new.fingerprint,
                reason=reason,
            )
        crash_point("loss recorded")
    settle(control)
    return new.fingerprint


def asks_for_code(control: DocumentControl, login: str) -> bool:
    """Say whether whoever replaces the key gives the code of a second factor as well."""
    with control.reading() as session:
        user = session.scalars(select(User).where(User.login == login.strip().lower())).first()
        return user is not None and has_factor(session, user.id)


def _administrator(control: DocumentControl, login: str, password: str, code: str) -> tuple[int, Shown]:
    """Return who replaces the key, and what they showed; raise where that is no administrator who shows all of it."""
    with control.reading() as session:
        user = session.scalars(select(User).where(User.login == login)).first()
    gives_code = asks_for_code(control, login)
    asked = "Login name, password or code" if gives_code else "Login name or password"
    refusal = WrongPasswordError("%(asked)s are wrong, so the key was not replaced.", asked=asked)
    claim = Claim(login[:80], user, password=password, code=code if gives_code else None, address=HERE)
    # Without the key nothing can be recorded now: what is refused is kept, and told once there is one again.
    shown = check(control, claim, refusal, tells_now=False)
    if user is None:
        raise refusal
    if not user.holds(Role.ADMINISTRATOR):
        raise NotPermittedError("Only an administrator replaces a lost key.")
    return user.id, shown


def _require_lost(control: DocumentControl, progress: Progress | None) -> None:
    """Raise InvalidInputError where the key is at hand, LibraryMismatchError where anything else is wrong."""
    found = [each for each in verifying.verify(control, progress).findings if each.severity == BROKEN]
    for finding in found:
        if finding.remedy != KEYS:
            raise LibraryMismatchError(
                "The key was not replaced, because more is wrong: %(sentence)s", sentence=finding.sentence
            )
    if not found:
        raise InvalidInputError("The key that signs the ledger is in the folder keys/; leave --lost out to change it.")
