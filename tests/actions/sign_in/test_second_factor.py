"""The second factor: a code counts once, a lost device is replaced, and nobody gets round it."""

import threading
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from docctl.actions.approval.reviewing import review
from docctl.actions.sign_in import setting_up_factor, signing_in
from docctl.actions.sign_in.second_factor import code_holds
from docctl.document_control import DocumentControl
from docctl.domain.errors import (
    InvalidInputError,
    NotPermittedError,
    SessionEndedError,
    SignInRefusedError,
    WrongPasswordError,
    WrongStateError,
)
from docctl.domain.sign_in.password import Credentials
from docctl.domain.sign_in.second_factor import RecoveryCode, SecondFactor
from docctl.domain.trail.audit_trail import Act, Event
from docctl.registers.integrity.verifying import verify
from tests.factories.library import PASSWORD, Clock, Office

pytestmark = pytest.mark.both_databases
IDLE = timedelta(hours=1)


class Device:
    """A telephone with an authenticator app."""

    def __init__(self, control: DocumentControl, key: str) -> None:
        self.control, self.totp = control, pyotp.TOTP(key)
        self.recovery: list[str] = []

    def code(self) -> str:
        """The code that it shows now."""
        return self.totp.at(self.control.now())


@pytest.fixture
def device(control: DocumentControl, people: dict[str, int], clock: Clock) -> Device:
    """The device of Rob, who has just set it up."""
    made = Device(control, setting_up_factor.begin(control, people["rob"]))
    made.recovery = setting_up_factor.confirm(control, people["rob"], PASSWORD, made.code())
    clock.forward(minutes=1)
    return made


def enter(control: DocumentControl, code: str) -> str:
    """Sign Rob in by his password and a code; return the secret of his session."""
    _, waiting = signing_in.sign_in(control, "rob", PASSWORD)
    assert signing_in.signed_in_person(control, waiting, IDLE) is None
    user, opened = signing_in.give_code(control, waiting, code)
    assert user.login == "rob"
    assert not signing_in.awaits_code(control, waiting)
    return opened


def acts(control: DocumentControl) -> list[str]:
    """What happened, in order."""
    with control.reading() as session:
        return list(session.scalars(select(Event.act).order_by(Event.seq)))


def test_password_and_code_together_open_a_session(control: DocumentControl, device: Device) -> None:
    opened = enter(control, device.code())
    person = signing_in.signed_in_person(control, opened, IDLE)
    assert person is not None
    assert person.login == "rob"
    assert acts(control)[-1] == Act.USER_SIGNED_IN


def test_a_code_counts_once_for_whatever_it_is_given(
    control: DocumentControl, people: dict[str, int], device: Device, clock: Clock
) -> None:
    code = device.code()
    enter(control, code)
    _, waiting = signing_in.sign_in(control, "rob", PASSWORD)
    with pytest.raises(SignInRefusedError, match="next one"):
        signing_in.give_code(control, waiting, code)
    clock.forward(minutes=1)
    with pytest.raises(SignInRefusedError):
        signing_in.give_code(control, waiting, code)
    assert code_holds(control, people["rob"], device.code())


def test_of_two_who_give_the_same_code_at_once_one_gets_in(
    control: DocumentControl, people: dict[str, int], device: Device
) -> None:
    code, together, held = device.code(), threading.Barrier(4), []

    def give() -> None:
        together.wait()
        held.append(code_holds(control, people["rob"], code))

    givers = [threading.Thread(target=give) for _ in range(4)]
    for giver in givers:
        giver.start()
    for giver in givers:
        giver.join()
    assert sorted(map(bool, held)) == [False, False, False, True]


def test_each_recovery_code_counts_once_and_its_use_is_told(
    control: DocumentControl, people: dict[str, int], device: Device
) -> None:
    enter(control, device.recovery[0].upper().replace("-", " "))
    assert acts(control)[-2:] == [Act.RECOVERY_CODE_USED, Act.USER_SIGNED_IN]
    _, waiting = signing_in.sign_in(control, "rob", PASSWORD)
    with pytest.raises(SignInRefusedError):
        signing_in.give_code(control, waiting, device.recovery[0])
    new = setting_up_factor.renew_codes(control, people["rob"], PASSWORD, device.code())
    assert len(set(new) | set(device.recovery)) == 20
    assert not code_holds(control, people["rob"], device.recovery[1])
    assert code_holds(control, people["rob"], new[1])


def test_neither_codes_nor_the_key_are_kept_as_they_are(control: DocumentControl, device: Device) -> None:
    with control.reading() as session:
        factor = session.scalars(select(SecondFactor)).one()
        hashes = set(session.scalars(select(RecoveryCode.code_hash)))
        told = " ".join(session.scalars(select(Event.text)))
    assert device.totp.secret not in vars(factor).values()
    for code in device.recovery:
        assert code not in hashes
        assert code not in told


def test_five_wrong_codes_end_the_waiting_session_and_raise_an_alert(control: DocumentControl, device: Device) -> None:
    _, waiting = signing_in.sign_in(control, "rob", PASSWORD)
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            signing_in.give_code(control, waiting, "000000")
    assert not signing_in.awaits_code(control, waiting)
    assert Act.SECURITY_ALERT in acts(control)
    with pytest.raises(SignInRefusedError):
        signing_in.give_code(control, waiting, device.code())


def test_whoever_waits_too_long_begins_again(control: DocumentControl, device: Device, clock: Clock) -> None:
    _, waiting = signing_in.sign_in(control, "rob", PASSWORD)
    clock.forward(minutes=5)
    with pytest.raises(SignInRefusedError, match="too long"):
        signing_in.give_code(control, waiting, device.code())


def test_the_first_signature_of_a_session_asks_for_a_code_that_was_not_used(
    control: DocumentControl, office: Office, people: dict[str, int], device: Device, clock: Clock
) -> None:
    revision = office.write("POL-001")
    office.submit(revision)
    shown, code = office.revision(revision).fingerprint, device.code()
    session = enter(control, code)

    def sign(code: str) -> None:
        given = Credentials(PASSWORD, login="rob", code=code, session=session)
        review(control, revision, people["rob"], shown=shown, credentials=given)

    for wrong in ("", code, "000000"):
        with pytest.raises(WrongPasswordError, match="code"):
            sign(wrong)
    clock.forward(minutes=1)
    sign(device.code())
    assert acts(control)[-1] == Act.REVISION_REVIEWED


def test_a_device_counts_only_once_it_has_given_a_code(control: DocumentControl, people: dict[str, int]) -> None:
    key = setting_up_factor.begin(control, people["rob"])
    assert setting_up_factor.begin(control, people["rob"]) != key
    _, opened = signing_in.sign_in(control, "rob", PASSWORD)
    assert signing_in.signed_in_person(control, opened, IDLE) is not None
    with pytest.raises(InvalidInputError):
        setting_up_factor.confirm(control, people["rob"], PASSWORD, Device(control, key).code())


@pytest.mark.parametrize("given", ["password", "code"])
def test_guessing_at_ones_own_second_factor_ends_the_session_the_fifth_time(
    control: DocumentControl, people: dict[str, int], device: Device, given: str
) -> None:
    opened = enter(control, device.code())
    _, elsewhere = signing_in.sign_in(control, "eve", PASSWORD)
    password = "a wrong password" if given == "code" else PASSWORD
    for turn in range(5):
        with pytest.raises(InvalidInputError if turn < 4 else SessionEndedError):
            setting_up_factor.remove(control, people["rob"], password, "000000", session=opened)
    assert signing_in.signed_in_person(control, opened, IDLE) is None
    assert signing_in.signed_in_person(control, elsewhere, IDLE) is not None


def test_who_lost_the_device_is_let_in_by_the_password_once_an_administrator_took_it_away(
    control: DocumentControl, people: dict[str, int], device: Device
) -> None:
    opened = enter(control, device.code())
    with pytest.raises(NotPermittedError):
        setting_up_factor.take_away(control, people["carla"], people["rob"], "Lost")
    setting_up_factor.take_away(control, people["admin"], people["rob"], "The telephone was stolen")
    assert signing_in.signed_in_person(control, opened, IDLE) is None
    _, again = signing_in.sign_in(control, "rob", PASSWORD)
    assert signing_in.signed_in_person(control, again, IDLE) is not None
    with pytest.raises(WrongStateError):
        setting_up_factor.take_away(control, people["admin"], people["rob"], "Once more")
    assert all(finding.severity == "repairable" for finding in verify(control).findings)


def test_nobody_takes_away_their_own_nor_removes_what_the_organisation_asks_for(
    control: DocumentControl, people: dict[str, int], device: Device, clock: Clock
) -> None:
    setting_up_factor.ask_of_roles(control, people["admin"], ["reviewer"])
    with pytest.raises(NotPermittedError, match="asks for"):
        setting_up_factor.remove(control, people["rob"], PASSWORD, device.code())
    setting_up_factor.ask_of_roles(control, people["admin"], [])
    setting_up_factor.remove(control, people["rob"], PASSWORD, device.code())
    key = setting_up_factor.begin(control, people["admin"])
    setting_up_factor.confirm(control, people["admin"], PASSWORD, Device(control, key).code())
    with pytest.raises(NotPermittedError, match="their own"):
        setting_up_factor.take_away(control, people["admin"], people["admin"], "Tired of it")
    for refused, roles in ((NotPermittedError, ["author"]), (InvalidInputError, ["king"])):
        with pytest.raises(refused):
            setting_up_factor.ask_of_roles(control, people["eve"], roles)
