"""Setting up a second factor: a device is added, confirmed and removed; the organisation says who needs one."""

from collections.abc import Callable, Iterable

from sqlalchemy import delete, select

from docctl import tools
from docctl.actions.sign_in.checking_credentials import Claim, Shown, check
from docctl.actions.sign_in.second_factor import device_key, forget_factor, has_factor
from docctl.document_control import Decision, DocumentControl
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.errors import (
    InvalidInputError,
    NotPermittedError,
    WrongStateError,
)
from docctl.domain.people.user import Role, User
from docctl.domain.rights.permission import Right, require
from docctl.domain.sign_in.commitments import all_codes, commitment_to
from docctl.domain.sign_in.credential import Credential
from docctl.domain.sign_in.second_factor import RECOVERY_CODES, RecoveryCode, SecondFactor, must_have_factor, plain_code
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.events.settings import LibraryChanged
from docctl.domain.trail.events.sign_in import (
    RecoveryCodesRenewed,
    SecondFactorRefused,
    SecondFactorRemoved,
    SecondFactorSetUp,
)

MakesCodes = Callable[..., list[str]]


def begin(control: DocumentControl, person_id: int) -> str:
    """Begin to set up a device, and return the key to give it; what was begun before and not confirmed is forgotten."""
    with control.remembering() as session:
        factor = session.get(SecondFactor, person_id)
        if factor is not None and factor.confirmed_at is not None:
            raise WrongStateError("You have a second factor already; remove it before you set up another device.")
        if factor is None:
            session.add(factor := SecondFactor(user_id=person_id, last_step=0))
        factor.seed = tools.one_time_codes.new_seed()
        return device_key(control, factor)


def confirm(
    control: DocumentControl, person_id: int, password: str, code: str, *, session: str = "", address: str = ""
) -> list[str]:
    """Let the device count from now on, once it has given a code; return the recovery codes, which are shown once."""
    with control.reading() as reading:
        user, factor = reading.get_one(User, person_id), reading.get(SecondFactor, person_id)
    if factor is None or factor.confirmed_at is not None:
        raise WrongStateError("No device is being set up; begin again.")
    shown = _check_both(control, Claim(user.login, user, password, code, True, session, address, factor))
    with control.deciding(person_id, credential=shown.credential) as decision:
        found = decision.session.get_one(SecondFactor, person_id)
        if found.seed != factor.seed or found.confirmed_at is not None:
            raise WrongStateError("Another device is being set up by now; begin again.")
        found.last_step, found.confirmed_at = shown.step, decision.now
        codes, committed = _new_codes(decision, person_id)
        told = SecondFactorSetUp(device=commitment_to(found.seed), codes=committed)
        decision.record(told, decision.person.subject)
    return codes


def renew_codes(
    control: DocumentControl, person_id: int, password: str, code: str, *, session: str = "", address: str = ""
) -> list[str]:
    """Return new recovery codes, after which the old ones count no more."""
    credential = _require_both(control, person_id, password, code, session, address)
    with control.deciding(person_id, credential=credential) as decision:
        codes, committed = _new_codes(decision, person_id)
        decision.record(RecoveryCodesRenewed(codes=committed), decision.person.subject)
    return codes


def remove(
    control: DocumentControl, person_id: int, password: str, code: str, *, session: str = "", address: str = ""
) -> None:
    """Remove one's own second factor; raises NotPermittedError where the organisation asks for one."""
    with control.reading() as reading:
        if must_have_factor(reading.get_one(User, person_id).roles, control.organisation(reading).second_factor_roles):
            raise NotPermittedError(
                "Your organisation asks for a second factor for your role, so it was not removed; an administrator can "
                "take it away where you get another device."
            )
    credential = _require_both(control, person_id, password, code, session, address)
    with control.deciding(person_id, credential=credential) as decision:
        forget_factor(decision.session, person_id)
        decision.record(SecondFactorRemoved(by=decision.person.login), decision.person.subject)


def take_away(control: DocumentControl, person_id: int | None, user_id: int, reason: str) -> None:
    """Take away the second factor of somebody who lost the device; every session of theirs ends, and they are told.

    Nobody takes away their own, for whoever holds their password would too.
    """
    reason = checked_reason(reason, "why the second factor is taken away")
    with control.deciding(person_id) as decision:
        if person_id is not None:
            require(decision.person, Right.ADMINISTER)
        user = decision.session.get(User, user_id)
        if user is None or not has_factor(decision.session, user_id):
            raise WrongStateError("This person has no second factor.")
        if person_id is not None and user.person == decision.person.person:
            raise NotPermittedError("Nobody takes away their own second factor; ask another administrator.")
        forget_factor(decision.session, user_id)
        decision.session.execute(delete(WebSession).where(WebSession.user_id == user_id))
        decision.record(SecondFactorRemoved(), user.subject, reason=reason)
        decision.notify(
            user,
            "Your second factor was taken away",
            f"The second factor of your account {user.login} was taken away: {reason}. If you did not ask for that, "
            "tell an administrator at once.",
        )


def ask_of_roles(control: DocumentControl, person_id: int, roles: Iterable[str]) -> None:
    """Say which roles need a second factor; whoever holds one sets it up at the next page they open."""
    wanted = sorted(set(roles))
    if not set(wanted) <= {role.value for role in Role}:
        raise InvalidInputError("There is no such role; choose roles from the list.")
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ADMINISTER)
        organisation = control.organisation(decision.session)
        organisation.second_factor_roles = wanted
        decision.record(LibraryChanged(second_factor_roles=wanted), organisation.name)


def _require_both(
    control: DocumentControl, person_id: int, password: str, code: str, session: str, address: str
) -> Credential:  # fmt: skip
    with control.reading() as reading:
        user = reading.get_one(User, person_id)
        if not has_factor(reading, person_id):
            raise WrongStateError("You have no second factor; set one up first.")
    return _check_both(control, Claim(user.login, user, password, code, True, session, address)).credential


def _check_both(control: DocumentControl, claim: Claim) -> Shown:
    return check(
        control,
        claim,
        InvalidInputError("Password and code do not belong together, so nothing was changed; type both again."),
        ended="Wrong passwords or codes were given five times, so nothing was changed and you were signed out.",
        tell=lambda decision: decision.record(SecondFactorRefused(), decision.person.subject),
    )


def _new_codes(decision: Decision, person_id: int) -> tuple[list[str], str]:
    """Return new recovery codes, and the commitment to what is kept of them."""
    codes = [tools.one_time_codes.new_recovery_code() for _ in range(RECOVERY_CODES)]
    for code in decision.session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == person_id)):
        decision.session.delete(code)
    hashes = [tools.password_hasher.hash_secret(plain_code(code)) for code in codes]
    decision.session.add_all(RecoveryCode(user_id=person_id, code_hash=each) for each in hashes)
    return codes, commitment_to(all_codes(hashes))
