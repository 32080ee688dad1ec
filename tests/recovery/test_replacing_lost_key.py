"""A lost key is replaced by an event that says so for ever, and that only a witness outside can vouch for."""

import os
import subprocess
from datetime import datetime
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from docctl.actions.sign_in import setting_up_factor
from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.adapters.signing_key import SigningKey
from docctl.cli import main
from docctl.domain.errors import (
    InvalidInputError,
    LibraryMismatchError,
    NotPermittedError,
    WrongPasswordError,
)
from docctl.domain.trail.audit_trail import Act, Event
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.recovery.replacing_lost_key import replace_lost_key
from docctl.registers.integrity import verifying
from docctl.registers.integrity.finding import KEYS, NOTED, UNPROVEN
from docctl.registers.integrity.quick_check import quick_check
from docctl.registers.integrity.witnesses import BRIDGE, read_checkpoint
from docctl.registers.operations.watching import Watch
from tests.checks.faults import crew
from tests.factories.library import PASSWORD, Clock, Office, open_library, people_of
from tests.factories.stranger import check_clone
from tests.factories.tampering import sql

WHY = "The disk with the keys burnt"
POINTS = ("next key written", "loss recorded", "key half changed", "key changed", "ledger written")


@pytest.fixture
def keyless(office: Office) -> Office:
    """A library whose key is gone."""
    office.publish("POL-001")
    crew.recover(office.control.data).control.engine.dispose()
    (office.control.data / "keys" / "ledger_key").unlink()
    control = open_library(office.control.data, Clock())
    return Office(control, people_of(control))


def _severities(office: Office, *witnesses: Path) -> set[str]:
    report = verifying.verify(office.control, witnesses=[read_checkpoint(each) for each in witnesses])
    return {finding.severity for finding in report.findings}


def test_without_its_key_a_library_opens_to_be_read_and_says_what_to_do(keyless: Office) -> None:
    assert "missing from the folder keys/" in quick_check(keyless.control)
    report = verifying.verify(keyless.control)
    assert [finding.remedy for finding in report.findings] == [KEYS]
    with pytest.raises(LibraryMismatchError, match="nothing was recorded"):
        keyless.write("POL-002")


def test_the_break_stays_named_until_a_witness_from_after_it_agrees(keyless: Office, tmp_path: Path) -> None:
    replace_lost_key(keyless.control, "admin", PASSWORD, WHY)
    again = crew.recover(keyless.control.data)
    again.publish("POL-002")
    again = crew.recover(keyless.control.data)
    assert Watch(again.control).look() == ""
    report = verifying.verify(again.control)
    assert (report.exit_code, [finding.remedy for finding in report.findings]) == (verifying.BEHIND, [BRIDGE])
    assert WHY in report.findings[0].sentence
    assert "only a witness outside" in report.summary
    (tmp_path / "alone").mkdir()
    code, told = check_clone(again.control.library.folder, tmp_path / "alone")
    assert (code, told.count("\n")) == (2, 1)
    assert "a key was lost" in told
    kept = write_checkpoint(again.control, take_checkpoint(again.control), tmp_path / "kept")
    again = crew.recover(keyless.control.data)
    assert _severities(again, kept) == {NOTED}
    (tmp_path / "vouched").mkdir()
    assert check_clone(again.control.library.folder, tmp_path / "vouched", kept)[0] == 0


def test_a_checkpoint_from_before_the_break_vouches_for_nothing_after_it(office: Office, tmp_path: Path) -> None:
    office.publish("POL-001")
    older = write_checkpoint(office.control, take_checkpoint(office.control), tmp_path / "kept")
    crew.recover(office.control.data).control.engine.dispose()
    (office.control.data / "keys" / "ledger_key").unlink()
    replace_lost_key(open_library(office.control.data, Clock()), "admin", PASSWORD, WHY)
    again = crew.recover(office.control.data)
    assert _severities(again, older) == {UNPROVEN}
    code, told = check_clone(again.control.library.folder, tmp_path, older)
    assert (code, "a key was lost" in told) == (2, True)


def test_a_thief_who_cuts_events_off_and_claims_a_loss_is_shown_by_an_older_checkpoint(
    office: Office, tmp_path: Path
) -> None:
    office.publish("POL-001")
    crew.recover(office.control.data).control.engine.dispose()
    cut_at = crew.newest_event(office.control)
    copy = tmp_path / "thief"
    subprocess.run(["cp", "-r", office.control.data, copy], check=True)
    office.publish("POL-002")
    kept = write_checkpoint(office.control, take_checkpoint(office.control), tmp_path / "kept")
    (copy / "keys" / "ledger_key").unlink()
    thief = open_library(copy, Clock())
    replace_lost_key(thief, "admin", PASSWORD, "Lost, I say")
    report = verifying.verify(thief, witnesses=[read_checkpoint(kept)])
    assert report.exit_code == verifying.TAMPERED
    assert report.head_seq == cut_at + 1
    thief.engine.dispose()


@pytest.mark.parametrize(
    ("login", "password", "refusal"),
    [
        ("admin", "wrong", WrongPasswordError),
        ("nobody", PASSWORD, WrongPasswordError),
        ("carla", PASSWORD, NotPermittedError),
    ],
)
def test_only_an_administrator_says_so_with_their_password(
    keyless: Office, login: str, password: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        replace_lost_key(keyless.control, login, password, WHY)
    assert not (keyless.control.data / "keys" / "ledger_key").exists()


def test_whoever_has_a_second_factor_gives_its_code_too(office: Office, clock: Clock) -> None:
    control, admin = office.control, office.people["admin"]
    device = setting_up_factor.begin(control, admin)
    code, *_ = setting_up_factor.confirm(control, admin, PASSWORD, pyotp.TOTP(device).at(clock.instant))
    crew.recover(control.data, clock.instant).control.engine.dispose()
    (control.data / "keys" / "ledger_key").unlink()
    again = open_library(control.data, clock)
    for wrong in ("", "000000"):
        with pytest.raises(WrongPasswordError, match="password or code are wrong, so the key was not replaced"):
            replace_lost_key(again, "admin", PASSWORD, WHY, code=wrong)
    assert not (control.data / "keys" / "ledger_key").exists()
    command = ["--data", str(control.data), "rotate-key", "--lost", "--as", "admin", "--reason", WHY]
    done = CliRunner().invoke(main, command, input=f"{PASSWORD}\n{code}\n")
    assert done.exit_code == 0, done.output
    with again.reading() as session:
        told = session.scalars(select(Event.act).order_by(Event.seq.desc()).limit(4)).all()
    assert {Act.SIGNING_KEY_LOST, Act.RECOVERY_CODE_USED} <= set(told)
    with pytest.raises(WrongPasswordError, match="password or code"):
        replace_lost_key(again, "admin", PASSWORD, WHY, code=code)
    again.engine.dispose()


def test_a_key_that_is_there_is_not_said_to_be_lost(office: Office) -> None:
    with pytest.raises(InvalidInputError, match="leave --lost out"):
        replace_lost_key(office.control, "admin", PASSWORD, WHY)


def test_where_more_is_wrong_the_key_is_not_replaced(keyless: Office) -> None:
    sql(keyless, "UPDATE signatures SET printed_name = 'Somebody Else'")
    with pytest.raises(LibraryMismatchError, match="more is wrong"):
        replace_lost_key(keyless.control, "admin", PASSWORD, WHY)


def test_a_foreign_key_in_its_place_is_set_aside(keyless: Office) -> None:
    keys = keyless.control.data / "keys"
    foreign = SigningKey.create(keys / "ledger_key").public_line
    replace_lost_key(open_library(keyless.control.data, Clock()), "admin", PASSWORD, WHY)
    assert SigningKey.read(keys / "ledger_key.set_aside").public_line == foreign


def replace_and_end(data: Path, point: str, instant: datetime) -> None:
    """Replace a lost key in a process that ends at a named place."""
    office = crew.office_at(data, instant)
    os.environ[CRASH_AT] = point
    replace_lost_key(office.control, "admin", PASSWORD, WHY)


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_loss_is_recorded_once(keyless: Office, point: str) -> None:
    data = keyless.control.data
    assert crew.run(replace_and_end, data, point, keyless.control.now()) == EXIT_CODE
    again = open_library(data, Clock())
    if verifying.verify(again).exit_code == verifying.TAMPERED:
        replace_lost_key(again, "admin", PASSWORD, WHY)
    recovered = crew.recover(data)
    assert _severities(recovered) == {UNPROVEN}
    assert (data / "keys" / "ledger_key").exists()
    assert not (data / "keys" / "ledger_key.next").exists()
    recovered.write("POL-002")


def test_the_command_asks_for_the_password(keyless: Office) -> None:
    command = ["--data", str(keyless.control.data), "rotate-key", "--lost", "--as", "admin", "--reason", WHY]
    ran = CliRunner().invoke(main, command, input=f"{PASSWORD}\n")
    assert ran.exit_code == 0, ran.output
    assert "from now on" in ran.output
