"""Sessions that are kept and ended here, and refused sign-ins that slow down without locking anybody out."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.settings import administering
from docctl.actions.sign_in import signing_in
from docctl.actions.sign_in.identifying_signer import accept_declaration
from docctl.actions.trail.recording_access import record_collected
from docctl.document_control import DocumentControl
from docctl.domain.approval.declaration import DECLARATION_VERSION
from docctl.domain.errors import (
    InvalidInputError,
    SessionEndedError,
    SignInRefusedError,
    SignInThrottledError,
    WrongPasswordError,
)
from docctl.domain.people.user import User
from docctl.domain.sign_in.password import Credentials, checked_password
from docctl.domain.sign_in.web_session import SignInAttempts, TimeLeft, WebSession, attempt_ids, warning_before
from docctl.domain.trail.audit_trail import Event
from docctl.registers.integrity.library_digest import library_digest
from docctl.registers.integrity.verifying import verify
from tests.factories.library import PASSWORD, Clock, choose_passwords

pytestmark = pytest.mark.both_databases

IDLE = timedelta(hours=1)


def refuse(control: DocumentControl, login: str = "eve", address: str = "192.0.2.1") -> type[Exception]:
    """Try a wrong password and return how it was refused."""
    with pytest.raises(SignInRefusedError) as refused:
        signing_in.sign_in(control, login, "a wrong password", address)
    return refused.type


def subjects(session: Session) -> dict[str, str]:
    """How the audit trail names each account, by its login."""
    return {user.login: user.subject for user in session.scalars(select(User))}


def told(control: DocumentControl) -> Counter[str]:
    """Count the events by act."""
    with control.reading() as session:
        return Counter(session.scalars(select(Event.act)))


def test_only_the_hash_of_a_session_is_kept(control: DocumentControl) -> None:
    _, secret = signing_in.sign_in(control, "eve", PASSWORD)
    with control.reading() as session:
        kept = session.scalars(select(WebSession)).one()
    assert secret not in vars(kept).values()
    assert kept.id_hash == tools.password_hasher.hash_secret(secret)


def test_each_sign_in_has_a_session_of_its_own_and_signing_out_ends_only_that(control: DocumentControl) -> None:
    _, first = signing_in.sign_in(control, "eve", PASSWORD)
    _, second = signing_in.sign_in(control, "eve", PASSWORD)
    signing_in.sign_out(control, first)
    assert signing_in.signed_in_person(control, first, IDLE) is None
    assert signing_in.signed_in_person(control, second, IDLE) is not None


def test_choosing_a_password_and_disabling_an_account_end_its_sessions(
    control: DocumentControl, people: dict[str, int]
) -> None:
    _, before_password = signing_in.sign_in(control, "eve", PASSWORD)
    link = administering.issue_link(control, people["admin"], people["eve"])
    administering.choose_password(control, link, "another horse that staples")
    assert signing_in.signed_in_person(control, before_password, IDLE) is None
    _, before_disabling = signing_in.sign_in(control, "eve", "another horse that staples")
    administering.set_disabled(control, people["admin"], people["eve"], True)
    administering.set_disabled(control, people["admin"], people["eve"], False)
    assert signing_in.signed_in_person(control, before_disabling, IDLE) is None


@pytest.mark.parametrize("secret", ["", "1", "guessed", "' OR 1=1 --"])
def test_a_guessed_session_is_nobodys(control: DocumentControl, secret: str) -> None:
    signing_in.sign_in(control, "eve", PASSWORD)
    assert signing_in.signed_in_person(control, secret, IDLE) is None


def test_a_session_ends_when_nobody_is_seen_and_at_the_latest_after_twelve_hours(
    control: DocumentControl, clock: Clock
) -> None:
    _, secret = signing_in.sign_in(control, "eve", PASSWORD)
    for _ in range(12):
        clock.forward(hours=1)
        clock.instant -= timedelta(minutes=1)
        assert signing_in.signed_in_person(control, secret, IDLE) is not None
    clock.forward(hours=1)
    assert signing_in.signed_in_person(control, secret, timedelta(days=9)) is None
    _, left_alone = signing_in.sign_in(control, "eve", PASSWORD)
    clock.forward(hours=2)
    assert signing_in.signed_in_person(control, left_alone, IDLE) is None


def test_asking_how_long_a_session_goes_on_does_not_make_it_longer(control: DocumentControl, clock: Clock) -> None:
    _, secret = signing_in.sign_in(control, "eve", PASSWORD)
    clock.forward(minutes=50)
    asked = [signing_in.running_session(control, secret, IDLE, is_seen=False) for _ in range(3)]
    lengths = [found.time_left.lasts for found in asked if found is not None]
    assert timedelta(minutes=9) < lengths[2] < lengths[1] < lengths[0] < timedelta(minutes=10)
    seen = signing_in.running_session(control, secret, IDLE)
    assert seen is not None
    assert seen.time_left == TimeLeft(IDLE)


def test_who_says_that_they_are_there_stays_signed_in_but_never_beyond_twelve_hours(
    control: DocumentControl, clock: Clock
) -> None:
    _, secret = signing_in.sign_in(control, "eve", PASSWORD)
    clock.instant += timedelta(seconds=30)  # sooner than what pages note by themselves
    assert signing_in.stay_signed_in(control, secret, IDLE) == TimeLeft(IDLE)
    for _ in range(11):
        clock.forward(minutes=59)
        assert not signing_in.stay_signed_in(control, secret, IDLE).is_final
    clock.forward(minutes=30)
    last = signing_in.stay_signed_in(control, secret, IDLE)
    assert last.is_final
    assert last.lasts < timedelta(minutes=41)
    clock.forward(minutes=41)
    with pytest.raises(SignInRefusedError, match="sign in again"):
        signing_in.stay_signed_in(control, secret, IDLE)
    with pytest.raises(SignInRefusedError):
        signing_in.stay_signed_in(control, "guessed", IDLE)


@pytest.mark.only_sqlite
@pytest.mark.parametrize(("idle", "warned"), [(600, 120), (60, 120), (3, 90), (1, 30), (0.5, 20)])
def test_people_are_warned_at_least_twenty_seconds_before_a_session_ends(idle: float, warned: int) -> None:
    assert warning_before(timedelta(minutes=idle)) == timedelta(seconds=warned)


def test_a_request_costs_five_look_ups_and_is_noted_once_a_minute(control: DocumentControl, clock: Clock) -> None:
    _, secret = signing_in.sign_in(control, "eve", PASSWORD)
    statements: list[str] = []
    event.listen(control.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    for _ in range(10):
        signing_in.signed_in_person(control, secret, IDLE)
    assert Counter(text.split()[0] for text in statements if text.split()[0] != "BEGIN") == {"SELECT": 50}
    clock.instant += timedelta(minutes=1)
    signing_in.signed_in_person(control, secret, IDLE)
    assert sum(text.startswith("UPDATE sessions") for text in statements) == 1


@pytest.mark.only_sqlite
def test_a_session_is_looked_up_without_reading_all_of_them(control: DocumentControl) -> None:
    with control.reading() as session:
        plan = session.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM sessions JOIN users ON users.id = sessions.user_id WHERE id_hash = 'x'"
        )
        assert not any("SCAN" in row[-1] for row in plan)


def test_twenty_wrong_passwords_slow_a_login_down_at_its_address_only(control: DocumentControl, clock: Clock) -> None:
    refusals = [refuse(control) for _ in range(20)]
    assert refusals[:5] == [SignInRefusedError] * 5
    assert SignInThrottledError in refusals
    with pytest.raises(SignInThrottledError, match="try again in"):
        signing_in.sign_in(control, "eve", PASSWORD, "192.0.2.1")
    assert signing_in.sign_in(control, "eve", PASSWORD, "198.51.100.7")[0].login == "eve"
    clock.instant += timedelta(minutes=15)
    assert signing_in.sign_in(control, "eve", PASSWORD, "192.0.2.1")[0].login == "eve"


def test_one_address_that_tries_many_logins_is_slowed_down(control: DocumentControl) -> None:
    refusals = [refuse(control, f"somebody{number}") for number in range(20)]
    assert SignInThrottledError in refusals
    assert told(control)["user:sign_in_throttled"] == 1
    assert signing_in.sign_in(control, "eve", PASSWORD, "198.51.100.7")[0].login == "eve"


def test_guesses_during_a_wait_are_told_once_with_how_many_they_were(control: DocumentControl, clock: Clock) -> None:
    control._clock = lambda: clock.instant
    assert [refuse(control, "eve") for _ in range(40)] == [SignInRefusedError] * 6 + [SignInThrottledError] * 34
    signing_in.sign_in(control, "rob", PASSWORD)
    assert told(control)["user:sign_in_not_looked_at"] == 0, "the wait is not over"
    clock.instant += timedelta(minutes=2)
    assert record_collected(control)
    assert not record_collected(control)
    with control.reading() as session:
        held = session.scalars(select(Event).where(Event.act == "user:sign_in_not_looked_at")).one()
        looked_at = session.scalars(select(Event).where(Event.act == "user:sign_in_refused")).all()
        eve = subjects(session)["eve"]
    assert (held.subject, held.plain_values["attempts"], held.plain_values["address"]) == (eve, 34, "192.0.2.1")
    assert sum(event.plain_values["attempts"] for event in looked_at) == 6


def test_guesses_at_names_that_nobody_has_are_told_together_for_their_address(
    control: DocumentControl, clock: Clock
) -> None:
    control._clock = lambda: clock.instant
    for number in range(5):
        refuse(control, f"somebody{number}")
        refuse(control, "eve" if number % 2 else "carla")
    clock.instant += timedelta(minutes=2)
    record_collected(control)
    with control.reading() as session:
        refused = session.scalars(select(Event).where(Event.act == "user:sign_in_refused")).all()
        address = session.get_one(SignInAttempts, attempt_ids("", "192.0.2.1")["address"])
        counted, known = {event.subject: 0 for event in refused}, subjects(session)
        for event_ in refused:
            counted[event_.subject] += event_.plain_values["attempts"]
    assert counted == {"user:unknown": 5, known["carla"]: 3, known["eve"]: 2}
    assert sum(event.subject == "user:unknown" for event in refused) == 2, "the first at once, the others together"
    assert address.refused == 10, "known and unknown names count together"


def test_guesses_that_are_sent_at_once_are_no_more_than_one_after_the_other(
    control: DocumentControl, clock: Clock
) -> None:
    control._clock = lambda: clock.instant
    all_compared = threading.Barrier(10)
    compare = tools.password_hasher.matches

    def matches(*given: str) -> bool:
        all_compared.wait(30)
        return bool(compare(*given))

    with patch.object(tools.password_hasher, "matches", matches), ThreadPoolExecutor(10) as guessers:
        refusals = Counter(guessers.map(lambda _: refuse(control), range(10)))
    assert refusals == {SignInRefusedError: 6, SignInThrottledError: 4}


def test_guesses_of_one_session_that_are_sent_at_once_are_no_more_than_five(
    control: DocumentControl, people: dict[str, int]
) -> None:
    _, secret = signing_in.sign_in(control, "rob", PASSWORD)
    all_compared = threading.Barrier(8)
    compare = tools.password_hasher.matches

    def matches(*given: str) -> bool:
        all_compared.wait(30)
        return bool(compare(*given))

    def guess(turn: int) -> type[Exception]:
        with pytest.raises((WrongPasswordError, SessionEndedError)) as refused:
            accept_declaration(
                control, people["rob"], Credentials(f"wrong {turn}", session=secret), DECLARATION_VERSION
            )
        return refused.type

    with patch.object(tools.password_hasher, "matches", matches), ThreadPoolExecutor(8) as guessers:
        refusals = Counter(guessers.map(guess, range(8)))
    assert refusals == {WrongPasswordError: 4, SessionEndedError: 4}
    assert told(control)["user:session_ended"] == 1
    with pytest.raises(SessionEndedError):
        accept_declaration(control, people["rob"], Credentials(PASSWORD, session=secret), DECLARATION_VERSION)


@pytest.mark.parametrize("guessed", ["somebody", "carla"])
def test_one_guesser_at_a_shared_address_does_not_stop_colleagues_there(control: DocumentControl, guessed: str) -> None:
    for login in ("carla", "eve"):
        signing_in.sign_in(control, login, PASSWORD, "192.0.2.1")
    for number in range(30):
        refuse(control, f"{guessed}{number}" if guessed == "somebody" else guessed)
    assert signing_in.sign_in(control, "eve", PASSWORD, "192.0.2.1")[0].login == "eve"
    carla = signing_in.sign_in(control, "carla", PASSWORD, "192.0.2.1", known_browser="a browser of hers")
    assert carla[0].login == "carla"
    with pytest.raises(SignInThrottledError):
        signing_in.sign_in(control, "rob" if guessed == "somebody" else "carla", PASSWORD, "192.0.2.1")


def test_a_known_browser_has_no_more_guesses_than_any_other(control: DocumentControl, clock: Clock) -> None:
    control._clock = lambda: clock.instant
    refusals = []
    for _ in range(8):
        with pytest.raises(SignInRefusedError) as refused:
            signing_in.sign_in(control, "eve", "wrong", "192.0.2.1", known_browser="one that was taken")
        refusals.append(refused.type)
    assert refusals.count(SignInRefusedError) == 6
    assert signing_in.sign_in(control, "eve", PASSWORD, "192.0.2.1", known_browser="her own")[0].login == "eve"


@pytest.mark.parametrize(("seconds", "words"), [(1, "in 1 second."), (2, "in 2 seconds.")])
def test_one_second_is_said_as_one(seconds: int, words: str) -> None:
    assert str(SignInThrottledError(seconds)).endswith(words)


def test_a_flood_from_many_addresses_never_keeps_the_owner_out_for_long(control: DocumentControl, clock: Clock) -> None:
    for number in range(60):
        refuse(control, "carla", f"203.0.113.{number}")
    clock.instant += timedelta(seconds=11)
    assert signing_in.sign_in(control, "carla", PASSWORD, "192.0.2.9")[0].login == "carla"


def test_a_flood_that_goes_on_does_not_keep_the_owner_out_where_they_signed_in_before(control: DocumentControl) -> None:
    signing_in.sign_in(control, "carla", PASSWORD, "192.0.2.9")
    for number in range(60):
        refuse(control, "carla", f"203.0.113.{number}")
    with pytest.raises(SignInThrottledError):
        signing_in.sign_in(control, "carla", PASSWORD, "192.0.2.10")
    assert signing_in.sign_in(control, "carla", PASSWORD, "192.0.2.9")[0].login == "carla"


def test_waiting_is_alike_for_a_login_that_exists_and_one_that_does_not(control: DocumentControl) -> None:
    known = [refuse(control, "eve", "192.0.2.1") for _ in range(8)]
    unknown = [refuse(control, "nobody", "192.0.2.2") for _ in range(8)]
    assert known == unknown


def test_an_unknown_login_costs_one_comparison_of_passwords_as_a_known_one_does(control: DocumentControl) -> None:
    for login in ("eve", "nobody"):
        with patch.object(tools.password_hasher, "matches", wraps=tools.password_hasher.matches) as compared:
            refuse(control, login)
        assert compared.call_count == 1


def test_a_hash_of_an_older_release_is_renewed_when_its_owner_signs_in_and_only_then(
    control: DocumentControl, people: dict[str, int]
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)

    def kept() -> tuple[str, str]:
        with control.reading() as session:
            eve = session.get_one(User, people["eve"])
            return eve.password_hash, eve.session_key

    with patch.object(tools.password_hasher, "HASHER", weak):
        choose_passwords(control, people["eve"])
    older, before = kept()
    refuse(control)
    assert kept()[0] == older
    told_before, tables = told(control), library_digest(control)
    signing_in.sign_in(control, "eve", PASSWORD)
    renewed, key = kept()
    assert renewed != older
    assert not tools.password_hasher.is_outdated(renewed)
    assert key == before  # sessions elsewhere go on
    assert told(control) - told_before == Counter({"user:signed_in": 1, "user:password_hashed_anew": 1})
    assert library_digest(control)["users"] == tables["users"]
    signing_in.sign_in(control, "eve", PASSWORD)
    assert kept()[0] == renewed


def test_a_flood_of_refusals_is_one_event_a_minute_and_none_is_left_out(control: DocumentControl, clock: Clock) -> None:
    for number in range(40):
        refuse(control, "eve", f"203.0.113.{number % 20}")
        clock.instant += timedelta(seconds=10)
    clock.instant += timedelta(minutes=1)
    signing_in.sign_in(control, "rob", PASSWORD)
    with control.reading() as session:
        refused = session.scalars(select(Event).where(Event.act == "user:sign_in_refused").order_by(Event.seq)).all()
        minutes = [event.happened_at for event in refused]
        assert len(refused) <= 10
        assert all(later - earlier >= timedelta(minutes=1) for earlier, later in pairwise(minutes))
        assert {event.subject for event in refused} == {subjects(session)["eve"]}
        assert sum(event.plain_values["attempts"] for event in refused) == 40
        assert session.scalar(select(func.count(Event.seq)).where(Event.text.contains("a wrong password"))) == 0


def test_what_was_typed_as_an_unknown_login_is_kept_nowhere(control: DocumentControl) -> None:
    refuse(control, "my secret password")
    with control.reading() as session:
        rows = [vars(row) for row in session.scalars(select(SignInAttempts))]
        texts = list(session.scalars(select(Event.text)))
    assert rows
    assert not [text for text in [*map(str, rows), *texts] if "my secret password" in text]


def test_refusals_and_ended_sessions_raise_no_alarm_in_the_verifier(
    control: DocumentControl, people: dict[str, int]
) -> None:
    for _ in range(9):
        refuse(control)
    _, secret = signing_in.sign_in(control, "rob", PASSWORD)
    for turn in range(5):
        with pytest.raises(WrongPasswordError if turn < 4 else SessionEndedError):
            accept_declaration(control, people["rob"], Credentials("wrong", session=secret), DECLARATION_VERSION)
    assert told(control)["user:session_ended"] == 1
    assert {finding.rule for finding in verify(control).findings} <= {"I6"}  # the ledger's ref follows a moment later


def test_accounts_are_disabled_and_never_deleted(control: DocumentControl, people: dict[str, int]) -> None:
    signing_in.sign_in(control, "eve", PASSWORD)
    with pytest.raises(Exception, match=r"(?i)foreign key"), control.remembering() as session:  # noqa: PT012
        session.delete(session.get(User, people["eve"]))
        session.flush()


@pytest.mark.parametrize("password", ["x" * 20 + "abc" + "é" * 41, "ein Pferd, das heftet ∑", "  leading space kept"])
def test_long_unicode_and_spaced_passwords_are_accepted_as_they_are(password: str) -> None:
    assert checked_password(password, "Town of Weights") == password


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "é" * 600,
        "Sunshine2024!",
        "qwertyuiop",
        "1234567890",
        "Password-12345",
        "in Town of Weights 7",
        "TownofWeights!1",
    ],
)
def test_passwords_that_anybody_would_try_are_refused(password: str) -> None:
    with pytest.raises(InvalidInputError):
        checked_password(password, "Town of Weights")


def test_the_name_of_the_organisation_is_refused_in_a_password_when_it_is_chosen(
    control: DocumentControl, people: dict[str, int]
) -> None:
    link = administering.issue_link(control, people["admin"], people["eve"])
    with pytest.raises(InvalidInputError, match="organisation's name"):
        administering.choose_password(control, link, "we love Town of Weights")
