"""A round checks all of the library in a process of its own, and stops recording where something is changed."""

import logging

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from docctl.cli import main
from docctl.document_control.trust import Trust
from docctl.domain.operations.health import OK, WARNING
from docctl.followers.catching_up import catch_up
from docctl.registers.operations.rounds import check_rounds
from docctl.server.rounds import go_round
from tests.factories.library import Office

pytestmark = pytest.mark.only_sqlite


def _change(office: Office, summary: str) -> None:
    with office.control.engine.begin() as connection:
        connection.execute(text("UPDATE revisions SET change_summary = :summary"), {"summary": summary})


def test_a_round_finds_a_changed_row_says_since_when_and_takes_no_alarm_back(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.write()
    catch_up(office.control)
    data, trust = office.control.data, Trust(office.control.data)
    assert check_rounds(office.control).state == OK
    assert go_round(data) > 0
    assert (trust.reason, check_rounds(office.control).state) == ("", OK)
    assert "found the library sound" in check_rounds(office.control).sentence
    with office.control.reading() as session:
        summary = session.scalar(text("SELECT change_summary FROM revisions"))
    _change(office, "Nothing of note")
    with caplog.at_level(logging.CRITICAL):
        go_round(data)
    assert "“Nothing of note”" in caplog.text
    assert "“Nothing of note”" in trust.stopped.reason
    assert "It was sound at 20" in trust.stopped.reason
    assert check_rounds(office.control).state == WARNING
    _change(office, str(summary))
    go_round(data)
    assert trust.stopped.in_words == "document POL-001"
    assert CliRunner().invoke(main, ["--data", str(data), "verify"]).exit_code == 0
    assert (trust.reason, trust.stopped.reason) == ("", "")
