"""``docctl export``: each register as the pages give it to the same person, refused where the page is."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import load_workbook

from docctl.actions.retention import retaining
from docctl.cli import main
from docctl.domain.operations.exits import Exit
from docctl.registers.tables.every_table import REGISTERS
from tests.factories import library as offices
from tests.web.conftest import SignedIn, app, signed_in

__all__ = ["app", "signed_in"]
pytestmark = pytest.mark.only_sqlite
PAGES = {
    "accepted-losses": "/administration/losses.csv",
    "master-list": "/documents.csv",
    "revision-history": "/documents/POL-001/history.csv",
    "origins": "/documents/POL-001/origins.csv",
    "standards": "/standards.csv",
    "coverage": "/standards/iso-9001-2015/coverage.csv",
    "retention-schedule": "/retention.csv",
    "audit-log": "/audit-log.csv",
    "auditor-access": "/registers/auditor-access.csv",
    "delegations": "/delegations.csv",
    "witnesses": "/registers/witnesses.csv",
    "work-in-progress": "/work-in-progress.csv",
    "people-records": "/administration/people/records.csv",
    "memberships": "/administration/units/people.csv",
    "personnel": "/administration/personnel.csv",
    "units": "/administration/departments.csv",
}
OF = {"revision-history": "POL-001", "origins": "POL-001", "coverage": "iso-9001-2015"}


@pytest.fixture
def at_work(office: offices.Office) -> offices.Office:
    """A library with a document in force, which is on hold."""
    office.publish("POL-001", clauses=[("iso-9001-2015", "5.2")])
    retaining.place_hold(office.control, office.document_id("POL-001"), office.people["carla"], "Lawsuit", "12 C 34/26")
    return office


def _export(office: offices.Office, register: str, *more: object) -> Result:
    of = [OF[register]] if register in OF else []
    command = ["--data", str(office.control.data), "export", register, *of, *map(str, more)]
    return CliRunner().invoke(main, command)


def test_each_table_of_a_page_is_a_register_and_says_the_same(
    at_work: offices.Office, app: Flask, signed_in: SignedIn
) -> None:
    taken = {rule.endpoint for rule in app.url_map.iter_rules() if "csv" in rule.rule}
    assert len(taken) == len(PAGES)
    for login in ("carla", "audra", "admin"):
        browser = signed_in(login)
        for register, place in PAGES.items():
            page, command = browser.get(place), _export(at_work, register, "--as", login)
            assert (command.exit_code == Exit.DONE) is (page.status_code == 200), (register, login)
            if page.status_code == 200:
                assert command.stdout_bytes == page.data, (register, login)
    assert b"POL-001" in _export(at_work, "master-list").stdout_bytes


@pytest.mark.parametrize("register", REGISTERS)
def test_every_register_is_written_as_csv_json_and_xlsx(at_work: offices.Office, register: str, tmp_path: Path) -> None:
    rows = json.loads(_export(at_work, register, "--json").stdout)
    table = list(csv.reader(io.StringIO(_export(at_work, register).stdout.lstrip("\ufeff"))))
    for ending in ("csv", "json", "xlsx"):
        done = _export(at_work, register, "--to", tmp_path / f"table.{ending}")
        assert (done.exit_code, done.stderr) == (Exit.DONE, "")
    book = load_workbook(tmp_path / "table.xlsx").active
    assert book.max_row == len(table)
    assert [cell for cell in next(book.values) if cell] == table[0]
    assert json.loads((tmp_path / "table.json").read_text()) == rows
    assert list(csv.reader(io.StringIO((tmp_path / "table.csv").read_text(encoding="utf-8-sig")))) == table
    assert len(table) == len(rows) + 1
    assert all(len(row) == len(table[0]) for row in rows)


@pytest.mark.parametrize("register", sorted(set(REGISTERS) - {"master-list", "standards", "coverage", *OF}))
def test_whoever_only_reads_gets_no_register_of_those_who_look_after_it(at_work: offices.Office, register: str) -> None:
    done = _export(at_work, register, "--as", "eve")
    assert done.exit_code == Exit.REFUSED
    assert "Your roles do not allow you" in done.stderr


def test_what_is_on_hold_and_who_may_sign_in_stand_there_with_their_numbers(at_work: offices.Office) -> None:
    [hold] = json.loads(_export(at_work, "legal-holds", "--json").stdout)
    assert (hold["hold"], hold["document"], hold["reference"]) == (1, "POL-001", "12 C 34/26")
    people = {row["login"]: row for row in json.loads(_export(at_work, "people", "--json").stdout)}
    assert people.keys() == at_work.people.keys()
    assert people["carla"]["roles"] == "controller, reader"
    steps = json.loads(_export(at_work, "approval-routes", "--json").stdout)
    assert {row["kind"] for row in steps} == {"review", "approve"}


@pytest.mark.parametrize(
    "command",
    [["nonsense"], ["coverage"], ["people", "POL-001"], ["people", "--to", "x.pdf"], ["people", "--json", "--to", "x"]],
)  # fmt: skip
def test_what_cannot_be_meant_is_wrong_usage(office: offices.Office, command: list[str]) -> None:
    done = CliRunner().invoke(main, ["--data", str(office.control.data), "export", *command])
    assert done.exit_code == Exit.MISUSED
    assert "Error: " in done.stderr
