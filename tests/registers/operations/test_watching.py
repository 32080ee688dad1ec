"""The watch sees within a minute what somebody changes of accounts, roles, routes, types and holds in the tables."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from docctl.actions.approval.delegating import name_delegate
from docctl.actions.retention.retaining import place_hold
from docctl.actions.rights.auditing import engage
from docctl.actions.settings import administering
from docctl.document_control import DocumentControl
from docctl.document_control.trust import QUICK_CHECK, VERIFY
from docctl.domain.errors import DatabaseUnreachableError, PartDistrustedError
from docctl.domain.mapping import Record
from docctl.registers.operations.watching import WATCHED, Watch
from docctl.server.looking_out import look_out
from tests.factories.library import Clock, Founded, Office, lived_on

DAY, WEEK = date(2026, 3, 2), timedelta(days=7)


def _live(office: Office, _: Clock) -> None:
    control, people = office.control, office.people
    office.publish("POL-001")
    place_hold(control, office.document_id("POL-001"), people["carla"], "A claim", "C-1")
    names = {"absent_id": people["rob"], "delegate_id": people["ann"]}
    name_delegate(control, people["admin"], **names, from_day=DAY, until_day=DAY + WEEK, reason="Leave")
    scope = ["document:POL-001"]
    engage(
        control, people["admin"], people["audra"], purpose="9.2", scope=scope, begins_on=DAY, ends_on=DAY + WEEK
    )  # fmt: skip


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path) -> Founded:
    """A library in which everything that is watched has rows."""
    return lived_on(founded_library, once, _live)


def sql(control: DocumentControl, statement: str) -> None:
    """Change the tables behind the library's back."""
    with control.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount


CHANGES = {
    "a role given": ("UPDATE users SET roles = '[\"administrator\"]' WHERE login = 'eve'", "eve"),
    "an account enabled": ("UPDATE users SET disabled = 1 WHERE login = 'rob'", "rob"),
    "another person": ("UPDATE users SET person = 'ann' WHERE login = 'alice'", "alice"),
    "a route cut short": ("UPDATE approval_routes SET steps = '[]'", "approval route"),
    "another template": ("UPDATE document_types SET template = 'other.docx' WHERE name = 'policy'", "policy"),
    "a hold lifted": ("UPDATE legal_holds SET lifted_at = '2026-03-02 10:00:00', lifted_because = 'x'", "legal hold 1"),
    "a hold taken out": ("DELETE FROM legal_holds", "legal hold 1"),
    "a longer delegation": ("UPDATE delegations SET until_day = '2030-01-01'", "delegation 1"),
    "a wider engagement": ("UPDATE audit_engagements SET scope = '[]'", "audit engagement 1"),
    "no second factor": ("UPDATE organisation SET second_factor_roles = '[\"reader\"]'", "organisation"),
}


def test_what_signed_events_made_is_sound_and_stays_so_while_people_work(office: Office) -> None:
    watch = Watch(office.control)
    assert watch.look() == ""
    administering.set_disabled(office.control, office.people["admin"], office.people["eve"], True)
    office.publish("POL-002", "Another")
    assert watch.look() == ""
    assert Watch(office.control).look() == ""


@pytest.mark.parametrize(("statement", "named"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_in_the_tables_is_named_with_the_time_when_it_was_sound(
    office: Office, statement: str, named: str
) -> None:
    watch = Watch(office.control)
    assert watch.look() == ""
    sql(office.control, statement)
    assert named in watch.look()
    assert f"It was sound at {office.control.now():%Y-%m-%d %H:%M} UTC." in watch.look()
    assert named in Watch(office.control).look()


def test_what_was_put_back_stays_told_until_verify_has_looked(office: Office) -> None:
    control, watch = office.control, Watch(office.control)
    look_out(control, watch)
    assert control.distrust == ""
    sql(control, "UPDATE users SET roles = '[\"administrator\"]' WHERE login = 'eve'")
    look_out(control, watch)
    sql(control, "UPDATE users SET roles = '[]' WHERE login = 'eve'")
    look_out(control, watch)
    control.trust.forget(QUICK_CHECK)
    assert "eve" in control.trust.stopped.reason
    with pytest.raises(PartDistrustedError), control.deciding(office.people["eve"]):
        pass
    control.trust.forget(VERIFY)
    assert not control.trust.stopped.things


@pytest.mark.only_sqlite
def test_tables_that_cannot_be_read_now_are_no_alarm(office: Office) -> None:
    control, watch = office.control, Watch(office.control)
    look_out(control, watch)
    tables = control.data / "docctl.db"
    control.engine.dispose()
    tables.rename(control.data / "away.db")
    with pytest.raises(DatabaseUnreachableError):
        look_out(control, watch)
    (control.data / "away.db").rename(tables)
    assert control.distrust == ""
    look_out(control, watch)
    assert control.distrust == ""


def test_an_event_that_nobody_signed_is_told(office: Office) -> None:
    watch = Watch(office.control)
    assert watch.look() == ""
    office.write("SOP-01", "Procedure", type_name="procedure")
    sql(office.control, "UPDATE events SET text = replace(text, 'SOP-01', 'SOP-02') WHERE act = 'document:created'")
    assert "does not join the chain" in watch.look()


def test_a_ledger_commit_that_carries_no_signature_is_told(office: Office) -> None:
    watch = Watch(office.control)
    assert watch.look() == ""
    office.write("SOP-01", "Procedure", type_name="procedure")
    sql(
        office.control, "UPDATE events SET ledger_commit = '" + "0" * 40 + "' WHERE seq = (SELECT max(seq) FROM events)"
    )
    assert "does not carry the library's signature" in watch.look()


def test_every_table_that_says_who_may_act_is_watched() -> None:
    assert Record.metadata.tables.keys() >= WATCHED
