"""The rules for reminders: set by controllers on a page and by a command."""

from collections.abc import Callable
from datetime import date, time

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from docctl.cli import main
from docctl.domain.people.reminder_rules import ReminderRules
from docctl.domain.people.working_calendar import WorkingCalendar
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]
WRITTEN = {
    "days_before": "3", "again_after": "5", "escalate_after": "10", "working_days": ["1", "2", "3", "4"],
    "holidays": "2026-12-25\n2026-12-28", "quiet_from": "18:00", "quiet_until": "07:00",
}  # fmt: skip
RULES = ReminderRules(
    3, 5, 10, WorkingCalendar((1, 2, 3, 4), (date(2026, 12, 25), date(2026, 12, 28)), time(18), time(7))
)


def rules(office: Office) -> ReminderRules:
    """Return the rules as they are."""
    with office.control.reading() as session:
        return office.control.organisation(session).reminder_rules


def test_a_controller_sets_the_rules_and_sees_them_again(signed_in: SignedIn, office: Office) -> None:
    carla = signed_in("carla")
    assert "No mail is set up" in carla.get("/administration/reminders").text
    answer = carla.post("/administration/reminders", data=WRITTEN, follow_redirects=True)
    assert "The rules for reminders are set." in answer.text
    assert rules(office) == RULES
    shown = carla.get("/administration/reminders").text
    for part in ('value="18:00"', "2026-12-28", 'value="10"'):
        assert part in shown


def test_what_is_refused_stands_in_the_form_again(signed_in: SignedIn, office: Office) -> None:
    answer = signed_in("carla").post("/administration/reminders", data=WRITTEN | {"holidays": "Christmas"})
    assert answer.status_code == 422
    assert "The holiday “Christmas” is not a date" in answer.text
    assert 'value="18:00"' in answer.text
    assert rules(office) == ReminderRules()


@pytest.mark.only_sqlite
def test_the_command_changes_what_is_named(office: Office) -> None:
    def command(*options: str) -> str:
        told = CliRunner().invoke(
            main, ["--data", str(office.control.data), "set-reminders", "--as", "carla", *options]
        )
        return str(told.output)

    named = ("--days-before", "3", "--again-after", "5", "--escalate-after", "10", "--quiet", "18:00", "07:00")
    days = [part for day in "1234" for part in ("--working-day", day)]
    assert "are set" in command(*named, *days, "--holidays", "2026-12-25 2026-12-28")
    assert rules(office) == RULES
    assert "are set" in command("--days-before", "", "--holidays", "")
    assert rules(office) == ReminderRules(None, 5, 10, WorkingCalendar((1, 2, 3, 4), (), time(18), time(7)))
    assert "is not a number" in command("--again-after", "often")
