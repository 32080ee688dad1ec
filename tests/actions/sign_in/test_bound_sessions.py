"""A session is what its sign-in opened: a row that was planted, turned, prolonged or brought back lets nobody in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

from docctl import tools
from docctl.actions.settings import administering
from docctl.actions.sign_in import ending_sessions, setting_up_factor, signing_in
from docctl.document_control.trust import VERIFY
from docctl.domain.errors import SignInRefusedError
from docctl.domain.trail.events.sign_in import UserSignedIn
from docctl.registers.integrity.finding import BROKEN
from docctl.registers.integrity.verifying import verify
from tests.factories.library import PASSWORD, Clock, Office, choose_passwords

pytestmark = pytest.mark.both_databases
IDLE = timedelta(hours=1)
NAMED = "A session of {} is not as a sign-in opened it, or goes on after its end."
TURNED = (
    "UPDATE sessions SET user_id = :admin, session_key = (SELECT session_key FROM users WHERE id = :admin){} "
    "WHERE user_id = :eve"
)
SIGNED_IN = "(SELECT max(seq) FROM events WHERE act = 'user:signed_in' AND actor_id = :admin)"


def sql(office: Office, statement: str, **values: object) -> None:
    """Change the database behind the library's back."""
    people = {name: office.people[name] for name in ("admin", "eve", "rob") if f":{name}" in statement}
    with office.control.engine.begin() as connection:
        assert connection.execute(text(statement), {**people, **values}).rowcount > 0


def rows(office: Office, login: str) -> list[Mapping[str, Any]]:
    """Everything that is kept of somebody's sessions."""
    wanted = text("SELECT * FROM sessions WHERE user_id = :account")
    with office.control.engine.connect() as connection:
        return [dict(row) for row in connection.execute(wanted, {"account": office.people[login]}).mappings()]


def put(office: Office, row: Mapping[str, Any], **other: object) -> None:
    """Put a row back, or one like it."""
    row = {**row, **other}
    sql(office, f"INSERT INTO sessions ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", **row)


def is_let_in(office: Office, secret: str) -> bool:
    """Say whether a browser with a secret is somebody's."""
    return signing_in.signed_in_person(office.control, secret, IDLE) is not None


def named(office: Office) -> list[str]:
    """What verify finds changed."""
    return [found.sentence for found in verify(office.control).findings if found.severity == BROKEN]


@pytest.mark.parametrize(
    ("change", "whose"),
    [
        (TURNED.format(f", signed_in_by = {SIGNED_IN}"), "admin"),
        (TURNED.format(""), "admin"),
        (TURNED.format(", signed_in_by = NULL"), ""),
        (TURNED.format(f", signed_in_by = {SIGNED_IN}, awaits_code = :no"), "admin"),
        ("UPDATE sessions SET ends_at = '2099-01-01 00:00:00.000000' WHERE user_id = :eve", "eve"),
        ("UPDATE sessions SET signed_in_by = NULL WHERE user_id = :eve", ""),
        ("UPDATE sessions SET signed_in_by = 1 WHERE user_id = :eve", "eve"),
        ("UPDATE sessions SET signed_in_by = 999999 WHERE user_id = :eve", "eve"),
    ],
)
def test_a_row_that_was_changed_is_nobodys_session(office: Office, change: str, whose: str) -> None:
    _, admins = signing_in.sign_in(office.control, "admin", PASSWORD)
    _, eves = signing_in.sign_in(office.control, "eve", PASSWORD)
    assert is_let_in(office, eves)
    assert named(office) == []
    sql(office, change, **({"no": False} if ":no" in change else {}))
    assert not is_let_in(office, eves)
    assert is_let_in(office, admins)
    assert named(office) == ([NAMED.format(whose)] if whose else [])


def test_a_row_that_was_planted_is_nobodys_session(office: Office) -> None:
    signing_in.sign_in(office.control, "admin", PASSWORD)
    [row] = rows(office, "admin")
    planted = tools.password_hasher.hash_secret("planted")
    put(office, row, id_hash=planted)
    assert not is_let_in(office, "planted")
    assert named(office) == [NAMED.format("admin")]
    sql(office, "DELETE FROM sessions WHERE id_hash = :planted", planted=planted)
    put(office, row, id_hash=planted, signed_in_by=None)
    assert not is_let_in(office, "planted")


def test_a_session_that_was_ended_is_not_brought_back_by_its_row(office: Office) -> None:
    control, admin, eve = office.control, office.people["admin"], office.people["eve"]
    _, left = signing_in.sign_in(control, "eve", PASSWORD)
    [row] = rows(office, "eve")
    _, here = signing_in.sign_in(control, "eve", PASSWORD)
    assert ending_sessions.end_other_sessions(control, eve, here) == 1
    put(office, row)
    assert not is_let_in(office, left)
    assert is_let_in(office, here)
    assert named(office) == [NAMED.format("eve")]
    sql(office, "UPDATE sessions SET signed_in_by = NULL WHERE id_hash = :left", left=row["id_hash"])
    assert not is_let_in(office, left)
    kept = [each for each in rows(office, "eve") if each["signed_in_by"]]
    assert ending_sessions.end_sessions_of(control, admin, eve) == 2
    for each in kept:
        put(office, each)
    assert not is_let_in(office, here)
    assert named(office) == [NAMED.format("eve")]


def test_a_session_of_before_a_password_is_not_brought_back_by_the_key_of_the_account(office: Office) -> None:
    _, before = signing_in.sign_in(office.control, "eve", PASSWORD)
    [row] = rows(office, "eve")
    choose_passwords(office.control, office.people["eve"])
    assert not is_let_in(office, before)
    assert named(office) == []
    sql(office, "UPDATE users SET session_key = :key WHERE id = :eve", key=row["session_key"])
    assert not is_let_in(office, before)
    assert named(office) == [NAMED.format("eve")]
    _, since = signing_in.sign_in(office.control, "eve", PASSWORD)
    assert is_let_in(office, since)


def test_a_session_of_before_an_account_was_disabled_is_not_brought_back(office: Office) -> None:
    control, admin, eve = office.control, office.people["admin"], office.people["eve"]
    _, before = signing_in.sign_in(control, "eve", PASSWORD)
    [row] = rows(office, "eve")
    for disabled in (True, False):
        administering.set_disabled(control, admin, eve, disabled)
    sql(office, "UPDATE users SET session_key = :key WHERE id = :eve", key=row["session_key"])
    assert not is_let_in(office, before)
    assert named(office) == [NAMED.format("eve")]


def test_a_second_factor_is_shown_by_whoever_gave_the_password(office: Office, clock: Clock) -> None:
    control, rob = office.control, office.people["rob"]
    device = pyotp.TOTP(setting_up_factor.begin(control, rob))
    setting_up_factor.confirm(control, rob, PASSWORD, device.at(control.now()))
    clock.forward(minutes=2)
    eves_device = pyotp.TOTP(setting_up_factor.begin(control, office.people["eve"]))
    setting_up_factor.confirm(control, office.people["eve"], PASSWORD, eves_device.at(control.now()))
    _, waiting = signing_in.sign_in(control, "eve", PASSWORD)
    as_it_was = rows(office, "eve")[0]
    turn = "UPDATE sessions SET user_id = :rob, session_key = (SELECT session_key FROM users WHERE id = :rob)"
    sql(office, f"{turn} WHERE user_id = :eve")
    with pytest.raises(SignInRefusedError, match="or was ended"):
        signing_in.give_code(control, waiting, device.at(control.now()))
    back = "UPDATE sessions SET user_id = :eve, session_key = :key, awaits_code = :no"
    sql(office, back, key=as_it_was["session_key"], no=False)
    assert not is_let_in(office, waiting)
    put(office, as_it_was, id_hash=tools.password_hasher.hash_secret("planted"))
    with pytest.raises(SignInRefusedError, match="or was ended"):
        signing_in.give_code(control, "planted", eves_device.at(control.now()))
    clock.forward(minutes=2)
    _, waiting = signing_in.sign_in(control, "rob", PASSWORD)
    _, opened = signing_in.give_code(control, waiting, device.at(control.now()))
    [row] = [each for each in rows(office, "rob") if not each["awaits_code"]]
    assert is_let_in(office, opened)
    setting_up_factor.take_away(control, office.people["admin"], rob, "The telephone was stolen")
    put(office, row)
    assert not is_let_in(office, opened)
    assert named(office) == [NAMED.format("rob")]


def test_one_removes_ones_own_second_factor_and_stays_signed_in(office: Office, clock: Clock) -> None:
    control, rob = office.control, office.people["rob"]
    _, here = signing_in.sign_in(control, "rob", PASSWORD)
    device = pyotp.TOTP(setting_up_factor.begin(control, rob))
    setting_up_factor.confirm(control, rob, PASSWORD, device.at(control.now()), session=here)
    clock.forward(minutes=2)
    setting_up_factor.remove(control, rob, PASSWORD, device.at(control.now()), session=here)
    assert is_let_in(office, here)
    assert named(office) == []


def test_who_signs_in_while_the_trail_takes_no_event_is_known_by_a_seal(office: Office) -> None:
    office.control.trust.remember("A signature was changed.", VERIFY, "2026-03-02")
    _, sealed = signing_in.sign_in(office.control, "eve", PASSWORD)
    assert is_let_in(office, sealed)
    [row] = rows(office, "eve")
    assert row["signed_in_by"] is None
    put(office, row, id_hash=tools.password_hasher.hash_secret("planted"))
    assert not is_let_in(office, "planted")
    sql(office, "DELETE FROM sessions WHERE id_hash <> :kept", kept=row["id_hash"])
    sql(office, "UPDATE sessions SET ends_at = '2099-01-01 00:00:00.000000' WHERE user_id = :eve")
    assert not is_let_in(office, sealed)


def test_a_session_of_an_earlier_version_asks_for_one_more_sign_in_and_is_no_fault(office: Office) -> None:
    eve = office.people["eve"]
    _, before = signing_in.sign_in(office.control, "eve", PASSWORD)
    with office.control.reading() as session:
        [(opened,)] = session.execute(text("SELECT signed_in_by FROM sessions"))
    with office.control.deciding(eve) as decision:
        seq = decision.record(UserSignedIn(address="", second_factor="", session=None), f"account:{eve}")
    assert seq > opened
    sql(office, "UPDATE sessions SET signed_in_by = :seq", seq=seq)
    assert not is_let_in(office, before)
    assert named(office) == []
