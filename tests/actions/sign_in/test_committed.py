"""A password, a device or recovery codes that were changed behind the trail let nobody in, and verify names them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from docctl import tools
from docctl.actions.approval import reviewing
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer, recovering_access, setting_up_factor, signing_in
from docctl.domain.approval.declaration import DECLARATION_VERSION
from docctl.domain.errors import SecretChangedError, SignInRefusedError
from docctl.domain.notices.letter import MailServer
from docctl.domain.operations.health import FAULT
from docctl.domain.people.user import User
from docctl.domain.sign_in.commitments import Commitment, commitment_to
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.operations import LibraryRebuilt
from docctl.recovery.replacing_lost_key import replace_lost_key
from docctl.registers.integrity.finding import UNAUTHORISED
from docctl.registers.integrity.verifying import TAMPERED, verify
from docctl.registers.operations.operations import check_library
from tests.factories.library import QUICK, Clock, Office, choose_passwords
from tests.factories.post_office import reach_by_mail

TABLES = ("second_factors", "recovery_codes")
EMPTYING = {f"DELETE FROM {table}" for table in (*TABLES, "access_requests")}
MINE, THEIRS = "a cart that carries staples", "a thief that carries staples"


@pytest.fixture
def carla(office: Office) -> int:
    """Carla, who chose her password by a link."""
    secret = administering.issue_link(office.control, office.people["admin"], office.people["carla"])
    administering.choose_password(office.control, secret, MINE)
    return office.people["carla"]


def sql(office: Office, statement: str, **values: object) -> None:
    """Change the database behind the library's back."""
    with office.control.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount > 0 or statement in EMPTYING


@contextmanager
def with_hash(office: Office, password: str) -> Iterator[None]:
    """Let carla's account have another password meanwhile, and put back what was there."""
    was = office.person("carla").account.password_hash
    sql(office, "UPDATE users SET password_hash = :hash WHERE login = 'carla'", hash=QUICK.hash(password))
    yield
    sql(office, "UPDATE users SET password_hash = :hash WHERE login = 'carla'", hash=was)


def named(office: Office) -> list[str]:
    """What verify finds of carla's account."""
    report = verify(office.control)
    found = [finding.sentence for finding in report.findings if finding.subject == "carla"]
    assert (report.exit_code == TAMPERED) is bool(found)
    return found


def code_of(office: Office, key: str, clock: Clock) -> str:
    """A code that the device shows after a while."""
    clock.forward(minutes=2)
    return pyotp.TOTP(key).at(clock.instant)


def test_a_password_that_was_swapped_lets_nobody_in_and_is_named(office: Office, carla: int) -> None:
    assert named(office) == []
    signing_in.sign_in(office.control, "carla", MINE)
    with with_hash(office, THEIRS):
        with pytest.raises(SecretChangedError, match="was changed without an event, so nobody is let in by it"):
            signing_in.sign_in(office.control, "carla", THEIRS)
        with pytest.raises(SignInRefusedError, match="do not belong together"):
            signing_in.sign_in(office.control, "carla", MINE)
        assert named(office) == ["What is kept of the password of carla is not what its event committed to."]
        told = {check.name: check.state for check in check_library(office.control)}
        assert told["secrets"] == FAULT
    signing_in.sign_in(office.control, "carla", MINE)
    assert named(office) == []


def test_nobody_signs_by_a_password_that_was_swapped(office: Office, carla: int) -> None:
    revision_id = office.write("POL-001")
    office.submit(revision_id)
    shown, given = office.revision(revision_id).fingerprint, Credentials(THEIRS)
    with with_hash(office, THEIRS), pytest.raises(SecretChangedError):
        reviewing.review(office.control, revision_id, carla, shown=shown, credentials=given)
    assert office.revision(revision_id).state == "IN_REVIEW"


@pytest.mark.both_databases
def test_an_account_that_never_chose_a_password_has_no_way_in_by_one_that_was_planted(office: Office) -> None:
    control, admin = office.control, office.people["admin"]
    roles = ["reviewer", "administrator", "controller"]
    nia = administering.add_user(control, admin, login="nia", name="Nia Newcomer", roles=roles)
    revision_id = office.write("POL-001")
    office.submit(revision_id)
    shown = office.revision(revision_id).fingerprint
    plant = text("UPDATE users SET password_hash = :hash WHERE login = 'nia'")
    ways: list[Callable[[], object]] = [
        lambda: signing_in.sign_in(control, "nia", THEIRS),
        lambda: reviewing.review(control, revision_id, nia, shown=shown, credentials=Credentials(THEIRS)),
        lambda: identifying_signer.accept_declaration(control, nia, Credentials(THEIRS), DECLARATION_VERSION),
        lambda: replace_lost_key(control, "nia", THEIRS, "It was lost"),
        lambda: setting_up_factor.confirm(control, nia, THEIRS, "123456"),
    ]
    setting_up_factor.begin(control, nia)
    with control.engine.begin() as connection:
        connection.execute(plant, {"hash": QUICK.hash(THEIRS)})
    for way in ways:
        with pytest.raises(SecretChangedError, match="so nobody is let in by it"):
            way()
    said = {
        finding.subject: finding.sentence for finding in verify(control).findings if finding.severity == UNAUTHORISED
    }
    assert said == {"nia": "A password is kept for nia, but no event says that one was chosen."}
    choose_passwords(control, nia, password=MINE)
    signing_in.sign_in(control, "nia", MINE)
    assert verify(control).exit_code != TAMPERED


def test_after_a_rebuild_an_account_has_a_way_in_only_by_a_password_chosen_since(office: Office, carla: int) -> None:
    was = office.person("carla").account.password_hash
    with office.control.deciding(None) as decision:
        decision.record(LibraryRebuilt(events=1, up_to_chain=""), "Town of Weights")
        decision.session.get_one(User, carla).password_hash = ""
    with pytest.raises(SignInRefusedError):
        signing_in.sign_in(office.control, "carla", MINE)
    sql(office, "UPDATE users SET password_hash = :hash WHERE login = 'carla'", hash=was)
    with pytest.raises(SecretChangedError):
        signing_in.sign_in(office.control, "carla", MINE)
    choose_passwords(office.control, carla, password=MINE)
    signing_in.sign_in(office.control, "carla", MINE)


def test_a_second_factor_taken_away_or_swapped_lets_nobody_in(office: Office, carla: int, clock: Clock) -> None:
    key = setting_up_factor.begin(office.control, carla)
    setting_up_factor.confirm(office.control, carla, MINE, code_of(office, key, clock))
    assert named(office) == []
    for change in (
        "DELETE FROM second_factors",
        "UPDATE second_factors SET seed = 'another'",
        "UPDATE second_factors SET confirmed_at = NULL",
        "UPDATE recovery_codes SET code_hash = 'known' WHERE id = (SELECT max(id) FROM recovery_codes)",
        "DELETE FROM recovery_codes",
    ):
        with office.control.engine.connect() as connection:
            kept = {name: connection.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in TABLES}
        sql(office, change)
        with pytest.raises(SecretChangedError):
            signing_in.sign_in(office.control, "carla", MINE)
        assert named(office), change
        with office.control.engine.begin() as connection:
            for name, rows in kept.items():
                connection.execute(text(f"DELETE FROM {name}"))
                for row in rows:
                    names = ", ".join(row)
                    values = ", ".join(f":{each}" for each in row)
                    connection.execute(text(f"INSERT INTO {name} ({names}) VALUES ({values})"), dict(row))
    assert named(office) == []
    signing_in.sign_in(office.control, "carla", MINE)
    setting_up_factor.take_away(office.control, office.people["admin"], carla, "The device was lost")
    assert named(office) == []
    signing_in.sign_in(office.control, "carla", MINE)


def test_a_link_that_no_event_gave_out_opens_nothing_and_is_named(office: Office, carla: int) -> None:
    planted, rob = tools.password_hasher.hash_secret("planted"), office.people["rob"]
    until = "2099-01-01 00:00:00.000000"
    plant = "UPDATE users SET one_time_hash = :hash, one_time_until = :until WHERE login = 'carla'"
    mail = (
        "INSERT INTO access_requests (named, address, asked_at, user_id, secret_hash, valid_until) "
        "VALUES ('carla', '', :until, :user, :hash, :until)"
    )
    for link, statement, values in (
        ("planted", plant, {"hash": planted, "until": until}),
        ("planted", mail, {"hash": planted, "until": until, "user": carla}),
        ("moved", plant, {"until": until}),
    ):
        if link == "moved":
            link = administering.issue_link(office.control, office.people["admin"], rob)
            values = values | {"hash": tools.password_hasher.hash_secret(link)}
        sql(office, statement, **values)
        with pytest.raises(SignInRefusedError, match="was used already or is too old"):
            administering.choose_password(office.control, link, THEIRS)
        assert named(office) == ["What is kept of the one-time link of carla is not what its event committed to."]
        sql(office, "UPDATE users SET one_time_hash = '', one_time_until = NULL WHERE login = 'carla'")
        sql(office, "DELETE FROM access_requests")
    assert named(office) == []
    signing_in.sign_in(office.control, "carla", MINE)


def test_a_link_holds_as_long_as_its_event_says_and_once(office: Office, carla: int, clock: Clock) -> None:
    link = administering.issue_link(office.control, office.people["admin"], carla)
    assert named(office) == []
    sql(office, "UPDATE users SET one_time_until = '2099-01-01 00:00:00.000000' WHERE login = 'carla'")
    assert named(office) == ["What is kept of the one-time link of carla is not what its event committed to."]
    clock.forward(days=30)
    with pytest.raises(SignInRefusedError, match="was used already or is too old"):
        administering.choose_password(office.control, link, THEIRS)
    link = administering.issue_link(office.control, office.people["admin"], carla)
    administering.choose_password(office.control, link, "another horse that staples")
    sql(
        office,
        "UPDATE users SET one_time_hash = :hash, one_time_until = '2099-01-01 00:00:00.000000' WHERE login = 'carla'",
        hash=tools.password_hasher.hash_secret(link),
    )
    with pytest.raises(SignInRefusedError, match="was used already or is too old"):
        administering.choose_password(office.control, link, THEIRS)


def test_a_mailed_link_that_holds_longer_or_belongs_to_nobody_is_named(office: Office, carla: int) -> None:
    office.control.mail_server = MailServer("127.0.0.1", 9, "docs@town.example", site="https://docs.town.example")
    reach_by_mail(office.control)
    recovering_access.ask_for_link(office.control, "carla")
    recovering_access.send_asked_links(office.control)
    assert named(office) == []
    sql(office, "UPDATE access_requests SET valid_until = '2099-01-01 00:00:00.000000'")
    assert named(office) == ["What is kept of the one-time link of carla is not what its event committed to."]
    with closing(sqlite3.connect(office.control.data / "docctl.db")) as connection, connection:
        connection.execute("UPDATE access_requests SET user_id = 1008")
    told = [finding.sentence for finding in verify(office.control).findings if finding.subject == "account 1008"]
    assert told == ["A one-time link is kept for account 1008, which is not there."]


def test_a_device_or_code_that_no_event_set_up_is_named(office: Office, carla: int) -> None:
    for statement in (
        "INSERT INTO second_factors (user_id, seed, last_step, confirmed_at) "
        "VALUES (:user, 'JBSWY3DPEHPK3PXP', 0, '2026-01-01 00:00:00.000000')",
        "INSERT INTO recovery_codes (user_id, code_hash) VALUES (:user, 'x')",
    ):
        sql(office, statement, user=carla)
        assert len(named(office)) == 1
        with pytest.raises(SecretChangedError):
            signing_in.sign_in(office.control, "carla", MINE)
        sql(office, "DELETE FROM second_factors")
        sql(office, "DELETE FROM recovery_codes")


def test_a_password_that_is_hashed_anew_is_committed_to_anew(office: Office, carla: int) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tools.password_hasher, "HASHER", weak)
        secret = administering.issue_link(office.control, office.people["admin"], carla)
        administering.choose_password(office.control, secret, MINE)
    before = office.person("carla").account.password_hash
    signing_in.sign_in(office.control, "carla", MINE)
    assert office.person("carla").account.password_hash != before
    with office.control.reading() as session:
        acts = [event.act for event in session.query(Event).order_by(Event.seq.desc()).limit(3)]
    assert Act.USER_PASSWORD_HASHED_ANEW in acts
    assert named(office) == []


def test_what_an_event_of_an_earlier_version_did_not_say_is_not_missed() -> None:
    assert Commitment(1, None).holds_for("anything")
    assert Commitment(1, commitment_to("mine")).holds_for("mine")
    assert not Commitment(1, commitment_to("mine")).holds_for("other")
    assert commitment_to("mine") != commitment_to("mine")
    assert not Commitment(1, "").holds_for("mine")
